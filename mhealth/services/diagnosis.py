"""Looks at each part that a process needs and says, for a broken one, what mends it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from mhealth.content.library import Library
from mhealth.services.content_check import check_content
from mhealth.store.database import Database
from mhealth.store.revision import newest_revision, revision_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: is it well, what was seen, what mends it."""

    part: str
    is_well: bool
    seen: str
    mend: str = ""


def look(
    library: Library, database: Database, redis_is_up: Callable[[], bool]
) -> Iterator[Finding]:
    """Database, migrations, Redis, content: each on its own, whatever became of the others."""
    yield _database(database)
    yield _migrations(library, database)
    yield _redis(redis_is_up)
    yield _content(library)


def _database(database: Database) -> Finding:
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        mend = "start the database, or correct MHEALTH_DATABASE_URL"
        return Finding("database", False, type(error).__name__, mend)
    return Finding("database", True, database.full.dialect.name)


def _migrations(library: Library, database: Database) -> Finding:
    try:
        with database.reading() as session:
            if revision_of(session) == newest_revision(library.find("migrations")):
                return Finding("migrations", True, "newest")
    except SQLAlchemyError as error:
        return Finding("migrations", False, type(error).__name__, "see the database first")
    return Finding("migrations", False, "older than this program", "mhealth migrate")


def _redis(redis_is_up: Callable[[], bool]) -> Finding:
    if redis_is_up():
        return Finding("redis", True, "answers")
    mend = "start Redis, or correct MHEALTH_REDIS_URL; until then the clock sends"
    return Finding("redis", False, "does not answer", mend)


def _content(library: Library) -> Finding:
    proof = check_content(library)
    if proof.is_sound:
        return Finding("content", True, f"sound, {len(proof.drafts)} unsigned files")
    return Finding("content", False, proof.faults[0].place, "mhealth check")
