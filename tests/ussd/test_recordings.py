"""Whatever is typed in whatever language, a call is recorded without a name and replays as it went."""

from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mhealth.content.library import open_library
from mhealth.services.recorder import Recorder
from mhealth.services.rehearsing import open_stage
from mhealth.ussd import engine
from mhealth.ussd.deeds import DEEDS
from mhealth.ussd.engine import Ask, Show, Step
from mhealth.ussd.rehearsal.dialogue_file import read_dialogue
from mhealth.ussd.rehearsal.platform import Platform
from mhealth.ussd.rehearsal.recording import known_words, write_recording
from mhealth.ussd.rehearsal.replay import Stage, replay
from mhealth.ussd.rehearsal.tape import Tape

CANARIES = ["Kossi Ahouansou", "97123456", "+229 01 97 12 34 56", "482915", "Xénophon", "كوسي"]
PLACES = ["agbodji", "zoumé", "kpéla", "agnavo", "4821935", "482 1935", "703 5518", "91 00 00"]
ANSWERS = st.lists(
    st.one_of(
        st.integers(0, 9).map(str),
        st.sampled_from(["0", "00", "99", "13", "8 mois", "Ag", "boko", "agbo", "1 et 3", "٣"]),
        st.sampled_from(CANARIES),
        st.text(max_size=12),
    ),
    max_size=18,
)


@cache
def stage() -> Stage:
    return open_stage(open_library())


class Call:
    """A call upon the tidy district, every turn of it recorded as the product does."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.recorder = Recorder(known_words(stage().phrases))
        file = stage().platforms["tidy"]
        self.platform = Platform(file, stage().rules, stage().phrases)
        facts = {**file.facts, **facts}
        self.number = 1
        tape = self.recorder.tape("x", 1, 160)
        tape.begin("main", facts)
        begun = engine.begin(stage().book, "main", facts, str(facts["language"]))
        self.show = self.settle(tape, begun)

    def type(self, typed: str) -> None:
        self.number += 1
        tape = self.recorder.tape("x", self.number, 160)
        tape.hear(stage().book, self.show.state, typed)
        self.show = self.settle(tape, engine.resume(stage().book, self.show.state, typed))

    def settle(self, tape: Tape, step: Step) -> Show:
        while isinstance(step, Ask):
            assert step.deed in DEEDS
            self.platform.typed_pin = step.pin.reveal() if step.pin else ""
            self.platform.language = step.language
            result = self.platform.do(step.deed, step.args)
            tape.meet(step.deed, result)
            step = engine.answer(stage().book, step.state, result)
        assert not tape.is_torn
        self.recorder.keep("x", tape, step)
        return step


@settings(max_examples=120, deadline=None)
@given(
    answers=ANSWERS,
    language=st.sampled_from(["fr", "en", "sw", ""]),
    is_worker=st.booleans(),
    village=st.sampled_from(["3", ""]),
    consent=st.sampled_from(["given", "refused", ""]),
)
def test_a_call_replays_as_it_went_and_names_nobody(
    answers: list[str], language: str, is_worker: bool, village: str, consent: str
) -> None:
    facts = {"language": language, "is_worker": is_worker, "village": village, "consent": consent}
    call = Call(facts)
    for typed in answers:
        if call.show.ends:
            break
        call.type(typed)
    trace = call.recorder.find("x")
    assert trace is not None
    text = write_recording(stage(), trace)
    found = replay(stage(), read_dialogue("x", text))
    assert found.is_same
    assert "leads elsewhere" not in text, text
    assert [step.node for step in found.steps] == [turn.node for turn in trace.turns]
    for canary in [*CANARIES, *PLACES]:
        assert canary.casefold() not in text.casefold(), canary
