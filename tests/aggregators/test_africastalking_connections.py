"""Connections: what breaks before the body left is safe to send again, what breaks after is unknown."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from mhealth.aggregators.africastalking import AfricasTalking
from mhealth.domain.gateway import SendProblem
from tests.aggregators.carrier import (
    Carrier,
    answers,
    drips,
    hangs,
    recipients,
    resets,
    stops_half_way,
)
from tests.aggregators.conftest import HASTE, an_account
from tests.aggregators.sending import a_row, an_sms, problem_of
from tests.ports import free_pair


def test_a_carrier_that_hangs_leaves_the_sms_unknown_in_time(
    hasty_account: AfricasTalking, carrier: Carrier
) -> None:
    carrier.move = hangs
    begun = time.monotonic()
    assert problem_of(hasty_account).problem is SendProblem.UNKNOWN
    assert HASTE <= time.monotonic() - begun < HASTE + 2


def test_a_carrier_that_drips_leaves_the_sms_unknown_in_time(
    hasty_account: AfricasTalking, carrier: Carrier
) -> None:
    carrier.move = drips
    begun = time.monotonic()
    assert problem_of(hasty_account).problem is SendProblem.UNKNOWN
    assert time.monotonic() - begun < HASTE + 2


@pytest.mark.parametrize("move", [resets, stops_half_way], ids=["reset", "half an answer"])
def test_a_connection_broken_after_the_body_leaves_the_sms_unknown(
    account: AfricasTalking, carrier: Carrier, move: object
) -> None:
    carrier.move = move  # type: ignore[assignment]
    assert problem_of(account).problem is SendProblem.UNKNOWN
    assert len(carrier.calls) == 1  # and nobody sent it a second time


def test_an_endless_answer_leaves_the_sms_unknown(
    account: AfricasTalking, carrier: Carrier
) -> None:
    carrier.move = answers(201, b" " * 1_000_000)
    assert problem_of(account).problem is SendProblem.UNKNOWN


def test_a_closed_port_is_not_sent() -> None:
    account = an_account(f"http://127.0.0.1:{free_pair()}")
    assert problem_of(account).problem is SendProblem.NOT_SENT


def test_a_port_that_lets_nobody_in_is_not_sent() -> None:
    with closing(socket.socket()) as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(busy.getsockname())
        account = an_account(f"http://127.0.0.1:{busy.getsockname()[1]}", patience=HASTE)
        assert problem_of(account).problem is SendProblem.NOT_SENT
        for one in waiting:
            one.close()


def test_a_carrier_that_speaks_no_tls_is_not_sent(carrier: Carrier) -> None:
    account = an_account(carrier.url.replace("http:", "https:"))
    assert problem_of(account).problem is SendProblem.NOT_SENT
    assert carrier.calls == []


def test_an_address_that_no_name_server_knows_is_not_sent() -> None:
    account = an_account("http://" + "a" * 64 + ".invalid")  # no label of a name is so long
    assert problem_of(account).problem is SendProblem.NOT_SENT


def test_a_key_that_no_header_can_hold_is_not_sent(carrier: Carrier) -> None:
    account = AfricasTalking(username="app", api_key="K\nEY", base_url=carrier.url)
    assert problem_of(account).problem is SendProblem.NOT_SENT


def test_one_connection_serves_many_sms(account: AfricasTalking, carrier: Carrier) -> None:
    for _ in range(5):
        account.send(an_sms())
    assert len({call.peer for call in carrier.calls}) == 1


def test_a_connection_that_the_carrier_closed_is_replaced_in_silence(
    account: AfricasTalking, carrier: Carrier
) -> None:
    carrier.move = answers(201, recipients(a_row()), Connection="close")
    for _ in range(3):
        assert account.send(an_sms()).carrier_id == "ATXid_1"


def test_a_cookie_of_the_carrier_is_not_kept(account: AfricasTalking, carrier: Carrier) -> None:
    carrier.move = answers(201, recipients(a_row()), Set_Cookie="who=1; Path=/")
    account.send(an_sms())
    account.send(an_sms())
    assert "Cookie" not in carrier.calls[1].headers


def test_twenty_threads_share_one_account_and_each_gets_its_own_id(
    account: AfricasTalking, carrier: Carrier
) -> None:
    numbers = [f"+2547000{n:05d}" for n in range(100)]
    with ThreadPoolExecutor(20) as threads:
        receipts = list(threads.map(lambda number: account.send(an_sms(number)), numbers))
    assert [receipt.carrier_id for receipt in receipts] == [f"ATXid_{n[1:]}" for n in numbers]
    assert sorted(call.fields["to"] for call in carrier.calls) == numbers
    assert len({call.peer for call in carrier.calls}) <= 20


def test_a_local_carrier_is_reached_though_a_proxy_is_set(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert an_account(carrier.url).send(an_sms()).carrier_id is not None
