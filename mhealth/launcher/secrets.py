"""Keys and tokens: a fresh set for a server; the embedded default's, made once and kept ever after."""

import base64
import secrets
from collections.abc import Callable, Mapping

from mhealth.domain.errors import SettingsError
from mhealth.launcher.env_file import read_env_file, write_env_file
from mhealth.launcher.home import Home


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


# Each secret and how a fresh one is made; their shapes stand in `mhealth.settings`.
MAKERS: Mapping[str, Callable[[], str]] = {
    "MHEALTH_SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "MHEALTH_ENCRYPTION_KEYS": lambda: f"k1:{_key()}",
    "MHEALTH_INDEX_KEY": _key,
    "MHEALTH_WEBHOOK_TOKENS": lambda: f"africastalking:{secrets.token_urlsafe(24)}",
}
_SEALING = ("MHEALTH_ENCRYPTION_KEYS", "MHEALTH_INDEX_KEY")


def fresh_secrets() -> dict[str, str]:
    """A new value for every secret, by the name of its variable."""
    return {name: make() for name, make in MAKERS.items()}


def keep_secrets(home: Home, environ: Mapping[str, str]) -> dict[str, str]:
    """The secrets that the environment lacks, from `var/secrets.env`; missing ones are made.

    Raises SettingsError in live mode, which takes its secrets from the environment alone, and
    when the keys of an existing database are gone: new ones could never open its names.
    """
    lacking = [name for name in MAKERS if not environ.get(name)]
    if not lacking:
        return {}
    if environ.get("MHEALTH_MODE") == "live":
        raise SettingsError(f"MHEALTH_MODE=live needs {', '.join(lacking)} in the environment")
    kept = read_env_file(home.secrets)
    missing = [name for name in lacking if name not in kept]
    if missing:
        _refuse_to_lose_data(home, missing)
        kept |= {name: MAKERS[name]() for name in missing}
        write_env_file(home.secrets, kept, "Secrets of this copy of Mhealth. Keep them, hide them.")
    home.secrets.chmod(0o600)
    return {name: kept[name] for name in lacking}


def _refuse_to_lose_data(home: Home, missing: list[str]) -> None:
    lost = [name for name in missing if name in _SEALING]
    if lost and home.database.exists():
        raise SettingsError(
            f"{home.secrets} lacks {', '.join(lost)}, and without them the names in"
            f" {home.database} cannot be read: put the file back, or start afresh:"
            f" rm -r {home.var}"
        )
