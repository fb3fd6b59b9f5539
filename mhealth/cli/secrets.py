"""`mhealth secrets`: a fresh set of keys and tokens for the environment file of a server."""

import click

from mhealth.launcher.secrets import MAKERS, fresh_secrets

_SHORT = {name.removeprefix("MHEALTH_").lower().replace("_", "-"): name for name in MAKERS}


@click.command()
@click.option(
    "--only",
    type=click.Choice(sorted(_SHORT)),
    help="One of them alone, for a rotation.",
)
def secrets(only: str | None) -> None:
    """Print new secrets as NAME=value lines; nothing is stored, nothing running is changed.

    Keep the two keys that seal (encryption keys, index key) apart from every backup: without them
    no name and no number of the database can be read again, and with them all can.
    """
    wanted = _SHORT[only] if only else None
    for name, value in fresh_secrets().items():
        if wanted in (None, name):
            click.echo(f"{name}={value}")
