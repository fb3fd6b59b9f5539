"""Users and districts as they are named on the command line; who is not known is told in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches

import click
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mhealth.domain.errors import CannotStart
from mhealth.handles import open_handles
from mhealth.services.staff import clean_username
from mhealth.settings import read_settings
from mhealth.store.database import Database
from mhealth.store.directory import District
from mhealth.store.staff import StaffUser, districts_named, staff_by_username, staff_usernames


@contextmanager
def staff_database() -> Iterator[Database]:
    """The database of the settings. Raises CannotStart when it is away or not migrated."""
    handles = open_handles(read_settings())
    try:
        yield handles.database
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise CannotStart(
            f"the database cannot be used: {reason}; start it, or run `mhealth migrate`"
        ) from error
    finally:
        handles.database.close()


def wanted_user(session: Session, typed: str | None, *, to_change: bool = False) -> StaffUser:
    """The user of this name; the name may be left out when there is only one user."""
    names = staff_usernames(session)
    name = clean_username(typed or (names[0] if len(names) == 1 else ""))
    user = staff_by_username(session, name, to_change=to_change)
    if user is None:
        listed = ", ".join(names) or "none yet"
        raise click.ClickException(f"No such user. Users of the desk: {listed}.")
    return user


def wanted_district(session: Session, typed: str | None) -> District:
    """The district of this code or name; it may be left out when there is only one."""
    found = districts_named(session, typed.strip() if typed else None)
    if len(found) == 1:
        return found[0]
    if len(found) > 1 and typed:
        codes = ", ".join(sorted(str(district.code) for district in found))
        raise click.ClickException(
            f"{len(found)} districts are named {typed}; say the code: {codes}"
        )
    known = sorted(_shown(district) for district in districts_named(session, None))
    if not known:
        raise click.ClickException("No district yet: import the directory first.")
    near = get_close_matches(typed or "", known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    asked = f"No district {typed!r}." if typed else "Say --district."
    raise click.ClickException(f"{asked}{hint} Districts: {', '.join(known)}.")


def _shown(district: District) -> str:
    return f"{district.name} ({district.code})" if district.code else district.name
