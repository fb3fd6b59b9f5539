"""Looking into the outbox, and moving time, for tests of sending."""

from collections.abc import Callable

from sqlalchemy import select, update

from mhealth.domain.clock import Clock
from mhealth.domain.gateway import Aggregator
from mhealth.domain.message import MessageState
from mhealth.services.sending import Sender, Step
from mhealth.services.sending_rules import SendingRules
from mhealth.store.database import Database
from mhealth.store.messages import Message
from mhealth.store.troubles import ChannelTrouble
from tests import factories

CHANNEL = "africastalking"


def a_sender(
    database: Database,
    carrier: Aggregator,
    *,
    rules: SendingRules | None = None,
    clock: Clock = lambda: factories.NOON,
    passing: Callable[[Step], None] = lambda _step: None,
) -> Sender:
    """A sender over one carrier."""
    return Sender(
        database=database,
        aggregators={CHANNEL: carrier},
        rules=rules or SendingRules(),
        clock=clock,
        passing=passing,
    )


def put(database: Database, **columns: object) -> int:
    """Queue one message; its key."""
    with database.writing() as session:
        return factories.a_message(session, **columns).id  # type: ignore[arg-type]


def see(database: Database, message_id: int) -> Message:
    """A message as it stands now."""
    with database.reading() as session:
        return session.get_one(Message, message_id)


def state_of(database: Database, message_id: int) -> MessageState:
    """Its state now."""
    return see(database, message_id).state_word


def states(database: Database) -> list[str]:
    """The states of all messages, in the order of writing."""
    with database.reading() as session:
        return list(session.scalars(select(Message.state).order_by(Message.id)))


def change(database: Database, message_id: int, **columns: object) -> None:
    """Set columns of a message: so a test lets time go by."""
    with database.writing() as session:
        session.execute(update(Message).where(Message.id == message_id).values(**columns))


def end_holds(database: Database) -> None:
    """Let all holds and back-offs be over."""
    with database.writing() as session:
        session.execute(update(ChannelTrouble).values(until_ms=0))
        session.execute(update(Message).where(Message.retry_at_ms > 0).values(retry_at_ms=1))


def troubles(database: Database) -> list[tuple[str, str, int]]:
    """(lane, problem, failures in a row) of every line in trouble."""
    with database.reading() as session:
        rows = session.scalars(select(ChannelTrouble).order_by(ChannelTrouble.id))
        return [(row.lane, row.problem, row.failures) for row in rows]
