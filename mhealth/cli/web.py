"""`mhealth web`: the web alone, under granian."""

import os
import sys
from pathlib import Path

import click

from mhealth.cli.review_desk import refuse_the_unsigned
from mhealth.launcher.web_server import (
    GRANIAN,
    Serving,
    clear_socket,
    granian_words,
    where_wsgi_is_found,
    with_shared_timings,
)
from mhealth.settings import read_settings

_COUNT = click.IntRange(min=1)


@click.command()
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="PORT", type=int, default=8000, show_default=True)
@click.option(
    "--unix-socket",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Listen there and at no port; its group may connect.",
)
@click.option("--workers", type=_COUNT, default=1, show_default=True, help="One for each core.")
@click.option(
    "--threads", type=_COUNT, default=4, show_default=True, help="Calls at once a worker."
)
@click.option(
    "--grace",
    type=click.IntRange(1, 1800),
    default=5,
    show_default=True,
    help="Seconds for the calls in hand when told to end.",
)
def web(
    host: str, port: int, unix_socket: Path | None, workers: int, threads: int, grace: int
) -> None:
    """Serve webhooks and desk; this process becomes the server."""
    if read_settings().mode == "live":
        refuse_the_unsigned()
    if unix_socket is not None:
        clear_socket(unix_socket)
    serving = Serving(workers=workers, threads=threads, grace=grace)
    words = granian_words(host, port, serving, unix_socket=unix_socket)
    environ = with_shared_timings(where_wsgi_is_found(os.environ), serving)
    program = sys.executable
    os.execve(program, [program, *GRANIAN, *words], environ)
