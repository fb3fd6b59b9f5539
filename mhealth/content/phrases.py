"""Short words in each language that fill placeholders: a day, an age, a status."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from mhealth.content.library import Library
from mhealth.content.review import ContentFile, Kind, read_content
from mhealth.content.yaml_file import YamlFile, read_yaml
from mhealth.domain.alphabet import NARROW, room_for
from mhealth.domain.language import Languages
from mhealth.domain.referral import ReferralStatus
from mhealth.domain.triage import TriageClass

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NEEDED = (
    *(f"when.{k}" for k in ("now", "today", "tomorrow", "day", "time")),
    *(f"age.{k}" for k in ("day", "days", "month", "months", "year", "years", "unknown")),
    *(f"age.{k}" for k in ("under_months", "to_months", "to_years", "from_years")),
    *(f"subject.{k}" for k in ("child", "infant", "pregnant", "postpartum", "other", "self")),
    *(f"class.{c}" for c in TriageClass),
    *(f"status.{s}" for s in ReferralStatus),
    "place.unknown",
    "facility.district",
    "facility.nearest",
    *(f"notice.{k}" for k in ("not_saved", "session_over", "refused")),
)


@dataclass(frozen=True, slots=True)
class Phrases:
    """`say(key, language)` with fallback; every key of NEEDED exists in the default language."""

    by_language: Mapping[str, Mapping[str, str]]
    languages: Languages
    contents: tuple[ContentFile, ...] = ()  # what there is to sign

    def say(self, key: str, language: str, **values: object) -> str:
        """The phrase in the person's language or its fallback, placeholders filled."""
        for code in self.languages.chain(language):
            text = self.by_language.get(code, {}).get(key)
            if text is not None:
                return text.format(**values)
        raise KeyError(key)

    def say_in_all(self, key: str, **values: object) -> str:
        """The phrase in each language, one a line: when nobody knows who listens.

        In the alphabet of the first language, as far as the narrowest screen holds them.
        """
        alphabet = self.languages.default.alphabet
        said: list[str] = []
        for code, language in self.languages.by_code.items():
            line = alphabet.fold(self.say(key, code, **values))
            is_new = language.alphabet is alphabet and alphabet.holds(line) and line not in said
            size = alphabet.size("\n".join([*said, line])) if is_new else 0
            if is_new and (not said or size <= room_for(NARROW, alphabet)):
                said.append(line)
        return "\n".join(said)

    def day(self, day: date, today: date, language: str) -> str:
        """`aujourd'hui`, `demain`, or `mardi 24/11`."""
        distance = (day - today).days
        if distance in (0, 1):
            return self.say("when.today" if distance == 0 else "when.tomorrow", language)
        spoken = self.languages.by_code[self.languages.chain(language)[0]]
        weekday = spoken.words[_WEEKDAYS[day.weekday()]][0]
        return self.say("when.day", language, weekday=weekday, day=day.day, month=day.month)

    def time(self, moment: datetime, today: date, language: str) -> str:
        """A day and an hour, `mardi 24/11 à 14h30`; `moment` in local time."""
        date_text = self.day(moment.date(), today, language)
        return self.say(
            "when.time", language, date=date_text, hour=moment.hour, minute=moment.minute
        )

    def age(self, age_days: int | None, language: str) -> str:
        """An age as it was asked for: in days to 59, in months to 11, then in completed years.

        A month counts 30 days and a year 365 here, as in the question: what was typed is said.
        """
        if age_days is None:
            return self.say("age.unknown", language)
        unit, n = "days", age_days
        if age_days >= 365:
            unit, n = "years", age_days // 365
        elif age_days >= 60:
            unit, n = "months", age_days // 30
        return self.say(f"age.{unit}" if n > 1 else f"age.{unit[:-1]}", language, n=n)


def load_phrases(library: Library, languages: Languages) -> Phrases:
    """French from `content/phrases.yaml`, others from `lang/<code>/phrases.yaml`. ContentError."""
    default = languages.default.code
    loaded: dict[str, Mapping[str, str]] = {}
    contents: list[ContentFile] = []
    original: YamlFile | None = None
    for code in languages.by_code:  # the default comes first
        place = "content/phrases.yaml" if code == default else f"lang/{code}/phrases.yaml"
        try:
            file = read_yaml(library.find(f"ussd_flows/{place}"))
        except FileNotFoundError:
            continue
        loaded[code] = _phrases(file, must_be_whole=code == default)
        contents.append(read_content(file, Kind.PHRASES, code, original))
        original = original or file
    return Phrases(loaded, languages, tuple(contents))


def _phrases(file: YamlFile, *, must_be_whole: bool) -> dict[str, str]:
    rows = file.data.get("phrases")
    if not isinstance(rows, Mapping):
        raise file.error("no `phrases:` mapping")
    for key in rows:
        if key not in NEEDED:
            raise file.error(f"unknown phrase {key!r}", rows, key)
    for key in NEEDED:
        if must_be_whole and not rows.get(key):
            raise file.error(f"no phrase {key!r}", rows)
    return {key: str(text) for key, text in rows.items()}
