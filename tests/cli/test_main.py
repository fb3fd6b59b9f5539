"""The command as the shell calls it: our own errors are one line and exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from mhealth.cli import main
from mhealth.domain.errors import ContentError, SettingsError


def _mhealth(home: Path, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "mhealth.cli.main", *words],
        env={**os.environ, "MHEALTH_HOME": str(home), **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", sorted(main.COMMANDS))
def test_every_command_of_the_table_exists_and_has_help(name: str) -> None:
    command = main.mhealth.get_command(click.Context(main.mhealth), name)  # type: ignore[attr-defined]

    assert command is not None
    assert command.help


def test_the_help_lists_every_command() -> None:
    shown = CliRunner().invoke(main.mhealth, ["--help"]).output

    assert all(f"  {name} " in shown for name in main.COMMANDS)


def test_an_unknown_command_is_told() -> None:
    result = CliRunner().invoke(main.mhealth, ["fly"])

    assert result.exit_code == 2
    assert "No such command 'fly'" in result.output


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (SettingsError("MHEALTH_SECRET_KEY: Field required"), "MHEALTH_SECRET_KEY: Field required"),
        (ContentError("menu.yaml:3:5", "unknown key"), "menu.yaml:3:5: unknown key"),
    ],
)
def test_a_fault_of_settings_or_content_is_one_line(
    monkeypatch: pytest.MonkeyPatch, error: Exception, line: str
) -> None:
    @click.command()
    def broken() -> None:
        raise error

    monkeypatch.setattr(main.Commands, "get_command", lambda *_: broken)

    result = CliRunner().invoke(main.mhealth, ["broken"])

    assert result.exit_code == 2
    assert result.stderr == f"mhealth: {line}\n"
    assert result.stdout == ""


def test_a_broken_secrets_file_is_one_line_for_any_command(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var/secrets.env").write_text("nonsense\n")

    done = _mhealth(tmp_path, "run")

    assert done.returncode == 2
    assert done.stderr.endswith("secrets.env:1: not a NAME=value line\n")
    assert done.stderr.count("\n") == 1


def test_a_port_that_is_none_is_told_without_a_traceback(tmp_path: Path) -> None:
    done = _mhealth(tmp_path, "run", PORT="eighty")

    assert done.returncode == 2
    assert "'eighty' is not a valid integer" in done.stderr
    assert "Traceback" not in done.stderr
