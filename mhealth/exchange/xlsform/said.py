"""The texts of an XLSForm by language code: `label::Français (fr)`, `label::French`, or `label` alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mhealth.exchange.forms.form import REF_CLOSE, REF_OPEN, Finding, Said, Verdict

_CODE = re.compile(r"\(\s*([a-z]{2,3})(?:[-_][A-Za-z]+)?\s*\)\s*$")
_REF = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
_DEFAULT = "default"


@dataclass(slots=True)
class Tongues:
    """Finds the code of each language that the form names; remembers which it met."""

    known: Mapping[str, str]  # small letters -> code
    default: str | None
    met: dict[str, str | None] = field(default_factory=dict)  # as the form names it -> code
    findings: list[Finding] = field(default_factory=list)

    @property
    def used(self) -> tuple[str, ...]:
        """The codes that its texts are in."""
        return tuple(dict.fromkeys(code for code in self.met.values() if code is not None))

    def said(self, texts: Any) -> Said:
        """A text, or a mapping of languages to texts; `${name}` marked as the item that it shows."""
        if texts is None:
            return {}
        if not isinstance(texts, Mapping):
            texts = {_DEFAULT: texts}
        found: dict[str, str] = {}
        for language, text in texts.items():
            code = self._code(str(language))
            if code is not None and str(text).strip():
                found[code] = mark_refs(str(text).strip())
        return found

    def _code(self, language: str) -> str | None:
        if language == _DEFAULT:
            language = self.default if self.default and self.default != _DEFAULT else ""
            if not language:
                self.met[""] = ""
                return ""
        if language not in self.met:
            code = self._find(language)
            if code is None:
                self._miss(language)
            self.met[language] = code
        return self.met[language]

    def _find(self, language: str) -> str | None:
        coded = _CODE.search(language)
        wanted = coded.group(1) if coded else language.strip().lower()
        return self.known.get(wanted)

    def _miss(self, language: str) -> None:
        self.findings.append(
            Finding(
                Verdict.REFUSED,
                f"language {language}",
                "this language is not spoken here, so its texts are left out",
                "declare it in ussd_flows/languages.yaml first, with its code in the column's name:"
                " label::Español (es)",
            )
        )


def mark_refs(text: str) -> str:
    """`${name}` as the name between its two marks."""
    return _REF.sub(lambda found: f"{REF_OPEN}{found.group(1)}{REF_CLOSE}", text)
