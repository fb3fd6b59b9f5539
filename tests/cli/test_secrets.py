"""`mhealth secrets` prints what a server's environment file needs, new each time."""

from pathlib import Path

from click.testing import CliRunner

from mhealth.cli.secrets import secrets
from mhealth.launcher.env_file import read_env_file
from mhealth.settings import read_settings


def _printed(*words: str) -> str:
    done = CliRunner().invoke(secrets, words)
    assert done.exit_code == 0, done.output
    return done.output


def test_what_it_prints_is_an_environment_file_that_starts_a_process(tmp_path: Path) -> None:
    file = tmp_path / "mhealth.env"
    file.write_text(_printed())

    settings = read_settings(read_env_file(file))

    assert settings.tokens_of("africastalking")


def test_no_two_sets_share_a_value() -> None:
    first, second = (set(_printed().splitlines()) for _ in range(2))

    assert not first & second


def test_one_alone_for_a_rotation() -> None:
    lines = _printed("--only", "webhook-tokens").splitlines()

    assert len(lines) == 1
    assert lines[0].startswith("MHEALTH_WEBHOOK_TOKENS=africastalking:")


def test_another_name_is_refused_with_the_choices() -> None:
    done = CliRunner().invoke(secrets, ["--only", "everything"])

    assert done.exit_code == 2
    assert "encryption-keys" in done.output
