"""Reads what a list of referrals is narrowed to from its address, and says what it did not know."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from mhealth.domain.codes import LENGTH, is_code
from mhealth.domain.digits import lenient_digits
from mhealth.domain.referral import WAITING_FOR_ANSWER, ReferralStatus
from mhealth.domain.triage import TriageClass
from mhealth.store.desk_referrals import Wanted, facility_choices, village_choices
from mhealth.store.scope import Scope
from mhealth.web.desk.turns import read_uid
from mhealth.web.words import CLASSES, STATUSES, WAITING_WORDS, said

WAITING = "waiting"
FIELDS = ("class", "status", "village", "facility", "code")
_SHORTEST_CODE = 3


@dataclass(slots=True)
class Filters:
    """The form as it stands: what was typed, what it means, what may be chosen, what is wrong."""

    typed: dict[str, str]
    villages: list[tuple[UUID, str]]
    facilities: list[tuple[UUID, str]]
    problems: dict[str, str] = field(default_factory=dict)  # field -> French sentence to translate
    wanted: Wanted = field(default_factory=Wanted)

    @property
    def narrows(self) -> bool:
        """True when the list shows less than everything."""
        return any(self.typed.values())

    @property
    def miscopied(self) -> bool:
        """True when a whole code was typed whose check digit is wrong: no referral bears it."""
        return len(self.wanted.code) == LENGTH and not is_code(self.wanted.code)

    @property
    def address(self) -> dict[str, str]:
        """The arguments of an address that shows this list again."""
        return {name: text for name, text in self.typed.items() if text}

    @property
    def classes(self) -> list[tuple[str, str]]:
        """(value, word) of the classes that are referred."""
        return [(c.value, CLASSES[c]) for c in TriageClass if c.is_referred]

    @property
    def statuses(self) -> list[tuple[str, str]]:
        """(value, word) of the statuses, the group that needs an answer first."""
        return [(WAITING, WAITING_WORDS), *((s.value, STATUSES[s]) for s in ReferralStatus)]


def read_filters(session: Session, scope: Scope, args: MultiDict[str, str]) -> Filters:
    """Never raises: what is not known becomes a problem beside its field."""
    filters = Filters(
        typed={name: args.get(name, "").strip()[:60] for name in FIELDS},
        villages=village_choices(session, scope),
        facilities=facility_choices(session, scope),
    )
    filters.wanted = Wanted(
        triage_class=_class(filters),
        statuses=_statuses(filters),
        village=_place(filters, "village", filters.villages),
        facility=_place(filters, "facility", filters.facilities),
        code=_code(filters),
    )
    return filters


def _class(filters: Filters) -> TriageClass | None:
    typed = filters.typed["class"]
    if not typed:
        return None
    if typed in dict(filters.classes):
        return TriageClass(typed)
    filters.problems["class"] = said("Cette gravité n’existe pas.")
    return None


def _statuses(filters: Filters) -> frozenset[ReferralStatus]:
    typed = filters.typed["status"]
    if not typed:
        return frozenset()
    if typed == WAITING:
        return WAITING_FOR_ANSWER
    if typed in dict(filters.statuses):
        return frozenset({ReferralStatus(typed)})
    filters.problems["status"] = said("Cet état n’existe pas.")
    return frozenset()


def _place(filters: Filters, name: str, choices: list[tuple[UUID, str]]) -> UUID | None:
    typed = filters.typed[name]
    if not typed:
        return None
    uid = read_uid(typed)
    if uid in dict(choices):
        return uid
    filters.problems[name] = said("Ce lieu n’est pas de votre district.")
    return None


def _code(filters: Filters) -> str:
    typed = filters.typed["code"]
    digits = "".join(c for c in lenient_digits(typed) if c not in " .-\u00a0\u202f")
    if not typed or (digits.isdecimal() and _SHORTEST_CODE <= len(digits) <= LENGTH):
        return digits
    filters.problems["code"] = said(
        "Un code est fait de sept chiffres ; les trois premiers suffisent."
    )
    return ""
