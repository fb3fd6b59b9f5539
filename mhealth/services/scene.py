"""Where a deed of a flow is done: the open session, the caller, and the turn that asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mhealth.care.workbench import Workbench
from mhealth.services.callers import Caller, Known, look_up
from mhealth.services.ussd_memory import Dialogue
from mhealth.services.worker_pins import Weighed
from mhealth.store.directory import Facility, Village
from mhealth.store.people import Phone, write_phone

Result = Mapping[str, Any]
"""What a deed gives back to its flow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where a deed is done: the open session, the caller, and the turn that asks.

    A PIN belongs to the call (`ussd_session_key`), a report to the dialogue, which may go on over several.
    """

    bench: Workbench
    session: Session
    caller: Caller
    language: str
    ussd_session_key: str
    step: int
    flow_version: str
    now: datetime
    weighed: Weighed | None = None  # the PIN typed in this turn
    dialogue: Dialogue | None = None  # what goes on after a drop
    channel: str = "ussd"  # ussd, sms

    @property
    def report_key(self) -> str:
        """Under which a report of this dialogue is found."""
        return self.dialogue.key if self.dialogue else self.ussd_session_key

    @property
    def report_step(self) -> int:
        """The turn, counted from the dialogue's beginning."""
        return self.step + (self.dialogue.turns if self.dialogue else 0)

    def known(self) -> Known:
        """The rows of the caller's number."""
        return look_up(self.session, self.caller)

    def phone(self) -> Phone:
        """The caller's phone, written down now if it never was."""
        known = self.known().phone
        if known is not None:
            return known
        return write_phone(self.session, self.caller.msisdn, self.caller.msisdn_index, self.now)

    def facility_name(self, facility: Facility | None) -> str:
        """The facility's name; the district's team stands in for none."""
        if facility is not None:
            return facility.name
        return self.bench.phrases.say("facility.district", self.language)

    def where_to_go(self, facility: Facility | None) -> str:
        """The facility's name, or that the nearest one will do: never an office."""
        if facility is not None:
            return facility.name
        return self.bench.phrases.say("facility.nearest", self.language)

    def village_name(self, village: Village | None) -> str:
        """The village's name, or that it is unknown."""
        return village.name if village else self.bench.phrases.say("place.unknown", self.language)
