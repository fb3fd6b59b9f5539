"""Hours that may be counted from midnight or from dawn: `saa 3` is nine o'clock in Swahili.

Who counts from dawn (Swahili, Amharic, Luganda …) is six hours apart from a phone's clock, so an hour of
1 to 12 is taken only when it can be of one clock alone.
"""

from dataclasses import dataclass

from mhealth.domain.digits import lenient_digits
from mhealth.domain.language import Languages
from mhealth.sms.sheet import WHEN, Sheet, Word, vocabulary

DAWN = "dawn_hour"
"""The meaning of `saa`; a language that has such words counts its hours from dawn."""
_MOST = 12
_FIRST_OF_MORNING, _LAST_OF_MORNING = 6, 11
"""`9:00 asubuhi` is nine o'clock: counted from dawn, 9 would be three at night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What the words of an SMS say about its hours."""

    is_from_dawn: bool
    is_named: bool
    is_morning: bool

    def is_doubtful(self, hour: str, *, is_signed: bool) -> bool:
        """True for digits that may be of either clock; `is_signed` with the sign of ours: `9h`, `9am`.

        `09:00` is how a phone shows it; beside `saa` nothing but an hour past 12 is sure.
        """
        if not self.is_from_dawn or not 1 <= int(lenient_digits(hour)) <= _MOST:
            return False
        if self.is_named:
            return True
        in_morning = _FIRST_OF_MORNING <= int(lenient_digits(hour)) <= _LAST_OF_MORNING
        return not (is_signed or hour.startswith("0") or (self.is_morning and in_morning))


def read_clock(sheet: Sheet, languages: Languages) -> Clock:
    """Look for a word that only a language that counts from dawn has."""
    theirs = {code: row for code, row in languages.by_code.items() if row.words.get(DAWN)}
    if not theirs:
        return Clock(is_from_dawn=False, is_named=False, is_morning=False)
    others = {code: row for code, row in languages.by_code.items() if code not in theirs}
    common = _all_words(Languages(others))
    words = [word for word in sheet.words(_all_words(languages)) if word.means]
    return Clock(
        is_from_dawn=any(word.text not in common for word in words),
        is_named=any(DAWN in word.means for word in words),
        is_morning=any("morning" in word.means for word in words),
    )


def is_left_open(sheet: Sheet, word: Word) -> bool:
    """True when no hour in figures follows a `saa`: `saa tatu`, `saa 3`."""
    return not sheet.open[word.end :].lstrip().startswith(WHEN)


def _all_words(languages: Languages) -> dict[str, frozenset[str]]:
    meanings = dict.fromkeys(m for row in languages.by_code.values() for m in row.words)
    return dict(vocabulary(languages, meanings))
