"""A platform in memory for the engine's tests: does every deed, remembers what it was asked."""

from collections.abc import Callable, Mapping
from typing import Any

from mhealth.ussd.deeds import DEEDS, FACTS

Result = Mapping[str, Any]

FACTS_OF_A_CALLER: Mapping[str, Any] = {
    "language": "fr",
    "is_worker": False,
    "village": "3",
    "village_name": "Agbodji",
    "help_number": "+229 01 91 00 00 01",
    "consent": "given",
    "messages_on": True,
}


def options(*labels: str) -> list[dict[str, str]]:
    return [{"key": str(number), "label": label} for number, label in enumerate(labels, 1)]


class Platform:
    """A small tidy district. An emergency is any report with a sign that stops."""

    pin = "482915"
    """What the health worker chose; empty: nothing yet."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Result]] = []
        self.typed_pin = ""  # of the deed at hand
        self.proposed_pin = ""
        self.is_proven = False
        self.wrong_pins = 0

    @property
    def effects(self) -> list[str]:
        return [name for name, _ in self.asked if DEEDS[name].is_effect]

    def do(self, name: str, args: Result) -> Result:
        assert set(args) == set(DEEDS[name].args)
        self.asked.append((name, args))
        deed: Callable[[Result], Result] | None = getattr(self, name, None)
        result = deed(args) if deed else {}
        assert set(result) - {"options"} <= set(DEEDS[name].gives)
        return result

    def list_health_areas(self, args: Result) -> Result:
        return {"options": options("Kpéla", "Agnavo")}

    def list_villages(self, args: Result) -> Result:
        names = [f"Village {letter}" for letter in "ABCDEFGHIJKLM"]
        return {"options": options("Agbodji", "Boko-Zoumé", *names)}

    def my_villages(self, args: Result) -> Result:
        return {"options": options("Agbodji", "Boko-Zoumé"), "count": 2}

    def my_referrals(self, args: Result) -> Result:
        return {"options": options("482 1935 accepté"), "count": 1}

    def worker_referrals(self, args: Result) -> Result:
        return {"options": options("482 1935 accepté", "703 5518 en route"), "count": 2}

    def show_referral(self, args: Result) -> Result:
        return {
            "code": "482 1935",
            "facility": "CS Kpéla",
            "status_text": "accepté",
            "when": "demain à 8h00",
            "village": "Agbodji",
            "has_appointment": True,
        }

    def show_worker_referral(self, args: Result) -> Result:
        return {**self.show_referral(args), "age_text": "8 mois", "class_text": "Urgent"}

    def choose_protocol(self, args: Result) -> Result:
        subject = args["subject"]
        if subject in ("pregnant", "postpartum"):
            return {"protocol": subject}
        is_small = subject in ("child", "other") and (args["age_days"] or 0) < 1826
        return {"protocol": "child" if is_small else "other"}

    def save_language(self, args: Result) -> Result:
        return {"language": args["language"]}

    def save_consent(self, args: Result) -> Result:
        return {"consent": "given" if args["given"] else "refused"}

    def set_messages(self, args: Result) -> Result:
        return {"messages_on": args["wanted"]}

    def save_village(self, args: Result) -> Result:
        return {
            "village": args["village"],
            "village_name": "Boko-Zoumé",
            "help_number": "+229 01 91 00 00 02",
        }

    def send_report(self, args: Result) -> Result:
        signs = {sign for sign, given in args["signs"].items() if given}
        is_emergency = bool(signs & {"convulsions", "sleepy", "cannot_drink", "bleeding"})
        is_consented = args["consent"] == "given"
        is_referred = is_emergency or (bool(signs) and is_consented)
        return {
            "triage_class": "emergency" if is_emergency else "urgent" if signs else "home",
            "referred": is_referred,
            "code": "482 1935" if is_referred else "",
            "facility": "CS Kpéla",
            "when_text": "maintenant" if is_emergency else "aujourd'hui",
            "advice": "Faites-le boire s'il peut. S'il dort trop: rien par la bouche.",
            "told_worker": is_referred and is_consented,
            "told_facility": is_referred,
            "told_district": False,
            "help_number": "+229 01 91 00 00 01",
            "least_data": not is_consented,
        }

    def worker_pin(self, args: Result) -> Result:
        if self.is_proven or not self.pin:
            return {"pin_state": "proven" if self.pin else "unset", "retry_text": ""}
        return self._locked() if self.wrong_pins > 1 else {"pin_state": "asked", "retry_text": ""}

    def check_pin(self, args: Result) -> Result:
        if self.typed_pin == self.pin:
            self.is_proven = True
            return {"pin_state": "proven", "retry_text": ""}
        self.wrong_pins += 1
        is_last = self.wrong_pins > 1
        return self._locked() if is_last else {"pin_state": "wrong", "retry_text": ""}

    def _locked(self) -> Result:
        return {"pin_state": "locked", "retry_text": "à 14h45"}

    def propose_pin(self, args: Result) -> Result:
        self.proposed_pin = self.typed_pin
        return {"pin_state": "weak" if self.typed_pin == "123456" else "proposed"}

    def confirm_pin(self, args: Result) -> Result:
        if self.typed_pin != self.proposed_pin:
            return {"pin_state": "differs"}
        self.pin, self.is_proven = self.typed_pin, True
        return {"pin_state": "proven"}

    def ask_enrolment(self, args: Result) -> Result:
        return {"request_state": "noted"}

    def ask_new_number(self, args: Result) -> Result:
        state = "noted" if args["worker_code"] != "X" else "too_many"
        return {"request_state": state, "worker_code": ""}


class NewWorkerPlatform(Platform):
    """A health worker without a PIN."""

    pin = ""


class EmptyPlatform(Platform):
    """A directory without villages, a caller without referrals."""

    def list_health_areas(self, args: Result) -> Result:
        return {"options": []}

    def my_referrals(self, args: Result) -> Result:
        return {"options": [], "count": 0}

    def worker_referrals(self, args: Result) -> Result:
        return {"options": [], "count": 0}


class LonelyPlatform(Platform):
    """Nobody could be told, and no appointment was made."""

    def show_referral(self, args: Result) -> Result:
        return {**super().show_referral(args), "when": "", "has_appointment": False}

    def send_report(self, args: Result) -> Result:
        nobody = {"told_worker": False, "told_facility": False}
        return {**super().send_report(args), **nobody}


class FarPlatform(Platform):
    """No centre is known: only the district could be told."""

    def send_report(self, args: Result) -> Result:
        told = {"told_worker": False, "told_facility": False, "told_district": True}
        return {
            **super().send_report(args),
            **told,
            "facility": "le centre de santé le plus proche",
        }


class AlonePlatform(LonelyPlatform):
    """Nobody could be told, and nobody has a phone."""

    def save_village(self, args: Result) -> Result:
        return {**super().save_village(args), "help_number": ""}

    def send_report(self, args: Result) -> Result:
        return {**super().send_report(args), "help_number": ""}


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
