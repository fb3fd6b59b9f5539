"""The product's own reader and sender for Africa's Talking, against the simulator that plays it."""

from datetime import UTC, datetime

import pytest

from mhealth.aggregators.africastalking import AfricasTalking
from mhealth.domain.gateway import OutboundSms, RawCall, SendError, SendProblem
from mhealth.domain.message import DeliveryStatus
from mhealth.domain.msisdn import Msisdn
from mhealth.simulator.carrier import (
    Outcome,
    delivery_fields,
    end_fields,
    open_session,
    sms_fields,
    ussd_fields,
)
from tests.simulator.conftest import MOTHER, Client

CALLER = Msisdn(MOTHER)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def _adapter(base_url: str | None = None) -> AfricasTalking:
    return AfricasTalking(
        username="sandbox", api_key="simulator", base_url=base_url, region="BJ", read_timeout=0.5
    )


@pytest.fixture
def adapter(simulator: Client) -> AfricasTalking:
    return _adapter(simulator.url)


def _call(fields: dict[str, str]) -> RawCall:
    return RawCall(method="POST", fields=fields, content_type="application/x-www-form-urlencoded")


def test_a_ussd_call_is_read_as_it_was_made() -> None:
    session = open_session(CALLER, "*384*55#").typed("1").typed("1 3")

    asked = _adapter().read_ussd(_call(ussd_fields(session)))

    assert (asked.carrier_session, asked.msisdn) == (session.id, CALLER)
    assert (asked.text, asked.is_start, asked.network) == ("1*1 3", False, "99901")


@pytest.mark.parametrize(
    ("outcome", "was_complete"), [(Outcome.SUCCESS, True), (Outcome.INCOMPLETE, False)]
)
def test_the_end_of_a_session_is_read_as_it_was_told(outcome: Outcome, was_complete: bool) -> None:
    session = open_session(CALLER, "*384*55#").answered("CON Menu")

    ended = _adapter().read_ussd_end(_call(end_fields(session, outcome, NOON)))

    assert (ended.carrier_session, ended.was_complete) == (session.id, was_complete)
    assert ended.hops == 1


def test_an_sms_is_read_as_it_was_written() -> None:
    fields = sms_fields(CALLER, "38455", "OUI 4821935 14h", NOON)

    received = _adapter().read_sms(_call(fields))

    assert (received.msisdn, received.to, received.text) == (CALLER, "38455", "OUI 4821935 14h")
    assert (received.carrier_id, received.sent_at) == (fields["id"], NOON)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Sent", DeliveryStatus.SENT),
        ("Success", DeliveryStatus.DELIVERED),
        ("Failed", DeliveryStatus.FAILED),
        ("Expired", DeliveryStatus.EXPIRED),
    ],
)
def test_a_report_is_read_as_it_was_sent(word: str, status: DeliveryStatus) -> None:
    report = _adapter().read_delivery(_call(delivery_fields("ATXid_1", MOTHER, word)))

    assert (report.carrier_id, report.status, report.msisdn) == ("ATXid_1", status, CALLER)


def _send(adapter: AfricasTalking) -> str | None:
    return adapter.send(OutboundSms(msisdn=CALLER, text="Bonjour", reference="r1")).carrier_id


def test_a_message_sent_through_the_product_s_own_sender_arrives(
    simulator: Client, adapter: AfricasTalking
) -> None:
    carrier_id = _send(adapter)

    assert simulator.phone()["messages"][0]["body"] == "Bonjour"
    assert simulator.log()[0]["carrier_id"] == carrier_id


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("401", SendProblem.BAD_CREDENTIALS),
        ("429", SendProblem.THROTTLED),
        ("500", SendProblem.UNKNOWN),
        ("500_taken", SendProblem.UNKNOWN),
        ("reset_after_body", SendProblem.UNKNOWN),
        ("reset_not_taken", SendProblem.UNKNOWN),
        ("hang:2", SendProblem.UNKNOWN),
        ("html_200", SendProblem.UNKNOWN),
        ("invalid_sender", SendProblem.BAD_SENDER),
        ("per_recipient:402", SendProblem.BAD_SENDER),
        ("per_recipient:403", SendProblem.INVALID_NUMBER),
        ("per_recipient:405", SendProblem.NO_CREDIT),
        ("per_recipient:406", SendProblem.BLOCKED),
        ("per_recipient:407", SendProblem.UNROUTABLE),
    ],
)
def test_each_fault_of_the_script_is_the_problem_that_the_sender_names(
    simulator: Client, adapter: AfricasTalking, step: str, problem: SendProblem
) -> None:
    simulator.script(send=[step])

    with pytest.raises(SendError) as caught:
        _send(adapter)

    assert caught.value.problem is problem
    assert _send(adapter) is not None
