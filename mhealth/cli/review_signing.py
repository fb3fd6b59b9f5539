"""`mhealth review sign`, `withdraw` and `gate`: who signs what, asked once more, all or nothing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from mhealth.cli.review_desk import ReviewDesk, chosen, open_review, refuse_the_unsigned
from mhealth.cli.staff_lookup import wanted_user
from mhealth.content.review import ContentFile
from mhealth.domain.clock import real_clock
from mhealth.services import signing
from mhealth.store.staff import StaffUser

_NAMED = 10
_paths = click.argument("paths", nargs=-1, required=True, metavar="PATH...")
_as = click.option("--as", "username", required=True, metavar="USERNAME", help="Who does it.")
_yes = click.option("--yes", is_flag=True, help="Do not ask once more.")


@click.command()
@_paths
@_as
@_yes
def sign(paths: Sequence[str], *, username: str, yes: bool) -> None:
    """Sign files as they are now; PATH is a file, a folder or a pattern in quotes."""
    with open_review() as desk:
        user = _who(desk, username)
        found = desk.standings(chosen(desk.content.files, paths))
        for each in found:
            if each.is_signed:
                click.echo(f"{each.file.path}: signed already, by {each.by}")
        files = [each.file for each in found if not each.is_signed]
        if not files:
            click.echo("Nothing to sign.")
            return
        _ask(files, f"Sign {_count(files)} as {user.display_name}?", yes=yes)
        with _all_or_nothing(desk) as session:
            for file in files:
                shown = "\n".join(desk.lines(file))
                signing.sign(session, user.id, file, shown, real_clock())
        for file in files:
            click.echo(f"signed {file.path} version {file.version}")
        click.echo(f"{_count(files)} signed by {user.display_name} ({user.signs_as}).")


@click.command()
@_paths
@_as
@_yes
def withdraw(paths: Sequence[str], *, username: str, yes: bool) -> None:
    """Take back the signature on files as they are now; PATH as for `sign`."""
    with open_review() as desk:
        user = _who(desk, username)
        found = desk.standings(chosen(desk.content.files, paths))
        files = [each.file for each in found if each.is_signed]
        if not files:
            click.echo("None of these is signed as it stands: nothing to withdraw.")
            return
        _ask(files, f"Withdraw the signature on {_count(files)}?", yes=yes)
        with _all_or_nothing(desk) as session:
            for file in files:
                signing.withdraw(session, user.id, file, real_clock())
        for file in files:
            click.echo(f"withdrawn {file.path} version {file.version}")
        click.echo(
            f"{_count(files)} withdrawn by {user.display_name}. Live mode starts no more with them;"
            " what runs speaks them until it is stopped."
        )


@click.command()
def gate() -> None:
    """Whether live mode would start: exit code 0, or 2 and one line that says why not."""
    click.echo(f"All {refuse_the_unsigned()} rules and texts are signed.")


def _who(desk: ReviewDesk, username: str) -> StaffUser:
    with desk.reading() as session:
        return wanted_user(session, username)


def _ask(files: Sequence[ContentFile], question: str, *, yes: bool) -> None:
    for file in files[:_NAMED]:
        click.echo(f"  {file.path}")
    if len(files) > _NAMED:
        click.echo(f"  and {len(files) - _NAMED} more")
    if not yes:
        click.confirm(question, abort=True)


@contextmanager
def _all_or_nothing(desk: ReviewDesk) -> Iterator[Session]:
    """One transaction; a refusal ends the command with a line and leaves everything as it was."""
    try:
        with desk.handles.database.writing() as session:
            yield session
    except signing.CannotSign as error:
        raise click.ClickException(f"{error}. Nothing was changed.") from error


def _count(files: Sequence[ContentFile]) -> str:
    return "1 file" if len(files) == 1 else f"{len(files)} files"
