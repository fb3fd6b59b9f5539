"""The shapes of sheets and columns: what a heading may be called, and what a cell under it holds."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The sheets in the order in which they are written; the value is the database's table."""

    DISTRICTS = "districts"
    HEALTH_AREAS = "health_areas"
    FACILITIES = "facilities"
    VILLAGES = "villages"
    HEALTH_WORKERS = "health_workers"
    POSTS = "village_posts"
    DUTY_PHONES = "duty_phones"


class Cell(StrEnum):
    """What a column holds; `cells.py` reads each."""

    CODE = "code"  # a key, or the code of a row of another sheet
    NAME = "name"
    PHONE = "phone"
    LANGUAGE = "language"
    TIMEZONE = "timezone"
    DAYS = "days"
    HOUR = "hour"
    DISTANCE = "distance"
    RANK = "rank"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `names` are by language, the first one is written into templates."""

    field: str
    cell: Cell
    fr: tuple[str, ...]
    en: tuple[str, ...]
    names: Kind | None = None  # the sheet whose code it holds
    is_needed: bool = False  # of every row that the directory does not know yet
    is_key: bool = False  # of every row
    longest: int = 0  # characters that the table holds; 0: no such limit
    shown: int = 0  # septets that a phone's screen keeps for it; 0: no phone shows it

    def title(self, language: str) -> str:
        """The heading that a template of this language bears."""
        return self.en[0] if language == "en" else self.fr[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetForm:
    """One sheet: how it is called, and its columns in their order."""

    kind: Kind
    fr: tuple[str, ...]
    en: tuple[str, ...]
    columns: tuple[Column, ...]

    def title(self, language: str) -> str:
        """The name of the sheet in a template of this language."""
        return self.en[0] if language == "en" else self.fr[0]

    def column(self, field: str) -> Column:
        """The column of a field."""
        return next(column for column in self.columns if column.field == field)
