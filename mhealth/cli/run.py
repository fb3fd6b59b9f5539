"""`mhealth run`: the whole product on this machine, until Ctrl-C."""

import os
import sys

import click

from mhealth.launcher.output import Output
from mhealth.launcher.ports import LOOPBACK, SIMULATOR_OFFSET
from mhealth.launcher.run import Launch
from mhealth.launcher.run import run as run_all

_HIGHEST_PORT = 65_535 - SIMULATOR_OFFSET


@click.command()
@click.option("--host", envvar="HOST", default=LOOPBACK, show_default=True, help="Also: HOST.")
@click.option(
    "--port",
    envvar="PORT",
    type=click.IntRange(1, _HIGHEST_PORT),
    default=8000,
    show_default=True,
    help="Of the web; the simulator takes the next one. Also: PORT.",
)
def run(host: str, port: int) -> None:
    """Start web, worker, clock, simulator and a private Redis, and end them with Ctrl-C."""
    output = Output(sys.stdout, os.environ)
    run_all(Launch(host=host, port=port, environ=dict(os.environ)), output)
