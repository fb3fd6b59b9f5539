"""The simulator's server: werkzeug's threaded one, on the loopback only.

Not granian, which serves the product: a script may cut the line in the middle of an answer, and for
that a view needs the connection's socket. A thread a connection also lets one call hang without
holding up the others.
"""

import errno
import socket
import socketserver
import threading
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from mhealth.domain.errors import CannotStart
from mhealth.simulator.app import create_app
from mhealth.simulator.config import SimulatorConfig
from mhealth.simulator.guard import is_loopback
from mhealth.simulator.network import build_network

_BACKLOG = 128


class _Handler(WSGIRequestHandler):
    """Silent: the page asks every second, and addresses hold numbers."""

    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the views log what matters."""

    def connection_dropped(
        self, error: BaseException, environ: dict[str, Any] | None = None
    ) -> None:
        """Nothing: cutting the line is our trade."""


class _Server(ThreadedWSGIServer):
    daemon_threads = False  # closing waits for the calls in hand, so that none writes afterwards

    def __init__(self, stopped: threading.Event, *args: Any, **options: Any) -> None:
        self._stopped = stopped
        super().__init__(*args, **options)

    def serve_forever(self, poll_interval: float = 0.5) -> None:
        """Serve until told to stop; then let go what hangs by script, and close."""
        try:
            socketserver.BaseServer.serve_forever(self, poll_interval)
        finally:
            self._stopped.set()
            self.server_close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise CannotStart(f"port {port} is taken: another simulator, or another program") from error


class SimulatorServer:
    """A running simulator. Port 0 takes a free one; `url` tells which.

    Raises CannotStart when the host is not this machine's own or the port is taken.
    """

    def __init__(self, config: SimulatorConfig, host: str = "127.0.0.1", port: int = 0) -> None:
        if not is_loopback(host):
            raise CannotStart(f"the simulator listens on this machine only, not on {host}")
        with _listen(host, port) as listener:
            port = listener.getsockname()[1]
            self._network = build_network(config)
            self._server = _Server(
                self._network.stopped,
                host,
                port,
                create_app(self._network),
                handler=_Handler,
                fd=listener.fileno(),
            )
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{port}"

    def serve(self) -> None:
        """Serve until `stop` is called from another thread, or an interrupt."""
        self._network.start()
        try:
            self._server.serve_forever(poll_interval=0.1)
        except KeyboardInterrupt:
            return
        finally:
            self._network.stop()

    def start(self) -> threading.Thread:
        """Serve in a thread of its own."""
        thread = threading.Thread(target=self.serve, name="simulator")
        thread.start()
        return thread

    def stop(self) -> None:
        """Have `serve` return soon."""
        self._server.shutdown()
