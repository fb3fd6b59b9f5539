"""The words between flows and the platform: facts known when a call begins, and deeds a flow may ask for.

A number beside a name is the longest text in septets that a screen keeps room for: what is longer is
cut when shown. A lookup only reads. An effect changes something and is never repeated by going back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mhealth.ussd.sensitivity import Sensitivity

NAME = 24  # village, person
FACILITY = 34  # le centre de santé le plus proche
SERVICE_CODE = 12  # *384*55#
NUMBER = 20  # +229 01 97 00 00 00
CODE = 8  # 482 1935
WHEN = 32  # demain à partir de 8 h
KEY = 40  # what stands in no text: keys of the database
LABEL = 40  # a line of a list
ADVICE = 400  # what to do now; goes over several screens


class DeedKind(StrEnum):
    """Whether a deed changes anything."""

    LOOKUP = "lookup"
    EFFECT = "effect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One deed. `args` are all required. `options` is the longest label when it gives a list, else 0.

    A list comes back as `options: [{"key": …, "label": …}, …]`. `stored_as` renames a result that
    would otherwise overwrite a fact about the caller. `takes_pin`: done by a `pin` node, with what was
    typed there. `needs_pin`: shows patients' data, so a health worker gives the PIN before.
    `tells_pin`: says whether it was given, so a flow that asks it may go on without. `may_go_back`: an
    effect that can be done again without harm.
    """

    kind: DeedKind
    args: tuple[str, ...] = ()
    gives: Mapping[str, int] = field(default_factory=dict)
    options: int = 0
    stored_as: Mapping[str, str] = field(default_factory=dict)
    takes_pin: bool = False
    may_go_back: bool = False
    needs_pin: bool = False
    tells_pin: bool = False

    @property
    def sensitivity(self) -> Mapping[str, Sensitivity]:
        """What of it is not public: all that needs the PIN is patients' data."""
        return dict.fromkeys(self.variables, Sensitivity.SENSITIVE) if self.needs_pin else {}

    @property
    def is_effect(self) -> bool:
        """True when it changes something."""
        return self.kind is DeedKind.EFFECT

    @property
    def variables(self) -> Mapping[str, int]:
        """What a flow finds afterwards: variable -> longest text."""
        return {self.stored_as.get(name, name): longest for name, longest in self.gives.items()}


TODAY, REGION = "today", "region"
FACTS: Mapping[str, int] = {
    "language": KEY,  # code, or "" for a caller who has not chosen
    "is_worker": 1,
    "village": KEY,
    "village_name": NAME,
    "help_number": NUMBER,  # whom to ring; "" when nobody has a phone
    "consent": KEY,  # given | refused | ""
    "messages_on": 1,
    TODAY: 10,  # as 2026-11-24: where the caller lives
    REGION: 2,  # ISO 3166 alpha-2: national phone numbers are read as this country's
    "several_languages": 1,  # the engine knows: whether there is one to choose
}
"""What is known when a call begins; home keeps these and forgets all else."""

_REFERRAL = {
    "code": CODE,
    "facility": FACILITY,
    "status_text": 40,
    "when": WHEN,
    "village": NAME,
    "has_appointment": 1,
}
_PIN = {"pin_state": KEY, "retry_text": WHEN}
_ELSEWHERE = {"village": "referral_village"}

DEEDS: Mapping[str, Deed] = {
    "list_health_areas": Deed(kind=DeedKind.LOOKUP, options=NAME),
    "list_villages": Deed(kind=DeedKind.LOOKUP, args=("health_area",), options=NAME),
    # those that the calling health worker serves
    "my_villages": Deed(kind=DeedKind.LOOKUP, gives={"count": 3}, options=NAME),
    "my_referrals": Deed(kind=DeedKind.LOOKUP, gives={"count": 3}, options=LABEL),
    "show_referral": Deed(
        kind=DeedKind.LOOKUP, args=("referral",), gives=_REFERRAL, stored_as=_ELSEWHERE
    ),
    "worker_referrals": Deed(
        kind=DeedKind.LOOKUP, gives={"count": 3}, options=LABEL, needs_pin=True
    ),
    "show_worker_referral": Deed(
        kind=DeedKind.LOOKUP,
        args=("referral",),
        gives={**_REFERRAL, "age_text": 16, "class_text": 20},
        stored_as=_ELSEWHERE,
        needs_pin=True,
    ),
    "choose_protocol": Deed(
        kind=DeedKind.LOOKUP, args=("subject", "age_days"), gives={"protocol": KEY}
    ),
    "save_language": Deed(kind=DeedKind.EFFECT, args=("language",), gives={"language": KEY}),
    "save_village": Deed(
        kind=DeedKind.EFFECT,
        args=("village",),
        gives={"village": KEY, "village_name": NAME, "help_number": NUMBER},
    ),
    "save_consent": Deed(kind=DeedKind.EFFECT, args=("given",), gives={"consent": KEY}),
    "set_messages": Deed(kind=DeedKind.EFFECT, args=("wanted",), gives={"messages_on": 1}),
    # subject: a Subject; relation: self | child | woman | other | patient; consent: given | refused;
    # signs: {sign: true or false} of those asked; complete: whether all was asked. An emergency is
    # incomplete until `finish_report`, whichever rule made it one.
    # told_…: whether an SMS goes to the health worker, the centre's and the district's duty phone
    "send_report": Deed(
        kind=DeedKind.EFFECT,
        args=(
            "subject",
            "relation",
            "age_days",
            "village",
            "protocol",
            "signs",
            "consent",
            "complete",
        ),
        gives={
            "triage_class": KEY,
            "referred": 1,
            "code": CODE,
            "facility": FACILITY,
            "when_text": WHEN,
            "advice": ADVICE,
            "told_worker": 1,
            "told_facility": 1,
            "told_district": 1,
            "help_number": NUMBER,
            "least_data": 1,
        },
    ),
    # the caller heard the outcome to its end
    "finish_report": Deed(kind=DeedKind.EFFECT),
    # pin_state: proven (given in this call) | asked | unset | locked; retry_text: when to try again
    "worker_pin": Deed(kind=DeedKind.LOOKUP, gives=_PIN, tells_pin=True),
    # proven | wrong | locked; of a new one proposed | weak; typed again proven | differs
    "check_pin": Deed(kind=DeedKind.EFFECT, gives=_PIN, takes_pin=True, may_go_back=True),
    "propose_pin": Deed(
        kind=DeedKind.EFFECT, gives={"pin_state": KEY}, takes_pin=True, may_go_back=True
    ),
    "confirm_pin": Deed(
        kind=DeedKind.EFFECT, gives={"pin_state": KEY}, takes_pin=True, may_go_back=True
    ),
    # request_state: noted | too_many; the same whoever exists
    "ask_enrolment": Deed(kind=DeedKind.EFFECT, args=("village",), gives={"request_state": KEY}),
    # the code is forgotten then: somebody may have typed the PIN there
    "ask_new_number": Deed(
        kind=DeedKind.EFFECT,
        args=("worker_code",),
        gives={"request_state": KEY, "worker_code": 0},
        takes_pin=True,
    ),
}
"""Every deed that a flow may ask for; the services room does them."""
