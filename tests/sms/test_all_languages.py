"""With every declared language spoken no answer is read otherwise, and each has its own yes, no and doubt."""

import pytest

from mhealth.content.languages import declared_languages
from mhealth.content.library import open_library
from mhealth.sms.answers import Keyword, read_answer, read_keyword
from tests.sms.test_answers import SPELLINGS, TUESDAY, _told

DECLARED = declared_languages(open_library())


@pytest.mark.parametrize("at", range(0, len(SPELLINGS), 50))
def test_no_word_of_one_language_changes_what_another_says(at: int) -> None:
    for typed, expected in SPELLINGS[at : at + 50]:
        assert _told(read_answer(typed, DECLARED, TUESDAY)) == expected, typed


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("SIM 482 1935", "yes 4821935"),
        ("Sim, 4821935 amanhã 14h obrigado", "yes 4821935 2026-11-25 14:00"),
        ("sim 4821935 quinta-feira 9h30", "yes 4821935 2026-11-26 09:30"),
        ("Não 4821935", "no 4821935"),
        ("nao 4821935, estamos cheios", "no 4821935"),
        ("recusado 4821935", "no 4821935"),
        ("sim mas só amanhã 4821935", "unclear 4821935"),
        ("sim 4821935 se houver cama", "unclear 4821935"),
        ("Recebi 4821935", "yes_or_no 4821935"),
        ("Eh 4821935 gobe 14h", "yes 4821935 2026-11-25 14:00"),
        ("na'am 4821935 ranar Laraba 9h", "yes 4821935 2026-11-25 09:00"),
        ("A'a 4821935", "no 4821935"),
        ("Mun ƙi 4821935", "no 4821935"),
        ("mun ki 4821935", "no 4821935"),
        ("eh amma ba gado 4821935", "unclear 4821935"),
        ("نعم 4821935", "yes 4821935"),
        ("نَعَمْ ٤٨٢١٩٣٥ غدًا 14h", "yes 4821935 2026-11-25 14:00"),
        ("السلام عليكم نعم ٤٨٢ ١٩٣٥ شكرا", "yes 4821935"),
        ("نعم 4821935 الخميس 10h", "yes 4821935 2026-11-26 10:00"),
        ("لا 4821935", "no 4821935"),
        ("لا ٤٨٢١٩٣٥، لا يوجد سرير", "no 4821935"),
        ("نعم لكن لا سرير 4821935", "both_words 4821935"),
        ("نعم إذا وصلت اليوم 4821935", "unclear 4821935"),
        ("نعم؟ 4821935", "unclear 4821935"),
        ("وصلت 4821935", "yes_or_no 4821935"),
        ("\u200fنعم\u200f 482\u00a01935", "yes 4821935"),
    ],
)
def test_each_language_has_its_own_yes_no_and_doubt(typed: str, expected: str) -> None:
    assert _told(read_answer(typed, DECLARED, TUESDAY)) == expected


@pytest.mark.parametrize(
    ("typed", "keyword"),
    [
        ("PARAR", Keyword.STOP),
        ("retomar", Keyword.RESUME),
        ("Ajuda", Keyword.HELP),
        ("daina", Keyword.STOP),
        ("FARA", Keyword.RESUME),
        ("taimako", Keyword.HELP),
        ("توقف", Keyword.STOP),
        ("إستئناف", Keyword.RESUME),
        ("مساعدة", Keyword.HELP),
    ],
)
def test_the_words_that_the_sms_name_do_what_they_say(typed: str, keyword: Keyword) -> None:
    assert read_keyword(typed, DECLARED) is keyword
