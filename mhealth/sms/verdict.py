"""Which words of a centre's SMS are its answer, and what casts doubt on them: a question back, no guess."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from mhealth.domain.language import Languages
from mhealth.sms.sheet import ANSWER, Sheet, Word, vocabulary
from mhealth.sms.when import MEANINGS as WHEN_MEANINGS

_YES = frozenset({"yes", "accepts"})
_NO = frozenset({"no", "declines"})
_ANSWERS = _YES | _NO
_TIMES = frozenset(WHEN_MEANINGS)
_ASIDE = _TIMES | {"polite", "arrival"}
"""Beside these an answer is as plain as without."""
_MEANINGS = (*sorted(_ANSWERS), "doubt", "number", "about", "arrival", "polite", *WHEN_MEANINGS)

_MOST_BEFORE_CODE = 3
"""Words of one's own between a yes and its code: `oui on va prendre le 482 1935`."""
_MOST_BESIDE = 2
"""Words of one's own beside an answer that does not stand first: `Docteur Ali: OUI 482 1935`."""
_MOST_WITHOUT_CODE = 6
"""A longer text without a code is no answer, though `non` may stand in it."""
_BETWEEN = " .,:;!?-_=#()"
_QUESTION = re.compile(r"\?(?!\w)")
_DOTTED_CODE = re.compile(rf"\s?\.\s?{ANSWER}")


class Said(StrEnum):
    """What an SMS says of the code in it."""

    YES = "yes"
    NO = "no"
    BOTH = "both"
    NOTHING = "nothing"  # the code, and at most that it came
    UNCLEAR = "unclear"  # words that may mean the contrary, or something else: a person reads them


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said, and in which words."""

    said: Said
    words: tuple[Word, ...] = ()


def answer_forms(languages: Languages) -> Iterable[str]:
    """Every word that may be an answer, plain."""
    return vocabulary(languages, sorted(_ANSWERS))


def speaks_of_answer(sheet: Sheet, languages: Languages) -> bool:
    """True when an answer word stands somewhere; a letter only at the edge or beside the digits."""
    return any(_may_answer(sheet, word) for word in _words(sheet, languages))


def lacks_only_code(sheet: Sheet, languages: Languages) -> bool:
    """True for a short text with an answer word at its edge."""
    words = _words(sheet, languages)
    if not words or len(words) > _MOST_WITHOUT_CODE:
        return False
    return _may_answer(sheet, words[0]) or _may_answer(sheet, words[-1])


def weigh(sheet: Sheet, languages: Languages) -> Verdict:
    """What an SMS says, once its code is crossed out."""
    letter = _Letter(sheet, _words(sheet, languages))
    answers = letter.answers()
    said = frozenset[str]().union(*(word.means for word in answers)) & _ANSWERS
    if not answers:
        return Verdict(Said.UNCLEAR if letter.says_something() else Said.NOTHING)
    if said & _YES and said & _NO:
        return Verdict(Said.BOTH, answers)
    if said & _YES:
        return Verdict(Said.YES if letter.is_sure_yes(answers) else Said.UNCLEAR, answers)
    return Verdict(Said.NO if letter.is_sure_no(answers) else Said.UNCLEAR, answers)


class _Letter:
    """The words of one SMS and where its code stands."""

    def __init__(self, sheet: Sheet, words: list[Word]) -> None:
        self._open = sheet.open
        self._code_at = sheet.open.find(ANSWER)
        self._is_question = bool(_QUESTION.search(sheet.open))
        signs = {at for at in range(len(words)) if _is_number_sign(sheet, words, at)}
        self._words = [word for at, word in enumerate(words) if at not in signs]

    def answers(self) -> tuple[Word, ...]:
        """The answer words that count; letters only when no whole word does."""
        found = [word for word in self._words if self._counts(word)]
        whole = [word for word in found if len(word.text) > 1]
        return tuple(whole or found)

    def says_something(self) -> bool:
        """True when more stands there than the code and that it came."""
        own = self._own(self._words, beside=_ASIDE | {"about"})
        return any(len(word.text) > 2 or "doubt" in word.means for word in own)

    def is_sure_yes(self, answers: tuple[Word, ...]) -> bool:
        """A yes is plain without question, doubt or the other side's words, at its place."""
        rest = [word for word in self._words if word not in answers]
        if self._is_question or any(word.means & {"doubt", *_NO} for word in rest):
            return False
        if not self._is_first(answers[0]):
            return len(self._own(rest, beside=_ASIDE)) <= _MOST_BESIDE
        before_code = [word for word in rest if word.start < self._code_at]
        return len(self._own(before_code, beside=_ASIDE | {"about"})) <= _MOST_BEFORE_CODE

    def is_sure_no(self, answers: tuple[Word, ...]) -> bool:
        """A no that stands first is one, whatever reason follows; `pas reçu` is no refusal."""
        rest = [word for word in self._words if word not in answers]
        if self._is_question or any("arrival" in word.means for word in rest):
            return False
        if self._is_first(answers[0]):
            return True
        if any(word.means & {"doubt", "accepts"} for word in rest) or self._negates(answers[-1]):
            return False
        return len(self._own(rest, beside=_ASIDE)) <= _MOST_BESIDE

    def _counts(self, word: Word) -> bool:
        if not word.means & _ANSWERS:
            return False
        if not word.means & {"yes", "no"}:
            return self._is_first(word) and self._leads_to_code(word)
        if len(word.text) > 1:
            return True
        if word.start < self._code_at:
            return self._is_first(word) and self._leads_to_code(word)
        return not self._own([other for other in self._words if other != word], beside=_ASIDE)

    def _is_first(self, word: Word) -> bool:
        """True when only greetings, a day or the code stand before it."""
        before = [other for other in self._words if other.start < word.start]
        return not self._own(before, beside=_TIMES | {"polite"})

    def _leads_to_code(self, word: Word) -> bool:
        """True for `accepte le patient 482 1935`, false for `accepte de venir 482 1935`."""
        between = [w for w in self._words if word.end <= w.start < self._code_at]
        return word.start < self._code_at and not self._own(between, beside=_TIMES | {"about"})

    def _negates(self, word: Word) -> bool:
        """True for `patient non conscient`: the no belongs to the word after it."""
        after = next((other for other in self._words if other.start >= word.end), None)
        if after is None or self._open[word.end : after.start].strip():
            return False
        return bool(self._own([after], beside=_ASIDE | {"about"}))

    @staticmethod
    def _own(words: Iterable[Word], *, beside: frozenset[str]) -> list[Word]:
        """The words that nothing of `beside` explains."""
        return [word for word in words if not word.means & beside]


def _words(sheet: Sheet, languages: Languages) -> list[Word]:
    return sheet.words(vocabulary(languages, _MEANINGS))


def _may_answer(sheet: Sheet, word: Word) -> bool:
    return bool(word.means & _ANSWERS) and (len(word.text) > 1 or _stands_out(sheet, word))


def _stands_out(sheet: Sheet, word: Word) -> bool:
    before = sheet.open[: word.start].rstrip(_BETWEEN)
    after = sheet.open[word.end :].lstrip(_BETWEEN)
    return not before or not after or before.endswith(ANSWER) or after.startswith(ANSWER)


def _is_number_sign(sheet: Sheet, words: list[Word], at: int) -> bool:
    """True for the `no` of `patient no 482 1935`, `no. 482 1935` or `no 482 1935 reçu`."""
    word = words[at]
    after = sheet.open[word.end :].lstrip(_BETWEEN)
    if "number" not in word.means or not (after.startswith(ANSWER) or after[:1].isdigit()):
        return False
    if not word.means & _ANSWERS:
        return True
    before = [other for other in words[:at] if not other.means & (_TIMES | {"polite"})]
    if before:
        return len(word.text) == 1 or not before[-1].means & _ANSWERS
    came = any("arrival" in other.means for other in words)
    return came or bool(_DOTTED_CODE.match(sheet.open, word.end))
