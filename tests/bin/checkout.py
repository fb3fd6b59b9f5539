"""A small checkout with our `bin/`, and machines on which something is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BIN = Path(__file__).resolve().parents[2] / "bin"
BASE = getattr(sys, "_base_executable", sys.executable)
NOWHERE = "http://127.0.0.1:9/simple"  # the discard port: nobody listens there

PROJECT = """\
[build-system]
requires = ["hatchling>=1.26"]
build-backend = "hatchling.build"

[project]
name = "small"
version = "1"
dependencies = ["click>=8.3"]

[dependency-groups]
dev = ["pytest>=9.2"]
"""

# Stands for uv: notes how it is called, makes an environment without pip, installs nothing.
FAKE_UV = """\
#!/bin/sh
echo "$*" >> "{calls}"
case "$1" in
  venv) for place; do :; done
        mkdir -p "$place/bin" && cp "{python}" "$place/bin/python" ;;
  pip)  {answer} ;;
esac
"""

# Stands for the Python of that environment: it has click, but neither pip nor ensurepip.
FAKE_PYTHON = """\
#!/bin/sh
[ "$1" != -m ] || exit 1
PYTHONPATH={packages} exec {python} "$@"
"""


class Checkout:
    """A copy of `bin/` with a project of two packages, and a PATH that tests fill."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "checkout"
        self.path = folder / "path"
        self.calls = folder / "calls"
        self.path.mkdir()
        shutil.copytree(BIN, self.root / "bin", ignore=shutil.ignore_patterns("__pycache__"))
        (self.root / "pyproject.toml").write_text(PROJECT)
        for tool in ("sh", "dirname", "basename", "sed", "mkdir", "cp"):
            found = shutil.which(tool)
            assert found
            (self.path / tool).symlink_to(found)

    def put(self, name: str, text: str) -> None:
        """A program on PATH."""
        program = self.path / name
        program.write_text(text)
        program.chmod(0o755)

    def put_python(self, name: str = "python3", first: str = "") -> None:
        """Our Python under a name, with lines of Python that run before everything."""
        customs = self.path / f"customs-{name}"
        customs.mkdir()
        (customs / "sitecustomize.py").write_text(first)
        self.put(name, f'#!/bin/sh\nPYTHONPATH={customs} exec {BASE} "$@"\n')

    def put_uv(self, answer: str = "echo Installed 2 packages") -> None:
        """A uv that pretends; `answer` is what its installations do, in sh."""
        packages = self.path / "packages"
        packages.mkdir()
        (packages / "click.py").touch()
        self.put("python-of-uv", FAKE_PYTHON.format(packages=packages, python=BASE))
        program = FAKE_UV.format(calls=self.calls, python=self.path / "python-of-uv", answer=answer)
        self.put("uv", program)

    def run(self, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        """Run a script of `bin/` with nothing on PATH but what the test put there."""
        return subprocess.run(
            [str(self.root / words[0]), *words[1:]],
            cwd="/",
            env={
                "PATH": str(self.path),
                "HOME": str(self.root.parent),
                "PIP_CONFIG_FILE": os.devnull,
                "PIP_INDEX_URL": NOWHERE,
                "PIP_RETRIES": "0",
                "UV_NO_CONFIG": "1",
                "UV_DEFAULT_INDEX": NOWHERE,
                **environ,
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
