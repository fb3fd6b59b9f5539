"""Finds the referral's code in what a nurse typed: spaces, dots and dashes inside, O for 0, l for 1."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from mhealth.domain.codes import LENGTH, is_code
from mhealth.domain.digits import lenient_digits
from mhealth.sms.sheet import ANSWER, Sheet

_LIKE_DIGITS = re.compile(r"[0-9oil]+")
_JOINT = re.compile(r"[ .,\-_/]{1,3}")
_PRINTED_SHAPE = (3, 4)


@dataclass(frozen=True, slots=True)
class Group:
    """A run of digits; `digits` in 0-9."""

    digits: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFound:
    """`code` when exactly one stands there; else `several`, or `wrong`: the digits that are no code."""

    code: str | None = None
    wrong: str | None = None
    several: bool = False


def find_code(sheet: Sheet) -> CodeFound:
    """Look for the code and cross it out."""
    runs = list(_runs(sheet.open))
    windows = [window for run in runs for window in _windows(run)]
    right = [window for window in windows if is_code(_digits(window))]
    strong = [window for window in right if _is_strong(window)]
    chosen = strong or right[:1]
    codes = {_digits(window) for window in chosen}
    if len(codes) > 1:
        return CodeFound(several=True)
    if not codes:
        return _wrong(sheet, runs, windows)
    for window in chosen:
        sheet.cross_out(window[0].start, window[-1].end, ANSWER)
    return CodeFound(code=codes.pop())


def _wrong(sheet: Sheet, runs: list[list[Group]], windows: list[list[Group]]) -> CodeFound:
    """Seven wrong digits first, else what comes nearest: three digits or more, no whole number."""
    near = [run for run in runs if 3 <= len(_digits(run)) <= LENGTH + 2]
    meant = next((w for w in windows if _is_strong(w)), None) or next(iter(windows or near), None)
    if meant is None:
        return CodeFound()
    sheet.cross_out(meant[0].start, meant[-1].end, ANSWER)
    return CodeFound(wrong=_digits(meant))


def _digits(groups: list[Group]) -> str:
    return "".join(group.digits for group in groups)


def _is_strong(window: list[Group]) -> bool:
    return len(window) == 1 or tuple(len(group.digits) for group in window) == _PRINTED_SHAPE


def _windows(run: list[Group]) -> Iterator[list[Group]]:
    """Neighbouring groups that make seven digits together, from the left, none used twice."""
    first = 0
    while first < len(run):
        sums = list(accumulate(len(group.digits) for group in run[first : first + LENGTH]))
        size = sums.index(LENGTH) + 1 if LENGTH in sums else 0
        if size:
            yield run[first : first + size]
        first += size or 1


def _runs(text: str) -> Iterator[list[Group]]:
    """Groups that only a space, dot or dash keeps apart."""
    run: list[Group] = []
    for start, end in _spans(text):
        if run and not _JOINT.fullmatch(text[run[-1].end : start]):
            yield run
            run = []
        if not run and text[start] == "o":
            start += 1  # no code begins with 0: this is a word of one letter
        run.append(Group(lenient_digits(text[start:end].replace("i", "1")), start, end))
    if run:
        yield run


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where digits and their likenesses stand, letters of a neighbouring word left to it."""
    for found in _LIKE_DIGITS.finditer(text):
        start, end = found.span()
        run = found.group()
        if _is_letter(text, start - 1):
            start += len(run) - len(run.lstrip("oil"))
        if _is_letter(text, end) or (len(run) == LENGTH + 1 and run.endswith("o")):
            end -= len(run) - len(run.rstrip("oil"))
        if start < end and re.search("[0-9]", text[start:end]):
            yield start, end


def _is_letter(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isalpha()
