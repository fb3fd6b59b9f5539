"""What the engine's tests walk upon: invented signs, small libraries, the rehearsal's phone."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mhealth.content.languages import load_languages
from mhealth.content.library import Library, open_library, shipped_root
from mhealth.domain.language import Languages
from mhealth.ussd.book import Book, build_book
from mhealth.ussd.faults import Fault
from mhealth.ussd.rehearsal import phone as rehearsal
from mhealth.ussd.screen import NARROW
from mhealth.ussd.source import Groups, SourceOption
from tests.spoken import WHOLE
from tests.ussd.platform import FACTS_OF_A_CALLER, Platform

_UNTRANSLATED = r"not translated(?:: ussd_flows/lang/| into )(\w+)"


def sign(key: str, fr: str, en: str, sw: str = "", *, stops: bool = False) -> SourceOption:
    return SourceOption(key=key, labels={"fr": fr, "en": en, "sw": sw or en}, stops=stops)


SIGNS: Mapping[str, Groups] = {
    "child": [
        [
            sign("convulsions", "Convulsions", "Fits", "Degedege", stops=True),
            sign(
                "sleepy",
                "Dort trop ou inconscient",
                "Very sleepy, unconscious",
                "Analala sana, amezimia",
                stops=True,
            ),
            sign(
                "cannot_drink",
                "Ne boit, ne tète plus",
                "Cannot drink or suck",
                "Hawezi kunywa, kunyonya",
                stops=True,
            ),
        ],
        [
            sign("fever", "Fièvre", "Fever", "Homa"),
            sign("cough", "Toux", "Cough", "Kikohozi"),
            sign("diarrhoea", "Diarrhée", "Diarrhoea", "Kuhara"),
        ],
        [
            sign(
                f"more_{n}",
                f"Autre signe numéro {n}",
                f"Other sign number {n}",
                f"Dalili nyingine {n}",
            )
            for n in range(12)
        ],
    ],
    "other": [
        [sign("bleeding", "Saigne beaucoup", "Bleeds a lot", "Kutoka damu nyingi", stops=True)],
        [sign("pain", "Douleur", "Pain", "Maumivu")],
    ],
    "pregnant": [
        [sign("bleeding", "Saignement", "Bleeding", "Kutoka damu", stops=True)],
        [sign("waters", "Perte des eaux", "Waters broken", "Maji yametoka")],
    ],
    "postpartum": [
        [sign("bleeding", "Saigne beaucoup", "Heavy bleeding", "Damu nyingi", stops=True)],
        [sign("breast", "Sein rouge", "Breast red", "Titi jekundu")],
    ],
}


@cache
def shipped_languages() -> Languages:
    return load_languages(open_library())


def french_and_english() -> Languages:
    """What the small flows of tests are written in."""
    declared = shipped_languages().by_code
    return Languages({code: declared[code] for code in ("fr", "en")})


def but_for_others(faults: Iterable[Fault]) -> list[Fault]:
    """Without what a language that is not yet whole lacks."""
    found = [(fault, re.match(_UNTRANSLATED, fault.problem)) for fault in faults]
    return [fault for fault, lacks in found if lacks is None or lacks[1] in WHOLE]


@cache
def shipped_book() -> Book:
    return build_book(open_library(), shipped_languages(), SIGNS)


def library_of(folder: Path, **flows: str) -> Library:
    """A library of these flows alone: name -> YAML, `lang_en_<name>` for a translation."""
    root = folder / "ussd_flows"
    (root / "lang" / "en").mkdir(parents=True, exist_ok=True)
    shipped = shipped_root() / "ussd_flows"
    for kept in ("languages.yaml", "screens.yaml", "lang/en/screens.yaml"):
        (root / kept).write_text((shipped / kept).read_text())
    for name, text in flows.items():
        place = f"lang/en/{name[8:]}" if name.startswith("lang_en_") else name
        (root / f"{place}.yaml").write_text(text)
    return Library((folder,))


def book_of(folder: Path, sources: Mapping[str, Groups] = SIGNS, **flows: str) -> Book:
    return build_book(library_of(folder, **flows), french_and_english(), sources)


class Phone(rehearsal.Phone):
    """One call of a caller of the tidy district; any fact may be changed by its name."""

    platform: Platform

    def __init__(
        self,
        book: Book,
        platform: Platform | None = None,
        *,
        flow: str = "main",
        language: str = "fr",
        limit: int = NARROW,
        facts: Mapping[str, Any] | None = None,
        **changed: Any,
    ) -> None:
        known = facts or {**FACTS_OF_A_CALLER, "language": language, **changed}
        super().__init__(
            book, platform or Platform(), known, flow=flow, language=language, limit=limit
        )
