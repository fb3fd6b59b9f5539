"""What a person sees once everything serves: where to look, how to sign in, how to stop."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_HOOKS = ("ussd", "ussd-events", "sms", "delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """Facts for the person at the terminal. `sign_in` is what `mhealth seed` answered, or empty."""

    web_url: str
    simulator_url: str | None
    sign_in: tuple[str, ...]
    webhook_tokens: str
    var: str
    mode: str

    def __str__(self) -> str:
        rows = [*self._desk(), *self._phones(), *self._hooks()]
        rows.append(("Data", f"{self.var} (delete it to start afresh)"))
        rows.append(("Stop", "Ctrl-C"))
        lines = "".join(f"  {label:<10} {text}\n" for label, text in rows)
        return f"\nMhealth is up ({self.mode} mode).\n\n{lines}\n"

    def _desk(self) -> Iterable[tuple[str, str]]:
        later = (
            "sign in as printed at the first start; 'mhealth desk-password' makes a new password"
        )
        yield "Desk", f"{self.web_url}/"
        yield from (("", line.strip()) for line in self.sign_in or (later,))

    def _phones(self) -> Iterable[tuple[str, str]]:
        if self.simulator_url:
            yield "Phones", f"{self.simulator_url}/"

    def _hooks(self) -> Iterable[tuple[str, str]]:
        label = "Webhooks"
        for channel, token in channel_tokens(self.webhook_tokens).items():
            for hook in _HOOKS:
                yield label, f"{self.web_url}/hooks/{channel}/{token}/{hook}"
                label = ""


def channel_tokens(pairs: str) -> Mapping[str, str]:
    """Channel -> its first token, from `MHEALTH_WEBHOOK_TOKENS`."""
    tokens: dict[str, str] = {}
    for pair in pairs.split(","):
        channel, _, token = pair.strip().partition(":")
        tokens.setdefault(channel, token)
    return tokens
