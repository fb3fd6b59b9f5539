"""Africa's Talking's SMS API as the product meets it, over real HTTP."""

from typing import Any

import pytest
import requests
from africastalking.SMS import SMSService

from mhealth.simulator.config import SimulatorConfig
from tests.simulator.conftest import MOTHER, NURSE, Client, running, until
from tests.simulator.product import Product


def _data(response: requests.Response) -> dict[str, Any]:
    found: dict[str, Any] = response.json()["SMSMessageData"]
    return found


def test_an_accepted_sms_is_answered_as_africas_talking_does(simulator: Client) -> None:
    response = simulator.send(text="Bonjour")

    assert response.status_code == 201
    assert response.headers["Content-Type"] == "application/json"
    assert _data(response)["Message"] == "Sent to 1/1 Total Cost: KES 0.8000 Message parts: 1"
    (row,) = _data(response)["Recipients"]
    assert row["messageId"].startswith("ATXid_")
    assert row | {"messageId": "?"} == {
        "statusCode": 101,
        "number": MOTHER,
        "status": "Success",
        "cost": "KES 0.8000",
        "messageId": "?",
    }


def test_an_enqueued_sms_is_queued(simulator: Client) -> None:
    (row,) = _data(simulator.send(enqueue="1", bulkSMSMode="1"))["Recipients"]

    assert row["statusCode"] == 102


def test_each_recipient_of_a_list_gets_a_row_and_only_valid_numbers_get_the_sms(
    simulator: Client,
) -> None:
    data = _data(simulator.send(to=f"{MOTHER},{NURSE},+25"))

    assert data["Message"].startswith("Sent to 2/3")
    assert [row["statusCode"] for row in data["Recipients"]] == [101, 101, 403]
    assert data["Recipients"][2]["messageId"] == "None"
    assert [sms["body"] for sms in simulator.phone(NURSE)["messages"]] == ["Bonjour"]


def test_a_long_sms_costs_its_segments(simulator: Client) -> None:
    (row,) = _data(simulator.send(text="a" * 161))["Recipients"]

    assert row["cost"] == "KES 1.6000"
    assert simulator.phone()["messages"][0]["segments"] == 2


def test_an_sms_in_arabic_costs_its_parts_of_67_and_arrives_with_its_marks(
    simulator: Client,
) -> None:
    one = "ينتظرك CS Kpéla غدا، 14:30. رمز 482\u00a01935. أرهم هذه الرسالة."
    two = f"\u200f{one} لطلب المساعدة \u200e*384*55#"
    costs = [_data(simulator.send(text=text))["Recipients"][0]["cost"] for text in (one, two)]

    assert costs == ["KES 0.8000", "KES 1.6000"]
    assert {sms["body"]: sms["segments"] for sms in simulator.phone()["messages"]} == {
        one: 1,
        two: 2,
    }


def test_the_vendors_own_package_sends_and_reads_the_answer(simulator: Client) -> None:
    service = SMSService("sandbox", "simulator")
    service._baseUrl = f"{simulator.url}/version1"

    answer = service.send("Bonjour", [MOTHER], sender_id="38455")

    assert answer["SMSMessageData"]["Recipients"][0]["status"] == "Success"
    assert simulator.phone()["messages"][0]["other"] == "38455"


@pytest.mark.parametrize("headers", [{}, {"apiKey": "wrong"}])
def test_a_missing_or_wrong_key_is_401_in_plain_text(
    simulator: Client, headers: dict[str, str]
) -> None:
    response = requests.post(
        f"{simulator.url}/version1/messaging",
        data={"username": "sandbox", "to": MOTHER, "message": "Bonjour"},
        headers=headers,
        timeout=10,
    )

    assert response.status_code == 401
    assert response.headers["Content-Type"].startswith("text/plain")
    assert response.text == "The supplied authentication is invalid"
    assert simulator.log() == []


def test_a_real_account_name_is_refused(simulator: Client) -> None:
    assert simulator.send(username="ministry").status_code == 401


@pytest.mark.parametrize("missing", ["to", "message"])
def test_a_missing_field_is_400(simulator: Client, missing: str) -> None:
    response = simulator.send(**{missing: " "})

    assert response.status_code == 400
    assert missing in response.text


def test_the_log_holds_each_message_with_the_time_of_its_receipt(simulator: Client) -> None:
    carrier_id = _data(simulator.send(text="un"))["Recipients"][0]["messageId"]
    simulator.send(to=NURSE, text="deux")

    first, second = simulator.log()

    assert (first["recipient"], first["body"], first["carrier_id"]) == (MOTHER, "un", carrier_id)
    assert (second["recipient"], second["body"]) == (NURSE, "deux")
    assert first["at"] < second["at"]


def test_the_message_is_in_the_log_before_the_answer_goes_out(simulator: Client) -> None:
    simulator.script(send=["hang:3"])

    with pytest.raises(requests.ReadTimeout):
        requests.post(
            f"{simulator.url}/version1/messaging",
            data={"username": "sandbox", "to": MOTHER, "message": "Bonjour"},
            headers={"apiKey": "simulator"},
            timeout=0.3,
        )

    assert [row["step"] for row in simulator.log()] == ["hang:3"]


def test_reports_follow_sent_first_then_success(simulator: Client, product: Product) -> None:
    carrier_id = _data(simulator.send())["Recipients"][0]["messageId"]

    until(lambda: len(product.told("delivery")) == 2)

    assert product.told("delivery") == [
        {
            "id": carrier_id,
            "status": status,
            "phoneNumber": MOTHER,
            "networkCode": "99999",
            "retryCount": "0",
        }
        for status in ("Sent", "Success")
    ]


def test_a_report_is_sent_again_until_it_is_answered_with_200(
    simulator: Client, product: Product
) -> None:
    product.statuses["delivery"] = [500, 404, 302, 200, 200]

    simulator.send()

    until(lambda: len(product.told("delivery")) == 5)
    until(lambda: requests.get(f"{simulator.url}/log", timeout=10).json()["webhooks_waiting"] == 0)


def test_messages_and_waiting_reports_survive_a_restart(
    config: SimulatorConfig, product: Product
) -> None:
    product.statuses["delivery"] = [500] * 3
    with running(config, retry_seconds=30.0) as simulator:
        simulator.send(text="avant")
        until(lambda: len(product.told("delivery")) == 2)
    product.statuses.clear()

    with running(config) as simulator:
        assert simulator.phone()["messages"][0]["body"] == "avant"
        assert [row["body"] for row in simulator.log()] == ["avant"]


def test_a_phone_keeps_its_latest_two_hundred_messages(simulator: Client) -> None:
    simulator.script(delivery=["none"] * 205)
    for number in range(205):
        simulator.send(text=f"{number}")

    shown = simulator.phone()["messages"]
    rows = requests.get(f"{simulator.url}/api/phones/{MOTHER}/inbox", timeout=10).json()

    assert shown[0]["body"] == "204"
    assert len(rows["messages"]) == 50
    assert simulator.phone()["unread"] == 200


def test_reset_forgets_messages_calls_and_script(simulator: Client) -> None:
    simulator.send()
    simulator.act("dial", code="*384*55#")
    simulator.script(send=["500"])

    assert simulator.post("/reset", {}).status_code == 200

    assert simulator.log() == []
    assert simulator.phone()["messages"] == []
    assert simulator.phone()["call"] is None
    assert simulator.send().status_code == 201
