"""What children and other terminals find in their environment."""

import fcntl
from pathlib import Path

import pytest

from mhealth.domain.errors import CannotStart
from mhealth.launcher.environment import (
    Surroundings,
    for_children,
    of_this_folder,
    ours,
    tell_other_terminals,
)
from mhealth.launcher.home import Home, find_home, prepare_var
from mhealth.launcher.ports import Listen
from mhealth.launcher.secrets import keep_secrets

SIMULATOR = "http://127.0.0.1:8001"


def around(home: Path, **environ: str) -> Surroundings:
    return Surroundings(
        environ=environ, home=Home(home), listen=Listen(host="127.0.0.1", port=8000)
    )


def test_the_embedded_default_lies_under_var(tmp_path: Path) -> None:
    chosen = ours(around(tmp_path), "unix:///x")

    assert chosen == {
        "MHEALTH_DATABASE_URL": f"sqlite:///{tmp_path}/var/mhealth.sqlite3",
        "MHEALTH_PUBLIC_URL": "http://127.0.0.1:8000",
        "MHEALTH_REDIS_URL": "unix:///x",
        "MHEALTH_CLOCK_FILE": f"{tmp_path}/var/clock",
        "MHEALTH_AFRICASTALKING_BASE_URL": SIMULATOR,
    }


def test_a_persons_own_settings_win(tmp_path: Path) -> None:
    own = {"MHEALTH_DATABASE_URL": "postgresql://x/y", "MHEALTH_PUBLIC_URL": "https://desk.example"}
    found = around(tmp_path, **own)

    assert not set(ours(found, None)) & set(own)
    assert for_children(found, ours(found, None), {"S": "s"}).items() >= {**own, "S": "s"}.items()


@pytest.mark.parametrize("mode", ["pilot", "live"])
def test_only_the_demo_has_a_clock_that_can_be_moved(tmp_path: Path, mode: str) -> None:
    assert "MHEALTH_CLOCK_FILE" not in ours(around(tmp_path, MHEALTH_MODE=mode), None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MHEALTH_MODE", "live"),
        ("MHEALTH_MODE", "pilot"),
        ("MHEALTH_AFRICASTALKING_ENVIRONMENT", "live"),
        ("MHEALTH_AFRICASTALKING_API_KEY", "a-real-key"),
        ("MHEALTH_AFRICASTALKING_USERNAME", "ministry"),
        ("MHEALTH_AFRICASTALKING_BASE_URL", "https://api.africastalking.com"),
        ("MHEALTH_CHANNELS", "africastalking,other"),
    ],
)
def test_a_real_channel_is_seen_by_each_of_its_settings(
    tmp_path: Path, name: str, value: str
) -> None:
    found = around(tmp_path, **{name: value})

    assert found.real_channel == name
    assert "MHEALTH_AFRICASTALKING_BASE_URL" not in ours(found, None)


def test_the_sandbox_and_our_own_simulator_are_no_real_channel(tmp_path: Path) -> None:
    harmless = {
        "MHEALTH_AFRICASTALKING_USERNAME": "sandbox",
        "MHEALTH_AFRICASTALKING_BASE_URL": SIMULATOR,
    }

    assert around(tmp_path, **harmless).real_channel is None


def test_another_terminal_knows_the_secrets_always_and_the_addresses_while_it_runs(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path)
    home.var.mkdir()
    assert of_this_folder({}, home) == {}
    secrets = keep_secrets(home, {})
    tell_other_terminals(home, {"MHEALTH_REDIS_URL": "unix:///x"})
    home.lock.touch()
    at_rest = {**secrets, "MHEALTH_DATABASE_URL": f"sqlite:///{home.database}"}

    assert of_this_folder({}, home) == at_rest
    with open(home.lock) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        running = of_this_folder({}, home)
    assert running == {**at_rest, "MHEALTH_REDIS_URL": "unix:///x"}


def test_live_mode_and_given_variables_are_left_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.var.mkdir()
    keep_secrets(home, {})

    assert of_this_folder({"MHEALTH_MODE": "live"}, home) == {}
    assert "MHEALTH_INDEX_KEY" not in of_this_folder({"MHEALTH_INDEX_KEY": "mine"}, home)


def test_the_folder_is_the_named_one_else_the_checkout(tmp_path: Path) -> None:
    checkout = Path(__file__).resolve().parents[2]

    assert find_home({"MHEALTH_HOME": str(tmp_path)}).root == tmp_path
    assert find_home({}).root == checkout


def test_a_var_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(CannotStart, match="Cannot write .* set MHEALTH_HOME"):
        prepare_var(Home(tmp_path / "file"))
