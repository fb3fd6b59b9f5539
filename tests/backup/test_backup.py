"""A backup is of one moment, says what it holds, and is believed only once it was restored."""

import json
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from mhealth.services.backup import postgres_tools, shelf
from mhealth.services.backup.archive import look_at_archive
from mhealth.store.beats import ProcessBeat
from mhealth.store.database import Database
from mhealth.store.messages import Message
from mhealth.store.people import Phone
from mhealth.store.referrals import ReferralEvent
from mhealth.store.staff import AccessRecord
from tests import factories
from tests.backup.conftest import Keeper, key
from tests.databases import open_test_database
from tests.product import MOTHER


def said(path: Path) -> dict[str, object]:
    with zipfile.ZipFile(path) as archive:
        return dict(json.loads(archive.read("manifest.json")))


def test_a_backup_is_made_proved_and_says_what_it_holds(keeper: Keeper, database: Database) -> None:
    done = keeper.run("backup", str(keeper.folder))

    assert done.exit_code == 0, done.output
    assert "proved: mhealth-" in done.output
    (path,) = keeper.files()
    assert path.stat().st_mode & 0o777 == 0o600
    manifest, _ = look_at_archive(path)
    with database.reading() as session:
        assert manifest.tables["phones"].rows == session.scalar(select(func.count(Phone.id)))
    assert manifest.dialect == database.full.dialect.name
    assert manifest.revision
    assert "process_beats" not in manifest.tables
    assert set(manifest.keys) == {"key:test", "index"}
    assert keeper.left_over() == []


def test_neither_keys_nor_numbers_are_in_it(keeper: Keeper, tmp_path: Path) -> None:
    path = keeper.backup()

    with zipfile.ZipFile(path) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert MOTHER.e164.encode() not in whole
    assert MOTHER.e164[1:].encode() not in whole
    for values in (range(32), range(32, 64)):
        assert bytes(values) not in whole
        assert key(values).encode() not in whole
        assert bytes(values).hex().encode() not in whole
    assert "keys are not in here" in str(said(path)["clear"])


def test_restored_elsewhere_every_table_is_the_same_and_opens(
    keeper: Keeper, empty_url: Callable[[], str]
) -> None:
    path = keeper.backup()
    target = empty_url()

    done = keeper.run("restore", str(path), MHEALTH_DATABASE_URL=target)

    assert done.exit_code == 0, done.output
    assert "ok  phones: 1 row, the same" in done.output
    assert "BAD" not in done.output
    restored = open_test_database(target)
    with restored.reading() as session:
        assert session.scalar(select(Phone)).msisdn == MOTHER.e164  # type: ignore[union-attr]
    with restored.writing() as session:  # keys go on behind those that are taken
        factories.a_phone(session)
    restored.close()
    again = Keeper(keeper.folder.with_name("again"), target)
    first, second = look_at_archive(path)[0], look_at_archive(again.backup())[0]
    assert {name for name in first.tables if first.tables[name] != second.tables[name]} <= {
        "phones", "sqlite_sequence"
    }  # fmt: skip


def test_what_is_written_meanwhile_is_in_it_whole_or_not_at_all(
    keeper: Keeper, database: Database, empty_url: Callable[[], str]
) -> None:
    stopping, wrote = threading.Event(), threading.Event()
    with database.writing() as session:
        referral = factories.a_referral(session, factories.a_report(session, _a_person(session)))
        district_id, referral_id = referral.district_id, referral.id

    def write() -> None:
        while not stopping.is_set():
            with database.writing() as session:
                for _ in range(20):  # a note and its record, always together
                    _note(session, district_id, referral_id)
            wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert wrote.wait(60)
        path = keeper.backup()
    finally:
        stopping.set()
        writer.join()

    target = empty_url()
    assert keeper.run("restore", str(path), MHEALTH_DATABASE_URL=target).exit_code == 0
    restored = open_test_database(target)
    with closing(restored), restored.reading() as session:
        notes = session.scalar(select(func.count()).where(ReferralEvent.kind == "trial"))
        records = session.scalar(select(func.count()).where(AccessRecord.deed == "trial"))
    assert notes
    assert notes == records
    assert notes % 20 == 0


def _a_person(session: object) -> object:
    district = factories.a_district(session)  # type: ignore[arg-type]
    return factories.a_person(session, district)  # type: ignore[arg-type]


def _note(session: object, district_id: int, referral_id: int) -> None:
    now = factories.NOON
    event = ReferralEvent(
        district_id=district_id,
        referral_id=referral_id,
        kind="trial",
        actor_kind="clock",
        channel="clock",
        at=now,
    )
    session.add(event)  # type: ignore[attr-defined]
    session.flush()  # type: ignore[attr-defined]
    session.add(AccessRecord(district_id=district_id, deed="trial", at=now))  # type: ignore[attr-defined]


@pytest.mark.parametrize("where", ["data", "manifest", "cut"])
def test_a_tampered_file_is_found_before_anything_is_touched(
    keeper: Keeper, empty_url: Callable[[], str], where: str
) -> None:
    path = keeper.backup()
    tamper(path, where)
    target = empty_url()

    for words in (("restore", str(path)), ("backup", "--verify", str(path))):
        done = keeper.run(*words, MHEALTH_DATABASE_URL=target)
        assert done.exit_code == 2, done.output
        assert "changed" in done.stderr or "damaged" in done.stderr
        assert done.stderr.count("\n") == 1
    if target.startswith("sqlite"):
        assert not Path(target.removeprefix("sqlite:///")).exists()


def tamper(path: Path, where: str) -> None:
    """Change one byte of the data, a number of the manifest, or lose the end."""
    if where == "cut":
        path.write_bytes(path.read_bytes()[:-500])
        return
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in files if name.startswith(where))
    if where == "manifest":
        files[name] = files[name].replace(b'"rows": 1,', b'"rows": 2,', 1)
    else:
        middle = len(files[name]) // 2
        flipped = bytes([files[name][middle] ^ 1])
        files[name] = files[name][:middle] + flipped + files[name][middle + 1 :]
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in files.items():
            archive.writestr(each, content)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("MHEALTH_ENCRYPTION_KEYS", f"test:{key(range(1, 33))}"),
        ("MHEALTH_INDEX_KEY", key(range(1, 33))),
    ],
)
def test_wrong_keys_are_told_by_name(
    keeper: Keeper, empty_url: Callable[[], str], setting: str, value: str
) -> None:
    path = keeper.backup()
    target = empty_url()

    done = keeper.run("restore", str(path), MHEALTH_DATABASE_URL=target, **{setting: value})

    assert done.exit_code == 2
    assert "wrong keys" in done.stderr
    assert setting in done.stderr


def test_a_database_that_holds_data_is_not_overwritten_unasked(
    keeper: Keeper, database: Database
) -> None:
    path = keeper.backup()
    with database.writing() as session:
        factories.a_phone(session)

    refused = keeper.run("restore", str(path))
    assert refused.exit_code == 2
    assert "holds data" in refused.stderr
    assert "--replace" in refused.stderr
    with database.reading() as session:
        assert session.scalar(select(func.count(Phone.id))) == 2
    database.close()

    done = keeper.run("restore", str(path), "--replace")

    assert done.exit_code == 0, done.output
    with database.reading() as session:
        assert session.scalar(select(func.count(Phone.id))) == 1
    if database.is_sqlite:
        (aside,) = Path(database.full.url.database or "").parent.glob("*.before-*Z")
        assert str(aside) in done.output


def test_nobody_restores_under_running_processes(keeper: Keeper, database: Database) -> None:
    path = keeper.backup()
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    with database.writing() as session:
        session.add(
            ProcessBeat(
                process="web@here:7",
                kind="web",
                version="1",
                began_ms=now_ms,
                seen_ms=now_ms,
                process_ms=now_ms,
            )
        )
    done = keeper.run("restore", str(path), "--replace")

    assert done.exit_code == 2
    assert "web@here:7" in done.stderr


def test_a_backup_of_a_newer_program_is_refused(
    keeper: Keeper, database: Database, empty_url: Callable[[], str]
) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    path = keeper.backup()
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": _newest()})

    done = keeper.run("restore", str(path), MHEALTH_DATABASE_URL=empty_url())

    assert done.exit_code == 2
    assert "newer program" in done.stderr


def _newest() -> str:
    from_docs = Path(__file__).parents[2] / "migrations" / "versions"
    return max(path.name[:4] for path in from_docs.glob("[0-9]*.py"))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_postgres_backup_is_not_put_into_sqlite(
    keeper: Keeper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = keeper.backup()

    done = keeper.run("restore", str(path), MHEALTH_DATABASE_URL="postgresql:///nowhere")

    assert done.exit_code == 2
    assert "is of sqlite, MHEALTH_DATABASE_URL of postgresql" in done.stderr


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_old_ones_go_and_the_last_proved_one_never(keeper: Keeper) -> None:
    keeper.folder.mkdir()
    proved = keeper.backup()
    for name in (proved, Path(f"{proved}.proved")):
        name.rename(name.with_name(name.name.replace(proved.name[8:23], "20260101T000000")))
    for day in (2, 3, 4):
        (keeper.folder / f"mhealth-2026010{day}T000000Z.zip").write_bytes(b"never proved")
    other = keeper.folder / "notes.txt"
    other.write_text("not ours")

    gone = shelf.prune(keeper.folder, 2)

    assert [path.name[8:16] for path in gone] == ["20260102"]
    assert [path.name[8:16] for path in keeper.files()] == ["20260101", "20260103", "20260104"]
    assert other.exists()
    keeper.backup("--keep", "2")
    assert len(keeper.files()) == 2


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_proof_of_another_file_counts_for_nothing(keeper: Keeper, database: Database) -> None:
    path = keeper.backup()
    (kept,) = shelf.shelf_of(keeper.folder)
    assert shelf.proved_at_ms(kept) is not None
    assert abs(kept.made_ms - datetime.now(UTC).timestamp() * 1000) < 600_000
    with database.writing() as session:
        factories.a_phone(session)
    other = Keeper(keeper.folder.with_name("other"), keeper.url).backup("--no-proof")
    path.write_bytes(other.read_bytes())

    assert shelf.proved_at_ms(kept) is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_where_nothing_can_be_written_nothing_is_left(keeper: Keeper, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")

    done = keeper.run("backup", str(blocked / "below"))

    assert done.exit_code == 2
    assert "no backup was made" in done.stderr
    assert keeper.run("backup").stderr.startswith("mhealth: name a folder")


@pytest.mark.parametrize(
    "database", [pytest.param("postgres", marks=pytest.mark.pg)], indirect=True
)
def test_programs_too_old_for_the_server_are_told(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("pg_dump", "pg_restore", "psql"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setattr(postgres_tools, "_DEBIAN", tmp_path / "none")

    done = keeper.run("backup", str(keeper.folder))

    assert done.exit_code == 2
    assert "pg_dump 18 or newer is needed" in done.stderr
    assert f"9 in {tmp_path}" in done.stderr
    assert keeper.files() == []
    assert keeper.left_over() == []


@pytest.mark.parametrize(
    "database", [pytest.param("postgres", marks=pytest.mark.pg)], indirect=True
)
def test_a_restore_that_fails_on_its_way_changes_nothing(
    keeper: Keeper, database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = keeper.backup()
    with database.writing() as session:
        factories.a_phone(session)
    real = postgres_tools.find_tools(1).folder
    for name in ("pg_dump", "psql"):
        (tmp_path / name).symlink_to(real / name)
    broken = tmp_path / "pg_restore"
    broken.write_text(f'#!/bin/sh\n{real}/pg_restore "$@" | head -c 20000\nexit 3\n')
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")

    done = keeper.run("restore", str(path), "--replace")

    assert done.exit_code == 2
    assert "nothing was changed" in done.stderr
    with database.reading() as session:
        assert session.scalar(select(func.count(Phone.id))) == 2
        assert session.scalar(select(func.count(Message.id))) is not None


@pytest.mark.parametrize(
    "database", [pytest.param("postgres", marks=pytest.mark.pg)], indirect=True
)
def test_without_the_right_to_a_scratch_database_it_says_so_and_keeps_the_backup(
    keeper: Keeper, database: Database
) -> None:
    with database.full.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS keeps"))
        connection.execute(
            text("CREATE ROLE keeps LOGIN PASSWORD 'keeps' IN ROLE pg_read_all_data")
        )
    url = keeper.url.replace("postgres:@", "keeps:keeps@").replace("//postgres@", "//keeps@")

    done = keeper.run("backup", str(keeper.folder), MHEALTH_DATABASE_URL=url)

    assert done.exit_code == 2, done.output
    assert "CREATEDB" in done.stderr
    (path,) = keeper.files()
    assert keeper.run("backup", "--verify", str(path)).exit_code == 0


def test_a_second_at_the_same_time_is_refused(keeper: Keeper) -> None:
    keeper.backup()
    now = datetime.now(UTC)
    for ahead in range(60):
        later = now + timedelta(seconds=ahead)
        (keeper.folder / f"mhealth-{later:%Y%m%dT%H%M%S}Z.zip").touch()

    done = keeper.run("backup", str(keeper.folder))

    assert done.exit_code == 2
    assert "is there already" in done.stderr


def test_a_backup_of_before_an_upgrade_is_restored_and_then_migrated(
    keeper: Keeper, empty_url: Callable[[], str]
) -> None:
    """The program is newer than the database: a backup is made before it is migrated, as the doctor says."""
    old = Keeper(keeper.folder, empty_url())
    assert old.run("migrate", "--to", "0013").exit_code == 0
    path = old.backup()

    for url in (empty_url(), keeper.url):
        done = old.run("restore", str(path), "--replace", MHEALTH_DATABASE_URL=url)
        assert done.exit_code == 0, done.output
        assert "now run `mhealth migrate`" in done.output
        migrated = old.run("migrate", MHEALTH_DATABASE_URL=url)
        assert migrated.exit_code == 0, migrated.output
        judged = old.run("doctor", "migrations", MHEALTH_DATABASE_URL=url)
        assert judged.output.startswith(f"ok   migrations: at {_newest()}"), judged.output
