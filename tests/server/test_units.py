"""The units of `deploy/systemd/` say what the guide promises, and systemd itself has no complaint."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from mhealth.cli.main import COMMANDS, mhealth
from mhealth.settings.fields import Settings
from tests.server.guide import ROOT
from tests.server.units import Unit, read_unit

UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(file.name for file in UNITS.glob("*.service"))
LASTING = ["mhealth-web.service", "mhealth-worker@.service", "mhealth-clock.service"]


def _unit(name: str) -> Unit:
    return read_unit(UNITS, name.replace("@.", "@mhealth."))


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_calls_a_command_that_there_is_with_options_that_it_knows(name: str) -> None:
    (words,) = _unit(name).commands("ExecStart")

    assert words[0] == "/opt/mhealth/venv/bin/mhealth"
    assert words[1] in COMMANDS
    command = mhealth.get_command(click.Context(mhealth), words[1])  # type: ignore[attr-defined]
    command.make_parser(click.Context(command)).parse_args(list(words[2:]))


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_stands_within_the_walls_and_has_the_settings(name: str) -> None:
    unit = _unit(name)

    assert unit.get("EnvironmentFile") == "/etc/mhealth/mhealth.env"
    for key, value in {
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "PrivateTmp": "yes",
        "UMask": "0077",
        "CapabilityBoundingSet": "",
    }.items():
        assert unit.get(key) == value, key
    assert unit.get("LimitNOFILE")
    assert unit.get("User") in ("mhealth", "mhealth_owner")


def test_nothing_that_hears_the_outside_runs_as_the_owner_of_the_tables() -> None:
    owners = {name for name in SERVICES if _unit(name).get("User") == "mhealth_owner"}

    assert owners == set(SERVICES) - set(LASTING)


def test_nothing_that_hears_the_outside_writes_to_the_disk() -> None:
    writers = [name for name in SERVICES if _unit(name).get("ReadWritePaths")]

    assert writers == ["mhealth-backup.service", "mhealth-doctor.service"]


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_restarted_for_ever_and_is_bounded(name: str) -> None:
    unit = _unit(name)

    assert unit.get("Restart") == "always"
    assert int(unit.get("RestartSec")) >= 2
    assert unit.get("StartLimitIntervalSec", section="Unit") == "0"
    assert unit.get("MemoryMax")
    assert "mhealth-migrate.service" in unit.others("Requires")
    assert "mhealth-migrate.service" in unit.others("After")
    assert unit.others("PartOf") == ["mhealth.target"]


@pytest.mark.parametrize("name", LASTING)
def test_who_is_stopped_may_finish_the_send_or_the_call_in_hand(name: str) -> None:
    defaults = {field: value for field, value in _defaults().items() if "timeout" in field}
    one_send = defaults["connect_timeout"] + defaults["read_timeout"]

    assert float(_unit(name).get("TimeoutStopSec")) > one_send + 5
    assert _unit(name).get("KillMode") == "mixed"


def _defaults() -> dict[str, float]:
    names = Settings.__struct_fields__
    given = Settings.__struct_defaults__
    return dict(zip(names[-len(given) :], given, strict=True))


def test_the_web_answers_calls_in_hand_before_systemd_loses_patience() -> None:
    (words,) = _unit("mhealth-web.service").commands("ExecStart")

    grace = int(words[words.index("--grace") + 1])
    assert grace < int(_unit("mhealth-web.service").get("TimeoutStopSec"))


def test_emergencies_have_a_worker_of_their_own() -> None:
    settings = (ROOT / "deploy" / "mhealth.env").read_text()
    wanted = _unit("mhealth.target").others("Wants")

    queues = re.search(r"^MHEALTH_WORKER_QUEUES=emergency:(\S+)$", settings, re.MULTILINE)
    assert queues
    assert {f"mhealth-worker@{queues[1]}.service", "mhealth-worker@mhealth.service"} <= set(wanted)


def test_the_target_brings_everything_up() -> None:
    wanted = {re.sub("@.*[.]", "@.", name) for name in _unit("mhealth.target").others("Wants")}

    assert wanted == {*LASTING, "mhealth-backup.timer", "mhealth-doctor.timer"}


@pytest.mark.server
def test_systemd_itself_has_nothing_to_say_against_them(tmp_path: Path) -> None:
    shutil.copytree(UNITS, tmp_path, dirs_exist_ok=True)
    for file in tmp_path.rglob("*"):
        if file.is_file():  # systemd looks whether programs and settings are there
            text = file.read_text().replace("/opt/mhealth/venv/bin/mhealth", "/bin/true")
            file.write_text(text.replace("/usr/bin/psql", "/bin/true"))
    environ = {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:/lib/systemd/system"}
    names = sorted(file.name for file in tmp_path.glob("mhealth*.*") if file.is_file())

    proof = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *names]
    done = subprocess.run(proof, cwd=tmp_path, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""

    for name in SERVICES:
        if "@" in name:
            continue
        look = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", name]
        done = subprocess.run(look, cwd=tmp_path, env=environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-400:] + done.stderr
