"""The few marks of SVG that a drawing is made of, each as the text of an element."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from mhealth.exchange.drawing.shapes import CHIP_HEIGHT, SMALL, TEXT, Line, chip_width

Mark = str
INK, GREY = "#1b1b1b", "#5f6b70"


def rect(
    x: float,
    y: float,
    wide: float,
    high: float,
    *,
    fill: str,
    stroke: str = "none",
    rx: float = 0,
) -> Mark:
    """A box, perhaps with round corners."""
    return (
        f'<rect x="{x:g}" y="{y:.1f}" width="{wide:g}" height="{high:.1f}" rx="{rx:g}"'
        f' fill="{fill}" stroke="{stroke}"/>'
    )


def text(
    words: str,
    x: float,
    y: float,
    size: float,
    fill: str,
    *,
    anchor: str = "start",
    weight: str = "normal",
    underline: bool = False,
    italic: bool = False,
    direction: str = "ltr",
) -> Mark:
    """One line of text; control characters, which no XML may hold, fall away."""
    said = clean(words)
    more = ' text-decoration="underline"' if underline else ""
    more += ' font-style="italic"' if italic else ""
    more += f' font-weight="{weight}"' if weight != "normal" else ""
    more += f' text-anchor="{anchor}"' if anchor != "start" else ""
    more += ' direction="rtl" unicode-bidi="isolate"' if direction == "rtl" else ""
    return f'<text x="{x:g}" y="{y:.1f}" font-size="{size:g}" fill="{fill}"{more}>{said}</text>'


def clean(words: str) -> str:
    """Escaped, and without the control characters that no XML may hold."""
    return escape("".join(c for c in words if c >= " " and c not in "\x7f\ufffe\uffff"))


def line_text(line: Line, left: float, right: float, is_rtl: bool) -> Iterator[Mark]:
    """A measured line at the left end of its room; of a language that runs to the left, at the right one."""
    size, ink = (SMALL, GREY) if line.is_small else (TEXT, INK)
    if is_rtl:
        yield text(line.words, right, line.at, size, ink, direction="rtl")
    else:
        yield text(line.words, left, line.at, size, ink, italic=line.is_small)


def chip(words: str, right: float, top: float, link: str) -> Iterator[Mark]:
    """A small label at the right end of a row; it leads to a card when it names one."""
    wide = chip_width(words)
    if link:
        yield f"<a href={quoteattr(link)}>"
    yield rect(right - wide, top, wide, CHIP_HEIGHT, fill="#eceff1", stroke="#90a4ae", rx=8)
    yield text(words, right - wide / 2, top + 11.5, SMALL, "#0d3a5c", anchor="middle")
    if link:
        yield "</a>"
