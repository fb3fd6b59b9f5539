"""`mhealth check`: prove flows, protocols, phrases and SMS; non-zero on any fault."""

import click

from mhealth.cli.check_json import as_json
from mhealth.cli.check_lines import say_lines
from mhealth.cli.check_names import find_names
from mhealth.cli.check_rules import explained, list_rules
from mhealth.cli.check_sarif import as_sarif
from mhealth.cli.check_scores import say_scores
from mhealth.content.library import open_library
from mhealth.services.content_check import Proof, check_content
from mhealth.settings import look_at_settings
from mhealth.ussd.proofs.timing import SESSION_SECONDS

FORMATS = ("plain", "json", "sarif")


@click.command()
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="plain", help="How to say it."
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option("--sarif", "form", flag_value="sarif", help="SARIF 2.1.0, which code hosts show.")
@click.option("--strict", is_flag=True, help="Exit code 1 for warnings too.")
@click.option("--data/--no-data", default=None,
              help="Measure with the longest names of the directory; when it can be asked, unless"
              " --no-data.")  # fmt: skip
@click.option("--scores", is_flag=True, help="Show the score sheet by language.")
@click.option("--drafts", is_flag=True, help="Name every file that nobody signed.")
@click.option("--all", "show_all", is_flag=True, help="Say each line, however many are alike.")
@click.option("--rules", is_flag=True, help="List all rules and leave.")
@click.option("--explain", metavar="RULE", help="Explain one rule and leave.")
@click.pass_context
def check(
    ctx: click.Context,
    *,
    form: str,
    strict: bool,
    data: bool | None,
    scores: bool,
    drafts: bool,
    show_all: bool,
    rules: bool,
    explain: str | None,
) -> None:
    """Prove everything that programme staff write; each fault with file, line, column and hint.

    Exit code 0: sound. 1: an error was found, or a warning with --strict. 2: nothing could be proven.
    """
    if rules or explain is not None:
        click.echo(list_rules() if explain is None else explained(explain))
        return
    seen = look_at_settings()  # all of them may be missing: a check needs no keys
    names, about_names = find_names(seen.values, data)
    proof = check_content(
        open_library(seen.values.get("country_dir")),
        names=names,
        session_seconds=seen.values.get("ussd_session_seconds", SESSION_SECONDS),
    )
    if form == "json":
        click.echo(as_json(proof))
    elif form == "sarif":
        click.echo(as_sarif(proof, drafts=drafts))
    else:
        say_lines(proof, about_names, drafts=drafts, show_all=show_all)
        if scores:
            say_scores(proof)
    ctx.exit(_exit_code(proof, strict=strict))


def _exit_code(proof: Proof, *, strict: bool) -> int:
    return 1 if not proof.is_sound or (strict and proof.faults) else 0
