"""Keeps children running: starts them, waits until they serve, starts dead ones anew, ends them all.

One thread and one `select`: it wakes for a line of output, a signal, a child's end or a time that
is due, and otherwise sleeps.
"""

import selectors
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from mhealth.domain.errors import CannotStart
from mhealth.launcher.output import Output
from mhealth.launcher.processes import Child, ChildSpec, Pipe
from mhealth.launcher.signals import Signals, StopRequested

REASON = "mhealth: "  # how the line begins in which a child says why it must not run
_TICK = 0.05  # seconds between two questions whether a child serves


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the supervisor waits, in seconds; tests shorten it."""

    ready: float = 90
    first_restart: float = 1
    longest_restart: float = 30
    settled: float = 60  # a child that lived so long starts again with the first delay


class Supervisor:
    """Entered, it holds children; left, every one of them has ended, the last started first."""

    def __init__(self, output: Output, signals: Signals, patience: Patience) -> None:
        self._output = output
        self._signals = signals
        self._patience = patience
        self._children: dict[str, Child] = {}  # in the order of their first start
        self._restart_at: dict[str, float] = {}
        self._deaths: dict[str, int] = {}
        self._is_stopping = False
        self._selector = selectors.DefaultSelector()
        self._selector.register(signals, selectors.EVENT_READ, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_stopping = True
        for child in reversed(self._children.values()):
            self._stop(child)
        self._selector.close()

    def run(self, spec: ChildSpec) -> list[str]:
        """Run a command to its end. Returns the lines of its answer when it captures one.

        Raises CannotStart when it fails.
        """
        child = self.start(spec)
        while child.exit_code is None:
            self._pump(1)
        self.forget(child)
        if child.exit_code != 0:
            raise CannotStart(_obituary(child, "failed"))
        return child.answer

    def start(self, spec: ChildSpec) -> Child:
        """Start a child and listen to it."""
        child = Child(spec)
        self._children[spec.name] = child
        for pipe in child.pipes:
            self._selector.register(pipe.stream, selectors.EVENT_READ, (child, pipe))
        return child

    def forget(self, child: Child) -> None:
        """End a child for good."""
        self._stop(child)
        del self._children[child.spec.name]

    def wait_ready(self, children: Iterable[Child]) -> None:
        """Wait until all serve. Raises CannotStart naming the one that died or takes too long."""
        deadline = time.monotonic() + self._patience.ready
        waiting = [child for child in children if child.spec.ready]
        while waiting:
            self._pump(_TICK)
            dead = next((child for child in waiting if child.exit_code is not None), None)
            if dead:
                self._finish(dead)
                raise CannotStart(_obituary(dead, "ended before it served"))
            waiting = [c for c in waiting if c.spec.ready and not c.spec.ready()]
            if waiting and time.monotonic() > deadline:
                late = waiting[0]
                raise CannotStart(
                    _obituary(late, f"does not serve after {self._patience.ready:.0f} s")
                )

    def watch(self) -> None:
        """Keep all running until somebody asks to stop: raises StopRequested."""
        while True:
            self._bury_the_dead()
            self._restart_the_due()
            self._pump(self._next_restart())

    def _pump(self, seconds: float | None) -> None:
        """Wait for anything to happen and show what children said. Raises StopRequested."""
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                self._signals.drain()
            else:
                self._show(*key.data)
        if self._signals.asked_to_stop and not self._is_stopping:
            raise StopRequested

    def _show(self, child: Child, pipe: Pipe, *, to_the_end: bool = False) -> None:
        for line in child.hear(pipe, to_the_end=to_the_end):
            if not child.spec.is_quiet:
                self._output.line(child.spec.name, line)
        if not pipe.is_open:
            self._selector.unregister(pipe.stream)
            pipe.close()

    def _bury_the_dead(self) -> None:
        for name, child in self._children.items():
            if child.exit_code is not None and name not in self._restart_at:
                self._finish(child)
                delay = self._delay(child)
                self._restart_at[name] = time.monotonic() + delay
                self._output.say(f"{name} ended ({_how(child)}); again in {delay:g} s.")
                for line in child.last_lines if child.spec.is_quiet else ():
                    self._output.line(name, line)

    def _delay(self, child: Child) -> float:
        """Seconds until the next start: doubled with each early death."""
        name = child.spec.name
        if time.monotonic() - child.started_at >= self._patience.settled:
            self._deaths[name] = 0
        deaths = self._deaths.get(name, 0)
        self._deaths[name] = deaths + 1
        delay = self._patience.first_restart * 2.0 ** min(deaths, 20)
        return min(delay, self._patience.longest_restart)

    def _restart_the_due(self) -> None:
        now = time.monotonic()
        for name in [name for name, due in self._restart_at.items() if due <= now]:
            del self._restart_at[name]
            self.start(self._children[name].spec)

    def _next_restart(self) -> float | None:
        if not self._restart_at:
            return None
        return max(0.0, min(self._restart_at.values()) - time.monotonic())

    def _stop(self, child: Child) -> None:
        """Ask, wait, and if need be kill; a second Ctrl-C ends the waiting."""
        child.ask_to_stop()
        deadline = time.monotonic() + child.spec.stop_seconds
        while child.exit_code is None and not self._signals.asked_twice:
            if time.monotonic() > deadline:
                self._output.say(f"{child.spec.name} does not end; killed.")
                break
            self._pump(0.2)
        self._finish(child)

    def _finish(self, child: Child) -> None:
        """Show its last words and see that nothing of it is left."""
        child.kill()
        for pipe in child.pipes:
            if pipe.is_open:
                self._show(child, pipe, to_the_end=True)


def _how(child: Child) -> str:
    code = child.exit_code or 0
    return f"exit {code}" if code >= 0 else signal.Signals(-code).name


def _obituary(child: Child, verdict: str) -> str:
    """The line in which the child itself said why, else what happened and its last lines."""
    last = list(child.last_lines)
    for line in last:
        if line.startswith(REASON):
            return line.removeprefix(REASON)
    ended = "" if child.exit_code is None else f" ({_how(child)})"
    said = "".join(f"\n  {line}" for line in last)
    return f"{child.spec.name} {verdict}{ended}." + (f" Its last lines:{said}" if said else "")
