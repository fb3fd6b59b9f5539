"""The funnel drawn for a terminal: a line a screen, a bar for who came, and the three worst in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mhealth.services.funnel_sheet import Line, total, worst
from mhealth.store.funnel import Counted

_NAME = 24
_REST = 75
"""Columns that names and numbers take with the spaces between them."""
_MOST_WORDS, _LEAST_WORDS = 40, 10
_MOST_BAR, _LEAST_BAR = 12, 4
_NOBODY = (
    "Nobody called in these days. Calls are counted by the clock process (`mhealth clock`,"
    " a part of `mhealth run`) once they are over."
)
_ENDS = (
    ("dropped", "cut off"),
    ("expired", "not heard of again"),
    ("gave_up", "gave up after wrong answers"),
    ("changed", "lost to a change of the flow"),
)
_GONE = "(no longer in the flow)"
_LEGEND = (
    "came: visits; went on: left by an answer, or the flow's end; back: by a key that leads back",
    "or home; errors: answers not understood; lost: the call ended here before its end;",
    "median: half of the answers took no longer.",
)


@dataclass(frozen=True, slots=True)
class Paper:
    """How many columns the words of a screen and its bar get."""

    words: int
    bar: int


def paper_of(columns: int) -> Paper:
    """What fits on a terminal of so many columns; words are left out first."""
    bar = min(max(columns - _REST, _LEAST_BAR), _MOST_BAR)
    words = min(columns - _REST - bar - 1, _MOST_WORDS)
    return Paper(words if words >= _LEAST_WORDS else 0, bar)


def draw_flow(flow: str, lines: Sequence[Line], paper: Paper) -> Iterator[str]:
    """Every screen of one flow in its order."""
    counted = total(lines)
    if not counted["entered"]:
        yield f"{flow}: {_NOBODY}"
        return
    most = max(line.counted["entered"] for line in lines)
    yield _heads("screen", "its words", paper)
    for line in lines:
        yield _row(line.name, line.text or _GONE, line.counted, most, paper)
    yield ""
    yield from _worst(lines, in_flow=True)
    yield from _resumed(counted)
    yield from ("", *_LEGEND)


def draw_flows(sheets: Mapping[str, Sequence[Line]], paper: Paper) -> Iterator[str]:
    """All flows, a line each."""
    every = [line for lines in sheets.values() for line in lines]
    counted = total(every)
    if not counted["entered"]:
        yield _NOBODY
        return
    yield (
        f"{counted['began']} calls: {counted['finished']} went to an end"
        f" ({_share(counted['finished'], counted['began'])}), {counted.lost} were lost on the way."
    )
    yield ""
    totals = {flow: total(lines) for flow, lines in sheets.items()}
    most = max(each["entered"] for each in totals.values())
    yield _heads("flow", "", paper)
    for flow, each in totals.items():
        if each["entered"]:
            yield _row(flow, "", each, most, paper)
    yield ""
    yield from _worst(every, in_flow=False)
    yield from _resumed(counted)
    yield from ("", *_LEGEND, "One flow's screens: mhealth funnel --flow NAME")


def _heads(first: str, second: str, paper: Paper) -> str:
    return (
        f"{first:<{_NAME}}{_words(second, paper)} {'came':>6} {'':{paper.bar}} {'went on':>10}"
        f" {'back':>5} {'errors':>6} {'lost':>10} {'median':>7}"
    )


def _row(name: str, words: str, counted: Counted, most: int, paper: Paper) -> str:
    came, median = counted["entered"], counted.median_seconds
    told = "-" if median is None else f"{median:.0f} s" if median < 120 else "> 2 min"
    return (
        f"{_cut(name, _NAME):<{_NAME}}{_words(words, paper)} {came:>6} {_bar(came, most, paper)}"
        f" {_with_share(counted.went_on, came):>10} {counted['back'] + counted['home']:>5}"
        f" {counted['invalid']:>6} {_with_share(counted.lost, came):>10} {told:>7}"
    )


def _words(words: str, paper: Paper) -> str:
    return f" {_cut(words, paper.words):<{paper.words}}" if paper.words else ""


def _worst(lines: Sequence[Line], *, in_flow: bool) -> Iterator[str]:
    found = worst(lines)
    if not found:
        yield "No call was lost here." if in_flow else "No call was lost."
        return
    yield "Most calls are lost at:"
    for number, line in enumerate(found, 1):
        counted = line.counted
        ways = ", ".join(f"{counted[name]} {words}" for name, words in _ENDS if counted[name])
        name = line.name if in_flow else line.node
        quoted = f' "{_cut(line.text, 50)}"' if line.text else f" {_GONE}"
        share = _share(counted.lost, counted["entered"])
        yield f"  {number}. {name}{quoted}"
        yield f"     {counted.lost} of {counted['entered']} ({share}): {ways}"


def _resumed(counted: Counted) -> Iterator[str]:
    """What became of those who were asked to go on."""
    if counted["offered"]:
        yield (
            f"Of {counted['offered']} callers who dialled again and were asked to go on,"
            f" {counted['restarted']} began anew."
        )
    if counted["by_sms"]:
        yield f"{counted['by_sms']} screens went out as an SMS after a drop."
    if counted["continued"]:
        yield f"{counted['continued']} dropped calls went on where they were."


def _with_share(count: int, of: int) -> str:
    return f"{count} {_share(count, of):>5}" if of else "-"


def _share(count: int, of: int) -> str:
    return f"{round(100 * count / of)} %" if of else "-"


def _bar(count: int, most: int, paper: Paper) -> str:
    filled = round(paper.bar * count / most) if most else 0
    return ("█" * max(filled, 1 if count else 0)).ljust(paper.bar)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
