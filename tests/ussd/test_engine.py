"""The engine alone: versions, home, calls, lists as shown, languages, numbers."""

from pathlib import Path

import pytest

from mhealth.ussd import engine
from mhealth.ussd.engine import Ask, Outcome, Show, State
from tests.ussd.platform import Platform, options
from tests.ussd.walking import Phone, book_of, shipped_book

COUNTING = """
review: draft
start: ask
nodes:
  ask:
    kind: number
    text: How many?
    unit: mois
    min: 2
    max: 11
    into: count
    next: done
  done: {kind: end, text: "{count}"}
"""


def test_a_first_screen_is_shown_and_a_second_one_answered() -> None:
    phone = Phone(shipped_book())
    assert phone.show.outcome is Outcome.SHOWN
    assert phone.type("1").outcome is Outcome.ANSWERED
    assert phone.show.node == "report.whom"


def test_a_state_of_a_version_that_is_gone_gets_one_clear_screen() -> None:
    phone = Phone(shipped_book())
    state = phone.show.state
    state.version = "0123456789abcdef"
    lost = engine.resume(shipped_book(), state, "1")
    assert isinstance(lost, Show)
    assert (lost.ends, lost.outcome) == (True, Outcome.LOST)
    assert lost.text == (
        "Ce service vient de changer. Recomposez le code pour recommencer."
        " Urgence: +229 01 91 00 00 01"
    )


@pytest.mark.parametrize("stored", [b"", b"{}", b"nonsense", b'{"flow": 3}', b"\xff"])
def test_a_state_that_cannot_be_read_gets_the_same_screen(stored: bytes) -> None:
    lost = engine.resume(shipped_book(), engine.decode_state(stored), "1")
    assert isinstance(lost, Show)
    assert lost.outcome is Outcome.LOST
    assert lost.text == "Ce service vient de changer. Recomposez le code pour recommencer."


def test_a_node_that_the_version_does_not_have_gets_the_same_screen() -> None:
    phone = Phone(shipped_book())
    state = phone.show.state
    state.node = "report.gone"
    assert engine.resume(shipped_book(), state, "1").state is not state
    assert phone.try_out("1").outcome is Outcome.LOST  # type: ignore[union-attr]


def test_a_session_goes_on_with_its_old_flow_while_the_book_keeps_it(tmp_path: Path) -> None:
    old = book_of(tmp_path, main=COUNTING)
    new = book_of(tmp_path, main=COUNTING.replace("How many?", "How many now?"))
    phone = Phone(old)
    assert phone.show.text == "How many?"
    assert engine.resume(new, phone.show.state, "3").outcome is Outcome.LOST  # type: ignore[union-attr]
    kept = engine.resume(new.with_older(old.plans.get), phone.show.state, "3")
    assert isinstance(kept, Show)
    assert kept.text == "3"
    assert Phone(new.with_older(old.plans.get)).show.text == "How many now?"


def test_a_version_changes_with_texts_translations_signs_and_called_flows_only(
    tmp_path: Path,
) -> None:
    calling = COUNTING.replace('done: {kind: end, text: "{count}"}',
                               "done: {kind: call, flow: other, next: home}")  # fmt: skip
    other = 'review: draft\nstart: bye\nnodes: {bye: {kind: end, text: "Bye"}}\n'
    here = tmp_path / "a"
    before = book_of(here, main=calling, other=other, alone=other).current
    after = book_of(here, main=calling, other=other.replace("Bye", "Good-bye"), alone=other).current
    assert before["alone"] == after["alone"]
    assert before["other"] != after["other"]
    assert before["main"] != after["main"]
    assert (
        book_of(here, {}, main=calling, other=other, alone=other).current["alone"]
        != before["alone"]
    )


def test_home_forgets_all_but_the_facts_that_effects_brought_up_to_date() -> None:
    phone = Phone(shipped_book(), consent="")
    phone.type("1")
    phone.type("1")
    assert phone.effects_of_turn == ["save_consent"]
    for typed in ("5", "2", "1"):  # the sick person is elsewhere: for this report only
        phone.type(typed)
    assert phone.vars["village_name"] == "Agbodji"
    assert phone.vars["village"] == "1"
    phone.type("00")
    assert phone.show.node == "main.patient"
    assert (phone.vars["consent"], phone.vars["village"]) == ("given", "3")
    assert "subject" not in phone.vars
    assert phone.show.state.history == []


def test_there_is_no_way_back_before_an_effect() -> None:
    phone = Phone(shipped_book(), consent="")
    phone.type("1")
    assert "0 Retour" in phone.show.text
    phone.type("1")
    assert "Retour" not in phone.show.text
    assert phone.type("0").outcome is Outcome.INVALID
    assert phone.platform.effects == ["save_consent"]


def test_a_choice_is_resolved_against_the_list_that_was_shown() -> None:
    platform = Platform()
    phone = Phone(shipped_book(), platform, village="")
    phone.type("1")
    platform.list_health_areas = lambda args: {"options": options("Another", "List")}  # type: ignore[method-assign]
    phone.type("2")
    asked = dict(platform.asked)
    assert asked["list_villages"] == {"health_area": "2"}
    assert [name for name, _ in platform.asked].count("list_health_areas") == 1


def test_an_empty_list_goes_where_the_flow_says() -> None:
    platform = Platform()
    platform.list_health_areas = lambda args: {"options": []}  # type: ignore[method-assign]
    phone = Phone(shipped_book(), platform, village="")
    assert phone.type("1").node == "report.whom"


def test_an_unknown_caller_chooses_from_the_languages_that_are_declared() -> None:
    phone = Phone(shipped_book(), language="")
    assert phone.show.state.language == "fr"
    assert "\n1 Francais\n2 English" in phone.show.text
    assert phone.type("2").text.startswith("Health.")
    assert phone.platform.effects == ["save_language"]
    assert phone.show.state.language == "en"


def test_an_unknown_language_is_spoken_in_the_first_one() -> None:
    assert Phone(shipped_book(), language="xx").show.state.language == "fr"


def test_an_untranslated_text_falls_back(tmp_path: Path) -> None:
    english = "review: draft\nnodes: {ask: {text: 'How many there?'}}\n"
    book = book_of(tmp_path, main=COUNTING, lang_en_main=english)
    phone = Phone(book, language="en")
    assert phone.show.text == "How many there?"
    missing = [fault.problem for fault in book.untranslated]
    assert missing == ["not translated into en: ask.unit", "not translated into en: done.text"]


@pytest.mark.parametrize(
    ("typed", "count"), [("2", "2"), ("11", "11"), ("3 mois", "3"), ("3m", "3"), ("٣", "3"), ("1O", "10"),
                         (" 4 # ", "4"), ("08", "8"), ("5 MOIS", "5"), ("mois 6", "6")],
)  # fmt: skip
def test_a_number_is_understood(typed: str, count: str, tmp_path: Path) -> None:
    phone = Phone(book_of(tmp_path, main=COUNTING))
    assert phone.type(typed).text == count


@pytest.mark.parametrize(
    "typed", ["1", "12", "-3", "2.5", "3 ans", "trois", "", "3 4", "9" * 5000, "²"]
)
def test_a_number_out_of_range_or_of_another_unit_is_refused(typed: str, tmp_path: Path) -> None:
    phone = Phone(book_of(tmp_path, main=COUNTING))
    show = phone.type(typed)
    assert show.outcome is Outcome.INVALID
    assert show.text == "Tapez 2 à 11.\nHow many?"


@pytest.mark.parametrize("typed", ["3", "miezi 3", "3 miezi", "Mwezi 3", "miezi3"])
def test_a_word_that_changes_with_the_number_is_its_unit_in_each_form(
    typed: str, tmp_path: Path
) -> None:
    flow = COUNTING.replace("unit: mois", "unit: miezi mwezi")
    assert Phone(book_of(tmp_path, main=flow)).type(typed).text == "3"


def test_an_age_is_told_in_days_and_may_be_unknown() -> None:
    for typed, age_days in (("8", 240), ("99", None)):
        phone = Phone(shipped_book())
        for key in ("1", "2", "2", typed, "1"):
            phone.type(key)
        sent = dict(phone.platform.asked)["send_report"]
        assert sent["age_days"] == age_days
        assert dict(phone.platform.asked)["choose_protocol"]["age_days"] == 60


def test_a_flow_that_is_called_returns_to_its_caller() -> None:
    phone = Phone(shipped_book())
    phone.type("2")
    assert phone.show.state.calls == ["home"]
    phone.type("1")
    phone.type("1")
    assert phone.show.node == "main.patient"
    assert phone.show.state.calls == []


def test_the_report_is_finished_only_when_the_last_screen_goes_out() -> None:
    phone = Phone(shipped_book())
    for typed in ("1", "2", "2", "8", "1"):
        phone.type(typed)
    assert phone.platform.effects == ["send_report"]
    assert phone.type("1").ends
    assert phone.platform.effects == ["send_report", "finish_report"]


@pytest.mark.parametrize(
    ("typed", "screens"),
    [
        (("1", "2", "2", "8", "1", "1"), 7),  # a child of 8 months
        (("1", "1", "70", "1", "1"), 6),  # me, 70 years
        (("1", "1", "24", "1", "1", "1"), 7),  # me, pregnant
        (("1", "3", "1", "24", "1", "1"), 7),  # a pregnant woman
        (("1", "4", "30", "3", "1", "1"), 7),  # another person of 30
    ],
)
def test_an_emergency_of_a_known_caller_takes_seven_screens_at_most(
    typed: tuple[str, ...], screens: int
) -> None:
    phone = Phone(shipped_book())
    for answer in typed:
        phone.type(answer)
    assert (phone.show.ends, 1 + len(typed)) == (True, screens)
    assert screens <= 7


@pytest.mark.parametrize(
    ("who", "age", "is_asked"),
    [
        *((("1",), age, age not in ("5", "9", "60")) for age in ("5", "9", "10", "59", "60", "99")),
        *((("2", "4"), age, age == "10") for age in ("5", "9", "10", "99")),
        *((("4",), age, age != "60") for age in ("12", "59", "60", "99")),
        *((("2", "5"), age, age != "60") for age in ("12", "60", "99")),
    ],
)
def test_whoever_may_be_pregnant_is_asked(who: tuple[str, ...], age: str, is_asked: bool) -> None:
    phone = Phone(shipped_book())
    for answer in ("1", *who, age):
        phone.type(answer)
    assert (phone.show.node == "report.is_pregnant") is is_asked
    if is_asked:
        assert phone.type("1").node == "report.signs"
        assert phone.vars["protocol"] == "pregnant"


@pytest.mark.parametrize(
    ("typed", "least_age"),
    [
        (("1", "11"), 1826),  # me, 11 years
        (("1", "12"), 4383),
        (("1", "99"), 4383),  # who does not know it is no child
        (("2", "4", "99"), 1826),  # a child of 5 to 11 years
        (("2", "5", "99"), 4383),
        (("2", "4", "5"), 1826),
        (("4", "98"), 4383),
        (("4", "99"), 4383),
        (("2", "3", "99"), 365),
    ],
)
def test_the_bracket_of_age_chooses_the_table(typed: tuple[str, ...], least_age: int) -> None:
    phone = Phone(shipped_book())
    for answer in ("1", *typed):
        phone.type(answer)
    if phone.show.node == "report.is_pregnant":
        phone.type("3")
    assert phone.show.node == "report.signs"
    ((_, args),) = [asked for asked in phone.platform.asked if asked[0] == "choose_protocol"]
    assert args["age_days"] == least_age


def test_a_small_child_is_not_asked_for_a_pregnancy() -> None:
    for bracket in ("1", "2", "3"):
        phone = Phone(shipped_book())
        for answer in ("1", "2", bracket, "99"):
            phone.type(answer)
        assert phone.show.node == "report.signs"


def test_a_turn_under_way_that_was_stored_asks_again() -> None:
    step = engine.begin(shipped_book(), "details", {"language": "fr", "is_worker": False}, "fr")
    assert isinstance(step, Show)
    asked = engine.resume(shipped_book(), step.state, "2")
    assert isinstance(asked, Ask)
    again = engine.resume(shipped_book(), asked.state, "1")
    assert isinstance(again, Ask)
    assert (again.deed, again.is_effect) == ("list_health_areas", False)


def test_answers_nobody_asked_for_show_the_screen_again() -> None:
    phone = Phone(shipped_book())
    again = engine.answer(shipped_book(), phone.show.state, {"language": "en"})
    assert isinstance(again, Show)
    assert again.text == phone.show.text


def test_history_is_bounded() -> None:
    phone = Phone(shipped_book())
    for _ in range(30):
        phone.type("2")
        phone.type("1")
        phone.type("0")
        phone.type("1")
    assert len(phone.show.state.history) <= 12
    assert len(engine.encode_state(phone.show.state)) < 4000


def test_a_result_that_lacks_something_leaves_it_empty() -> None:
    platform = Platform()
    platform.show_referral = lambda args: {"code": "482 1935"}  # type: ignore[method-assign]
    phone = Phone(shipped_book(), platform)
    phone.type("2")
    phone.type("1")
    assert phone.show.text.startswith("Code 482 1935. : . Pas encore de rendez-vous.")


def test_a_lookup_never_overwrites_a_fact() -> None:
    phone = Phone(shipped_book(), village="3")
    phone.type("2")
    phone.type("1")
    assert phone.vars["village"] == "3"
    assert phone.vars["referral_village"] == "Agbodji"


def test_states_are_equal_after_json() -> None:
    phone = Phone(shipped_book())
    for typed in ("1", "2", "2", "8", "0"):
        phone.type(typed)
        state = phone.show.state
        assert engine.decode_state(engine.encode_state(state)) == state
        assert isinstance(state, State)


@pytest.mark.parametrize(("worker", "keys"), [(False, ("1", "8")), (True, ("1", "1", "8", "8"))])
def test_who_does_not_know_the_health_area_goes_on_without(
    worker: bool, keys: tuple[str, ...]
) -> None:
    phone = Phone(shipped_book(), is_worker=worker, village="")
    for typed in keys:
        phone.type(typed)
    assert phone.show.node == ("report.which_patient" if worker else "report.whom")
    assert not phone.vars.get("village")
