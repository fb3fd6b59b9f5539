"""Leads a caller to an end: on each screen the way that was gone least, of these the nearest to an end."""

from collections import Counter
from collections.abc import Iterator, Mapping

from mhealth.ussd.engine import Show
from mhealth.ussd.kinds.call import Call
from mhealth.ussd.kinds.end import End
from mhealth.ussd.kinds.menu import Menu
from mhealth.ussd.plan import HOME, RETURN, Plan, Screen
from tests.ussd.asked import answers_to
from tests.ussd.walking import Phone

MOST_TURNS = 60
_FAR = 1000


def lead_to_an_end(plan: Plan, phone: Phone) -> int:
    """Type until the call ends; how many turns it took."""
    distance = _distances(plan)
    gone: Counter[tuple[str, str]] = Counter()
    for turn in range(MOST_TURNS):
        if phone.show.ends:
            return turn
        node = plan.nodes[phone.show.node]
        assert isinstance(node, Screen)
        ways = ["1"] if phone.show.state.offered else answers_to(node, phone.show.state)
        if phone.show.state.history and node.keys.home:
            ways.append(node.keys.home)
        typed = min(
            ways, key=lambda way: (gone[node.name, way], _left(node, way, phone.show, distance))
        )
        gone[node.name, typed] += 1
        phone.type(typed)
    raise AssertionError(f"no end after {MOST_TURNS} turns: {gone.most_common(5)}")


def _left(node: Screen, typed: str, show: Show, distance: Mapping[str, int]) -> int:
    if not isinstance(node, Menu):
        return 0
    option = node.options.get(show.state.shown.get(typed, ""))
    return distance.get(option.target, _FAR) if option is not None else _FAR


def _distances(plan: Plan) -> dict[str, int]:
    """Nodes from each node to the nearest end, calls entered, returns and home not followed."""
    backwards: dict[str, set[str]] = {}
    for node in plan.nodes.values():
        for target in _targets(node):
            backwards.setdefault(target, set()).add(node.name)
    layer = {name for name, node in plan.nodes.items() if isinstance(node, End)}
    distance: dict[str, int] = {}
    far = 0
    while layer:
        distance |= dict.fromkeys(layer, far)
        layer = {b for name in layer for b in backwards.get(name, ())} - distance.keys()
        far += 1
    return distance


def _targets(node: object) -> Iterator[str]:
    assert hasattr(node, "exits")
    targets = [exit_.target for exit_ in node.exits()]
    if isinstance(node, Call):
        targets.append(node.start)
    return (target for target in targets if target not in (HOME, RETURN))
