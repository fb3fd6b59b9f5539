"""The PO file of a language: written from its texts, read back with the line of each entry.

Format: GNU gettext manual, "The Format of PO Files". `msgctxt` names the text, `msgid` is the French.
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, unescape, write_po

from mhealth.domain.errors import MhealthError
from mhealth.services.translations.units import Unit

PROJECT = "Mhealth"
DRAFT, FUZZY = "x-draft", "fuzzy"
_CONTEXT = re.compile(r'msgctxt "(.+)"')
_HEADER = """\
# Texts of Mhealth for translators: screens, words, signs, advice and SMS.
# Leave msgctxt and msgid as they are. What is fuzzy is not taken back: look at it, then take the flag away.
# x-draft: nobody has signed this text yet."""


class UnreadablePo(MhealthError):
    """The file is no PO file; `str()` says why, with the line when it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a PO file as a translator left it; `line` counts from 1."""

    context: str
    source: str
    translation: str
    previous: str
    is_fuzzy: bool
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PoFile:
    """`language` is what the header says, empty when it says nothing; entries in the file's order."""

    language: str
    entries: tuple[Entry, ...]
    catalog: Catalog


def write_catalogue(
    units: Iterable[Unit], language: str | None, now: datetime, before: PoFile | None = None
) -> str:
    """The text of a PO file, or without a language of a template.

    `before` is the file that this one replaces: its header stays, and a translation that was written for
    another original than today's is marked fuzzy, with that original.
    """
    known = {entry.context: entry for entry in before.entries} if before else {}
    catalog = _new_catalog(language, now, before.catalog if before else None)
    for unit in units:
        _add(catalog, unit, known.get(unit.context), is_template=language is None)
    written = io.BytesIO()
    write_po(written, catalog, width=0, include_lineno=False, include_previous=True)
    return written.getvalue().decode()


def _new_catalog(language: str | None, now: datetime, before: Catalog | None) -> Catalog:
    catalog = Catalog(
        locale=language,
        header_comment=_HEADER,
        project=PROJECT,
        version="1",
        creation_date=now,
        revision_date=now if language else None,
        charset="utf-8",
        fuzzy=False,
    )
    if before is not None:
        catalog.header_comment = before.header_comment
        catalog.creation_date = before.creation_date
        catalog.revision_date = before.revision_date
        catalog.last_translator = before.last_translator
        catalog.language_team = before.language_team
    return catalog


def _add(catalog: Catalog, unit: Unit, before: Entry | None, *, is_template: bool) -> None:
    message = catalog.add(
        unit.source,
        string="" if is_template else unit.translation,
        locations=[(unit.original, 1)],
        auto_comments=unit.notes,
        context=unit.context,
    )
    if message is None or is_template or not unit.translation:
        return
    if not unit.is_signed:
        message.flags.add(DRAFT)
    is_same = before is not None and before.translation == unit.translation
    if before is not None and is_same and before.source != unit.source:
        message.flags.add(FUZZY)
        message.previous_id = [before.source]
    elif before is not None and is_same and before.is_fuzzy:
        message.flags.add(FUZZY)
        message.previous_id = [before.previous] if before.previous else []
    elif unit.is_changed:
        message.flags.add(FUZZY)


def read_catalogue(text: str) -> PoFile:
    """Raises UnreadablePo."""
    try:
        catalog = read_po(io.BytesIO(text.encode()), abort_invalid=True)
    except PoFileError as error:
        raise UnreadablePo(f"line {error.lineno + 1}: {error}") from error
    except (ValueError, LookupError, UnicodeError) as error:
        raise UnreadablePo(str(error)) from error
    _refuse_twins(text)
    entries = tuple(_entry(message) for message in catalog if message.id)
    return PoFile(language=catalog.locale_identifier or "", entries=entries, catalog=catalog)


def _refuse_twins(text: str) -> None:
    """Babel would keep the last of two entries of one name and say nothing."""
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        named = _CONTEXT.fullmatch(line)
        if named is not None and named[1] in seen:
            raise UnreadablePo(f"line {number}: a second entry for {named[1]}")
        seen |= {named[1]} if named is not None else set()


def _entry(message: Message) -> Entry:
    return Entry(
        context=message.context or "",
        source=_one(message.id),
        translation=_one(message.string),
        previous=_previous(message),
        is_fuzzy=message.fuzzy,
        line=message.lineno or 1,
    )


def _previous(message: Message) -> str:
    """The original that a fuzzy entry was made for: `#| msgid "…"`, which Babel reads as comments."""
    lines = [line.removeprefix("| ") for line in message.user_comments if line.startswith("| ")]
    texts = [line.removeprefix("msgid ") for line in lines if line.startswith(("msgid ", '"'))]
    return "".join(unescape(text) for text in texts)


def _one(text: object) -> str:
    """Of several forms the first: no text of ours has any."""
    if isinstance(text, list | tuple):
        return str(text[0]) if text else ""
    return str(text or "")
