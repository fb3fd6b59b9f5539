"""Languages as declared in `ussd_flows/languages.yaml`: words only, the content room reads the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from mhealth.domain.alphabet import Alphabet


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language. `words` maps a meaning (yes, no, stop, help …) to what people type for it.

    `name_gsm7` is its name on a screen of GSM-7; `is_where_named`: spoken only where the settings say so.
    """

    code: str
    name: str
    name_gsm7: str = ""
    is_where_named: bool = False
    direction: str = "ltr"
    fallback: str | None = None
    alphabet: Alphabet = Alphabet.GSM7
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Languages:
    """All spoken languages, the first being the default; unknown codes fall back to it.

    `silent` are codes that are declared and not spoken here: their files are let be.
    """

    by_code: Mapping[str, Language]
    silent: frozenset[str] = frozenset()

    @property
    def default(self) -> Language:
        """The first declared language."""
        return next(iter(self.by_code.values()))

    @property
    def everywhere(self) -> list[str]:
        """The codes that are spoken where the settings name none."""
        return [code for code, language in self.by_code.items() if not language.is_where_named]

    def is_declared(self, code: str) -> bool:
        """True for a language of `languages.yaml`, spoken here or not."""
        return code in self.by_code or code in self.silent

    def only(self, codes: Sequence[str]) -> "Languages":
        """Those of these codes, in the declared order; fallbacks lead past what is not spoken.

        Raises ValueError for a code that is not declared, and when the default is not among them.
        """
        for code in codes:
            if code not in self.by_code:
                raise ValueError(f"no language {code!r}; declared: {', '.join(self.by_code)}")
        if self.default.code not in codes:
            raise ValueError(f"must name the default language {self.default.code!r}")
        spoken = {
            code: replace(language, fallback=self._spoken_fallback(language, codes))
            for code, language in self.by_code.items()
            if code in codes
        }
        return Languages(spoken, self.silent | (set(self.by_code) - set(spoken)))

    def _spoken_fallback(self, language: Language, codes: Sequence[str]) -> str | None:
        chain = self.chain(language.code)[1:]
        return next((c for c in chain if c in codes), None) if language.fallback else None

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
