"""A form of others as files of a flow: made, measured against the screen, and proven with all other flows."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from mhealth.content.library import Library
from mhealth.content.yaml_file import read_yaml
from mhealth.domain.errors import ContentError, MhealthError
from mhealth.domain.language import Languages
from mhealth.exchange.fhir.reading import read_questionnaire
from mhealth.exchange.forms.draft import Draft, DraftNode
from mhealth.exchange.forms.form import Finding, Form, UnreadableForm, Verdict
from mhealth.exchange.forms.names import platform_names
from mhealth.exchange.forms.steps import Without, make_draft
from mhealth.exchange.forms.yaml_text import flow_text, translation_text
from mhealth.exchange.xlsform.reading import read_xlsform
from mhealth.services.content_check import check_content
from mhealth.ussd.compiling import compile_flows
from mhealth.ussd.faults import Fault
from mhealth.ussd.flow_file import FOLDER, NOT_FLOWS, OTHERS, SCREENS
from mhealth.ussd.plan import Node
from mhealth.ussd.screen import LIMITS, room_for
from mhealth.ussd.source import Sources

_ROUNDS = 12
_LONGEST_HINT = 160
_MANY = "the screen is {} characters too long"
_XLSX, _OLD_XLS = b"PK", b"\xd0\xcf\x11\xe0"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_NODE = re.compile(r"  ([a-z][a-z0-9_]*):")
_TONGUES = {
    "french": "fr", "français": "fr", "francais": "fr", "english": "en", "anglais": "en",
    "swahili": "sw", "kiswahili": "sw", "portuguese": "pt", "português": "pt", "portugais": "pt",
    "hausa": "ha", "haoussa": "ha", "arabic": "ar", "arabe": "ar", "العربية": "ar",
}  # fmt: skip
"""How forms call the languages of the region, beside the names that languages.yaml gives them."""


class CannotImport(MhealthError):
    """Nothing of the file can become a flow; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Files by their path below the content's folder, how many questions they ask, what did not fit."""

    files: Mapping[str, str]
    questions: int
    findings: tuple[Finding, ...]


def import_form(content: bytes, name: str, library: Library, languages: Languages) -> Imported:
    """A flow of the form in an XLSX or JSON file. Raises CannotImport."""
    reserved = {SCREENS, *OTHERS, "main", *(each.removesuffix(".yaml") for each in NOT_FLOWS)}
    if not _NAME.fullmatch(name) or name in reserved:
        raise CannotImport(
            f"{name!r} is no name for this flow: small letters, digits and _, not main"
        )
    form = _read(content, languages)
    taken = platform_names() | _variables(library, name)
    without = Without()
    for _ in range(_ROUNDS):
        draft, findings = make_draft(form, name, [*languages.by_code], taken, without)
        files = _files(draft, name, languages, findings)
        more = _too_much(draft, name, files, library, languages, without)
        if more == without:
            more = _unproven(draft, name, files, library, without)
        if more == without:
            return _imported(draft, files, findings)
        without = more
    raise CannotImport("its flow does not pass the check, whatever is left out")


def _imported(draft: Draft, files: Mapping[str, str], findings: tuple[Finding, ...]) -> Imported:
    asked = sum(node.body["kind"] not in ("branch", "end", "message") for node in draft.nodes)
    if not asked:
        raise CannotImport("\n".join(["nothing is left to ask:", *map(str, findings)]))
    return Imported(files=files, questions=asked, findings=tuple(dict.fromkeys(findings)))


def _read(content: bytes, languages: Languages) -> Form:
    try:
        if content.startswith(_OLD_XLS):
            raise UnreadableForm("an old .xls workbook: save it as .xlsx")
        if not content.startswith(_XLSX):
            return read_questionnaire(content)
        known = {code: code for code in languages.by_code}
        known |= {name: code for name, code in _TONGUES.items() if code in known}
        known |= {each.name.lower(): code for code, each in languages.by_code.items()}
        return read_xlsform(content, known)
    except UnreadableForm as error:
        raise CannotImport(str(error)) from error


def _variables(library: Library, flow: str) -> set[str]:
    """What other flows keep answers in: a call shares its variables with the flows that it calls."""
    found: set[str] = set()
    for file, path in library.files(FOLDER, "*.yaml").items():
        if file not in NOT_FLOWS and file != f"{flow}.yaml":
            try:
                found |= set(_kept(read_yaml(path).data))
            except ContentError:
                continue  # the check names it
    return found


def _kept(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key in ("into", "label_into", "stopped") and isinstance(value, str):
                yield value
            elif key == "set" and isinstance(value, Mapping):
                yield from map(str, value)
            yield from _kept(value)
    elif isinstance(part, list):
        for value in part:
            yield from _kept(value)


def _files(
    draft: Draft, name: str, languages: Languages, findings: tuple[Finding, ...]
) -> dict[str, str]:
    first, *others = languages.by_code
    notes = [*draft.header, "Made from that form; nobody has read it yet. Its answers stand in variables:"
             " add a deed where they should go.", *_told(findings)]  # fmt: skip
    files = {f"{FOLDER}/{name}.yaml": flow_text(draft, first, notes)}
    for code in others:
        text = translation_text(draft, code, name)
        if text:
            files[f"{FOLDER}/lang/{code}/{name}.yaml"] = text
    return files


def _told(findings: tuple[Finding, ...]) -> Iterator[str]:
    for verdict, title in ((Verdict.REFUSED, "LEFT OUT"), (Verdict.CHANGED, "CHANGED")):
        for finding in dict.fromkeys(f for f in findings if f.verdict is verdict):
            yield f"{title} {finding}"


def _too_much(
    draft: Draft,
    name: str,
    files: Mapping[str, str],
    library: Library,
    languages: Languages,
    without: Without,
) -> Without:
    """What else must be left out for every screen to hold what it says; measured by the engine itself."""
    with TemporaryDirectory() as folder:
        own = _small_library(Path(folder), files, library)
        compiled = compile_flows(own, languages, Sources({}, languages))
    by_name = {node.name: node for node in draft.nodes}
    for full, node in compiled.graph.nodes.items():
        made = by_name.get(full.partition(".")[2])
        if made is not None and made.item:
            without = _shortened(made, dict(_excess(node, languages)), languages, without)
    return _blamed(draft, name, files, compiled.faults.errors, without)


def _excess(node: Node, languages: Languages) -> Iterator[tuple[str, int]]:
    """By how much a screen can be too long, by language."""
    texts = getattr(node, "text", None) or {}
    for code in languages.by_code if texts else ():
        over = [
            length - room_for(limit, texts[code].alphabet)
            for limit in LIMITS
            for length in node.lengths(code, limit)
        ]
        if max(over, default=0) > 0:
            yield code, max(over)


def _shortened(
    made: DraftNode, excess: Mapping[str, int], languages: Languages, without: Without
) -> Without:
    """First the hint goes, then the texts of a translation, at last the whole item."""
    first = languages.default.code
    if not excess or made.item in without.items:
        return without
    if made.has_hint:
        return replace(without, hints={**without.hints, made.item: max(excess.values())})
    spoken = {code for code in excess if code != first and not _repeats(code, excess, first)}
    if first not in excess:
        return replace(
            without,
            texts={**without.texts, **{(made.item, c): _MANY.format(excess[c]) for c in spoken}},
        )
    told = ", ".join(f"{over} in {code}" for code, over in excess.items())
    finding = Finding(
        Verdict.REFUSED,
        made.where,
        f"its screen is too long, by so many characters: {told}",
        "shorten its label or its choices; counted with the hint after a wrong answer and the keys",
    )
    return replace(without, items={**without.items, made.item: finding})


def _repeats(code: str, excess: Mapping[str, int], first: str) -> bool:
    """A language that only repeats the first one has the same length."""
    return first in excess and excess[code] == excess[first]


def _unproven(
    draft: Draft, name: str, files: Mapping[str, str], library: Library, without: Without
) -> Without:
    """What the proof of the whole finds wrong with this flow among all others."""
    with TemporaryDirectory() as folder:
        _write(Path(folder), files)
        proof = check_content(Library((Path(folder), *library.roots)))
    errors = [fault for fault in proof.faults if fault.severity == "error"]
    return _blamed(draft, name, files, errors, without)


def _blamed(
    draft: Draft, name: str, files: Mapping[str, str], errors: list[Fault], without: Without
) -> Without:
    """The items at which the check found something; what is at fault elsewhere ends the import."""
    for fault in errors:
        path, line, _ = fault.place.rsplit(":", 2)
        if path not in files:
            if name not in fault.problem:
                continue  # another flow's own fault
            raise CannotImport(f"{fault.place}: {fault.problem}")
        made = _made_at(draft, files[path], int(line))
        if made is None or not made.item:
            raise CannotImport(f"{fault.place}: {fault.problem}")
        code = _language_of(path)
        if fault.rule == "screen-too-long" or made.item in without.items:
            continue
        if code:
            without = replace(without, texts={**without.texts, (made.item, code): fault.problem})
        else:
            finding = Finding(
                Verdict.REFUSED, made.where, fault.problem, fault.hint[:_LONGEST_HINT]
            )
            without = replace(without, items={**without.items, made.item: finding})
    return without


def _language_of(path: str) -> str:
    """The language of a translation's file; none of a flow's own."""
    _, _, below = path.partition("/lang/")
    return below.partition("/")[0]


def _made_at(draft: Draft, text: str, line: int) -> DraftNode | None:
    names = [m.group(1) for m in map(_NODE.fullmatch, text.split("\n")[:line]) if m]
    by_name = {node.name: node for node in draft.nodes}
    return by_name.get(names[-1]) if names else None


def _small_library(folder: Path, files: Mapping[str, str], library: Library) -> Library:
    """This flow alone with the engine's own words: quick to compile."""
    _write(folder, files)
    for relative in (f"{FOLDER}/languages.yaml", f"{FOLDER}/{SCREENS}.yaml"):
        copyfile(library.find(relative), folder / relative)
    for relative, path in library.files(f"{FOLDER}/lang", f"*/{SCREENS}.yaml").items():
        place = folder / FOLDER / "lang" / relative
        place.parent.mkdir(parents=True, exist_ok=True)
        copyfile(path, place)
    return Library((folder,))


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for relative, text in files.items():
        (folder / relative).parent.mkdir(parents=True, exist_ok=True)
        (folder / relative).write_text(text, encoding="utf-8")
