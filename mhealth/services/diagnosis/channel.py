"""The way to and from the carriers: tokens of the webhooks, the public address and its certificate."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from mhealth.domain.finding import Finding, Level
from mhealth.domain.gateway import AccountRefused, OutOfReach
from mhealth.services.diagnosis.catalogue import found, well
from mhealth.services.diagnosis.circumstances import CannotJudge, Circumstances
from mhealth.settings.channel_clashes import host_of, is_loopback
from mhealth.settings.pairs import read_pairs

_SOON_DAYS = 14


def channel(here: Circumstances) -> Iterator[Finding]:
    """What a carrier needs to reach us, and we to reach it."""
    wrong = [*_tokens(here), *_public(here), *_hosts(here)]
    yield from wrong
    if here.faults:
        raise CannotJudge("settings are wrong: no carrier was asked")
    if not wrong:
        yield well("channel", f"{', '.join(here.carriers)}: token, address and host")


def _tokens(here: Circumstances) -> Iterator[Finding]:
    pairs = read_pairs(here.value("webhook_tokens").reveal())
    for name in (part.strip() for part in str(here.value("channels")).split(",")):
        if name and not any(channel == name and token for channel, token in pairs):
            yield found("channel.token", f"{name} has none")


def _public(here: Circumstances) -> Iterator[Finding]:
    url = str(here.value("public_url"))
    if here.is_demo:
        return
    if not url.startswith("https://"):
        yield found("channel.public_url", f"{url} is not https")
    elif is_loopback(host_of(url)):
        yield found("channel.public_url", f"{url} is this machine alone")


def _hosts(here: Circumstances) -> Iterator[Finding]:
    level = Level.DEGRADED if here.is_demo else None
    for name, url in here.carriers.items():
        try:
            here.account(name)
        except OutOfReach as error:
            seen = f"{name}: {host_of(url)}: {error.stage}: {error.detail}"
            yield found("channel.unreachable", seen, level=level)
        except AccountRefused as error:
            yield found("channel.account", f"{name}: {host_of(url)}: {error}", level=level)


def certificate(here: Circumstances) -> Iterator[Finding]:
    """What a caller of the public address meets."""
    url = str(here.value("public_url"))
    if not url.startswith("https://"):
        yield well("certificate", f"none: {urlsplit(url).scheme}, see channel")
        return
    answer = here.ask(url)
    if answer.is_certificate:
        yield found("certificate.wrong", answer.fault)
    elif answer.fault or answer.ends_in_days is None:
        yield found("certificate.unseen", answer.fault or url)
    elif answer.ends_in_days < _SOON_DAYS:
        yield found("certificate.ending", f"ends in {answer.ends_in_days:.0f} days")
    else:
        yield well("certificate", f"good for {answer.ends_in_days:.0f} days")
