"""A doubtful yes is never taken for a yes, and a reason never turns a no; on every word that is declared."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.content.languages import load_languages
from mhealth.content.library import open_library
from mhealth.domain.language import Languages
from mhealth.sms.answers import Answer, AnswerProblem, ProblemKind, read_answer
from tests.spoken import WHOLE

TUESDAY = date(2026, 11, 24)
LANGUAGES = load_languages(open_library())


def _declared(meaning: str) -> list[str]:
    return sorted({w for row in LANGUAGES.by_code.values() for w in row.words[meaning]})


DOUBTS = [f"{word}avons" if word.endswith("'") else word for word in _declared("doubt")]
NUMBER_SIGNS = [
    "no",
    "No",
    "NO",
    "no.",
    "No.",
    "n",
    "n.",
    "N°",
    "n °",
    "no°",
    "nr",
    "num.",
    "numéro",
]
YESES = [
    "OUI 4821935",
    "oui 482 1935 demain 14h",
    "Bonjour docteur, ok pour le 4821935 merci",
    "4821935 oui venez vite",
    "d'accord 4821935, chambre 4",
    "accepte le patient 4821935",
    "YES 4821935 tomorrow at 2pm",
    "y 4821935",
    "4821935 o",
]
NOES = [
    "NON 4821935",
    "Bonjour, non 482 1935",
    "4821935 non",
    "no 4821935",
    "refus 4821935",
    "n 4821935",
]


def test_the_words_of_doubt_are_many_in_each_language() -> None:
    assert all(len(LANGUAGES.by_code[code].words["doubt"]) >= 40 for code in WHOLE)


@pytest.mark.parametrize("yes", YESES)
def test_what_the_doubts_are_put_into_is_a_plain_yes(yes: str) -> None:
    read = read_answer(yes, LANGUAGES, TUESDAY)
    assert isinstance(read, Answer)
    assert read.says_yes


@pytest.mark.parametrize("yes", YESES)
def test_a_doubt_anywhere_in_a_yes_leaves_no_plain_yes(yes: str) -> None:
    words = yes.split()
    for doubt, at in product(DOUBTS, range(len(words) + 1)):
        typed = " ".join([*words[:at], doubt, *words[at:]])
        read = read_answer(typed, LANGUAGES, TUESDAY)
        assert not (isinstance(read, Answer) and read.says_yes), typed


@pytest.mark.parametrize("no", NOES)
def test_a_doubt_after_a_no_leaves_it_a_no(no: str) -> None:
    for doubt in DOUBTS:
        read = read_answer(f"{no}, {doubt}", LANGUAGES, TUESDAY)
        assert isinstance(read, Answer), doubt
        assert not read.says_yes


@given(
    st.sampled_from(["patient", "Reçu dossier", "le cas", "Réf", "SMS du patient", "file"]),
    st.sampled_from(NUMBER_SIGNS),
    st.sampled_from(
        ["", "reçu", "bien reçu", "received", "refuse de venir", "demain 14h", "merci"]
    ),
)
def test_a_number_sign_is_no_refusal(before: str, sign: str, after: str) -> None:
    read = read_answer(f"{before} {sign} 482 1935 {after}", LANGUAGES, TUESDAY)
    assert isinstance(read, AnswerProblem)
    assert read.kind in (ProblemKind.YES_OR_NO, ProblemKind.UNCLEAR)
    assert read.code == "4821935"


@pytest.mark.parametrize("word", [*_declared("accepts"), *_declared("declines")])
@pytest.mark.parametrize(
    "frame", ["le patient {c} {w} de venir", "on {w} le {c}", "{c} {w}", "{w} de venir {c}"]
)
def test_a_verb_that_does_not_stand_first_answers_nothing(word: str, frame: str) -> None:
    read = read_answer(frame.format(w=word, c="4821935"), LANGUAGES, TUESDAY)
    assert read == AnswerProblem(kind=ProblemKind.UNCLEAR, code="4821935")


def test_a_language_without_words_of_doubt_is_still_understood() -> None:
    bare = {"yes": ("ndiyo",), "no": ("hapana",)}
    languages = Languages({"sw": type(LANGUAGES.default)(code="sw", name="Kiswahili", words=bare)})
    read = read_answer("Ndiyo 482 1935 kesho", languages, TUESDAY)
    assert isinstance(read, Answer)
    assert read.note == "kesho"
    assert isinstance(read_answer("kesho 482 1935", languages, TUESDAY), AnswerProblem)


def test_only_what_a_machine_may_not_judge_asks_for_a_person() -> None:
    kinds = {kind for kind in ProblemKind if AnswerProblem(kind=kind).needs_person}
    assert kinds == {ProblemKind.UNCLEAR}
