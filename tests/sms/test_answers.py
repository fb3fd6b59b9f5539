"""What a centre types is read as it was meant; what is not clear is asked, never guessed."""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhealth.content.languages import load_languages
from mhealth.content.library import open_library
from mhealth.domain.codes import LENGTH, check_digit, is_code, show_code
from mhealth.domain.language import Language, Languages
from mhealth.sms.answers import (
    Answer,
    AnswerProblem,
    Keyword,
    NotAnAnswer,
    ProblemKind,
    read_answer,
    read_keyword,
)
from mhealth.sms.templates import Templates
from mhealth.sms.when import WhenProblem

TUESDAY = date(2026, 11, 24)
LANGUAGES = load_languages(open_library())


def _read_spellings() -> Iterator[tuple[str, str]]:
    lines = (Path(__file__).parent / "spellings.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        typed, arrow, expected = line.rpartition(" => ")
        if arrow and not line.startswith("# "):
            yield _unescape(typed), expected


def _unescape(typed: str) -> str:
    parts = typed.split("\\u")
    text = parts[0] + "".join(chr(int(part[:4], 16)) + part[4:] for part in parts[1:])
    return text.encode("utf-16", "surrogatepass").decode("utf-16")


SPELLINGS = list(_read_spellings())


def _told(read: Answer | AnswerProblem | NotAnAnswer) -> str:
    match read:
        case Answer():
            words = ["yes" if read.says_yes else "no", read.code]
            words += [read.day.isoformat()] if read.day else []
            words += [f"{read.hour:%H:%M}"] if read.hour else []
            return " ".join([*words, *([read.when_problem] if read.when_problem else [])])
        case AnswerProblem():
            return f"{read.kind} {read.code or ''}".strip()
        case _:
            return "nothing"


def test_there_are_many_spellings() -> None:
    assert len(SPELLINGS) >= 400


@pytest.mark.parametrize(("typed", "expected"), SPELLINGS)
def test_each_spelling_is_read_as_it_was_meant(typed: str, expected: str) -> None:
    assert _told(read_answer(typed, LANGUAGES, TUESDAY)) == expected


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("OUI 4821935", ""),
        ("OUI 4821935 à 14h", ""),
        ("OUI 4821935, ambulance envoyée à 14h30.", "ambulance envoyée à"),
        ("OUI 482 1935 demain 9h: venir à jeun", "venir à jeun"),
        ("NON 4821935. Pas de lit, voir Kandi à 14h", "Pas de lit, voir Kandi à 14h"),
        ("OUI 4821935 le 12 mai", "le 12 mai"),
        ("Docteur Ali: OUI 4821935", "Docteur Ali"),
    ],
)
def test_what_else_was_written_stays_as_a_note(typed: str, note: str) -> None:
    read = read_answer(typed, LANGUAGES, TUESDAY)
    assert isinstance(read, Answer)
    assert read.note == note


def test_a_note_is_kept_short() -> None:
    read = read_answer("NON 4821935 " + "malade " * 500, LANGUAGES, TUESDAY)
    assert isinstance(read, Answer)
    assert 250 < len(read.note) <= 300


def test_an_unclear_day_gives_neither_day_nor_hour() -> None:
    read = read_answer("OUI 4821935 le 12 mai à 14h", LANGUAGES, TUESDAY)
    assert read == Answer(
        says_yes=True,
        code="4821935",
        when_problem=WhenProblem.UNCLEAR,
        note="le 12 mai à 14h",
        remark="le 12 mai à 14h",
    )


def test_a_weekday_is_the_next_such_day_all_through_the_week() -> None:
    for day in range(23, 30):
        today = date(2026, 11, day)
        read = read_answer("OUI 4821935 mercredi", LANGUAGES, today)
        assert isinstance(read, Answer)
        assert read.day is not None
        assert read.day.weekday() == 2
        assert 1 <= (read.day - today).days <= 7


def test_a_date_at_the_turn_of_the_year_is_the_near_one() -> None:
    read = read_answer("OUI 4821935 02/01", LANGUAGES, date(2026, 12, 30))
    assert isinstance(read, Answer)
    assert read.day == date(2027, 1, 2)


def test_29_february_exists_in_a_leap_year_only() -> None:
    read = read_answer("OUI 4821935 29/02 9h", LANGUAGES, date(2028, 2, 1))
    assert isinstance(read, Answer)
    assert (read.day, read.hour) == (date(2028, 2, 29), time(9))
    told = read_answer("OUI 4821935 29/02 9h", LANGUAGES, date(2026, 2, 1))
    assert isinstance(told, Answer)
    assert told.when_problem is WhenProblem.UNCLEAR


def test_a_language_that_is_added_is_understood() -> None:
    swahili = Language(
        code="sw", name="Kiswahili", words={"yes": ("ndiyo", "sawa"), "no": ("hapana",)}
    )
    languages = Languages({**LANGUAGES.by_code, "sw": swahili})
    assert _told(read_answer("Ndiyo 482 1935", languages, TUESDAY)) == "yes 4821935"
    assert _told(read_answer("4821935 HAPANA", languages, TUESDAY)) == "no 4821935"
    assert _told(read_answer("oui hapana 4821935", languages, TUESDAY)) == "both_words 4821935"


def test_words_of_another_alphabet_are_understood() -> None:
    arabic = Language(code="ar", name="العربية", words={"yes": ("نعم",), "no": ("لا",)})
    languages = Languages({**LANGUAGES.by_code, "ar": arabic})
    assert _told(read_answer("نعم ٤٨٢ ١٩٣٥", languages, TUESDAY)) == "yes 4821935"
    assert _told(read_answer("لا 4821935", languages, TUESDAY)) == "no 4821935"


@pytest.mark.parametrize("kind", ProblemKind)
def test_every_problem_has_an_sms_that_says_it(kind: ProblemKind, templates: Templates) -> None:
    has_code = kind not in (ProblemKind.NO_CODE, ProblemKind.SEVERAL_CODES)
    problem = AnswerProblem(kind=kind, code="4821935" if has_code else None)
    told = templates.render(problem.template, "fr", problem.values).text
    assert ("482 1935" in told) == has_code


def test_digits_that_are_no_code_are_shown_as_typed() -> None:
    read = read_answer("OUI 482193", LANGUAGES, TUESDAY)
    assert isinstance(read, AnswerProblem)
    assert read.values == {"code": "482193"}


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    read_answer(text, LANGUAGES, TUESDAY)
    read_keyword(text, LANGUAGES)


_PIECES = [
    "oui", "non", "n", "o", "y", "0ui", "4821935", "482", "1935", "5550127", "l", "14", "h", "30",
    ":", "/", ".", "-", " ", " ", "26/11", "demain", "mon", "midi", "soir", "pm", "à", "'", "\x00",
    "\x01", "\x02", "\u202e", "é", "٤", "½", "İ", "ß", "\ud800",
]  # fmt: skip


@settings(max_examples=400)
@given(
    st.lists(st.sampled_from(_PIECES), max_size=14), st.dates(date(2020, 1, 1), date(2090, 1, 1))
)
def test_any_mix_of_pieces_keeps_its_promises(pieces: list[str], today: date) -> None:
    read = read_answer("".join(pieces), LANGUAGES, today)
    if isinstance(read, Answer):
        assert is_code(read.code)
        assert read.says_yes or (read.day, read.hour, read.when_problem) == (None, None, None)
        assert read.when_problem is None or (read.day, read.hour) == (None, None)
        assert read.day is None or read.day >= today
        assert read.note.isprintable()


_CODES = st.integers(100_000, 999_999).map(lambda body: f"{body}{check_digit(str(body))}")
_JOINTS = st.sampled_from(["", " ", ".", "-", " - "])


@given(_CODES, _JOINTS, st.booleans(), st.sampled_from(["14h", "demain", "demain 8h30", ""]))
def test_every_code_is_found_however_it_is_cut(
    code: str, joint: str, says_yes: bool, when: str
) -> None:
    word = "OUI" if says_yes else "NON"
    for typed in (f"{word} {code[:3]}{joint}{code[3:]} {when}", f"{when} {code} {word}"):
        read = read_answer(typed, LANGUAGES, TUESDAY)
        assert isinstance(read, Answer)
        assert (read.code, read.says_yes, read.when_problem) == (code, says_yes, None)


@given(_CODES, st.integers(0, LENGTH - 1), st.integers(1, 9))
def test_one_wrong_digit_is_never_taken_for_another_case(code: str, at: int, more: int) -> None:
    wrong = code[:at] + str((int(code[at]) + more) % 10) + code[at + 1 :]
    read = read_answer(f"OUI {show_code(wrong)} demain 14h", LANGUAGES, TUESDAY)
    assert read == AnswerProblem(kind=ProblemKind.WRONG_CODE, code=wrong)


def test_a_long_hostile_text_is_read_quickly() -> None:
    for piece in ("o", "1 ", "oui ", "12.", "1/", "4821935 ", "o1", "a", "' ", "mon "):
        assert read_answer(piece * 50_000, LANGUAGES, TUESDAY) is not None


@pytest.mark.parametrize(
    ("typed", "keyword"),
    [
        ("AIDE", Keyword.HELP), ("aide ?", Keyword.HELP), ("Help!", Keyword.HELP),
        ("info", Keyword.HELP), (" ? ", Keyword.HELP), ("STOP", Keyword.STOP),
        ("stop.", Keyword.STOP), ("Stop all", Keyword.STOP), ("ARRÊT", Keyword.STOP),
        ("arrêter", Keyword.STOP), ("Désabonner", Keyword.STOP), ("FIN", Keyword.STOP),
        ("end", Keyword.STOP), ("S T O P", Keyword.STOP), ("« STOP »", Keyword.STOP),
        ("ＳＴＯＰ", Keyword.STOP), ("REPRENDRE", Keyword.RESUME), ("Start", Keyword.RESUME),
        ("unstop", Keyword.RESUME), ("", None), ("   ", None), ("OUI", None),
        ("stop la fièvre", None), ("c'est la fin", None), ("fin du mois", None),
        ("the end", None), ("ACHA", Keyword.STOP), ("Sitisha.", Keyword.STOP),
        ("msaada", Keyword.HELP), ("Anza", Keyword.RESUME), ("acha kuhara", None), ("msaada daktari", None),
        ("aide moi docteur", None), ("stop" * 100, None),
    ],
)  # fmt: skip
def test_a_keyword_counts_when_it_is_the_whole_message(typed: str, keyword: Keyword | None) -> None:
    assert read_keyword(typed, LANGUAGES) is keyword
