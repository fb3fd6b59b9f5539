"""Settings that clash, and those for the demo alone, are named before anything starts."""

import pytest

from mhealth.domain.errors import SettingsError
from mhealth.domain.secret import Secret
from mhealth.settings import Settings, settings_from

NEEDED = {
    "secret_key": Secret("s" * 32),
    "encryption_keys": Secret("test:key"),
    "index_key": Secret("key"),
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
