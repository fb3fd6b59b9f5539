"""One item of a form as one screen: the kind of node, its range, its options, a key to pass it by."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mhealth.exchange.forms import phrases
from mhealth.exchange.forms.conditions import stored
from mhealth.exchange.forms.draft import Body, Words
from mhealth.exchange.forms.form import Bound, Finding, Item, ItemKind, Said, Verdict
from mhealth.exchange.forms.names import as_name, picked, unused
from mhealth.ussd.typed import MOST_FIGURE

FEW_CHOICES, MOST_CHOICES = 9, 20
"""So many lines of a menu are worth a word: they take several screens. So many are refused."""
_MORE_KEY = 9
SKIP_KEY = 99
_SPARE_KEYS = (99, 98, 97, 89, 88, 79, 78)
_WHOLE_LEAST, _WHOLE_MOST = 0, 99999
_MOST_OF_A_TEXT = 140
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


class CannotAsk(ValueError):
    """No screen can ask this; `str()` says why, `mend` what to do."""

    def __init__(self, problem: str, mend: str) -> None:
        self.mend = mend
        super().__init__(problem)


def ask(
    item: Item, names: Mapping[str, str], text: Words, after: str, languages: Iterable[str]
) -> tuple[Body, list[Finding]]:
    """The node that asks an item, and what had to change. Raises CannotAsk."""
    asker = _Asker(item, names, text, after, tuple(languages))
    body: Body = _ASK[item.kind](asker)
    if item.initial is not None and (item.required or item.kind is ItemKind.CHOICES):
        asker.change("the answer that it begins with is not shown: a phone shows none")
    if item.wrong and item.kind not in (ItemKind.CHOICE, ItemKind.NOTE):
        body = {**body, "hint": Words(item.wrong)}
    elif item.wrong:
        asker.change("what is said after a wrong answer is not carried over: a menu says it itself")
    return body, asker.findings


class _Asker:
    def __init__(
        self,
        item: Item,
        names: Mapping[str, str],
        text: Words,
        after: str,
        languages: tuple[str, ...],
    ) -> None:
        self.item, self.names, self.text = item, names, text
        self.variable = names.get(item.name, "")
        self.after, self.languages = after, languages
        self.findings: list[Finding] = []

    def change(self, problem: str, mend: str = "") -> None:
        self.findings.append(Finding(Verdict.CHANGED, self.item.where, problem, mend))

    def note(self) -> Body:
        return {"kind": "message", "text": self.text, "next": self.after}

    def choice(self) -> Body:
        self._check_choices()
        options: dict[str, Any] = {}
        for number, choice in zip(self._keys(), self.item.choices, strict=True):
            name = unused(_option_name(choice.value), options)
            options[name] = {
                "key": number,
                "text": self._label(choice.label, str(choice.value)),
                "set": {self.variable: choice.value},
                "next": self.after,
            }
        if not self.item.required:
            name = unused("skip", options)
            options[name] = {
                "key": SKIP_KEY,
                "text": self.skip_words(),
                **self._begun(),
                "next": self.after,
            }
        return {"kind": "menu", "text": self.text, "options": options}

    def choices(self) -> Body:
        if not self.item.choices:
            raise CannotAsk("it has no choices", "write them down")
        options: dict[str, Any] = {}
        for choice in self.item.choices:
            name = unused(_option_name(choice.value), options)
            own = self.names.get(picked(self.item.name, choice.value), name)
            options[name] = {"text": self._label(choice.label, str(choice.value)), "into": own}
        if self.item.required:
            self.change("nobody must choose: 0 says none of them")
        return {"kind": "several", "text": self.text, "options": options, "next": self.after}

    def _keys(self) -> list[int]:
        """1, 2, 3 …; without the key that turns a menu's page, where there are as many."""
        count = len(self.item.choices)
        if count < FEW_CHOICES:
            return list(range(1, count + 1))
        return [key for key in range(1, count + 2) if key != _MORE_KEY]

    def _check_choices(self) -> None:
        count = len(self.item.choices)
        if FEW_CHOICES < count <= MOST_CHOICES:
            self.change(f"{count} choices are {count - FEW_CHOICES} more than one screen should ask",
                        "group them: each screen more costs callers")  # fmt: skip
        if count > MOST_CHOICES:
            raise CannotAsk(
                f"{count} choices are {count - MOST_CHOICES} more than a menu holds",
                f"group them into a first question and lists of at most {FEW_CHOICES}",
            )
        if not count:
            raise CannotAsk("it has no choices", "write them down")
        for choice in self.item.choices:
            if isinstance(choice.value, str) and ("{" in choice.value or "}" in choice.value):
                raise CannotAsk(f"choice `{choice.value}` has braces", "give it a plain name")

    def _label(self, label: Said, value: str) -> Words:
        if not label:
            self.change(f"choice `{value}` has no label: its name is shown", "give it a label")
        return Words(label or dict.fromkeys(self.languages, value))

    def number(self) -> Body:
        item = self.item
        least, most = _figure(item.least), _figure(item.most)
        if least is None or most is None:
            least = min(_WHOLE_LEAST, most or 0) if least is None else least
            most = max(_WHOLE_MOST, least) if most is None else most
            self.change(f"its range is taken as {least} to {most}", "narrow `min` and `max`")
        if least < 0:
            raise CannotAsk(f"a phone has no key for a minus, and its range begins at {least}",
                            "ask for the amount, and in a menu for its direction")  # fmt: skip
        if most > MOST_FIGURE:
            self.change(f"its range goes to {most}, and {MOST_FIGURE} is the most that is read",
                        "narrow `max`")  # fmt: skip
            most = MOST_FIGURE
        if least > most:
            raise CannotAsk(f"no number is from {least} to {most}", "mend its range")
        body: Body = {"kind": "number", "text": self.text, "min": least, "max": most}
        if item.unit:
            body["unit"] = Words(item.unit)
        if item.decimals:
            body["decimals"] = item.decimals
        body |= {"into": self.variable, "next": self.after}
        if not item.required:
            spare = next((key for key in _SPARE_KEYS if not least <= key <= most), None)
            if spare is None:
                self.change("it cannot be passed by: every key of two digits is an answer",
                            "narrow its range, or add a way round it")  # fmt: skip
            else:
                body["unknown"] = {"key": spare, "text": self.skip_words(), **self._begun()}
        return body

    def date(self) -> Body:
        earliest, latest = self.item.least, self.item.most
        if earliest is None or latest is None:
            earliest = _FIRST_DAY if earliest is None else earliest
            latest = _LAST_DAY if latest is None else latest
            self.change(f"its days are taken as {earliest} to {latest}",
                        "narrow `earliest` and `latest`")  # fmt: skip
        body: Body = {"kind": "date", "text": self.text, "earliest": earliest, "latest": latest,
                      "into": self.variable, "next": self.after}  # fmt: skip
        if not self.item.required:
            body["unknown"] = {"key": SKIP_KEY, "text": self.skip_words(), **self._begun()}
        return body

    def text_(self) -> Body:
        item = self.item
        longest = item.most if isinstance(item.most, int) else _MOST_OF_A_TEXT
        if longest > _MOST_OF_A_TEXT:
            self.change(f"answers of more than {_MOST_OF_A_TEXT} characters are refused, not of"
                        f" {longest}: a phone's answer holds no more")  # fmt: skip
        body: Body = {"kind": "text", "text": self.text}
        if isinstance(item.least, int) and item.least > 1:
            body["min"] = item.least
        body["max"] = min(longest, _MOST_OF_A_TEXT)
        if item.pattern and item.required:
            body["pattern"] = item.pattern
        body["into"] = self.variable
        if item.required:
            return {**body, "next": self.after}
        if item.pattern or body.get("min"):
            return {**body, **self._unknown_beside_a_pattern(item.pattern)}
        # 99 could be an answer here, so it is read as one and taken back
        said = {
            code: f"{text}\n{SKIP_KEY} {self._skip(code)}" for code, text in self.text.said.items()
        }
        body["text"] = Words(said)
        taken_back = {"set": {self.variable: ""}} | self._begun()
        skip = {"is": [SKIP_KEY], **taken_back, "next": self.after}
        return {**body, "answers": {"skip": skip}, "otherwise": self.after}

    def _unknown_beside_a_pattern(self, pattern: str) -> Body:
        body: Body = {"pattern": pattern} if pattern else {}
        body |= {"next": self.after}
        body["unknown"] = {"key": SKIP_KEY, "text": self.skip_words(), **self._begun()}
        return body

    def _begun(self) -> Body:
        """What the form answers before anybody does stands when the question is passed by."""
        initial = self.item.initial
        return {} if initial is None else {"set": {self.variable: stored(self.item, initial)}}

    def skip_words(self) -> Words:
        """What stands at the key that passes a question by."""
        if self.item.skip:
            return Words(self.item.skip)
        return Words({code: self._skip(code) for code in self.languages if code in phrases.SKIP})

    def _skip(self, code: str) -> str:
        return self.item.skip.get(code) or phrases.SKIP.get(code, phrases.SKIP["fr"])


def _option_name(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return as_name(str(value)) or "option"


def _figure(bound: Bound | None) -> int | float | None:
    return None if isinstance(bound, date) else bound


_ASK: Mapping[ItemKind, Any] = {
    ItemKind.NOTE: _Asker.note,
    ItemKind.CHOICE: _Asker.choice,
    ItemKind.CHOICES: _Asker.choices,
    ItemKind.NUMBER: _Asker.number,
    ItemKind.TEXT: _Asker.text_,
    ItemKind.DATE: _Asker.date,
}
