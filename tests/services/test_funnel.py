"""The funnel, held against scripts of real calls that were counted by hand."""

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from mhealth.services.funnel import count_calls, events, forget_turns
from mhealth.services.ussd_end import close_dropped, forget_sessions
from mhealth.store.database import Database
from mhealth.store.funnel import (
    LEFT,
    WAIT_COLUMNS,
    WAITS,
    Chosen,
    Counted,
    UssdFunnel,
    read_days,
    read_flows,
    read_screens,
    wait_column,
)
from mhealth.store.history import Turn
from mhealth.store.ussd_tables import UssdSession, UssdTurn
from tests.product import ADJOA, MOTHER, STRANGER, Call, Product

WEDNESDAY = date(2026, 3, 4)
SILENCE = timedelta(seconds=300)


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


def typed(call: Call, *answers: tuple[str, float]) -> Call:
    """Answers, each with the seconds that the caller took for it."""
    for answer, seconds in answers:
        call.product.clock.move(seconds=seconds)
        call.type(answer)
    return call


def seen(product: Product, **chosen: object) -> dict[str, dict[str, int]]:
    """Every count that is not zero, but for the answering times."""
    with product.database.reading() as session:
        screens = read_screens(session, Chosen(**chosen))
    hidden = {*WAIT_COLUMNS, "waits", "wait_ms"}
    return {
        node: {name: n for name, n in counted.counts.items() if n and name not in hidden}
        for node, counted in screens.items()
    }


def end_what_is_open(product: Product) -> None:
    product.clock.move(seconds=301)
    with product.database.writing() as session:
        close_dropped(product.room, session, product.clock(), 300)


def test_a_script_of_four_calls_is_counted_as_by_hand(product: Product) -> None:
    # 1: French; an answer that is none; reporting, and back; advice, and back; my referrals, of which
    # there are none, and on to the menu …
    call = typed(product.dial(MOTHER), ("1", 3), ("7", 5), ("1", 2), ("0", 4), ("4", 6), ("0", 1))
    typed(call, ("2", 9), ("1", 2))
    # … then a report to its end: consent, area, village, a child, its age, a danger sign, what to do.
    typed(call, *((answer, 5) for answer in ("1", "1", "3", "1", "2", "3", "2", "1", "1")))
    assert call.reply.ends
    # 2: another phone; without consent, and cut off by the carrier where the area is asked.
    typed(product.dial(STRANGER), ("1", 3), ("1", 3), ("2", 30), ("1", 8)).drop()
    # 3: the same phone much later, its language known by now; three answers that are none.
    product.clock.move(minutes=16)
    typed(product.dial(STRANGER), ("x", 1), ("x", 1), ("x", 1))
    # 4: a health worker, of whom nothing more is heard.
    product.dial(ADJOA)
    end_what_is_open(product)

    assert product.count_calls() == 4
    assert seen(product) == {
        "main.language": {"began": 2, "entered": 2, "answered": 2},
        "main.patient": {
            "began": 1, "entered": 6, "answered": 5, "gave_up": 1, "invalid": 4,
        },
        "main.worker": {"began": 1, "entered": 1, "expired": 1},
        "report.ask": {"entered": 3, "answered": 2, "back": 1},
        "report.without_consent": {"entered": 1, "answered": 1},
        "report.area": {"entered": 2, "answered": 1, "dropped": 1},
        "report.village": {"entered": 1, "answered": 1},
        "report.whom": {"entered": 1, "answered": 1},
        "report.age": {"entered": 1, "answered": 1},
        "report.years": {"entered": 1, "answered": 1},
        "report.signs": {"entered": 1, "answered": 1},
        "report.emergency_told": {"entered": 1, "answered": 1},
        "report.advice": {"entered": 1, "finished": 1},
        "advice.topics": {"entered": 1, "back": 1},
        "referrals.none": {"entered": 1, "answered": 1},
    }  # fmt: skip
    with product.database.reading() as session:
        times = read_screens(session, Chosen())
    assert (times["report.ask"]["waits"], times["report.ask"]["wait_ms"]) == (3, 39_000)
    assert (times["main.patient"]["waits"], times["main.patient"]["wait_ms"]) == (9, 33_000)


def test_every_visit_has_one_end(product: Product) -> None:
    typed(product.dial(MOTHER), ("1", 1), ("4", 1), ("1", 1), ("9", 1), ("00", 1), ("3", 1))
    product.dial(ADJOA, "1", "1").drop()
    end_what_is_open(product)
    product.count_calls()

    screens = seen(product)
    assert screens
    for node, counted in screens.items():
        ends = sum(counted.get(name, 0) for name in LEFT)
        assert ends == counted.get("entered", 0), node


def test_a_call_under_way_is_not_counted_before_it_is_over(product: Product) -> None:
    call = product.dial(MOTHER, "1", "1")

    assert product.count_calls() == 0
    assert seen(product) == {}
    call.drop()
    assert product.count_calls() == 1
    assert seen(product)["report.ask"] == {"entered": 1, "dropped": 1}


def test_a_call_is_counted_once_however_often_and_by_however_many(product: Product) -> None:
    for number in range(24):
        product.dial((MOTHER, STRANGER, ADJOA)[number % 3], "1", "4").drop()
    began, done = threading.Barrier(4), list[int]()

    def count() -> None:
        began.wait()
        with product.database.writing() as session:
            done.append(count_calls(session, product.clock(), SILENCE))

    clocks = [threading.Thread(target=count) for _ in range(4)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()

    assert sum(done) + product.count_calls() == 24
    assert sum(c.get("began", 0) for c in seen(product).values()) == 24
    assert product.count_calls() == 0


def test_a_crash_before_the_commit_counts_nothing_and_loses_nothing(product: Product) -> None:
    product.dial(MOTHER, "1", "1").drop()
    with product.database.writing() as session:
        assert count_calls(session, product.clock(), SILENCE) == 1
        session.rollback()

    assert seen(product) == {}
    assert product.count_calls() == 1
    assert seen(product)["main.patient"] == {"entered": 1, "answered": 1}


def test_a_new_start_under_the_same_name_leaves_the_dialogue_before(product: Product) -> None:
    call = product.dial(MOTHER, "1", "1")
    product.clock.move(seconds=40)
    call.transcript = ""
    call.send("")
    call.drop()
    product.count_calls()

    assert seen(product)["report.ask"] == {"entered": 1, "dropped": 1}
    assert seen(product)["main.patient"] == {
        "began": 1, "entered": 2, "answered": 1, "dropped": 1,
    }  # fmt: skip
    assert seen(product)["main.language"] == {"began": 1, "entered": 1, "answered": 1}


def test_times_are_told_as_a_median(product: Product) -> None:
    product.dial(MOTHER, "1")
    for seconds in (3, 3, 3, 10, 100):
        typed(product.dial(MOTHER), ("1", seconds)).drop()
    product.count_calls()

    with product.database.reading() as session:
        asked = read_screens(session, Chosen(flow="main"))["main.patient"]
    assert (asked["waits"], asked["wait_ms"]) == (5, 119_000)
    assert [name for name in WAIT_COLUMNS if asked[name]] == ["wait_4", "wait_12", "wait_120"]
    assert asked.median_seconds == pytest.approx(3.67, abs=0.01)
    assert Counted().median_seconds is None
    assert Counted(counts={"waits": 2, "wait_over": 2}).median_seconds == WAITS[-1]
    assert wait_column(2) == "wait_2"
    assert wait_column(120.001) == "wait_over"


def test_the_day_is_the_districts_own_and_its_calls_are_read_alone(product: Product) -> None:
    product.clock.now = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)  # half past midnight in Benin
    product.dial(ADJOA).drop()
    product.dial(STRANGER, "1").drop()
    product.count_calls()

    thursday = WEDNESDAY + timedelta(days=1)
    with product.database.reading() as session:
        rows = session.execute(
            select(UssdFunnel.day, UssdFunnel.district_id, UssdFunnel.node)
        ).all()
        days = read_days(session, Chosen())
        flows = read_flows(session)
    assert {row.day for row in rows} == {thursday}
    assert {row.node: row.district_id for row in rows} == {
        "main.worker": 1, "main.language": 0, "main.patient": 0,
    }  # fmt: skip
    assert list(days) == [thursday]
    assert days[thursday]["began"] == 2
    assert flows == ["main"]
    assert set(seen(product, districts=[1])) == {"main.worker"}
    assert set(seen(product, districts=[0])) == {"main.language", "main.patient"}
    assert seen(product, last=WEDNESDAY) == {}
    assert set(seen(product, first=thursday, flow="main", language="fr")) == {
        "main.worker", "main.language", "main.patient",
    }  # fmt: skip
    assert seen(product, language="sw") == {}


def test_old_history_is_swept_and_only_what_was_counted(product: Product) -> None:
    product.dial(MOTHER, "1", "1").drop()
    product.count_calls()
    product.dial(STRANGER, "1").drop()  # nobody counts this one
    before = seen(product)
    assert _lines(product) == 5

    keep = timedelta(days=90)
    with product.database.writing() as session:
        assert forget_turns(session, product.clock(), keep) == 0
    product.clock.move(days=91)
    with product.database.writing() as session:
        assert forget_turns(session, product.clock(), keep) == 3
    assert seen(product) == before
    with product.database.writing() as session:
        assert forget_sessions(session, product.clock(), 24) == 1
    product.count_calls()
    with product.database.writing() as session:
        assert forget_turns(session, product.clock(), keep) == 2
        assert forget_sessions(session, product.clock(), 24) == 1
    assert _lines(product) == 0
    assert seen(product)["main.patient"]["dropped"] == 1


def test_nothing_of_a_person_is_in_it() -> None:
    """Every column is a day, a place, a screen, a language or a number."""
    columns = {c.name: c.type.python_type for c in UssdFunnel.__table__.columns}
    words = {name for name, kind in columns.items() if kind is not int}

    assert words == {"day", "flow", "node", "language"}
    assert not UssdFunnel.__table__.foreign_keys


def counted(*turns: tuple[str, str], ended_by: str | None = None) -> Counter[tuple[str, str]]:
    """The counts of a history given as (node, outcome), but for the answering times."""
    lines = [Turn(node, outcome, "fr", 0) for node, outcome in turns]
    tally: Counter[tuple[str, str]] = Counter()
    for turn, what, number in events(lines, ended_by):
        tally[turn.node, what] += number
    return Counter({key: n for key, n in tally.items() if n and "wait" not in key[1]})


def test_ends_that_no_script_reaches() -> None:
    lost = counted(("a.x", "shown"), ("a.x", "lost"))
    assert lost == {("a.x", "began"): 1, ("a.x", "entered"): 1, ("a.x", "changed"): 1}
    at_once = counted(("a.x", "ended"))
    assert at_once == {("a.x", "began"): 1, ("a.x", "entered"): 1, ("a.x", "finished"): 1}
    paged = counted(
        ("a.end", "shown"),
        ("a.end", "answered"),
        ("a.end", "back"),
        ("a.end", "repeated"),
        ("a.end", "ended"),
    )
    assert paged[("a.end", "paged")] == 3
    assert paged[("a.end", "repeated")] == 1
    assert (paged[("a.end", "entered")], paged[("a.end", "finished")]) == (1, 1)
    assert counted(ended_by="dropped") == {}


def test_a_drop_that_goes_on_by_sms_and_one_by_a_new_call(product: Product) -> None:
    product.dial(MOTHER, "1", "1", "1", "3", "1", "2", "3").drop()  # where the age is asked
    product.text(MOTHER, "2")  # the age, by SMS; the signs are asked so too
    call = product.redial(MOTHER)
    for answer in ("1", "1", "1"):  # continue; a danger sign; what to do
        call.type(answer)
    assert call.reply.ends

    assert product.count_calls() == 3
    told = seen(product)
    assert told["report.years"] == {
        "entered": 2, "dropped": 1, "by_sms": 1, "continued": 1, "answered": 1,
    }  # fmt: skip
    assert told["report.signs"] == {
        "entered": 2, "dropped": 1, "began": 1, "offered": 1, "continued": 1, "answered": 1,
    }  # fmt: skip
    assert told["report.advice"] == {"entered": 1, "finished": 1}
    assert sum(counted.get("began", 0) for counted in told.values()) == 2


def test_dropped_calls_that_go_on_are_told_apart() -> None:
    again = counted(("a.x", "offered"), ("a.x", "invalid"), ("a.x", "continued"), ("a.y", "ended"))
    assert again == {
        ("a.x", "began"): 1, ("a.x", "entered"): 1, ("a.x", "offered"): 1, ("a.x", "invalid"): 1,
        ("a.x", "continued"): 1, ("a.x", "answered"): 1, ("a.y", "entered"): 1,
        ("a.y", "finished"): 1,
    }  # fmt: skip
    anew = counted(("a.x", "offered"), ("a.menu", "restarted"), ended_by="dropped")
    assert anew == {
        ("a.x", "began"): 1, ("a.x", "entered"): 1, ("a.x", "offered"): 1,
        ("a.x", "restarted"): 1, ("a.menu", "entered"): 1, ("a.menu", "dropped"): 1,
    }  # fmt: skip
    by_sms = counted(("a.x", "asked_by_sms"), ("a.y", "answered"), ended_by="expired")
    assert by_sms == {
        ("a.x", "entered"): 1, ("a.x", "by_sms"): 1, ("a.x", "continued"): 1,
        ("a.x", "answered"): 1, ("a.y", "entered"): 1, ("a.y", "expired"): 1,
    }  # fmt: skip
    unheard = counted(("a.x", "asked_by_sms"), ("a.x", "invalid"), ended_by="expired")
    assert unheard == {("a.x", "by_sms"): 1}


def test_a_call_that_could_not_be_salvaged_counts_as_dropped(product: Product) -> None:
    product.dial(MOTHER, "1").drop()
    with product.database.writing() as session:
        session.scalars(select(UssdSession)).one().outcome = "broken"

    product.count_calls()
    assert seen(product)["main.patient"] == {"entered": 1, "dropped": 1}


def _lines(product: Product) -> int:
    with product.database.reading() as session:
        return session.scalar(select(func.count()).select_from(UssdTurn)) or 0
