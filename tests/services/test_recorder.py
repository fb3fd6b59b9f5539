"""A call as it went becomes a dialogue that replays to the same screens and names nobody."""

import re
from dataclasses import replace

import pytest

from mhealth.domain.msisdn import Msisdn
from mhealth.services.recorder import Recorder, recorded_dialogue
from mhealth.services.rehearsing import open_stage
from mhealth.store.database import Database
from mhealth.ussd.rehearsal.dialogue_file import read_dialogue
from mhealth.ussd.rehearsal.recording import Trace, known_words
from mhealth.ussd.rehearsal.replay import Replayed, replay
from mhealth.ussd.rehearsal.tape import size_of
from tests.product import ADJOA, CHANNEL, LANGUAGES, LIBRARY, MOTHER, STRANGER, Call, Product

STAGE = open_stage(LIBRARY)
PLACES = ["Agbodji", "Boko", "Zoumé", "Dékanmé", "Gbéhoué", "Kpéla", "Agnavo", "Tovigo", "Dannou"]
NUMBERS = ["97000001", "91000001", "90000001", "97 00 00 01", "91 00 00 01", "90 00 00 01"]


@pytest.fixture
def product(sqlite_database: Database) -> Product:
    product = Product(sqlite_database)
    listen(product, Recorder(known_words(product.bench.phrases)))
    return product


def listen(product: Product, recorder: Recorder) -> None:
    product.room = replace(product.room, recorder=recorder)


def recorder_of(product: Product) -> Recorder:
    assert product.room.recorder is not None
    return product.room.recorder


def trace_of(call: Call) -> Trace | None:
    return recorder_of(call.product).find(f"{CHANNEL}:{call.session}")


def saved(call: Call) -> str:
    text = recorded_dialogue(
        recorder_of(call.product),
        call.product.bench,
        call.product.room.book,
        LANGUAGES,
        f"{CHANNEL}:{call.session}",
    )
    assert text is not None
    return text


def replayed(text: str) -> Replayed:
    found = replay(STAGE, read_dialogue("saved.txt", text))
    assert not found.stopped
    assert found.is_same, "\n".join(found.diff())
    return found


def goes_as(call: Call, found: Replayed) -> bool:
    trace = trace_of(call)
    assert trace is not None
    shown = [(turn.node, turn.ends, turn.size) for turn in trace.turns]
    return shown == [(step.node, step.ends, size_of(step.text)) for step in found.steps]


def keeps_nobody(call: Call, *canaries: str) -> None:
    """Nothing of it rests in the process, but within the one turn that said it."""
    kept = repr(recorder_of(call.product)._calls)
    names_nobody(kept, *canaries)


def names_nobody(text: str, *canaries: str) -> None:
    """Figures count as a number of their own: an invented one may hold any two of them."""
    for canary in (*PLACES, *NUMBERS, *canaries):
        alone = rf"(?<!\d){re.escape(canary)}(?!\d)" if canary.isdigit() else re.escape(canary)
        assert not re.search(alone, text, re.IGNORECASE), canary


FIRST_CALL = ["1", "1", "1", "3", "1", "2", "2", "8", "1", "1"]


def test_a_first_call_is_saved_and_replays_to_the_same_screens(product: Product) -> None:
    call = product.dial(STRANGER, *FIRST_CALL)
    assert call.reply.ends
    text = saved(call)
    found = replayed(text)
    assert goes_as(call, found)
    code = product.referrals()[0].code
    names_nobody(text, STRANGER.e164[-8:], code, f"{code[:3]} {code[3:]}")
    keeps_nobody(call, STRANGER.e164[-8:], code, f"{code[:3]} {code[3:]}")
    assert "platform = recorded" in text
    assert "region = BJ" in text
    assert "leads elsewhere" not in text


def test_a_running_call_is_saved_as_far_as_it_went(product: Product) -> None:
    call = product.dial(STRANGER, "1", "1")
    assert len(replayed(saved(call)).steps) == 3
    call.type("1")
    assert len(replayed(saved(call)).steps) == 4


def test_names_sought_by_their_beginning_are_found_again(product: Product) -> None:
    call = product.dial(STRANGER, "1", "1", "1", "3")
    assert "Boko-Zoumé" in call.screen
    call = product.dial(Msisdn("+2290197000077"), "1", "1", "1", "3", "gbeh")
    assert "Gbéhoué" in call.screen
    text = saved(call)
    assert goes_as(call, replayed(text))
    names_nobody(text, "gbeh")


def test_a_health_workers_call_is_saved_without_the_pin_and_the_codes(product: Product) -> None:
    product.dial(MOTHER, *FIRST_CALL)
    code = product.referrals()[0].code
    product.dial(ADJOA, "2", "739164", "739164")
    call = product.dial(ADJOA, "2", "739164", "1")
    assert f"{code[:3]} {code[3:]}" in call.screen
    text = saved(call)
    assert goes_as(call, replayed(text))
    names_nobody(text, "739164", code, f"{code[:3]} {code[3:]}", "Adjoa")
    assert not re.search(r"[0-9a-f]{32}", text)
    keeps_nobody(call, "739164", code, f"{code[:3]} {code[3:]}", "Adjoa")


@pytest.mark.parametrize("typed", ["Kossi Ahouansou", "0196123456", "482915", "4829 15"])
def test_what_is_typed_where_nothing_was_asked_of_the_kind_is_not_saved(
    product: Product, typed: str
) -> None:
    call = product.dial(MOTHER, "1")
    call.type(typed)
    text = saved(call)
    assert goes_as(call, replayed(text))
    names_nobody(text, typed, *(word for word in typed.split() if len(word) > 2))


def test_signs_typed_at_length_are_the_same_signs(product: Product) -> None:
    call = product.dial(STRANGER, "1", "1", "1", "3", "1", "2", "2", "8", "1 et 3 et 5 et 6")
    text = saved(call)
    assert "> 1 et 3 et 5 et 6\n" in text
    assert goes_as(call, replayed(text))


def test_only_the_last_calls_are_kept(product: Product) -> None:
    listen(product, Recorder(most_calls=2))
    calls = [product.dial(MOTHER) for _ in range(3)]
    assert [trace_of(call) is not None for call in calls] == [False, True, True]


def test_a_call_of_which_a_turn_went_elsewhere_is_not_kept(product: Product) -> None:
    call = product.dial(MOTHER, "1")
    here = recorder_of(product)
    listen(product, Recorder())
    call.type("2")
    assert trace_of(call) is None
    listen(product, here)
    call.type("2")
    assert trace_of(call) is None


def test_a_repeated_request_is_no_turn(product: Product) -> None:
    call = product.dial(MOTHER, "1")
    call.send(call.transcript)
    trace = trace_of(call)
    assert trace is not None
    assert len(trace.turns) == 2


def test_a_call_that_drops_and_goes_on_is_one_recording(product: Product) -> None:
    first = product.dial(STRANGER, "1", "1", "1", "3", "1", "2")
    first.drop()
    again = product.redial(STRANGER)
    again.type("1")
    again.type("2")
    text = saved(again)
    assert text.split("\n").count("~") == 1
    assert goes_as(again, replayed(text))
    names_nobody(text)
