"""The deeds that flows call by name, and who does them."""

from collections.abc import Callable, Mapping
from typing import Any

from mhealth.services import ussd_effects as effects
from mhealth.services import ussd_lookups as lookups
from mhealth.services import ussd_pins as pins
from mhealth.services.scene import Result, Scene

DEEDS: Mapping[str, Callable[[Scene, Mapping[str, Any]], Result]] = {
    "list_health_areas": lookups.list_health_areas,
    "list_villages": lookups.list_villages,
    "my_villages": lookups.my_villages,
    "choose_protocol": lookups.choose_protocol,
    "my_referrals": lookups.my_referrals,
    "show_referral": lookups.show_referral,
    "worker_referrals": lookups.worker_referrals,
    "show_worker_referral": lookups.show_referral,
    "save_language": effects.save_language,
    "save_village": effects.save_village,
    "save_consent": effects.save_consent,
    "set_messages": effects.set_messages,
    "send_report": effects.send_report,
    "finish_report": effects.finish_report,
    "worker_pin": pins.worker_pin,
    "check_pin": pins.check_pin,
    "propose_pin": pins.propose_pin,
    "confirm_pin": pins.confirm_pin,
    "ask_enrolment": pins.ask_enrolment,
    "ask_new_number": pins.ask_new_number,
}
"""A test holds these names against the words that flows may use (`ussd.deeds.DEEDS`)."""


def do(deed: str, scene: Scene, args: Mapping[str, Any]) -> Result:
    """Do a deed; the flow loader has proved that its name and arguments exist."""
    return DEEDS[deed](scene, args)
