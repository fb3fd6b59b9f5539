"""`mhealth channels`: how each channel stands, what to paste at its carrier, and whether it works."""

from datetime import datetime

import click
from sqlalchemy.exc import SQLAlchemyError

from mhealth.care.allowance import caps_of
from mhealth.cli.channel_card import CARDS, warnings
from mhealth.cli.channel_checks import Mark, check_channel
from mhealth.cli.channel_send import send_one
from mhealth.domain.caps import Budget
from mhealth.domain.errors import CannotStart, SettingsError
from mhealth.domain.msisdn import Msisdn, NotAMsisdn, read_msisdn
from mhealth.handles import open_handles
from mhealth.logs import start_logs
from mhealth.runtime import build_runtime
from mhealth.settings import Settings, read_settings
from mhealth.store.channel_reads import ChannelState, channel_state

_BUDGETS = {
    Budget.CALLER: "callers",
    Budget.STAFF: "staff",
    Budget.CALLER_EMERGENCY: "emergencies to callers",
    Budget.STAFF_EMERGENCY: "emergencies to staff (never held back)",
    Budget.DIALOGUE: "questions after a dropped call",
}


@click.group(invoke_without_command=True)
@click.pass_context
def channels(ctx: click.Context) -> None:
    """List the channels: account, last SMS each way, troubles, today's count against the caps."""
    if ctx.invoked_subcommand is not None:
        return
    settings = read_settings()
    handles = open_handles(settings)
    now = handles.clock()
    try:
        with handles.database.reading() as session:
            found = [channel_state(session, name, now) for name in settings.channel_names]
    except SQLAlchemyError as error:
        reason = type(error).__name__
        raise CannotStart(f"the database cannot be read ({reason}): see `mhealth doctor`") from None
    finally:
        handles.database.close()
    for number, state in enumerate(found):
        role = "sends" if number == 0 else "receives only"
        click.echo(f"{state.channel} ({role}): {_account(settings, state.channel)}")
        for label, words in _rows(settings, state, now):
            click.echo(f"  {label:<22} {words}")


@channels.command()
@click.argument("name")
def show(name: str) -> None:
    """Say what to paste where at the carrier; shows the webhooks' secret token."""
    settings = read_settings()
    _known(settings, name)
    if not settings.tokens_of(name):
        raise SettingsError(f"MHEALTH_WEBHOOK_TOKENS has no token for {name}")
    for line in CARDS[name](settings):
        click.echo(line)
    for words in warnings(settings):
        click.echo(f"WARNING: {words}", err=True)


@channels.command()
@click.argument("name")
@click.option("--to", "number", help="With --send: the phone that gets the SMS.")
@click.option("--send", is_flag=True, help="Really send one SMS, which costs, and follow it.")
@click.option(
    "--wait", type=click.FloatRange(0, 3600), default=60.0, show_default=True, help="Seconds."
)
@click.pass_context
def test(ctx: click.Context, name: str, number: str | None, wait: float, *, send: bool) -> None:
    """Try a channel: account, key and our webhooks. Sends nothing unless told to --send."""
    settings = read_settings()
    _known(settings, name)
    msisdn = _recipient(settings, number, send=send)
    is_well = True
    for check in check_channel(settings, name):
        click.echo(str(check))
        is_well = is_well and check.mark is not Mark.BAD
    if msisdn is None:
        click.echo("dry run: no SMS was sent" if is_well else "not well; no SMS was sent")
    else:
        is_well = _send(settings, name, msisdn, wait) and is_well
    ctx.exit(0 if is_well else 1)


def _send(settings: Settings, name: str, msisdn: Msisdn, wait: float) -> bool:
    start_logs("channels", settings.log_format, settings.log_level)
    runtime = build_runtime(settings, serves_people=False)
    try:
        return send_one(runtime, name, msisdn, wait, lambda words: click.echo(f"sms      {words}"))
    except SQLAlchemyError as error:
        reason = type(error).__name__
        raise CannotStart(f"the database cannot be used ({reason}): see `mhealth doctor`") from None
    finally:
        runtime.database.close()


def _known(settings: Settings, name: str) -> None:
    if name not in settings.channel_names:
        known = ", ".join(settings.channel_names)
        raise CannotStart(f"no channel {name!r}: MHEALTH_CHANNELS names {known}")


def _recipient(settings: Settings, number: str | None, *, send: bool) -> Msisdn | None:
    """The number to send to; None for a dry run. Raises CannotStart for one without the other."""
    if not send:
        if number is not None:
            raise CannotStart("--to without --send: nothing would be sent; say both or neither")
        return None
    if number is None:
        raise CannotStart("--send needs --to +229…")
    try:
        return read_msisdn(number, settings.region)
    except NotAMsisdn as error:
        raise CannotStart(f"--to: {error}") from error


def _account(settings: Settings, channel: str) -> str:
    if channel != "africastalking":
        return ""
    sender = settings.africastalking_sender or "no sender name"
    account = f"{settings.africastalking_environment}, account {settings.africastalking_username}"
    return f"{account}, {sender}, {settings.service_code}, SMS {settings.sms_number}"


def _rows(settings: Settings, state: ChannelState, now: datetime) -> list[tuple[str, str]]:
    rows = [
        ("last SMS accepted", _when(state.accepted_at, now)),
        ("last SMS received", _when(state.received_at, now)),
        ("last delivery report", _when(state.reported_at, now)),
    ]
    for trouble in state.troubles:
        held = ", held now" if trouble.is_held else ""
        words = f"{trouble.problem.value} since {_when(trouble.since, now)}{held}"
        rows.append((f"trouble: {trouble.lane.value}", words))
    if not state.troubles:
        rows.append(("trouble", "none"))
    limits = caps_of(settings).limits
    for budget, words in _BUDGETS.items():
        count = f"{state.today[budget]} of {limits[budget].channel_day} {words}"
        rows.append(("today (UTC)" if budget is Budget.CALLER else "", count))
    return rows


def _when(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    minutes = max(0, int((now - moment).total_seconds() // 60))
    ago = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
    return f"{moment:%Y-%m-%d %H:%M} UTC ({ago} ago)"
