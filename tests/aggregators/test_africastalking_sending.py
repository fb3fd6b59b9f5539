"""No answer of Africa's Talking's API passes in silence: a receipt, or a problem that says what to do."""

import json
import socket
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mhealth.aggregators.africastalking import SEND_CODE, AfricasTalking, read_send_answer
from mhealth.domain.gateway import OutboundSms, SendError, SendProblem, SendReceipt
from mhealth.domain.msisdn import Msisdn
from tests.aggregators.carrier import (
    Call,
    Carrier,
    Handler,
    answers,
    drips,
    hangs,
    recipients,
    resets,
    stops_half_way,
)
from tests.aggregators.conftest import READ_SECONDS, an_account

NUMBER = "+254700072901"


def an_sms(number: str = NUMBER, text: str = "Noté: OUI") -> OutboundSms:
    return OutboundSms(msisdn=Msisdn(number), text=text, reference="1")


def problem_of(account: AfricasTalking, sms: OutboundSms | None = None) -> SendError:
    with pytest.raises(SendError) as caught:
        account.send(sms or an_sms())
    return caught.value


def a_row(**changes: object) -> dict[str, object]:
    row = {"statusCode": 101, "number": NUMBER, "status": "Success", "messageId": "ATXid_1"}
    return {**row, "cost": "KES 0.8000", **changes}


def test_a_taken_sms_has_its_id_and_cost(account: AfricasTalking) -> None:
    assert account.send(an_sms()) == SendReceipt(carrier_id="ATXid_254700072901", cost="KES 0.8000")


def test_what_is_posted_is_what_the_api_documents(carrier: Carrier) -> None:
    an_account(carrier.url + "/", sender="38455").send(an_sms(text="À 14h ? 50% + {1}\n€ç"))
    (call,) = carrier.calls
    assert call.path == "/version1/messaging"
    assert call.headers["apiKey"] == "KEY"
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert call.fields == {
        "username": "app",
        "to": NUMBER,
        "message": "À 14h ? 50% + {1}\n€ç",
        "bulkSMSMode": "1",
        "from": "38455",
    }


def test_the_senders_name_of_one_sms_goes_before_the_accounts(carrier: Carrier) -> None:
    sms = OutboundSms(msisdn=Msisdn(NUMBER), text="x", reference="1", sender="SANTE")
    an_account(carrier.url, sender="38455").send(sms)
    assert carrier.calls[0].fields["from"] == "SANTE"


def test_without_a_sender_none_is_posted(account: AfricasTalking, carrier: Carrier) -> None:
    account.send(an_sms())
    assert "from" not in carrier.calls[0].fields


def test_without_a_base_url_the_account_speaks_to_the_real_hosts() -> None:
    live = AfricasTalking(username="app", api_key="KEY")
    sandbox = AfricasTalking(username="sandbox", api_key="KEY")
    assert live._sms._make_url("/messaging") == "https://api.africastalking.com/version1/messaging"
    assert "://api.sandbox.africastalking.com/" in sandbox._sms._make_url("/messaging")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (recipients(message="InvalidSenderId"), SendProblem.REFUSED),
        (recipients(message="InsufficientBalance"), SendProblem.NO_CREDIT),
        (recipients(message="Sent to 0/1"), SendProblem.REFUSED),
        (b'{"SMSMessageData": {"Recipients": []}}', SendProblem.REFUSED),
        (b'{"SMSMessageData": {"Recipients": [null, 3]}}', SendProblem.REFUSED),
        (b'{"SMSMessageData": {"Recipients": null}}', SendProblem.UNKNOWN),
        (b'{"SMSMessageData": []}', SendProblem.UNKNOWN),
        (b'{"SMSMessageData": null}', SendProblem.UNKNOWN),
        (b"{}", SendProblem.UNKNOWN),
        (b"[]", SendProblem.UNKNOWN),
        (b"3", SendProblem.UNKNOWN),
        (b"", SendProblem.UNKNOWN),
        (b"<html>Please sign in</html>", SendProblem.UNKNOWN),
        (b'{"SMSMessageData": {"Recipients": [', SendProblem.UNKNOWN),
        (b"\xff\xfe\x00", SendProblem.UNKNOWN),
        (b"[" * 50_000, SendProblem.UNKNOWN),
    ],
)
@pytest.mark.parametrize("status", [200, 201])
def test_a_good_status_with_a_bad_body_is_a_problem(
    account: AfricasTalking, carrier: Carrier, status: int, body: bytes, problem: SendProblem
) -> None:
    carrier.move = answers(status, body)
    assert problem_of(account).problem is problem


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=UTF-8", "text/plain", "text/html;charset=utf8"],
)
def test_json_is_read_whatever_its_content_type(
    account: AfricasTalking, carrier: Carrier, content_type: str
) -> None:
    carrier.move = answers(201, recipients(a_row()), content_type)
    assert account.send(an_sms()).carrier_id == "ATXid_1"


def test_html_with_a_good_status_is_unknown(account: AfricasTalking, carrier: Carrier) -> None:
    carrier.move = answers(200, b"<html></html>", "text/html")
    assert problem_of(account).problem is SendProblem.UNKNOWN


@pytest.mark.parametrize("code", sorted(SEND_CODE))
def test_each_code_of_a_recipient_has_its_problem(
    account: AfricasTalking, carrier: Carrier, code: int
) -> None:
    carrier.move = answers(201, recipients(a_row(statusCode=code, status="Whatever")))
    wanted = SEND_CODE[code]
    if wanted is None:
        assert account.send(an_sms()).carrier_id == "ATXid_1"
    else:
        assert problem_of(account).problem is wanted


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"statusCode": "406"}, SendProblem.BLOCKED),
        ({"statusCode": 499}, SendProblem.REFUSED),
        ({"statusCode": 599}, SendProblem.UNKNOWN),
        ({"statusCode": 700}, SendProblem.UNKNOWN),
        ({"statusCode": None, "status": "UserInBlacklist"}, SendProblem.BLOCKED),
        ({"statusCode": None, "status": "Brand new word"}, SendProblem.UNKNOWN),
        ({"statusCode": None, "status": None}, SendProblem.UNKNOWN),
    ],
)
def test_codes_and_words_that_nobody_documented_are_never_success(
    account: AfricasTalking, carrier: Carrier, row: dict[str, object], problem: SendProblem
) -> None:
    carrier.move = answers(201, recipients(a_row(**row)))
    assert problem_of(account).problem is problem


@pytest.mark.parametrize("ghost", ["None", "null", "", None, "two words", "x" * 121])
def test_an_id_that_is_none_is_none(
    account: AfricasTalking, carrier: Carrier, ghost: str | None
) -> None:
    carrier.move = answers(201, recipients(a_row(messageId=ghost)))
    assert account.send(an_sms()).carrier_id is None


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (400, SendProblem.REFUSED),
        (401, SendProblem.BAD_CREDENTIALS),
        (402, SendProblem.NO_CREDIT),
        (403, SendProblem.BAD_CREDENTIALS),
        (404, SendProblem.NOT_SENT),
        (429, SendProblem.THROTTLED),
        (500, SendProblem.UNKNOWN),
        (502, SendProblem.UNKNOWN),
        (503, SendProblem.UNKNOWN),
        (302, SendProblem.NOT_SENT),
    ],
)
def test_each_status_has_its_problem(
    account: AfricasTalking, carrier: Carrier, status: int, problem: SendProblem
) -> None:
    carrier.move = answers(status, b"The supplied authentication is invalid", "text/plain")
    told = problem_of(account)
    assert (told.problem, told.detail) == (problem, f"HTTP {status}")


def test_a_redirect_is_not_followed(account: AfricasTalking, carrier: Carrier) -> None:
    carrier.move = answers(307, b"", Location=f"{carrier.url}/elsewhere")
    assert problem_of(account).problem is SendProblem.NOT_SENT
    assert len(carrier.calls) == 1


@pytest.mark.parametrize(
    ("written", "least", "most"),
    [
        ("7", 7, 7),
        ("0", 0, 0),
        ("99999999", 3600, 3600),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
        ("Wed, 21 Oct 2199 07:28:00 GMT", 3600, 3600),
    ],
)
def test_how_long_to_wait_is_told(
    account: AfricasTalking, carrier: Carrier, written: str, least: float, most: float
) -> None:
    carrier.move = answers(429, b"{}", Retry_After=written)
    told = problem_of(account)
    assert told.retry_after is not None
    assert least <= told.retry_after <= most


@pytest.mark.parametrize("written", ["soon", "-5", "²"])
def test_a_wait_that_cannot_be_read_is_none(
    account: AfricasTalking, carrier: Carrier, written: str
) -> None:
    carrier.move = answers(429, b"{}", Retry_After=written)
    assert problem_of(account).retry_after is None


def test_a_carrier_that_hangs_leaves_the_sms_unknown_in_time(
    account: AfricasTalking, carrier: Carrier
) -> None:
    carrier.move = hangs
    begun = time.monotonic()
    assert problem_of(account).problem is SendProblem.UNKNOWN
    assert READ_SECONDS <= time.monotonic() - begun < READ_SECONDS + 2


def test_a_carrier_that_drips_leaves_the_sms_unknown_in_time(
    account: AfricasTalking, carrier: Carrier
) -> None:
    carrier.move = drips
    begun = time.monotonic()
    assert problem_of(account).problem is SendProblem.UNKNOWN
    assert time.monotonic() - begun < READ_SECONDS + 2


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
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert problem_of(an_account(f"http://127.0.0.1:{port}")).problem is SendProblem.NOT_SENT


def test_a_port_that_lets_nobody_in_is_not_sent() -> None:
    with closing(socket.socket()) as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(busy.getsockname())
        account = an_account(f"http://127.0.0.1:{busy.getsockname()[1]}")
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


def test_a_problem_tells_neither_key_nor_number_nor_text(
    account: AfricasTalking, carrier: Carrier
) -> None:
    row = a_row(statusCode=403, status=f"Invalid number {NUMBER} for KEY")
    carrier.move = answers(201, recipients(row))
    told = problem_of(account)
    assert "7000" not in str(told)
    assert told.__cause__ is None
    assert told.__suppress_context__ or told.__context__ is None
    carrier.move = hangs
    assert problem_of(account).__suppress_context__


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


def test_the_package_says_nothing_of_its_own() -> None:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        AfricasTalking(username="sandbox", api_key="KEY")
    assert said == []


def test_two_accounts_keep_their_own_keys(carrier: Carrier) -> None:
    first = AfricasTalking(username="one", api_key="K1", base_url=carrier.url)
    second = AfricasTalking(username="two", api_key="K2", base_url=carrier.url)
    first.send(an_sms())
    second.send(an_sms())
    first.send(an_sms())
    seen = [(call.fields["username"], call.headers["apiKey"]) for call in carrier.calls]
    assert seen == [("one", "K1"), ("two", "K2"), ("one", "K1")]


def test_the_row_of_our_number_counts_among_several(
    account: AfricasTalking, carrier: Carrier
) -> None:
    def move(handler: Handler, call: Call) -> None:
        other = a_row(number="+254700000000", statusCode=403)
        handler.answer(201, recipients(other, a_row(number=call.fields["to"])))

    carrier.move = move
    assert account.send(an_sms()).carrier_id == "ATXid_1"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "SMSMessageData",
                    "Recipients",
                    "Message",
                    "statusCode",
                    "status",
                    "messageId",
                    "cost",
                ]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@given(
    _JSON | st.fixed_dictionaries({"SMSMessageData": st.fixed_dictionaries({"Recipients": _JSON})})
)
def test_any_json_is_a_receipt_or_a_problem(answer: object) -> None:
    try:
        told = read_send_answer(json.dumps(answer).encode(), NUMBER).carrier_id or ""
    except SendError as error:
        told = error.detail
    assert len(told) <= 120
    assert told.isascii()
