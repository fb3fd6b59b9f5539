"""Logs: one event sentence and its fields a line, ours and the libraries', nothing unscrubbed."""

import logging
import sys
import threading
from collections.abc import Callable, Mapping, MutableMapping
from types import TracebackType
from typing import Any, Literal

import structlog

from mhealth.domain.scrubbing import scrub, scrub_value
from mhealth.domain.trace import current_trace

Form = Literal["text", "json"]
Level = Literal["debug", "info", "warning", "error"]
_LEVELS: Mapping[Level, int] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
_KEPT_QUIET = ("sqlalchemy",)  # at `info` it writes what it reads and writes, rows and all
_Event = MutableMapping[str, Any]
_Processor = Callable[[Any, str, _Event], Any]

_OF_THE_FORMATTER = frozenset({"_record", "_from_structlog"})
_OUR_COUNTS = frozenset({"message", "pid", "port"})  # and `*_ms`: a long one is no phone's number

_log = structlog.get_logger("logs")


def _clean(_logger: Any, _name: str, event: _Event) -> Mapping[str, Any]:
    """Scrub every value, the sentence too: a library's holds whatever it was working on."""
    for key, value in list(event.items()):
        if key in _OF_THE_FORMATTER:
            continue
        if not (isinstance(value, int) and _is_count(key)):
            event[key] = scrub_value(value)
        if not key.isidentifier():  # a foreign name could bring a line break along
            event[scrub(key)] = event.pop(key)
    return event


def _is_count(key: str) -> bool:
    return key in _OUR_COUNTS or key.endswith("_ms")


def _of(process: str) -> _Processor:
    def add(_logger: Any, _name: str, event: _Event) -> _Event:
        event["process"] = process
        return event

    return add


def _traced(_logger: Any, _name: str, event: _Event) -> _Event:
    trace = current_trace()
    if trace is not None:
        event["trace"] = trace
    return event


def _processors(process: str) -> list[_Processor]:
    """What every line passes; what we add ourselves comes after the scrubbing."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.format_exc_info,
        _clean,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _traced,
        _of(process),
    ]


class _Handler(logging.StreamHandler[Any]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's own name
        """A line that cannot be written: the standard library would print its arguments raw."""
        self.stream.write(f"a log line of {record.name} could not be written\n")


def start_logs(process: str, form: Form = "text", level: Level = "info") -> None:
    """Structured logs on stderr for this process; library logs and last words pass the same filter."""
    least = _LEVELS[level]
    shared = _processors(process)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(least),
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    )
    handler = _Handler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(least)
    for name in _KEPT_QUIET:
        logging.getLogger(name).setLevel(max(least, logging.WARNING))
    _send_all_to_the_root()
    sys.excepthook = _last_words
    threading.excepthook = lambda args: _tell_uncaught(args.exc_type, args.exc_value)


def _send_all_to_the_root() -> None:
    """A library that set up a handler of its own, as the web server does, loses it."""
    for logger in list(logging.root.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger) and logger.handlers:
            logger.handlers.clear()
            logger.propagate = True


def _last_words(
    kind: type[BaseException], error: BaseException, _trace: TracebackType | None
) -> None:
    _tell_uncaught(kind, error)


def _tell_uncaught(kind: type[BaseException], error: BaseException | None) -> None:
    """An exception that ends a process or a thread; Python would print its text as it is."""
    if error is not None and not issubclass(kind, KeyboardInterrupt | SystemExit):
        _log.critical("ended by an exception", exc_info=error)


def log_for(room: str) -> Any:
    """The logger of a room: `log_for("services.sending").info("sms accepted", message=…)`."""
    return structlog.get_logger(room)
