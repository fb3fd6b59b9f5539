"""Who wants to be a health worker, or has a new number: asked by USSD, decided by a supervisor."""

import pytest
from sqlalchemy import select

from mhealth.care import phone_requests
from mhealth.care.phone_requests import Problem
from mhealth.domain.msisdn import Msisdn
from mhealth.services.health_workers import pin_states, reset_pin
from mhealth.store.database import Database
from mhealth.store.directory_changes import By
from mhealth.store.directory_reads import villages_of_worker, worker_by_msisdn
from mhealth.store.worker_phones import PhoneRequest
from tests.databases import KEYRING
from tests.product import ADJOA, DISTRICT, MARY, MOTHER, STRANGER, Product

PIN, WRONG = "739164", "482915"
ENROL = (
    "1",
    "3",
    "6",
    "1",
    "1",
    "1",
)  # French, my details, health worker, new, first area, village
MOVED = ("1", "3", "6", "2")
NOTED = "Demande notée. Votre superviseur va la vérifier. Vous recevrez un SMS."
BY = By(staff_user_id=None)


@pytest.fixture
def product(database: Database) -> Product:
    made = Product(database)
    with database.writing() as session:
        worker = worker_by_msisdn(session, KEYRING.blind(ADJOA))
        assert worker is not None
        worker.code = "ASC-012"
    return made


def requests(product: Product) -> list[PhoneRequest]:
    with product.database.reading() as session:
        rows = session.scalars(select(PhoneRequest).order_by(PhoneRequest.id)).all()
        assert all(row.msisdn for row in rows)
        return list(rows)


def decide(product: Product, deed: str, **more: object) -> Problem | None:
    """Decide the one request that waits."""
    with product.database.writing() as session:
        request = session.scalars(select(PhoneRequest).order_by(PhoneRequest.id.desc())).first()
        if "worker" in more:
            more["worker"] = worker_by_msisdn(session, KEYRING.blind(more["worker"]))  # type: ignore[arg-type]
        do = getattr(phone_requests, deed)
        problem: Problem | None = do(
            product.bench, session, request, **more, by=BY, now=product.clock()
        )
        return problem


def is_worker(product: Product, msisdn: Msisdn) -> bool:
    return "Agent de santé: que faire" in product.dial(msisdn).screen


def choose_pin(product: Product, msisdn: Msisdn = ADJOA) -> None:
    assert "PIN enregistré" in product.dial(msisdn, "2", PIN, PIN).screen


def test_somebody_asks_a_supervisor_confirms_and_the_phone_is_a_health_workers(
    product: Product,
) -> None:
    assert product.dial(STRANGER, *ENROL).screen.startswith(NOTED)
    (request,) = requests(product)
    assert (request.kind, request.state) == ("enrolment", "waiting")
    assert not is_worker(product, STRANGER)
    assert product.inbox(DISTRICT) == [
        "Quelqu'un demande à etre agent de santé, ou a changé de numéro. Répondez au bureau, page Agents."
    ]

    assert decide(product, "confirm_new", name="  ", code="") is Problem.NO_NAME
    assert decide(product, "confirm_new", name="Afi", code="asc-012") is Problem.CODE_TAKEN
    assert decide(product, "confirm_new", name=" Afi Mensah ", code="ASC-099") is None
    assert decide(product, "confirm_new", name="Afi", code="X1") is Problem.DECIDED

    assert product.inbox(STRANGER) == ["Vous etes inscrit comme agent de santé. Composez *384*55#."]
    assert is_worker(product, STRANGER)
    with product.database.reading() as session:
        worker = worker_by_msisdn(session, KEYRING.blind(STRANGER))
        assert worker is not None
        assert (worker.name, worker.code) == ("Afi Mensah", "ASC-099")
        assert [v.id for v in villages_of_worker(session, worker.id)] == [request.village_id]
    choose_pin(product, STRANGER)


def test_requests_do_not_pile_up_and_a_day_has_three(product: Product) -> None:
    product.dial(STRANGER, "1")
    for _ in range(5):
        assert product.dial(STRANGER, *ENROL[1:]).screen.startswith(NOTED)
    assert len(requests(product)) == 1
    assert len(product.inbox(DISTRICT)) == 1

    for _ in range(2):
        assert decide(product, "refuse") is None
        assert product.dial(STRANGER, *ENROL[1:]).screen.startswith(NOTED)
    assert decide(product, "refuse") is None
    screen = product.dial(STRANGER, *ENROL[1:]).screen
    assert "Trop de demandes aujourd'hui" in screen
    assert len(product.inbox(DISTRICT)) == 1

    product.clock.move(hours=25)
    assert product.dial(STRANGER, *ENROL[1:]).screen.startswith(NOTED)
    assert len(product.inbox(DISTRICT)) == 2  # one a day


def test_what_a_supervisor_reads_does_not_change_under_the_hand(product: Product) -> None:
    """Confirming after the caller asked for another village, or for a number, confirms nothing."""
    product.dial(STRANGER, *ENROL)
    (seen,) = requests(product)
    product.dial(STRANGER, *ENROL[1:-1], "2")

    with product.database.writing() as session:
        problem = phone_requests.confirm_new(
            product.bench, session, session.get_one(PhoneRequest, seen.id),
            name="Afi", code="", by=BY, now=product.clock(),
        )  # fmt: skip
        assert problem is Problem.DECIDED
    assert [row.state for row in requests(product)] == ["expired", "waiting"]
    assert len({row.village_id for row in requests(product)}) == 2

    product.dial(STRANGER, *MOVED[1:], "ASC-012", PIN)
    product.dial(STRANGER, *ENROL[1:])  # a fourth within the day: the third goes on waiting
    assert [row.state for row in requests(product)] == ["expired", "expired", "waiting"]
    assert requests(product)[-1].kind == "new_number"


def test_six_digits_in_place_of_a_code_are_kept_only_when_they_are_one(product: Product) -> None:
    product.dial(STRANGER, *MOVED, PIN, PIN)
    assert requests(product)[-1].named_code is None
    with product.database.writing() as session:
        adjoa = worker_by_msisdn(session, KEYRING.blind(ADJOA))
        assert adjoa is not None
        adjoa.code = "482-915"
    product.dial(STRANGER, *MOVED[1:], "482915", PIN)
    assert requests(product)[-1].named_code == "482915"


def test_a_refusal_is_told_unless_our_sms_are_unwanted(product: Product) -> None:
    product.dial(STRANGER, *ENROL)
    assert decide(product, "refuse") is None
    assert product.inbox(STRANGER) == [
        "Votre demande n'est pas confirmée. Voyez votre superviseur."
    ]

    product.dial(MOTHER, *ENROL)
    product.text(MOTHER, "STOP")
    before = product.inbox(MOTHER)
    assert decide(product, "refuse") is None
    assert product.inbox(MOTHER) == before


def test_nobody_decides_for_two_weeks(product: Product) -> None:
    product.dial(STRANGER, *ENROL)

    def pass_days(days: int) -> None:
        product.clock.move(days=days)
        with product.database.writing() as session:
            phone_requests.expire(session, product.clock())

    pass_days(13)
    assert requests(product)[0].state == "waiting"
    pass_days(2)
    assert requests(product)[0].state == "expired"
    assert decide(product, "confirm_new", name="Afi", code="") is Problem.DECIDED
    assert not is_worker(product, STRANGER)
    pass_days(91)
    assert requests(product) == []


def test_a_new_number_takes_over_with_letters_under_way_and_the_old_one_is_nobodys(
    product: Product,
) -> None:
    choose_pin(product)
    product.dial(MOTHER, "1", "1", "1", "3", "1", "2", "3", "2", "1")
    waiting = product.inbox(ADJOA)
    assert len(waiting) == 1
    inside = product.dial(ADJOA, "2", PIN)

    assert product.dial(STRANGER, *MOVED, "asc-012", PIN).screen.startswith(NOTED)
    (request,) = requests(product)
    assert request.is_proven
    assert request.health_worker_id is not None
    assert is_worker(product, ADJOA)  # until somebody confirms

    assert decide(product, "confirm_known", worker=ADJOA) is None
    assert product.inbox(STRANGER) == [
        *waiting, "Votre nouveau numéro est enregistré. Composez *384*55#."
    ]  # fmt: skip
    assert product.inbox(ADJOA) == [
        "Ce numéro n'est plus enregistré au service *384*55#. Une erreur ? Voyez votre superviseur."
    ]
    assert not is_worker(product, ADJOA)
    with pytest.raises(LookupError):  # a call under way from the old number: "not saved"
        inside.type("1")
    assert "1 " in product.dial(STRANGER, "2", PIN).screen  # the same PIN


@pytest.mark.parametrize(
    ("code", "pin"),
    [("ASC-012", PIN), ("asc012", PIN), ("ASC-012", WRONG), ("ASC-777", PIN), ("ASC012", "000000")],
)
def test_the_screen_tells_nothing_of_who_exists(product: Product, code: str, pin: str) -> None:
    choose_pin(product)
    screen = product.dial(STRANGER, *MOVED, code, pin).screen

    assert screen.startswith(NOTED)
    (request,) = requests(product)
    assert request.named_code == code.upper()
    assert (request.health_worker_id is None) is (code == "ASC-777")
    assert request.is_proven is (pin == PIN and code != "ASC-777")


def test_strangers_can_neither_guess_nor_lock_the_worker_out(product: Product) -> None:
    choose_pin(product)
    for number in range(12):
        stranger = Msisdn(f"+22901960000{number:02d}")
        product.dial(stranger, *MOVED, "ASC-012", WRONG)
    product.dial(STRANGER, *MOVED, "ASC-012", PIN)

    assert not requests(product)[-1].is_proven  # the door from afar is shut for a day
    assert "Aucune référence" in product.dial(ADJOA, "2", PIN).screen

    product.clock.move(hours=25)
    product.dial(STRANGER, *MOVED[1:], "ASC-012", PIN)
    assert requests(product)[-1].is_proven


def test_a_reset_lifts_what_the_new_number_locked_by_wrong_codes(product: Product) -> None:
    choose_pin(product)
    product.dial(STRANGER, *MOVED, "ASC-999", PIN)
    for _ in range(4):
        product.dial(STRANGER, *MOVED[1:], "ASC-999", PIN)
    assert decide(product, "confirm_known", worker=ADJOA) is None
    assert "PIN refusé" in product.dial(STRANGER, "2").screen

    with product.database.writing() as session:
        worker = worker_by_msisdn(session, KEYRING.blind(STRANGER))
        assert worker is not None
        assert reset_pin(product.bench, session, worker, product.clock())
        assert pin_states(session, [worker], product.clock())[worker.id].locked_until is None
    choose_pin(product, STRANGER)


def test_a_number_of_another_worker_and_an_unknown_one_are_problems(product: Product) -> None:
    product.dial(STRANGER, *MOVED, "ASC-777", PIN)
    assert decide(product, "confirm_known", worker=STRANGER) is Problem.UNKNOWN_CODE

    with product.database.writing() as session:
        mary = worker_by_msisdn(session, KEYRING.blind(MARY))
        assert mary is not None
        mary.msisdn, mary.msisdn_index = STRANGER.e164, KEYRING.blind(STRANGER)
    assert decide(product, "confirm_known", worker=ADJOA) is Problem.NUMBER_TAKEN
    assert decide(product, "confirm_new", name="Afi", code="") is Problem.NUMBER_TAKEN
    assert requests(product)[0].state == "waiting"
