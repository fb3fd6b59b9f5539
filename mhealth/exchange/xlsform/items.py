"""One row of an XLSForm's survey into an item, or a finding that says why it is none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mhealth.exchange.forms import phrases
from mhealth.exchange.forms.form import Choice, Finding, Gift, Item, ItemKind, Said, Verdict
from mhealth.exchange.xlsform.expressions import (
    Call,
    CannotSay,
    Ref,
    read_condition,
    read_value,
)
from mhealth.exchange.xlsform.limits import Limits, read_limits
from mhealth.exchange.xlsform.said import Tongues
from mhealth.ussd.condition import Condition

_KINDS: Mapping[str, ItemKind] = {
    "group": ItemKind.GROUP,
    "note": ItemKind.NOTE,
    "text": ItemKind.TEXT,
    "integer": ItemKind.NUMBER,
    "decimal": ItemKind.NUMBER,
    "range": ItemKind.NUMBER,
    "date": ItemKind.DATE,
    "select one": ItemKind.CHOICE,
    "select all that apply": ItemKind.CHOICES,
    "calculate": ItemKind.GIVEN,
    "hidden": ItemKind.GIVEN,
}
_MEDIA = "ask for it in words, or leave it to a form on a smartphone"
_OWN = "nothing to do: the platform knows who calls and when"
_REFUSED: Mapping[str, tuple[str, str]] = {
    "photo": ("a phone with keys takes no picture", _MEDIA),
    "image": ("a phone with keys takes no picture", _MEDIA),
    "audio": ("a phone with keys takes no sound", _MEDIA),
    "video": ("a phone with keys takes no film", _MEDIA),
    "file": ("a phone with keys takes no file", _MEDIA),
    "barcode": ("a phone with keys reads no barcode", "ask for the code as text"),
    "geopoint": ("a phone with keys knows no place", "let the caller choose area and village"),
    "geotrace": ("a phone with keys knows no place", "let the caller choose area and village"),
    "geoshape": ("a phone with keys knows no place", "let the caller choose area and village"),
    "repeat": ("a flow cannot ask a group again for each of several",
               "ask it for one, or once for each with rows of their own"),
    "rank": ("a flow cannot have choices put in order", "ask for the first, then for the second"),
    "time": ("a flow has no question for an hour", "ask for the hour as an integer from 0 to 23"),
    "dateTime": ("a flow has no question for a day with its hour", "ask for the date, then the hour"),
    "acknowledge": ("a flow has no tick box", "use a note, or a select_one with yes and no"),
    "trigger": ("a flow has no tick box", "use a note, or a select_one with yes and no"),
    "xml-external": ("a flow reads no other file", "write the choices into the form"),
    "csv-external": ("a flow reads no other file", "write the choices into the form"),
    "background-audio": ("a phone with keys takes no sound", _MEDIA),
    "start": ("it is not asked of anybody", _OWN),
    "end": ("it is not asked of anybody", _OWN),
    "today": ("it is not asked of anybody", _OWN),
    "deviceid": ("it is not asked of anybody", _OWN),
    "username": ("it is not asked of anybody", _OWN),
    "phonenumber": ("it is not asked of anybody", _OWN),
    "phone number": ("it is not asked of anybody", _OWN),
    "simserial": ("it is not asked of anybody", _OWN),
    "subscriberid": ("it is not asked of anybody", _OWN),
    "email": ("it is not asked of anybody", _OWN),
    "audit": ("it is not asked of anybody", _OWN),
    "start-geopoint": ("it is not asked of anybody", _OWN),
}  # fmt: skip
_EXPRESSION = "write it with and, or, not, selected and comparisons of one question with one value"
_DECIMALS = 3
_SPECIFY = "Specify other."
_YES = re.compile(r"yes|true(\(\))?|1|oui", re.IGNORECASE)
_NO = re.compile(r"no|false(\(\))?|0|non|", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the sheet `survey`, as it was written."""

    number: int
    kind: str
    cells: Mapping[str, Any]

    @property
    def where(self) -> str:
        """How its author finds it."""
        name = str(self.cells.get("name", "") or "").strip()
        return f"survey row {self.number} `{name}`" if name else f"survey row {self.number}"


class _Refused(Exception):
    """The row cannot be taken; problem and mend."""

    def __init__(self, problem: str, mend: str = "") -> None:
        self.problem, self.mend = problem, mend
        super().__init__(problem)


def read_item(
    child: Mapping[str, Any], row: Row, tongues: Tongues, findings: list[Finding]
) -> Item | None:
    """The item of a row, without what is below it; None and a finding for one that is refused."""
    try:
        return _Item(child, row, tongues, findings).read()
    except _Refused as refused:
        findings.append(Finding(Verdict.REFUSED, row.where, refused.problem, refused.mend))
    except CannotSay as error:
        findings.append(
            Finding(Verdict.REFUSED, row.where, f"a flow cannot say {error}", _EXPRESSION)
        )
    return None


class _Item:
    def __init__(
        self, child: Mapping[str, Any], row: Row, tongues: Tongues, findings: list[Finding]
    ) -> None:
        self.child, self.row, self.tongues, self.findings = child, row, tongues, findings
        self.type = str(child.get("type", ""))
        self.bind: Mapping[str, Any] = child.get("bind") or {}

    def read(self) -> Item:
        kind = self._kind()
        self._check_the_rest(kind)
        limits = self._limits(kind)
        return Item(
            where=self.row.where,
            name=str(self.child.get("name", "")),
            kind=kind,
            about=self.row.kind,
            label=self._label(),
            hint=self.tongues.said(self.child.get("hint")),
            wrong=self.tongues.said(self.bind.get("jr:constraintMsg")),
            relevant=self._relevant(),
            required=self._required(),
            least=limits.shortest if kind is ItemKind.TEXT else limits.least,
            most=limits.longest if kind is ItemKind.TEXT else limits.most,
            from_today=kind is ItemKind.DATE,
            decimals=_DECIMALS if self.type in ("decimal", "range") else 0,
            pattern=limits.pattern,
            choices=self._choices(),
            initial=self._initial(kind),
            gives=self._gives() if kind is ItemKind.GIVEN else (),
        )

    def _label(self) -> Said:
        """What pyxform adds for `or_other` is said in the languages that we have words for."""
        if self.child.get("label") == _SPECIFY and self.row.cells.get("name") != self.child.get(
            "name"
        ):
            return phrases.WHICH
        return self.tongues.said(self.child.get("label"))

    def _kind(self) -> ItemKind:
        if self.type in _REFUSED:
            raise _Refused(*_REFUSED[self.type])
        kind = _KINDS.get(self.type)
        if kind is None:
            raise _Refused(f"a flow has no question of type {self.row.kind}", "ask for it as text")
        if kind in (ItemKind.CHOICE, ItemKind.CHOICES) and not self.child.get("choices"):
            raise _Refused("its choices stand in no sheet", "write them into the sheet choices")
        return kind

    def _check_the_rest(self, kind: ItemKind) -> None:
        if self.child.get("choice_filter"):
            raise _Refused("its choices depend on another answer",
                           "make a question of each list, with `relevant`")  # fmt: skip
        if str(self.bind.get("readonly", "")).strip() and kind not in (
            ItemKind.NOTE,
            ItemKind.GIVEN,
        ):
            raise _Refused("nobody can answer what is read only", "use a note")
        if kind is not ItemKind.GIVEN and self.bind.get("calculate"):
            raise _Refused(
                "a question is not calculated as well", "make it a row of type calculate"
            )
        if (
            self.child.get("media")
            or isinstance(self.child.get("label"), Mapping)
            and any(isinstance(text, Mapping) for text in self.child["label"].values())
        ):
            self._changed("its picture, sound or film is not shown")

    def _changed(self, problem: str, mend: str = "") -> None:
        self.findings.append(Finding(Verdict.CHANGED, self.row.where, problem, mend))

    def _relevant(self) -> Condition | None:
        text = str(self.bind.get("relevant", "") or "").strip()
        return read_condition(text) if text else None

    def _required(self) -> bool:
        text = str(self.bind.get("required", "") or "").strip()
        if _NO.fullmatch(text):
            return False
        if not _YES.fullmatch(text):
            self._changed(f"it is always required, not only when {text}")
        return True

    def _limits(self, kind: ItemKind) -> Limits:
        text = str(self.bind.get("constraint", "") or "").strip()
        limits = read_limits(text, is_whole=self.type == "integer") if text else Limits()
        if self.type == "range":
            parameters = self.child.get("parameters") or {}
            limits.least = _figure(parameters.get("start", "1"))
            limits.most = _figure(parameters.get("end", "10"))
        if text and kind in (ItemKind.CHOICE, ItemKind.CHOICES):
            raise _Refused("a flow cannot limit which choices go together", _EXPRESSION)
        return limits

    def _choices(self) -> tuple[Choice, ...]:
        return tuple(
            Choice(str(choice.get("name", "")), self._choice_label(choice))
            for choice in self.child.get("choices") or ()
        )

    def _choice_label(self, choice: Mapping[str, Any]) -> Said:
        if choice.get("name") == "other" and "or_other" in self.row.kind:
            return phrases.OTHER
        return self.tongues.said(choice.get("label"))

    def _initial(self, kind: ItemKind) -> Any:
        text = str(self.child.get("default", "") or "").strip()
        if not text or kind is ItemKind.GIVEN:
            return None
        if kind is ItemKind.CHOICES:
            raise _Refused("a flow begins with no choice made", "clear the column default")
        value = _default(text)
        if kind is ItemKind.NUMBER and not isinstance(value, int | float):
            raise CannotSay(f"`{text}` as a number")
        return value if kind is ItemKind.NUMBER else str(value)

    def _gives(self) -> tuple[Gift, ...]:
        text = str(self.bind.get("calculate", "") or self.child.get("default", "") or "").strip()
        if not text:
            raise _Refused("nothing is calculated", "fill in the column calculation")
        return tuple(_gifts(read_value(text)))


def _figure(text: Any) -> int | float:
    number = float(text)
    return int(number) if number == int(number) else number


def _default(text: str) -> Any:
    """A bare word is itself; what looks like an expression must be a literal."""
    try:
        value = read_value(text)
    except CannotSay:
        if re.search(r"[(${]", text):
            raise
        return text
    if isinstance(value, Ref | Call):
        raise CannotSay(f"`{text}` as a beginning")
    return value.isoformat() if isinstance(value, date) else value


def _gifts(value: Any) -> list[Gift]:
    """`if(c, a, if(d, b, e))` as gifts in order; the last one without a condition."""
    if not isinstance(value, Call):
        return [_gift(None, value)]
    if value.name != "if" or len(value.args) != 3:
        raise CannotSay(f"`{value.name}(…)`")
    condition, then, otherwise = value.args
    return [_gift(condition, then), *_gifts(otherwise)]


def _gift(when: Condition | None, value: Any) -> Gift:
    if isinstance(value, Call):
        raise CannotSay("`if(…)` within the first part of another")
    if isinstance(value, Ref):
        return Gift(when, source=value.name)
    return Gift(when, value)
