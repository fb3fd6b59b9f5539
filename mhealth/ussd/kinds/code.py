"""`code`: a short code of letters and digits, as a country's register gives one; perhaps with a check."""

from dataclasses import dataclass
from typing import ClassVar

from mhealth.domain.check_digits import CHECKS, LETTERS, SHORTEST, is_right
from mhealth.ussd.fields import HINT, INTO, NEXT, NOT_KNOWN, SENSITIVE, TEXT
from mhealth.ussd.question import Question, check_unknown, read_question
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.sensitivity import Sensitivity
from mhealth.ussd.shape import Shape, one_of, whole
from mhealth.ussd.state import State
from mhealth.ussd.typed import MOST_OF_A_CODE, read_checked_code, read_code

SHAPE = Shape(
    required={"text": TEXT, "into": INTO, "next": NEXT},
    optional={
        "check": one_of("How the check digits at its end are reckoned.", CHECKS),
        "length": whole("How many letters and digits it has.", 1),
        "hint": HINT,
        "unknown": NOT_KNOWN,
        "sensitive": SENSITIVE,
    },
)
USUAL = Sensitivity.SENSITIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Question):
    """`into` gets the code in capitals and without spaces; one with a check, letters and digits alone."""

    kind: ClassVar[str] = "code"
    check: str | None
    length: int | None

    def understood(self, state: State, typed: str) -> str | None:
        """Letters, digits and what stands between them in codes."""
        if self.check is None:
            code = read_code(typed)
        else:
            code = read_checked_code(typed, letters=self.check in LETTERS)
        if code is None or (self.length is not None and len(code) != self.length):
            return None
        return code if self.check is None or is_right(self.check, code) else None


def read_code_node(reader: Reader, name: str, part: Part) -> Code:
    """From YAML; a check that is misspelt has been noted."""
    check = str(part["check"]) if part.get("check") in CHECKS else None
    length = reader.whole(part, "length") if "length" in part else None
    least = SHORTEST if check else 1
    if length is not None and not least <= length <= MOST_OF_A_CODE:
        reader.fault(f"no code has {length} characters", part, "length",
                     hint=f"from {least} to {MOST_OF_A_CODE}", rule="no-answer")  # fmt: skip
    common = read_question(reader, name, part, "hint_code" if check else "hint", USUAL)
    question = Code(**common, check=check, length=length)
    check_unknown(reader, part, question)
    return question


def longest(part: Part) -> int:
    """As many characters as it has, or the most that any code has."""
    length = part.get("length")
    return length if isinstance(length, int) and 0 < length <= MOST_OF_A_CODE else MOST_OF_A_CODE
