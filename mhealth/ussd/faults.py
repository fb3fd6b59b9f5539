"""A mistake in a flow, with its place and how to mend it: gathered, so that one run names them all."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mhealth.content.yaml_file import YamlFile
from mhealth.domain.errors import ContentError

SYNTAX = "syntax"
"""The rule of whatever is not written as the language of flows wants it."""


class Severity(StrEnum):
    """An error is refused, most already at a start; a warning may be lived with; a note is for a list."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake; `place` is `file:line:column`, `hint` says how to mend it, `rule` which it is.

    Every rule stands in the catalogue of the proofs. Of a file that is not read at all others may
    speak as of one that does not exist.
    """

    place: str
    problem: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    is_unread: bool = False
    rule: str = SYNTAX

    def as_error(self) -> ContentError:
        """The same as the exception that stops a start."""
        return ContentError(self.place, self.problem, self.hint)


class Faults:
    """The list that every reader and check adds to; the same mistake at one place counts once."""

    def __init__(self) -> None:
        self._found: dict[Fault, None] = {}

    def add(
        self,
        file: YamlFile,
        problem: str,
        part: Any = None,
        key: Any = None,
        *,
        hint: str = "",
        severity: Severity = Severity.ERROR,
        rule: str = SYNTAX,
    ) -> None:
        """Note a mistake at a key of a part of a file."""
        self.note(Fault(file.place(part, key), problem, hint, severity, rule=rule))

    def note(self, fault: Fault) -> None:
        """Note a mistake whose place is known already."""
        self._found.setdefault(fault)

    def forget(self, rule: str) -> None:
        """Take back all of one rule: what it says follows from another fault."""
        self._found = {fault: None for fault in self._found if fault.rule != rule}

    def take(self, error: ContentError, *, rule: str, is_unread: bool = False) -> None:
        """Note what a reader of another room raised."""
        self.note(Fault(error.place, error.problem, error.hint, is_unread=is_unread, rule=rule))

    @property
    def all(self) -> list[Fault]:
        """Everything found: files that cannot be read first, the rest by file and line."""
        return sorted(self._found, key=lambda f: (not f.is_unread, _by_place(f.place)))

    @property
    def errors(self) -> list[Fault]:
        """What stops a start."""
        return [fault for fault in self.all if fault.severity is Severity.ERROR]


def _by_place(place: str) -> tuple[str, int, int]:
    name, line, column = place.rsplit(":", 2)
    return name, int(line), int(column)
