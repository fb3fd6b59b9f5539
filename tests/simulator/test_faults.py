"""Faults by script: each step does what it says, in order, and then the carrier behaves again."""

from typing import Any

import pytest
import requests

from tests.simulator.conftest import MOTHER, Client, until
from tests.simulator.product import Product


def _inbox(simulator: Client) -> list[str]:
    return [sms["body"] for sms in simulator.phone()["messages"]]


def _statuses(product: Product) -> list[str]:
    return [form["status"] for form in product.told("delivery")]


def _id(response: requests.Response) -> str:
    found: Any = response.json()["SMSMessageData"]["Recipients"][0]["messageId"]
    return str(found)


@pytest.mark.parametrize(
    ("step", "status", "content_type"),
    [
        ("401", 401, "text/plain"),
        ("429", 429, "application/json"),
        ("500", 500, "application/json"),
        ("html_200", 200, "text/html; charset=utf-8"),
    ],
)
def test_an_error_by_script_takes_no_message(
    simulator: Client, step: str, status: int, content_type: str
) -> None:
    simulator.script(send=[step])

    response = simulator.send()

    assert response.status_code == status
    assert response.headers["Content-Type"] == content_type
    assert _inbox(simulator) == []
    assert [(row["step"], row["carrier_id"]) for row in simulator.log()] == [(step, "")]


def test_steps_are_used_in_order_and_then_all_is_well(simulator: Client) -> None:
    simulator.script(send=["429", "ok", "500"])

    assert [simulator.send().status_code for _ in range(5)] == [429, 201, 500, 201, 201]


def test_a_line_cut_after_the_body_loses_the_answer_but_not_the_message(simulator: Client) -> None:
    simulator.script(send=["reset_after_body"])

    with pytest.raises(requests.ConnectionError):
        simulator.send()

    assert _inbox(simulator) == ["Bonjour"]


def test_a_line_cut_before_it_was_taken_loses_both(simulator: Client) -> None:
    simulator.script(send=["reset_not_taken"])

    with pytest.raises(requests.ConnectionError):
        simulator.send()

    assert _inbox(simulator) == []


def test_an_error_after_the_message_was_taken_is_possible_too(simulator: Client) -> None:
    simulator.script(send=["500_taken"])

    assert simulator.send().status_code == 500
    assert _inbox(simulator) == ["Bonjour"]


def test_a_refused_sender_is_a_201_with_an_empty_list(simulator: Client) -> None:
    simulator.script(send=["invalid_sender"])

    response = simulator.send()

    assert response.status_code == 201
    assert response.json() == {"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}
    assert _inbox(simulator) == []


def test_a_recipient_can_be_refused_within_a_201(simulator: Client) -> None:
    simulator.script(send=["per_recipient:406"])

    data = simulator.send().json()["SMSMessageData"]

    assert data["Message"] == "Sent to 0/1"
    assert data["Recipients"] == [
        {
            "statusCode": 406,
            "status": "UserInBlacklist",
            "number": MOTHER,
            "cost": "0",
            "messageId": "None",
        }
    ]
    assert _inbox(simulator) == []


def test_none_means_no_report_though_the_phone_has_the_message(
    simulator: Client, product: Product
) -> None:
    simulator.script(delivery=["none"])
    simulator.send(text="muet")
    second = _id(simulator.send(text="parlant"))

    until(lambda: "Success" in _statuses(product))

    assert {form["id"] for form in product.told("delivery")} == {second}
    assert _inbox(simulator) == ["parlant", "muet"]


def test_twice_sends_every_report_twice(simulator: Client, product: Product) -> None:
    simulator.script(delivery=["twice"])
    simulator.send()

    until(lambda: len(product.told("delivery")) == 4)

    assert sorted(_statuses(product)) == ["Sent", "Sent", "Success", "Success"]


def test_a_report_can_come_before_the_answer(simulator: Client, product: Product) -> None:
    simulator.script(delivery=["before_answer"])

    carrier_id = _id(simulator.send())

    assert [(form["id"], form["status"]) for form in product.told("delivery")] == [
        (carrier_id, "Success")
    ]


def test_a_late_report_waits_its_seconds(simulator: Client, product: Product) -> None:
    simulator.script(delivery=["late:0.6"])
    simulator.send()

    until(lambda: _statuses(product) == ["Sent"])
    until(lambda: _statuses(product) == ["Sent", "Success"])


def test_reports_can_come_in_the_wrong_order(simulator: Client, product: Product) -> None:
    simulator.script(delivery=["swapped"])
    simulator.send()

    until(lambda: _statuses(product) == ["Success", "Sent"])


@pytest.mark.parametrize(
    ("step", "status", "reason"),
    [
        ("failed:UserInBlackList", "Failed", "UserInBlackList"),
        ("rejected:InsufficientCredit", "Rejected", "InsufficientCredit"),
        ("expired", "Expired", None),
    ],
)
def test_a_failed_delivery_gives_its_reason_and_never_reaches_the_phone(
    simulator: Client, product: Product, step: str, status: str, reason: str | None
) -> None:
    simulator.script(delivery=[step])
    simulator.send()

    until(lambda: len(product.told("delivery")) == 2)

    assert product.told("delivery")[1]["status"] == status
    assert product.told("delivery")[1].get("failureReason") == reason
    assert _inbox(simulator) == []


def test_an_unknown_id_is_one_that_was_never_given_out(simulator: Client, product: Product) -> None:
    simulator.script(delivery=["unknown_id"])
    carrier_id = _id(simulator.send())

    (form,) = until(lambda: product.told("delivery"))

    assert form["id"] != carrier_id


@pytest.mark.parametrize(
    "script",
    [
        {"send": ["explode"]},
        {"sound": ["ok"]},
        {"send": ["hang"]},
        {"send": ["hang:soon"]},
        {"send": ["ok:2"]},
        {"send": "ok"},
        {"send": [1]},
        ["ok"],
    ],
)
def test_a_wrong_script_is_refused_with_what_exists_and_changes_nothing(
    simulator: Client, script: object
) -> None:
    simulator.script(send=["429"])

    response = simulator.post("/script", script)

    assert response.status_code == 400
    assert response.json()["error"]
    assert simulator.send().status_code == 429
