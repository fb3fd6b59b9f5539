"""`mhealth review`: every rule and text by state; what one says, what changed; sign and withdraw."""

import json
from collections import Counter
from collections.abc import Sequence
from difflib import unified_diff

import click

from mhealth.cli.review_desk import ReviewDesk, day_of, one_file, open_review
from mhealth.cli.review_signing import gate, sign, withdraw
from mhealth.content.review import Kind
from mhealth.services.choosing import STATES, narrow
from mhealth.services.signing import Standing, State
from mhealth.store.reviews import Verdict, reviews_of

_COUNTED = "{signed} signed, {draft} draft, {changed} changed since signed, {withdrawn} withdrawn"


@click.group(invoke_without_command=True)
@click.option("--state", type=click.Choice(STATES), help="Only these; unsigned: all but signed.")
@click.option("--language", metavar="CODE", help="Only of this language: fr, en …")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="Only of this kind.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.pass_context
def review(
    ctx: click.Context,
    *,
    state: str | None,
    language: str | None,
    kind: str | None,
    as_json: bool,
) -> None:
    """List every rule and text of the spoken languages by state; or sign, show, compare them."""
    if ctx.invoked_subcommand is not None:
        return
    with open_review() as desk:
        standings = desk.standings()
        known = {standing.file.language for standing in standings}
        if language and language not in known:
            spoken = ", ".join(desk.content.languages.by_code)
            raise click.ClickException(f"{language!r} is not spoken here; spoken: {spoken}")
        found = narrow(standings, state or "", language or "", kind or "")
    if as_json:
        click.echo(json.dumps([_as_data(each) for each in found], ensure_ascii=False, indent=1))
    else:
        _print(found, len(standings))


def _print(found: Sequence[Standing], total: int) -> None:
    width = max((len(each.file.path) for each in found), default=0)
    for each in found:
        told = f"  {_word(each)} by {each.by}, {day_of(each.on)}" if each.by else ""
        click.echo(
            f"{each.state:<9}  {each.file.kind:<8}  {each.file.path:<{width}}{told}".rstrip()
        )
    counts = Counter(each.state for each in found)
    counted = _COUNTED.format(**{state: counts[state] for state in State})
    shown = f"{len(found)} files" if len(found) == total else f"{len(found)} of {total} files"
    click.echo(f"{shown}: {counted}")


def _word(standing: Standing) -> str:
    words = {State.SIGNED: "signed", State.WITHDRAWN: "taken back"}
    return words.get(standing.state, "an earlier version signed")


def _as_data(standing: Standing) -> dict[str, object]:
    file = standing.file
    return {
        "path": file.path,
        "kind": file.kind,
        "language": file.language,
        "translates": file.original,
        "version": file.version,
        "state": standing.state,
        "by": standing.by,
        "as": standing.capacity,
        "on": standing.on if isinstance(standing.on, str) else standing.on.isoformat(),
    }


@review.command()
@click.argument("path")
def show(path: str) -> None:
    """What would be signed: rules with their sources, screens, texts with their length."""
    with open_review() as desk:
        file = one_file(desk.content.files, path)
        (standing,) = desk.standings([file])
        click.echo("\n".join(desk.lines(file)))
        click.echo("")
        for line in _history(desk, standing):
            click.echo(line)


def _history(desk: ReviewDesk, standing: Standing) -> list[str]:
    file = standing.file
    with desk.reading() as session:
        rows = reviews_of(session, file.path)
    told = [f"State: {standing.state}"]
    if file.review.by is not None:
        fits = "this version" if file.is_signed else f"version {file.review.version}"
        told.append(f"  {file.review.on}  signed in the file by {file.review.by}, {fits}")
    for row in rows:
        fits = "this version" if row.version == file.version else f"version {row.version}"
        told.append(
            f"  {day_of(row.at)}  {row.verdict} by {row.signed_by} ({row.capacity}), {fits}"
        )
    return told


@review.command()
@click.argument("path")
def diff(path: str) -> None:
    """What changed since the last signature that was given here."""
    with open_review() as desk:
        file = one_file(desk.content.files, path)
        with desk.reading() as session:
            rows = reviews_of(session, file.path)
        last = next((row for row in rows if row.verdict == Verdict.SIGNED), None)
        if last is None:
            click.echo(f"{file.path}: no signature was given here, so there is nothing to compare.")
            return
        if last.version == file.version:
            click.echo(f"{file.path}: nothing changed since {last.signed_by} signed it.")
            return
        before = f"signed by {last.signed_by}, {day_of(last.at)}"
        told = unified_diff(
            last.shown.splitlines(), desk.lines(file), before, "now", lineterm="", n=1
        )
        click.echo("\n".join(told))


review.add_command(sign)
review.add_command(withdraw)
review.add_command(gate)
