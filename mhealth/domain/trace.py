"""The trace: a short random word that one carrier's call, the messages it caused and their sending share."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LENGTH = 12  # hexadecimal digits; kept beside a message, which has room for 16
_FOREIGN = re.compile(r"(?=.*[a-f])[0-9a-f]{8,16}")  # with a letter: never a phone's number
_trace: ContextVar[str | None] = ContextVar("trace", default=None)


def new_trace() -> str:
    """A fresh one; it holds a letter, so that no filter of logs takes it for a number."""
    return "t" + secrets.token_hex(_LENGTH // 2)[1:]


def taken_trace(given: str | None) -> str:
    """A proxy's own, where it has our form; else a fresh one."""
    return given if given and _FOREIGN.fullmatch(given) else new_trace()


def current_trace() -> str | None:
    """That of the call at hand; None outside of any."""
    return _trace.get()


@contextmanager
def traced(trace: str | None) -> Iterator[None]:
    """Everything within belongs to this trace."""
    token = _trace.set(trace)
    try:
        yield
    finally:
        _trace.reset(token)


def begin_trace(trace: str | None) -> None:
    """For an edge that ends by itself: the next call begins another one."""
    _trace.set(trace)
