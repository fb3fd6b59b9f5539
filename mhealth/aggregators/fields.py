"""Fields of a carrier's call: cleaned, bounded, refused with a reason that is safe to log."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from mhealth.domain.errors import NotOurEvent, UnreadableRequest
from mhealth.domain.gateway import RawCall
from mhealth.domain.msisdn import Msisdn, NotAMsisdn, read_msisdn

_BREAK = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x09\x0e-\x1f\x7f-\x84\x86-\x9f]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ID = re.compile(r"[!-~]+")


def clean_lines(text: str) -> str:
    """Text that any database and page can hold: line breaks as LF, no other control character."""
    whole = _LONE_SURROGATE.sub("\ufffd", text)
    return _CONTROL.sub("", _BREAK.sub("\n", whole.replace("\t", " ")))


def clean_line(text: str) -> str:
    """The same on one line."""
    return clean_lines(text).replace("\n", " ")


def required(call: RawCall, name: str) -> str:
    """The raw value of a field that must be there, perhaps empty. Raises UnreadableRequest."""
    if name not in call.fields:
        raise UnreadableRequest(f"missing {name}")
    return call.fields[name]


def required_id(call: RawCall, name: str, most: int) -> str:
    """An id, code or word: printable ASCII without spaces. Raises UnreadableRequest."""
    value = required(call, name).strip()
    if not value:
        raise UnreadableRequest(f"missing {name}")
    if len(value) > most or not _ID.fullmatch(value):
        raise UnreadableRequest(f"malformed {name}")
    return value


def required_msisdn(call: RawCall, name: str, region: str | None) -> Msisdn:
    """The subscriber's number, a `+` that the form turned into a space put back.

    Raises UnreadableRequest when it is missing, NotOurEvent when a word or a short code stands there.
    """
    value = required(call, name)
    if not value.strip():
        raise UnreadableRequest(f"missing {name}")
    try:
        return read_msisdn(clean_line(value), region)
    except NotAMsisdn as error:
        raise NotOurEvent(f"{name} is no phone number") from error


def optional_msisdn(call: RawCall, name: str, region: str | None) -> Msisdn | None:
    """As `required_msisdn`, None for anything that is no number."""
    try:
        return required_msisdn(call, name, region)
    except UnreadableRequest:
        return None


def optional(fields: Mapping[str, str], name: str, most: int) -> str | None:
    """A short word cleaned and cut to `most` characters; None when absent or empty."""
    value = clean_line(fields.get(name, "")).strip()[:most].strip()
    return value or None


def optional_number(fields: Mapping[str, str], name: str) -> int | None:
    """A whole number from 0 to 2,147,483,647, as every database holds it; else None."""
    value = fields.get(name, "").strip()
    if not re.fullmatch(r"[0-9]{1,10}", value):
        return None
    return int(value) if int(value) < 2**31 else None


def optional_time(fields: Mapping[str, str], name: str) -> datetime | None:
    """An ISO time, UTC when it names no zone; None when it cannot be read."""
    try:
        read = datetime.fromisoformat(fields.get(name, "").strip())
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
