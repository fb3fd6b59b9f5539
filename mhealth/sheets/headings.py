"""Finds a sheet or column by what somebody called it: case, accents, spaces and marks do not count."""

import difflib
import re
import unicodedata
from collections.abc import Iterable

from mhealth.sheets.columns import Column, Kind, SheetForm
from mhealth.sheets.forms import FORMS, READ_ME


def plain(text: str) -> str:
    """A name as it is compared: small letters, no accents, one space for everything else."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in letters if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", bare))


_SHEETS = {plain(name): form.kind for form in FORMS.values() for name in (*form.fr, *form.en)}
_NOT_READ = {plain(name) for name in READ_ME.values()}


def find_sheet(name: str) -> Kind | None:
    """The sheet of this name; for a file, also of what its name ends with: `kouve-villages`."""
    wanted = plain(name)
    if wanted in _SHEETS:
        return _SHEETS[wanted]
    fitting = [known for known in _SHEETS if wanted.endswith(f" {known}")]
    return _SHEETS[max(fitting, key=len)] if fitting else None


def is_read_me(name: str) -> bool:
    """True for a template's sheet of instructions."""
    return plain(name) in _NOT_READ


def near_sheet(name: str) -> str | None:
    """The sheet's name that somebody may have meant."""
    return _nearest(name, [name for form in FORMS.values() for name in (*form.fr, *form.en)])


def find_column(form: SheetForm, heading: str) -> Column | None:
    """The column under this heading."""
    wanted = plain(heading)
    for column in form.columns:
        if wanted in {plain(name) for name in (*column.fr, *column.en, column.field)}:
            return column
    return None


def near_column(form: SheetForm, heading: str) -> str | None:
    """The heading that somebody may have meant."""
    return _nearest(heading, [name for c in form.columns for name in (*c.fr, *c.en)])


def _nearest(typed: str, names: Iterable[str]) -> str | None:
    by_plain = {plain(name): name for name in reversed(list(names))}
    found = difflib.get_close_matches(plain(typed), by_plain, n=1, cutoff=0.75)
    return by_plain[found[0]] if found else None
