"""Where the product lives on one machine: everything that it writes lies under `var/`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mhealth.content.library import shipped_root
from mhealth.domain.errors import CannotStart


@dataclass(frozen=True, slots=True)
class Home:
    """The folder in which every process runs, and the files below its `var/`."""

    root: Path

    @property
    def var(self) -> Path:
        """What the product writes; to delete it is to start afresh."""
        return self.root / "var"

    @property
    def database(self) -> Path:
        """The SQLite file of the embedded default."""
        return self.var / "mhealth.sqlite3"

    @property
    def secrets(self) -> Path:
        """Keys and tokens made at the first start."""
        return self.var / "secrets.env"

    @property
    def clock(self) -> Path:
        """The seconds by which the demo's clock is ahead."""
        return self.var / "clock"

    @property
    def lock(self) -> Path:
        """Held while the product runs here; holds the launcher's process id."""
        return self.var / "run.lock"

    @property
    def running(self) -> Path:
        """Addresses of the product that runs here now, for commands in another terminal."""
        return self.var / "running.env"

    @property
    def migrated(self) -> Path:
        """Which migration the last run left the database at."""
        return self.var / "migrated"

    @property
    def seeded(self) -> Path:
        """Present once the invented district was written."""
        return self.var / "seeded"


def find_home(environ: Mapping[str, str]) -> Home:
    """`MHEALTH_HOME`, else the checkout, else (installed as a wheel) the current folder."""
    named = environ.get("MHEALTH_HOME")
    if named:
        return Home(Path(named).resolve())
    shipped = shipped_root()
    return Home(shipped if (shipped / "pyproject.toml").is_file() else Path.cwd())


def prepare_var(home: Home) -> None:
    """Make `var/` for this user alone. Raises CannotStart when nothing can be written there."""
    try:
        home.var.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(home.var, error.strerror) from error
    foreign = [p for p in (home.var, *home.var.glob("*")) if not os.access(p, os.W_OK)]
    if foreign:
        raise _unwritable(foreign[0], f"it belongs to user {foreign[0].stat().st_uid}")


def _unwritable(path: Path, why: str | None) -> CannotStart:
    return CannotStart(
        f"Cannot write {path} ({why}): start as that user, make it yours with chown,"
        " or set MHEALTH_HOME to a folder of your own."
    )
