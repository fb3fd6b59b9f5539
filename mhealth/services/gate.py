"""The gate of live mode: nothing unsigned is spoken; told in one line before anything starts.

What serves people passes it at its start. A command that speaks to nobody starts without it, and
passes it when it would write its first SMS.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mhealth.content.library import Library
from mhealth.content.review import ContentFile
from mhealth.domain.errors import CannotStart, SettingsError
from mhealth.services.signing import refusal, unsigned
from mhealth.store.database import Database
from mhealth.store.revision import newest_revision, revision_of


def refuse_unsigned(library: Library, database: Database, files: Sequence[ContentFile]) -> None:
    """Raises SettingsError naming the first unsigned files, CannotStart when nobody can know."""
    with reading_signatures(library, database) as session:
        missing = unsigned(session, files)
    if missing:
        raise SettingsError(refusal(missing, len(files)))


def gate_of_letters(files: Sequence[ContentFile]) -> Callable[[Session], None]:
    """For `Workbench.pass_gate`: raises SettingsError as long as a file is unsigned; asks once."""
    passed: list[bool] = []

    def pass_gate(session: Session) -> None:
        if passed:
            return
        missing = unsigned(session, files)
        if missing:
            raise SettingsError(
                f"nothing was changed: an SMS would go out. {refusal(missing, len(files))}"
            )
        passed.append(True)

    return pass_gate


@contextmanager
def reading_signatures(library: Library, database: Database) -> Iterator[Session]:
    """A session that can read them. Raises CannotStart with the mend when it cannot."""
    try:
        with database.reading() as session:
            if (revision_of(session) or "") < newest_revision(library.find("migrations")):
                raise CannotStart(
                    "the signatures cannot be read: the database is older than this program;"
                    " run `mhealth migrate`"
                )
            yield session
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise CannotStart(
            f"the signatures cannot be read, the database is out of reach: {reason};"
            " start it, or correct MHEALTH_DATABASE_URL"
        ) from error
