"""Values as a sheet shows them: what `cells.py` reads back, and no spreadsheet turns into something else."""

import phonenumbers

from mhealth.domain.msisdn import Msisdn
from mhealth.sheets.columns import Cell

DAY_WORDS = {
    "fr": ("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
    "en": ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
}
YES_NO = {"fr": ("oui", "non"), "en": ("yes", "no")}


def spell(cell: Cell, value: object, language: str) -> str:
    """The text of a value; empty for none."""
    tongue = "en" if language == "en" else "fr"
    if value is None:
        return ""
    if isinstance(value, Msisdn):
        return grouped(value)
    if cell is Cell.DAYS:
        return ", ".join(DAY_WORDS[tongue][int(day) - 1] for day in str(value).split(","))
    if cell is Cell.HOUR and isinstance(value, int):
        return f"{value // 60:02d}:{value % 60:02d}"
    if cell is Cell.YES_NO:
        return YES_NO[tongue][0 if value else 1]
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def grouped(msisdn: Msisdn) -> str:
    """A number with its spaces: without them a spreadsheet takes it for a sum and rounds it."""
    parsed = phonenumbers.parse(msisdn.e164)
    spelled = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return str(spelled) if " " in spelled else f"{msisdn.e164[:4]} {msisdn.e164[4:]}"
