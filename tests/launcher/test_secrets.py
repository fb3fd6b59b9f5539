"""Secrets of the embedded default: random, kept, never replaced under a database they sealed."""

import base64
import stat
from pathlib import Path

import pytest

from mhealth.domain.errors import SettingsError
from mhealth.launcher.home import Home
from mhealth.launcher.secrets import MAKERS, keep_secrets
from mhealth.settings import read_settings


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "var").mkdir()
    return Home(tmp_path)


def test_fresh_secrets_satisfy_the_settings(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in keep_secrets(home, {}).items():
        monkeypatch.setenv(name, value)

    settings = read_settings()

    assert len(settings.secret_key.reveal()) >= 32
    key = settings.encryption_keys.reveal().partition(":")[2]
    assert len(base64.b64decode(key, validate=True)) == 32
    assert len(base64.b64decode(settings.index_key.reveal(), validate=True)) == 32
    assert len(settings.tokens_of("africastalking")[0]) >= 32


def test_they_are_random_per_folder_and_kept_in_it(home: Home, tmp_path: Path) -> None:
    (tmp_path / "other/var").mkdir(parents=True)
    first = keep_secrets(home, {})

    assert keep_secrets(home, {}) == first
    other = keep_secrets(Home(tmp_path / "other"), {})
    assert all(other[name] != first[name] for name in MAKERS)


def test_only_their_owner_can_read_them_even_if_someone_opened_the_file(home: Home) -> None:
    keep_secrets(home, {})
    home.secrets.chmod(0o644)

    keep_secrets(home, {})

    assert stat.S_IMODE(home.secrets.stat().st_mode) == 0o600


def test_the_environment_wins_and_is_not_written_down(home: Home) -> None:
    kept = keep_secrets(home, {"MHEALTH_SECRET_KEY": "from outside"})

    assert "MHEALTH_SECRET_KEY" not in kept
    assert "from outside" not in home.secrets.read_text()


def test_with_all_of_them_outside_no_file_is_made(home: Home) -> None:
    assert keep_secrets(home, dict.fromkeys(MAKERS, "x")) == {}
    assert not home.secrets.exists()


def test_live_mode_takes_secrets_from_the_environment_alone(home: Home) -> None:
    with pytest.raises(SettingsError, match="live needs MHEALTH_SECRET_KEY"):
        keep_secrets(home, {"MHEALTH_MODE": "live"})


def test_lost_keys_are_never_replaced_beside_a_database(home: Home) -> None:
    keep_secrets(home, {})
    home.database.touch()
    home.secrets.unlink()

    with pytest.raises(SettingsError, match="put the file back, or start afresh: rm -r"):
        keep_secrets(home, {})


def test_a_broken_file_is_named_with_its_line(home: Home) -> None:
    home.secrets.write_text("# heading\nMHEALTH_SECRET_KEY\n")

    with pytest.raises(SettingsError, match=r"secrets\.env:2: not a NAME=value line"):
        keep_secrets(home, {})
