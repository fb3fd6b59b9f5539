"""Nobody but this machine and its own page may talk to the simulator, and never beside a real channel."""

import base64
import json
from pathlib import Path

import pytest
import requests

from mhealth.domain.errors import CannotStart, SettingsError
from mhealth.settings import Settings, settings_from
from mhealth.simulator.config import SimulatorConfig, read_handsets
from mhealth.simulator.guard import is_loopback, why_refused
from mhealth.simulator.serve import SimulatorServer
from tests.accounts import LIVE_ACCOUNT
from tests.simulator.conftest import MOTHER, Client

_KEY = base64.b64encode(bytes(32)).decode()


def _settings(**changes: object) -> Settings:
    given: dict[str, object] = {
        "secret_key": "s" * 32,
        "encryption_keys": f"k1:{_KEY}",
        "index_key": _KEY,
        "webhook_tokens": "africastalking:token",
        "africastalking_base_url": "http://127.0.0.1:8001",
    }
    return settings_from({**given, **changes})


def test_beside_its_own_address_and_the_sandbox_it_may_run() -> None:
    assert why_refused(_settings(), "127.0.0.1", 8001) is None
    assert why_refused(_settings(), "localhost", 8001) is None


@pytest.mark.parametrize(
    ("changes", "mend"),
    [
        ({"africastalking_base_url": None}, "MHEALTH_AFRICASTALKING_BASE_URL"),
        (
            {"africastalking_base_url": "https://api.africastalking.com"},
            "MHEALTH_AFRICASTALKING_BASE_URL",
        ),
        ({"africastalking_base_url": "http://127.0.0.1:8002"}, "MHEALTH_AFRICASTALKING_BASE_URL"),
        (
            {"africastalking_environment": "live", "africastalking_username": "ministry"},
            "MHEALTH_AFRICASTALKING_USERNAME",
        ),
        ({"channels": "africastalking,infobip"}, "MHEALTH_CHANNELS"),
        ({**LIVE_ACCOUNT, "mode": "pilot", "africastalking_base_url": None}, "MHEALTH_MODE"),
        ({**LIVE_ACCOUNT, "mode": "live", "africastalking_base_url": None}, "MHEALTH_MODE"),
    ],
)
def test_beside_a_real_channel_it_refuses_and_names_the_setting(
    changes: dict[str, object], mend: str
) -> None:
    refusal = why_refused(_settings(**changes), "127.0.0.1", 8001)

    assert refusal is not None
    assert mend in refusal


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org", ""])
def test_it_never_listens_to_the_outside(host: str, config: SimulatorConfig) -> None:
    assert why_refused(_settings(), host, 8001) is not None
    assert not is_loopback(host)
    with pytest.raises(CannotStart, match="this machine only"):
        SimulatorServer(config, host)


def test_a_taken_port_is_told_in_one_line(simulator: Client, config: SimulatorConfig) -> None:
    with pytest.raises(CannotStart, match="is taken"):
        SimulatorServer(config, port=int(simulator.url.rsplit(":", 1)[1]))


@pytest.mark.parametrize("path", ["/", "/log", "/api/phones", "/static/main.js"])
def test_a_strange_host_name_is_refused(simulator: Client, path: str) -> None:
    response = requests.get(
        f"{simulator.url}{path}", headers={"Host": "phones.example.org"}, timeout=10
    )

    assert response.status_code == 403


@pytest.mark.parametrize("path", ["/script", "/reset", f"/api/phones/{MOTHER}/drop", "/api/clock"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json", "Origin": "https://example.org"},
        {"Content-Type": "application/json", "Origin": "null"},
        {"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_web_site_can_do_nothing(
    simulator: Client, path: str, headers: dict[str, str]
) -> None:
    response = requests.post(f"{simulator.url}{path}", data="{}", headers=headers, timeout=10)

    assert response.status_code == 403


def test_the_page_may_load_nothing_from_elsewhere(simulator: Client) -> None:
    response = requests.get(simulator.url, timeout=10)

    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "http" not in response.text.replace("http-equiv", "")


def test_the_page_is_french_first_and_remembers_english(simulator: Client) -> None:
    with requests.Session() as browser:
        french = browser.get(simulator.url, timeout=10).text
        english = browser.get(f"{simulator.url}/?lang=en", timeout=10).text
        again = browser.get(simulator.url, timeout=10).text

    assert '<html lang="fr">' in french
    assert "Couper l’appel" in french
    assert '<html lang="en">' in english
    assert '<html lang="en">' in again


def test_bad_json_and_an_endless_body_are_4xx(simulator: Client) -> None:
    json_type = {"Content-Type": "application/json"}
    bad = requests.post(f"{simulator.url}/script", data="{", headers=json_type, timeout=10)
    endless = simulator.send(text="a" * 600_000)

    assert bad.status_code == 400
    assert endless.status_code == 413


def test_the_phones_file_gives_the_phones_and_a_missing_one_none(tmp_path: Path) -> None:
    file = tmp_path / "phones.json"
    row = {"label_fr": "Mère", "label_en": "Mother", "msisdn": MOTHER, "role": "caller"}
    assert read_handsets(file) == ()

    file.write_text(json.dumps([row]), encoding="utf-8")

    assert [one.label_fr for one in read_handsets(file)] == ["Mère"]


@pytest.mark.parametrize("text", ["{", '{"a": 1}', '[{"label_fr": "x"}]', '["x"]', "[1]", "\udcff"])
def test_a_broken_phones_file_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "phones.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))

    with pytest.raises(SettingsError, match=r"phones\.json"):
        read_handsets(file)
