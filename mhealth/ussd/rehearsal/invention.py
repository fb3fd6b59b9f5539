"""Replaces what is about people by invented words and numbers of the same length and kind, consistently.

Letter by letter and digit by digit, each by a random cycle that depends on what stands before it in the
word: names that begin alike go on beginning alike, so that typing the beginning of one still finds it,
and no letter ever stays. The key of all this is random and goes with the inventor.
"""

import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from functools import lru_cache
from random import Random
from typing import Any

from mhealth.domain.codes import check_digit, is_code
from mhealth.ussd.deeds import REGION, TODAY
from mhealth.ussd.finding import plain

KEPT = frozenset({
    "advice", "age_text", "class_text", "consent", "language", "pin_state", "protocol",
    "request_state", "retry_text", "status_text", "triage_class", "when", "when_text",
})  # fmt: skip
"""Facts and results that are the product's own words, about nobody. Any other text is replaced."""

_OF_NOBODY = frozenset({TODAY, REGION})
"""Facts that are the same for everybody."""
_ALPHABETS = ("aeiou", "bcdfghjklmnpqrstvwxyz", "ابتثجحدرزسشصطعفقكلمنهوي")
_DIGITS = "0123456789"
_PIECE = re.compile(
    r"(?P<phone>\+\d(?:[ .-]?\d){6,}|\d(?:[ .-]?\d){7,})|(?P<code>(?<!\d)\d{3}[ .-]?\d{4}(?!\d))"
    r"|(?P<digits>\d{4,})|(?P<word>[^\W\d_]+)"
)
_LONG_NUMBER = re.compile(r"\+?\d(?:[ .-]?\d){6,}")
_KEY = re.compile(r"\d+|[0-9a-f]{32}")
_PHONE_TAIL = 6
"""So many digits of a phone's number are invented: what stays is country and operator."""


class Inventor:
    """One recording's inventions. `known` are words that name nobody, in small letters without accents."""

    def __init__(self, known: frozenset[str], key: bytes | None = None, salt: int = 0) -> None:
        self._known, self._salt = known, salt
        self._key = key or secrets.token_bytes(16)
        self._keys: dict[str, str] = {}
        self._cycle = lru_cache(maxsize=4096)(self._draw_cycle)

    def value(self, name: str, value: Any) -> Any:
        """A fact or a result by its name; true, false, a count and the product's own words stay."""
        if not isinstance(value, str) or not value or name in _OF_NOBODY:
            return value
        if name in KEPT:
            return _LONG_NUMBER.sub(lambda found: self._digits(found[0]), value)
        return self.key(value) if _KEY.fullmatch(value) and not is_code(value) else self.text(value)

    def otherwise(self) -> "Inventor":
        """One that invents other words for the same, where what was made does not fit."""
        return Inventor(self._known, self._key, self._salt + 1)

    def result(self, result: Mapping[str, Any]) -> dict[str, Any]:
        """What a deed gave."""
        made = {
            name: self.value(name, value) for name, value in result.items() if name != "options"
        }
        rows = result.get("options")
        if rows is not None:
            made["options"] = [
                {"key": self.key(str(row["key"])), "label": self.text(str(row["label"]))}
                for row in rows
            ]
        return made

    def key(self, key: str) -> str:
        """A key of the database, as a small number."""
        return self._keys.setdefault(key, str(len(self._keys) + 1))

    def text(self, text: str) -> str:
        """Every name, number and code in a text; known words and short numbers stay."""
        return _PIECE.sub(self._piece, text)

    def all_of(self, text: str) -> str:
        """Every letter and digit of what a person wrote freely; nothing stays."""
        words = re.split(r"([^\W\d_]+)", text)
        return "".join(
            self._word(part) if place % 2 else self._digits(part)
            for place, part in enumerate(words)
        )

    def code(self, typed: str) -> str:
        """A code; the check digit of a referral's stays right, or wrong."""
        digits = re.sub(r"\D", "", typed)
        return self._referral(typed) if is_code(digits) else self.all_of(typed)

    def phone(self, typed: str) -> str:
        """A phone's number, however it is written: its last digits."""
        places = [place for place, sign in enumerate(typed) if sign.isdigit()][-_PHONE_TAIL:]
        return self._at(typed, places)

    def beginning(self, typed: str, labels: Sequence[str]) -> str:
        """What was typed to find one of these names, as it finds the invented one."""
        sought = plain(typed).replace(" ", "")
        for length in range(len(sought), 0, -1):
            found = _found_in(labels, sought[:length])
            if found is not None:
                label, at = found
                invented = plain(self.text(label)).replace(" ", "")
                return invented[at : at + length] + self.all_of(sought[length:])
        return self.all_of(typed)

    def day(self, typed: str) -> str:
        """A date with another day of its month: the first number in it."""
        found = re.search(r"\d{1,2}", typed)
        if found is None:
            return typed
        days = [f"{day:0{len(found[0])}d}" for day in range(1, 29)]
        others = [day for day in days if len(day) == len(found[0]) and day != found[0]]
        seed = hmac.digest(self._key, f"{self._salt}|day|{typed}".encode(), "sha256")
        return typed[: found.start()] + Random(seed).choice(others) + typed[found.end() :]  # noqa: S311

    def _piece(self, found: re.Match[str]) -> str:
        piece = found[0]
        if found["phone"]:
            return self.phone(piece)
        if found["code"]:
            return self.code(piece)
        if found["digits"]:
            return self._digits(piece)
        return piece if plain(piece) in self._known else self._word(piece)

    def _word(self, word: str) -> str:
        made = (self._letter(word, place) for place in range(len(word)))
        return "".join(made)

    def _letter(self, word: str, place: int) -> str:
        letter = plain(word[place]) or word[place]
        alphabet = next((known for known in _ALPHABETS if letter in known), None)
        if alphabet is None:
            alphabet = _ALPHABETS[0] if letter.isascii() or len(letter) > 1 else _ALPHABETS[2]
            letter = alphabet[0]
        invented = self._cycle(alphabet, plain(word[:place]))[letter]
        return invented.upper() if word[place].isupper() else invented

    def _digits(self, text: str) -> str:
        return self._at(text, [place for place, sign in enumerate(text) if sign.isdigit()])

    def _at(self, text: str, places: Sequence[int]) -> str:
        signs = list(text)
        for place in places:
            digit = str(int(text[place]))
            before = re.sub(r"\D", "", text[:place])
            signs[place] = self._cycle(_DIGITS, before)[digit]
        return "".join(signs)

    def _referral(self, typed: str) -> str:
        places = [place for place, sign in enumerate(typed) if sign.isdigit()]
        digits = "".join(typed[place] for place in places)
        first = self._cycle(_DIGITS[1:], "code")[digits[0]]
        body = first + self._at(digits, range(1, 6))[1:6]
        signs = list(typed)
        for place, digit in zip(places, body + str(check_digit(body)), strict=True):
            signs[place] = digit
        return "".join(signs)

    def _draw_cycle(self, alphabet: str, before: str) -> Mapping[str, str]:
        """Each sign of the alphabet -> the next one on a random round through all of them."""
        seed = hmac.digest(self._key, f"{self._salt}|{alphabet}|{before}".encode(), "sha256")
        round_trip = Random(seed).sample(alphabet, len(alphabet))  # noqa: S311
        return dict(zip(round_trip, round_trip[1:] + round_trip[:1], strict=True))


def _found_in(labels: Sequence[str], sought: str) -> tuple[str, int] | None:
    """A label that holds this and where, spaces away: first one of which a word begins so, as lists do."""
    anywhere: tuple[str, int] | None = None
    for label in labels:
        words = plain(label).split()
        whole = "".join(words)
        starts = [len("".join(words[:count])) for count in range(len(words))]
        begun = next((at for at in starts if whole.startswith(sought, at)), None)
        if begun is not None:
            return label, begun
        if anywhere is None and sought in whole:
            anywhere = label, whole.index(sought)
    return anywhere
