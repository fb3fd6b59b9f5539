"""Reads from the address which page of a list is wanted."""

from uuid import UUID

from werkzeug.datastructures import MultiDict

from mhealth.store.pages import Turn

OLDER, NEWER = "older_than", "newer_than"


def read_uid(text: str) -> UUID | None:
    """A row's public key; None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def read_turn(args: MultiDict[str, str]) -> Turn | None:
    """`?older_than=` or `?newer_than=` a row; anything that is no row means the first page."""
    for name in (OLDER, NEWER):
        uid = read_uid(args.get(name, ""))
        if uid is not None:
            return Turn(uid=uid, is_back=name == NEWER)
    return None
