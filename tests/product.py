"""The product without its processes: content loaded once, the invented district planted, a moved clock."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import count

from sqlalchemy import func, select

from mhealth.care.allowance import caps_of
from mhealth.care.workbench import Workbench
from mhealth.content.languages import load_languages
from mhealth.content.library import open_library
from mhealth.content.phrases import load_phrases
from mhealth.content.weak_pins import load_weak_pins
from mhealth.content.yaml_file import read_yaml
from mhealth.domain.gateway import InboundSms, UssdEnd, UssdReply, UssdRequest
from mhealth.domain.gsm7 import measure
from mhealth.domain.msisdn import Msisdn
from mhealth.services.content import load_book
from mhealth.services.funnel import count_calls
from mhealth.services.inbound_sms import take_sms
from mhealth.services.seeding import plant
from mhealth.services.ussd_end import end_session
from mhealth.services.ussd_turn import TurnRoom, take_turn
from mhealth.settings import settings_from
from mhealth.sms.templates import load_templates
from mhealth.store.database import Database
from mhealth.store.messages import Message
from mhealth.store.referrals import Referral
from mhealth.store.reports import Report
from mhealth.store.ussd_sessions import PlainTurns
from mhealth.triage.loader import load_protocols
from tests.databases import KEYRING
from tests.factories import NOON

CHANNEL = "africastalking"
MOTHER = Msisdn("+2290197000001")
STRANGER = Msisdn("+2290197000009")
ADJOA = Msisdn("+2290191000001")  # health worker of Agbodji
MARY = Msisdn("+2290191000004")  # health worker who speaks English
KPELA = Msisdn("+2290190000011")  # duty phone of CS Kpéla
AGNAVO = Msisdn("+2290190000012")
HOSPITAL = Msisdn("+2290190000010")
DISTRICT = Msisdn("+2290190000001")
DEFAULTS = settings_from(
    {
        "secret_key": "s" * 32,
        "encryption_keys": "test:" + "A" * 43 + "=",
        "index_key": "A" * 43 + "=",
        "webhook_tokens": f"{CHANNEL}:token",
    }
)
"""The settings as shipped, with the tests' secrets."""
_sessions = count(1)


class MovableClock:
    """The handed-in clock of a test."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


LIBRARY = open_library()
LANGUAGES = load_languages(LIBRARY)


@cache
def protocols():
    return load_protocols(LIBRARY, LANGUAGES)


@cache
def book():
    return load_book(LIBRARY, LANGUAGES, protocols())


def a_workbench(clock: MovableClock) -> Workbench:
    return Workbench(
        languages=LANGUAGES,
        phrases=_phrases(),
        protocols=protocols(),
        templates=_templates(),
        weak_pins=load_weak_pins(LIBRARY),
        clock=clock,
        keyring=KEYRING,
        channel=CHANNEL,
        service_code="*384*55#",
        region="BJ",
        answer_minutes=15,
        urgent_answer_minutes=240,
        caps=caps_of(DEFAULTS),
    )


@cache
def _phrases():
    return load_phrases(LIBRARY, LANGUAGES)


@cache
def _seed():
    return read_yaml(LIBRARY.find("ussd_flows/content/demo/district.yaml"))


@cache
def _templates():
    return load_templates(LIBRARY, LANGUAGES)


@dataclass
class Product:
    """Content, clock and one database with the invented district."""

    database: Database
    clock: MovableClock = field(default_factory=MovableClock)

    def __post_init__(self) -> None:
        self.bench = a_workbench(self.clock)
        self.room = TurnRoom(
            bench=self.bench,
            database=self.database,
            turns=PlainTurns(self.database),
            book=book(),
        )
        with self.database.writing() as session:
            plant(self.bench, session, _seed(), "a long password", self.clock())

    def dial(self, msisdn: Msisdn = MOTHER, *typed: str) -> "Call":
        """Dial the short code, start again where a dropped call could go on, type some answers."""
        call = self.redial(msisdn)
        if call.is_asked_to_go_on:
            call.type("2")
        for answer in typed:
            call.type(answer)
        return call

    def redial(self, msisdn: Msisdn = MOTHER) -> "Call":
        """Dial the short code and nothing more."""
        call = Call(self, msisdn)
        call.send("")
        return call

    def text(self, msisdn: Msisdn, words: str, carrier_id: str | None = None) -> None:
        """An SMS from a phone."""
        sms = InboundSms(
            msisdn=msisdn, to="38455", text=words, carrier_id=carrier_id or f"in-{next(_sessions)}"
        )
        with self.database.writing() as session:
            take_sms(self.room, session, CHANNEL, sms, self.clock())

    def count_calls(self) -> int:
        """Take calls that are over into the funnel, as the clock does."""
        with self.database.writing() as session:
            return count_calls(session, self.clock(), timedelta(seconds=300))

    def referrals(self) -> list[Referral]:
        with self.database.reading() as session:
            return list(session.scalars(select(Referral).order_by(Referral.id)))

    def count_reports(self) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count(Report.id))) or 0

    def inbox(self, msisdn: Msisdn) -> list[str]:
        """The SMS written to a phone and not held back, oldest first."""
        with self.database.reading() as session:
            query = select(Message).where(
                Message.msisdn_index == KEYRING.blind(msisdn), Message.budget.is_not(None)
            )
            return [str(m.body) for m in session.scalars(query.order_by(Message.id))]


class Call:
    """One USSD call as Africa's Talking hands it on: all that was typed, joined by stars."""

    def __init__(self, product: Product, msisdn: Msisdn, session: str | None = None) -> None:
        self.product, self.msisdn = product, msisdn
        self.session = session or f"ATUid_{next(_sessions)}"
        self.transcript = ""
        self.reply = UssdReply(text="", ends=False)

    def send(self, text: str, msisdn: Msisdn | None = None) -> str:
        """Send one call with this whole transcript; the screen that comes back."""
        request = UssdRequest(
            carrier_session=self.session,
            msisdn=msisdn or self.msisdn,
            service_code="*384*55#",
            text=text,
            is_start=not text,
        )
        self.reply = take_turn(self.product.room, CHANNEL, request).reply
        assert measure(self.reply.text).segments == 1, "160 septets, or 70 units"
        return self.reply.text

    def type(self, answer: str) -> str:
        self.transcript = f"{self.transcript}*{answer}" if self.transcript else answer
        return self.send(self.transcript)

    def drop(self, *, complete: bool = False) -> None:
        """The carrier's word that the call is over."""
        ended = UssdEnd(carrier_session=self.session, msisdn=self.msisdn, was_complete=complete)
        with self.product.database.writing() as session:
            end_session(self.product.room, session, CHANNEL, ended, self.product.clock())

    @property
    def screen(self) -> str:
        return self.reply.text

    @property
    def is_asked_to_go_on(self) -> bool:
        asked = self.product.room.book.phrases["resume"].values()
        return any(self.screen.startswith(text.fill({})) for text in asked)
