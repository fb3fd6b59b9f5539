"""The phones in a terminal: `mhealth dial`, `mhealth text` and `mhealth simulator` as commands."""

import base64
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result

from mhealth.cli.dial import dial, draw_screen
from mhealth.cli.text import text
from mhealth.simulator.carrier import Screen
from mhealth.simulator.operators import OPERATORS
from tests.ports import free_pair
from tests.simulator.conftest import MOTHER, NURSE, until
from tests.simulator.product import TOKEN, Product

_KEY = base64.b64encode(bytes(32)).decode()


@pytest.fixture
def environ(product: Product, tmp_path: Path) -> dict[str, str]:
    """What `main` gives every command, here for the tiny product."""
    (tmp_path / "var").mkdir()
    row = {"label_fr": "Mère", "label_en": "Mother", "msisdn": MOTHER, "role": "caller"}
    (tmp_path / "var/phones.json").write_text(json.dumps([row]))
    return {
        "MHEALTH_HOME": str(tmp_path),
        "MHEALTH_SECRET_KEY": "s" * 40,
        "MHEALTH_ENCRYPTION_KEYS": f"k1:{_KEY}",
        "MHEALTH_INDEX_KEY": _KEY,
        "MHEALTH_WEBHOOK_TOKENS": f"africastalking:{TOKEN}",
        "MHEALTH_PUBLIC_URL": product.url,
    }


def _dial(environ: dict[str, str], *words: str, keys: str = "") -> Result:
    return CliRunner().invoke(dial, list(words), input=keys, env=environ)


def test_dialling_shows_each_screen_and_types_what_was_given(
    environ: dict[str, str], product: Product
) -> None:
    result = _dial(environ, "--msisdn", NURSE, "1", "13")

    assert result.exit_code == 0
    assert "1 Signaler une maladie" in result.output
    assert "Votre code : 482 1935" in result.output
    assert [form["text"] for form in product.told("ussd")] == ["", "1", "1*13"]
    assert {form["phoneNumber"] for form in product.told("ussd")} == {NURSE}
    assert [end["status"] for end in product.told("ussd-events")] == ["Success"]


def test_when_the_given_answers_run_out_the_call_is_dropped(
    environ: dict[str, str], product: Product
) -> None:
    result = _dial(environ, "1")

    assert result.exit_code == 0
    assert "Call dropped." in result.output
    assert [end["status"] for end in product.told("ussd-events")] == ["Incomplete"]


def test_at_the_prompt_each_line_is_an_answer_and_no_more_input_drops_the_call(
    environ: dict[str, str], product: Product
) -> None:
    result = _dial(environ, keys="1\n")

    assert result.exit_code == 0
    assert [form["text"] for form in product.told("ussd")] == ["", "1"]
    assert [end["status"] for end in product.told("ussd-events")] == ["Incomplete"]


def test_the_first_caller_of_the_district_dials_when_no_number_is_given(
    environ: dict[str, str], product: Product
) -> None:
    _dial(environ, "1")

    assert product.told("ussd")[0]["phoneNumber"] == MOTHER


def test_more_can_be_dialled_behind_the_code(environ: dict[str, str], product: Product) -> None:
    _dial(environ, "--code", "*384*55*1#", "13")

    assert [form["text"] for form in product.told("ussd")] == ["1", "1*13"]


def test_a_bad_screen_is_explained_and_exits_with_1(
    environ: dict[str, str], product: Product
) -> None:
    product.answer_ussd = lambda form: ("Menu", 200)

    result = _dial(environ, "1")

    assert result.exit_code == 1
    assert "begins with neither CON nor END (HTTP 200)" in result.stderr
    assert [end["status"] for end in product.told("ussd-events")] == ["Failed"]


def test_a_product_that_is_not_there_is_explained(environ: dict[str, str]) -> None:
    result = _dial(environ, "--url", "http://127.0.0.1:9", "1")

    assert result.exit_code == 1
    assert "start it with bin/run" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--msisdn", "12"], "--msisdn: not a phone number"),
        (["--code", "*123#"], "*123# is not ours: we answer *384*55#"),
    ],
)
def test_what_cannot_be_dialled_is_told(
    environ: dict[str, str], words: list[str], said: str
) -> None:
    assert said in str(_dial(environ, *words).exception)


def test_without_a_district_a_number_must_be_said(environ: dict[str, str]) -> None:
    (Path(environ["MHEALTH_HOME"]) / "var/phones.json").unlink()

    assert "say --msisdn" in str(_dial(environ).exception)


def test_the_box_holds_the_screen_and_says_what_room_is_left() -> None:
    operator = OPERATORS["99901"]
    drawn = draw_screen(Screen("Menu\n1 Oui\n\n2 " + "a" * 50, goes_on=True), operator).split("\n")

    assert len({len(line) for line in drawn}) == 1
    assert "1 Oui" in drawn[2]
    assert "96 characters left" in drawn[-1]
    assert " cut by 3 characters " in draw_screen(Screen("a" * 160, goes_on=True, cut=3), operator)


def test_another_network_holds_more_and_refuses_what_is_longer(
    environ: dict[str, str], product: Product
) -> None:
    product.answer_ussd = lambda form: (f"CON {'a' * 170}", 200)
    assert "cut by 10 characters" in _dial(environ, "1").output
    result = _dial(environ, "--network", "99902", "1")
    assert "12 characters left" in result.output
    assert {form["networkCode"] for form in product.told("ussd")} == {"99901", "99902"}

    product.answer_ussd = lambda form: (f"CON {'a' * 190}", 200)
    result = _dial(environ, "--network", "99902")
    assert result.exit_code == 1
    assert "too long for this network" in result.output


def test_each_request_can_be_sent_twice(environ: dict[str, str], product: Product) -> None:
    result = _dial(environ, "--repeat", "1", "13")
    assert result.exit_code == 0
    assert [form["text"] for form in product.told("ussd")] == ["", "", "1", "1", "1*13", "1*13"]
    assert "answered differently" not in result.output

    count = iter(range(100))
    product.answer_ussd = lambda form: (f"CON {next(count)}", 200)
    assert "answered differently" in _dial(environ, "--repeat", "1").output


def test_a_text_reaches_the_product_as_an_sms(environ: dict[str, str], product: Product) -> None:
    result = CliRunner().invoke(text, ["--msisdn", NURSE, "OUI", "4821935"], env=environ)

    assert result.exit_code == 0
    (form,) = product.told("sms")
    assert (form["from"], form["to"], form["text"]) == (NURSE, "38455", "OUI 4821935")


def test_a_text_that_was_not_taken_is_told(environ: dict[str, str], product: Product) -> None:
    product.statuses["sms"] = [503]

    result = CliRunner().invoke(text, ["OUI"], env=environ)

    assert result.exit_code == 1
    assert "Not taken: it answered with an error (HTTP 503)." in result.stderr


def _command(environ: dict[str, str], *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "mhealth.cli.main", *words],
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).ok
    except requests.ConnectionError:
        return False


def test_the_simulator_is_a_process_that_ends_at_once_when_told(environ: dict[str, str]) -> None:
    port = free_pair()
    address = f"http://127.0.0.1:{port}"
    environ["MHEALTH_AFRICASTALKING_BASE_URL"] = address
    process = _command(environ, "simulator", "--port", str(port))
    try:
        until(lambda: _answers(address), seconds=30)
        district = requests.get(f"{address}/api/phones", timeout=5).json()
        process.send_signal(signal.SIGTERM)
        said, complaints = process.communicate(timeout=10)
    finally:
        process.kill()

    assert [one["msisdn"] for one in district["phones"]] == [MOTHER]
    assert process.returncode == 0
    assert said == f"Phones: {address}/\n"
    assert "Traceback" not in complaints
    assert (Path(environ["MHEALTH_HOME"]) / "var/simulator.sqlite3").exists()


def test_the_simulator_refuses_in_one_line_beside_a_real_channel(environ: dict[str, str]) -> None:
    environ["MHEALTH_AFRICASTALKING_BASE_URL"] = "https://api.africastalking.com"
    process = _command(environ, "simulator", "--port", str(free_pair()))

    said, complaints = process.communicate(timeout=30)

    assert process.returncode == 2
    assert said == ""
    assert complaints.startswith(
        "mhealth: MHEALTH_AFRICASTALKING_BASE_URL must be http://127.0.0.1"
    )
    assert complaints.count("\n") == 1
