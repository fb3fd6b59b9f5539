"""Reads all settings from the environment, and describes them."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Meta

from mhealth.domain.errors import SettingsError
from mhealth.domain.secret import Secret
from mhealth.settings.fields import Settings
from mhealth.settings.pairs import PREFIX


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check all settings. Raises SettingsError naming each variable at fault."""
    given = {name: environ.get(f"{PREFIX}{name.upper()}") for name in Settings.__struct_fields__}
    return settings_from({name: value for name, value in given.items() if value})


def settings_from(given: Mapping[str, Any]) -> Settings:
    """Settings from values as text or as they are, by field name. Raises SettingsError."""
    values, faults = {}, []
    for field in msgspec.structs.fields(Settings):
        variable = f"{PREFIX}{field.encode_name.upper()}"
        if field.name in given:
            try:
                values[field.name] = msgspec.convert(
                    given[field.name], field.type, strict=False, dec_hook=_from_text
                )
            except msgspec.ValidationError as error:
                faults.append(f"{variable}: {error}")
        elif field.required:
            faults.append(f"{variable}: needed, and not set")
    if faults:
        raise SettingsError("; ".join(faults))
    return Settings(**values)


def describe_settings() -> list[tuple[str, str, str]]:
    """(variable, default or "required", help) of every setting, for the docs and the doctor."""
    rows = []
    for field in msgspec.structs.fields(Settings):
        default = "required" if field.required else str(field.default)
        words = next(m.description for m in field.type.__metadata__ if isinstance(m, Meta))
        rows.append((f"{PREFIX}{field.name.upper()}", default, words or ""))
    return rows


def _from_text(kind: type, value: Any) -> Any:
    if isinstance(value, kind):
        return value
    if kind in (Path, Secret):
        return kind(str(value))
    raise NotImplementedError(kind)
