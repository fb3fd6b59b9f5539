"""`mhealth dial`: a phone in the terminal, for USSD."""

import sys
import textwrap

import click

from mhealth.cli.line import Line, explain, open_line
from mhealth.domain.errors import CannotStart
from mhealth.settings import read_settings
from mhealth.simulator.carrier import (
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
    screen_room,
    ussd_fields,
)

_WIDTH = 40
_LINES = ("╭", "─", "╮", "│", "╰", "╯")
_PLAIN_LINES = ("+", "-", "+", "|", "+", "+")


@click.command()
@click.argument("answers", nargs=-1)
@click.option("--msisdn", help="The number that calls; default: the district's first caller.")
@click.option("--url", help="Address of the product; default: the one running here.")
@click.option("--code", help="The code to dial, perhaps with more behind it: *384*55*1#.")
def dial(answers: tuple[str, ...], msisdn: str | None, url: str | None, code: str | None) -> None:
    """Dial, and answer at the prompt; Ctrl-C drops the call.

    With ANSWERS they are typed one after the other, and then the call is dropped if it is open.
    """
    settings = read_settings()
    extension = read_dialled(code or settings.service_code, settings.service_code)
    if extension is None:
        raise CannotStart(f"{code} is not ours: we answer {settings.service_code}")
    line = open_line(settings, msisdn, url)
    call = _Call(line, open_session(line.msisdn, settings.service_code, extension))
    outcome = _talk(call, list(answers))
    call.end(outcome)
    if outcome is Outcome.FAILED:
        sys.exit(1)


class _Call:
    """The call in hand."""

    def __init__(self, line: Line, session: UssdSession) -> None:
        self._line, self._session = line, session
        self.answer = Answer(0)

    def turn(self) -> Screen | Breakdown:
        self.answer = self._line.wire.post(Hook.USSD, ussd_fields(self._session))
        self._session = self._session.answered(self.answer.text)
        return read_answer(self.answer)

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
            click.echo(draw_screen(read))
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


def draw_screen(screen: Screen) -> str:
    """The screen in a box, with the room that is left below it."""
    left, is_gsm7 = screen_room(screen.text)
    unit = "characters" if is_gsm7 else "characters (not GSM-7)"
    foot = f" {left} {unit} left " if left >= 0 else f" too long by {-left} {unit} "
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
