"""Does a child serve yet? Asked over its own socket with a few bytes, so that no library is needed."""

import socket
from collections.abc import Callable
from pathlib import Path

Probe = Callable[[], bool]
"""True once the child serves; False when not yet; never raises."""

_PATIENCE = 1.0  # seconds for one question


def http_answers(host: str, port: int, path: str = "/", *, accept: str = "2") -> Probe:
    """A probe: does `GET path` answer with a status that begins with one of the digits `accept`?"""
    request = f"GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode()

    def probe() -> bool:
        try:
            with socket.create_connection((host, port), timeout=_PATIENCE) as connection:
                connection.sendall(request)
                status = connection.recv(64).split(b" ", 2)[1:2]
        except OSError:
            return False
        return bool(status) and status[0][:1].decode("ascii", "replace") in accept

    return probe


def redis_answers(path: Path) -> Probe:
    """A probe: does a Redis on this unix socket answer PING?"""

    def probe() -> bool:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(_PATIENCE)
                connection.connect(str(path))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    return probe
