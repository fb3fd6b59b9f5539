"""The score sheet of `mhealth check`: one column a language, 80 columns wide for six of them."""

from collections.abc import Callable, Mapping, Sequence

import click

from mhealth.services.content_check import Proof
from mhealth.services.sms_scores import SmsScore
from mhealth.ussd.proofs.scores import Score

LABEL, COLUMN = 30, 8
_NO_SMS = SmsScore(0, 0, 0, 0)

ROWS: Mapping[str, Callable[[Score, SmsScore], str]] = {
    "texts translated": lambda score, sms: _share(score.translated, score.texts),
    "texts reviewed": lambda score, sms: _share(score.reviewed, score.texts),
    "SMS translated": lambda score, sms: _share(sms.translated, sms.texts),
    "SMS reviewed": lambda score, sms: _share(sms.reviewed, sms.texts),
    "phrases missing": lambda score, sms: str(len(score.missing_phrases)),
    "a patient's screens": lambda score, sms: str(score.patient_screens),
    "a health worker's screens": lambda score, sms: str(score.worker_screens),
    "longest screen": lambda score, sms: f"{score.longest_screen}/{score.room}",
    "screens 7/8 full at worst": lambda score, sms: str(score.nearly_full),
    "SMS segments at worst": lambda score, sms: str(sms.segments) if sms.translated else "-",
    "screens to help in a danger": lambda score, sms: _or_dash(score.help_screens),
    "seconds to help": lambda score, sms: _or_dash(score.help_seconds),
    "screens of the longest way": lambda score, sms: str(score.longest_way_screens),
    "seconds of the longest way": lambda score, sms: f"{score.longest_way_seconds:.0f}",
}


def say_scores(proof: Proof) -> None:
    """A table, when there is anything to say."""
    for line in score_lines(proof.flows.scores if proof.flows else (), proof.sms):
        click.echo(line)


def score_lines(scores: Sequence[Score], sms: Mapping[str, SmsScore]) -> list[str]:
    """The table's lines."""
    if not scores:
        return ["no score sheet: mend the errors first"]
    head = "".join(f"{score.code:>{COLUMN}}" for score in scores)
    lines = [f"{'by language':<{LABEL}}{head}"]
    for label, say in ROWS.items():
        cells = "".join(f"{say(s, sms.get(s.code, _NO_SMS)):>{COLUMN}}" for s in scores)
        lines.append(f"{label:<{LABEL}}{cells}")
    return lines


def _share(part: int, whole: int) -> str:
    """Rounded down: 100 % is all of them."""
    return f"{100 * part // whole} %" if whole else "-"


def _or_dash(number: float | None) -> str:
    return "-" if number is None else f"{number:.0f}"
