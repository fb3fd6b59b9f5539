"""Addresses to listen on: is the host ours, is the port free, and if not, which pair is."""

import errno
import socket
import time
from dataclasses import dataclass

from mhealth.domain.errors import CannotStart

LOOPBACK = "127.0.0.1"
SIMULATOR_OFFSET = 1  # the simulator listens one port above the web


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Where the web and the simulator listen: numeric addresses and their ports."""

    host: str
    port: int

    @property
    def simulator_port(self) -> int:
        """The simulator's port, always on loopback."""
        return self.port + SIMULATOR_OFFSET

    @property
    def web_host(self) -> str:
        """The address by which this machine itself reaches the web."""
        return {"0.0.0.0": LOOPBACK, "::": "::1"}.get(self.host, self.host)

    @property
    def web_url(self) -> str:
        """The web's address as seen from this machine."""
        host = f"[{self.web_host}]" if ":" in self.web_host else self.web_host
        return f"http://{host}:{self.port}"

    @property
    def simulator_url(self) -> str:
        """The simulator's address."""
        return f"http://{LOOPBACK}:{self.simulator_port}"


def choose_addresses(host: str, port: int, *, patience: float = 0) -> Listen:
    """Check that both ports can be had, waiting up to `patience` seconds for those of a dead run.

    Raises CannotStart with the mend in one line.
    """
    numeric = _resolve(host, port)
    listen = Listen(host=numeric, port=port)
    deadline = time.monotonic() + patience
    while True:
        fault = _fault(numeric, port) or _fault(LOOPBACK, listen.simulator_port)
        if fault is None:
            return listen
        if time.monotonic() >= deadline:
            raise CannotStart(fault)
        time.sleep(0.1)


def _resolve(host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise CannotStart(
            f"HOST={host} is not a name or address known here: HOST={LOOPBACK} bin/run"
        ) from error
    return str(found[0][4][0])


def _fault(host: str, port: int) -> str | None:
    """Why nobody of us could listen there; None when one could."""
    error = _listening_error(host, port)
    if error is None:
        return None
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken: PORT={_free_pair(host, port)} bin/run"
    if error.errno == errno.EACCES:
        return f"Port {port} is for root only: PORT={_free_pair(host, 8000)} bin/run"
    return f"HOST={host} is not an address of this machine: HOST={LOOPBACK} bin/run"


def _free_pair(host: str, port: int) -> int:
    """The next port by tens whose neighbour is free too."""
    for candidate in range(port + 10, 65_000, 10):
        neighbour = candidate + SIMULATOR_OFFSET
        if not (_listening_error(host, candidate) or _listening_error(LOOPBACK, neighbour)):
            return candidate
    return 8000


def _listening_error(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # ports of just closed runs
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            return error
    return None
