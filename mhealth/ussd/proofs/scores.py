"""The score sheet: for each language how much is translated and signed, and what its screens cost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mhealth.domain.alphabet import Alphabet
from mhealth.ussd.condition import All, AnyOf, Compare, Condition, IsSet, Not
from mhealth.ussd.keys import PHRASE_VARIABLES
from mhealth.ussd.plan import Screen, flow_of
from mhealth.ussd.proofs.journeys import Times
from mhealth.ussd.proofs.places import begins, onward
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.reads import texts_of
from mhealth.ussd.proofs.said import is_translated
from mhealth.ussd.proofs.screens import Page, Screens
from mhealth.ussd.proofs.ways import Way

NEARLY_FULL = 7 / 8
"""140 of 160: a screen beyond leaves a translator no room."""
WORKER = "is_worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One language. Screens are counted page by page at the narrowest limit, with the longest data."""

    code: str
    alphabet: Alphabet
    texts: int
    translated: int
    reviewed: int
    missing_phrases: tuple[str, ...]
    patient_screens: int
    worker_screens: int
    longest_screen: int
    room: int
    nearly_full: int
    help_screens: int | None  # None: no flow speaks to an emergency
    help_seconds: float | None
    longest_way_screens: int
    longest_way_seconds: float


def make_scores(proving: Proving, screens: Screens, times: Sequence[Times]) -> list[Score]:
    """One a language, in their order."""
    return [_score(proving, screens, each) for each in times]


def _score(proving: Proving, screens: Screens, times: Times) -> Score:
    code = times.code
    patients = _pages(proving, screens, code, is_worker=False)
    workers = _pages(proving, screens, code, is_worker=True)
    pages = [page for each in {**patients, **workers}.values() for page in each]
    longest = max(pages, key=lambda page: page.size / page.room, default=Page("", 0, 160, {}))
    texts, translated, reviewed = _texts(proving, code)
    way = max((f.longest for f in times.figures), key=lambda cost: cost.seconds, default=None)
    nearest = times.help.quickest if times.help else None
    return Score(
        code=code,
        alphabet=proving.languages.by_code[code].alphabet,
        texts=texts,
        translated=translated,
        reviewed=reviewed,
        missing_phrases=tuple(_missing_phrases(proving, code)),
        patient_screens=sum(map(len, patients.values())),
        worker_screens=sum(map(len, workers.values())),
        longest_screen=longest.size,
        room=longest.room,
        nearly_full=sum(page.size > NEARLY_FULL * page.room for page in pages),
        help_screens=nearest.screens if nearest else None,
        help_seconds=nearest.seconds if nearest else None,
        longest_way_screens=way.screens if way else 0,
        longest_way_seconds=way.seconds if way else 0.0,
    )


def _texts(proving: Proving, code: str) -> tuple[int, int, int]:
    """How many texts the flows have, how many of them in this language, and signed."""
    signed = {content.path for content in proving.compiled.contents if content.is_signed}
    is_default = code == proving.languages.default.code
    texts = translated = reviewed = 0
    for node in proving.nodes.values():
        flow = proving.compiled.flows[flow_of(node.name)]
        file = flow.file if is_default else getattr(flow.translations.get(code), "file", None)
        for spoken in texts_of(node):
            texts += 1
            is_there = is_default or is_translated(proving, node, spoken, code)
            translated += is_there
            reviewed += is_there and file is not None and file.name in signed
    return texts, translated, reviewed


def _missing_phrases(proving: Proving, code: str) -> Iterator[str]:
    phrases = proving.compiled.phrases_file
    if phrases is None or code == proving.languages.default.code:
        return
    translation = phrases.translations.get(code)
    for name in PHRASE_VARIABLES:
        if translation is None or translation.find((name,)) is None:
            yield name


def _pages(
    proving: Proving, screens: Screens, code: str, *, is_worker: bool
) -> dict[str, list[Page]]:
    """All pages that this kind of caller can come to, by node; of each protocol's signs the longest."""
    found: dict[str, list[Page]] = {}
    for name in _reached(proving, is_worker=is_worker):
        node = proving.nodes.get(name)
        if isinstance(node, Screen):
            sheets = [list(sheet.pages) for sheet in screens.sheets(node, code)]
            found[name] = max(sheets, key=len, default=[])
    return found


def _reached(proving: Proving, *, is_worker: bool) -> set[str]:
    seen = set(begins(proving))
    waiting = list(seen)
    while waiting:
        for way, after in onward(proving, waiting.pop()):
            if after is not None and after not in seen and _is_open(way, is_worker=is_worker):
                seen.add(after)
                waiting.append(after)
    return {name for _, name in seen}


def _is_open(way: Way, *, is_worker: bool) -> bool:
    may = way.when is None or _may_be(way.when, True, is_worker)
    return may and all(_may_be(condition, False, is_worker) for condition in way.unless)


def _may_be(condition: Condition, wanted: bool, is_worker: bool) -> bool:
    """Whether a condition may hold, or may fail, for this kind of caller."""
    match condition:
        case Compare(name=name) | IsSet(name=name):
            return name != WORKER or condition.holds({WORKER: is_worker}) is wanted
        case Not(part=part):
            return _may_be(part, not wanted, is_worker)
        case All(parts=parts) | AnyOf(parts=parts):
            needs_all = isinstance(condition, All) is wanted
            some = [_may_be(part, wanted, is_worker) for part in parts]
            return all(some) if needs_all else any(some)
