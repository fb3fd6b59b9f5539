"""Proves that patients' data are shown only to who gave the PIN, and typed secrets to nobody who redials.

A walk over all flows: on every way to a place, has a condition said that the PIN is proven since it was
asked for; and which answers of a sensitive kind may have been typed. Three things are faults: a deed that
needs the PIN where no condition says so, a text that shows what only such deeds give, and a text that shows
a sensitive answer on a screen where a dropped call may go on, since another person may redial.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from mhealth.ussd.condition import All, Compare, Condition
from mhealth.ussd.deeds import DEEDS, FACTS, Deed
from mhealth.ussd.plan import Node, Screen, flow_of, short
from mhealth.ussd.proofs.places import Place, held_at, onward
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.reads import texts_of
from mhealth.ussd.proofs.ways import Way, given_by
from mhealth.ussd.sensitivity import Sensitivity

STATE, PROVEN = "pin_state", "proven"
"""What deeds say of the PIN, and the word that it was right."""
NEVER = "never"


@dataclass(frozen=True, slots=True)
class Opened:
    """On every way here the PIN `is_proven`; on some way these answers were typed."""

    is_proven: bool
    typed: frozenset[str]

    def joined(self, other: "Opened") -> "Opened":
        """Both ways lead here."""
        return Opened(self.is_proven and other.is_proven, self.typed | other.typed)


def prove_sensitive(proving: Proving) -> None:
    """Note each deed and each text that shows more than it may."""
    at: dict[str, Opened] = {}
    walked = held_at(proving, Opened(False, frozenset()), partial(_onward, proving))
    for (_, name), opened in walked.items():
        at[name] = at[name].joined(opened) if name in at else opened
    said = proving.graph.without_pin()  # those are faults of their own
    for name, opened in at.items():
        node = proving.nodes.get(name)
        if node is not None:
            _judge(proving, node, opened, is_said=name in said)


def _judge(proving: Proving, node: Node, opened: Opened, *, is_said: bool) -> None:
    deed = getattr(node, "deed", None)
    if isinstance(deed, Deed) and deed.needs_pin and not opened.is_proven and not is_said:
        proving.note("sensitive-without-pin", node.place,
                     f"`{short(node.name)}` needs the PIN, and on some way here nothing asked whether"
                     " it was right", f"lead here only when {{var: {STATE}, eq: {PROVEN}}}")  # fmt: skip
    for spoken in texts_of(node):
        place = proving.place(node, spoken.path)
        for variable in sorted(spoken.names & only_behind_a_pin()):
            if not opened.is_proven:
                proving.note("sensitive-without-pin", place, f"{{{variable}}} is patients' data, and a"
                             " call can come here without the PIN")  # fmt: skip
        for variable in sorted(spoken.names & opened.typed):
            if _may_go_on(proving, node):
                proving.note("sensitive-after-drop", place, f"{{{variable}}} was typed, and who redials"
                             " after a drop may be somebody else")  # fmt: skip


def only_behind_a_pin() -> frozenset[str]:
    """The variables that no deed gives without the PIN."""
    behind = {v for deed in DEEDS.values() if deed.needs_pin for v in deed.variables}
    open_ = {v for deed in DEEDS.values() if not deed.needs_pin for v in deed.variables}
    return frozenset(behind - open_ - FACTS.keys())


def _may_go_on(proving: Proving, node: Node) -> bool:
    """Whether a dropped call of any plan may come back to this screen."""
    flow = flow_of(node.name)
    found = [plan.resume[flow] for plan in proving.compiled.plans.values() if flow in plan.resume]
    return isinstance(node, Screen) and any(r.nodes.get(node.name) != NEVER for r in found)


def _onward(proving: Proving, place: Place, opened: Opened) -> Iterator[tuple[Place, Opened]]:
    node = proving.graph.nodes.get(place[1])
    if node is None:
        return
    if node.name not in proving.nodes:  # it could not be read: it may have asked
        opened = Opened(True, opened.typed)
    typed = frozenset(given_by(node)) if _is_sensitive(node) else frozenset()
    for way, after in onward(proving, place):
        if after is not None:
            gone = {assign.name for assign in way.sets}
            yield after, Opened(_is_proven(opened, way), (opened.typed | typed) - gone)


def _is_sensitive(node: Node) -> bool:
    level = getattr(node, "sensitivity", Sensitivity.PUBLIC)
    return level is Sensitivity.SENSITIVE and not isinstance(getattr(node, "deed", None), Deed)


def _is_proven(opened: Opened, way: Way) -> bool:
    if STATE in way.gives:
        return False
    return opened.is_proven or (way.when is not None and _says_proven(way.when))


def _says_proven(condition: Condition) -> bool:
    match condition:
        case Compare(name=name, op="eq", value=value):
            return bool(name == STATE and value == PROVEN)
        case All(parts=parts):
            return any(map(_says_proven, parts))
    return False
