"""Messages and referrals move forward only, by their tables."""

import itertools

from mhealth.domain.message import DeliveryStatus, MessageState, may_become
from mhealth.domain.referral import OPEN, STATUS_TABLE, WAITING_FOR_ANSWER, ReferralStatus, may_move


def test_no_two_message_states_lead_to_each_other() -> None:
    for a, b in itertools.product(MessageState, repeat=2):
        assert not (may_become(a, b) and may_become(b, a))


def test_reports_in_any_order_end_in_the_same_state() -> None:
    words = [s.state for s in DeliveryStatus]
    for some in itertools.chain.from_iterable(
        itertools.permutations(words, n) for n in range(1, 5)
    ):
        state = MessageState.SENDING
        for word in some:
            if may_become(state, word):
                state = word
        if MessageState.DELIVERED in some:
            assert state is MessageState.DELIVERED


def test_every_referral_status_has_its_fhir_words() -> None:
    fhir = {"requested", "received", "accepted", "rejected", "in-progress", "completed", "failed"}

    assert set(STATUS_TABLE) == set(ReferralStatus)
    assert {row.task_status for row in STATUS_TABLE.values()} <= fhir


def test_from_every_open_status_an_outcome_can_be_reached() -> None:
    for start in OPEN:
        reached, todo = {start}, [start]
        while todo:
            for then in STATUS_TABLE[todo.pop()].moves - reached:
                reached.add(then)
                todo.append(then)
        assert any(STATUS_TABLE[s].is_closed for s in reached)


def test_a_closed_referral_moves_no_more() -> None:
    for status in set(ReferralStatus) - OPEN:
        assert not any(may_move(status, then) for then in ReferralStatus)


def test_who_waits_for_an_answer_may_be_accepted() -> None:
    assert all(may_move(s, ReferralStatus.ACCEPTED) for s in WAITING_FOR_ANSWER)
