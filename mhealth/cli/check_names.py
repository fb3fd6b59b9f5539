"""The directory's longest names for `mhealth check`, when there is a database that can be asked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from mhealth.content.languages import declared_languages
from mhealth.content.library import open_library
from mhealth.content.phrases import load_phrases
from mhealth.domain.errors import CannotStart, MhealthError
from mhealth.handles import TABLES
from mhealth.services.longest_names import longest_names
from mhealth.store.database import open_database
from mhealth.store.keyring import Keyring
from mhealth.ussd.proofs.names import NO_NAMES, Names

_NO_KEYS = Keyring({"none": bytes(32)}, bytes(32))
"""No name of a place is sealed."""
DECLARED = "names as long as declared"


def find_names(values: Mapping[str, Any], wanted: bool | None) -> tuple[Names, str]:
    """The names, and in words where they are from. Raises CannotStart when wanted and not there."""
    if wanted is False:
        return NO_NAMES, DECLARED
    try:
        names = _ask(values)
    except (SQLAlchemyError, MhealthError, OSError) as error:
        if wanted:
            reason = str(error).splitlines()[0]
            raise CannotStart(f"the directory cannot be asked for its names: {reason}") from None
        return NO_NAMES, DECLARED
    return names, "names of the directory" if names.are_known else DECLARED


def _ask(values: Mapping[str, Any]) -> Names:
    url = str(values.get("database_url", ""))
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        raise CannotStart(f"no file {address.database}")  # opening it would make one
    library = open_library(values.get("country_dir"))
    phrases = load_phrases(library, declared_languages(library))
    assert TABLES.tables  # of all rooms, so that foreign keys lead somewhere
    database = open_database(url, _NO_KEYS)
    try:
        with database.reading() as session:
            return longest_names(session, phrases)
    finally:
        database.close()
