"""The carrier's HTTP: one POST to one of our webhooks, within bounded time and size, never an exception."""

import time
from collections.abc import Mapping

import requests

from mhealth.simulator.carrier import Answer, Hook

_MOST_BYTES = 64_000


class Wire:
    """Calls the webhooks of one channel; `target_url` is the product's address."""

    def __init__(
        self, target_url: str, channel: str, token: str, *, read_seconds: float = 10.0
    ) -> None:
        self._root = f"{target_url.rstrip('/')}/hooks/{channel}/{token}"
        self._timeout = (3.05, read_seconds)

    def post(self, hook: Hook, fields: Mapping[str, str]) -> Answer:
        """Send a form. No answer: `status` 0 and `error` one of unreachable, too_late, cut_off."""
        return self.ask(hook.value, fields)

    def ask(self, door: str, fields: Mapping[str, str]) -> Answer:
        """Likewise, at any door behind the same token."""
        begun = time.monotonic()
        try:
            status, body = self._post(door, fields)
        except requests.Timeout as error:
            found = "unreachable" if isinstance(error, requests.ConnectTimeout) else "too_late"
            return Answer(0, error=found, took_ms=_since(begun))
        except requests.ConnectionError as error:
            found = "unreachable" if "refused" in str(error) else "cut_off"
            return Answer(0, error=found, took_ms=_since(begun))
        except requests.RequestException:
            return Answer(0, error="cut_off", took_ms=_since(begun))
        return Answer(status, body, took_ms=_since(begun))

    def _post(self, door: str, fields: Mapping[str, str]) -> tuple[int, bytes]:
        with requests.Session() as client:
            client.trust_env = False  # no proxy and no netrc between two ends on one machine
            with client.post(
                f"{self._root}/{door}",
                data=dict(fields),
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                return response.status_code, _bounded(response)


def _bounded(response: requests.Response) -> bytes:
    body = b""
    for chunk in response.iter_content(8_192):
        body += chunk
        if len(body) >= _MOST_BYTES:
            break
    return body[:_MOST_BYTES]


def _since(begun: float) -> float:
    return (time.monotonic() - begun) * 1000
