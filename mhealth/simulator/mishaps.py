"""What the network does to one request of a call: loses it, delays it, sends it twice or out of order."""

import threading

from mhealth.simulator.carrier import Answer
from mhealth.simulator.errands import Errand, Errands
from mhealth.simulator.script import Step

MOST_SECONDS = 60.0
"""So long a request may be held back."""


class Mishaps:
    """Sends requests as a step of a script says. `answer_seconds`: so long the network waits."""

    def __init__(self, errands: Errands, answer_seconds: float, stopped: threading.Event) -> None:
        self._errands, self._answer_seconds, self._stopped = errands, answer_seconds, stopped

    def send(self, errand: Errand, step: Step, earlier: Errand | None) -> Answer:
        """Send a request, `earlier` being the one before it in the call; the answer that the phone gets."""
        if step.name == "lost":
            return Answer(0, error="lost")
        if step.name == "delay":
            return self._late(errand, min(step.seconds, MOST_SECONDS))
        answer = self._errands.make_now(errand)
        if step.name == "answer_lost":
            return Answer(0, error="answer_lost")
        if step.name == "twice":
            return self._errands.make_now(errand)
        if step.name == "again":
            self._errands.put(errand, min(step.seconds, MOST_SECONDS))
        if step.name == "earlier" and earlier is not None:
            self._errands.make_now(earlier)
        return answer

    def _late(self, errand: Errand, seconds: float) -> Answer:
        """A request that arrives later than the network waits arrives all the same."""
        if seconds < self._answer_seconds:
            self._stopped.wait(seconds)
            return self._errands.make_now(errand)
        self._errands.put(errand, seconds)
        self._stopped.wait(self._answer_seconds)
        return Answer(0, error="too_late")
