"""`mhealth dial`: a phone in the terminal, for USSD."""

import sys
import textwrap

import click

from mhealth.cli.line import Line, explain, open_line
from mhealth.domain.errors import CannotStart
from mhealth.settings import read_settings
from mhealth.simulator.carrier import (
    CALLERS_NETWORK,
    Answer,
    Breakdown,
    Hook,
    Outcome,
    Screen,
    UssdSession,
    end_fields,
    open_session,
    read_answer,
    read_dialled,
    ussd_fields,
)
from mhealth.simulator.operators import OPERATORS, Operator, is_gsm7, operator_of

_WIDTH = 40
_LINES = ("╭", "─", "╮", "│", "╰", "╯")
_PLAIN_LINES = ("+", "-", "+", "|", "+", "+")


@click.command()
@click.argument("answers", nargs=-1)
@click.option("--msisdn", help="The number that calls; default: the district's first caller.")
@click.option("--url", help="Address of the product; default: the one running here.")
@click.option("--code", help="The code to dial, perhaps with more behind it: *384*55*1#.")
@click.option(
    "--network",
    type=click.Choice(list(OPERATORS)),
    default=CALLERS_NETWORK,
    show_default=True,
    help="99901 shows 160 characters and cuts the rest, 99902 shows 182 and refuses more.",
)
@click.option("--repeat", is_flag=True, help="Send each request twice, as a network that retries.")
def dial(
    answers: tuple[str, ...],
    msisdn: str | None,
    url: str | None,
    code: str | None,
    network: str,
    *,
    repeat: bool,
) -> None:
    """Dial, and answer at the prompt; Ctrl-C drops the call.

    With ANSWERS they are typed one after the other, and then the call is dropped if it is open.
    """
    settings = read_settings()
    extension = read_dialled(code or settings.service_code, settings.service_code)
    if extension is None:
        raise CannotStart(f"{code} is not ours: we answer {settings.service_code}")
    line = open_line(settings, msisdn, url)
    session = open_session(line.msisdn, settings.service_code, extension, network)
    call = _Call(line, session, repeats=repeat)
    outcome = _talk(call, list(answers))
    call.end(outcome)
    if outcome is Outcome.FAILED:
        sys.exit(1)


class _Call:
    """The call in hand."""

    def __init__(self, line: Line, session: UssdSession, *, repeats: bool) -> None:
        self._line, self._session, self._repeats = line, session, repeats
        self.answer = Answer(0)

    @property
    def operator(self) -> Operator:
        return operator_of(self._session)

    def turn(self) -> Screen | Breakdown:
        self.answer = self._line.wire.post(Hook.USSD, ussd_fields(self._session))
        if self._repeats:
            self._again()
        self._session = self._session.answered(self.answer.text)
        read = read_answer(self.answer)
        return self.operator.fit(read) if isinstance(read, Screen) else read

    def _again(self) -> None:
        """The repeated request must get the very answer of the first."""
        first, fields = self.answer, ussd_fields(self._session)
        self.answer = self._line.wire.post(Hook.USSD, fields)
        if (first.status, first.body) != (self.answer.status, self.answer.body):
            click.echo("The repeated request was answered differently:", err=True)

    def type(self, text: str) -> None:
        self._session = self._session.typed(text)

    def end(self, outcome: Outcome) -> None:
        fields = end_fields(self._session, outcome, self._line.now)
        self._line.wire.post(Hook.USSD_EVENTS, fields)


def _talk(call: _Call, answers: list[str]) -> Outcome:
    is_scripted = bool(answers)
    try:
        while True:
            read = call.turn()
            if isinstance(read, Breakdown):
                click.echo(f"No screen: {explain(read.reason, call.answer)}.", err=True)
                return Outcome.FAILED
            click.echo(draw_screen(read, call.operator))
            if not read.goes_on:
                return Outcome.SUCCESS
            if is_scripted and not answers:
                return _dropped()
            call.type(_next_answer(answers))
    except (KeyboardInterrupt, click.Abort):
        return _dropped()


def _dropped() -> Outcome:
    click.echo("Call dropped.")
    return Outcome.INCOMPLETE


def _next_answer(answers: list[str]) -> str:
    if answers:
        click.echo(f"> {answers[0]}")
        return answers.pop(0)
    return str(click.prompt(">", prompt_suffix=" ", default="", show_default=False))


def draw_screen(screen: Screen, operator: Operator) -> str:
    """The screen in a box, with the room that is left below it, or how much the network cut."""
    unit = "characters" if is_gsm7(screen.text) else "characters (not GSM-7)"
    left = operator.left(screen.text)
    foot = f" cut by {screen.cut} {unit} " if screen.cut else f" {left} {unit} left "
    corner, bar, other_corner, side, low, other_low = _box_lines()
    rows = [row for line in screen.text.split("\n") for row in _wrapped(line)]
    middle = [f"{side} {row:<{_WIDTH}} {side}" for row in rows]
    top = corner + bar * (_WIDTH + 2) + other_corner
    return "\n".join([top, *middle, low + foot.rjust(_WIDTH + 2, bar) + other_low])


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(line, _WIDTH) or [""]


def _box_lines() -> tuple[str, ...]:
    """Box characters where the terminal can show them."""
    try:
        "".join(_LINES).encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return _PLAIN_LINES
    return _LINES
