"""The engine's own words (screens.yaml), and the keys that lead about in a flow."""

from collections.abc import Mapping
from typing import Any

from mhealth.domain.alphabet import NARROW, room_for
from mhealth.domain.language import Languages
from mhealth.ussd.deeds import NUMBER, SERVICE_CODE
from mhealth.ussd.faults import Faults
from mhealth.ussd.flow_file import TOP, FlowFile
from mhealth.ussd.plan import Keys
from mhealth.ussd.shape import Json
from mhealth.ussd.text import Template, Texts
from mhealth.ussd.words import Words

PHRASE_VARIABLES: Mapping[str, Mapping[str, int]] = {
    "back": {},
    "home": {},
    "more": {},
    "letters": {},
    "next": {},
    "repeat": {},
    "none": {},
    "hint": {},
    "hint_number": {"min": 5, "max": 5},
    "hint_code": {},
    "hint_date": {},
    "hint_phone": {},
    "hint_text": {"min": 3, "max": 3},
    "hint_signs": {},
    "hint_pin": {},
    "give_up": {},
    "give_up_help": {"help_number": NUMBER},
    "changed": {},
    "changed_help": {"help_number": NUMBER},
    "resume": {},
    "resume_yes": {},
    "resume_no": {},
    "sms_answer": {"service_code": SERVICE_CODE},
    "sms_answer_short": {},
}
"""Every phrase, and the variables that it may show."""

DEFAULT_KEYS: Mapping[str, str] = {
    "back": "0",
    "home": "00",
    "more": "9",
    "next": "1",
    "zero_back": "00",
    "repeat": "",
}
"""`zero_back` goes back where 0 is an answer; there is no key for home there. `repeat` is off unless a
flow gives it a key; where 0 is an answer or several numbers are one, only one of zeros is understood."""

MOST_DIGITS = 3
KEY_OF_A_FLOW: Json = {
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": 10**MOST_DIGITS - 1},
        {"type": "string", "pattern": f"^[0-9]{{0,{MOST_DIGITS}}}$"},
    ]
}
ALONE = frozenset({"give_up", "give_up_help", "changed", "changed_help"})
"""Phrases that are a whole screen."""
MAY_BE_OFF = frozenset({"back", "home", "repeat"})


def read_phrases(
    file: FlowFile, languages: Languages, spoken: Mapping[str, str], faults: Faults
) -> tuple[dict[str, Texts], set[str]]:
    """All phrases in all languages, and the UCS-2 languages that lack one.

    A phrase that is missing or unknown is a fault.
    """
    part = file.file.data.get(TOP)
    if not isinstance(part, Mapping):
        faults.add(file.file, "no `phrases:` mapping")
        return {}, set()
    for key in part:
        if key not in PHRASE_VARIABLES:
            faults.add(file.file, f"unknown phrase `{key}`", part, key, rule="missing-phrase")
    phrases: dict[str, Texts] = {}
    lacking: set[str] = set()
    for name, variables in PHRASE_VARIABLES.items():
        if name not in part:
            faults.add(file.file, f"phrase `{name}` is missing", None, TOP, rule="missing-phrase")
            continue
        words = Words(file, languages, variables, faults, spoken)
        phrases[name] = words.read(part, name, (name,))
        lacking |= words.lacking
        if any(_has_escapes(template) for template in phrases[name].values()):
            faults.add(file.file, f"phrase `{name}` has a character of double length", part, name)
        if name in ALONE:
            _check_alone(file, name, phrases[name], languages, faults)
    return phrases, lacking


def _check_alone(
    file: FlowFile, name: str, texts: Texts, languages: Languages, faults: Faults
) -> None:
    """A phrase that is a whole screen fits on the narrowest, in each language that has its own."""
    for code in languages.by_code:
        own = file.translations.get(code)
        found = own.find((name,)) if own is not None else None
        if code != languages.default.code and found is None:
            continue
        longest, room = texts[code].longest, room_for(NARROW, texts[code].alphabet)
        if longest > room:
            written = own.file if own is not None else file.file
            faults.add(written, f"this screen can take {longest} of {room} characters in {code}",
                       *(found or (file.file.data[TOP], name)), hint=f"shorten by {longest - room}",
                       rule="screen-too-long")  # fmt: skip


def _has_escapes(template: Template) -> bool:
    size = template.alphabet.size
    return any(isinstance(part, str) and size(part) != len(part) for part in template.parts)


def read_keys(flow: FlowFile, faults: Faults) -> dict[str, str]:
    """A flow's keys over the defaults; an empty key switches it off."""
    own = flow.file.data.get("keys", {})
    keys = dict(DEFAULT_KEYS)
    if not isinstance(own, Mapping):
        faults.add(flow.file, "`keys` must be a mapping", None, "keys")
        return keys
    for name, key in own.items():
        if name not in DEFAULT_KEYS:
            faults.add(flow.file, f"unknown key `{name}`", own, name,
                       hint=f"known: {', '.join(DEFAULT_KEYS)}")  # fmt: skip
        elif not _is_key(str(key)) and not (str(key) == "" and name in MAY_BE_OFF):
            faults.add(flow.file, f"`{key}` cannot be a key", own, name,
                       hint=f"up to {MOST_DIGITS} digits in quotes", rule="no-key")  # fmt: skip
        else:
            keys[name] = str(key)
    _check_clashes(flow, keys, own, faults)
    return keys


def _check_clashes(
    flow: FlowFile, keys: Mapping[str, str], own: Mapping[str, Any], faults: Faults
) -> None:
    leading = [(name, keys[name]) for name in keys if keys[name] and name != "zero_back"]
    taken: dict[str, str] = {}
    for name, key in leading:
        if key in taken:
            at = name if name in own else taken[key]
            faults.add(flow.file, f"`{name}` and `{taken[key]}` have the same key {key}", own, at,
                       rule="key-clash")  # fmt: skip
        taken.setdefault(key, name)
    zero_back = keys["zero_back"]
    if zero_back == "0" or set(zero_back) != {"0"}:
        faults.add(flow.file, "`zero_back` is for screens where numbers are answers, 0 among them",
                   own, "zero_back", hint='use "00" or "000"', rule="key-clash")  # fmt: skip
    elif zero_back == keys["repeat"]:
        faults.add(flow.file, f"`zero_back` and `repeat` have the same key {zero_back}", own,
                   "zero_back" if "zero_back" in own else "repeat", rule="key-clash")  # fmt: skip


def _is_key(key: str) -> bool:
    return key.isascii() and key.isdecimal() and len(key) <= MOST_DIGITS


def make_keys(
    keys: Mapping[str, str], phrases: Mapping[str, Texts], spoken: Mapping[str, str], *, zero: bool
) -> Keys:
    """Compile them with their lines; `zero` leaves 0 free for an answer.

    `spoken`: language -> the one that the flow is spoken in.
    """
    back, home = (keys["zero_back"], "") if zero else (keys["back"], keys["home"])
    repeat = keys["repeat"] if not zero or set(keys["repeat"]) == {"0"} else ""
    leading = [(back, "back"), (home, "home"), (repeat, "repeat")]
    return Keys(
        back=back,
        home=home,
        repeat=repeat,
        more=keys["more"],
        onward=keys["next"],
        tail={
            code: "".join(line(key, phrases[name], own) for key, name in leading if key)
            for code, own in spoken.items()
        },
        repeat_line={
            code: line(repeat, phrases["repeat"], own) if repeat else ""
            for code, own in spoken.items()
        },
        more_line={code: line(keys["more"], phrases["more"], own) for code, own in spoken.items()},
        letters={code: phrases["letters"][own].fill({}) for code, own in spoken.items()},
        onward_line={
            code: line(keys["next"], phrases["next"], own) for code, own in spoken.items()
        },
    )


def line(key: str, texts: Texts, code: str) -> str:
    """A key's line with its line break before it."""
    return f"\n{key} {texts[code].fill({})}"
