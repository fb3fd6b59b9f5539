"""Phone numbers: E.164 or nothing, always masked when shown to a log."""

import re
from dataclasses import dataclass

import phonenumbers

from mhealth.domain.digits import lenient_digits, western_digits

_SHAPE = re.compile(r"\+[1-9]\d{6,14}")


_EXTRA = frozenset(
    {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST}
)


class NotAMsisdn(ValueError):
    """The text is no phone number; `str()` of the error is safe to log."""


@dataclass(frozen=True, slots=True, order=True)
class Msisdn:
    """A subscriber's number in E.164 with its `+`, at most 15 digits (ITU-T E.164)."""

    e164: str

    def __post_init__(self) -> None:
        if not _SHAPE.fullmatch(self.e164):
            raise NotAMsisdn(f"not a phone number: {mask(self.e164)}")

    def __str__(self) -> str:
        return self.e164

    def __repr__(self) -> str:
        return f"Msisdn({self.masked})"

    @property
    def masked(self) -> str:
        """What a log or a list may show: country and last two digits."""
        return mask(self.e164)


def mask(text: str) -> str:
    """Hide the middle of anything that may be a number: `+22961234567` becomes `+229******67`."""
    kept = text.strip()
    if len(kept) < 7:
        return "*" * len(kept)
    return kept[:4] + "*" * (len(kept) - 6) + kept[-2:]


def read_msisdn(text: str, region: str | None = None) -> Msisdn:
    """Read a number as carriers and people write it.

    Understood: `+229…`, a `+` that a form turned into a space, `00229…`, `tel:+229…`, digits
    without `+` (a carrier's habit), O for 0 and l for 1, a stray `#`, and, when `region` (ISO 3166
    alpha-2) is given, the local form. The country is never guessed from the length. Raises NotAMsisdn.
    """
    raw = western_digits(text)
    bare = lenient_digits(re.sub(r"[\s().\-#]", "", raw.strip().removeprefix("tel:")))
    if not re.fullmatch(r"\+?\d{7,16}", bare):
        raise NotAMsisdn(f"not a phone number: {mask(text)}")
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    candidates = [bare] if bare.startswith("+") else _without_plus(bare, raw, region)
    for candidate in candidates:
        found = _valid(candidate, region)
        if found is not None:
            return found
    raise NotAMsisdn(f"not a phone number: {mask(text)}")


def _without_plus(bare: str, raw: str, region: str | None) -> list[str]:
    """International first when a form ate the plus; else as our country would dial it."""
    if raw.startswith(" ") or region is None:
        return ["+" + bare]
    country = str(phonenumbers.country_code_for_region(region))
    if bare.startswith(country):
        return ["+" + bare, bare]
    return [bare, "+" + bare]


def _valid(candidate: str, region: str | None) -> Msisdn | None:
    try:
        number = phonenumbers.parse(candidate, None if candidate.startswith("+") else region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return Msisdn(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def country_prefix(region: str) -> str | None:
    """`+229` for BJ; None for what is no country (ISO 3166 alpha-2)."""
    code = phonenumbers.country_code_for_region(region)
    return f"+{code}" if code else None


def lies_within(msisdn: Msisdn, prefixes: tuple[str, ...]) -> bool:
    """True when the number begins with one of the prefixes (`+229`)."""
    return msisdn.e164.startswith(prefixes)


def costs_extra(msisdn: Msisdn) -> bool:
    """True for premium and shared-cost ranges as libphonenumber's metadata lists them."""
    return phonenumbers.number_type(phonenumbers.parse(msisdn.e164)) in _EXTRA
