"""Takes a PO file back: proves what the product would say then, and writes all of it or nothing."""

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mhealth.content.library import Library
from mhealth.content.yaml_file import YamlFile, parse_yaml
from mhealth.services.content_check import check_content
from mhealth.services.translations.catalogue import Entry, PoFile
from mhealth.services.translations.judging import Judged, Remark, judge
from mhealth.services.translations.units import Unit
from mhealth.services.translations.writing import files_with
from mhealth.ussd.checks import Fault, Severity

_WORDS = "ussd_flows/screens.yaml"
_MOST = 3
"""So many faults of one entry are told one by one."""
_IN_LANGUAGE = re.compile(r" in (\w+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What an import would do. `files`: those that change -> what they say; `unsigned`: signatures lost."""

    judged: Judged
    refused: tuple[Remark, ...]
    files: Mapping[str, str]
    unsigned: tuple[str, ...]


def plan_import(library: Library, units: list[Unit], po: PoFile, code: str) -> Import:
    """Judge every entry, then prove the content with all that is taken. Raises CannotWrite."""
    judged = judge(po.entries, units)
    if judged.refused or not judged.taken:
        return Import(judged=judged, refused=judged.refused, files={}, unsigned=())
    texts = {context: entry.translation for context, (_, entry) in judged.taken.items()}
    files = files_with(library, texts, units)
    refused = tuple(_proven(library, files, judged, code))
    changed = {unit.target: unit for unit, _ in judged.taken.values()}
    unsigned = tuple(target for target, unit in changed.items() if unit.is_signed)
    return Import(judged=judged, refused=refused, files=files, unsigned=unsigned)


def _proven(
    library: Library, files: Mapping[str, str], judged: Judged, code: str
) -> Iterator[Remark]:
    """What would be wrong with the product then, told by the entry that makes it so."""
    with tempfile.TemporaryDirectory(prefix="mhealth-po-") as folder:
        for relative, text in files.items():
            file = Path(folder) / relative
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        faults = check_content(Library((Path(folder), *library.roots))).faults
    taken = list(judged.taken.values())
    places = dict(_places(files, taken))
    nodes = _places_of_nodes(library, files, taken)
    words = next((entry for unit, entry in taken if unit.original == _WORDS), None)
    told: dict[str, list[Fault]] = {}
    entries: dict[str, Entry] = {}
    for fault in (fault for fault in faults if fault.severity is Severity.ERROR):
        entry = places.get(_line_of(fault.place)) or _by_node(fault, nodes, code)
        entry = entry or (words if _is_of_a_screen(fault, code) else None)
        name = entry.context if entry is not None else fault.place
        told.setdefault(name, []).append(fault)
        entries |= {name: entry} if entry is not None else {}
    for name, wrong in told.items():
        at = entries[name].line if name in entries else 0
        yield from (Remark(at, name, said) for said in _said(wrong))


def _said(wrong: list[Fault]) -> Iterator[str]:
    """The first faults in words, and how many more there are: a key's word is on every screen."""
    for fault in wrong[:_MOST]:
        yield f"{fault.problem} ({fault.hint})" if fault.hint else fault.problem
    if len(wrong) > _MOST:
        yield f"and {len(wrong) - _MOST} faults more"


def _is_of_a_screen(fault: Fault, code: str) -> bool:
    """True for a screen of this language that is too long, maybe by a word of the engine's."""
    spoken = _IN_LANGUAGE.search(fault.problem)
    return spoken is not None and spoken[1] == code


def _line_of(place: str) -> str:
    return place.rpartition(":")[0]


def _places(
    files: Mapping[str, str], taken: Iterable[tuple[Unit, Entry]]
) -> Iterator[tuple[str, Entry]]:
    """`file:line` of each new text -> its entry; of an SMS each of its lines."""
    parsed: dict[str, YamlFile] = {}
    for unit, entry in taken:
        if not unit.path:
            lines = files[unit.target].count("\n") + 1
            yield from ((f"{unit.target}:{line}", entry) for line in range(1, lines + 1))
            continue
        if unit.target not in parsed:
            parsed[unit.target] = parse_yaml(Path(unit.target), files[unit.target])
        file = parsed[unit.target]
        part = file.data
        for step in unit.path[:-1]:
            part = part[step]
        yield _line_of(file.place(part, unit.path[-1])), entry


def _places_of_nodes(
    library: Library, files: Mapping[str, str], taken: Iterable[tuple[Unit, Entry]]
) -> dict[str, Entry]:
    """`file:line` of a screen in the original and in the translation -> the first entry that changes it."""

    @cache
    def parsed(name: str, *, is_new: bool) -> YamlFile:
        path = Path(name) if is_new else library.find(name)
        return parse_yaml(path, files[name] if is_new else path.read_text(encoding="utf-8"))

    found: dict[str, Entry] = {}
    for unit, entry in taken:
        if len(unit.path) > 1 and unit.path[0] in ("nodes", "phrases"):
            top, node = unit.path[:2]
            for file in (parsed(unit.original, is_new=False), parsed(unit.target, is_new=True)):
                found.setdefault(_line_of(file.place(file.data.get(top, {}), node)), entry)
    return found


def _by_node(fault: Fault, nodes: Mapping[str, Entry], code: str) -> Entry | None:
    """A screen that gets too long is told where its node begins, with the language's code."""
    spoken = _IN_LANGUAGE.search(fault.problem)
    if spoken is not None and spoken[1] != code:
        return None
    return nodes.get(_line_of(fault.place))
