"""Proves that whoever is on a wrong screen can leave it: by the key for back, or by the one for home."""

from mhealth.ussd.plan import Screen, flow_of, short
from mhealth.ussd.proofs.places import begins, onward
from mhealth.ussd.proofs.proving import Proving


def prove_way_back(proving: Proving) -> None:
    """Note each flow with both keys switched off and a screen that has others before it."""
    first = _first_screens(proving)
    for flow in proving.compiled.flows:
        shut = [
            node.name
            for node in proving.nodes.values()
            if flow_of(node.name) == flow and isinstance(node, Screen) and node.name not in first
            if node.kind != "end" and not node.keys.leading
        ]
        if shut:
            others = f" and {len(shut) - 1} others" if len(shut) > 1 else ""
            proving.note("no-way-back", proving.place_of_flow(flow, "keys"),
                         f"`{short(shut[0])}`{others} can be left neither back nor home")  # fmt: skip


def _first_screens(proving: Proving) -> set[str]:
    """Those that only begin a call: nothing was answered before them."""
    first: set[str] = set()
    later: set[str] = set()
    seen: set[tuple[object, bool]] = set()
    waiting = [(place, False) for place in begins(proving)]
    while waiting:
        place, is_later = waiting.pop()
        if (place, is_later) in seen:
            continue
        seen.add((place, is_later))
        (later if is_later else first).add(place[1])
        ways = onward(proving, place)
        waiting += [(after, is_later or way.waits) for way, after in ways if after is not None]
    return first - later
