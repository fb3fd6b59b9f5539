"""In CI a skipped or expectedly failing test is a failed one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FAULTS = {
    "skip": "import pytest\ndef test_a():\n    pytest.skip('no Chromium')\n",
    "skip mark": "import pytest\n@pytest.mark.skip(reason='later')\ndef test_a():\n    pass\n",
    "xfail": "import pytest\n@pytest.mark.xfail\ndef test_a():\n    assert False\n",
    "passes though expected to fail": "import pytest\n@pytest.mark.xfail\ndef test_a():\n    pass\n",
    "whole module": "import pytest\npytest.skip('no', allow_module_level=True)\n",
    "missing import": "import pytest\npytest.importorskip('no_such_module')\n",
}


def _pytest(folder: Path, text: str, *words: str) -> "subprocess.CompletedProcess[str]":
    (folder / "test_sample.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\n")
    plugins = ["-p", "tests.ci_no_skips", "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugins, *words, str(folder / "test_sample.py")],
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("fault", FAULTS)
def test_what_did_not_run_fails(fault: str, tmp_path: Path) -> None:
    done = _pytest(tmp_path, FAULTS[fault])

    assert done.returncode != 0, done.stdout
    assert "CI forgives no skip" in done.stdout
    assert "skipped" not in done.stdout.splitlines()[-1]


def test_it_holds_across_parallel_processes_too(tmp_path: Path) -> None:
    done = _pytest(tmp_path, FAULTS["skip"], "-n", "1")

    assert done.returncode == 1
    assert "1 failed" in done.stdout


def test_what_ran_and_held_passes(tmp_path: Path) -> None:
    done = _pytest(tmp_path, "def test_a():\n    pass\n")

    assert done.returncode == 0
    assert "1 passed" in done.stdout
