"""The test panel's doors: networks, mishaps of one request, the caller's language, a call as a file."""

import pytest
import requests

from mhealth.simulator.config import SimulatorConfig
from tests.simulator.conftest import MOTHER, NURSE, Client, running, until
from tests.simulator.product import Product

CODE = "*384*55#"


def put_into(simulator: Client, network: str, msisdn: str = MOTHER) -> None:
    response = simulator.post(f"/api/phones/{msisdn}/network", {"network": network})
    assert response.status_code == 200


def next_request(simulator: Client, step: str, msisdn: str = MOTHER) -> None:
    response = simulator.post(f"/api/phones/{msisdn}/next", {"step": step})
    assert response.status_code == 200


def sent(product: Product) -> list[str]:
    return [form["text"] for form in product.told("ussd")]


def test_a_phone_calls_from_its_network_and_sees_what_that_shows(
    simulator: Client, product: Product
) -> None:
    product.answer_ussd = lambda form: (f"CON {'a' * 170}", 200)
    call = simulator.act("dial", code=CODE)["call"]
    assert (len(call["text"]), call["left"], call["room"]) == (160, -10, 160)

    put_into(simulator, "99902")
    call = simulator.act("dial", code=CODE)["call"]
    assert (len(call["text"]), call["left"], call["room"]) == (170, 12, 182)
    assert [form["networkCode"] for form in product.told("ussd")] == ["99901", "99902"]
    assert simulator.phone(NURSE)["network"] == "99901"

    product.answer_ussd = lambda form: (f"CON {'a' * 183}", 200)
    call = simulator.act("dial", code=CODE)["call"]
    assert (call["state"], call["reason"]) == ("failed", "too_long")
    end = until(lambda: [e for e in product.told("ussd-events") if e["status"] == "Failed"])
    assert end[0]["errorMessage"] == "too_long"


def test_arabic_is_counted_in_units_of_ucs2(simulator: Client, product: Product) -> None:
    product.answer_ussd = lambda form: ("CON \u0642\u0631\u064a\u0629", 200)
    call = simulator.act("dial", code=CODE)["call"]
    assert (call["room"], call["left"], call["is_gsm7"]) == (70, 66, False)


def test_a_lost_request_never_comes_and_the_phone_sees_an_error(
    simulator: Client, product: Product
) -> None:
    simulator.act("dial", code=CODE)
    next_request(simulator, "lost")
    assert simulator.phone()["next"] == "lost"
    call = simulator.act("type", text="1")["call"]
    assert (call["state"], call["reason"]) == ("failed", "lost")
    assert sent(product) == [""]
    assert simulator.phone()["next"] == "ok"


def test_of_a_lost_answer_the_product_has_taken_the_request(
    simulator: Client, product: Product
) -> None:
    simulator.act("dial", code=CODE)
    next_request(simulator, "answer_lost")
    call = simulator.act("type", text="1")["call"]
    assert (call["state"], call["reason"]) == ("failed", "answer_lost")
    assert sent(product) == ["", "1"]


def test_a_request_is_sent_twice_or_again_later_or_after_it_the_one_before(
    simulator: Client, product: Product
) -> None:
    next_request(simulator, "twice")
    simulator.act("dial", code=CODE)
    assert sent(product) == ["", ""]
    next_request(simulator, "earlier")
    assert "1 Convulsions" in simulator.act("type", text="1")["call"]["text"]
    assert sent(product) == ["", "", "1", ""]
    next_request(simulator, "again:0.1")
    simulator.act("type", text="0")
    until(lambda: len(sent(product)) == 6)
    assert sent(product)[4:] == ["1*0", "1*0"]


def test_a_delayed_request_comes_later_and_one_beyond_the_deadline_is_given_up(
    config: SimulatorConfig, product: Product
) -> None:
    with running(config, answer_seconds=0.4) as simulator:
        next_request(simulator, "delay:0.1")
        assert simulator.act("dial", code=CODE)["call"]["state"] == "open"
        next_request(simulator, "delay:0.5")
        call = simulator.act("type", text="1")["call"]
        assert (call["state"], call["reason"]) == ("failed", "too_late")
        until(lambda: sent(product) == ["", "1"])


def test_what_comes_next_is_of_one_phone_and_can_be_taken_back(
    simulator: Client, product: Product
) -> None:
    next_request(simulator, "lost")
    assert simulator.act("dial", msisdn=NURSE, code=CODE)["call"]["state"] == "open"
    next_request(simulator, "ok")
    assert simulator.act("dial", code=CODE)["call"]["state"] == "open"


@pytest.mark.parametrize(
    ("door", "body", "word"),
    [
        ("network", {"network": "61801"}, "no_such_network"),
        ("next", {"step": "explode"}, "no_such_step"),
        ("next", {"step": "delay"}, "no_such_step"),
        ("caller", {}, "language_missing"),
    ],
)
def test_a_mistake_is_told(simulator: Client, door: str, body: dict[str, str], word: str) -> None:
    response = simulator.post(f"/api/phones/{MOTHER}/{door}", body)
    assert (response.status_code, response.json()) == (400, {"error": word})


def test_the_last_call_is_fetched_as_a_file_running_or_put_away(
    simulator: Client, product: Product
) -> None:
    address = f"{simulator.url}/api/phones/{MOTHER}/recording"
    assert requests.get(address, timeout=10).json() == {"error": "no_call_to_save"}
    simulator.act("dial", code=CODE)
    session = product.told("ussd")[0]["sessionId"]
    product.recordings[session] = "# A recorded call.\nplatform = recorded\n---\n"
    response = requests.get(address, timeout=10)
    assert response.text == product.recordings[session]
    assert "attachment" in response.headers["Content-Disposition"]
    simulator.act("drop")
    assert requests.get(address, timeout=10).text == product.recordings[session]
    product.recordings.clear()
    response = requests.get(address, timeout=10)
    assert (response.status_code, response.json()) == (502, {"error": "call_not_kept"})


def test_the_callers_language_is_asked_of_the_product_and_set_there(
    simulator: Client, product: Product
) -> None:
    address = f"/api/phones/{MOTHER}/caller"
    assert requests.get(simulator.url + address, timeout=10).json()["language"] == "fr"
    assert simulator.post(address, {"language": "en"}).json()["language"] == "en"
    assert product.told("caller")[-1] == {"phoneNumber": MOTHER, "language": "en"}
