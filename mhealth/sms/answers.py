"""Reads a centre's answer to a referral, `OUI 482 1935 demain 14h`, and the words HELP, STOP, START."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from mhealth.domain.codes import LENGTH, show_code
from mhealth.domain.language import Languages
from mhealth.sms.code_search import CodeFound, find_code
from mhealth.sms.sheet import ANSWER, WHEN, Sheet, plain_word, vocabulary
from mhealth.sms.verdict import Said, answer_forms, lacks_only_code, speaks_of_answer, weigh
from mhealth.sms.when import WhenProblem, find_figures, settle

_LIKENESS = str.maketrans({"o": "[o0]", "i": "[i1l]", "l": "[l1i]"})
_MOST_KEYWORD = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer. Day and hour only with a yes; both None when `when_problem` says why.

    `note` is what else was written; `remark` the note with the day and hour as they were typed.
    """

    says_yes: bool
    code: str
    day: date | None = None
    hour: time | None = None
    when_problem: WhenProblem | None = None
    note: str = ""
    remark: str = ""


class ProblemKind(StrEnum):
    """What keeps an answer from being one; the template `answer_<kind>` says it to the sender."""

    NO_CODE = "no_code"
    WRONG_CODE = "wrong_code"  # too short, too long, or a wrong check digit
    SEVERAL_CODES = "several_codes"
    YES_OR_NO = "yes_or_no"  # a code alone
    BOTH_WORDS = "both_words"
    UNCLEAR = "unclear"  # `oui mais …`, or words that are neither: a person reads them too


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
    def needs_person(self) -> bool:
        """True when more was said than a machine may judge."""
        return self.kind is ProblemKind.UNCLEAR

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
    _mend_answer_words(sheet, answer_forms(languages))
    figures = find_figures(sheet, languages, today)
    found = find_code(sheet)
    if found.code is None:
        return _without_code(sheet, found, languages)
    verdict = weigh(sheet, languages)
    if verdict.said in _PROBLEMS:
        return AnswerProblem(kind=_PROBLEMS[verdict.said], code=found.code)
    for word in verdict.words:
        sheet.cross_out(word.start, word.end, ANSWER)
    remark = sheet.note(without=ANSWER)
    if verdict.said is Said.NO:
        return Answer(says_yes=False, code=found.code, note=remark, remark=remark)
    when = settle(sheet, figures, languages, today)
    return Answer(
        says_yes=True,
        code=found.code,
        day=when.day,
        hour=when.hour,
        when_problem=when.problem,
        note=sheet.note(without=ANSWER if when.problem else ANSWER + WHEN),
        remark=sheet.note(without=ANSWER),
    )


_PROBLEMS = {
    Said.BOTH: ProblemKind.BOTH_WORDS,
    Said.NOTHING: ProblemKind.YES_OR_NO,
    Said.UNCLEAR: ProblemKind.UNCLEAR,
}


def read_keyword(text: str, languages: Languages) -> Keyword | None:
    """The keyword when it is the whole message; `FIN` inside a longer text is none."""
    if len(text) > _MOST_KEYWORD:
        return None
    if text.strip() == "?":
        return Keyword.HELP
    meanings = vocabulary(languages, ("stop", "help", "resume")).get(plain_word(text), frozenset())
    return next((Keyword(m) for m in ("stop", "help", "resume") if m in meanings), None)


def _without_code(
    sheet: Sheet, found: CodeFound, languages: Languages
) -> AnswerProblem | NotAnAnswer:
    if found.several:
        return AnswerProblem(kind=ProblemKind.SEVERAL_CODES)
    if found.wrong is not None and (speaks_of_answer(sheet, languages) or not sheet.words()):
        return AnswerProblem(kind=ProblemKind.WRONG_CODE, code=found.wrong)
    if lacks_only_code(sheet, languages):
        return AnswerProblem(kind=ProblemKind.NO_CODE)
    return NotAnAnswer()


def _mend_answer_words(sheet: Sheet, known: Iterable[str]) -> None:
    """Read `0ui` and `n0n` as the words that they are."""
    for word in known:
        likeness = word.translate(_LIKENESS)
        if len(word) > 1 and likeness != word:
            form = rf"(?<![^\W_])(?=\d*[^\W\d]){likeness}(?![^\W\d_])"
            for found in re.finditer(form, sheet.open):
                sheet.write_over(found.start(), word)
