"""The rehearsal's platforms under the tests' invented signs, and one that answers the worst."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from mhealth.content.languages import load_languages
from mhealth.content.library import open_library
from mhealth.content.phrases import Phrases, load_phrases
from mhealth.ussd.deeds import DEEDS, FACTS
from mhealth.ussd.rehearsal import platform as rehearsal
from mhealth.ussd.rehearsal.platform import Result, Verdict
from mhealth.ussd.rehearsal.platform_file import PlatformFile, load_platforms

_STOPS = {"convulsions", "sleepy", "cannot_drink", "bleeding"}
ADVICE = "Faites-le boire s'il peut. S'il dort trop: rien par la bouche."


@cache
def platform_files() -> Mapping[str, PlatformFile]:
    return load_platforms(open_library())


@cache
def phrases() -> Phrases:
    return load_phrases(open_library(), load_languages(open_library()))


FACTS_OF_A_CALLER: Mapping[str, Any] = platform_files()["tidy"].facts


def options(*labels: str) -> list[dict[str, str]]:
    return [{"key": str(number), "label": label} for number, label in enumerate(labels, 1)]


class InventedRules:
    """For the tests' SIGNS. An emergency is any report with a sign that stops."""

    def protocol_for(self, subject: str, age_days: int | None) -> str:
        if subject in ("pregnant", "postpartum"):
            return subject
        return "child" if subject in ("child", "other") and (age_days or 0) < 1826 else "other"

    def weigh(self, protocol: str, signs: Mapping[str, bool], language: str) -> Verdict:
        given = {sign for sign, is_given in signs.items() if is_given}
        triage_class = "emergency" if given & _STOPS else "urgent" if given else "home"
        return Verdict(triage_class, ADVICE)


class Platform(rehearsal.Platform):
    """A small tidy district. Each deed is a method too, for a test to replace."""

    def __init__(self, name: str = "tidy") -> None:
        super().__init__(platform_files()[name], InventedRules(), phrases())

    def __getattr__(self, name: str) -> Callable[[Result], Result]:
        if name not in DEEDS:
            raise AttributeError(name)
        return lambda args: self.told(name, args)


class WorstPlatform(Platform):
    """Answers everything with the longest, strangest or emptiest data."""

    def __init__(self, word: Callable[[int], str], yes: Callable[[], bool], count: int) -> None:
        super().__init__()
        self.word = word
        self.yes = yes
        self.count = count

    def do(self, name: str, args: Result) -> Result:
        assert set(args) == set(DEEDS[name].args)
        self.asked.append((name, args))
        deed = DEEDS[name]
        result: dict[str, Any] = {
            given: self.yes() if longest == 1 else self.word(longest)
            for given, longest in deed.gives.items()
        }
        if deed.options:
            result["options"] = [
                {"key": f"k{number}", "label": self.word(deed.options)}
                for number in range(self.count)
            ]
        if name == "choose_protocol":
            result["protocol"] = "child" if self.yes() else self.word(5)
        if name == "send_report" and self.yes():
            result["triage_class"] = "emergency"
        return result

    def facts(self) -> Result:
        return {
            name: self.yes() if longest == 1 else self.word(longest)
            for name, longest in FACTS.items()
        }
