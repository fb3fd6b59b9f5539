"""What is wrong with a channel: seen by all, since its first failure, gone when it is over."""

from mhealth.domain.gateway import SendProblem
from mhealth.domain.message import Lane
from mhealth.store import troubles
from mhealth.store.database import Database
from mhealth.store.troubles import Line, Trouble

BULK, REPLY = Line("africastalking", Lane.BULK), Line("africastalking", Lane.REPLY)


def test_a_line_is_held_for_its_time_and_counts_its_failures(database: Database) -> None:
    with database.writing() as session:
        troubles.note_trouble(session, BULK, SendProblem.THROTTLED, 60_000)
        (first,) = troubles.standing_troubles(session)
        since = first.since_ms
        session.expire_all()
        troubles.note_trouble(session, BULK, SendProblem.NO_CREDIT, 60_000)
        troubles.note_trouble(session, REPLY, SendProblem.NOT_SENT, -1)

    with database.reading() as session:
        assert troubles.troubles_by_line(session) == {
            BULK: Trouble(failures=2, is_held=True),
            REPLY: Trouble(failures=1, is_held=False),
        }
        standing = troubles.standing_troubles(session)
        assert [row.problem_word for row in standing] == ["no_credit", "not_sent"]
        assert standing[0].since_ms == since


def test_a_trouble_goes_with_the_next_message_that_is_taken(database: Database) -> None:
    with database.writing() as session:
        troubles.note_trouble(session, BULK, SendProblem.THROTTLED, 60_000)
        troubles.note_trouble(session, REPLY, SendProblem.THROTTLED, 60_000)
        troubles.clear_trouble(session, BULK)

    with database.reading() as session:
        assert set(troubles.troubles_by_line(session)) == {REPLY}


def test_a_trouble_that_nobody_renewed_is_forgotten(database: Database) -> None:
    with database.writing() as session:
        troubles.note_trouble(session, BULK, SendProblem.THROTTLED, -700_000)
        troubles.note_trouble(session, REPLY, SendProblem.THROTTLED, -500_000)

        assert troubles.forget_troubles(session, 600_000) == 1
        assert troubles.forget_troubles(session, 600_000) == 0
