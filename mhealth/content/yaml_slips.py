"""What a person did who wrote a line that is no YAML: where it really begins, and how it is mended.

A reader of YAML stops where it can go on no longer, often lines below the slip, and says so in words for
programmers. The first slip of the list whose trace is there is told in its place.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

Place = tuple[int, int]
"""Line and column from 0."""

_INDENT = "indent as the lines above, and put texts with `: ` or ` #` in quotes"
_TYPOGRAPHIC = re.compile("(?:[:,\\-\\[{] *)([\u201c\u201d\u201e\u2018\u2019\u00ab])")
_APOSTROPHE = re.compile(r"[:,\[{-] *'[^']*'\w")
_BRACE_TEXT = re.compile(r": (\{[^}]*\}|\[[^\]]*\]) *[^\s,}\]#]")
_QUOTED_THEN_MORE = re.compile(r""": ("[^"]*"|'[^']*') *[^\s,}\]#]""")
_PAIR = re.compile(r"^( *)(?:- )?[^\s#:][^:]*: \S")
_SO_FAR_BACK = 30


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake in words for who made it."""

    problem: str
    place: Place
    hint: str


@dataclass(frozen=True, slots=True)
class _Stop:
    """Where a reader stopped, why, and where the part began that it was in."""

    lines: list[str]
    problem: str
    place: Place
    begun: Place

    def line(self, number: int) -> str:
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    @property
    def here(self) -> str:
        return self.line(self.place[0])

    @property
    def char(self) -> str:
        return self.here[self.place[1] : self.place[1] + 1]

    @property
    def above(self) -> str:
        """The nearest line above that says something."""
        before = (self.line(n) for n in range(self.place[0] - 1, -1, -1))
        return next((line for line in before if line.strip()), "")

    def says(self, *begins: str) -> bool:
        return self.problem.startswith(begins)

    def told(self, hint: str, problem: str = "", place: Place | None = None) -> Slip:
        return Slip(problem or self.problem, self.place if place is None else place, hint)


def slip_of(text: str, problem: str, place: Place, begun: Place) -> Slip:
    """What a reader's `problem` at a place means, in a part that began where `begun` says."""
    is_key = problem.startswith("could not find expected ':'")  # the reader stops a line later
    stop = _Stop(text.splitlines(), problem, begun if is_key else place, begun)
    found = (slip for look in _LOOKS if (slip := look(stop)) is not None)
    return next(found, stop.told(""))


def _tab(stop: _Stop) -> Slip | None:
    is_tab = stop.char == "\t" or "\t" in stop.here[: len(stop.here) - len(stop.here.lstrip())]
    problem = "a tab stands where the line is indented"
    return stop.told("indent with spaces, never with a tab", problem) if is_tab else None


def _typographic_quotes(stop: _Stop) -> Slip | None:
    for number in (stop.place[0], stop.begun[0]):
        found = _TYPOGRAPHIC.search(stop.line(number))
        if found:
            problem = f"the quote {found[1]} is none that YAML knows"
            return stop.told("write straight quotes: \"\u2026\" or '\u2026'", problem,
                             (number, found.start(1)))  # fmt: skip
    return None


def _open_quote(stop: _Stop) -> Slip | None:
    if stop.says("found unexpected end of stream"):
        return stop.told("close it at the end of the text", "a quote that opens here is not closed",
                         stop.begun)  # fmt: skip
    first = max(stop.begun[0], stop.place[0] - _SO_FAR_BACK)
    for number in range(stop.place[0] - 1, first - 1, -1):
        opened = re.search(r"""[:,\[{-] *(["'])""", stop.line(number))
        if opened and stop.line(number).count(opened[1], opened.start(1)) == 1:
            return stop.told("close it at the end of the text", "a quote that opens here is not closed",
                             (number, opened.start(1)))  # fmt: skip
    return None


def _apostrophe(stop: _Stop) -> Slip | None:
    if not _APOSTROPHE.search(stop.here):
        return None
    return stop.told("a text with an apostrophe goes into double quotes: \"l'eau\"",
                     "the apostrophe ends the text in single quotes")  # fmt: skip


def _text_that_begins_with_a_brace(stop: _Stop) -> Slip | None:
    if _BRACE_TEXT.search(stop.here) and not stop.says("mapping values"):
        return stop.told("put a text that begins with `{` or `[` in quotes",
                         "more stands behind a closed bracket")  # fmt: skip
    if _QUOTED_THEN_MORE.search(stop.here):
        return stop.told("put the whole text in quotes, not its beginning",
                         "more stands behind a closed quote")  # fmt: skip
    return None


def _brackets(stop: _Stop) -> Slip | None:
    """Within { } or [ ]."""
    if not stop.says("did not find expected ','", "expected ','"):
        return None
    if stop.place[0] != stop.begun[0]:
        opened = stop.line(stop.begun[0])[stop.begun[1] : stop.begun[1] + 1]
        return stop.told("close it with } or ], and put a comma between its parts",
                         f"`{opened}` opens here and is not closed", stop.begun)  # fmt: skip
    return stop.told("put a comma between the parts, and a text with a comma or `: ` in quotes",
                     "no comma and no closed bracket where one is due")  # fmt: skip


def _dash(stop: _Stop) -> Slip | None:
    indent = _indent(stop.above)
    if (
        stop.above.lstrip().startswith("- ")
        and _indent(stop.here) == indent
        and not stop.here.lstrip().startswith("-")
    ):
        return stop.told("begin each part of a list with `- `")
    return None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _further_in(stop: _Stop) -> Slip | None:
    """A line further in than the one above, which has its value already."""
    above, here = _PAIR.match(stop.above), _PAIR.match(stop.here)
    stops = (stop.here.find(":"), _indent(stop.here))
    if not (above and here and len(here[1]) > len(above[1]) and stop.place[1] in stops):
        return None
    return stop.told(
        "indent both alike: nothing stands below what has its value in its line",
        "this line stands further in than the one above",
        (stop.place[0], len(here[1])),
    )


def _space_behind_the_colon(stop: _Stop) -> Slip | None:
    if not stop.says("could not find expected ':'"):
        return None
    return stop.told("write `key: value`, with a space behind the colon",
                     "a key without `: ` behind it", stop.begun)  # fmt: skip


def _first_sign(stop: _Stop) -> Slip | None:
    if not stop.says(
        "found character", "found undefined alias", "did not find expected alphabetic"
    ):
        return None
    sign = stop.char or "*"
    return stop.told(
        f"put a text that begins with `{sign}` in quotes", f"no text can begin with `{sign}`"
    )


def _known(stop: _Stop) -> Slip | None:
    for begins, problem, hint in (
        (
            "mapping values are not",
            "a `:` where none can stand",
            "put a text that holds `: ` in quotes",
        ),
        ("did not find expected key", "this line does not go on from those above", _INDENT),
        ("expected <block end>", "this line does not go on from those above", _INDENT),
        ("found unknown escape", "", "within double quotes write `\\\\` for one `\\`"),
    ):
        if stop.says(begins):
            return stop.told(hint, problem)
    return None


_LOOKS: tuple[Callable[[_Stop], Slip | None], ...] = (
    _tab,
    _typographic_quotes,
    _apostrophe,
    _dash,
    _space_behind_the_colon,
    _open_quote,
    _text_that_begins_with_a_brace,
    _brackets,
    _further_in,
    _first_sign,
    _known,
)
"""From the plainest trace to what fits always."""
