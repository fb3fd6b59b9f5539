"""Staff get in with the right password, and guessing gets slower with every miss."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select

from mhealth.services import passwords, staff, staff_sessions
from mhealth.services.sign_in_brakes import Admission, admit
from mhealth.store.database import Database
from mhealth.store.sign_in_brakes import SignInBrake
from mhealth.store.staff import AccessRecord, StaffSession, StaffUser
from tests.factories import NOON, a_district

PASSWORD = "a-long-password-for-tests"
HOME, ELSEWHERE = "192.0.2.7", "203.0.113.9"


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


def try_once(
    database: Database,
    password: str,
    after: timedelta = timedelta(),
    *,
    address: str = HOME,
    name: str = "ADJOA",
) -> str | None:
    with database.writing() as session:
        knock = staff.knock(session, name, address, NOON + after)
    attempt = staff.weigh(knock, password)
    with database.writing() as session:
        return staff.judge(session, attempt, NOON + after)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@dataclass
class Work:
    """How often a password was weighed, which is what a flood of tries would cost us."""

    count: int = 0


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Weighing without its work, counted: for tests that try hundreds of times."""
    work = Work()

    def weigh(known: str | None, password: str) -> bool:
        work.count += 1
        return known is not None and password == PASSWORD

    monkeypatch.setattr(staff, "matches", weigh)
    return work


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


def test_four_misses_cost_nothing_and_the_fifth_locks_the_name_for_a_minute_there(
    database: Database,
) -> None:
    plant(database)
    for _ in range(5):
        assert try_once(database, "wrong") is None

    assert try_once(database, PASSWORD, seconds(59)) is None
    assert try_once(database, PASSWORD, seconds(59), address=ELSEWHERE) is not None
    assert try_once(database, PASSWORD, seconds(60)) is not None
    for _ in range(4):  # all is forgiven
        assert try_once(database, "wrong", seconds(61)) is None
    assert try_once(database, PASSWORD, seconds(61)) is not None


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(
    sqlite_database: Database, quick: Work
) -> None:
    plant(sqlite_database)
    waits, at = [], 0
    for _ in range(12):
        try_once(sqlite_database, "wrong", seconds(at))
        waited = 0
        while admission(sqlite_database, at + waited) is Admission.VAIN:
            waited += 30
        if waited:
            waits.append(waited / 60)
        at += waited

    assert waits == [1, 2, 4, 8, 15, 15, 15, 15]


def admission(database: Database, at: float, name: str = "adjoa", address: str = HOME) -> Admission:
    """What a try would be worth, without making it."""
    with database.sessions() as session:
        found = admit(session, address, name, NOON + seconds(at))
        session.rollback()
    return found


def test_tries_while_locked_do_not_lengthen_the_lock(sqlite_database: Database) -> None:
    plant(sqlite_database)
    for _ in range(8):
        try_once(sqlite_database, "wrong")

    assert try_once(sqlite_database, PASSWORD, seconds(60)) is not None


def test_guesses_sent_all_at_once_get_no_more_tries_than_one_by_one(
    sqlite_database: Database,
) -> None:
    plant(sqlite_database)
    with sqlite_database.writing() as session:
        knocks = [staff.knock(session, "adjoa", HOME, NOON) for _ in range(6)]
    guesses = [
        staff.weigh(knock, text)
        for knock, text in zip(knocks, ["a", "b", "c", "d", "e", PASSWORD], strict=True)
    ]

    with sqlite_database.writing() as session:
        tokens = [staff.judge(session, guess, NOON) for guess in guesses]

    assert tokens == [None] * 6


def test_strangers_never_keep_the_user_out_of_where_she_signed_in_before(
    database: Database, quick: Work
) -> None:
    plant(database)
    assert try_once(database, PASSWORD) is not None
    for i in range(120):  # thirty addresses, four guesses each, within a minute
        try_once(database, "wrong", seconds(i / 2), address=f"198.51.100.{i // 4}")

    assert try_once(database, PASSWORD, seconds(60)) is not None


def test_guesses_at_a_name_from_everywhere_get_slow_and_are_never_shut_for_long(
    sqlite_database: Database, quick: Work
) -> None:
    plant(sqlite_database)
    hour = [
        admitted(sqlite_database, second, f"2001:db8:{i}::/64")
        for i, second in enumerate(range(0, 3600, 2))
    ]

    assert sum(hour) <= 30 + 2 * 60 + 10  # of 1800 tries
    assert try_once(sqlite_database, PASSWORD, seconds(3632), address=ELSEWHERE) is not None


def admitted(database: Database, at: int, address: str) -> bool:
    before = len(records(database))
    with database.writing() as session:
        knock = staff.knock(session, "adjoa", address, NOON + seconds(at))
    assert len(records(database)) == before
    return knock.admission is Admission.OPEN


def records(database: Database) -> list[AccessRecord]:
    with database.reading() as session:
        return list(session.scalars(select(AccessRecord).order_by(AccessRecord.id)))


def test_an_address_that_tries_name_after_name_costs_no_work_and_fills_no_record(
    database: Database, quick: Work
) -> None:
    plant(database)
    for i in range(300):
        assert try_once(database, "wrong", name=f"name{i}") is None

    assert quick.count == 21
    assert len(records(database)) == 21
    assert try_once(database, PASSWORD) is None  # at that address, for some seconds
    assert try_once(database, PASSWORD, address=ELSEWHERE) is not None
    assert try_once(database, PASSWORD, seconds(10)) is not None


def test_a_locked_name_costs_the_same_work_as_one_that_nobody_bears(
    sqlite_database: Database, quick: Work
) -> None:
    plant(sqlite_database)
    for name in ("adjoa", "nobody"):
        before = quick.count
        for _ in range(8):
            assert try_once(sqlite_database, "wrong", name=name) is None
        assert quick.count - before == 8


def test_an_office_that_signs_in_all_day_is_not_counted_as_a_flood(
    sqlite_database: Database, quick: Work
) -> None:
    plant(sqlite_database)

    tokens = [try_once(sqlite_database, PASSWORD, seconds(i)) for i in range(60)]

    assert None not in tokens


def test_brakes_name_nobody_and_go_when_they_are_loose(sqlite_database: Database) -> None:
    plant(sqlite_database)
    try_once(sqlite_database, "wrong")
    with sqlite_database.reading() as session:
        rows = session.scalars(select(SignInBrake)).all()
        assert {len(row.key_hash) for row in rows} == {16}

    try_once(sqlite_database, "wrong", timedelta(days=2), name="other", address=ELSEWHERE)

    with sqlite_database.reading() as session:
        left = session.scalars(select(SignInBrake)).all()
    assert len(rows) == len(left) == 3
    assert not {row.key_hash for row in rows} & {row.key_hash for row in left}


def test_every_try_is_on_record(database: Database) -> None:
    plant(database)
    try_once(database, "wrong")
    try_once(database, PASSWORD)
    try_once(database, "wrong", name="nobody")

    rows = records(database)
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
