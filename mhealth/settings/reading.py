"""Reads all settings from the environment, and describes them."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Meta

from mhealth.domain.errors import SettingsError
from mhealth.domain.secret import Secret
from mhealth.settings.fields import Settings
from mhealth.settings.pairs import PREFIX

NO_SETTINGS = frozenset({f"{PREFIX}HOME"})
"""Names that the launcher reads for itself."""
_BETWEEN_FAULTS = re.compile(rf"; (?={PREFIX}[A-Z_]+(?::| is for ))")


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check all settings. Raises SettingsError naming each variable at fault."""
    return settings_from(_given(environ))


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsSeen:
    """What can be read of the settings, wrong ones left out, and a line for each fault.

    `values` by field name, defaults among them; `unknown` are MHEALTH_* names that nobody reads.
    """

    values: Mapping[str, Any]
    faults: tuple[str, ...]
    unknown: tuple[str, ...]


def look_at_settings(environ: Mapping[str, str] = os.environ) -> SettingsSeen:
    """The settings for somebody who looks for faults: never raises."""
    given = _given(environ)
    values, faults = _read_each(given)
    if not faults:
        try:
            Settings(**values)
        except SettingsError as error:
            faults = _BETWEEN_FAULTS.split(str(error))
    defaults = {f.name: f.default for f in msgspec.structs.fields(Settings) if not f.required}
    wrong = {name for name in given if name not in values}
    known = {name: value for name, value in defaults.items() if name not in wrong}
    ours = {f"{PREFIX}{name.upper()}" for name in Settings.__struct_fields__} | NO_SETTINGS
    unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in ours)
    return SettingsSeen(values={**known, **values}, faults=tuple(faults), unknown=tuple(unknown))


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    given = {name: environ.get(f"{PREFIX}{name.upper()}") for name in Settings.__struct_fields__}
    return {name: value for name, value in given.items() if value}


def settings_from(given: Mapping[str, Any]) -> Settings:
    """Settings from values as text or as they are, by field name. Raises SettingsError."""
    values, faults = _read_each(given)
    if faults:
        raise SettingsError("; ".join(faults))
    return Settings(**values)


def _read_each(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The values that are right, and a line for each that is wrong or missing."""
    values: dict[str, Any] = {}
    faults: list[str] = []
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
    return values, faults


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
