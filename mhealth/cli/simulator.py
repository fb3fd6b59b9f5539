"""`mhealth simulator`: the carrier simulator and the page with the phones, a process of its own."""

import os
import signal
from pathlib import Path
from types import FrameType

import click

from mhealth.domain.errors import CannotStart
from mhealth.launcher.home import find_home
from mhealth.logs import start_logs
from mhealth.settings import Settings, read_settings
from mhealth.simulator.config import SimulatorConfig, read_handsets
from mhealth.simulator.guard import why_refused
from mhealth.simulator.serve import SimulatorServer

_CHANNEL = "africastalking"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="An address of loopback.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8001, show_default=True)
@click.option("--target", help="Address of the product; default: MHEALTH_PUBLIC_URL.")
@click.option("--state", type=click.Path(path_type=Path), help="Default: var/simulator.sqlite3.")
@click.option("--phones", type=click.Path(path_type=Path), help="Default: var/phones.json.")
def simulator(
    host: str, port: int, target: str | None, state: Path | None, phones: Path | None
) -> None:
    """Play the carrier: take SMS, report on them, and serve the phones on a web page."""
    settings = read_settings()
    refusal = why_refused(settings, host, port)
    if refusal is not None:
        raise CannotStart(refusal)
    start_logs("simulator", settings.log_format, settings.log_level)
    var = find_home(os.environ).var
    config = configure(
        settings,
        target=target or settings.public_url,
        state=state or var / "simulator.sqlite3",
        phones=phones or var / "phones.json",
    )
    server = SimulatorServer(config, host, port)
    signal.signal(signal.SIGTERM, _interrupt)
    click.echo(f"Phones: {server.url}/")
    server.serve()


def configure(settings: Settings, *, target: str, state: Path, phones: Path) -> SimulatorConfig:
    """What the simulator needs of the product's settings. Raises CannotStart without a token."""
    tokens = settings.tokens_of(_CHANNEL)
    if not tokens:
        raise CannotStart(f"MHEALTH_WEBHOOK_TOKENS has no token for {_CHANNEL}")
    return SimulatorConfig(
        target_url=target,
        token=tokens[0],
        username=settings.africastalking_username,
        api_key=settings.africastalking_api_key.reveal(),
        service_code=settings.service_code,
        sms_number=settings.sms_number,
        sender=settings.africastalking_sender,
        region=settings.region,
        state_file=state,
        clock_file=settings.clock_file,
        handsets=read_handsets(phones),
    )


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
