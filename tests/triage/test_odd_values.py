"""Whatever stands where in a protocol file, the loader answers with a ContentError or a protocol."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mhealth.content.library import Library
from mhealth.content.yaml_file import YamlFile, read_yaml
from mhealth.domain.errors import ContentError
from mhealth.domain.language import Languages
from mhealth.triage.loader import read_protocol

SMALL = read_yaml(Path(__file__).with_name("broken") / "rule-that-can-never-decide.yaml")
ODD: list[Any] = [None, 7, True, "x", "", [], {}, [[]], [{}], {"any": []}, ["fever", "fever"]]


def places(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    steps = part.items() if isinstance(part, dict) else enumerate(part)
    for key, value in steps:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def with_value(path: tuple[Any, ...], value: Any) -> YamlFile:
    """The small file, mended, with another value in one place."""
    data = copy.deepcopy(SMALL.data)
    data["otherwise"] = "routine"
    part: Any = data
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return YamlFile(SMALL.path, SMALL.text, data)


def complaint(languages: Languages, file: YamlFile) -> str | None:
    """Where the loader complains; None when it takes the file."""
    try:
        read_protocol(Library((Path("/nothing"),)), languages, file, file.path.name)
    except ContentError as error:
        return error.place
    return None


def test_the_file_is_sound_before_anything_is_changed(languages: Languages) -> None:
    assert complaint(languages, with_value(("title",), "Essai")) is None


@pytest.mark.parametrize(
    "path", list(places(SMALL.data)), ids=lambda path: "-".join(map(str, path))
)
def test_an_odd_value_anywhere_is_no_crash(languages: Languages, path: tuple[Any, ...]) -> None:
    found = [complaint(languages, with_value(path, odd)) for odd in ODD]
    refused = [place for place in found if place is not None]
    assert refused
    assert all(place.startswith("rule-that-can-never-decide.yaml:") for place in refused)
