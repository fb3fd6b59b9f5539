"""Settings that clash, and those for the demo alone, are named before anything starts."""

import pytest

from mhealth.domain.errors import SettingsError
from mhealth.domain.secret import Secret
from mhealth.settings import Settings, settings_from
from tests.accounts import LIVE_ACCOUNT

NEEDED = {
    "secret_key": Secret("s" * 32),
    "encryption_keys": Secret("test:" + "A" * 43 + "="),
    "index_key": Secret("A" * 43 + "="),
    "webhook_tokens": Secret("africastalking:token"),
}


def some(**given: object) -> Settings:
    return settings_from({**NEEDED, **given})


@pytest.mark.parametrize("mode", ["pilot", "live"])
@pytest.mark.parametrize("name", ["crash_at", "clock_file"])
def test_what_is_for_the_demo_alone_is_refused_elsewhere(mode: str, name: str) -> None:
    value = {"crash_at": "leased", "clock_file": "var/clock"}[name]
    assert getattr(some(**{name: value}), name)
    with pytest.raises(SettingsError, match=f"MHEALTH_{name.upper()} is for MHEALTH_MODE=demo"):
        some(**{name: value}, mode=mode)


def test_a_lease_outlives_the_longest_call_to_a_carrier() -> None:
    assert some(lease_seconds=14).lease_seconds == 14
    for times in ({"lease_seconds": 13}, {"read_timeout": 27}, {"connect_timeout": 20}):
        with pytest.raises(SettingsError, match="MHEALTH_LEASE_SECONDS: must exceed"):
            some(**times)


def test_an_unknown_form_of_logs_is_refused() -> None:
    assert some(log_format="json").log_format == "json"
    with pytest.raises(SettingsError, match="MHEALTH_LOG_FORMAT"):
        some(log_format="xml")


SANDBOX = {"africastalking_environment": "sandbox", "africastalking_username": "sandbox"}


@pytest.mark.parametrize(
    ("mode", "changes", "named"),
    [
        ("demo", {"africastalking_environment": "live"}, "AFRICASTALKING_USERNAME: must name"),
        ("demo", {"africastalking_username": "moh"}, "AFRICASTALKING_USERNAME: must be `sandbox`"),
        ("demo", {"africastalking_environment": "test"}, "AFRICASTALKING_ENVIRONMENT: Invalid"),
        ("demo", {"region": "XX"}, "REGION: must be a country"),
        ("demo", {"sms_prefixes": "229"}, "SMS_PREFIXES: must be"),
        ("demo", {"sms_prefixes": "+229,"}, None),
        ("demo", {"sms_per_number_hour": 0}, "SMS_PER_NUMBER_HOUR: Expected"),
        ("demo", {}, None),
        ("pilot", LIVE_ACCOUNT, None),
        ("live", LIVE_ACCOUNT, None),
        ("pilot", {**LIVE_ACCOUNT, **SANDBOX}, None),
        ("live", {**LIVE_ACCOUNT, **SANDBOX}, "AFRICASTALKING_ENVIRONMENT: the sandbox reaches"),
        ("live", {**LIVE_ACCOUNT, "africastalking_api_key": "simulator"}, "AFRICASTALKING_API_KEY"),
        ("pilot", {**LIVE_ACCOUNT, "service_code": "*384*55#"}, "SERVICE_CODE: .* is the demo's"),
        ("live", {**LIVE_ACCOUNT, "sms_number": "38455"}, "SMS_NUMBER: 38455 is the demo's"),
        *(
            ("live", {**LIVE_ACCOUNT, "africastalking_base_url": url}, "AFRICASTALKING_BASE_URL")
            for url in ("http://127.0.0.1:8001", "http://localhost:1", "http://[::1]:1")
        ),
        ("live", {**LIVE_ACCOUNT, "africastalking_base_url": "https://proxy.example"}, None),
    ],
)
def test_an_account_that_does_not_fit_is_one_line_that_names_the_setting(
    mode: str, changes: dict[str, object], named: str | None
) -> None:
    if named is None:
        assert some(mode=mode, **changes).mode == mode
        return
    with pytest.raises(SettingsError, match=f"^MHEALTH_{named}") as raised:
        some(mode=mode, **changes)
    assert "\n" not in str(raised.value)
    assert "a-key-of-the-tests" not in str(raised.value)
