"""One pooled HTTP client a carrier: bounded time and size, no redirect, and it knows what left us."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from mhealth.domain.gateway import SendError, SendProblem

_MOST_BYTES = 65_536
_MOST_RETRY_AFTER = 3600.0


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A carrier's whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class FormBody:
    """A form that notes when it is taken: until then no byte of it left this machine."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._bytes = urlencode(fields, errors="replace").encode("ascii")
        self.has_left = False

    def __len__(self) -> int:
        return len(self._bytes)

    def __iter__(self) -> Iterator[bytes]:
        self.has_left = True
        yield self._bytes


class PooledClient:
    """Keeps connections to one carrier open; safe to share between threads.

    Timeouts in seconds: to connect, and to wait for each part of the answer and for its whole body.
    """

    def __init__(self, base_url: str, connect_timeout: float, read_timeout: float) -> None:
        self._timeout = (connect_timeout, read_timeout)
        self._session = requests.Session()
        self._session.trust_env = not _is_loopback(base_url)  # no proxy between two local ends
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=32))

    def post_form(
        self, url: str, headers: Mapping[str, str], fields: Mapping[str, object]
    ) -> HttpAnswer:
        """Send a form and read the answer, whatever its status.

        Raises SendError: NOT_SENT when the body never left, UNKNOWN when it did and no whole
        answer came back. The cause is cut off, since it holds headers with the key.
        """
        body = FormBody(fields)
        try:
            return self._post(url, headers, body)
        except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
            problem = SendProblem.UNKNOWN if body.has_left else SendProblem.NOT_SENT
            raise SendError(problem, type(error).__name__) from None

    def get(self, url: str, headers: Mapping[str, str], params: Mapping[str, str]) -> HttpAnswer:
        """Read an answer, whatever its status. Raises requests' own errors, urllib3's or OSError."""
        with self._session.get(
            url,
            params=params,
            headers=headers,
            timeout=self._timeout,
            allow_redirects=False,
            stream=True,
        ) as response:
            return HttpAnswer(response.status_code, response.headers, self._read(response))

    def close(self) -> None:
        """Let go of every connection."""
        self._session.close()

    def _post(self, url: str, headers: Mapping[str, str], body: FormBody) -> HttpAnswer:
        with self._session.post(
            url,
            data=body,
            headers={**headers, "Content-Type": "application/x-www-form-urlencoded"},
            timeout=self._timeout,
            allow_redirects=False,
            stream=True,
        ) as response:
            return HttpAnswer(response.status_code, response.headers, self._read(response))

    def _read(self, response: requests.Response) -> bytes:
        deadline = time.monotonic() + self._timeout[1]
        body = b""
        while piece := response.raw.read1(_MOST_BYTES, decode_content=True):
            body += piece
            if len(body) > _MOST_BYTES:
                raise requests.RequestException("the answer is too long")
            if time.monotonic() > deadline:
                raise requests.Timeout("the answer came too slowly")
        return body


_STATUS_PROBLEMS = {
    401: SendProblem.BAD_CREDENTIALS,
    403: SendProblem.BAD_CREDENTIALS,  # a key without rights, or our address not allowed
    402: SendProblem.NO_CREDIT,
    404: SendProblem.NOT_SENT,  # a wrong address of the API: nobody took the message
    405: SendProblem.NOT_SENT,
    408: SendProblem.NOT_SENT,  # the server says that the request never arrived whole
    429: SendProblem.THROTTLED,
}


def raise_for_status(answer: HttpAnswer) -> None:
    """Raises SendError for every status but 2xx; 3xx means that no carrier took the message."""
    status = answer.status
    if 200 <= status < 300:
        return
    by_class = {3: SendProblem.NOT_SENT, 4: SendProblem.REFUSED}
    problem = _STATUS_PROBLEMS.get(status, by_class.get(status // 100, SendProblem.UNKNOWN))
    raise SendError(problem, f"HTTP {status}", read_retry_after(answer.headers))


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from a number or a date, at most an hour; None when not said."""
    written = headers.get("Retry-After", "").strip()
    if written.isascii() and written.isdigit():
        seconds = float(written)
    else:
        try:
            then = parsedate_to_datetime(written)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        then = then if then.tzinfo else then.replace(tzinfo=UTC)
        seconds = (then - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), _MOST_RETRY_AFTER)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
