"""Every text that a language translates: where it is written, what it says, what a translator must know."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mhealth.content.library import Library
from mhealth.content.review import ContentFile, Kind, Review, read_content
from mhealth.content.yaml_file import YamlFile, read_yaml
from mhealth.domain.errors import ContentError
from mhealth.domain.language import Language, Languages

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One text. `context` names it in a PO file, the same in every language.

    `target` is the translation's file from the content root on, `path` the keys that lead to the text in
    it; empty for an SMS, which is its whole file. `translation` is empty while there is none.
    `is_signed` and `is_changed`: whether the file bears a signature, and one on an earlier version.
    """

    context: str
    source: str
    translation: str
    target: str
    path: Path = ()
    notes: tuple[str, ...] = ()
    is_signed: bool = False
    is_changed: bool = False

    @property
    def original(self) -> str:
        """The file of the French text."""
        return self.context.split(" ", 1)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where a language's texts are looked for. `language` None: there is none yet, for a template."""

    library: Library
    languages: Languages
    language: Language | None

    @property
    def code(self) -> str:
        """The language's code; empty for a template."""
        return self.language.code if self.language else ""

    def translated(self, relative: str) -> YamlFile | None:
        """A file of `ussd_flows/lang/<code>/`, when it is there. Raises ContentError."""
        try:
            return read_yaml(self.library.find(self.target(relative))) if self.language else None
        except FileNotFoundError:
            return None

    def target(self, relative: str) -> str:
        """Where a translation lies, from the content root on."""
        return f"ussd_flows/lang/{self.code}/{relative}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One text of an original YAML file: its name there, what it says, where its translation stands."""

    name: str
    source: str
    path: Path
    notes: tuple[str, ...] = ()


def yaml_units(
    shelf: Shelf, original: YamlFile, kind: Kind, relative: str, asked: Iterator[Asked]
) -> Iterator[Unit]:
    """The units of one original and its translation. Raises ContentError."""
    file = shelf.translated(relative)
    review, content = Review(), None
    if file is not None:
        content = read_content(file, kind, shelf.code, original)
        review = content.review
    for one in asked:
        path, said = _found(file.data, one.path) if file is not None else (one.path, "")
        yield Unit(
            context=f"{original.name} {one.name}",
            source=one.source,
            translation=said,
            target=shelf.target(relative),
            path=path,
            notes=one.notes,
            is_signed=bool(content and content.is_signed),
            is_changed=has_changed(review, content),
        )


def has_changed(review: Review, content: ContentFile | None) -> bool:
    """True when somebody signed what the file and its original said before."""
    return content is not None and review.version is not None and not content.is_signed


def _found(data: Mapping[str, Any], path: Path) -> tuple[Path, str]:
    """The path as it is in this file, where a sign may be `{label: …}`, and what stands there."""
    part: Any = data
    for step in path:
        part = part.get(step) if isinstance(part, Mapping) else None
    if isinstance(part, Mapping) and "label" in part:
        return (*path, "label"), str(part["label"])
    return path, part if isinstance(part, str) else ""


def text_of(file: YamlFile, part: Mapping[str, Any], key: str) -> str:
    """A text as it is written. Raises ContentError when it is none."""
    text = part.get(key)
    if not isinstance(text, str):
        raise ContentError(file.place(part, key), f"`{key}` must be a text")
    return text
