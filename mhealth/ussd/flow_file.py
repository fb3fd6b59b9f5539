"""A flow's files as written: its structure with the first language, and its translations beside it."""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mhealth.content.library import Library
from mhealth.content.review import ContentFile, Kind, read_content
from mhealth.content.yaml_file import YamlFile
from mhealth.domain.errors import ContentError
from mhealth.domain.language import Languages
from mhealth.ussd.faults import SYNTAX, Faults, Severity

FOLDER = "ussd_flows"
SCREENS = "screens"
TOP = "phrases"
SAME = "same"
"""In a translation: a list of texts (`menu.options.me`) that are rightly as the original has them."""
OTHERS = frozenset({"phrases"})  # translated by other rooms
NOT_FLOWS = frozenset({"languages.yaml", f"{SCREENS}.yaml"})

Path = tuple[str, ...]

MOST_LETTERS = 40
"""Of `flow.node` together: so much the database keeps."""
_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{MOST_LETTERS - 3}}}")


@dataclass(frozen=True, slots=True)
class Translation:
    """One file of one language; what was looked up is remembered, so that the rest can be named."""

    code: str
    file: YamlFile
    top: str  # the key under which the texts lie
    used: set[Path] = field(default_factory=set)

    def find(self, path: Path) -> tuple[Mapping[str, Any], str] | None:
        """The mapping and the key where a text lies, or None when it is not translated."""
        self.used.add(path)
        part: Any = self.file.data.get(self.top)
        for step in path[:-1]:
            part = part.get(step) if isinstance(part, Mapping) else None
        if not isinstance(part, Mapping) or not isinstance(part.get(path[-1]), str):
            return None
        return part, path[-1]

    def unused(self, but_of: Container[str] = ()) -> Iterator[tuple[Mapping[str, Any], str, str]]:
        """Texts that nothing asked for: (mapping, key, dotted path); but of these unread nodes."""
        yield from self._unused(self.file.data.get(self.top), (), but_of)

    def _unused(
        self, part: Any, at: Path, but_of: Container[str]
    ) -> Iterator[tuple[Mapping[str, Any], str, str]]:
        if not isinstance(part, Mapping):
            return
        for key, value in part.items():
            here = (*at, str(key))
            if isinstance(value, Mapping):
                yield from self._unused(value, here, but_of)
            elif here not in self.used and here[0] not in but_of:
                yield part, key, ".".join(here)


@dataclass(frozen=True, slots=True)
class FlowFile:
    """One flow's files. `contents` is what there is to sign of them.

    `asked`: each text that was read so far, in the file's order: where its translations have it -> where
    it is written.
    """

    name: str
    file: YamlFile
    translations: Mapping[str, Translation]
    contents: tuple[ContentFile, ...]
    asked: dict[Path, tuple[Mapping[str, Any], str]] = field(default_factory=dict)

    @property
    def files(self) -> list[YamlFile]:
        """The flow itself, then its translations."""
        return [self.file, *(t.file for _, t in sorted(self.translations.items()))]

    @property
    def nodes(self) -> Mapping[str, Any]:
        """The nodes as written; empty when there are none."""
        nodes = self.file.data.get("nodes")
        return nodes if isinstance(nodes, Mapping) else {}

    def place_of(self, node: str, code: str) -> str:
        """Where a language has its text of a node; empty when it has none of its own."""
        translation = self.translations.get(code)
        if translation is None or translation.find((node, "text")) is None:
            return ""
        return translation.file.place(translation.file.data[translation.top], node)

    @property
    def texts(self) -> list[str]:
        """All text that makes its version."""
        return [file.text for file in self.files]


def read_flow_files(
    library: Library, languages: Languages, faults: Faults
) -> tuple[dict[str, FlowFile], FlowFile | None, frozenset[str]]:
    """All flows by name, the engine's phrases, and the flows whose files cannot be read: faults."""
    found: dict[str, FlowFile] = {}
    files = [file for file in library.files(FOLDER, "*.yaml") if file not in NOT_FLOWS]
    names = [name for file in files if (name := _name_of(file, faults))]
    for name in names:
        flow = _read(library, languages, name, "nodes", faults)
        if flow is not None:
            found[name] = flow
    _find_strays(library, languages, {*names, SCREENS, *OTHERS}, faults)
    unread = frozenset(names) - found.keys()
    return found, _read(library, languages, SCREENS, TOP, faults), unread


def _name_of(file: str, faults: Faults) -> str:
    """A flow's name; empty, and a fault, when no other flow could call it so."""
    name = file.removesuffix(".yaml")
    if _NAME.fullmatch(name):
        return name
    hint = f"small letters, digits and _, at most {MOST_LETTERS}: opening_hours.yaml"
    faults.take(
        ContentError(f"{FOLDER}/{file}:1:1", f"`{name}` cannot be a flow's name", hint), rule=SYNTAX
    )
    return ""


def _read(
    library: Library, languages: Languages, name: str, top: str, faults: Faults
) -> FlowFile | None:
    file = _open(library, f"{FOLDER}/{name}.yaml", faults)
    if file is None:
        return None
    translations = {}
    for code in languages.by_code:
        if code != languages.default.code:
            translated = _translation(library, code, name, file, top, faults)
            if translated is not None:
                translations[code] = translated
    contents = tuple(_contents(name, file, languages, translations, faults))
    return FlowFile(name, file, translations, contents)


def _translation(
    library: Library, code: str, name: str, original: YamlFile, top: str, faults: Faults
) -> Translation | None:
    file = _open(library, f"{FOLDER}/lang/{code}/{name}.yaml", faults, original)
    if file is None:
        return None
    for key in file.data:
        if key not in ("review", SAME, top):
            faults.add(
                file, f"unknown key `{key}`", None, key, hint=f"known: review, {SAME}, {top}"
            )
    return Translation(code, file, top)


def _open(
    library: Library, relative: str, faults: Faults, original: YamlFile | None = None
) -> YamlFile | None:
    try:
        return library.read(relative)
    except FileNotFoundError:
        if original is None:
            faults.take(ContentError(f"{relative}:1:1", "this file is needed and missing"),
                        rule="unreadable-file")  # fmt: skip
        else:
            faults.add(original, f"not translated: {relative} is missing",
                       hint="the fallback speaks until then", severity=Severity.WARNING,
                       rule="untranslated")  # fmt: skip
    except ContentError as error:
        faults.take(error, is_unread=True, rule="unreadable-file")
    return None


def _contents(
    name: str,
    file: YamlFile,
    languages: Languages,
    translations: Mapping[str, Translation],
    faults: Faults,
) -> Iterator[ContentFile]:
    kind = Kind.PHRASES if name == SCREENS else Kind.FLOW
    try:
        yield read_content(file, kind, languages.default.code)
    except ContentError as error:
        faults.take(error, rule="no-review")
    for code, translation in translations.items():
        try:
            yield read_content(translation.file, kind, code, file)
        except ContentError as error:
            faults.take(error, rule="no-review")


def _find_strays(library: Library, languages: Languages, names: set[str], faults: Faults) -> None:
    """Translations of a flow or into a language that does not exist."""
    for relative in library.files(f"{FOLDER}/lang", "*/*.yaml"):
        code, _, file_name = relative.partition("/")
        place = f"{FOLDER}/lang/{relative}:1:1"
        if not languages.is_declared(code):
            faults.take(ContentError(place, f"language `{code}` is not in languages.yaml"),
                        rule="stray-translation")  # fmt: skip
        elif file_name.removesuffix(".yaml") not in names:
            faults.take(ContentError(place, "there is no flow of this name to translate"),
                        rule="stray-translation")  # fmt: skip
