"""Who signed a piece of content, and on which version: `review: draft`, or by, on and version."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mhealth.content.library import content_hash
from mhealth.content.yaml_file import YamlFile

DRAFT = "draft"


class Kind(StrEnum):
    """What a content file holds; the languages of a file and of its original say the rest."""

    PROTOCOL = "protocol"  # clinical rules, signs and advice
    FLOW = "flow"  # screens of the phone's dialogue
    PHRASES = "phrases"  # short words within screens and SMS
    SMS = "sms"  # one text message


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A signature within the file. All fields are None while the content is a draft."""

    by: str | None = None
    on: str | None = None
    version: str | None = None

    def covers(self, version: str) -> bool:
        """True when somebody signed exactly this version; a later change makes it a draft again."""
        return self.version is not None and self.version == version


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentFile:
    """One file that somebody signs before it is spoken to patients in live mode.

    `path` is relative to the content root, whichever folder the file was found in. `version` is what
    a signature names: it changes with what the file says, not with comments or its own signature.
    """

    path: str
    kind: Kind
    language: str
    original: str | None  # the path of what it translates
    version: str
    review: Review

    @property
    def is_translation(self) -> bool:
        """Whether it says in other words what another file says."""
        return self.original is not None

    @property
    def is_signed(self) -> bool:
        """True when the file itself bears a signature on what it says."""
        return self.review.covers(self.version)


def read_review(file: YamlFile) -> Review:
    """The `review:` key of a content file. Raises ContentError when it is missing or incomplete."""
    review = file.data.get("review")
    if review == DRAFT:
        return Review()
    if not isinstance(review, Mapping) or set(review) != {"by", "on", "version"}:
        hint = "write `review: draft`, or a mapping with by, on and version"
        raise file.error("review says neither draft nor who signed", None, "review", hint)
    if not isinstance(review["version"], str):
        raise file.error("version is a text", review, "version", "put it in quotes")
    return Review(by=str(review["by"]), on=str(review["on"]), version=str(review["version"]))


def read_content(
    file: YamlFile, kind: Kind, language: str, original: YamlFile | None = None
) -> ContentFile:
    """What there is to sign in a YAML file; `original` is what it translates. Raises ContentError.

    A translation is signed against its original: when that says something else, the translation
    may be wrong too, and is unsigned again.
    """
    said = [_said(file)] if original is None else [_said(file), _spoken(original, kind)]
    return ContentFile(
        path=file.name,
        kind=kind,
        language=language,
        original=None if original is None else original.name,
        version=content_hash(*said),
        review=read_review(file),
    )


def _said(file: YamlFile) -> str:
    return _written({key: value for key, value in file.data.items() if key != "review"})


def _spoken(original: YamlFile, kind: Kind) -> str:
    """The part of an original that its translations say in other words."""
    parts = ("title", "signs", "advice") if kind is Kind.PROTOCOL else ("nodes", "phrases")
    return _written({part: original.data[part] for part in parts if part in original.data})


def _written(data: Any) -> str:
    return json.dumps(data, default=str, skipkeys=True)
