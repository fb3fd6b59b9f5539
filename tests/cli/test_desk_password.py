"""`mhealth desk-password` gives a password that opens the desk."""

from base64 import b64encode
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mhealth.cli.desk_password import desk_password
from mhealth.services import staff
from mhealth.store.database import Database
from tests.databases import copied_sqlite, open_test_database
from tests.factories import NOON, a_district, a_staff_user

ADDRESS = "192.0.2.7"
KEYS = {
    "MHEALTH_SECRET_KEY": "k" * 32,
    "MHEALTH_ENCRYPTION_KEYS": "test:" + "A" * 43 + "=",
    "MHEALTH_INDEX_KEY": b64encode(bytes(range(32, 64))).decode(),  # that of `KEYRING`
    "MHEALTH_WEBHOOK_TOKENS": "africastalking:token",
}


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    return copied_sqlite(sqlite_template, tmp_path)


def plant(url: str, *names: str) -> Database:
    database = open_test_database(url)
    with database.writing() as session:
        district = a_district(session)
        for name in names:
            a_staff_user(session, district, username=name)
            for _ in range(5):
                staff.knock(session, name, ADDRESS, NOON)  # the next one is locked out
    return database


def run(url: str, *words: str) -> Result:
    return CliRunner().invoke(desk_password, words, env={**KEYS, "MHEALTH_DATABASE_URL": url})


def opens(database: Database, name: str, password: str) -> bool:
    with database.writing() as session:
        knock = staff.knock(session, name, ADDRESS, NOON)
        return staff.judge(session, staff.weigh(knock, password), NOON) is not None


@pytest.mark.parametrize("words", [["adjoa"], ["ADJOA "]])
def test_the_password_printed_opens_the_desk_and_lifts_the_lock(url: str, words: list[str]) -> None:
    database = plant(url, "adjoa", "koffi")

    result = run(url, *words)

    user, password = result.output.strip().removeprefix("user ").split(", password ")
    assert (result.exit_code, user) == (0, "adjoa")
    assert opens(database, "adjoa", password)
    assert not opens(database, "koffi", password)
    database.close()


def test_the_only_user_need_not_be_named(url: str) -> None:
    plant(url, "adjoa").close()

    assert run(url).output.startswith("user adjoa, password ")


def test_without_a_name_or_with_a_wrong_one_the_users_are_told(url: str) -> None:
    plant(url, "adjoa", "koffi").close()

    for words in ([], ["nobody"]):
        result = run(url, *words)
        assert result.exit_code == 1
        assert result.output == "Error: No such user. Users of the desk: adjoa, koffi.\n"
