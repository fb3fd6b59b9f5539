"""What the desk hands in is checked and written beside all other work, once, whoever goes away meanwhile."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from mhealth.care import roster
from mhealth.services.imports import background
from mhealth.services.imports.background import ImportWorker
from mhealth.services.imports.desk import confirm, forget_unconfirmed, give_up, hand_in
from mhealth.services.imports.outcome import Outcome, read
from mhealth.sheets.columns import Kind
from mhealth.sheets.reading import SheetFile
from mhealth.store.database import Database
from mhealth.store.directory import DirectoryChange, District, Facility, Village
from mhealth.store.directory_changes import By
from mhealth.store.imports import DirectoryImport, ImportState, claim_import
from mhealth.store.staff import StaffUser
from tests.factories import a_district
from tests.product import Product
from tests.services.importing import look
from tests.sheets.desk_of_sheets import sheet

GOOD = sheet("villages", "code;nom", "SK-V01;Agbodji Haut")
BAD = sheet("villages", "code;aire", "SK-V01;ZZ")


@pytest.fixture
def product(database: Database) -> Product:
    return Product(database)


def worker(product: Product) -> ImportWorker:
    return ImportWorker(product.bench, product.database, product.database.writing)


def handed_in(product: Product, *files: SheetFile) -> UUID:
    with product.database.writing() as session:
        user = session.scalars(select(StaffUser)).first()
        assert user is not None
        row = hand_in(
            session,
            files,
            staff_user_id=user.id,
            district_id=user.district_id,
            now=product.clock(),
        )
        return row.uid


def agree(product: Product, uid: UUID) -> bool:
    with product.database.writing() as session:
        return confirm(by_uid(session, uid))


def by_uid(session, uid: UUID) -> DirectoryImport:
    return session.scalars(select(DirectoryImport).where(DirectoryImport.uid == uid)).one()


def stands(product: Product, uid: UUID) -> tuple[ImportState, Outcome | None, bool]:
    """State, outcome, and whether the file is still kept."""
    with product.database.reading() as session:
        row = by_uid(session, uid)
        outcome = read(row.findings) if row.findings_sealed else None
        return row.state_word, outcome, row.file_sealed is not None


def work_off(product: Product) -> None:
    one = worker(product)
    while one.work():
        pass


def name_of(product: Product, code: str = "SK-V01") -> object:
    return look(product).rows[Kind.VILLAGES][code,].values["name"]


def test_it_is_checked_then_waits_for_a_word_then_is_written(product: Product) -> None:
    uid = handed_in(product, GOOD)
    work_off(product)
    state, outcome, _ = stands(product, uid)
    assert state is ImportState.READY
    assert outcome is not None
    assert outcome.changes[0].fields[0].after == "Agbodji Haut"
    assert name_of(product) == "Agbodji"

    assert agree(product, uid)
    assert not agree(product, uid)
    work_off(product)

    state, outcome, is_kept = stands(product, uid)
    assert (state, is_kept, name_of(product)) == (ImportState.APPLIED, False, "Agbodji Haut")
    with product.database.reading() as session:
        (change,) = session.scalars(select(DirectoryChange))
        row = by_uid(session, uid)
        assert (change.import_id, change.staff_user_id) == (row.id, row.staff_user_id)
        assert row.finished_at == product.clock()


def test_faults_forbid_it_and_a_word_changes_nothing(product: Product) -> None:
    uid = handed_in(product, BAD)
    work_off(product)

    state, outcome, _ = stands(product, uid)
    assert state is ImportState.FAULTY
    assert outcome is not None
    assert outcome.found[0].finding.cell == "villages!B2"
    assert not agree(product, uid)


def test_what_became_wrong_since_the_check_is_not_written(product: Product) -> None:
    uid = handed_in(product, sheet("villages", "code;centre", "SK-V01;SK-C3"))
    work_off(product)
    agree(product, uid)
    with product.database.writing() as session:
        for village in session.scalars(select(Village)):
            village.facility_id = None
        session.flush()
        centre = session.scalars(select(Facility).where(Facility.code == "SK-C3")).one()
        roster.close_place(session, centre, By(), product.clock())
    work_off(product)

    state, outcome, _ = stands(product, uid)
    assert state is ImportState.FAULTY
    assert outcome is not None
    assert outcome.found[0].problem == "refers_to_closed"


def test_a_change_in_the_middle_is_met_by_a_new_plan(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = handed_in(product, GOOD)
    work_off(product)
    agree(product, uid)
    real, times = background.apply, iter(range(9))

    def meets_a_change(bench, session, prepared, by, now):
        if next(times) == 0:
            raise background.ChangedMeanwhile("x")
        real(bench, session, prepared, by, now)

    monkeypatch.setattr(background, "apply", meets_a_change)
    work_off(product)

    assert stands(product, uid)[0] is ImportState.APPLIED
    assert name_of(product) == "Agbodji Haut"


def test_one_that_meets_a_change_each_time_is_given_back(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = handed_in(product, GOOD)
    work_off(product)
    agree(product, uid)

    def meets_a_change(*_args):
        raise background.ChangedMeanwhile("x")

    monkeypatch.setattr(background, "apply", meets_a_change)
    work_off(product)

    state, outcome, is_kept = stands(product, uid)
    assert (state, is_kept, name_of(product)) == (ImportState.FAILED, False, "Agbodji")
    assert outcome is not None
    assert outcome.found[0].problem == "changed_meanwhile"


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_the_work_of_a_worker_that_went_away_is_begun_anew(
    product: Product, is_confirmed: bool
) -> None:
    uid = handed_in(product, GOOD)
    if is_confirmed:
        work_off(product)
        agree(product, uid)
    with product.database.writing() as session:
        assert claim_import(session, 60_000) is not None
    assert not worker(product).work()  # its lease still runs
    let_the_lease_end(product)
    work_off(product)

    wanted = ImportState.APPLIED if is_confirmed else ImportState.READY
    assert stands(product, uid)[0] is wanted


def test_a_file_that_no_worker_survives_is_given_back(product: Product) -> None:
    uid = handed_in(product, GOOD)
    for _ in range(background.MOST_ATTEMPTS):
        with product.database.writing() as session:
            assert claim_import(session, 60_000) is not None
        let_the_lease_end(product)
    work_off(product)

    state, outcome, is_kept = stands(product, uid)
    assert (state, is_kept) == (ImportState.FAILED, False)
    assert outcome is not None
    assert outcome.found[0].problem == "given_back"


def let_the_lease_end(product: Product) -> None:
    with product.database.writing() as session:
        session.execute(update(DirectoryImport).values(lease_until_ms=0))


def test_one_given_up_while_it_is_checked_stays_given_up(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = handed_in(product, GOOD)
    real = background.check_files

    def gives_up(*args, **more):
        with product.database.writing() as session:
            assert give_up(by_uid(session, uid), product.clock())
        return real(*args, **more)

    monkeypatch.setattr(background, "check_files", gives_up)
    work_off(product)

    assert stands(product, uid) == (ImportState.GIVEN_UP, None, False)


def test_what_nobody_confirms_is_forgotten_after_a_day(product: Product) -> None:
    old = handed_in(product, GOOD)
    work_off(product)
    product.clock.now += timedelta(hours=23)
    young = handed_in(product, BAD)
    work_off(product)
    product.clock.now += timedelta(hours=1, minutes=1)
    with product.database.writing() as session:
        assert forget_unconfirmed(session, product.clock()) == 1

    assert stands(product, old) == (ImportState.FORGOTTEN, None, False)
    assert stands(product, young)[0] is ImportState.FAULTY
    assert not agree(product, old)


def test_staff_cannot_touch_another_district(product: Product) -> None:
    with product.database.writing() as session:
        a_district(session, name="Ailleurs", code="XX")
    uid = handed_in(product, sheet("aires", "code;nom;district", "X1;Aire;XX"))
    work_off(product)

    state, outcome, _ = stands(product, uid)
    assert state is ImportState.FAULTY
    assert outcome is not None
    assert [found.problem for found in outcome.found] == ["not_yours"]
    with product.database.reading() as session:
        assert len(session.scalars(select(District)).all()) == 2


def test_the_files_are_sealed(product: Product) -> None:
    uid = handed_in(product, sheet("agents", "code;nom", "SK-S1;Afi Secrète"))
    with product.database.reading() as session:
        row = by_uid(session, uid)
        assert row.file_sealed is not None
        assert "Secrète".encode() not in row.file_sealed
    work_off(product)
    with product.database.reading() as session:
        findings = by_uid(session, uid).findings_sealed
        assert findings is not None
        assert "Secrète".encode() not in findings
