"""What stands around the cards: title and state above; signs, sources and the legend below."""

from collections.abc import Iterator, Sequence

from mhealth.exchange.drawing.marks import GREY, INK, Mark, chip, rect, text
from mhealth.exchange.drawing.metrics import width, wrap
from mhealth.exchange.drawing.picture import Picture, Sheet, Sign
from mhealth.exchange.drawing.words import Words

_GAP = 24.0
_HEADING = 15.0
_LINE = 11.0
_SIGN_WIDTH, _SIGN_GAP = 206.0, 12.0
_RED = "#b71c1c"


def draw_head(
    sheet: Sheet, picture: Picture, words: Words, left: float, top: float, wide: float
) -> Iterator[Mark]:
    """The flow's name, what it is about, its language and version, and whether somebody signed it."""
    title = f"{sheet.flow} · {sheet.title}" if sheet.title else sheet.flow
    yield text(wrap(title, 20, wide - 300)[0], left, top + 18, 20, INK, weight="bold")
    say = words.say
    told = f"{say['language']}: {picture.language} · {say['version']} {sheet.version}"
    yield text(told, left, top + 36, _LINE, GREY)
    said = say["draft" if sheet.is_draft else "signed"]
    color = _RED if sheet.is_draft else "#2f6b3a"
    box = width(said, 13) + 20
    yield rect(left + wide - box, top, box, 24, fill="#ffffff", stroke=color, rx=3)
    yield text(said, left + wide - box / 2, top + 16.5, 13, color, anchor="middle", weight="bold")


def foot_area(picture: Picture) -> float:
    """About how much paper the foot takes."""
    pages = [page for signs in picture.signs for page in signs.pages]
    return sum(_page_height(page) + _SIGN_GAP for page in pages) * (_SIGN_WIDTH + _SIGN_GAP)


def draw_foot(
    picture: Picture, words: Words, left: float, top: float, wide: float
) -> tuple[list[Mark], float]:
    """Signs, sources and legend; and how far down they reach."""
    marks: list[Mark] = []
    if picture.signs:
        signs, top = _signs(picture, words, left, top, wide)
        marks += signs
    if picture.sources:
        marks.append(text(words.say["sources"], left, top + _HEADING, 14, INK, weight="bold"))
        top += _HEADING + 8
        for number, source in enumerate(picture.sources, 1):
            for line in wrap(f"[{number}] {source}", _LINE, wide):
                marks.append(text(line, left, top + _LINE, _LINE, INK))
                top += _LINE + 3
        top += _GAP
    legend, top = _legend(words, left, top, wide)
    return [*marks, *legend], top


def _signs(
    picture: Picture, words: Words, left: float, top: float, wide: float
) -> tuple[list[Mark], float]:
    """Each page of each protocol as a box of its own, as many beside each other as there is room."""
    marks = [text(words.say["signs"], left, top + _HEADING, 14, INK, weight="bold")]
    top += _HEADING + 10
    beside = max(int((wide + _SIGN_GAP) // (_SIGN_WIDTH + _SIGN_GAP)), 1)
    pages = [
        (f"{signs.protocol.replace('_', ' ')} · {words.say['page']} {number}", page)
        for signs in picture.signs
        for number, page in enumerate(signs.pages, 1)
    ]
    for first in range(0, len(pages), beside):
        row = pages[first : first + beside]
        bottom = max(top + _page_height(page) for _, page in row)
        for place, (title, page) in enumerate(row):
            x = left + place * (_SIGN_WIDTH + _SIGN_GAP)
            box = rect(x, top, _SIGN_WIDTH, bottom - top, fill="none", stroke="#b0bec5", rx=4)
            marks += [box, *_page(title, page, x, top, picture.direction)]
        top = bottom + _SIGN_GAP
    return marks, top + _GAP


def _page_height(page: Sequence[Sign]) -> float:
    return 26.0 + sum(14 * len(wrap(sign.words, _LINE, _SIGN_WIDTH - 52)) for sign in page)


def _page(title: str, page: Sequence[Sign], left: float, top: float, way: str) -> Iterator[Mark]:
    at = top + 20
    yield text(
        wrap(title, _LINE, _SIGN_WIDTH - 16)[0], left + 8, top + 14, _LINE, INK, weight="bold"
    )
    for sign in page:
        ink = _RED if sign.is_danger else INK
        yield text(sign.number, left + 10, at + _LINE, _LINE, ink, weight="bold")
        if sign.is_danger:
            x, y = left + 24, at + 11.5
            yield f'<path d="M{x:g} {y:.1f}l5.5 -10l5.5 10z" fill="{_RED}"/>'
        for line in wrap(sign.words, _LINE, _SIGN_WIDTH - 52):
            x = left + _SIGN_WIDTH - 8 if way == "rtl" else left + 40
            yield text(line, x, at + _LINE, _LINE, ink, direction=way)
            at += 14


def _legend(words: Words, left: float, top: float, wide: float) -> tuple[list[Mark], float]:
    paints = (
        ("legend_screen", "#eef4e4", "#37474f"),
        ("legend_branch", "#fff6da", "#a87b00"),
        ("legend_deed", "#e9eef7", "#5571a3"),
        ("legend_call", "#efe6f5", "#75509a"),
    )
    marks: list[Mark] = []
    x, y = left, top
    for word, fill, stroke in paints:
        said = words.say[word]
        if x + 28 + width(said, _LINE) > left + wide:
            x, y = left, y + 22
        marks.append(rect(x, y, 20, 14, fill=fill, stroke=stroke, rx=3))
        marks.append(text(said, x + 26, y + 11, _LINE, INK))
        x += 26 + width(said, _LINE) + _GAP
    if x + 70 + width(words.say["legend_jump"], _LINE) > left + wide:
        x, y = left, y + 22
    marks += chip("→ 12", x + 40, y - 1, "")
    marks.append(text(words.say["legend_jump"], x + 48, y + 11, _LINE, INK))
    x += 48 + width(words.say["legend_jump"], _LINE) + _GAP
    if x + 30 + width(words.say["danger"], _LINE) > left + wide:
        x, y = left, y + 22
    marks.append(f'<path d="M{x:g} {y + 13:.1f}l7 -12l7 12z" fill="{_RED}"/>')
    marks.append(text(words.say["danger"], x + 20, y + 11, _LINE, INK))
    return marks, y + 18
