"""Ports that nobody else of this run takes: each worker of the suite has a stretch of its own.

All lie below those that the system hands to outgoing connections (32768 and up on Linux), else a
port that was free a moment ago may be some connection's by the time a test listens there.
"""

import os
import random
import socket

_LOWEST = 10_240
_STRETCH = 2_600  # eight stretches end below 32768
_STRETCHES = 8


def free_pair() -> int:
    """A port that is free together with the next one."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    lowest = _LOWEST + int(worker) % _STRETCHES * _STRETCH
    while True:
        port = random.randrange(lowest, lowest + _STRETCH, 2)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
