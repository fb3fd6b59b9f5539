"""The ways through a flow without its loops: what comes before what, and what every way passes."""

from collections.abc import Iterable, Mapping, Sequence

Edges = Mapping[str, Sequence[str]]


def loops(edges: Edges, start: str) -> set[tuple[str, str]]:
    """The steps that lead back to where one came from, walked depth first from the start."""
    back: set[tuple[str, str]] = set()
    done: set[str] = set()
    under_way: set[str] = set()
    trail: list[tuple[str, int]] = [(start, 0)]
    while trail:
        node, index = trail.pop()
        under_way.add(node)
        targets = edges.get(node, ())
        if index == len(targets):
            under_way.discard(node)
            done.add(node)
            continue
        trail.append((node, index + 1))
        target = targets[index]
        if target in under_way:
            back.add((node, target))
        elif target not in done and target in edges:
            trail.append((target, 0))
    return back


def in_order(edges: Edges, start: str) -> list[str]:
    """Every node that is reached, after all that lead to it; else in the order of the file."""
    reached = reached_from(edges, [start])
    missing = dict.fromkeys(reached, 0)
    for node in reached:
        for target in set(edges[node]) & reached:
            missing[target] += 1
    order: list[str] = []
    place = {node: number for number, node in enumerate(edges)}
    free = [start]
    while free:
        node = min(free, key=place.__getitem__)
        free.remove(node)
        order.append(node)
        for target in set(edges[node]) & reached:
            missing[target] -= 1
            if not missing[target]:
                free.append(target)
    return order


def reached_from(edges: Edges, begin: Iterable[str]) -> set[str]:
    """These, and all that they lead to."""
    reached: set[str] = set()
    waiting = list(begin)
    while waiting:
        node = waiting.pop()
        if node in edges and node not in reached:
            reached.add(node)
            waiting.extend(edges[node])
    return reached


def passed_before(edges: Edges, order: Sequence[str]) -> dict[str, set[str]]:
    """For each node those that every way to it passes, itself included."""
    passed: dict[str, set[str]] = {}
    before: dict[str, list[str]] = {node: [] for node in order}
    for node in order:
        for target in edges[node]:
            if target in before:
                before[target].append(node)
    for node in order:
        ways = [passed[each] for each in before[node] if each in passed]
        passed[node] = {node} | (set.intersection(*ways) if ways else set())
    return passed


def passed_after(edges: Edges, order: Sequence[str]) -> dict[str, set[str]]:
    """For each node those that every way from it passes, itself included; a way out passes nothing."""
    passed: dict[str, set[str]] = {}
    for node in reversed(order):
        ways = [passed.get(each, set()) for each in edges[node]]
        passed[node] = {node} | (set.intersection(*ways) if ways else set())
    return passed
