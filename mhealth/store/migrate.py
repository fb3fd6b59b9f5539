"""Moves a database to the newest shape by Alembic, and says where it stands."""

from pathlib import Path

from alembic import command
from alembic.config import Config


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
