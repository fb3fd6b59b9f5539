"""The database: does it answer, let us in, hold our tables, take writes, at which migration; whose keys."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import inspect, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

from mhealth.domain.finding import Finding
from mhealth.services.diagnosis.catalogue import found, well
from mhealth.services.diagnosis.circumstances import CannotJudge, Circumstances
from mhealth.services.key_proof import faults_of_keys
from mhealth.store.revision import newest_revision, revision_of
from mhealth.store.tables import metadata

_REASONS: Mapping[str, re.Pattern[str]] = {  # a server may speak French
    "database.password": re.compile(
        r"password|authentication|pg_hba|mot de passe|authentification|role .* does not exist|rôle",
        re.IGNORECASE,
    ),
    "database.missing": re.compile(
        r"database .* does not exist|base de données .* n'existe pas", re.IGNORECASE
    ),
}


def database(here: Circumstances) -> Iterator[Finding]:
    """Reached with the right words, the right one, and writable."""
    url = here.value("database_url")
    try:
        address = make_url(url)
        missing = _missing_file(address.database) if _is_sqlite(url) else None
        if missing:
            here.records.is_away = True
            yield found("database.missing", missing)
            return
        yield from _asked(here)
    except (ArgumentError, ValueError) as error:
        here.records.is_away = True
        yield found("database.unreachable", str(error).splitlines()[0])


def _asked(here: Circumstances) -> Iterator[Finding]:
    try:
        with here.records.database.reading() as session:
            tables = inspect(session.connection()).get_table_names()
    except SQLAlchemyError as error:
        here.records.is_away = True
        yield _why(error)
        return
    strange = sorted(set(tables) - set(metadata.tables) - {"alembic_version"})
    if strange and not set(tables) & set(metadata.tables):
        here.records.is_away = True
        yield found("database.foreign", f"it has no table of ours, but {', '.join(strange[:3])}")
        return
    refusal = _refused_write(here)
    if refusal:
        yield found("database.read_only", refusal)
    else:
        yield well("database", f"{here.records.database.full.dialect.name} answers and is writable")


def _why(error: SQLAlchemyError) -> Finding:
    words = str(getattr(error, "orig", None) or error).strip()
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    said = next((line for line in lines if "failed: " in line), lines[0] if lines else "")
    code = next((c for c, reason in _REASONS.items() if reason.search(words)), None)
    if code == "database.password" and _REASONS["database.missing"].search(words):
        code = "database.missing"
    return found(code or "database.unreachable", (said or type(error).__name__)[:200])


def _refused_write(here: Circumstances) -> str | None:
    """Begin to write and take it back; what the database says against it."""
    records = here.records.database
    try:
        with records.sessions() as session:
            if records.is_sqlite:  # BEGIN IMMEDIATE and a write of nothing
                session.execute(text("CREATE TABLE doctor_trial (id INTEGER)"))
                session.rollback()
                return None
            state = "SELECT pg_is_in_recovery(), current_setting('transaction_read_only')"
            is_standby, read_only = session.execute(text(state)).one()
    except SQLAlchemyError as error:
        return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    if is_standby:
        return "a standby, which only reads"
    return "transactions are read-only by default" if read_only == "on" else None


def _is_sqlite(url: str) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def _missing_file(name: str | None) -> str | None:
    """To look must not make an empty file where there is none."""
    if not name or name.startswith("file:"):
        return None
    return None if os.path.exists(name) else f"no file {Path(name)}"


def migrations(here: Circumstances) -> Iterator[Finding]:
    """The revision against that of this program, then every table and column."""
    newest = newest_revision(here.library.find("migrations"))
    with here.records.reading() as session:
        at = revision_of(session)
        missing = [] if at != newest else _missing_columns(session)
    if at is None:
        yield found("migrations.never", f"no revision; this program needs {newest}")
    elif at < newest:
        yield found("migrations.behind", f"at {at}; this program needs {newest}")
    elif at > newest:
        yield found("migrations.ahead", f"at {at}; this program knows {newest}")
    elif missing:
        yield found("migrations.tables", f"missing: {', '.join(missing[:5])}")
    else:
        yield well("migrations", f"at {at}, all {len(metadata.tables)} tables whole")


def _missing_columns(session: Session) -> Sequence[str]:
    seen = inspect(session.connection())
    there = set(seen.get_table_names())
    missing = sorted(set(metadata.tables) - there)
    for name, table in metadata.tables.items():
        if name in there:
            columns = {column["name"] for column in seen.get_columns(name)}
            missing += [f"{name}.{c.name}" for c in table.columns if c.name not in columns]
    return missing


def keys(here: Circumstances) -> Iterator[Finding]:
    """Whether these keys sealed what lies in the database."""
    here.keyring()
    with here.records.reading() as session:
        if revision_of(session) != newest_revision(here.library.find("migrations")):
            raise CannotJudge("the database is not migrated")
        faults = faults_of_keys(session)
    for fault in faults:
        yield found("keys.wrong", fault)
    if not faults:
        yield well("keys", "they open what was sealed here")
