"""`mhealth staff`: accounts made, read, closed; who may sign; every mistake one line."""

from pathlib import Path

import pytest
from sqlalchemy import select

from mhealth.services import staff as accounts
from mhealth.services.staff_sessions import live_session, open_session
from mhealth.store.staff import AccessRecord, StaffUser, staff_by_username
from tests.cli.commands import run
from tests.databases import copied_sqlite, open_test_database
from tests.factories import NOON, a_district


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    made = copied_sqlite(sqlite_template, tmp_path)
    database = open_test_database(made)
    with database.writing() as session:
        a_district(session, name="Kouvè", code="D-01")
        a_district(session, name="Zio", code="D-02")
    database.close()
    return made


def added(url: str, *more: str) -> str:
    result = run(url, "staff", "add", "Adjoa ", "--name", "Dr Adjoa  Koffi", *more)
    assert result.exit_code == 0, result.output
    user, _, password = result.output.strip().removeprefix("user ").partition(", password ")
    assert user == "adjoa"
    return password


@pytest.mark.parametrize("district", ["D-02", "zio", "ZIO"])
def test_an_account_is_made_with_a_password_that_opens_the_desk(url: str, district: str) -> None:
    password = added(url, "--district", district, "--signs-as", "clinician", "--language", "en")

    database = open_test_database(url)
    with database.writing() as session:
        user = staff_by_username(session, "adjoa")
        assert user is not None
        assert (user.display_name, user.district.name, user.signs_as, user.language) == (
            "Dr Adjoa Koffi", "Zio", "clinician", "en"
        )  # fmt: skip
        knock = accounts.knock(session, "adjoa", "192.0.2.1", NOON)
        assert accounts.judge(session, accounts.weigh(knock, password), NOON) is not None
        deeds = list(session.scalars(select(AccessRecord.deed)))
        assert deeds[0] == "staff_added"
    database.close()
    assert (
        "Dr Adjoa Koffi, Zio, district, en, signs as clinician" in run(url, "staff", "list").output
    )


def test_closing_ends_sessions_and_keeps_the_row(url: str) -> None:
    password = added(url, "--district", "D-01")
    database = open_test_database(url)
    with database.writing() as session:
        user = staff_by_username(session, "adjoa")
        assert user is not None
        token = open_session(session, user, NOON)

    assert "adjoa (Dr Adjoa Koffi) is closed and signed out." in run(
        url, "staff", "close", "adjoa"
    ).output.replace("\n", " ")
    assert run(url, "staff", "close", "adjoa").output == "adjoa is closed already.\n"
    with database.writing() as session:
        assert live_session(session, token, NOON) is None
        knock = accounts.knock(session, "adjoa", "192.0.2.1", NOON)
        assert accounts.judge(session, accounts.weigh(knock, password), NOON) is None
        assert session.scalars(select(StaffUser)).one().is_active is False
    database.close()
    for words in (("password", "adjoa"), ("signs", "adjoa", "clinician")):
        result = run(url, "staff", *words)
        assert result.exit_code == 1
        assert "is closed" in result.output
    assert "closed" in run(url, "staff", "list").output


def test_what_a_user_may_sign_is_said_later_too(url: str) -> None:
    added(url, "--district", "D-01")
    assert "signs as translator" in run(url, "staff", "signs", "adjoa", "translator").output
    assert "signs as translator" in run(url, "staff", "list").output
    assert "signs as nothing" in run(url, "staff", "signs", "adjoa", "nothing").output
    assert "signs as" not in run(url, "staff", "list").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "x", "--name", "X"), "Say --district. Districts: Kouvè (D-01), Zio (D-02)."),
        (("add", "x", "--name", "X", "--district", "Ziao"), "No district 'Ziao'."),
        (("add", "x", "--name", " ", "--district", "Zio"), "the full name is empty"),
        (("add", " ", "--name", "X", "--district", "Zio"), "user name is empty or taken: ''"),
        (("password", "nobody"), "No such user. Users of the desk: none yet."),
        (("close", "nobody"), "No such user."),
        (("signs", "nobody", "clinician"), "No such user."),
    ],
)
def test_what_is_not_known_is_told_in_one_line(url: str, words: tuple[str, ...], said: str) -> None:
    result = run(url, "staff", *words)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {said}")
    assert result.output.count("\n") == 1


def test_a_name_that_is_taken_and_an_empty_list_are_told(url: str) -> None:
    assert run(url, "staff", "list").output == "No account yet: `mhealth staff add`.\n"
    added(url, "--district", "D-01")
    again = run(url, "staff", "add", "ADJOA", "--name", "Another", "--district", "D-01")
    assert again.output == "Error: user name is empty or taken: 'adjoa'\n"


def test_a_database_that_is_not_migrated_is_one_line(tmp_path: Path) -> None:
    result = run(f"sqlite:///{tmp_path}/empty.sqlite3", "staff", "list")
    assert result.exit_code == 2
    assert "run `mhealth migrate`" in result.output
    assert result.output.count("\n") == 1
