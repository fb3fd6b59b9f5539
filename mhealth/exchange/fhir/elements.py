"""Elements of FHIR R4 that Questionnaires are read from and written with: extensions, values, translations.

Source: https://hl7.org/fhir/R4/questionnaire.html and the extension registry of R4.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from mhealth.exchange.forms.form import Said

Json = dict[str, Any]
CORE = "http://hl7.org/fhir/StructureDefinition/"
TRANSLATION = f"{CORE}translation"
MIN_VALUE, MAX_VALUE = f"{CORE}minValue", f"{CORE}maxValue"
MIN_LENGTH, REGEX = f"{CORE}minLength", f"{CORE}regex"
DECIMALS = f"{CORE}maxDecimalPlaces"
HIDDEN, UNIT = f"{CORE}questionnaire-hidden", f"{CORE}questionnaire-unit"
ITEM_CONTROL = f"{CORE}questionnaire-itemControl"
OWN = "urn:mhealth:StructureDefinition:"
"""Before the name of our own extensions."""
NOT_KNOWN, VARIABLE, SENSITIVE = f"{OWN}not-known", f"{OWN}variable", f"{OWN}sensitive"
LIST, DEED, CANNOT_SAY = f"{OWN}list", f"{OWN}deed", f"{OWN}cannot-say"
FROM_TODAY, WRONG = f"{OWN}days-from-today", f"{OWN}wrong-answer"
STOPS = f"{OWN}stops"


class NotThat(ValueError):
    """An element is not what R4 says; `str()` names it."""


def extensions(element: Any) -> Sequence[Json]:
    """All extensions of an element."""
    found = element.get("extension", ()) if isinstance(element, Mapping) else ()
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def extension(element: Any, url: str) -> Json | None:
    """The first extension of this kind."""
    return next((each for each in extensions(element) if each.get("url") == url), None)


def extended(element: Any, url: str) -> Any:
    """The value of the first extension of this kind; None without one."""
    found = extension(element, url)
    return value_of(found) if found is not None else None


def value_of(element: Mapping[str, Any], prefix: str = "value") -> Any:
    """What stands at `value…` or `answer…`: a date as a date, a Coding as its mapping."""
    for key, value in element.items():
        if key.startswith(prefix) and key != prefix and key[len(prefix)].isupper():
            return _day(value) if key == f"{prefix}Date" else value
    return None


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise NotThat(f"the day {value!r} is not whole") from error


def said(element: Mapping[str, Any], key: str, language: str) -> Said:
    """The text at a key in its own language, and its translations beside it."""
    texts: dict[str, str] = {}
    text = element.get(key)
    if isinstance(text, str) and text.strip():
        texts[language] = text.strip()
    for each in extensions(element.get(f"_{key}")):
        if each.get("url") == TRANSLATION:
            parts = {part.get("url"): value_of(part) for part in extensions(each)}
            code, content = base_code(parts.get("lang")), parts.get("content")
            if code and isinstance(content, str) and content.strip():
                texts.setdefault(code, content.strip())
    return texts


def base_code(language: Any) -> str:
    """`fr` of `fr-FR`."""
    return str(language).split("-")[0].lower() if isinstance(language, str) else ""


def put_said(element: Json, key: str, texts: Said, language: str) -> None:
    """Write a text and its translations."""
    element[key] = texts[language]
    others = [
        {"url": TRANSLATION, "extension": [{"url": "lang", "valueCode": code},
                                           {"url": "content", "valueString": text}]}
        for code, text in texts.items() if code != language
    ]  # fmt: skip
    if others:
        element[f"_{key}"] = {"extension": others}


def walk(items: Any) -> Iterator[Json]:
    """All items, in order."""
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield item
            yield from walk(item.get("item"))
