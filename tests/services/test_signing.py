"""Signatures on content: given, outlived by a change, taken back, shipped in a file; both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from mhealth.content.library import open_library
from mhealth.content.review import ContentFile, Kind, Review
from mhealth.domain.errors import CannotStart, SettingsError
from mhealth.services.content import load_content
from mhealth.services.gate import refuse_unsigned
from mhealth.services.signing import (
    CannotSign,
    Standing,
    State,
    may_sign,
    refusal,
    sign,
    standings,
    withdraw,
)
from mhealth.services.staff import close_user
from mhealth.store.database import Database
from mhealth.store.reviews import reviews_of
from mhealth.store.staff import AccessRecord, StaffUser, lock_user
from tests.databases import open_test_database
from tests.factories import NOON, a_district, a_staff_user
from tests.product import LIBRARY
from tests.web.doors import some_settings

FRENCH = ContentFile(
    path="ussd_flows/main.yaml",
    kind=Kind.FLOW,
    language="fr",
    original=None,
    version="1" * 16,
    review=Review(),
)
ENGLISH = ContentFile(
    path="ussd_flows/lang/en/main.yaml",
    kind=Kind.FLOW,
    language="en",
    original=FRENCH.path,
    version="2" * 16,
    review=Review(),
)


def changed(file: ContentFile, **fields: object) -> ContentFile:
    kept = {name: getattr(file, name) for name in ContentFile.__slots__}
    return ContentFile(**{**kept, **fields})


def a_signer(database: Database, signs_as: str = "clinician", **columns: object) -> int:
    with database.writing() as session:
        district = a_district(session)
        user: StaffUser = a_staff_user(session, district, signs_as=signs_as, **columns)
        return user.id


def put(database: Database, user: int, file: ContentFile, minutes: int = 0) -> Standing | None:
    with database.writing() as session:
        return sign(session, user, file, f"shown {file.version}", NOON + timedelta(minutes=minutes))


def look(database: Database, file: ContentFile) -> Standing:
    with database.reading() as session:
        return standings(session, [file])[0]


def test_what_nobody_signed_is_a_draft_and_a_signature_names_who_when_and_as_what(
    database: Database,
) -> None:
    user = a_signer(database, display_name="Dr A. Diallo")
    assert look(database, FRENCH) == Standing(file=FRENCH, state=State.DRAFT)

    put(database, user, FRENCH)

    signed = look(database, FRENCH)
    assert (signed.is_signed, signed.by, signed.capacity, signed.on) == (
        True, "Dr A. Diallo", "clinician", NOON
    )  # fmt: skip
    with database.reading() as session:
        assert [row.shown for row in reviews_of(session, FRENCH.path)] == [f"shown {'1' * 16}"]
        record = session.scalars(select(AccessRecord)).one()
        assert (record.deed, record.staff_user_id) == ("sign_content", user)


def test_a_changed_file_is_unsigned_and_says_who_signed_it_before(database: Database) -> None:
    user = a_signer(database, display_name="Dr A. Diallo")
    put(database, user, FRENCH)
    later = changed(FRENCH, version="3" * 16)

    assert look(database, later).state is State.CHANGED
    assert look(database, later).by == "Dr A. Diallo"
    put(database, user, later)
    assert look(database, later).is_signed
    assert look(database, FRENCH).is_signed  # who goes back to the old text has it signed


def test_a_signature_is_withdrawn_by_a_row_of_its_own_and_may_be_given_again(
    database: Database,
) -> None:
    first, second = a_signer(database), a_signer(database, display_name="Dr B")
    put(database, first, FRENCH)
    with database.writing() as session:
        withdraw(session, second, FRENCH, NOON + timedelta(minutes=1))

    assert (look(database, FRENCH).state, look(database, FRENCH).by) == (State.WITHDRAWN, "Dr B")
    with database.writing() as session, pytest.raises(CannotSign, match="nothing to withdraw"):
        withdraw(session, second, FRENCH, NOON)
    put(database, first, FRENCH, minutes=2)
    assert look(database, FRENCH).is_signed
    with database.reading() as session:
        verdicts = [row.verdict for row in reviews_of(session, FRENCH.path)]
        assert verdicts == ["signed", "withdrawn", "signed"]


def test_a_signature_in_the_file_counts_until_the_file_changes_or_it_is_withdrawn(
    database: Database,
) -> None:
    review = Review(by="Dr C. Houn", on="2026-11-24", version=FRENCH.version)
    shipped = changed(FRENCH, review=review)
    assert (look(database, shipped).is_signed, look(database, shipped).on) == (True, "2026-11-24")

    edited = changed(shipped, version="4" * 16)
    assert (look(database, edited).state, look(database, edited).by) == (
        State.CHANGED, "Dr C. Houn"
    )  # fmt: skip
    user = a_signer(database)
    with database.writing() as session:
        withdraw(session, user, shipped, NOON)
    assert look(database, shipped).state is State.WITHDRAWN


@pytest.mark.parametrize(
    ("capacity", "french", "english"),
    [("clinician", True, True), ("translator", False, True), ("", False, False)],
)
def test_a_clinician_signs_everything_a_translator_translations_nobody_else_anything(
    database: Database, capacity: str, french: bool, english: bool
) -> None:
    user = a_signer(database, capacity)
    for file, allowed in ((FRENCH, french), (ENGLISH, english)):
        assert may_sign(capacity, file) is allowed
        if allowed:
            assert put(database, user, file) is not None
            continue
        with pytest.raises(CannotSign, match=f"{file.path} is for a"):
            put(database, user, file)
        assert look(database, file).state is State.DRAFT


def test_a_closed_account_signs_nothing(database: Database) -> None:
    user = a_signer(database)
    with database.writing() as session:
        close_user(session, lock_user(session, user), NOON)
    with pytest.raises(CannotSign, match="is closed"):
        put(database, user, FRENCH)


def test_two_who_sign_at_once_both_stand_and_one_who_clicks_twice_stands_once(
    database: Database,
) -> None:
    one, two = a_signer(database, display_name="Dr A"), a_signer(database, display_name="Dr B")
    ready = Barrier(4)

    def at_once(user: int) -> Standing | None:
        ready.wait()
        return put(database, user, FRENCH)

    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(at_once, [one, two, one, two]))

    assert sum(each is not None for each in given) == 2
    assert look(database, FRENCH).is_signed
    with database.reading() as session:
        assert sorted(row.signed_by for row in reviews_of(session, FRENCH.path)) == ["Dr A", "Dr B"]


def test_a_countrys_own_file_is_the_one_that_is_signed(
    sqlite_database: Database, tmp_path: Path
) -> None:
    """The file that is spoken counts: under the same path, with what it says; its translation too."""
    database, settings = sqlite_database, some_settings()
    shipped = {file.path: file for file in load_content(LIBRARY, settings).files}
    relative = "sms_templates/fr/caller_urgent.txt"
    own = tmp_path / relative
    own.parent.mkdir(parents=True)
    own.write_text((LIBRARY.find(relative)).read_text("utf-8").replace("Allez", "Venez"), "utf-8")
    country = load_content(open_library(tmp_path), settings)
    spoken = {file.path: file for file in country.files}
    assert {path for path, file in spoken.items() if file.version != shipped[path].version} == {
        relative,
        *(f"sms_templates/{code}/caller_urgent.txt" for code in country.languages.by_code),
    }

    put(database, a_signer(database), shipped[relative])
    assert look(database, spoken[relative]).state is State.CHANGED
    version = spoken[relative].version
    text = own.read_text("utf-8").replace(
        "review: draft", f"review: by Dr C. Houn, on 2026-11-24, version {version}"
    )
    own.write_text(text, "utf-8")
    again = {file.path: file for file in load_content(open_library(tmp_path), settings).files}
    assert look(database, again[relative]).by == "Dr C. Houn"


def test_the_gate_names_the_first_files_the_count_and_the_command(database: Database) -> None:
    files = [changed(FRENCH, path=f"ussd_flows/{n}.yaml") for n in range(5)]
    user = a_signer(database)
    put(database, user, files[2])
    with pytest.raises(SettingsError) as told:
        refuse_unsigned(LIBRARY, database, files)
    assert str(told.value) == (
        "MHEALTH_MODE=live: 4 of 5 rules and texts are not signed as they stand:"
        " ussd_flows/0.yaml, ussd_flows/1.yaml, ussd_flows/3.yaml and 1 more;"
        " see `mhealth review --state unsigned`, sign with `mhealth review sign`"
    )
    assert "1 of 5 rules and texts is not signed" in refusal(files[:1], 5)
    for file in files:
        put(database, user, file)
    refuse_unsigned(LIBRARY, database, files)


def test_a_database_that_is_away_or_not_migrated_has_lines_of_its_own(tmp_path: Path) -> None:
    empty = open_test_database(f"sqlite:///{tmp_path}/empty.sqlite3")
    with pytest.raises(CannotStart, match="older than this program; run `mhealth migrate`"):
        refuse_unsigned(LIBRARY, empty, [FRENCH])
    away = open_test_database(f"postgresql://nobody@localhost/x?host={tmp_path}")
    with pytest.raises(CannotStart, match="out of reach: .*MHEALTH_DATABASE_URL") as told:
        refuse_unsigned(LIBRARY, away, [FRENCH])
    assert "\n" not in str(told.value)
    empty.close()
    away.close()
