"""`mhealth doctor`: what is broken and what mends it; `--settings`: every setting with its help."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from mhealth.aggregators import open_aggregator
from mhealth.content.library import open_library
from mhealth.domain.errors import MhealthError
from mhealth.domain.finding import Finding, Level
from mhealth.domain.gateway import Account, Aggregator, OutOfReach, Stage
from mhealth.handles import TABLES
from mhealth.launcher.environment import of_this_folder
from mhealth.launcher.home import find_home
from mhealth.queue import ask_redis
from mhealth.services.diagnosis import PARTS, Circumstances, Folder, look
from mhealth.services.diagnosis.hosts import now_ms
from mhealth.settings import SettingsSeen, describe_settings, look_at_settings, read_settings

_MARKS = {Level.WELL: "ok  ", Level.UNKNOWN: "?   ", Level.DEGRADED: "warn", Level.BROKEN: "BAD "}
_PATIENCE = 4.0  # seconds for a carrier
_SYSTEM_SETTINGS = Path("/etc/mhealth")
_SYSTEM_LOGS = Path("/var/log")


@click.command()
@click.option("--settings", "only_settings", is_flag=True, help="List every setting and leave.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)))
@click.pass_context
def doctor(
    ctx: click.Context, parts: tuple[str, ...], *, only_settings: bool, as_json: bool
) -> None:
    """Look at every part, or at PARTS; say the mend for what is broken. Exit code 1: something is."""
    if only_settings:
        for name, default, words in describe_settings():
            click.echo(f"{name}\n    {words}\n    default: {default}")
        return
    assert TABLES.tables  # the tables of all rooms are known before one is missed
    seen = look_at_settings()
    found = []
    for finding in look(_circumstances(seen), parts):
        found.append(finding)
        if not as_json:
            click.echo(_line(finding))
    status = _status(found)
    if as_json:
        told = {"status": status, "findings": [asdict(finding) for finding in found]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    ctx.exit(1 if status is Level.BROKEN else 0)


def _line(finding: Finding) -> str:
    mend = f"\n     mend: {finding.mend}" if finding.mend else ""
    return f"{_MARKS[finding.level]} {finding.part}: {finding.seen}{mend}"


def _status(found: Sequence[Finding]) -> Level:
    """The worst of all; what cannot be judged is not well."""
    levels = {finding.level for finding in found}
    order = (Level.BROKEN, Level.DEGRADED, Level.UNKNOWN)
    return next((level for level in order if level in levels), Level.WELL)


def _circumstances(seen: SettingsSeen) -> Circumstances:
    carriers = _carriers(seen)
    return Circumstances(
        values=seen.values,
        faults=(*_fault_of_the_file(), *seen.faults),
        unknown=seen.unknown,
        library=open_library(seen.values.get("country_dir")),
        now_ms=now_ms,
        ask_redis=ask_redis,
        look_at_account=lambda channel: _account(carriers, channel),
        carriers={name: carrier.api_url for name, carrier in carriers.items()},
        folders=_folders(seen.values),
        env_files=_env_files(),
    )


def _fault_of_the_file() -> Sequence[str]:
    """The file of secrets that the launcher keeps may be broken itself."""
    try:
        of_this_folder(os.environ, find_home(os.environ))
    except MhealthError as error:
        return [str(error)]
    return []


def _carriers(seen: SettingsSeen) -> Mapping[str, Aggregator]:
    """Those that the settings open; none while a setting is wrong, which is told by itself."""
    if seen.faults:
        return {}
    settings = read_settings()
    settings = replace(
        settings,
        connect_timeout=min(settings.connect_timeout, _PATIENCE),
        read_timeout=min(settings.read_timeout, _PATIENCE),
    )
    opened = {}
    for name in settings.channel_names:
        try:
            opened[name] = open_aggregator(name, settings)
        except MhealthError:
            continue
    return opened


def _account(carriers: Mapping[str, Aggregator], channel: str) -> Account:
    try:
        return carriers[channel].look_at_account()
    except OSError as error:
        raise OutOfReach(Stage.CONNECTION, type(error).__name__) from error


def _folders(values: Mapping[str, Any]) -> Mapping[str, Folder]:
    """Where the product writes: the database's file, its own folder, backups; and the system's logs."""
    home = find_home(os.environ)
    folders = {"data": Folder(home.var if home.var.is_dir() else home.root)}
    try:
        address = make_url(values.get("database_url", ""))
    except ArgumentError:
        address = None
    if address is not None and address.get_backend_name() == "sqlite" and address.database:
        folders["database"] = Folder(Path(address.database).absolute().parent)
    if values.get("backup_dir"):
        folders["backups"] = Folder(values["backup_dir"])
    if values.get("mode") != "demo" and _SYSTEM_LOGS.is_dir():
        folders["logs"] = Folder(_SYSTEM_LOGS, is_ours=False)
    return folders


def _env_files() -> Sequence[Path]:
    system = sorted(_SYSTEM_SETTINGS.glob("*.env")) if _SYSTEM_SETTINGS.is_dir() else []
    return [find_home(os.environ).secrets, *system]
