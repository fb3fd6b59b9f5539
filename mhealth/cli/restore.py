"""`mhealth restore`: put a backup in the place of the database, whole or not at all."""

from datetime import UTC, datetime
from pathlib import Path

import click

from mhealth.cli.backup import keyring_of, summary, tell
from mhealth.content.library import open_library
from mhealth.services.backup.restoring import restore as restore_file
from mhealth.settings import read_settings
from mhealth.store.revision import newest_revision


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Even when the database holds data: it goes.")
@click.pass_context
def restore(ctx: click.Context, file: Path, *, replace: bool) -> None:
    """Restore FILE into the database of the settings, then hold every table against the backup.

    Web, worker and clock must be stopped. A SQLite file that held data is kept beside. Exit code 1:
    something differs.
    """
    settings = read_settings()
    newest = newest_revision(open_library().find("migrations"))
    done = restore_file(
        file,
        settings.database_url,
        keyring_of(settings),
        newest=newest,
        may_replace=replace,
        now=datetime.now(UTC),
    )
    is_same = tell(done.compared, every=True)
    if not is_same:
        click.echo(f"NOT RESTORED as it was: {file.name}", err=True)
        ctx.exit(1)
    click.echo(f"restored: {file.name}, {summary(done.manifest)}")
    if done.aside is not None:
        click.echo(f"what was there before: {done.aside}")
    if done.manifest.revision < newest:
        click.echo(f"older than this program ({newest}): now run `mhealth migrate`")
