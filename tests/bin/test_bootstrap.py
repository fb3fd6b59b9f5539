"""The first start on machines where something is missing: one line says what to do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bin.checkout import Checkout

BOOTSTRAP = "bin/bootstrap.py"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def only_line(done: "subprocess.CompletedProcess[str]") -> str:
    """The one line on stderr of a start that was refused."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_no_python_at_all(checkout: Checkout) -> None:
    line = only_line(checkout.run("bin/run"))

    assert "needs Python 3.11 or later and found" in line
    assert "PYTHON=/path/to/python3.12" in line


def test_an_old_python_is_named_with_its_version(checkout: Checkout) -> None:
    checkout.put("python3", "#!/bin/sh\n[ $1 = --version ] && echo Python 3.9.2 || exit 1\n")

    assert "needs Python 3.11 or later and found Python 3.9.2" in only_line(checkout.run("bin/run"))


def test_a_newer_python_beside_an_old_one_is_used(checkout: Checkout) -> None:
    checkout.put("python3", "#!/bin/sh\nexit 1\n")
    checkout.put_python("python3.12")
    checkout.put_uv("exit 1")

    assert "Setting up in" in checkout.run("bin/run").stdout


def test_the_bootstrap_itself_refuses_an_old_python(checkout: Checkout) -> None:
    old = "import sys; sys.version_info = (3, 8, 1); sys.version = '3.8.1 (old)'\n"
    program = old + (checkout.root / BOOTSTRAP).read_text()

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30
    )

    assert only_line(done) == "Mhealth needs Python 3.11 or later; this is 3.8.1.\n"


def test_a_debian_python_without_venv_names_the_package(checkout: Checkout) -> None:
    checkout.put_python(first="import sys; sys.modules['ensurepip'] = None\n")

    line = only_line(checkout.run("bin/run"))

    assert "apt install python3." in line
    assert "-venv' as root, then start again." in line


def test_a_python_without_venv_does_when_uv_is_there(checkout: Checkout) -> None:
    checkout.put_python(first="import sys; sys.modules['ensurepip'] = None\n")
    checkout.put_uv()

    checkout.run("bin/run")

    assert checkout.calls.read_text().startswith("venv --quiet --python ")


def test_no_network_is_one_line_and_leaves_the_next_start_free(checkout: Checkout) -> None:
    checkout.put_python()

    for _ in range(2):
        line = only_line(checkout.run("bin/run"))
        assert line.startswith(
            "No package index can be reached: the first start needs the internet"
        )


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("error sending request for url (https://pypi.example)", "No package index can be reached"),
        ("invalid peer certificate: UnknownIssuer", "The package index shows a certificate"),
        ("No space left on device (os error 28)", "The disk is full"),
        ("the moon is in the way", "Installing failed: the moon is in the way (all of it is in"),
    ],
)
def test_what_uv_complains_of_is_told_in_one_line(checkout: Checkout, said: str, line: str) -> None:
    checkout.put_python()
    checkout.put_uv(f"echo '{said}'; exit 2")

    assert only_line(checkout.run("bin/run")).startswith(line)


def test_an_unwritable_folder_is_one_line(checkout: Checkout) -> None:
    refusing = """
import tempfile
def refuse(**_): raise OSError(13, "Permission denied")
tempfile.TemporaryFile = refuse
"""
    checkout.put_python(first=refusing)

    line = only_line(checkout.run("bin/run"))

    assert f"Cannot write in {checkout.root} (Permission denied)" in line
    assert "a folder of your own" in line


def test_progress_is_shown_and_the_second_start_installs_nothing(checkout: Checkout) -> None:
    checkout.put_python()
    checkout.put_uv()

    first = checkout.run("bin/run")
    calls = checkout.calls.read_text()
    second = checkout.run("bin/run")

    assert "Installing packages with uv:\n  Installed 2 packages\n" in first.stdout
    assert "Ready after" in first.stdout
    assert second.stdout == ""
    assert checkout.calls.read_text() == calls


def test_the_development_group_is_added_on_demand_and_then_kept(checkout: Checkout) -> None:
    checkout.put_python()
    checkout.put_uv()
    bootstrap = [str(checkout.path / "python3"), str(checkout.root / BOOTSTRAP)]

    def installs(*words: str) -> list[str]:
        before = len(checkout.calls.read_text()) if checkout.calls.exists() else 0
        environ = {"PATH": str(checkout.path)}
        subprocess.run([*bootstrap, *words], env=environ, check=True, timeout=60)
        return [c for c in checkout.calls.read_text()[before:].splitlines() if c.startswith("pip")]

    (plain,) = installs()
    (with_dev,) = installs("--dev")

    assert plain.endswith(f"--editable {checkout.root}")
    assert with_dev.endswith(f"--editable {checkout.root} pytest>=9.2")
    assert installs() == installs("--dev") == []


def test_an_environment_that_an_upgrade_broke_is_made_anew(checkout: Checkout) -> None:
    checkout.put_python()
    checkout.put_uv()
    checkout.run("bin/run")
    (checkout.root / ".venv/bin/python").write_text("#!/bin/sh\nexit 1\n")

    assert "Ready after" in checkout.run("bin/run").stdout
    assert checkout.calls.read_text().count("venv --quiet") == 2


def test_a_moved_checkout_is_set_up_again(checkout: Checkout) -> None:
    checkout.put_python()
    checkout.put_uv()
    checkout.run("bin/run")
    checkout.root = checkout.root.rename(checkout.root.with_name("moved"))

    assert "Ready after" in checkout.run("bin/run").stdout


def test_another_pyproject_installs_again(checkout: Checkout) -> None:
    checkout.put_python()
    checkout.put_uv()
    checkout.run("bin/run")
    with open(checkout.root / "pyproject.toml", "a") as project:
        project.write("\n# one package more\n")

    assert "Ready after" in checkout.run("bin/run").stdout
    assert json.loads((checkout.root / ".venv/mhealth-stamp.json").read_text())["dev"] is False


def test_a_bench_that_is_none_is_told(checkout: Checkout) -> None:
    assert checkout.run("bin/bench", "moon").stderr == (
        "There is no bench/moon.py; bin/bench lists what there is.\n"
    )


def test_a_bench_is_run_with_its_words(checkout: Checkout) -> None:
    checkout.put_python()
    checkout.put_uv()
    (checkout.root / "bench").mkdir()
    (checkout.root / "bench/turn.py").write_text("import sys\nprint(sys.argv[1:])\n")

    done = checkout.run("bin/bench", "turn", "--people", "64")

    assert done.stdout.splitlines()[-1] == "['--people', '64']", done.stderr


def test_benches_are_listed_with_their_first_sentence(checkout: Checkout) -> None:
    (checkout.root / "bench").mkdir()
    (checkout.root / "bench/turn.py").write_text('"""How long one turn takes."""\n')

    assert " ".join(checkout.run("bin/bench").stdout.split()) == "turn How long one turn takes."


def test_the_suite_runs_on_without_a_browser_or_a_servers_programs_and_stops_in_ci(
    checkout: Checkout,
) -> None:
    checkout.put_python()
    checkout.put_uv()
    checkout.put("id", "#!/bin/sh\necho 1000\n")
    lines = (
        "No Chromium, so no browser tests: run 'apt install chromium' as root to have them.",
        "so no tests of a server: run 'apt install nginx redis-server systemd curl openssl' as root",
    )

    here, in_ci = checkout.run("bin/test", "-q"), checkout.run("bin/test", CI="true")

    for said in (here.stderr, in_ci.stderr):
        assert all(line in said for line in lines), said
    assert in_ci.returncode == 1
