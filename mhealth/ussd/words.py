"""Reads one text in every language: taken apart, its variables known, its translations complete."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mhealth.content.yaml_file import YamlFile
from mhealth.domain.alphabet import Alphabet
from mhealth.domain.language import Language, Languages
from mhealth.ussd import shape
from mhealth.ussd.faults import Faults, Severity
from mhealth.ussd.flow_file import FlowFile, Path
from mhealth.ussd.text import BadText, Template, Texts, make_template, names_in

NOTHING = Template((), plain="")
_SHOWN = shape.text("What is shown.")
_MENDS: Mapping[str, str] = {
    "unknown-variable": "correct its name, or declare it under `variables:`",
    "unshowable": "write it with letters and signs that phones have",
    "syntax": "a variable is a plain {name}; a brace of its own is written twice, {{ or }}",
}
"""By the rule that a text breaks."""


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one flow and how to read them."""

    flow: FlowFile
    languages: Languages
    longest: Mapping[str, int]  # every known variable
    faults: Faults
    spoken: Mapping[str, str]  # language -> the one that this flow is spoken in
    lacking: set[str] = field(default_factory=set)  # UCS-2 languages in which a text is missing

    def read(self, part: Mapping[str, Any], key: str, path: Path) -> Texts:
        """The text at `part[key]` and its translations at `path`; a fault leaves an empty text."""
        default = self.languages.default
        self.flow.asked[path] = (part, key)
        own = self._template(self.flow.file, part, key, default)
        found = {default.code: own or NOTHING}
        for code in self.flow.translations:
            template = self._translated(code, part, key, path, own)
            if template is not None:
                found[code] = template
        return {code: self._first(found, code) for code in self.languages.by_code}

    def _first(self, found: Texts, code: str) -> Template:
        chain = self.languages.chain(self.spoken[code])
        return next(found[each] for each in chain if each in found)

    def _translated(
        self, code: str, part: Mapping[str, Any], key: str, path: Path, own: Template | None
    ) -> Template | None:
        translation = self.flow.translations[code]
        place = translation.find(path)
        language = self.languages.by_code[code]
        if place is None:
            hint = f"add it to {translation.file.name}"
            if language.alphabet is Alphabet.UCS2:
                self.lacking.add(code)
                hint += "; until then the fallback speaks the whole flow"
            where = ".".join(path)
            self.faults.add(self.flow.file, f"not translated into {code}: {where}", part, key,
                            hint=hint,
                            severity=Severity.WARNING, rule="untranslated")  # fmt: skip
            return None
        template = self._template(translation.file, *place, language)
        if own is not None:  # else what is wrong with it is told, and not that this differs
            self._compare(translation.file, place, str(part[key]))
        return template

    def _compare(self, file: YamlFile, place: tuple[Mapping[str, Any], str], own: str) -> None:
        """A translation shows exactly the variables of the original."""
        try:
            wanted, said = set(names_in(own)), set(names_in(str(place[0][place[1]])))
        except BadText:
            return
        for name in sorted(wanted - said):
            self.faults.add(file, f"the translation lacks {{{name}}}", *place,
                            hint="show the variables of the original, and no others",
                            rule="other-variables")  # fmt: skip
        for name in sorted((said - wanted) & set(self.longest)):
            self.faults.add(file, f"the original has no {{{name}}}", *place,
                            hint="show the variables of the original, and no others",
                            rule="other-variables")  # fmt: skip

    def _template(
        self, file: YamlFile, part: Mapping[str, Any], key: str, language: Language
    ) -> Template | None:
        text = part[key]
        if not isinstance(text, str) or not text.strip():
            problem, hint = _SHOWN.refused(text)
            self.faults.add(file, f"`{key}` {problem}", part, key, hint=hint, rule=_SHOWN.rule)
            return None
        try:
            is_rtl = language.direction == "rtl"
            return make_template(
                str(text), self.longest, language.alphabet, rtl=is_rtl, language=language.code
            )
        except BadText as error:
            hint = _MENDS.get(error.rule, "")
            self.faults.add(file, str(error), part, key, hint=hint, rule=error.rule)
            return None
