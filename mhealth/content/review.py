"""Who signed a piece of content, and on which version: `review: draft`, or by, on and version."""

from collections.abc import Mapping
from dataclasses import dataclass

from mhealth.content.yaml_file import YamlFile

DRAFT = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A signature. All fields are None while the content is a draft."""

    by: str | None = None
    on: str | None = None
    version: str | None = None

    def covers(self, version: str) -> bool:
        """True when somebody signed exactly this version; a later change makes it a draft again."""
        return self.version is not None and self.version == version


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
