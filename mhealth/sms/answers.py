"""Reads a centre's answer to a referral, `OUI 482 1935 demain 14h`, and the words HELP, STOP, START."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from mhealth.domain.codes import LENGTH, show_code
from mhealth.domain.language import Languages
from mhealth.sms.code_search import CodeFound, find_code
from mhealth.sms.sheet import ANSWER, WHEN, Sheet, Word, plain_word, vocabulary
from mhealth.sms.when import WhenProblem, find_figures, settle

_LIKENESS = str.maketrans({"o": "[o0]", "i": "[i1l]", "l": "[l1i]"})
_MOST_WORDS = 6
"""A longer text without a code is no answer, though `non` may stand in it."""
_MOST_KEYWORD = 64
_BETWEEN = " .,:;!?-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer. Day and hour only with a yes; both None when `when_problem` says why."""

    says_yes: bool
    code: str
    day: date | None = None
    hour: time | None = None
    when_problem: WhenProblem | None = None
    note: str = ""


class ProblemKind(StrEnum):
    """What keeps an answer from being one; the template `answer_<kind>` says it to the sender."""

    NO_CODE = "no_code"
    WRONG_CODE = "wrong_code"  # too short, too long, or a wrong check digit
    SEVERAL_CODES = "several_codes"
    YES_OR_NO = "yes_or_no"  # a code alone
    BOTH_WORDS = "both_words"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerProblem:
    """An answer with a mistake. `code` is the code, or the digits typed for one."""

    kind: ProblemKind
    code: str | None = None

    @property
    def template(self) -> str:
        """The SMS that says what is wrong."""
        return f"answer_{self.kind}"

    @property
    def values(self) -> dict[str, str]:
        """What fills that SMS."""
        if self.code is None:
            return {}
        return {"code": show_code(self.code) if len(self.code) == LENGTH else self.code}


@dataclass(frozen=True, slots=True)
class NotAnAnswer:
    """The text speaks of something else."""


class Keyword(StrEnum):
    """A word that is the whole message and asks for something of ours."""

    HELP = "help"
    STOP = "stop"
    RESUME = "resume"


def read_answer(
    text: str, languages: Languages, today: date
) -> Answer | AnswerProblem | NotAnAnswer:
    """Read an SMS from a centre; `today` is the day there. Never raises, whatever the text."""
    sheet = Sheet(text)
    known = vocabulary(languages, ("yes", "no"))
    _mend_answer_words(sheet, known)
    figures = find_figures(sheet, today)
    found = find_code(sheet)
    words = _answer_words(sheet, known)
    said = frozenset[str]().union(*(known[word.text] for word in words))
    problem = _problem(sheet, found, words, said)
    if problem is not None or found.code is None:
        return problem or NotAnAnswer()
    for word in words:
        sheet.cross_out(word.start, word.end, ANSWER)
    if said == {"no"}:
        return Answer(says_yes=False, code=found.code, note=sheet.note(without=ANSWER))
    when = settle(sheet, figures, languages, today)
    return Answer(
        says_yes=True,
        code=found.code,
        day=when.day,
        hour=when.hour,
        when_problem=when.problem,
        note=sheet.note(without=ANSWER if when.problem else ANSWER + WHEN),
    )


def read_keyword(text: str, languages: Languages) -> Keyword | None:
    """The keyword when it is the whole message; `FIN` inside a longer text is none."""
    if len(text) > _MOST_KEYWORD:
        return None
    if text.strip() == "?":
        return Keyword.HELP
    meanings = vocabulary(languages, ("stop", "help", "resume")).get(plain_word(text), frozenset())
    return next((Keyword(m) for m in ("stop", "help", "resume") if m in meanings), None)


def _problem(
    sheet: Sheet, found: CodeFound, words: list[Word], said: frozenset[str]
) -> AnswerProblem | None:
    if found.several:
        return AnswerProblem(kind=ProblemKind.SEVERAL_CODES)
    if found.wrong is not None and (said or not sheet.words()):
        return AnswerProblem(kind=ProblemKind.WRONG_CODE, code=found.wrong)
    if found.code is None:
        is_answer = bool(said) and _is_short_and_plain(sheet, words)
        return AnswerProblem(kind=ProblemKind.NO_CODE) if is_answer else None
    if not said:
        return AnswerProblem(kind=ProblemKind.YES_OR_NO, code=found.code)
    if len(said) > 1:
        return AnswerProblem(kind=ProblemKind.BOTH_WORDS, code=found.code)
    return None


def _answer_words(sheet: Sheet, known: Mapping[str, frozenset[str]]) -> list[Word]:
    """The yes and no words; one letter counts only at the edge or beside the code, and without others."""
    found = sheet.words(known)
    real = [word for word in found if len(word.text) > 1]
    return real or [word for word in found if _stands_out(sheet, word)]


def _stands_out(sheet: Sheet, word: Word) -> bool:
    before = sheet.open[: word.start].rstrip(_BETWEEN)
    after = sheet.open[word.end :].lstrip(_BETWEEN)
    return not before or not after or before.endswith(ANSWER) or after.startswith(ANSWER)


def _is_short_and_plain(sheet: Sheet, words: list[Word]) -> bool:
    every = sheet.words()
    at_edge = any(w.start == every[0].start or w.end == every[-1].end for w in words)
    return at_edge and len(every) <= _MOST_WORDS


def _mend_answer_words(sheet: Sheet, known: Mapping[str, frozenset[str]]) -> None:
    """Read `0ui` and `n0n` as the words that they are."""
    for word in known:
        likeness = word.translate(_LIKENESS)
        if len(word) > 1 and likeness != word:
            form = rf"(?<![^\W_])(?=\d*[^\W\d]){likeness}(?![^\W\d_])"
            for found in re.finditer(form, sheet.open):
                sheet.write_over(found.start(), word)
