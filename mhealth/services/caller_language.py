"""The language kept for a number, as a rehearsal sets it from outside a call."""

from datetime import datetime

from sqlalchemy.orm import Session

from mhealth.services.callers import Caller, look_up
from mhealth.store.people import write_phone


def keep_language(session: Session, caller: Caller, code: str, now: datetime) -> None:
    """From the next call on this number is spoken to so; empty: nobody chose a language on it."""
    phone = look_up(session, caller).phone
    if phone is None and not code:
        return
    phone = phone or write_phone(session, caller.msisdn, caller.msisdn_index, now)
    phone.language = code or None
