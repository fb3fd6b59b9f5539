"""No answer of Africa's Talking's API passes in silence: a receipt, or a problem that says what to do."""

import json
import warnings

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
    hangs,
    recipients,
)
from tests.aggregators.conftest import an_account
from tests.aggregators.sending import NUMBER, a_row, an_sms, problem_of


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
        (recipients(message="InvalidSenderId"), SendProblem.BAD_SENDER),
        (recipients(message="InsufficientBalance"), SendProblem.NO_CREDIT),
        (recipients(message="Sent to 0/1"), SendProblem.REFUSED),
        (recipients(message="Sent to 1/1 Total Cost: 0"), SendProblem.UNKNOWN),
        (recipients(message="Brand new word"), SendProblem.UNKNOWN),
        (b'{"SMSMessageData": {"Recipients": []}}', SendProblem.UNKNOWN),
        (b'{"SMSMessageData": {"Recipients": [null, 3]}}', SendProblem.UNKNOWN),
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
        ({"statusCode": 402, "status": "InvalidSenderId"}, SendProblem.BAD_SENDER),
        ({"statusCode": None, "status": "InvalidSenderId"}, SendProblem.BAD_SENDER),
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


def test_a_problem_tells_neither_key_nor_number_nor_text(
    hasty_account: AfricasTalking, carrier: Carrier
) -> None:
    row = a_row(statusCode=403, status=f"Invalid number {NUMBER} for KEY")
    carrier.move = answers(201, recipients(row))
    told = problem_of(hasty_account)
    assert "7000" not in str(told)
    assert told.__cause__ is None
    assert told.__suppress_context__ or told.__context__ is None
    carrier.move = hangs
    assert problem_of(hasty_account).__suppress_context__


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
