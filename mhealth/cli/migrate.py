"""`mhealth migrate`: bring the database to the newest shape."""

from pathlib import Path

import click
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from mhealth.content.library import open_library
from mhealth.domain.errors import CannotStart
from mhealth.settings import read_settings
from mhealth.store.migrate import downgrade, upgrade


@click.command()
@click.option("--to", default="head", help="Revision to go to; `base` empties the database.")
def migrate(to: str) -> None:
    """Apply the migrations of the database."""
    settings = read_settings()
    migrations = open_library().find("migrations")
    address = make_url(settings.database_url)
    move = downgrade if to == "base" else upgrade
    try:
        if address.get_backend_name() == "sqlite" and address.database:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        move(migrations, settings.database_url, to)
    except (OperationalError, OSError) as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        raise CannotStart(f"The database {address!r} cannot be used: {reason}") from error
    click.echo(f"database at {to}")
