"""USSD from a phone: dial, answer, drop, time limit, and what the product is told of the end."""

import threading

import pytest
import requests

from mhealth.simulator.config import SimulatorConfig
from tests.simulator.conftest import MOTHER, Client, running, until
from tests.simulator.product import Product

CODE = "*384*55#"


def test_a_call_walks_through_the_screens_and_its_end_is_told(
    simulator: Client, product: Product
) -> None:
    first = simulator.act("dial", code=CODE)["call"]
    second = simulator.act("type", text="1")["call"]
    last = simulator.act("type", text="13")["call"]

    assert first["state"] == second["state"] == "open"
    assert first["text"].startswith("Santé Djidja\n1 Signaler")
    assert second["left"] == 160 - len(second["text"])
    assert last["state"] == "ended"
    assert [form["text"] for form in product.told("ussd")] == ["", "1", "1*13"]
    assert len({form["sessionId"] for form in product.told("ussd")}) == 1
    (end,) = until(lambda: product.told("ussd-events"))
    assert end["status"] == "Success"
    assert end["sessionId"] == product.told("ussd")[0]["sessionId"]
    assert (end["hopsCount"], end["input"]) == ("3", "1*13")
    assert end["lastAppResponse"].startswith("END Signe de danger")


def test_dropping_an_open_call_tells_that_it_is_incomplete(
    simulator: Client, product: Product
) -> None:
    simulator.act("dial", code=CODE)

    assert simulator.act("drop")["call"] is None

    (end,) = until(lambda: product.told("ussd-events"))
    assert end["status"] == "Incomplete"


def test_putting_a_last_screen_away_tells_nothing_more(simulator: Client, product: Product) -> None:
    simulator.act("dial", code=f"{CODE[:-1]}*2#")
    until(lambda: product.told("ussd-events"))

    assert simulator.act("drop")["call"] is None
    simulator.act("dial", code=CODE)
    simulator.act("drop")

    until(lambda: len(product.told("ussd-events")) == 2)
    assert [end["status"] for end in product.told("ussd-events")] == ["Success", "Incomplete"]


def test_what_is_dialled_behind_the_code_comes_with_the_first_call(
    simulator: Client, product: Product
) -> None:
    call = simulator.act("dial", code="*384*55*1*13#")["call"]

    assert [form["text"] for form in product.told("ussd")] == ["1*13"]
    assert product.told("ussd")[0]["serviceCode"] == CODE
    assert call["state"] == "ended"


def test_another_code_is_unknown_and_never_reaches_the_product(
    simulator: Client, product: Product
) -> None:
    call = simulator.act("dial", code="*123#")["call"]

    assert (call["state"], call["reason"]) == ("failed", "no_such_code")
    assert product.calls == []


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (" CON Menu", 200, "not_con_end"),
        ("\ufeffCON Menu", 200, "not_con_end"),
        ("", 200, "empty"),
        ("CON Menu", 404, "http_status"),
        ("CON Menu", 500, "http_status"),
    ],
)
def test_a_bad_answer_is_a_network_error_on_the_phone_and_a_failed_session(
    simulator: Client, product: Product, body: str, status: int, reason: str
) -> None:
    product.answer_ussd = lambda form: (body, status)

    call = simulator.act("dial", code=CODE)["call"]

    assert (call["state"], call["reason"]) == ("failed", reason)
    (end,) = until(lambda: product.told("ussd-events"))
    assert (end["status"], end["errorMessage"]) == ("Failed", reason)


def test_a_product_that_is_not_there_is_a_network_error(config: SimulatorConfig) -> None:
    with running(config, target_url="http://127.0.0.1:9") as simulator:
        call = simulator.act("dial", code=CODE)["call"]

    assert (call["state"], call["reason"]) == ("failed", "unreachable")


def test_an_answer_that_comes_too_late_is_a_network_error(
    config: SimulatorConfig, product: Product
) -> None:
    hold = threading.Event()
    product.answer_ussd = lambda form: ("CON Menu", 200 if hold.wait(5) else 500)

    with running(config, answer_seconds=0.2) as simulator:
        call = simulator.act("dial", code=CODE)["call"]
    hold.set()

    assert (call["state"], call["reason"]) == ("failed", "too_late")


def test_a_session_past_its_limit_is_closed_and_told_as_incomplete(
    config: SimulatorConfig, product: Product
) -> None:
    with running(config, session_seconds=0.3) as simulator:
        simulator.act("dial", code=CODE)

        until(lambda: simulator.phone()["call"]["state"] == "expired")
        (end,) = until(lambda: product.told("ussd-events"))

        refused = simulator.post(f"/api/phones/{MOTHER}/type", {"text": "1"})
    assert end["status"] == "Incomplete"
    assert refused.json() == {"error": "nothing_to_answer"}


def test_an_answer_to_a_call_dropped_meanwhile_is_not_shown(
    simulator: Client, product: Product
) -> None:
    asked, hold = threading.Event(), threading.Event()

    def slow(form: dict[str, str]) -> tuple[str, int]:
        asked.set()
        hold.wait(5)
        return "END Trop tard", 200

    product.answer_ussd = slow
    dialling = threading.Thread(target=simulator.act, args=("dial",), kwargs={"code": CODE})
    dialling.start()
    assert asked.wait(5)

    simulator.act("drop")
    hold.set()
    dialling.join()

    assert simulator.phone()["call"] is None
    (end,) = until(lambda: product.told("ussd-events"))
    assert end["status"] == "Incomplete"


def test_a_second_answer_while_the_first_is_on_its_way_is_refused(
    simulator: Client, product: Product
) -> None:
    simulator.act("dial", code=CODE)
    asked, hold = threading.Event(), threading.Event()

    def slow(form: dict[str, str]) -> tuple[str, int]:
        asked.set()
        hold.wait(5)
        return "END Merci", 200

    product.answer_ussd = slow
    typing = threading.Thread(target=simulator.act, args=("type",), kwargs={"text": "1"})
    typing.start()
    assert asked.wait(5)

    refused = simulator.post(f"/api/phones/{MOTHER}/type", {"text": "2"})
    hold.set()
    typing.join()

    assert refused.status_code == 400
    assert [form["text"] for form in product.told("ussd")] == ["", "1"]


def test_dialling_again_drops_the_call_before(simulator: Client, product: Product) -> None:
    simulator.act("dial", code=CODE)
    simulator.act("dial", code=CODE)

    (end,) = until(lambda: product.told("ussd-events"))
    assert end["sessionId"] == product.told("ussd")[0]["sessionId"]
    assert len({form["sessionId"] for form in product.told("ussd")}) == 2


def test_the_network_can_repeat_a_call_by_script(simulator: Client, product: Product) -> None:
    simulator.act("dial", code=CODE)
    simulator.script(ussd=["twice"])

    simulator.act("type", text="1")

    assert [form["text"] for form in product.told("ussd")] == ["", "1", "1"]


def test_an_open_call_goes_on_after_a_restart(config: SimulatorConfig, product: Product) -> None:
    with running(config) as simulator:
        simulator.act("dial", code=CODE)
    with running(config) as simulator:
        simulator.act("type", text="1")

    assert [form["text"] for form in product.told("ussd")] == ["", "1"]
    assert len({form["sessionId"] for form in product.told("ussd")}) == 1


def test_the_network_log_shows_both_ways_and_no_secret(simulator: Client) -> None:
    simulator.act("dial", code=CODE)
    simulator.send()

    theirs, ours = simulator.phone()["exchanges"][-2:][::1]

    assert (ours["what"], ours["is_ours"], ours["status"]) == ("ussd", True, 200)
    assert ours["answer"].startswith("CON Santé Djidja")
    assert (theirs["what"], theirs["is_ours"], theirs["status"]) == ("messaging", False, 201)
    shown = requests.get(f"{simulator.url}/api/phones/{MOTHER}", timeout=10).text
    assert "test-token" not in shown
    assert "apiKey" not in shown
