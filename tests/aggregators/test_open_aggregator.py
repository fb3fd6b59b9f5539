"""A channel is opened by its name with what the settings say."""

import pytest

from mhealth.aggregators import AGGREGATORS, open_aggregator
from mhealth.domain.errors import SettingsError
from mhealth.domain.gateway import OutboundSms
from mhealth.domain.msisdn import Msisdn
from mhealth.domain.secret import Secret
from mhealth.settings import Settings, settings_from
from tests.aggregators.carrier import Carrier


def some_settings(**changes: object) -> Settings:
    needed: dict[str, object] = {
        "secret_key": Secret("s" * 32),
        "encryption_keys": Secret("k1:" + "A" * 43 + "="),
        "index_key": Secret("A" * 43 + "="),
        "webhook_tokens": Secret("africastalking:token"),
    }
    return settings_from(needed | changes)


def test_a_channel_sends_with_the_account_of_the_settings(carrier: Carrier) -> None:
    settings = some_settings(
        africastalking_environment="live",
        africastalking_username="district",
        africastalking_api_key=Secret("secret"),
        africastalking_base_url=carrier.url,
        africastalking_sender="38455",
    )
    sms = OutboundSms(msisdn=Msisdn("+2290197000001"), text="Bonjour", reference="1")
    assert open_aggregator("africastalking", settings).send(sms).carrier_id
    (call,) = carrier.calls
    assert call.headers["apiKey"] == "secret"
    assert (call.fields["username"], call.fields["from"]) == ("district", "38455")


def test_every_name_in_the_table_opens() -> None:
    for name in AGGREGATORS:
        assert open_aggregator(name, some_settings()) is not None


def test_an_unknown_channel_is_named_with_those_that_exist() -> None:
    with pytest.raises(SettingsError, match=r"MHEALTH_CHANNELS.*'telegraph'.*africastalking"):
        open_aggregator("telegraph", some_settings())


@pytest.mark.parametrize("url", ["nowhere", "http://", "ftp://host", "http://[::1", "//host"])
def test_an_address_that_is_none_is_named_at_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="MHEALTH_AFRICASTALKING_BASE_URL"):
        open_aggregator("africastalking", some_settings(africastalking_base_url=url))
