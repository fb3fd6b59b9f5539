"""A second reading of the protocol files that shares no code with the product.

Each condition is written out as the list of its smallest sets of signs; a rule holds when one of
them is contained in what was reported. Slow, plain, and only for tests.
"""

from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "ussd_flows" / "content" / "protocols"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
LADDER = ["home", "routine", "urgent", "emergency"]


@dataclass(frozen=True)
class Row:
    id: str
    triage_class: str
    smallest: tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Table:
    signs: tuple[str, ...]
    rows: tuple[Row, ...]
    otherwise: str
    if_missing: str
    never_home: bool

    def classify(self, reported: set[str], missing: set[str] = frozenset()) -> str:
        steps = [LADDER.index(self.otherwise)]
        steps += [
            LADDER.index(r.triage_class)
            for r in self.rows
            if any(s <= reported for s in r.smallest)
        ]
        steps += [LADDER.index(self.if_missing)] * bool(missing)
        return LADDER[max(steps)]


@cache
def table(name: str) -> Table:
    data = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    rows = tuple(Row(str(r["id"]), r["class"], tuple(_smallest(r))) for r in data["rules"])
    return Table(
        tuple(data["signs"]), rows, data["otherwise"], data["if_missing"], data["never_home"]
    )


def _smallest(condition: Any) -> list[frozenset[str]]:
    if isinstance(condition, str):
        return [frozenset({condition})]
    if "any" in condition:
        return [s for part in condition["any"] for s in _smallest(part)]
    parts = condition.get("all", condition.get("of"))
    count = condition.get("at_least", len(parts))
    return [
        frozenset().union(*choice)
        for chosen in combinations(parts, count)
        for choice in product(*(_smallest(part) for part in chosen))
    ]
