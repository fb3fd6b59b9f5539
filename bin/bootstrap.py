"""Make the environment `.venv` of this checkout, with nothing but Python's standard library.

bootstrap.py        what the product needs
bootstrap.py --dev  and what tests and checks need

A hash of pyproject.toml is stamped into `.venv`, so that the next start installs nothing.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # this file meets any Python before pip can refuse it
    sys.exit("Mhealth needs Python 3.11 or later; this is %s." % sys.version.split()[0])  # noqa: UP031

import fcntl
import hashlib
import importlib.util
import json
import shutil
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from installer import Failed, explain, has_no_network, run, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
BASE = str(getattr(sys, "_base_executable", sys.executable))  # when we are run by PYTHON itself
STAMP = VENV / "mhealth-stamp.json"


class Refusal(Exception):
    """Why no environment can be made; the text is one line that says what to do."""


def main(arguments: list[str]) -> int:
    """Do what the arguments ask. Returns the exit code; 1 after one line on stderr."""
    try:
        make_environment(dev="--dev" in arguments)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInstalling was stopped; the next start goes on from here.", file=sys.stderr)
        return 130
    return 0


def make_environment(*, dev: bool) -> None:
    """See that `.venv` stands as pyproject.toml asks. Raises Refusal."""
    if stamped(dev=dev):
        return
    check_writable()
    with alone():
        if stamped(dev=dev):  # another start made it while we waited
            return
        began = time.monotonic()
        say(f"Setting up in {VENV} (once; later starts skip this).")
        try:
            install(dev=dev)
        except Failed as failure:
            raise Refusal(explain(str(failure))) from failure
        STAMP.write_text(json.dumps({"wanted": wanted(), "dev": dev}))
        say(f"Ready after {time.monotonic() - began:.0f} s.")


def wanted() -> str:
    """The hash of what `.venv` was made from: the packages asked for, and the folder's place."""
    text = (ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode()
    return hashlib.sha256(text).hexdigest()


def stamped(*, dev: bool) -> bool:
    """Whether `.venv` is already what we want."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return stamp["wanted"] == wanted() and stamp["dev"] >= dev and stands()


def stands() -> bool:
    """Whether the environment's Python runs and finds its packages (an upgrade may break it)."""
    if Path(sys.prefix) == VENV:  # it is what runs this
        return importlib.util.find_spec("click") is not None
    return runs("import click")


def runs(program: str) -> bool:
    """Whether the environment's Python can be started and carries out a line."""
    try:
        done = subprocess.run([PYTHON, "-c", program], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def check_writable() -> None:
    """Raise Refusal when nothing can be written here."""
    folder = VENV if VENV.is_dir() else ROOT
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Refusal(
            f"Cannot write in {folder} ({error.strerror}):"
            " clone Mhealth into a folder of your own, or make this one yours with chown."
        ) from error


@contextmanager
def alone() -> Iterator[None]:
    """Hold the lock of this checkout's installation; a second start waits for the first."""
    with open(__file__, "rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another start is installing here; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(*, dev: bool) -> None:
    """Make `.venv` if need be and put the packages in. Raises Refusal, Failed."""
    STAMP.unlink(missing_ok=True)
    uv = shutil.which("uv")
    if not is_usable():
        make_venv(uv)
    packages = ["--editable", str(ROOT), *(dev_packages() if dev else [])]
    uv = uv or fetch_uv()
    if uv:
        try:
            say("Installing packages with uv:")
            run([uv, "pip", "install", "--compile-bytecode", "--python", str(PYTHON), *packages])
            return
        except Failed:  # an old uv, a proxy whose certificate only the system knows, no network
            if not get_pip():
                raise
            say("uv could not do it.")
    say("Installing packages with pip (a minute or two):")
    run([*pip_install(), *packages])


def make_venv(uv: str | None) -> None:
    """An empty environment, by uv or by the standard library."""
    if VENV.exists():
        shutil.rmtree(VENV)
    if uv:
        try:
            run([uv, "venv", "--quiet", "--python", BASE, str(VENV)])
            return
        except Failed:
            say("uv could not make the environment; trying Python's venv.")
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Refusal(
            f"This Python ({BASE}) cannot make environments:"
            f" on Debian or Ubuntu run 'apt install python{version}-venv' as root, then start again."
        )
    say("Making the environment.")
    run([BASE, "-m", "venv", "--clear", str(VENV)])


def is_usable() -> bool:
    """Whether `.venv` has a Python that runs, and was not made in another folder."""
    script = VENV / "bin" / "mhealth"
    if script.exists() and str(VENV) not in script.read_text(errors="replace"):
        return False
    return runs("pass")


def fetch_uv() -> str | None:
    """uv from the package index into `.venv`, since it is ten times quicker; None without."""
    ours = VENV / "bin" / "uv"
    if not ours.exists() and get_pip():
        say("Fetching the installer uv.")
        try:
            run([*pip_install(), "uv"])
        except Failed as failure:
            if has_no_network(str(failure)):
                raise
    return str(ours) if ours.exists() else None


def get_pip() -> bool:
    """Whether the environment has pip now; one made by uv has none at first."""
    for module in ("pip", "ensurepip", "pip"):
        command = [str(PYTHON), "-m", module, "--version" if module == "pip" else "--default-pip"]
        done = subprocess.run(command, capture_output=True, check=False)
        if module == "pip" and done.returncode == 0:
            return True
    return False


def pip_install() -> list[str]:
    """The start of every pip command; a dead line is told in seconds rather than minutes."""
    return [
        *(str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install"),
        *("--retries", "1", "--timeout", "30"),
    ]


def dev_packages() -> list[str]:
    """The requirements of the group `dev`, read here since older pips know no groups."""
    with open(ROOT / "pyproject.toml", "rb") as file:
        return list(tomllib.load(file)["dependency-groups"]["dev"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
