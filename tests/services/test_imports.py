"""The directory is written as its sheets say: all or nothing, history kept, patients and letters seen to."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text, update

from mhealth.care import roster
from mhealth.domain.message import MessageState
from mhealth.domain.msisdn import Msisdn
from mhealth.services.imports import apply as apply_room
from mhealth.services.imports.apply import ChangedMeanwhile
from mhealth.services.imports.export import sheet_rows
from mhealth.services.imports.history import history_of
from mhealth.sheets.columns import Kind
from mhealth.sheets.plan import What
from mhealth.sheets.reading import SheetFile
from mhealth.sheets.snapshot import Allowed
from mhealth.sheets.writing import write_csvs
from mhealth.store import directory_bulk
from mhealth.store.database import Database
from mhealth.store.directory import DirectoryChange, HealthWorker, Village, VillagePost
from mhealth.store.directory_changes import CLOSED, By
from mhealth.store.directory_reads import worker_of_village
from mhealth.store.messages import Message
from mhealth.store.referrals import Referral, ReferralEvent
from tests.big_district import Size, district_rows
from tests.databases import KEYRING
from tests.product import ADJOA, AGNAVO, DISTRICT, KPELA, MARY, MOTHER, Product
from tests.services.importing import ask, bring_in, look, plan_of, write
from tests.sheets.desk_of_sheets import sheet

EMERGENCY = ("1", "1", "1", "3", "1", "2", "3", "2", "1")  # Agbodji, a child of two, convulsions
KOFFI = Msisdn("+2290191000002")
NEW, OTHER = Msisdn("+2290191000077"), Msisdn("+2290191000078")
WORKERS = "code;nom;téléphone;district;fermé"
POSTS = "village;agent;rang;fermé"


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


def states(product: Product, msisdn: Msisdn) -> list[str]:
    with product.database.reading() as session:
        query = select(Message.state).where(Message.msisdn_index == KEYRING.blind(msisdn))
        return list(session.scalars(query.order_by(Message.id)))


def test_a_district_comes_in_whole_and_again_changes_nothing(product: Product) -> None:
    rows = district_rows(Size(villages=120, workers=70))
    files = [SheetFile(name, data) for name, data in write_csvs(rows, "fr").items()]
    first = bring_in(product, *files)

    assert {kind: counts[What.NEW] for kind, counts in first.counts().items()} == {
        Kind.DISTRICTS: 1, Kind.HEALTH_AREAS: 3, Kind.FACILITIES: 2, Kind.VILLAGES: 120,
        Kind.HEALTH_WORKERS: 70, Kind.POSTS: 120, Kind.DUTY_PHONES: 1,
    }  # fmt: skip
    assert plan_of(product, *files).changes_nothing
    exported = sheet_rows(look(product), Allowed("GR-01"), "fr")
    assert sorted(exported[Kind.HEALTH_WORKERS]) == sorted(rows[Kind.HEALTH_WORKERS])
    assert sorted(exported[Kind.FACILITIES])[1][7] == "GR-C001"
    with product.database.reading() as session:
        village = session.scalars(select(Village).where(Village.code == "GR-V00099")).one()
        worker = worker_of_village(session, village.id)
        assert worker is not None
        assert worker.code == "GR-S00029"
        assert village.facility is not None
        assert (village.facility.code, village.district.code) == ("GR-C001", "GR-01")


def test_an_export_of_what_was_seeded_imports_without_a_change(product: Product) -> None:
    rows = sheet_rows(look(product), Allowed(), "en")
    files = [SheetFile(name, data) for name, data in write_csvs(rows, "en").items()]

    assert plan_of(product, *files).changes_nothing


def test_a_moved_village_keeps_its_open_referrals_where_they_were(product: Product) -> None:
    product.dial(MOTHER, *EMERGENCY)
    bring_in(product, sheet("villages", "code;nom;aire;centre", "SK-V01;Agbodji Bas;SK-A2;SK-C2"))
    product.dial(Msisdn("+2290197000044"), "1", "1", "1", "2")

    (referral,) = product.referrals()
    with product.database.reading() as session:
        first = session.merge(referral, load=False)
        assert first.facility is not None
        assert first.facility.name == "CS Kpéla"
        assert first.village is not None
        assert first.village.name == "Agbodji Bas"
    product.text(KPELA, f"OUI {referral.code}")
    assert product.referrals()[0].status == "accepted"
    (history,) = ask(product, lambda s: [h.events for h in history_of(s, "SK-V01")])  # type: ignore[misc]
    told = [(e.field, e.before, e.after) for e in history if e.at]
    assert set(told) == {
        ("name", "Agbodji", "Agbodji Bas"),
        ("health_area", "SK-A1", "SK-A2"),
        ("facility", "SK-C1", "SK-C2"),
    }


def test_who_leaves_by_a_sheet_hands_patients_over_and_gives_the_number_free(
    product: Product,
) -> None:
    bring_in(product, sheet("affectations", POSTS, "SK-V01;SK-S4;;"))
    product.dial(MOTHER, *EMERGENCY)
    plan = bring_in(
        product,
        sheet("agents", WORKERS, "SK-S1;;;;oui", f"SK-S9;Ama;{ADJOA.e164};SK;"),
    )

    assert plan.findings.listed[0].problem == "patients_handed_over"
    (heard,) = product.inbox(MARY)
    assert heard.startswith("EMERGENCY")
    assert states(product, ADJOA) == [MessageState.CANCELLED.value]
    with product.database.reading() as session:
        kinds = list(session.scalars(select(ReferralEvent.kind).order_by(ReferralEvent.id)))
        assert kinds == ["created", "handed_over"]
        ended = session.scalars(
            select(VillagePost.ended_at).where(VillagePost.ended_at.is_not(None))
        )
        assert set(ended) == {product.clock()}
    (history,) = ask(product, lambda s: [h.events for h in history_of(s, "SK-S1")])  # type: ignore[misc]
    assert [e.field for e in history].count("post_ended") == 2
    assert "closed" in [e.field for e in history]


def test_two_who_exchange_numbers_get_their_own_letters(product: Product) -> None:
    product.dial(MOTHER, *EMERGENCY)  # to Adjoa
    (letter,) = product.inbox(ADJOA)
    bring_in(
        product,
        sheet("agents", WORKERS, f"SK-S1;;{KOFFI.e164};;", f"SK-S2;;{ADJOA.e164};;"),
    )

    assert product.inbox(KOFFI) == [letter]
    assert product.inbox(ADJOA) == []
    assert look(product).rows[Kind.HEALTH_WORKERS]["SK-S1",].values["msisdn"] == KOFFI


def test_a_centres_letters_follow_its_new_number_and_no_other_centres(product: Product) -> None:
    product.dial(MOTHER, *EMERGENCY)
    bring_in(product, sheet("centres", "code;garde", f"SK-C1;{NEW.e164}", f"SK-C2;{KPELA.e164}"))

    assert len(product.inbox(NEW)) == 1
    assert product.inbox(KPELA) == product.inbox(AGNAVO) == []
    bring_in(product, sheet("districts", "code;garde", "SK;+2290190000099"))
    assert product.inbox(DISTRICT) == []


def test_a_centre_that_closed_may_still_answer_for_who_is_on_the_way(product: Product) -> None:
    product.dial(MOTHER, *EMERGENCY)
    code = product.referrals()[0].code
    to = [f"{key[0]};SK-C2" for key in look(product).rows[Kind.VILLAGES]]
    plan = plan_of(
        product, sheet("villages", "code;centre", *to), sheet("centres", "code;fermé", "SK-C1;oui")
    )
    assert [(f.cell, f.problem) for f in plan.findings.listed] == [
        ("centres!B2", "patients_on_the_way")
    ]
    write(product, plan)
    product.text(KPELA, f"OUI {code}")
    assert f"OUI pour {code[:3]} {code[3:]}" in product.inbox(KPELA)[-1]

    with product.database.writing() as session:
        session.execute(update(Referral).values(status="expired"))
    product.text(KPELA, f"OUI {code}")
    assert "pas compris" in product.inbox(KPELA)[-1]


def test_two_health_workers_exchange_their_ranks(product: Product) -> None:
    bring_in(product, sheet("affectations", POSTS, "SK-V01;SK-S2;2;"))
    bring_in(product, sheet("affectations", POSTS, "SK-V01;SK-S1;2;", "SK-V01;SK-S2;1;"))

    with product.database.reading() as session:
        village = session.scalars(select(Village).where(Village.code == "SK-V01")).one()
        worker = worker_of_village(session, village.id)
        assert worker is not None
        assert worker.code == "SK-S2"


def test_a_closed_village_opens_again_without_its_old_posts(product: Product) -> None:
    bring_in(product, sheet("villages", "code;fermé", "SK-V01;oui"))
    assert look(product).rows[Kind.VILLAGES]["SK-V01",].is_closed
    assert not any(key[0] == "SK-V01" for key in look(product).rows[Kind.POSTS])
    bring_in(product, sheet("villages", "code;fermé", "SK-V01;non"))

    assert not look(product).rows[Kind.VILLAGES]["SK-V01",].is_closed
    fields = ask(
        product,
        lambda s: list(
            s.scalars(
                select(DirectoryChange.field)
                .where(DirectoryChange.object_kind == "villages")
                .order_by(DirectoryChange.id)
            )
        ),
    )
    assert fields == ["closed", "reopened"]


def test_facilities_may_name_each_other_in_one_sheet_and_shifts_ring(product: Product) -> None:
    head = "code;nom;district;centre suivant"
    bring_in(
        product,
        sheet("centres", head, "X2;CS deux;SK;X1", "X1;CS un;SK;SK-C0"),
        sheet("villages", "code;centre", "SK-V01;X2"),
        sheet("gardes", "centre;jours;de;à;téléphone", f"X2;;00:00;24:00;{NEW.e164}"),
    )
    product.dial(MOTHER, *EMERGENCY)

    assert len(product.inbox(NEW)) == 1
    assert look(product).rows[Kind.FACILITIES]["X2",].values["next_facility"] == "X1"
    bring_in(product, sheet("gardes", "centre;de;à;téléphone;fermé", f"X2;00:00;;{NEW.e164};oui"))
    assert look(product).rows[Kind.DUTY_PHONES] == {}


def test_a_fault_in_the_middle_of_the_write_leaves_nothing_behind(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = (
        sheet("aires", "code;nom;district", "X1;Neuve;SK"),
        sheet("villages", "code;nom;aire;fermé", "X1;Neuf;X1;", "SK-V02;;;oui", "SK-V01;B;;"),
        sheet("agents", WORKERS, f"SK-S1;;{NEW.e164};;", "SK-S2;;;;oui"),
    )
    plan, before = plan_of(product, *files), look(product)
    for part, call in itertools.product(("add_rows", "change_rows", "end_rows"), (1, 3, 5)):
        with monkeypatch.context() as patch:
            patch.setattr(directory_bulk, part, breaks_at(call, getattr(directory_bulk, part)))
            with pytest.raises(OSError, match="disk full"):
                write(product, plan)
        assert look(product) == before, (part, call)

    write(product, plan)
    assert plan_of(product, *files).changes_nothing


def breaks_at(call: int, real: Callable[..., None]) -> Callable[..., None]:
    calls = itertools.count(1)

    def broken(*args: object, **more: object) -> None:
        if next(calls) == call:
            raise OSError("disk full")
        real(*args, **more)

    return broken


def test_letters_that_cannot_be_seen_to_take_everything_back(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.dial(MOTHER, *EMERGENCY)
    plan, before = plan_of(product, sheet("agents", WORKERS, "SK-S1;;;;oui")), look(product)

    def breaks(*_args: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(apply_room, "hand_over", breaks)
    with pytest.raises(RuntimeError):
        write(product, plan)

    assert look(product) == before
    assert states(product, ADJOA) == [MessageState.QUEUED.value]


def test_a_plan_made_before_another_change_is_refused_unwritten(product: Product) -> None:
    older = plan_of(product, sheet("villages", "code;nom", "SK-V01;Un"))
    bring_in(product, sheet("villages", "code;nom", "SK-V02;Deux"))

    with pytest.raises(ChangedMeanwhile):
        write(product, older)
    assert look(product).rows[Kind.VILLAGES]["SK-V01",].values["name"] == "Agbodji"


def test_of_two_imports_at_once_one_is_written_and_one_is_refused(product: Product) -> None:
    plans = [
        plan_of(product, sheet("villages", "code;nom;aire", f"X1;Village {n};SK-A1"))
        for n in (1, 2)
    ]
    begin, refused = threading.Barrier(2), []

    def run(number: int) -> None:
        begin.wait()
        try:
            write(product, plans[number])
        except ChangedMeanwhile:
            refused.append(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    named = look(product).rows[Kind.VILLAGES]["X1",].values["name"]
    assert named == f"Village {2 - refused[0]}"


@pytest.mark.pg
def test_a_deed_that_commits_during_the_write_is_not_written_over(
    postgres_database: Database,
) -> None:
    product, refused = Product(postgres_database), []
    plan = plan_of(product, sheet("agents", "code;nom;téléphone", f"SK-S1;Adjoa;{NEW.e164}"))

    def run() -> None:
        try:
            write(product, plan)
        except ChangedMeanwhile:
            refused.append(True)

    thread = threading.Thread(target=run)
    with postgres_database.writing() as session:
        worker = session.scalars(select(HealthWorker).where(HealthWorker.code == "SK-S1")).one()
        roster.change_number(product.bench, session, worker, OTHER, By(), product.clock())
        thread.start()
        while thread.is_alive() and not somebody_waits(postgres_database):
            time.sleep(0.01)
    thread.join()

    assert refused
    assert look(product).rows[Kind.HEALTH_WORKERS]["SK-S1",].values["msisdn"] == OTHER


@pytest.mark.pg
def test_a_deed_that_waited_for_an_import_sees_what_it_left(postgres_database: Database) -> None:
    product = Product(postgres_database)
    plan = plan_of(product, sheet("agents", "code;nom;fermé", "SK-S1;Adjoa;oui"))
    with postgres_database.writing() as session:
        worker = session.scalars(select(HealthWorker).where(HealthWorker.code == "SK-S1")).one()
        write(product, plan)
        roster.close_worker(product.bench, session, worker, By(), product.clock())

    with postgres_database.reading() as session:
        lines = session.scalars(
            select(DirectoryChange.field).where(DirectoryChange.field == CLOSED)
        )
        assert len(lines.all()) == 1


def somebody_waits(database: Database) -> bool:
    with database.reading() as session:
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(session.scalar(waits))


def test_the_history_says_who_and_what_and_keeps_numbers_sealed(product: Product) -> None:
    plan = plan_of(product, sheet("agents", WORKERS, f"SK-S1;;{NEW.e164};;"))
    write(product, plan, By(staff_user_id=1))

    with product.database.reading() as session:
        (change,) = session.scalars(select(DirectoryChange))
        assert (change.before, change.after) == (ADJOA.e164, NEW.e164)
        assert (change.field, change.staff_user_id) == ("msisdn", 1)
        assert change.after_sealed is not None
        assert NEW.e164.encode() not in change.after_sealed
        (history,) = history_of(session, "SK-S1")
        (event,) = [e for e in history.events if e.field == "msisdn"]
        assert event.after == NEW.masked
        assert event.by == "Équipe du district"
        assert session.scalar(select(func.count()).select_from(DirectoryChange)) == 1


def test_a_row_without_a_code_is_named_by_its_key(product: Product) -> None:
    with product.database.writing() as session:
        village = session.scalars(select(Village).where(Village.code == "SK-V01")).one()
        village.code = None
        key = village.id
    rows = sheet_rows(look(product), Allowed(), "fr")
    assert f"#{key}" in [row[0] for row in rows[Kind.VILLAGES]]
    bring_in(product, sheet("villages", "code;nom", f"#{key};Agbodji Haut"))

    assert look(product).rows[Kind.VILLAGES][f"#{key}",].values["name"] == "Agbodji Haut"


def test_a_number_that_does_not_open_is_mended_by_an_import(product: Product) -> None:
    with product.database.writing() as session:
        village = session.scalars(select(Village).where(Village.code == "SK-V01")).one()
        worker = worker_of_village(session, village.id)
        assert worker is not None
        worker.msisdn_sealed = b"\x01\x04test" + bytes(40)
    plan = bring_in(product, sheet("agents", WORKERS, f"SK-S1;;{NEW.e164};;"))

    step = plan.steps[Kind.HEALTH_WORKERS]["SK-S1",]
    assert replace(step, before={}).values == {"msisdn": NEW}
    product.dial(MOTHER, *EMERGENCY)
    assert len(product.inbox(NEW)) == 1
