"""Whatever is typed at any kind of question, in either language and at either limit, the call goes on."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mhealth.domain.gsm7 import is_gsm7, septets
from mhealth.ussd.engine import Outcome
from mhealth.ussd.kinds import KINDS
from mhealth.ussd.screen import LIMITS
from tests.ussd.asking import example_book
from tests.ussd.walking import Phone

RIGHT = {
    "name": ["Awa Dossou", "AB1234", "  Zoé  "],
    "born": ["3/11", "hier", "99", "2026-11-03", "3 November"],
    "born_right": ["1", "2"],
    "phone": ["01 97 00 00 12", "99", "+254712345678"],
    "weight": ["12,5", "3", "0.5 kg"],
    "card": ["4821935", "482 1935"],
    "wishes": ["0", "1", "12", "2 4", "1,2"],
    "where": ["1", "9", "6", "3"],
}
WRONG = st.one_of(
    st.text(max_size=200),
    st.sampled_from(["", "#", "*", "0", "00", "000", "9" * 182, "م" * 70, "😀" * 20, "-1", "{said}", "½"]),
)  # fmt: skip


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    answers=st.lists(st.one_of(st.integers(0, 9), WRONG), max_size=25),
    language=st.sampled_from(["fr", "en"]),
    limit=st.sampled_from(sorted(LIMITS)),
    today=st.sampled_from(["2026-11-24", "2024-02-29", "x", ""]),
    region=st.sampled_from(["BJ", "KE", "", "ZZ"]),
)
def test_any_answers_in_a_row(
    tmp_path: Path, answers: list[int | str], language: str, limit: int, today: str, region: str
) -> None:
    phone = Phone(
        example_book(tmp_path), language=language, limit=limit, today=today, region=region
    )
    for answer in answers:
        show = phone.show
        assert is_gsm7(show.text)
        assert 0 < septets(show.text) <= limit
        if show.ends:
            assert show.outcome in (Outcome.ENDED, Outcome.GAVE_UP)
            return
        right = RIGHT[show.node.partition(".")[2]]
        phone.type(right[answer % len(right)] if isinstance(answer, int) else answer)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    choices=st.lists(st.integers(0, 9), min_size=8, max_size=30),
    language=st.sampled_from(["fr", "en"]),
)
def test_back_restores_every_answer_of_every_kind(
    tmp_path: Path, choices: list[int], language: str
) -> None:
    phone = Phone(example_book(tmp_path), language=language, today="2026-11-24", region="BJ")
    for choice in choices:
        before, known = phone.show, phone.vars
        right = RIGHT[before.node.partition(".")[2]]
        phone.type(right[choice % len(right)])
        if phone.show.ends:
            return
        if phone.show.outcome is Outcome.INVALID:
            continue
        after = phone.show
        phone.type("00" if after.node == "main.wishes" else "0")
        assert phone.vars == known
        assert before.text.endswith(phone.show.text)  # without the hint of a wrong answer
        phone.type(right[choice % len(right)])
        assert phone.show.text == after.text


def test_the_example_asks_in_every_way(tmp_path: Path) -> None:
    asked = {node.kind for node in example_book(tmp_path).plan_of("main").nodes.values()}
    others = {
        "choose",
        "signs",
        "pin",
        "message",
        "branch",
        "deed",
        "call",
    }  # the shipped flows have them
    assert asked == KINDS.keys() - others
