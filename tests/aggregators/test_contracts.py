"""Every recorded call of every carrier, both ways: read as its vendor means it, sent as it asks."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from mhealth.aggregators import AGGREGATORS
from mhealth.aggregators.africastalking import AfricasTalking
from mhealth.domain.errors import UnreadableRequest
from mhealth.domain.gateway import (
    Aggregator,
    OutboundSms,
    RawCall,
    SendError,
    SendProblem,
    UssdReply,
)
from mhealth.domain.msisdn import Msisdn, NotAMsisdn
from tests.aggregators.carrier import Carrier, answers

Vector = dict[str, Any]

FOLDER = Path(__file__).parent.parent / "contracts"
VECTORS: list[Vector] = [
    vector for file in sorted(FOLDER.glob("*.json")) for vector in json.loads(file.read_text())
]

OPEN_ACCOUNT: dict[str, Callable[[str], Aggregator]] = {
    "africastalking": lambda url: AfricasTalking(username="app", api_key="KEY", base_url=url)
}

PROBLEM = {
    "blacklisted": SendProblem.BLOCKED,
    "unroutable": SendProblem.UNROUTABLE,
    "invalid_number": SendProblem.INVALID_NUMBER,
    "invalid_sender": SendProblem.BAD_SENDER,
    "throttled": SendProblem.THROTTLED,
}
READ_ANYWAY = {"africastalking-sms_in-05"}  # its note: keeping it with the arrival time is safer
OTHER_WEBHOOK = {"africastalking-sms_in-08"}  # a subscription notice, not an SMS: refused


def of_kind(*kinds: str) -> Any:
    chosen = [vector for vector in VECTORS if vector["kind"] in kinds]
    return pytest.mark.parametrize("vector", chosen, ids=lambda vector: vector["id"])


def the_call(vector: Vector) -> RawCall:
    fields = parse_qsl(vector["request"], keep_blank_values=True)
    return RawCall(
        method=vector["method"], fields=dict(fields), content_type=vector["content_type"]
    )


def reader_of(vector: Vector) -> Aggregator:
    return OPEN_ACCOUNT[vector["aggregator"]]("http://127.0.0.1:9")


def is_refused(vector: Vector) -> bool:
    return vector["expect"].get("valid") is False or vector["id"] in OTHER_WEBHOOK


def test_every_aggregator_has_its_vectors() -> None:
    assert {file.stem for file in FOLDER.glob("*.json")} == set(AGGREGATORS) == set(OPEN_ACCOUNT)
    assert {vector["kind"] for vector in VECTORS} == {"ussd", "sms_in", "dlr", "sms_out"}


@of_kind("ussd")
def test_ussd_is_read(vector: Vector) -> None:
    expect = vector["expect"]
    if is_refused(vector):
        with pytest.raises(UnreadableRequest):
            reader_of(vector).read_ussd(the_call(vector))
    elif expect["event"] == "end":
        end = reader_of(vector).read_ussd_end(the_call(vector))
        assert (end.carrier_session, end.msisdn.e164) == (expect["session"], expect["phone"])
        assert end.was_complete == (expect["outcome"] == "success")
        assert (end.cost, end.duration_ms, end.hops) == (
            expect["cost"],
            expect["duration_ms"],
            expect["hops"],
        )
    else:
        read = reader_of(vector).read_ussd(the_call(vector))
        assert (read.carrier_session, read.msisdn.e164) == (expect["session"], expect["phone"])
        assert (read.service_code, read.network) == (expect["service_code"], expect["network"])
        assert read.text == expect.get("text", "")
        assert read.is_start == (expect["event"] == "start")
        assert read.is_cumulative


@of_kind("ussd")
def test_ussd_is_answered(vector: Vector) -> None:
    for name, ends in (("reply_continue", False), ("reply_end", True)):
        if wanted := vector["expect"].get(name):
            reply = UssdReply(text="Hello", ends=ends)
            body, content_type = reader_of(vector).write_ussd(reply)
            assert body == wanted["body"]
            assert content_type.partition(";")[0] == wanted["content_type"]


@of_kind("sms_in")
def test_sms_is_read(vector: Vector) -> None:
    expect = vector["expect"]
    if is_refused(vector) and vector["id"] not in READ_ANYWAY:
        with pytest.raises(UnreadableRequest):
            reader_of(vector).read_sms(the_call(vector))
        return
    read = reader_of(vector).read_sms(the_call(vector))
    sent_at = read.sent_at.isoformat() if read.sent_at else None
    found = {
        "phone": read.msisdn.e164,
        "to": read.to,
        "text": read.text,
        "message_id": read.carrier_id,
        "at": sent_at,
    }
    assert {k: v for k, v in found.items() if k in expect} == {
        k: v for k, v in expect.items() if k in found
    }
    assert read.text == "Msg"


@of_kind("dlr")
def test_delivery_is_read(vector: Vector) -> None:
    expect = vector["expect"]
    if is_refused(vector):
        with pytest.raises(UnreadableRequest):
            reader_of(vector).read_delivery(the_call(vector))
        return
    read = reader_of(vector).read_delivery(the_call(vector))
    assert read.carrier_id == expect["message_id"]
    assert read.status is not None
    words = {"sent": "sent", "delivered": "delivered", "failed": "failed", "expired": "failed"}
    assert words[read.status] == expect["status"]
    if "phone" in expect:
        assert read.msisdn == Msisdn(expect["phone"])
    assert read.reason == (PROBLEM[expect["reason"]] if "reason" in expect else None)


@of_kind("sms_out")
def test_sms_is_sent(vector: Vector, carrier: Carrier) -> None:
    response = vector["response"]
    carrier.move = answers(response["status"], response["body"].encode(), response["content_type"])
    account = OPEN_ACCOUNT[vector["aggregator"]](carrier.url)
    wanted = vector["expect"].get("recipients") or [vector["expect"]]
    for number, expect in zip(vector["input"]["to"], wanted, strict=True):
        try:
            msisdn = Msisdn(number)
        except NotAMsisdn:  # we never send to what is no number
            assert expect["reason"] == "invalid_number"
            continue
        sms = OutboundSms(
            msisdn=msisdn,
            text=vector["input"]["text"],
            reference="1",
            sender=vector["input"]["from"],
        )
        assert_sent(account, sms, expect)
        assert_as_asked(carrier, vector, number)


def assert_sent(account: Aggregator, sms: OutboundSms, expect: Vector) -> None:
    problem = PROBLEM.get(expect.get("reason") or expect.get("error") or "")
    if problem is None:
        receipt = account.send(sms)
        assert receipt.carrier_id == expect["message_id"]
        if "cost_amount" in expect:
            assert receipt.cost == f"{expect['cost_currency']} {expect['cost_amount']}"
    else:
        with pytest.raises(SendError) as caught:
            account.send(sms)
        assert caught.value.problem is problem


def assert_as_asked(carrier: Carrier, vector: Vector, number: str) -> None:
    call = carrier.calls[-1]
    assert call.path == vector["path"]
    assert call.headers.items() >= vector["headers"].items()
    asked = dict(parse_qsl(vector["request"])) | {"to": number, "username": "app"}
    assert call.fields.items() >= asked.items()
