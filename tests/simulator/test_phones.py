"""The phones' SMS, the state that the page asks for, and the clock."""

from dataclasses import replace

import pytest
import requests

from mhealth.domain.clock import read_offset
from mhealth.simulator.config import SimulatorConfig
from tests.simulator.conftest import MOTHER, NURSE, Client, running, until
from tests.simulator.product import Product


def test_an_sms_to_our_number_reaches_the_product(simulator: Client, product: Product) -> None:
    simulator.act("sms", msisdn=NURSE, to="38455", text="OUI 4821935 14h")

    (form,) = until(lambda: product.told("sms"))
    assert form["from"] == NURSE
    assert form["to"] == "38455"
    assert form["text"] == "OUI 4821935 14h"
    assert form["id"]
    assert (form["linkId"], form["networkCode"]) == ("", "99999")
    until(lambda: simulator.phone(NURSE)["messages"][0]["status"] == "sent")


def test_an_sms_is_sent_again_with_the_same_id_until_it_is_taken(
    simulator: Client, product: Product
) -> None:
    product.statuses["sms"] = [503, 500]

    simulator.act("sms", to="38455", text="OUI")

    until(lambda: len(product.told("sms")) == 3)
    assert len({form["id"] for form in product.told("sms")}) == 1
    until(lambda: simulator.phone()["messages"][0]["status"] == "sent")


def test_an_sms_waits_while_the_product_is_away(config: SimulatorConfig) -> None:
    with running(config, target_url="http://127.0.0.1:9") as simulator:
        simulator.act("sms", to="38455", text="OUI")

        until(lambda: simulator.phone()["messages"][0]["status"] == "waiting")


def test_the_network_can_deliver_an_sms_twice_by_script(
    simulator: Client, product: Product
) -> None:
    simulator.script(sms=["twice"])
    simulator.act("sms", to="38455", text="OUI")

    until(lambda: len(product.told("sms")) == 2)
    assert len({form["id"] for form in product.told("sms")}) == 1


def test_a_reply_to_the_sender_name_reaches_the_product_too(
    config: SimulatorConfig, product: Product
) -> None:
    with running(config, sender="MHEALTH") as simulator:
        simulator.act("sms", to="MHEALTH", text="OUI")

        until(lambda: product.told("sms"))


def test_an_sms_to_another_phone_lands_in_its_inbox(simulator: Client, product: Product) -> None:
    simulator.act("sms", to="01 90 00 00 31", text="Il arrive")

    (sms,) = simulator.phone(NURSE)["messages"]
    assert (sms["other"], sms["body"], sms["is_incoming"]) == (MOTHER, "Il arrive", True)
    assert product.told("sms") == []


def test_an_sms_to_no_number_is_not_sent(simulator: Client) -> None:
    simulator.act("sms", to="999", text="Allo")

    assert simulator.phone()["messages"][0]["status"] == "no_number"


def test_reading_a_message_lowers_the_unread_count(simulator: Client) -> None:
    simulator.send(text="un")
    simulator.send(text="deux")
    newest = simulator.phone()["messages"][0]

    after = simulator.act("read", id=newest["id"])

    assert newest["body"] == "deux"
    assert after["unread"] == 1
    assert [sms["is_read"] for sms in after["messages"]] == [True, False]


@pytest.mark.parametrize(
    ("deed", "body", "word"),
    [
        ("sms", {"to": "38455", "text": " "}, "text_missing"),
        ("sms", {"to": "38455", "text": "a" * 919}, "text_too_long"),
        ("sms", {"text": "OUI"}, "to_missing"),
        ("dial", {}, "code_missing"),
        ("dial", {"code": 7}, "code_missing"),
        ("type", {"text": "1"}, "nothing_to_answer"),
        ("type", {}, "text_missing"),
        ("read", {"id": "x"}, "id_missing"),
        ("fly", {}, "no_such_deed"),
        ("drop", [], "not_an_object"),
    ],
)
def test_what_no_phone_can_do_is_refused_with_a_word(
    simulator: Client, deed: str, body: object, word: str
) -> None:
    response = simulator.post(f"/api/phones/{MOTHER}/{deed}", body)

    assert response.status_code == 400
    assert response.json() == {"error": word}


def test_a_phone_needs_a_number(simulator: Client) -> None:
    assert simulator.post("/api/phones/12/dial", {"code": "*384*55#"}).status_code == 400


def test_the_state_is_sent_once_and_again_only_when_something_changed(simulator: Client) -> None:
    address = f"{simulator.url}/api/state"
    asked: dict[str, object] = {"msisdn": [MOTHER, NURSE]}
    first = requests.get(address, params=asked, timeout=10).json()
    since = {**asked, "since": first["revision"]}

    assert set(first["phones"]) == {MOTHER, NURSE}
    assert requests.get(address, params=since, timeout=10).status_code == 204

    simulator.send()

    changed = requests.get(address, params=since, timeout=10).json()
    assert changed["phones"][MOTHER]["unread"] == 1


def test_the_phones_of_the_district_are_offered_by_name(simulator: Client) -> None:
    district = requests.get(f"{simulator.url}/api/phones", timeout=10).json()

    assert [(one["label_fr"], one["role"]) for one in district["phones"]] == [
        ("Mère à Agonlin", "caller"),
        ("Infirmière, centre de Djidja", "facility"),
    ]
    assert (district["service_code"], district["sms_number"]) == ("*384*55#", "38455")


def test_the_clock_moves_ahead_for_all_processes_and_back(
    simulator: Client, config: SimulatorConfig
) -> None:
    assert config.clock_file is not None
    simulator.post("/api/clock", {"ahead": 900})
    moved = simulator.post("/api/clock", {"ahead": 86_400}).json()

    assert moved["ahead"] == 87_300
    assert read_offset(config.clock_file) == 87_300
    simulator.send()
    assert abs(simulator.phone()["messages"][0]["at"] - moved["now"]) < 60

    assert simulator.post("/api/clock", {"ahead": None}).json()["ahead"] == 0
    assert read_offset(config.clock_file) == 0


@pytest.mark.parametrize("ahead", [-5, 0, "x", 40_000_000])
def test_the_clock_refuses_what_is_no_step(simulator: Client, ahead: object) -> None:
    assert simulator.post("/api/clock", {"ahead": ahead}).status_code == 400


def test_without_a_clock_file_the_clock_cannot_be_moved(config: SimulatorConfig) -> None:
    with running(config, clock_file=None) as simulator:
        clock = simulator.post("/api/clock", {"ahead": 900}).json()

    assert clock["can_move"] is False
    assert clock["ahead"] == 0


def test_a_thousand_odd_characters_from_a_phone_come_back_as_they_were(simulator: Client) -> None:
    odd = "<script>alert(1)</script> ' \" & \u202e \U0001f600"
    simulator.send(text=odd)

    assert simulator.phone()["messages"][0]["body"] == odd


def test_the_state_names_the_phones_with_unread_sms_that_are_not_shown(simulator: Client) -> None:
    simulator.send(to=MOTHER)
    simulator.send(to=NURSE)
    simulator.send(to=NURSE)

    address = f"{simulator.url}/api/state"
    found = requests.get(address, params={"msisdn": MOTHER}, timeout=10).json()

    ((msisdn, unread),) = [(one["msisdn"], one["unread"]) for one in found["elsewhere"]]
    assert (msisdn, unread) == (NURSE, 2)


def test_the_districts_time_zone_is_told(config: SimulatorConfig) -> None:
    first = replace(config.handsets[0], timezone="Africa/Porto-Novo")
    with running(config, handsets=(first, *config.handsets[1:])) as simulator:
        district = requests.get(f"{simulator.url}/api/phones", timeout=10).json()

    assert district["timezone"] == "Africa/Porto-Novo"
