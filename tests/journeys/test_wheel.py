"""The wheel, installed outside the checkout: it finds its flows, texts and migrations, and runs.

Tried on the Python of the suite and on every later one that can be found.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.journeys.whole import CHECKOUT, Whole

pytestmark = pytest.mark.journey


def pythons() -> dict[str, Path]:
    """Version -> interpreter: our own, and each later one on PATH or under pyenv that answers."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    found: dict[str, Path] = {own: Path(sys.executable)}
    for minor in range(11, 15):
        name = f"python3.{minor}"
        for place in (shutil.which(name), *sorted(pyenv.glob(f"3.{minor}.*/bin/{name}"))):
            asked = place and subprocess.run([place, "--version"], capture_output=True)
            if place and asked and asked.returncode == 0:
                found.setdefault(f"3.{minor}", Path(place))
    return found


PYTHONS = pythons()
MOTHER, ADJOA, KPELA = "+2290197000001", "+2290191000001", "+2290190000011"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def installed(wheel: Path, python: Path, folder: Path) -> Path:
    """The command `mhealth` of a fresh environment that has the wheel and what it asks for."""
    venv = folder / "venv"
    uv = str(Path(sys.executable).with_name("uv"))
    environ = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    for words in (
        ["venv", "--quiet", "--python", str(python), str(venv)],
        ["pip", "install", "--quiet", "--python", str(venv / "bin/python"), str(wheel)],
    ):
        done = subprocess.run([uv, *words], env=environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return venv / "bin/mhealth"


def test_the_wheel_holds_content_and_migrations_and_nothing_else_of_the_checkout(
    wheel: Path,
) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    for needed in (
        "mhealth/_data/ussd_flows/main.yaml",
        "mhealth/_data/sms_templates/templates.yaml",
        "mhealth/_data/migrations/env.py",
        "mhealth/_data/wsgi.py",
        "mhealth/web/templates/base.html",
    ):
        assert needed in names
    tops = {name.split("/")[0] for name in names}
    assert {re.sub(r"-\d+(\.\d+)*", "", top) for top in tops} == {"mhealth", "mhealth.dist-info"}
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


@pytest.mark.parametrize("python", PYTHONS.values(), ids=PYTHONS.keys())
def test_an_installed_wheel_runs_the_whole_product_away_from_the_checkout(
    wheel: Path, python: Path, tmp_path: Path
) -> None:
    program = installed(wheel, python, tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    whole = Whole(home, program=program)
    try:
        whole.until_up()
        screen = whole.phone(MOTHER).dial("1", "1", "1", "3", "1", "2", "3", "2", "1")
        code = re.search(r"Code (\d{3} \d{4})", screen)
        assert code, screen
        whole.phone(ADJOA).wait_for_sms(f"URGENCE {code[1]}")
        whole.phone(KPELA).sms(f"oui {code[1]}")
        whole.phone(MOTHER).wait_for_sms("vous attend maintenant")
        assert "0 errors" in whole.command("check")
        assert whole.stop() == 0
        assert (home / "var/mhealth.sqlite3").exists()
    finally:
        whole.kill()
