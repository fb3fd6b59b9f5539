"""`mhealth desk-password`: a new random password for somebody who signs in to the desk."""

import sys

import click

from mhealth.domain.clock import real_clock
from mhealth.services.passwords import new_password
from mhealth.services.staff import clean_username, set_password
from mhealth.settings import read_settings
from mhealth.store.database import Database, open_database
from mhealth.store.keyring import read_keyring
from mhealth.store.staff import staff_by_username, staff_usernames


@click.command("desk-password")
@click.argument("user", required=False)
def desk_password(user: str | None) -> None:
    """Make and print a new password; USER may be left out when there is only one.

    Whoever is signed in as this user is signed out, and a lock after wrong passwords is lifted.
    """
    settings = read_settings()
    keyring = read_keyring(settings.encryption_keys.reveal(), settings.index_key.reveal())
    database = open_database(settings.database_url, keyring)
    try:
        _renew(database, user)
    finally:
        database.close()


def _renew(database: Database, wanted: str | None) -> None:
    password = new_password()
    with database.writing() as session:
        names = staff_usernames(session)
        name = clean_username(wanted or (names[0] if len(names) == 1 else ""))
        user = staff_by_username(session, name, to_change=True)
        if user is not None:
            set_password(session, user, password, real_clock())
    if user is None:
        click.echo(f"No such user. Users of the desk: {', '.join(names) or 'none yet'}.", err=True)
        sys.exit(1)
    click.echo(f"user {name}, password {password}")
