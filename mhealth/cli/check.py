"""`mhealth check`: prove flows, protocols, phrases and SMS; non-zero on any fault."""

import json
import os
from pathlib import Path

import click

from mhealth.content.library import open_library
from mhealth.services.content_check import Proof, check_content
from mhealth.ussd.checks import Fault


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.option("--drafts", is_flag=True, help="Name every file that nobody signed.")
@click.pass_context
def check(ctx: click.Context, *, as_json: bool, drafts: bool) -> None:
    """Prove everything that programme staff write; each fault with file, line, column and hint."""
    country = os.environ.get("MHEALTH_COUNTRY_DIR")  # alone: a check needs no keys and no database
    proof = check_content(open_library(Path(country) if country else None))
    if as_json:
        click.echo(json.dumps(_as_data(proof), ensure_ascii=False, indent=1))
    else:
        _print(proof, drafts=drafts)
    ctx.exit(0 if proof.is_sound else 1)


def _print(proof: Proof, *, drafts: bool) -> None:
    for fault in proof.faults:
        click.echo(_line(fault))
    if drafts:
        for name in proof.drafts:
            click.echo(f"{name}: draft, signed by nobody")
    errors = sum(fault.severity == "error" for fault in proof.faults)
    counts = [_count(errors, "error"), _count(len(proof.faults) - errors, "warning")]
    if proof.is_sound:
        counts.append(_count(len(proof.drafts), "draft"))
    click.echo(", ".join(counts))


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _line(fault: Fault) -> str:
    hint = f" ({fault.hint})" if fault.hint else ""
    return f"{fault.place}: {fault.severity}: {fault.problem}{hint}"


def _as_data(proof: Proof) -> dict[str, object]:
    return {
        "faults": [
            {
                "place": fault.place,
                "severity": str(fault.severity),
                "problem": fault.problem,
                "hint": fault.hint,
            }
            for fault in proof.faults
        ],
        "drafts": list(proof.drafts),
    }
