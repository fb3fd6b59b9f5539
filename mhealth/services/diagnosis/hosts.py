"""Asks a host over HTTP whether it is there, what time it has, and how its certificate stands."""

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

_PATIENCE = 4.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of it. `fault` is empty when the host answered, whatever the status.

    `ahead_ms`: its Date against our clock, to a second; `ends_in_days`: its certificate's end.
    """

    fault: str = ""
    is_certificate: bool = False  # the fault is the certificate's
    ahead_ms: int | None = None
    ends_in_days: float | None = None


def look(url: str, now_ms: Callable[[], int]) -> Answer:
    """One HEAD request. Never raises."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or parts.scheme not in ("http", "https"):
        return Answer(fault=f"{url} is no address")
    try:
        return _ask(parts.scheme == "https", host, port, now_ms)
    except ssl.SSLCertVerificationError as error:
        return Answer(fault=f"{host}: {error.verify_message}", is_certificate=True)
    except ssl.SSLError as error:
        return Answer(fault=f"{host}: TLS failed: {error.reason}", is_certificate=True)
    except socket.gaierror:
        return Answer(fault=f"{host}: the name is not known")
    except (OSError, HTTPException) as error:
        return Answer(fault=f"{host}: {getattr(error, 'strerror', None) or type(error).__name__}")


def _ask(is_tls: bool, host: str, port: int | None, now_ms: Callable[[], int]) -> Answer:
    connection = (
        HTTPSConnection(host, port, timeout=_PATIENCE, context=ssl.create_default_context())
        if is_tls
        else HTTPConnection(host, port, timeout=_PATIENCE)
    )
    try:
        connection.connect()
        ends_in_days = _ends_in_days(connection.sock, now_ms())
        before_ms = now_ms()
        connection.request("HEAD", "/")
        date = connection.getresponse().getheader("Date")
        middle_ms = (before_ms + now_ms()) // 2
        return Answer(ahead_ms=_ahead_ms(date, middle_ms), ends_in_days=ends_in_days)
    finally:
        connection.close()


def _ahead_ms(date: str | None, now_ms: int) -> int | None:
    try:
        return int(parsedate_to_datetime(date or "").timestamp() * 1000) + 500 - now_ms
    except ValueError:
        return None


def _ends_in_days(sock: socket.socket, now_ms: int) -> float | None:
    certificate = sock.getpeercert() if isinstance(sock, ssl.SSLSocket) else None
    end = (certificate or {}).get("notAfter")
    if not isinstance(end, str):
        return None
    return (ssl.cert_time_to_seconds(end) - now_ms / 1000) / 86_400


def now_ms() -> int:
    """This machine's clock in milliseconds since 1970."""
    return int(time.time() * 1000)
