"""How values look on a page: how long ago, the exact time, an age, a code, a text from a phone."""

import re
import unicodedata
from datetime import datetime, timedelta

from babel.dates import format_timedelta
from flask import Flask
from flask_babel import format_datetime, get_locale, get_timezone, gettext, to_user_timezone

from mhealth.domain.codes import LENGTH, is_code, show_code
from mhealth.domain.errors import SealError
from mhealth.domain.msisdn import mask
from mhealth.triage.ages import told_age
from mhealth.web import here
from mhealth.web.i18n import current_language
from mhealth.web.words import FAILURES

_THIS_YEAR = "EEE d MMM, HH:mm"
_OTHER_YEAR = "EEE d MMM y, HH:mm"
_CLOCK = "HH:mm"
_SECONDS = "HH:mm:ss"
_NUMBER = re.compile(r"\+?\d[\d .\-]{6,16}\d")
_CODE = re.compile(r"\d{3} ?\d{4}(?!\d)")
_MARKS = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_PLAIN_MARKS = frozenset("\n")


def init_shown(app: Flask) -> None:
    """Make these the filters of every template."""
    app.jinja_env.filters.update(
        ago=ago, waited=waited, exact=exact, since=since, day=day, clock=clock, seconds=seconds,
        iso=iso, age=age, code=show_code, said=said, pieces=pieces, hide_numbers=hide_numbers, opened=opened,
        masked_number=masked_number, mask=mask, failure=failure,
    )  # fmt: skip


def ago(moment: datetime) -> str:
    """`il y a 3 minutes`, `dans 2 jours`, by the clock of the deadlines."""
    distance = moment - here.now()
    if abs(distance.total_seconds()) < 45:
        return said("à l’instant")
    spoken = format_timedelta(
        distance, add_direction=True, granularity="minute", threshold=1, locale=get_locale()
    )
    return str(spoken)


def exact(moment: datetime) -> str:
    """Day and hour in the district's zone: `mar. 24 nov., 14:05`, with the year when not this one."""
    is_this_year = to_user_timezone(moment).year == to_user_timezone(here.now()).year
    return str(format_datetime(moment, _THIS_YEAR if is_this_year else _OTHER_YEAR))


def waited(moment: datetime) -> str:
    """How long somebody waits since then: `46 min`, `1 h 05`, `2 j 3 h`."""
    minutes = max(0, int((here.now() - moment).total_seconds() // 60))
    hours, days = minutes // 60, minutes // 1440
    if days:
        return str(gettext("%(days)d j %(hours)d h", days=days, hours=hours % 24))
    if hours:
        return str(gettext("%(hours)d h %(minutes)s", hours=hours, minutes=f"{minutes % 60:02d}"))
    return str(gettext("%(minutes)d min", minutes=minutes))


def since(age_ms: int) -> str:
    """When something began that is so old, by the clock of this page: `10:42`, or with its day."""
    began = here.now() - timedelta(milliseconds=age_ms)
    is_today = to_user_timezone(began).date() == to_user_timezone(here.now()).date()
    return clock(began) if is_today else exact(began)


def day(moment: datetime) -> str:
    """The day in the district's zone, as a heading: `mardi 24 novembre 2026`."""
    return str(format_datetime(moment, "EEEE d MMMM y"))


def clock(moment: datetime) -> str:
    """The hour in the district's zone: `14:05`."""
    return str(format_datetime(moment, _CLOCK))


def seconds(moment: datetime) -> str:
    """The hour with its seconds."""
    return str(format_datetime(moment, _SECONDS))


def iso(moment: datetime) -> str:
    """For machines: ISO 8601 in the district's zone."""
    return moment.astimezone(get_timezone()).isoformat(timespec="seconds")


def age(age_days: int | None, protocol: str | None, subject: str | None) -> str:
    """An age as it was told, in the reader's language: a number, else the bracket of the table asked."""
    bench = here.runtime().workbench
    return told_age(
        bench.phrases,
        bench.protocols,
        current_language(),
        age_days=age_days,
        protocol=protocol,
        subject=subject,
    )


def said(text: str) -> str:
    """A word of `web.words` in the reader's language."""
    return str(gettext(text))


def failure(text: str) -> str:
    """Why an SMS ended, `problem: detail` or `status: problem`, in words; what the carrier said beside it."""
    if text in FAILURES:
        return said(FAILURES[text])
    head, _, tail = text.partition(": ")
    for problem, detail in ((head, tail), (tail, head)):
        if problem in FAILURES:
            return f"{said(FAILURES[problem])} ({detail})"
    return text


def pieces(text: str) -> list[tuple[str, str]]:
    """A text from a phone, cut at what cannot be seen: (visible text, "") or ("", name of a mark).

    Marks that turn the direction of writing, hide letters or steer a terminal are shown by their
    code, so that the reader sees them and they do nothing.
    """
    cut: list[tuple[str, str]] = []
    for char in text.replace("\r\n", "\n"):
        if _is_mark(char):
            cut.append(("", f"U+{ord(char):04X}"))
        elif cut and not cut[-1][1]:
            cut[-1] = (cut[-1][0] + char, "")
        else:
            cut.append((char, ""))
    return cut


def opened(row: object, column: str = "body") -> tuple[str | None, bool]:
    """A sealed text: (text, False), or (None, True) when our keys do not open it."""
    try:
        return getattr(row, column), False
    except SealError:
        return None, True


def masked_number(row: object) -> str:
    """The number of a row as a list may show it."""
    number, _is_sealed = opened(row, "msisdn")
    return mask(number or "")


def hide_numbers(text: str) -> str:
    """Mask what looks like a number in a text; a referral's code stays, also before a day or hour."""
    return _NUMBER.sub(lambda found: _hidden(found.group()), text)


def _hidden(candidate: str) -> str:
    digits = re.sub(r"\D", "", candidate)
    is_a_code = _CODE.match(candidate) and is_code(digits[:LENGTH]) and len(digits) <= LENGTH + 4
    return candidate if is_a_code else mask(re.sub(r"[ .\-]", "", candidate))


def _is_mark(char: str) -> bool:
    return char not in _PLAIN_MARKS and unicodedata.category(char) in _MARKS
