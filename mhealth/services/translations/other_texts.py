"""The texts of protocols, of common words and of SMS."""

from collections.abc import Iterator, Mapping

from mhealth.content.review import Kind
from mhealth.content.yaml_file import YamlFile, read_yaml
from mhealth.domain.alphabet import Alphabet
from mhealth.domain.gsm7 import PART_GSM7, PART_UCS2, SINGLE_GSM7, SINGLE_UCS2
from mhealth.domain.language import Language
from mhealth.services.translations.notes import keep_note
from mhealth.services.translations.units import Asked, Shelf, Unit, has_changed, text_of, yaml_units
from mhealth.sms.templates import Templates
from mhealth.sms.text_file import longest_size
from mhealth.triage.loader import FOLDER
from mhealth.triage.translations import MAX_ADVICE, MAX_LABEL

PHRASES = "ussd_flows/content/phrases.yaml"


def protocol_units(shelf: Shelf) -> Iterator[Unit]:
    """Titles, signs and advice. Raises ContentError."""
    for relative, path in shelf.library.files(FOLDER, "*.yaml").items():
        file = read_yaml(path)
        asked = _protocol(file)
        yield from yaml_units(shelf, file, Kind.PROTOCOL, f"protocols/{relative}", asked)


def _protocol(file: YamlFile) -> Iterator[Asked]:
    note = "For health workers and the desk."
    yield Asked(
        name="title", source=text_of(file, file.data, "title"), path=("title",), notes=(note,)
    )
    signs = file.data.get("signs", {})
    for key, sign in signs.items():
        label, meaning = sign, ""
        if isinstance(sign, Mapping):
            label, meaning = text_of(file, sign, "label"), str(sign.get("meaning", ""))
        meant = (f"Meaning: {' '.join(meaning.split())}",) if meaning else ()
        limit = f"A sign on a screen of several: at most {MAX_LABEL} characters."
        yield Asked(
            name=f"signs.{key}", source=str(label), path=("signs", key), notes=(limit, *meant)
        )
    advice = file.data.get("advice", {})
    for key in advice:
        limit = f"Said at the end, with place and code: at most {MAX_ADVICE} characters."
        yield Asked(
            name=f"advice.{key}",
            source=text_of(file, advice, key),
            path=("advice", key),
            notes=(limit,),
        )


def phrase_units(shelf: Shelf) -> Iterator[Unit]:
    """Days, ages, states and the other words that fill screens and SMS. Raises ContentError."""
    file = read_yaml(shelf.library.find(PHRASES))
    yield from yaml_units(shelf, file, Kind.PHRASES, "phrases.yaml", _phrases(file))


def _phrases(file: YamlFile) -> Iterator[Asked]:
    rows = file.data.get("phrases", {})
    for key in rows:
        source = text_of(file, rows, key)
        kind = next((note for start, note in _SHORT.items() if key.startswith(start)), "")
        yield Asked(
            name=str(key),
            source=source,
            path=("phrases", str(key)),
            notes=(
                "Fills a place in screens and SMS.",
                *([kind] if kind else []),
                *keep_note(source),
            ),
        )


_SHORT = {
    "age.": "An SMS cuts an age at 12 characters.",
    "when.": "An SMS cuts a day with its hour at 24 characters.",
    "class.": "An SMS cuts it at 12 characters.",
    "facility.": "An SMS cuts it at 30 characters.",
}


def sms_units(shelf: Shelf, templates: Templates) -> Iterator[Unit]:
    """Every SMS, in the order of the list."""
    default = templates.languages.default.code
    for name in templates.entries:
        original = templates.files[default, name]
        file = templates.files.get((shelf.code, name))
        content = file.content(original) if file is not None else None
        yield Unit(
            context=original.shown.replace(f"/{default}/", "/"),
            source=original.text,
            translation=file.text if file is not None else "",
            target=f"sms_templates/{shelf.code}/{name}.txt",
            notes=(*_sms_notes(templates, name, shelf.language), *keep_note(original.text)),
            is_signed=bool(content and content.is_signed),
            is_changed=file is not None and has_changed(file.review, content),
        )


def _sms_notes(templates: Templates, name: str, language: Language | None) -> Iterator[str]:
    """How much of its segments an SMS takes with the longest values."""
    entry = templates.entries[name]
    if language is None:
        return
    most = entry.most_segments(language.alphabet)
    is_gsm7 = language.alphabet is Alphabet.GSM7
    single, part = (SINGLE_GSM7, PART_GSM7) if is_gsm7 else (SINGLE_UCS2, PART_UCS2)
    room = single if most == 1 else part * most
    unit = "one SMS" if most == 1 else f"{most} SMS"
    file = templates.files.get((language.code, name))
    left = f"{room} characters with the longest values"
    if file is not None:
        taken = longest_size(file, templates.limits, language).length
        left = f"{room - taken} of {room} characters left with the longest values"
    yield f"SMS, {unit}: {left}."
