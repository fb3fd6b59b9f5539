"""What a turn works with, by call and by SMS: content, database and the flows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mhealth.care.workbench import Workbench
from mhealth.domain.gateway import UssdReply
from mhealth.domain.gsm7 import fold
from mhealth.services.recorder import Recorder
from mhealth.store.database import Database
from mhealth.store.ussd_sessions import PlainTurns
from mhealth.ussd.book import Book


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRoom:
    """Built once for a process. `sms_questions`: the most SMS of one dialogue; 0 sends none."""

    bench: Workbench
    database: Database
    turns: PlainTurns
    book: Book
    limits: Mapping[str, int] = field(default_factory=dict)  # network -> septets of a screen
    sms_questions: int = 8
    recorder: Recorder | None = None  # where calls are recorded

    def reply_in_all(self, phrase: str) -> UssdReply:
        """A closing reply when the caller's language is unknown."""
        text = self.bench.phrases.say_in_all(phrase, service_code=self.bench.service_code)
        return UssdReply(text=fold(text), ends=True)
