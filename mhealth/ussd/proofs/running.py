"""Runs every proof, and says what was proven."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mhealth.ussd.faults import Fault
from mhealth.ussd.plan import Screen
from mhealth.ussd.proofs.answers import prove_answers
from mhealth.ussd.proofs.cases import prove_cases
from mhealth.ussd.proofs.directory import prove_names
from mhealth.ussd.proofs.journeys import Times, prove_time
from mhealth.ussd.proofs.known_when import prove_known
from mhealth.ussd.proofs.pages import prove_pages
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.said import prove_said
from mhealth.ussd.proofs.scores import Score, make_scores
from mhealth.ussd.proofs.screens import Screens
from mhealth.ussd.proofs.sensitive import prove_sensitive
from mhealth.ussd.proofs.slips import prove_slips
from mhealth.ussd.proofs.way_back import prove_way_back
from mhealth.ussd.screen import LIMITS

PROOFS: Mapping[str, Callable[[Proving], None]] = {
    "what is known when": prove_known,
    "each case and option can come": prove_cases,
    "what may be typed": prove_answers,
    "a way back": prove_way_back,
    "what is sensitive": prove_sensitive,
    "what is said": prove_said,
    "slips of the hand": prove_slips,
    "the names of the directory": prove_names,
}
"""Those that need no screens; they are made of sound nodes even where others are not."""
OF_SCREENS = 2
"""The proofs of pages and of time."""
AT_A_START = 3
"""Where it leads, what a screen holds, how it is written: proven as the flows are compiled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What came of it. `scores` are empty when there was an error: then no screen can be drawn."""

    faults: Sequence[Fault]
    scores: Sequence[Score]
    times: Sequence[Times]
    flows: int
    screens: int
    languages: int
    limits: int
    proofs: int


def run_proofs(proving: Proving) -> Proven:
    """All of them, on flows as compiled; the faults of compiling come first."""
    for fault in proving.compiled.faults.all:
        proving.faults.note(fault)
    for prove in PROOFS.values():
        prove(proving)
    scores: list[Score] = []
    times: list[Times] = []
    if proving.compiled.plans:
        screens = Screens(proving)
        prove_pages(proving, screens)
        times = prove_time(proving, screens)
        scores = make_scores(proving, screens, times)
    return Proven(
        faults=proving.faults.all,
        scores=scores,
        times=times,
        flows=len(proving.compiled.flows),
        screens=sum(isinstance(node, Screen) for node in proving.graph.nodes.values()),
        languages=len(proving.languages.by_code),
        limits=len(LIMITS),
        proofs=len(PROOFS) + AT_A_START + (OF_SCREENS if proving.compiled.plans else 0),
    )
