"""Who vouches for a piece of content: `review: draft`, or who signed it, when, and on which hash."""

import re
from dataclasses import dataclass
from datetime import date

_SIGNED = re.compile(r"signed by (?P<who>.{2,80}?) on (?P<on>\S+) of (?P<hash>[0-9a-f]{16})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The review state of one file; `signed_by` None means draft. `content_hash` is what was signed."""

    signed_by: str | None = None
    signed_on: date | None = None
    content_hash: str | None = None

    @property
    def is_draft(self) -> bool:
        """True when nobody signed."""
        return self.signed_by is None

    def vouches_for(self, content_hash: str) -> bool:
        """True when somebody signed exactly this content; a changed file is unsigned again."""
        return not self.is_draft and self.content_hash == content_hash


def read_review(written: str) -> Review:
    """Read `draft` or `signed by <who> on <yyyy-mm-dd> of <hash>`. Raises ValueError saying so."""
    if written.strip() == "draft":
        return Review()
    found = _SIGNED.fullmatch(written.strip())
    if found is None:
        raise ValueError("review is `draft` or `signed by <who> on <yyyy-mm-dd> of <hash>`")
    return Review(
        signed_by=found["who"],
        signed_on=date.fromisoformat(found["on"]),
        content_hash=found["hash"],
    )
