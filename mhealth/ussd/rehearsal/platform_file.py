"""Reads `ussd_flows/rehearsal/<name>.yaml`: what an invented platform knows of a caller and what deeds give.

Deeds are written by name. What a deed gives is a mapping, or a list of mappings laid one over the
other, each with an optional `if:` on what the deed was given. A text may hold `{phrase}` of
`phrases.yaml`, or be a mapping of languages; `$name` repeats what the deed was given.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mhealth.content.library import Library
from mhealth.content.phrases import NEEDED
from mhealth.content.yaml_file import YamlFile, read_yaml
from mhealth.domain.errors import ContentError
from mhealth.ussd.deeds import DEEDS, FACTS

FOLDER = "ussd_flows/rehearsal"
FIRST = "tidy"
"""The platform of a dialogue that names none."""
RECORDED = "recorded"
"""No platform at all: a dialogue that carries all that its deeds gave."""
PHRASE = re.compile(r"\{([a-z_.]+)\}")
MORE_ARGS: Mapping[str, tuple[str, ...]] = {"send_report": ("triage_class",)}
"""What `if:` of a deed may ask beside the deed's own arguments."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a deed gives when each argument named in `when` has that value."""

    when: Mapping[str, Any]
    gives: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...] | None = None

    def holds(self, args: Mapping[str, Any]) -> bool:
        """True when it applies to these arguments."""
        return all(args.get(name) == value for name, value in self.when.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformFile:
    """One invented platform. `pin` is the health worker's; empty when none was chosen yet."""

    name: str
    about: str
    facts: Mapping[str, Any]
    pin: str
    deeds: Mapping[str, tuple[Case, ...]] = field(default_factory=dict)


def load_platforms(library: Library) -> dict[str, PlatformFile]:
    """All platforms by name, a country's own in front. Raises ContentError for the first mistake."""
    files = {
        path.removesuffix(".yaml"): read_yaml(file)
        for path, file in library.files(FOLDER, "*.yaml").items()
    }
    loaded: dict[str, PlatformFile] = {}
    for name in files:
        _load(name, files, loaded, ())
    return loaded


def _load(
    name: str, files: Mapping[str, YamlFile], loaded: dict[str, PlatformFile], way: tuple[str, ...]
) -> PlatformFile:
    if name in loaded:
        return loaded[name]
    file = files[name]
    _refuse_unknown(file, file.data, ("about", "like", "facts", "pin", "deeds"))
    if name == RECORDED:
        raise file.error(f"`{RECORDED}` means no platform: choose another name")
    like = file.data.get("like")
    if like is not None and (like not in files or like in (*way, name)):
        problem = "a circle of `like`" if like in files else f"no platform {like!r}"
        raise file.error(problem, file.data, "like", f"there are {', '.join(sorted(files))}")
    base = _load(like, files, loaded, (*way, name)) if like is not None else None
    loaded[name] = _read(name, file, base)
    return loaded[name]


def _read(name: str, file: YamlFile, base: PlatformFile | None) -> PlatformFile:
    deeds = dict(base.deeds) if base else {}
    for deed, part in _mapping(file, "deeds").items():
        deeds[deed] = (*deeds.get(deed, ()), *_cases(file, deed, part))
    pin = file.data.get("pin", base.pin if base else "")
    if not isinstance(pin, str):
        raise file.error("the PIN needs quotes", file.data, "pin", 'pin: "482915"')
    return PlatformFile(
        name=name,
        about=str(file.data.get("about", "")),
        facts={**(base.facts if base else {}), **_facts(file)},
        pin=pin,
        deeds=deeds,
    )


def _facts(file: YamlFile) -> Mapping[str, Any]:
    facts = _mapping(file, "facts")
    for name, value in facts.items():
        problem = problem_of_fact(name, value)
        if problem:
            raise file.error(problem, facts, name)
    return {name: value if isinstance(value, bool) else str(value) for name, value in facts.items()}


def problem_of_fact(name: str, value: Any) -> str:
    """Why this is no fact about a caller, with what there is; empty when it is one."""
    known = sorted(set(FACTS) - {"several_languages"})  # which the engine knows by itself
    if name not in known:
        return f"no fact {name!r}: there are {', '.join(known)}"
    if isinstance(value, bool) is not (FACTS[name] == 1):
        return f"{name} is true or false" if FACTS[name] == 1 else f"{name} is a text"
    return ""


def _mapping(file: YamlFile, key: str) -> Mapping[str, Any]:
    part = file.data.get(key) or {}
    if not isinstance(part, Mapping):
        raise file.error(f"`{key}` is a mapping", file.data, key)
    return part


def _cases(file: YamlFile, deed: str, part: Any) -> Iterator[Case]:
    if deed not in DEEDS:
        raise file.error(f"no deed {deed!r}", file.data["deeds"], deed)
    for each in part if isinstance(part, list) else [part]:
        if not isinstance(each, Mapping):
            raise file.error("what a deed gives is a mapping", file.data["deeds"], deed)
        yield _case(file, deed, each)


def _case(file: YamlFile, deed: str, part: Mapping[str, Any]) -> Case:
    declared = DEEDS[deed]
    lists = ("options",) if declared.options else ()
    _refuse_unknown(file, part, (*declared.gives, *lists, "if"))
    when = part.get("if") or {}
    if not isinstance(when, Mapping):
        raise file.error("`if` is a mapping", part, "if")
    _refuse_unknown(file, when, (*declared.args, *MORE_ARGS.get(deed, ())))
    gives = {name: value for name, value in part.items() if name not in ("if", "options")}
    for name, value in gives.items():
        _check_value(file, deed, part, name, value)
    rows = tuple(_rows(file, deed, part)) if "options" in part else None
    return Case(dict(when), gives, rows)


def _rows(file: YamlFile, deed: str, part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    rows = part["options"]
    if not isinstance(rows, list):
        raise file.error("`options` is a list", part, "options")
    for number, row in enumerate(rows, 1):
        is_whole = isinstance(row, Mapping) and set(row) == {"key", "label"}
        label = row["label"] if is_whole else row
        _check_value(file, deed, part, "options", label)
        yield {"key": str(row["key"] if is_whole else number), "label": label}


def _check_value(file: YamlFile, deed: str, part: Any, name: str, value: Any) -> None:
    """A text, a number, true or false, or texts by language; every name in it exists."""
    texts = list(value.values()) if isinstance(value, Mapping) else [value]
    for text in texts:
        if not isinstance(text, str | int | float | bool):
            raise file.error(f"`{name}` is no text", part, name)
        if isinstance(text, str) and text.startswith("$") and text[1:] not in DEEDS[deed].args:
            raise file.error(f"{deed} is given no {text[1:]!r}", part, name)
        for phrase in PHRASE.findall(str(text)):
            if phrase not in NEEDED:
                raise file.error(f"no phrase {phrase!r}", part, name)


def _refuse_unknown(file: YamlFile, part: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in part:
        if key not in known:
            raise file.error(f"unknown key {key!r}", part, key, f"there are {', '.join(known)}")


def named(platforms: Mapping[str, PlatformFile], name: str, place: str) -> PlatformFile:
    """The platform of that name. Raises ContentError at `place`, naming those there are."""
    if name not in platforms:
        hint = f"there are {', '.join(sorted(platforms))}"
        raise ContentError(place, f"no platform {name!r}", hint)
    return platforms[name]
