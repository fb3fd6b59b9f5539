"""`mhealth text`: send an SMS to the product, as a phone would."""

import sys

import click

from mhealth.cli.line import explain, open_line
from mhealth.domain.gsm7 import measure
from mhealth.settings import read_settings
from mhealth.simulator.carrier import Hook, sms_fields


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--msisdn", help="The number that writes; default: the district's first caller.")
@click.option("--url", help="Address of the product; default: the one running here.")
def text(words: tuple[str, ...], msisdn: str | None, url: str | None) -> None:
    """Send the text as one SMS; what the product answers goes to that phone's inbox."""
    settings = read_settings()
    line = open_line(settings, msisdn, url)
    body = " ".join(words)
    answer = line.wire.post(Hook.SMS, sms_fields(line.msisdn, settings.sms_number, body, line.now))
    if answer.status != 200:
        click.echo(f"Not taken: {explain(answer.error or 'http_status', answer)}.", err=True)
        sys.exit(1)
    click.echo(f"Taken ({measure(body).segments} SMS). See the inbox on the phone page.")
