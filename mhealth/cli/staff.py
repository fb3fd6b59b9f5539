"""`mhealth staff`: who signs in to the desk, who may sign content; accounts made and closed."""

import click

from mhealth.cli.staff_lookup import staff_database, wanted_district, wanted_user
from mhealth.domain.clock import real_clock
from mhealth.services import staff as accounts
from mhealth.services.passwords import new_password
from mhealth.services.signing import CAPACITIES
from mhealth.store.staff import all_staff

NOTHING = "nothing"
_LANGUAGES = ("fr", "en")


@click.group()
def staff() -> None:
    """Make, list and close the accounts of the desk."""


@staff.command("list")
def list_users() -> None:
    """Every account: name, district, role, what it signs, whether it is open."""
    with staff_database() as database, database.reading() as session:
        users = all_staff(session)
        if not users:
            click.echo("No account yet: `mhealth staff add`.")
        for user in users:
            state = "open" if user.is_active else "closed"
            signs = f", signs as {user.signs_as}" if user.signs_as else ""
            click.echo(
                f"{user.username:<16} {state:<6} {user.display_name}, {user.district.name},"
                f" {user.role}, {user.language}{signs}"
            )


@staff.command()
@click.argument("username")
@click.option("--name", required=True, help="The full name, as signatures show it.")
@click.option("--district", help="Its code or name; may be left out when there is only one.")
@click.option("--language", type=click.Choice(_LANGUAGES), default="fr", show_default=True)
@click.option(
    "--role", type=click.Choice(accounts.ROLES), default=accounts.ROLES[0], show_default=True
)
@click.option("--signs-as", type=click.Choice(CAPACITIES), help="May sign rules and texts.")
def add(
    username: str,
    *,
    name: str,
    district: str | None,
    language: str,
    role: str,
    signs_as: str | None,
) -> None:
    """Make an account and print its random password, this once."""
    password = new_password()
    with staff_database() as database, database.writing() as session:
        try:
            user = accounts.create_user(
                session,
                username=username,
                display_name=name,
                district=wanted_district(session, district),
                password=password,
                now=real_clock(),
                language=language,
                role=role,
                signs_as=signs_as or "",
            )
            accounts.record_added(session, user, real_clock())
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"user {user.username}, password {password}")


@staff.command()
@click.argument("user", required=False)
def password(user: str | None) -> None:
    """A new random password for USER, who is signed out; a lock after wrong passwords is lifted."""
    renew_password(user)


def renew_password(user: str | None) -> None:
    """Make and print a new password. Raises ClickException for an unknown user."""
    fresh = new_password()
    with staff_database() as database, database.writing() as session:
        found = wanted_user(session, user, to_change=True)
        if not found.is_active:
            raise click.ClickException(
                f"{found.username} is closed; `mhealth staff add` makes another account."
            )
        accounts.set_password(session, found, fresh, real_clock())
    click.echo(f"user {found.username}, password {fresh}")


@staff.command()
@click.argument("user")
def close(user: str) -> None:
    """Close an account: it is signed out at once and opens no more; what it signed stays."""
    with staff_database() as database, database.writing() as session:
        found = wanted_user(session, user, to_change=True)
        if not found.is_active:
            click.echo(f"{found.username} is closed already.")
            return
        accounts.close_user(session, found, real_clock())
    click.echo(f"{found.username} ({found.display_name}) is closed and signed out.")


@staff.command()
@click.argument("user")
@click.argument("capacity", type=click.Choice((*CAPACITIES, NOTHING)))
def signs(user: str, capacity: str) -> None:
    """Say what USER may sign from now on: clinician, translator or nothing."""
    with staff_database() as database, database.writing() as session:
        found = wanted_user(session, user, to_change=True)
        if not found.is_active:
            raise click.ClickException(f"{found.username} is closed.")
        wanted = "" if capacity == NOTHING else capacity
        accounts.set_signs_as(session, found, wanted, real_clock())
    click.echo(f"{found.username} ({found.display_name}) signs as {capacity}.")
