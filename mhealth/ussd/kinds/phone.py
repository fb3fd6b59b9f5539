"""`phone`: a phone number as people write it, national or international."""

from dataclasses import dataclass
from typing import ClassVar

from mhealth.domain.digits import lenient_digits
from mhealth.domain.msisdn import NotAMsisdn, read_msisdn
from mhealth.ussd.deeds import REGION
from mhealth.ussd.fields import HINT, INTO, NEXT, NOT_KNOWN, SENSITIVE, TEXT
from mhealth.ussd.question import Question, check_unknown, read_question
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.sensitivity import Sensitivity
from mhealth.ussd.shape import Shape
from mhealth.ussd.state import State

SHAPE = Shape(
    required={"text": TEXT, "into": INTO, "next": NEXT},
    optional={"hint": HINT, "unknown": NOT_KNOWN, "sensitive": SENSITIVE},
)
USUAL = Sensitivity.SENSITIVE
MOST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone(Question):
    """`into` gets the number in E.164. A national one is read as one of the platform's country."""

    kind: ClassVar[str] = "phone"

    def understood(self, state: State, typed: str) -> str | None:
        """The number; a letter in it can only stand for a digit."""
        if len(typed) > MOST:
            return None
        text = lenient_digits(typed).replace("/", " ").replace("*", " ").rstrip(" #.")
        try:
            return read_msisdn(text.strip(), _region(state)).e164
        except NotAMsisdn:
            return None


def _region(state: State) -> str | None:
    """The country, as the facts of the call say."""
    region = state.facts.get(REGION)
    return region if isinstance(region, str) and region else None


def read_phone_node(reader: Reader, name: str, part: Part) -> Phone:
    """From YAML."""
    question = Phone(**read_question(reader, name, part, "hint_phone", USUAL))
    check_unknown(reader, part, question)
    return question


def longest(part: Part) -> int:
    """Its plus and at most 15 digits (ITU-T E.164)."""
    return 16
