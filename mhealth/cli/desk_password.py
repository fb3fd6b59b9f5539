"""`mhealth desk-password`: the short name of `mhealth staff password`."""

import click

from mhealth.cli.staff import renew_password


@click.command("desk-password")
@click.argument("user", required=False)
def desk_password(user: str | None) -> None:
    """Make and print a new password; USER may be left out when there is only one.

    Whoever is signed in as this user is signed out, and a lock after wrong passwords is lifted.
    """
    renew_password(user)
