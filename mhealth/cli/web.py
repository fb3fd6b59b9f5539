"""`mhealth web`: the web alone, under granian."""

import os
import sys

import click

from mhealth.launcher.web_server import GRANIAN, granian_words, where_wsgi_is_found


@click.command()
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="PORT", type=int, default=8000, show_default=True)
@click.option("--workers", type=int, default=1, show_default=True, help="One for each core.")
@click.option("--threads", type=int, default=4, show_default=True, help="Calls at once a worker.")
def web(host: str, port: int, workers: int, threads: int) -> None:
    """Serve webhooks and desk; this process becomes the server."""
    words = granian_words(host, port, workers=workers, threads=threads)
    program = sys.executable
    os.execve(program, [program, *GRANIAN, *words], where_wsgi_is_found(os.environ))
