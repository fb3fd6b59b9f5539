"""A platform in memory to rehearse flows upon: does each deed as its file says, remembers what was asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from mhealth.content.phrases import Phrases
from mhealth.domain.triage import TriageClass
from mhealth.ussd.deeds import DEEDS
from mhealth.ussd.rehearsal.platform_file import PHRASE, PlatformFile

Result = Mapping[str, Any]

_SAMPLES = {"n": 8, "hour": 8, "minute": 0, "day": 30, "month": 11}
"""What a phrase's places are filled with."""
WRONG_PINS = 2
"""So many wrong PINs make this platform's number wait."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a report: the class of triage and what to do now."""

    triage_class: str
    advice: str


class Rules(Protocol):
    """The clinical rules, handed in: this room knows none."""

    def protocol_for(self, subject: str, age_days: int | None) -> str:
        """The name of the protocol that asks."""

    def weigh(self, protocol: str, signs: Mapping[str, bool], language: str) -> Verdict:
        """The class of these signs, and its advice in a language."""


class Platform:
    """Does deeds for one call. A method named like a deed does it; the file's words do all others."""

    def __init__(self, file: PlatformFile, rules: Rules, phrases: Phrases) -> None:
        self.file, self.rules, self.phrases = file, rules, phrases
        self.pin = file.pin
        self.asked: list[tuple[str, Result]] = []
        self.language = ""  # in which the deed at hand is to speak
        self.typed_pin = ""  # of the deed at hand
        self.proposed_pin = ""
        self.is_proven = False
        self.wrong_pins = 0

    @property
    def effects(self) -> list[str]:
        """The effects asked for so far."""
        return [name for name, _ in self.asked if DEEDS[name].is_effect]

    def do(self, name: str, args: Result) -> Result:
        """Do a deed: what it gives, as the engine wants it."""
        assert set(args) == set(DEEDS[name].args)
        self.asked.append((name, args))
        deed: Callable[[Result], Result] | None = getattr(self, name, None)
        result = deed(args) if deed else self.told(name, args)
        assert set(result) - {"options"} <= set(DEEDS[name].gives)
        return result

    def told(self, name: str, args: Result) -> Result:
        """What the file says that a deed gives. A list counts itself."""
        result: dict[str, Any] = {}
        for case in self.file.deeds.get(name, ()):
            if not case.holds(args):
                continue
            result |= {key: self._spoken(value, args) for key, value in case.gives.items()}
            if case.rows is not None:
                rows = [{**row, "label": self._spoken(row["label"], args)} for row in case.rows]
                result["options"] = rows
                if "count" in DEEDS[name].gives and "count" not in case.gives:
                    result["count"] = len(rows)
        return result

    def _spoken(self, value: Any, args: Result) -> Any:
        if isinstance(value, Mapping):
            codes = self.phrases.languages.chain(self.language)
            value = next((value[code] for code in codes if code in value), "")
        if not isinstance(value, str):
            return value
        if value.startswith("$"):
            return args[value[1:]]
        return PHRASE.sub(lambda found: self._phrase(found[1]), value)

    def _phrase(self, key: str) -> str:
        languages = self.phrases.languages
        tomorrow = self.phrases.say("when.tomorrow", self.language)
        monday = languages.by_code[languages.chain(self.language)[0]].words["monday"][0]
        return self.phrases.say(key, self.language, date=tomorrow, weekday=monday, **_SAMPLES)

    def choose_protocol(self, args: Result) -> Result:
        """By the rules."""
        found = self.rules.protocol_for(args["subject"], args["age_days"])
        return {"protocol": found, **self.told("choose_protocol", args)}

    def send_report(self, args: Result) -> Result:
        """By the rules; without consent only an emergency is referred, and no health worker hears of it."""
        signs = {sign: bool(given) for sign, given in args["signs"].items()}
        verdict = self.rules.weigh(args["protocol"], signs, self.language)
        is_consented = args["consent"] == "given"
        is_emergency = verdict.triage_class == TriageClass.EMERGENCY
        is_referred = is_emergency or (is_consented and verdict.triage_class != TriageClass.HOME)
        told = self.told("send_report", {**args, "triage_class": verdict.triage_class})
        if not is_referred:
            nobody = dict.fromkeys(("told_worker", "told_facility", "told_district"), False)
            told = {**told, **nobody, "code": "", "when_text": ""}
        elif not is_consented:
            told = {**told, "told_worker": False}
        return {
            "triage_class": verdict.triage_class,
            "advice": verdict.advice,
            "referred": is_referred,
            "least_data": not is_consented,
            **told,
        }

    def worker_pin(self, args: Result) -> Result:
        """Whether the PIN is asked, was given, or must wait."""
        if self.is_proven or not self.pin:
            return {"pin_state": "proven" if self.pin else "unset", "retry_text": ""}
        if self.wrong_pins >= WRONG_PINS:
            return self._locked("worker_pin", args)
        return {"pin_state": "asked", "retry_text": ""}

    def check_pin(self, args: Result) -> Result:
        """Right, wrong, or once too often wrong."""
        if self.typed_pin == self.pin:
            self.is_proven = True
            return {"pin_state": "proven", "retry_text": ""}
        self.wrong_pins += 1
        is_last = self.wrong_pins >= WRONG_PINS
        return (
            self._locked("check_pin", args) if is_last else {"pin_state": "wrong", "retry_text": ""}
        )

    def _locked(self, deed: str, args: Result) -> Result:
        return {"pin_state": "locked", "retry_text": self.told(deed, args).get("retry_text", "")}

    def propose_pin(self, args: Result) -> Result:
        """Only one PIN is weak here."""
        self.proposed_pin = self.typed_pin
        return {"pin_state": "weak" if self.typed_pin == "123456" else "proposed"}

    def confirm_pin(self, args: Result) -> Result:
        """The same typed twice is chosen."""
        if self.typed_pin != self.proposed_pin:
            return {"pin_state": "differs"}
        self.pin, self.is_proven = self.typed_pin, True
        return {"pin_state": "proven"}
