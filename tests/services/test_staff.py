"""Staff get in with the right password, and guessing gets slower with every miss."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mhealth.services import passwords, staff, staff_sessions
from mhealth.store.database import Database
from mhealth.store.staff import AccessRecord, StaffSession, StaffUser
from tests.factories import NOON, a_district

PASSWORD = "a-long-password-for-tests"


def plant(database: Database) -> None:
    with database.writing() as session:
        staff.create_user(
            session,
            username=" Adjoa ",
            display_name="Adjoa",
            district=a_district(session),
            password=PASSWORD,
            now=NOON,
        )


def try_once(database: Database, password: str, after: timedelta = timedelta()) -> str | None:
    with database.reading() as session:
        known = staff.stored_hash(session, "adjoa")
    attempt = staff.weigh("ADJOA", known, password)
    with database.writing() as session:
        return staff.judge(session, attempt, NOON + after)


def user_of(database: Database) -> StaffUser:
    with database.reading() as session:
        return session.scalars(select(StaffUser)).one()


def test_the_right_password_opens_a_session_whose_token_is_kept_nowhere(database: Database) -> None:
    plant(database)

    token = try_once(database, PASSWORD)

    assert token is not None
    assert len(token) >= 43  # 256 bits
    with database.reading() as session:
        kept = session.scalars(select(StaffSession)).one()
        assert token.encode() not in kept.token_hash
        assert staff_sessions.live_session(session, token, NOON) is kept


def test_four_misses_cost_nothing_and_the_fifth_locks_even_the_right_password_out(
    database: Database,
) -> None:
    plant(database)
    for _ in range(4):
        assert try_once(database, "wrong") is None
    assert user_of(database).locked_until is None

    assert try_once(database, "wrong") is None

    assert user_of(database).locked_until == NOON + timedelta(minutes=1)
    assert try_once(database, PASSWORD, timedelta(seconds=59)) is None
    assert try_once(database, PASSWORD, timedelta(seconds=60)) is not None
    assert user_of(database).failed_sign_ins == 0


def test_the_wait_doubles_up_to_an_hour(sqlite_database: Database) -> None:
    plant(sqlite_database)
    at = timedelta()
    waits = []
    for _ in range(14):
        assert try_once(sqlite_database, "wrong", at) is None
        until = user_of(sqlite_database).locked_until
        if until is not None:
            waits.append(until - NOON - at)
            at = until - NOON

    minutes = [wait.total_seconds() / 60 for wait in waits]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_tries_while_locked_do_not_lengthen_the_lock(sqlite_database: Database) -> None:
    plant(sqlite_database)
    for _ in range(8):
        try_once(sqlite_database, "wrong")

    assert user_of(sqlite_database).locked_until == NOON + timedelta(minutes=1)


def test_guesses_weighed_all_at_once_get_no_more_tries_than_one_by_one(
    sqlite_database: Database,
) -> None:
    plant(sqlite_database)
    with sqlite_database.reading() as session:
        known = staff.stored_hash(session, "adjoa")
    guesses = [staff.weigh("adjoa", known, text) for text in ["a", "b", "c", "d", "e", PASSWORD]]

    with sqlite_database.writing() as session:
        tokens = [staff.judge(session, guess, NOON) for guess in guesses]

    assert tokens == [None] * 6


def test_every_try_is_on_record(database: Database) -> None:
    plant(database)
    try_once(database, "wrong")
    try_once(database, PASSWORD)
    with database.writing() as session:
        staff.judge(session, staff.Attempt("nobody", False, None), NOON)

    with database.reading() as session:
        rows = session.scalars(select(AccessRecord).order_by(AccessRecord.id)).all()
    user = user_of(database)
    assert [(row.deed, row.staff_user_id) for row in rows] == [
        ("sign_in_failed", user.id),
        ("sign_in", user.id),
        ("sign_in_failed", None),
    ]


def test_a_new_password_ends_every_session_and_lifts_the_lock(database: Database) -> None:
    plant(database)
    token = try_once(database, PASSWORD)
    assert token is not None
    for _ in range(6):
        try_once(database, "wrong")
    with database.writing() as session:
        user = session.scalars(select(StaffUser)).one()
        staff.set_password(session, user, "another-long-password", NOON)

    with database.reading() as session:
        assert staff_sessions.live_session(session, token, NOON) is None
    assert try_once(database, PASSWORD) is None
    assert try_once(database, "another-long-password") is not None


def test_a_user_who_was_switched_off_cannot_sign_in_nor_go_on(sqlite_database: Database) -> None:
    plant(sqlite_database)
    token = try_once(sqlite_database, PASSWORD)
    assert token is not None
    with sqlite_database.writing() as session:
        session.scalars(select(StaffUser)).one().is_active = False

    assert try_once(sqlite_database, PASSWORD) is None
    with sqlite_database.reading() as session:
        assert staff_sessions.live_session(session, token, NOON) is None


def test_a_hash_made_with_older_costs_is_renewed_at_the_next_sign_in(
    sqlite_database: Database,
) -> None:
    plant(sqlite_database)
    old = passwords.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with sqlite_database.writing() as session:
        session.scalars(select(StaffUser)).one().password_hash = old

    assert try_once(sqlite_database, PASSWORD) is not None

    renewed = user_of(sqlite_database).password_hash
    assert renewed != old
    assert not passwords.is_outdated(renewed)


def test_a_name_that_nobody_bears_costs_the_same_work(sqlite_database: Database) -> None:
    nobody = passwords._NOBODY

    assert not passwords.is_outdated(nobody)  # same argon2 costs as every real hash
    assert not passwords.matches(None, "anything")


@pytest.mark.parametrize("taken", ["adjoa", "ADJOA ", "\u200badjoa", "", " \n"])
def test_a_name_is_borne_by_one_user_whatever_its_spelling(
    sqlite_database: Database, taken: str
) -> None:
    plant(sqlite_database)

    with sqlite_database.writing() as session, pytest.raises(ValueError, match="empty or taken"):
        staff.create_user(
            session,
            username=taken,
            display_name="x",
            district=a_district(session),
            password=PASSWORD,
            now=NOON,
        )


def test_a_random_password_is_long_and_cannot_be_misread() -> None:
    made = {passwords.new_password() for _ in range(100)}

    assert len(made) == 100
    assert all(len(p) == 24 and not set(p) & set("0o1li") for p in made)
