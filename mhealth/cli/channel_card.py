"""What to paste where at a carrier: one card a channel, made of the settings alone."""

from collections.abc import Callable, Iterator, Mapping

from mhealth.settings import Settings
from mhealth.settings.channel_clashes import host_of, is_loopback

HOOKS = ("ussd", "ussd-events", "sms", "delivery")
"""The last part of each webhook's address."""

Card = Iterator[str]


def hook_url(settings: Settings, channel: str, token: str, hook: str) -> str:
    """The whole address of a webhook; it holds the secret token."""
    return f"{settings.public_url.rstrip('/')}/hooks/{channel}/{token}/{hook}"


def warnings(settings: Settings) -> list[str]:
    """Why a carrier cannot or should not call the public address."""
    found = []
    if is_loopback(host_of(settings.public_url)):
        found.append("MHEALTH_PUBLIC_URL is this machine's own address: no carrier can call it.")
    if not settings.public_url.startswith("https://"):
        found.append(
            "MHEALTH_PUBLIC_URL is not https: texts, numbers and the token travel readable."
        )
    return found


def africastalking_card(settings: Settings) -> Card:
    """Menus as its dashboard (account.africastalking.com) and its documentation name them."""
    yield from _account(settings)
    yield ""
    yield from _addresses(settings)
    yield ""
    yield from _rotation()
    yield ""
    yield "Limits of this carrier"
    yield "  screen           160 GSM-7 characters are safe on every network"
    yield "  our answer       within 10 seconds, else the caller sees a network error"
    yield "  whole session    180 seconds, 30 to 60 seconds without a key"
    yield "  inbound SMS      sent again each minute for 12 hours until we answer 200"
    yield "  no signature     the token in the address is all that proves who calls: keep it secret"


def _account(settings: Settings) -> Card:
    is_sandbox = settings.africastalking_environment == "sandbox"
    app = "the Sandbox app" if is_sandbox else f"the app {settings.africastalking_username}"
    yield f"Africa's Talking, {settings.africastalking_environment}: open {app}"
    yield "  API key          Settings > API Key; into MHEALTH_AFRICASTALKING_API_KEY, shown there once"
    yield f"  USSD code        {settings.service_code}  (MHEALTH_SERVICE_CODE)"
    yield f"  SMS number       {settings.sms_number}  (MHEALTH_SMS_NUMBER)"
    sender = settings.africastalking_sender or "none: the carrier's shared name"
    yield f"  sender of SMS    {sender}  (MHEALTH_AFRICASTALKING_SENDER)"


def _addresses(settings: Settings) -> Card:
    tokens = settings.tokens_of("africastalking")
    yield "Paste these addresses; each holds the secret token, so send them to nobody"
    places = {
        "ussd": "USSD > Service Codes (sandbox: Create Channel) > Callback URL",
        "ussd-events": "USSD > the same code > Events URL",
        "sms": "SMS > SMS Callback URLs > Incoming Messages",
        "delivery": "SMS > SMS Callback URLs > Delivery Reports",
    }
    for hook in HOOKS:
        yield f"  {places[hook]}"
        yield f"      {hook_url(settings, 'africastalking', tokens[0], hook)}"
    yield "  Leave empty: Bulk SMS Opt Out, Subscription Notifications (STOP comes as an SMS)"
    if len(tokens) > 1:
        yield f"  {len(tokens)} tokens are valid now; the addresses above hold the first one"


def _rotation() -> Card:
    yield "To change the token, with no call lost"
    yield "  1. make one: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
    yield "  2. MHEALTH_WEBHOOK_TOKENS=africastalking:<new>,africastalking:<old>; restart the web"
    yield "  3. `mhealth channels show africastalking`, and paste the four addresses anew"
    yield "  4. once calls come by the new ones, take the old pair out; restart the web"


CARDS: Mapping[str, Callable[[Settings], Card]] = {"africastalking": africastalking_card}
"""Channel -> its card."""
