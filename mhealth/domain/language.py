"""Languages as declared in `ussd_flows/languages.yaml`: words only, the content room reads the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language. `words` maps a meaning (yes, no, stop, help …) to what people type for it."""

    code: str
    name: str
    direction: str = "ltr"
    fallback: str | None = None
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Languages:
    """All declared languages, the first being the default; unknown codes fall back to it."""

    by_code: Mapping[str, Language]

    @property
    def default(self) -> Language:
        """The first declared language."""
        return next(iter(self.by_code.values()))

    def chain(self, code: str | None) -> list[str]:
        """The codes to try in order: the person's, its fallbacks, the default."""
        tried: list[str] = []
        now = code if code in self.by_code else None
        while now is not None and now not in tried:
            tried.append(now)
            now = self.by_code[now].fallback
        if self.default.code not in tried:
            tried.append(self.default.code)
        return tried
