"""A picture as SVG: self-contained, without script, its texts within their boxes, links between its cards."""

from collections.abc import Generator, Iterator, Sequence
from xml.sax.saxutils import quoteattr

from mhealth.exchange.drawing.layout import ENTRY
from mhealth.exchange.drawing.margins import draw_foot, draw_head, foot_area
from mhealth.exchange.drawing.marks import GREY, INK, Mark, chip, clean, line_text, rect, text
from mhealth.exchange.drawing.metrics import width, wrap
from mhealth.exchange.drawing.page import Page, Spot, arrange
from mhealth.exchange.drawing.picture import Leads, Look, Picture, Sheet
from mhealth.exchange.drawing.shapes import (
    CARD_WIDTH,
    CHIP_HEIGHT,
    HEAD,
    PAD,
    SMALL,
    TEXT,
    RowShape,
    Shape,
    chip_width,
    key_width,
    measure,
)  # fmt: skip
from mhealth.exchange.drawing.words import Words

MARGIN = 28.0
_TITLE = 58.0
_PAPER = (420.0, 297.0)
"""An A3 sheet in mm; what is drawn together with the flows that it calls takes several."""
_LARGEST = 0.2646
"""mm of a unit: no letter is drawn larger than on a screen."""
_LINES = ("#1f5f8b", "#8a4b08", "#2f6b3a", "#7a2f6b", "#5a5a14", "#9c2f2f")
_PAINTS = {
    Look.SCREEN: ("#ffffff", "#37474f", "#37474f", "#ffffff"),
    Look.END: ("#ffffff", "#212121", "#212121", "#ffffff"),
    Look.BRANCH: ("#fff6da", "#a87b00", "#f1d27a", "#3d2e00"),
    Look.DEED: ("#e9eef7", "#5571a3", "#c5d3ec", "#1d2f52"),
    Look.CALL: ("#efe6f5", "#75509a", "#d9c3e8", "#38185a"),
}
"""Fill, border, fill of the head, letters of the head."""
_GLASS = "#eef4e4"


def write_svg(picture: Picture, words: Words) -> str:
    """The whole drawing as the text of a file."""
    below = foot_area(picture) if len(picture.sheets) == 1 else 0.0
    pages, number = [], 1
    for sheet in picture.sheets:
        page = arrange([measure(card, words) for card in sheet.cards], sheet.start, number, below)
        number += len(page.numbers)
        pages.append(page)
    numbers = {name: n for page in pages for name, n in page.numbers.items()}
    wide = max([*(page.width for page in pages), 3 * CARD_WIDTH])
    marks: list[Mark] = []
    at = MARGIN
    for sheet, page in zip(picture.sheets, pages, strict=True):
        marks += draw_head(sheet, picture, words, MARGIN, at, wide)
        at += _TITLE
        marks += _sheet(page, sheet, picture, words, numbers, (MARGIN, at))
        at += page.height + MARGIN
    foot, at = draw_foot(picture, words, MARGIN, at, wide)
    marks += foot
    return _document(picture, words, marks, wide + 2 * MARGIN, at + MARGIN)


def _document(
    picture: Picture, words: Words, marks: Sequence[Mark], wide: float, high: float
) -> str:
    first = picture.sheets[0]
    cards = [card for sheet in picture.sheets for card in sheet.cards]
    screens = sum(card.look in (Look.SCREEN, Look.END) for card in cards)
    told = words.say["desc"].format(screens=screens, all=len(cards))
    scale = max(min(long / wide, short / high) for long, short in (_PAPER, _PAPER[::-1]))
    scale = min(_PAPER[0] / wide if len(picture.sheets) > 1 else scale, _LARGEST)
    title = f"{first.flow}: {first.title}" if first.title else first.flow
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}"'
            f' width="{wide * scale:.1f}mm" height="{high * scale:.1f}mm"'
            f' role="img" aria-labelledby="title desc" xml:lang={quoteattr(picture.language)}'
            ' font-family="sans-serif" font-size="12" fill="#1b1b1b">',
            f'<title id="title">{clean(title)}</title>',
            f'<desc id="desc">{clean(told)}</desc>',
            rect(0, 0, wide, high, fill="#ffffff"),
            *marks,
            "</svg>",
            "",
        ]
    )


def _sheet(
    page: Page,
    sheet: Sheet,
    picture: Picture,
    words: Words,
    numbers: dict[str, int],
    corner: tuple[float, float],
) -> Iterator[Mark]:
    left, top = corner
    yield f'<g transform="translate({left:g} {top:g})">'
    yield from _arrows(page)
    arriving: dict[str, list[int]] = {}
    for name, index in sorted(page.jumps, key=lambda jump: (numbers[jump[0]], jump[1])):
        came = arriving.setdefault(page.shapes[name].rows[index].row.target, [])
        if numbers[name] not in came:
            came.append(numbers[name])
    pen = _Pen(page, picture, words, numbers, arriving, sheet.start)
    for name in sorted(page.spots, key=lambda each: numbers[each]):
        yield from pen.card(page.shapes[name], page.spots[name])
    yield "</g>"


def _arrows(page: Page) -> Iterator[Mark]:
    for number, (arrow, passed) in enumerate(page.arrows):
        shape, spot = page.shapes[arrow.source], page.spots[arrow.source]
        goal = page.spots[arrow.target]
        points = [Spot(spot.x + CARD_WIDTH, spot.y + shape.rows[arrow.row].middle)]
        for left in passed:
            points += [left, Spot(left.x + CARD_WIDTH, left.y)]
        points.append(Spot(goal.x - 6, goal.y + ENTRY))
        color = _LINES[(arrow.row + number) % len(_LINES)]
        path = _curve(points)
        row = shape.rows[arrow.row].row
        yield f'<path d="{path}" fill="none" stroke="#ffffff" stroke-width="5"/>'
        yield (
            f'<path d="{path}" fill="none" stroke="{color}" stroke-width="1.6">'
            f"<title>{clean(' '.join(filter(None, (row.key, row.words, row.note))))}</title></path>"
        )
        x, y = goal.x, goal.y + ENTRY
        yield f'<path d="M{x:g} {y:g}l-8 -4.5v9z" fill="{color}"/>'


def _curve(points: Sequence[Spot]) -> str:
    """Bends in the alleys, straight along the columns that are passed."""
    path = f"M{points[0].x:g} {points[0].y:.1f}"
    for index, (one, two) in enumerate(zip(points, points[1:], strict=False)):
        if index % 2:
            path += f"L{two.x:g} {two.y:.1f}"
        else:
            bend = (two.x - one.x) / 2
            path += (
                f"C{one.x + bend:g} {one.y:.1f} {two.x - bend:g} {two.y:.1f} {two.x:g} {two.y:.1f}"
            )
    return path


class _Pen:
    """Draws the cards of one page."""

    def __init__(
        self,
        page: Page,
        picture: Picture,
        words: Words,
        numbers: dict[str, int],
        arriving: dict[str, list[int]],
        start: str,
    ) -> None:
        self._page, self._words, self._numbers = page, words, numbers
        self._arriving, self._start = arriving, start
        self._elsewhere = picture.elsewhere
        self._starts = {sheet.flow: sheet.start for sheet in picture.sheets}
        self._is_rtl = picture.direction == "rtl"

    def card(self, shape: Shape, spot: Spot) -> Iterator[Mark]:
        """A card with everything on it."""
        card, look = shape.card, shape.card.look
        fill, border, _, _ = _PAINTS[look]
        yield f'<g id="c{self._numbers[card.name]}" transform="translate({spot.x:g} {spot.y:.1f})">'
        yield f"<title>{clean(card.name)}</title>"
        round_ = 12 if look in (Look.SCREEN, Look.END) else 4
        yield rect(0, 0, CARD_WIDTH, shape.height, fill=fill, stroke=border, rx=round_)
        if look is Look.CALL:
            yield rect(3, 3, CARD_WIDTH - 6, shape.height - 6, fill="none", stroke=border, rx=2)
        yield from self._head(shape, round_)
        glass_top, glass_height = shape.glass
        if glass_height:
            yield rect(PAD, glass_top, CARD_WIDTH - 2 * PAD, glass_height, fill=_GLASS,
                       stroke="#c3cfb0", rx=4)  # fmt: skip
        left = 2 * PAD if glass_height else 1.5 * PAD
        for line in shape.text:
            yield from line_text(line, left, CARD_WIDTH - left, self._is_rtl and bool(glass_height))
        for line in shape.facts:
            yield from line_text(line, 1.5 * PAD, CARD_WIDTH - 1.5 * PAD, False)
        for index, row in enumerate(shape.rows):
            yield from self._row(shape, index, row)
        yield "</g>"

    def _head(self, shape: Shape, round_: int) -> Iterator[Mark]:
        card = shape.card
        _, _, fill, ink = _PAINTS[card.look]
        r = round_
        yield (
            f'<path d="M0 {HEAD:g}V{r}a{r} {r} 0 0 1 {r} -{r}h{CARD_WIDTH - 2 * r:g}'
            f'a{r} {r} 0 0 1 {r} {r}V{HEAD:g}z" fill="{fill}"/>'
        )
        number = str(self._numbers[card.name])
        yield text(number, 10, 15.5, 13, ink, weight="bold")
        label = card.label
        if card.name == self._start:
            label = f"{self._words.say['start']} · {label}" if label else self._words.say["start"]
        if card.name in self._page.unreached:
            label = self._words.say["unreachable"]
        left = 10 + width(number, 13) + 8
        if card.look is Look.CALL:
            label = yield from self._called(shape, left)
        elif label:
            yield text(label, left, 15, SMALL + 0.5, ink)
        right = CARD_WIDTH - 10.0
        if card.has_danger:
            yield f'<path d="M{right - 14:g} 17l7 -12.5l7 12.5z" fill="#ffd54f" stroke="#b71c1c"/>'
            yield text("!", right - 8.6, 15.6, 9, "#b71c1c", weight="bold")
            right -= 20
        yield from self._came(card.name, left + width(label, SMALL + 0.5) + 8, right, ink)

    def _came(self, name: str, left: float, right: float, ink: str) -> Iterator[Mark]:
        """By number, from where one comes here without an arrow."""
        came = self._arriving.get(name, [])
        shown = list(came)
        while shown:
            more = f" +{len(came) - len(shown)}" if len(shown) < len(came) else ""
            said = f"← {', '.join(map(str, shown))}{more}"
            if left + width(said, SMALL) <= right:
                yield text(said, right, 15, SMALL, ink, anchor="end")
                return
            shown.pop()

    def _called(self, shape: Shape, left: float) -> Generator[Mark, None, str]:
        """The other flow's name, which leads there; the words are returned."""
        flow = shape.card.flow
        start = self._starts.get(flow)
        where = f"#c{self._numbers[start]}" if start is not None else f"{flow}.svg"
        said = wrap(f"{self._words.say['flow']} {flow} ↗", SMALL + 0.5, CARD_WIDTH - left - 8)[0]
        yield f"<a href={quoteattr(where)}>"
        yield text(said, left, 15, SMALL + 0.5, "#38185a", weight="bold", underline=True)
        yield "</a>"
        return said

    def _row(self, shape: Shape, index: int, shown: RowShape) -> Iterator[Mark]:
        row = shown.row
        on_glass = bool(row.key) and shape.card.look in (Look.SCREEN, Look.END)
        left = 2 * PAD if on_glass else 1.5 * PAD
        words_end = CARD_WIDTH - left
        if row.leads is not Leads.NOWHERE:
            words_end -= chip_width(shown.chip or "→ 888") + 4
        said = self._chip_of(shape, index, shown)
        is_rtl = self._is_rtl and bool(row.key)
        if row.key:
            wide = key_width(row.key)
            at = words_end - wide if is_rtl else left
            yield rect(at, shown.at, wide, CHIP_HEIGHT, fill="#ffffff", stroke="#78909c", rx=4)
            yield text(row.key, at + wide / 2, shown.at + 12, TEXT, INK, anchor="middle")
            left, words_end = (left, at - 5) if is_rtl else (left + wide + 5, words_end)
        for line in shown.lines:
            yield from line_text(line, left, words_end, is_rtl and not line.is_small)
        if said:
            target = f"#c{self._numbers[row.target]}" if row.target in self._numbers else ""
            yield from chip(said, CARD_WIDTH - 6, shown.at, target)
        elif row.leads is Leads.CARD:
            yield f'<circle cx="{CARD_WIDTH:g}" cy="{shown.middle:g}" r="2.6" fill="{GREY}"/>'

    def _chip_of(self, shape: Shape, index: int, shown: RowShape) -> str:
        """`→ 12` where no arrow is drawn, a word for the first screen and the caller."""
        if shown.chip:
            return shown.chip
        is_jump = (shape.card.name, index) in self._page.jumps
        return f"→ {self._numbers[shown.row.target]}" if is_jump else ""
