"""How the web is served: granian with our `wsgi.py`, the same on a laptop and in production."""

import os
from collections.abc import Mapping

from mhealth.content.library import shipped_root

GRANIAN = ("-m", "granian")


def granian_words(host: str, port: int, *, workers: int = 1, threads: int = 4) -> tuple[str, ...]:
    """Granian's arguments. `workers` are processes; `threads` calls at once in each of them."""
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--blocking-threads": str(threads),
        "--workers-kill-timeout": "5",  # a worker told to end while it still loads does not hear it
        "--log-level": "warning",
    }
    return (*(word for pair in options.items() for word in pair), "--no-ws", "wsgi:app")


def where_wsgi_is_found(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which `wsgi` can be imported: from the checkout or the wheel's `_data`."""
    path = [str(shipped_root()), *filter(None, [environ.get("PYTHONPATH")])]
    return {**environ, "PYTHONPATH": os.pathsep.join(path)}
