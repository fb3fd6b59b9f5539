"""A channel tried without sending: the account at its carrier, and our own webhooks from outside."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from mhealth.aggregators import open_aggregator
from mhealth.aggregators.reaching import look
from mhealth.cli.channel_card import HOOKS, hook_url, warnings
from mhealth.domain.gateway import AccountRefused, OutOfReach, Stage
from mhealth.settings import Settings
from mhealth.settings.channel_clashes import host_of


class Mark(StrEnum):
    """How one check ended."""

    OK = "ok"
    WARNING = "warning"  # works, and should not stay so
    BAD = "BAD"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing tried: what was seen and, when it is not well, what mends it. Holds no secret."""

    mark: Mark
    part: str
    seen: str
    mend: str = ""

    def __str__(self) -> str:
        mend = f"\n{'':9}mend: {self.mend}" if self.mend else ""
        return f"{self.mark:<8} {self.part}: {self.seen}{mend}"


_MENDS = {
    Stage.NAME: "correct {setting}, or this machine's DNS",
    Stage.CONNECTION: "see that {host} is up, and that the firewall lets this machine out to it",
    Stage.TLS: "mend the certificate of {host}, or this machine's clock or certificates",
    Stage.ANSWER: "see that {setting} names the right host",
}


def check_channel(settings: Settings, channel: str) -> Iterator[Check]:
    """Every check of a channel, each on its own. Costs nothing and changes nothing."""
    yield _account(settings, channel)
    for words in warnings(settings):
        yield Check(Mark.WARNING, "public address", words, "a public https address with TLS")
    tokens = settings.tokens_of(channel)
    if not tokens:
        mend = f"MHEALTH_WEBHOOK_TOKENS={channel}:<token>"
        yield Check(Mark.BAD, "webhooks", "no token, so every call is refused", mend)
        return
    for number, token in enumerate(tokens, start=1):
        which = f" (token {number} of {len(tokens)})" if len(tokens) > 1 else ""
        for hook in HOOKS:
            yield _hook(settings, channel, token, hook, which)
    yield _stranger(settings, channel)


def _account(settings: Settings, channel: str) -> Check:
    aggregator = open_aggregator(channel, settings)
    url = aggregator.api_url
    try:
        account = aggregator.look_at_account()
    except AccountRefused as error:
        mend = "set MHEALTH_AFRICASTALKING_API_KEY to the key of that account and environment"
        return Check(Mark.BAD, "account", f"{url} refuses the account or its key ({error})", mend)
    except OutOfReach as error:
        return _unreached("account", url, error, "MHEALTH_AFRICASTALKING_BASE_URL")
    balance = f", balance {account.balance}" if account.balance else ""
    return Check(Mark.OK, "account", f"{url} knows it{balance}")


def _hook(settings: Settings, channel: str, token: str, hook: str, which: str) -> Check:
    word, part = secrets.token_hex(16), f"webhook {hook}{which}"
    try:
        answer = _probe(settings, hook_url(settings, channel, token, hook), word)
    except OutOfReach as error:
        return _unreached(part, settings.public_url, error, "MHEALTH_PUBLIC_URL")
    if answer == (200, f"mhealth {hook} {word}"):
        return Check(Mark.OK, part, "answers as ours")
    if answer[0] == 404:
        mend = "restart the web, so that it reads MHEALTH_WEBHOOK_TOKENS; see the proxy's paths"
        return Check(Mark.BAD, part, "not found there (HTTP 404)", mend)
    mend = "see what answers at MHEALTH_PUBLIC_URL: the proxy must hand /hooks/ on to the web"
    return Check(Mark.BAD, part, f"somebody else answers (HTTP {answer[0]})", mend)


def _stranger(settings: Settings, channel: str) -> Check:
    """A wrong token must look like a page that is not there."""
    url = hook_url(settings, channel, secrets.token_urlsafe(24), HOOKS[0])
    try:
        status, _ = _probe(settings, url, secrets.token_hex(16))
    except OutOfReach as error:
        return _unreached("wrong token", settings.public_url, error, "MHEALTH_PUBLIC_URL")
    if status == 404:
        return Check(Mark.OK, "wrong token", "not found, as it must be")
    mend = "see what answers at MHEALTH_PUBLIC_URL: a wrong token must get 404"
    return Check(Mark.BAD, "wrong token", f"HTTP {status}", mend)


def _probe(settings: Settings, url: str, word: str) -> tuple[int, str]:
    timeout = (settings.connect_timeout, settings.read_timeout)
    answer = look(url, timeout, params={"probe": word})
    return answer.status, answer.body.decode(errors="replace").strip()


def _unreached(part: str, url: str, error: OutOfReach, setting: str) -> Check:
    stage = {Stage.NAME: "DNS", Stage.TLS: "TLS"}.get(error.stage, error.stage.value)
    host = host_of(url)
    mend = _MENDS[error.stage].format(setting=setting, host=host)
    return Check(Mark.BAD, part, f"{host}: {stage}: {error.detail}", mend)
