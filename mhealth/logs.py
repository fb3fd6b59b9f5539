"""Logs: one event sentence and its fields a line; numbers masked, secrets of addresses scrubbed."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from mhealth.domain.msisdn import Msisdn, mask

_NUMBER = re.compile(r"\+?\d[\d ]{7,15}\d")
_HOOK = re.compile(r"(/hooks/[^/\s]+/)[^/\s?]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_SAFE_KEYS = frozenset({"event", "timestamp", "level", "took_ms", "pid", "port"})


def scrub(text: str) -> str:
    """Mask what looks like a number, hide webhook tokens, flatten control characters."""
    flat = _CONTROL.sub(" ", text)
    return _NUMBER.sub(lambda found: mask(found.group()), _HOOK.sub(r"\1***", flat))


def _clean(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, Msisdn):
            event[key] = value.masked
        elif isinstance(value, str) and key not in _SAFE_KEYS:
            event[key] = scrub(value)
    return event


def start_logs(process: str, *, as_json: bool = False, level: int = logging.INFO) -> None:
    """Structured logs on stderr for this process; library logs pass the same filter."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _clean,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    structlog.contextvars.bind_contextvars(process=process)


def log_for(room: str) -> Any:
    """The logger of a room: `log_for("services.sending").info("sms accepted", message=…)`."""
    return structlog.get_logger(room)
