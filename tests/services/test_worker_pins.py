"""A health worker's PIN by USSD: chosen, asked once a call, braked, reset; a call sent again counts once."""

from datetime import datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from mhealth.domain.errors import MhealthError
from mhealth.services import ussd_turn, worker_pins
from mhealth.services.pin_brakes import DAILY, DAY, FIRST, FREE, LONGEST, locked_until
from mhealth.services.ussd_deeds import do
from mhealth.services.ussd_pins import KNOCKS
from mhealth.store.database import Database
from mhealth.store.directory import HealthWorker
from mhealth.store.worker_phones import PinTry, WorkerPin
from mhealth.ussd.deeds import DEEDS
from tests.databases import KEYRING
from tests.factories import NOON
from tests.product import ADJOA, MOTHER, Call, Product
from tests.services.scenes import a_scene

PIN, OTHER = "739164", "482915"
LIST = "Aucune référence en cours dans vos villages."


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


def choose_pin(product: Product, pin: str = PIN) -> Call:
    return product.dial(ADJOA, "2", pin, pin)


def adjoa(product: Product) -> HealthWorker:
    with product.database.reading() as session:
        query = select(HealthWorker).where(HealthWorker.msisdn_index == KEYRING.blind(ADJOA))
        return session.scalars(query).one()


def tries(product: Product) -> list[bool | None]:
    with product.database.reading() as session:
        return [one.is_right for one in session.scalars(select(PinTry).order_by(PinTry.at))]


def guess_wrong(product: Product, times: int) -> str:
    screen = ""
    for _ in range(times):
        screen = product.dial(ADJOA, "2", OTHER).screen
    return screen


def test_every_deed_that_takes_a_pin_counts_it() -> None:
    assert set(KNOCKS) == {name for name, deed in DEEDS.items() if deed.takes_pin}


def test_who_has_no_pin_chooses_one_and_is_asked_for_it_in_the_next_call(product: Product) -> None:
    call = product.dial(ADJOA, "2")
    assert "Choisissez un PIN" in call.screen
    assert "Trop facile" in call.type("121212")
    assert "Tapez encore" in call.type(PIN)
    assert "diffèrent" in call.type(OTHER)
    assert "Tapez encore" in call.type(PIN)
    assert "PIN enregistré" in call.type("73 91 64")
    assert LIST in call.type("1")

    again = product.dial(ADJOA, "2")
    assert "Votre PIN, 6 chiffres" in again.screen
    assert LIST in again.type(PIN)
    again.type("00")
    assert LIST in again.type("2")  # once a call


def test_reporting_waits_for_no_pin(product: Product) -> None:
    call = product.dial(ADJOA, "1", "1", "1", "1", "2", "5")
    assert "PIN" not in call.screen
    assert tries(product) == []


def test_five_wrong_ones_lock_and_each_one_more_doubles_the_wait(product: Product) -> None:
    choose_pin(product)
    assert "PIN refusé. Réessayez, 6" in guess_wrong(product, 4)
    locked = guess_wrong(product, 1)
    assert "Réessayez aujourd'hui à 13h15" in locked
    # told at once, and the right one opens nothing meanwhile
    assert product.dial(ADJOA, "2").screen == locked

    for minutes, until in ((15, "13h45"), (30, "14h45"), (60, "16h45"), (120, "20h45")):
        product.clock.move(minutes=minutes)
        assert f"Réessayez aujourd'hui à {until}" in guess_wrong(product, 1)

    product.clock.move(minutes=240)
    assert "Réessayez demain à 13h00" in guess_wrong(product, 1)  # ten within a day
    product.clock.move(hours=18)
    assert LIST in product.dial(ADJOA, "2", PIN).screen
    assert "PIN refusé. Réessayez, 6" in guess_wrong(product, 4)  # the row begins anew


def test_a_locked_number_hears_the_same_whatever_it_types(product: Product) -> None:
    choose_pin(product)
    asked = product.dial(ADJOA, "2")
    locked = guess_wrong(product, 5)

    assert asked.type(PIN) == locked  # asked before the lock came: right, and it opens nothing
    assert tries(product).count(True) == 1  # the one of the choice


def test_the_same_call_sent_again_counts_once_and_lets_in_once(product: Product) -> None:
    choose_pin(product)
    call = product.dial(ADJOA, "2")
    wrong = call.type(OTHER)
    assert [call.send(call.transcript) for _ in range(6)] == [wrong] * 6
    right = call.type(PIN)
    assert [call.send(call.transcript) for _ in range(3)] == [right] * 3
    call.send(f"2*{OTHER}")  # a late copy of the wrong one

    assert sorted(map(str, tries(product))) == ["False", "True", "True"]


def test_a_turn_that_fails_after_the_count_counts_once_when_it_comes_again(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_pin(product)
    call = product.dial(ADJOA, "2")

    def away(*_args: object) -> None:
        raise MhealthError("gone")

    for _ in range(7):
        with monkeypatch.context() as patched:
            patched.setattr(ussd_turn, "weigh", away)
            with pytest.raises(MhealthError):
                call.send(f"2*{OTHER}")
    assert tries(product) == [True, None]

    assert LIST in call.type(PIN)
    assert tries(product) == [True, True]


def test_copies_at_the_same_time_are_one_try(product: Product) -> None:
    choose_pin(product)
    call = product.dial(ADJOA, "2")
    screens: list[str] = []

    def send() -> None:
        screens.append(Call(product, ADJOA, call.session).send(f"2*{OTHER}"))

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(screens)) == 1
    assert len(screens) == 4
    assert sorted(map(str, tries(product))) == ["False", "True"]


def test_guesses_at_the_same_time_get_no_more_than_five(product: Product) -> None:
    choose_pin(product)
    calls = [product.dial(ADJOA, "2") for _ in range(9)]
    threads = [Thread(target=call.type, args=(OTHER,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert tries(product).count(False) == FREE
    assert "à 13h15" in product.dial(ADJOA, "2").screen


def test_another_pin_needs_the_old_one_and_closes_calls_under_way(product: Product) -> None:
    other = choose_pin(product)
    call = product.dial(ADJOA, "3", "5", OTHER)
    assert "PIN refusé. Réessayez" in call.screen
    for typed in (PIN, OTHER, OTHER):
        call.type(typed)
    assert "PIN enregistré" in call.screen

    other.type("00")
    assert "Votre PIN" in other.type("2")
    assert "PIN refusé" in other.type(PIN)
    assert LIST in other.type(OTHER)


def test_a_supervisor_resets_the_pin_and_the_worker_chooses_from_the_registered_number(
    product: Product,
) -> None:
    inside = choose_pin(product)
    guess_wrong(product, 5)
    with product.database.writing() as session:
        worker_pins.reset(session, session.get_one(HealthWorker, adjoa(product).id))

    inside.type("00")
    assert "Choisissez un PIN" in inside.type("2")
    assert "Mes références" not in product.dial(MOTHER, "1").screen
    assert "PIN enregistré" in product.dial(ADJOA, "2", OTHER, OTHER).screen


def test_the_platform_refuses_patients_data_without_the_pin_whatever_a_flow_asks(
    product: Product,
) -> None:
    with product.database.writing() as session:
        scene = a_scene(product, session, ADJOA)
        for deed in ("worker_referrals", "my_referrals"):
            with pytest.raises(MhealthError, match="need the PIN"):
                do(deed, scene, {})
        for deed in ("show_referral", "show_worker_referral"):
            with pytest.raises(MhealthError, match="need the PIN"):
                do(deed, scene, {"referral": "0" * 32})
        assert do("my_referrals", a_scene(product, session, MOTHER), {})["count"] == 0


def test_a_hash_opens_for_its_owner_alone(product: Product) -> None:
    choose_pin(product)
    with product.database.writing() as session:
        mine = session.scalars(select(WorkerPin)).one()
        assert mine.pin_hash is not None
        assert mine.pin_hash.startswith("$argon2id$")
        other = session.scalars(
            select(HealthWorker).where(HealthWorker.id != mine.health_worker_id)
        ).first()
        assert other is not None
        session.add(WorkerPin(health_worker_id=other.id, pin_hash=mine.pin_hash, set_at=NOON))
        number = str(other.msisdn)
    assert "refus" in product.dial(type(ADJOA)(number), "2", PIN).screen.casefold()


class Tried:
    def __init__(self, at: datetime, is_right: bool | None) -> None:
        self.at, self.is_right = at, is_right


@given(st.lists(st.tuples(st.integers(0, 600), st.sampled_from([True, False, None])), max_size=40))
def test_no_more_than_ten_wrong_ones_pass_in_any_day(wanted: list[tuple[int, bool | None]]) -> None:
    passed: list[Tried] = []
    now = NOON
    for minutes, is_right in wanted:
        now += timedelta(minutes=minutes)
        until = locked_until(passed, now)
        if until is None:
            passed.append(Tried(now, is_right))
        else:
            assert now < until <= now + max(LONGEST, DAY)
    wrong = [one.at for one in passed if not one.is_right]
    for index in range(len(wrong) - DAILY):
        assert wrong[index + DAILY] - wrong[index] >= DAY
    for one, later in zip(passed[FREE - 1 :], passed[FREE:], strict=False):
        row = passed[: passed.index(later)][-FREE:]
        if not any(each.is_right for each in row):
            assert later.at - one.at >= FIRST
