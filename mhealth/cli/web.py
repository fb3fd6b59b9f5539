"""`mhealth web`: the web alone, under granian."""

import os
import sys

import click

from mhealth.content.library import shipped_root


@click.command()
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="PORT", type=int, default=8000, show_default=True)
@click.option("--workers", type=int, default=1, show_default=True, help="One for each core.")
@click.option("--threads", type=int, default=4, show_default=True, help="Calls at once a worker.")
def web(host: str, port: int, workers: int, threads: int) -> None:
    """Serve webhooks and desk; this process becomes the server."""
    path = os.pathsep.join(filter(None, [str(shipped_root()), os.environ.get("PYTHONPATH")]))
    words = ["--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    words += ["--workers", str(workers), "--blocking-threads", str(threads), "wsgi:app"]
    environ = {**os.environ, "PYTHONPATH": path}
    os.execve(sys.executable, [sys.executable, "-m", "granian", *words], environ)
