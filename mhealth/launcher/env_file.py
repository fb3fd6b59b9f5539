"""Small files of `NAME=value` lines that only their owner may read."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from mhealth.domain.errors import SettingsError

_LINE = re.compile(r"([A-Z][A-Z0-9_]*)=(\S.*)")


def read_env_file(path: Path) -> dict[str, str]:
    """The variables of a file, none when there is no file. Raises SettingsError with the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    variables = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise SettingsError(f"{path}:{number}: not a NAME=value line")
        variables[found[1]] = found[2]
    return variables


def write_env_file(path: Path, variables: Mapping[str, str], heading: str) -> None:
    """Write the file in one step, readable by its owner only; durable before it returns."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    text = f"# {heading}\n" + "".join(f"{name}={value}\n" for name, value in variables.items())
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
