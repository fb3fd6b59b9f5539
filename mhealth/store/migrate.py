"""Moves a database to the newest shape by Alembic, and says where it stands."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url


def alembic_config(migrations: Path, database_url: str) -> Config:
    """The configuration that the command line of Alembic would read from a file."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.attributes["database_url"] = database_url
    return config


def upgrade(migrations: Path, database_url: str, revision: str = "head") -> None:
    """Apply migrations up to a revision."""
    command.upgrade(alembic_config(migrations, database_url), revision)


def downgrade(migrations: Path, database_url: str, revision: str) -> None:
    """Take migrations back to a revision; `base` empties the database."""
    command.downgrade(alembic_config(migrations, database_url), revision)


def is_current(migrations: Path, database_url: str) -> bool:
    """True when the database stands at the newest migration."""
    head = ScriptDirectory.from_config(alembic_config(migrations, database_url)).get_current_head()
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == head
    finally:
        engine.dispose()
