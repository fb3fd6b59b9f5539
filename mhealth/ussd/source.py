"""Signs that a `signs` node offers, handed in by the protocols: groups in order, labels by language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mhealth.domain.alphabet import Alphabet
from mhealth.domain.language import Languages
from mhealth.ussd.text import say

UNCUT = 1000
"""A label is never cut: one that is too long is a fault."""

Groups = Sequence[Sequence["SourceOption"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOption:
    """One sign. `stops` ends the questions as soon as it is chosen."""

    key: str
    labels: Mapping[str, str] = field(hash=False)
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Sources:
    """The signs of every protocol, by its key."""

    groups: Mapping[str, Groups]
    languages: Languages

    @property
    def names(self) -> list[str]:
        """The protocols."""
        return list(self.groups)

    def in_language(
        self, protocol: str, code: str, alphabet: Alphabet = Alphabet.GSM7
    ) -> list[list[tuple[str, str, bool]]]:
        """Groups of (key, label ready for a screen, stops), in that language or its fallback."""
        chain = self.languages.chain(code)
        return [
            [(sign.key, _label(sign, chain, alphabet), sign.stops) for sign in group]
            for group in self.groups[protocol]
        ]

    def unlabelled(self) -> set[str]:
        """UCS-2 languages in which a sign has no label: they cannot show the signs on one screen."""
        signs = [s for groups in self.groups.values() for group in groups for s in group]
        return {
            code
            for code, language in self.languages.by_code.items()
            if language.alphabet is Alphabet.UCS2 and not all(code in s.labels for s in signs)
        }

    def problems(self) -> Iterator[str]:
        """What is wrong with the signs themselves: no label, or one that no phone shows."""
        for protocol, groups in self.groups.items():
            for sign in (sign for group in groups for sign in group):
                if self.languages.default.code not in sign.labels:
                    yield f"sign `{sign.key}` of `{protocol}` has no label in the first language"
                for code, label in sign.labels.items():
                    if not self._can_show(code, label) or "\n" in label or not label.strip():
                        yield f"label of `{sign.key}` of `{protocol}` in {code}: {label!r}"

    def _can_show(self, code: str, label: str) -> bool:
        language = self.languages.by_code.get(code)
        alphabet = Alphabet.GSM7 if language is None else language.alphabet
        return alphabet.holds(alphabet.fold(label))

    def fingerprint(self) -> str:
        """All of it as text, the same for the same signs: part of a flow's version.

        A label that only repeats the fallback's is left out: a language without texts changes nothing.
        """
        return repr(
            [
                (name, [[(s.key, self._own_labels(s), s.stops) for s in g] for g in groups])
                for name, groups in sorted(self.groups.items())
            ]
        )

    def _own_labels(self, sign: SourceOption) -> list[tuple[str, str]]:
        return [
            (code, label)
            for code, label in sorted(sign.labels.items())
            if label != self._fallback_label(sign, code)
        ]

    def _fallback_label(self, sign: SourceOption, code: str) -> str | None:
        others = self.languages.chain(code)[1:]
        return next((sign.labels[c] for c in others if c in sign.labels), None)


def _label(sign: SourceOption, chain: Sequence[str], alphabet: Alphabet) -> str:
    found = (sign.labels[code] for code in chain if code in sign.labels)
    return say(next(found, sign.key).strip(), UNCUT, alphabet)
