"""PINs that too many people would choose: the rules of `content/pins/weak.yaml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mhealth.content.library import Library
from mhealth.content.yaml_file import YamlFile, read_yaml

PLACE = "ussd_flows/content/pins/weak.yaml"
DIGITS = 6
_KEYS = frozenset({"blocks", "mirrored", "doubled", "runs", "dates", "years", "pins"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WeakPins:
    """What makes a PIN easy to guess. `dates` are patterns of D, M and Y."""

    blocks: tuple[int, ...]
    mirrored: bool
    doubled: bool
    runs: tuple[str, ...]
    dates: tuple[str, ...]
    years: range
    pins: frozenset[str]

    def is_weak(self, pin: str) -> bool:
        """True for a PIN of six digits that is refused."""
        return (
            pin in self.pins
            or any(pin == pin[:size] * (DIGITS // size) for size in self.blocks)
            or (self.mirrored and pin == pin[::-1])
            or (self.doubled and _is_doubled(pin))
            or any(pin in line or pin[::-1] in line for line in self.runs)
            or any(self._is_date(pin, pattern) for pattern in self.dates)
        )

    def _is_date(self, pin: str, pattern: str) -> bool:
        day, month, year = (
            "".join(d for d, p in zip(pin, pattern, strict=True) if p == part) for part in "DMY"
        )
        is_year = len(year) < 4 or int(year) in self.years
        return 1 <= int(month) <= 12 and (not day or 1 <= int(day) <= 31) and is_year


def _is_doubled(pin: str) -> bool:
    halves = (pin[:3], pin[3:])
    pairs = (pin[0:2], pin[2:4], pin[4:6])
    return any(all(len(set(part)) == 1 for part in parts) for parts in (halves, pairs))


def load_weak_pins(library: Library) -> WeakPins:
    """Read the rules. Raises ContentError for one that cannot be read."""
    file = read_yaml(library.find(PLACE))
    for key in file.data:
        if key not in _KEYS:
            raise file.error(f"unknown key {key!r}", None, key)
    for key in sorted(_KEYS - set(file.data)):
        raise file.error(f"no {key!r}")
    return WeakPins(
        blocks=tuple(_sizes(file)),
        mirrored=_switch(file, "mirrored"),
        doubled=_switch(file, "doubled"),
        runs=tuple(line + line for line in _texts(file, "runs", str.isdecimal)),
        dates=tuple(_texts(file, "dates", _is_pattern)),
        years=_years(file),
        pins=frozenset(_texts(file, "pins", lambda pin: len(pin) == DIGITS and pin.isdecimal())),
    )


def _is_pattern(text: str) -> bool:
    counts = tuple(text.count(part) for part in "DMY")
    return len(text) == DIGITS and counts in {(2, 2, 2), (0, 2, 4)}


def _sizes(file: YamlFile) -> Iterator[int]:
    for size in _list(file, "blocks"):
        if size not in (1, 2, 3):
            raise file.error(f"{size!r} is no length of a block: 1, 2 or 3", None, "blocks")
        yield int(size)


def _texts(file: YamlFile, key: str, is_right: Any) -> Iterator[str]:
    for text in _list(file, key):
        if not isinstance(text, str) or not is_right(text):
            raise file.error(f"{text!r} cannot stand in {key!r}", None, key, "put digits in quotes")
        yield str(text)


def _list(file: YamlFile, key: str) -> list[Any]:
    entries = file.data[key]
    if not isinstance(entries, list):
        raise file.error(f"{key!r} must be a list", None, key)
    return entries


def _switch(file: YamlFile, key: str) -> bool:
    if not isinstance(file.data[key], bool):
        raise file.error(f"{key!r} is true or false", None, key)
    return bool(file.data[key])


def _years(file: YamlFile) -> range:
    years = file.data["years"]
    if not isinstance(years, Mapping) or set(years) != {"first", "last"}:
        raise file.error("years need first and last", None, "years")
    return range(int(years["first"]), int(years["last"]) + 1)
