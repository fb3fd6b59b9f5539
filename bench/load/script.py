"""What people type and, exactly, what each of them must see.

The model is the product itself, asked by one person at a time with nobody else on the line and a
database of its own. Only the code of a referral is drawn anew each time: it is masked, and followed
apart.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from bench.load.people import Person
from mhealth.domain.gateway import UssdEnd, UssdRequest
from mhealth.runtime import Runtime
from mhealth.services.ussd_end import end_session
from mhealth.services.ussd_turn import take_turn

CHANNEL = "africastalking"
SERVICE_CODE = "*384*55#"
_CODE = re.compile(r"\b\d{3} \d{4}\b")

DANGER = ("1", "2", "3", "2", "1", "1")
HOME = ("1", "2", "3", "2", "0", "0", "0", "0", "0")
WRONG_AND_BACK = ("4", "0", "1", "2", "9", "3", "0", "3", "2", "1", "1")
LEFT = ("1", "2", "3")
GOES_ON = ("1", "2", "1", "1")
SIX = ("1", "1", "{patient}", "12", "1")


@dataclass(frozen=True, slots=True)
class Turn:
    """What is typed (None: the code is dialled) and the answer that must come, its code masked."""

    typed: str | None
    expected: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `is_dropped`: the carrier says afterwards that it was cut."""

    turns: tuple[Turn, ...]
    is_dropped: bool = False


Round = Sequence[Call]
"""The calls that one person makes, again and again."""


def masked(body: str) -> str:
    """An answer without the one thing in it that nobody can foretell."""
    return _CODE.sub("### ####", body)


def codes_in(body: str) -> list[str]:
    """The referral codes that an answer shows."""
    return [code.replace(" ", "") for code in _CODE.findall(body)]


def rounds_of_reports(here: Runtime, people: Sequence[Person]) -> dict[Person, Round]:
    """Reports with and without a danger sign, slips and steps back, a drop and how it goes on."""
    plan = ((DANGER, False), (HOME, False), (WRONG_AND_BACK, False), (LEFT, True), (GOES_ON, False))
    return _rounds(here, people, lambda person: [(list(typed), cut) for typed, cut in plan])


def rounds_of_six_steps(here: Runtime, people: Sequence[Person]) -> dict[Person, Round]:
    """Six requests: language, menu, the patient's number, weeks, is it right, thanks."""
    return _rounds(
        here, people, lambda person: [([a.format(patient=person.patient) for a in SIX], False)]
    )


Plan = Callable[[Person], list[tuple[list[str], bool]]]


def _rounds(here: Runtime, people: Sequence[Person], plan: Plan) -> dict[Person, Round]:
    """Each person's round; the first one's again: what looks otherwise the second time is no model."""
    ids = count()

    def ask(person: Person) -> Round:
        calls = plan(person)
        return [_ask(here, person, f"model-{next(ids)}", typed, cut) for typed, cut in calls]

    rounds = {person: ask(person) for person in people}
    if ask(people[0]) != rounds[people[0]]:
        raise RuntimeError("a second round looks different: the script does not fit the flows")
    return rounds


def _ask(here: Runtime, person: Person, session_id: str, typed: list[str], cut: bool) -> Call:
    transcript = ""
    turns = []
    for answer in (None, *typed):
        if answer is not None:
            transcript = f"{transcript}*{answer}" if transcript else answer
        request = UssdRequest(
            carrier_session=session_id,
            msisdn=person.msisdn,
            service_code=SERVICE_CODE,
            text=transcript,
            is_start=not transcript,
        )
        reply = take_turn(here.turn_room, CHANNEL, request).reply
        turns.append(Turn(answer, masked(f"{'END' if reply.ends else 'CON'} {reply.text}")))
    if cut:
        with here.writing() as session:
            ended = UssdEnd(carrier_session=session_id, msisdn=person.msisdn, was_complete=False)
            end_session(here.turn_room, session, CHANNEL, ended, here.clock())
    elif not reply.ends:
        raise RuntimeError(f"the script does not fit the flows: no end after {typed}: {reply.text}")
    return Call(tuple(turns), cut)
