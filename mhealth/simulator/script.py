"""Faults by script: what the carrier does with the next calls, in order, before it behaves again."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from mhealth.simulator.memory import Memory

KNOWN: Mapping[str, Mapping[str, str]] = {
    # kind -> step -> what its argument is ("" for none)
    "send": {
        "ok": "",
        "401": "",  # bad credentials
        "429": "",  # not taken
        "500": "",  # not taken
        "500_taken": "",  # taken, and the answer is an error all the same
        "reset_after_body": "",  # taken, and the line is cut before the answer
        "reset_not_taken": "",  # lost before it was taken, and the line is cut
        "hang": "seconds",  # taken, and the answer comes late
        "invalid_sender": "",
        "per_recipient": "statusCode",
        "html_200": "",  # a page of some proxy; not taken
    },
    "delivery": {
        "ok": "",
        "none": "",
        "twice": "",
        "before_answer": "",
        "late": "seconds",
        "swapped": "",  # Success first, Sent afterwards
        "failed": "failureReason",
        "rejected": "failureReason",
        "expired": "",
        "unknown_id": "",
    },
    "ussd": {
        "ok": "",
        "twice": "",  # the same call again, as a network that lost the answer
        "lost": "",  # never sent, and the phone shows an error
        "answer_lost": "",  # taken, and the phone shows an error
        "delay": "seconds",  # sent so much later; later than the network waits: an error too
        "again": "seconds",  # sent a second time so much later
        "earlier": "",  # the call before it comes once more, after it
    },
    "sms": {"ok": "", "twice": ""},  # sent again though answered with 200
}


class UnknownStep(ValueError):
    """The script names a step that the simulator does not know."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and its argument."""

    name: str
    argument: str = ""

    @property
    def seconds(self) -> float:
        """The argument as a time in seconds."""
        return float(self.argument)

    def __str__(self) -> str:
        return f"{self.name}:{self.argument}" if self.argument else self.name


OK = Step("ok")


def read_step(kind: str, text: str) -> Step:
    """Read `late:2`. Raises UnknownStep saying which steps exist."""
    name, _, argument = text.partition(":")
    known = KNOWN.get(kind)
    if known is None:
        raise UnknownStep(f"no such script: {kind}; there are {', '.join(KNOWN)}")
    if name not in known:
        raise UnknownStep(f"no such step of {kind}: {text}; there are {', '.join(known)}")
    if bool(known[name]) != bool(argument):
        raise UnknownStep(f"{name} takes {known[name] or 'no argument'}: {text}")
    if known[name] in ("seconds", "statusCode") and not argument.replace(".", "", 1).isdigit():
        raise UnknownStep(f"{name} takes {known[name]}, a number: {text}")
    return Step(name, argument)


class Script:
    """The steps still to come, kept in the memory; when none are left, all goes well."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def load(self, kinds: Mapping[str, list[str]]) -> None:
        """Replace the steps of each kind given. Raises UnknownStep, and then changes nothing."""
        read = {kind: [read_step(kind, text) for text in steps] for kind, steps in kinds.items()}
        with self._memory.lock:
            for kind, steps in read.items():
                self._memory.write("delete from steps where kind = ?", kind)
                for step in steps:
                    self._memory.write(
                        "insert into steps (kind, step) values (?, ?)", kind, str(step)
                    )

    def set_next(self, kind: str, msisdn: str, text: str) -> None:
        """The one next step of a phone, before those of all. Raises UnknownStep."""
        step = read_step(kind, text)
        with self._memory.lock:
            self._memory.write("delete from steps where kind = ?", f"{kind} {msisdn}")
            if step != OK:
                self._memory.write(
                    "insert into steps (kind, step) values (?, ?)", f"{kind} {msisdn}", str(step)
                )

    def next_of(self, kind: str, msisdn: str) -> Step:
        """What comes next on a phone."""
        rows = self._memory.rows("select step from steps where kind = ?", f"{kind} {msisdn}")
        return read_step(kind, rows[0]["step"]) if rows else OK

    def take_of(self, kind: str, msisdn: str) -> Step:
        """The next step of a phone, else of all phones; gone afterwards."""
        with self._memory.lock:
            own = self.next_of(kind, msisdn)
            if own == OK:
                return self.take(kind)
            self._memory.write("delete from steps where kind = ?", f"{kind} {msisdn}")
            return own

    def take(self, kind: str) -> Step:
        """The next step of a kind, gone afterwards."""
        with self._memory.lock:
            rows = self._memory.rows(
                "select id, step from steps where kind = ? order by id limit 1", kind
            )
            if not rows:
                return OK
            self._memory.write("delete from steps where id = ?", rows[0]["id"])
            return read_step(kind, rows[0]["step"])

    def left(self) -> dict[str, int]:
        """How many steps are still to come, by kind."""
        rows = self._memory.rows("select kind from steps where kind not like '% %'")
        return dict.fromkeys(KNOWN, 0) | Counter(row["kind"] for row in rows)
