"""The gate of live mode: nothing unsigned is spoken; told in one line before anything starts."""

from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from mhealth.content.library import Library
from mhealth.content.review import ContentFile
from mhealth.domain.errors import CannotStart, SettingsError
from mhealth.services.signing import refusal, unsigned
from mhealth.store.database import Database
from mhealth.store.revision import newest_revision, revision_of


def refuse_unsigned(library: Library, database: Database, files: Sequence[ContentFile]) -> None:
    """Raises SettingsError naming the first unsigned files, CannotStart when nobody can know."""
    missing = read_unsigned(library, database, files)
    if missing:
        raise SettingsError(refusal(missing, len(files)))


def read_unsigned(
    library: Library, database: Database, files: Sequence[ContentFile]
) -> list[ContentFile]:
    """The files that bear no signature as they stand. Raises CannotStart with the mend."""
    try:
        with database.reading() as session:
            if (revision_of(session) or "") < newest_revision(library.find("migrations")):
                raise CannotStart(
                    "the signatures cannot be read: the database is older than this program;"
                    " run `mhealth migrate`"
                )
            return unsigned(session, files)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise CannotStart(
            f"the signatures cannot be read, the database is out of reach: {reason};"
            " start it, or correct MHEALTH_DATABASE_URL"
        ) from error
