"""What every process of the embedded default finds in its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mhealth.launcher.env_file import read_env_file, write_env_file
from mhealth.launcher.home import Home
from mhealth.launcher.lock import is_held
from mhealth.launcher.ports import Listen


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the launcher found: the person's own variables win over all that we set."""

    environ: Mapping[str, str]
    home: Home
    listen: Listen

    @property
    def mode(self) -> str:
        """demo, pilot or live."""
        return self.environ.get("MHEALTH_MODE") or "demo"

    @property
    def has_own_database(self) -> bool:
        """Whether the database is the SQLite file under `var/`."""
        return self.environ.get("MHEALTH_DATABASE_URL") in (None, "", _sqlite(self.home))

    @property
    def real_channel(self) -> str | None:
        """The setting that speaks of a real carrier, beside which no simulator may run."""
        harmless = {
            "MHEALTH_MODE": ("demo",),
            "MHEALTH_CHANNELS": ("africastalking",),
            "MHEALTH_AFRICASTALKING_ENVIRONMENT": ("sandbox",),
            "MHEALTH_AFRICASTALKING_USERNAME": ("sandbox",),
            "MHEALTH_AFRICASTALKING_API_KEY": ("simulator",),
            "MHEALTH_AFRICASTALKING_BASE_URL": (self.listen.simulator_url,),
        }
        given = ((name, self.environ.get(name)) for name in harmless)
        return next((name for name, value in given if value and value not in harmless[name]), None)


def ours(around: Surroundings, redis_url: str | None) -> dict[str, str]:
    """The addresses that we set where the environment names none; secrets are not among them."""
    chosen = {
        "MHEALTH_DATABASE_URL": _sqlite(around.home),
        "MHEALTH_PUBLIC_URL": around.listen.web_url,
    }
    if redis_url:
        chosen["MHEALTH_REDIS_URL"] = redis_url
    if around.mode == "demo":
        chosen["MHEALTH_CLOCK_FILE"] = str(around.home.clock)
    if around.real_channel is None:
        chosen["MHEALTH_AFRICASTALKING_BASE_URL"] = around.listen.simulator_url
    return {name: value for name, value in chosen.items() if not around.environ.get(name)}


def for_children(
    around: Surroundings, addresses: Mapping[str, str], secrets: Mapping[str, str]
) -> dict[str, str]:
    """The whole environment of a child."""
    return {**around.environ, **addresses, **secrets, "PYTHONUNBUFFERED": "1"}


def tell_other_terminals(home: Home, addresses: Mapping[str, str]) -> None:
    """Write `var/running.env`, which counts while this launcher holds its lock."""
    write_env_file(home.running, addresses, "Addresses of the product that runs here.")


def of_this_folder(environ: Mapping[str, str], home: Home) -> dict[str, str]:
    """What a command typed in another terminal lacks: secrets, database, running addresses.

    Nothing in live mode, where the environment says it all. Raises SettingsError for a broken file.
    """
    if environ.get("MHEALTH_MODE") == "live":
        return {}
    known = read_env_file(home.secrets)
    if known:
        known["MHEALTH_DATABASE_URL"] = _sqlite(home)
    if is_held(home.lock):
        known |= read_env_file(home.running)
    return {name: value for name, value in known.items() if not environ.get(name)}


def _sqlite(home: Home) -> str:
    return f"sqlite:///{Path(home.database).absolute()}"
