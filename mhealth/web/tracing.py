"""Each call gets a trace, which its log lines and the messages it causes bear; carriers' calls are timed."""

import time

from flask import Flask, Response, g, request

from mhealth.domain.trace import begin_trace, taken_trace
from mhealth.logs import log_for
from mhealth.web.timings import observe_call

HEADER = "X-Request-ID"
_PROBES = frozenset({"health.healthz", "health.readyz", "metrics.scrape", "static"})
_log = log_for("web.calls")


def init_tracing(app: Flask, *, trust_proxy: bool) -> None:
    """Before everything else of a call, and after it. A proxy's own id is taken when it is trusted."""

    @app.url_value_preprocessor  # runs before a blueprint's own, which may refuse the call
    def begin(_endpoint: str | None, _values: dict[str, str] | None) -> None:
        given = request.headers.get(HEADER) if trust_proxy else None
        g.began = time.perf_counter()
        begin_trace(taken_trace(given))

    @app.after_request
    def end(response: Response) -> Response:
        _tell(response)
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        begin_trace(None)


def _tell(response: Response) -> None:
    """One line a call, without its address, in which a token or a code may stand."""
    endpoint = request.endpoint or "none"
    if endpoint in _PROBES or endpoint.endswith(".static"):
        return
    seconds = time.perf_counter() - g.began
    if request.blueprint == "hooks":
        observe_call(endpoint.partition(".")[2], response.status_code, seconds)
    is_screen = endpoint == "hooks.ussd" and response.status_code == 200
    say = _log.debug if is_screen else _log.info  # a dozen a call; what it does is told elsewhere
    say(
        "call answered",
        endpoint=endpoint,
        status=response.status_code,
        took_ms=int(seconds * 1000),
    )
