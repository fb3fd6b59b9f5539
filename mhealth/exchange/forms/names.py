"""What a form's items are called in a flow: names that variables may have, and that nobody else uses."""

import re
import unicodedata
from collections.abc import Collection, Container, Iterable, Mapping

from mhealth.exchange.forms.form import Finding, Item, ItemKind, Verdict
from mhealth.ussd.deeds import DEEDS, FACTS
from mhealth.ussd.plan import HOME, RETURN

_NAME = re.compile(r"[a-z][a-z0-9_]*")
LONGEST = 40
_TAKEN = "that name is one of this platform or of another flow"
_NO_NAME = "it is no name that a variable can have"


def platform_names() -> set[str]:
    """Variables that the platform gives, and words that every flow knows."""
    given = {name for deed in DEEDS.values() for name in deed.variables}
    return {*FACTS, *given, HOME, RETURN}


def variable_names(
    items: Iterable[Item], flow: str, taken: Collection[str]
) -> tuple[Mapping[str, str], tuple[Finding, ...]]:
    """Item's name -> variable, for each choice of several its own too (`picked`); what had to change."""
    names: dict[str, str] = {}
    used: set[str] = set()
    findings = []
    for item in items:
        if item.kind in (ItemKind.GROUP, ItemKind.NOTE):
            continue
        if item.kind is ItemKind.KNOWN:
            names[item.name] = item.about
            continue
        wanted = as_name(item.name) or "question"
        if wanted in taken:
            wanted = f"{flow}_{wanted}"
        name = unused(wanted, used)
        used.add(name)
        names[item.name] = name
        for choice in item.choices if item.kind is ItemKind.CHOICES else ():
            own = unused(f"{name}_{as_name(str(choice.value)) or 'option'}", {*used, *taken})
            used.add(own)
            names[picked(item.name, choice.value)] = own
        if name != item.name and item.kind is not ItemKind.GIVEN:
            is_name = _NAME.fullmatch(item.name) is not None
            why = (
                "that name is one of this platform or of another flow"
                if is_name
                else "it is no name that a variable can have"
            )
            findings.append(
                Finding(Verdict.CHANGED, item.where, f"`{item.name}` is called `{name}`: {why}")
            )
    return names, tuple(findings)


def picked(item: str, value: object) -> str:
    """What stands in the names for one of several choices."""
    return f"{item}\0{value}"


def as_name(text: str) -> str:
    """Small letters, digits and `_`, beginning with a letter: `2. Âge` becomes `q2_age`."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST].rstrip("_")
    return f"q{name}" if name and not name[0].isalpha() else name


def unused(wanted: str, used: Container[str]) -> str:
    """The name, or the first of `name_2`, `name_3` … that nobody has."""
    name, number = wanted, 1
    while name in used:
        number += 1
        name = f"{wanted}_{number}"
    return name
