"""A picture as Mermaid: a flow chart that pages, wikis and code hosts draw by themselves.

Syntax: https://mermaid.js.org/syntax/flowchart.html. Every text stands in quotes; what would end or format
it stands as an entity code (`#34;`), and ids are our own, so that no name can be a word of Mermaid.
"""

import json
from collections.abc import Iterator, Mapping

from mhealth.exchange.drawing.picture import Card, Leads, Look, Picture, Row, Sheet
from mhealth.exchange.drawing.words import Words

_SHAPES = {
    Look.SCREEN: ("(", ")"),
    Look.END: ("([", "])"),
    Look.BRANCH: ("{{", "}}"),
    Look.DEED: ("[/", "/]"),
    Look.CALL: ("[[", "]]"),
}
_CLASSES = {
    Look.SCREEN: "fill:#eef4e4,stroke:#37474f,color:#1b1b1b",
    Look.END: "fill:#ffffff,stroke:#212121,stroke-width:3px,color:#1b1b1b",
    Look.BRANCH: "fill:#fff6da,stroke:#a87b00,color:#1b1b1b",
    Look.DEED: "fill:#e9eef7,stroke:#5571a3,color:#1b1b1b",
    Look.CALL: "fill:#efe6f5,stroke:#75509a,color:#1b1b1b",
}
_CODED = frozenset('"#`<>&;\\')


def write_mermaid(picture: Picture, words: Words) -> str:
    """The whole drawing as the text of a file."""
    cards = [card for sheet in picture.sheets for card in sheet.cards]
    ids = {card.name: f"n{number}" for number, card in enumerate(cards, 1)}
    first = picture.sheets[0]
    state = words.say["draft" if first.is_draft else "signed"]
    title = " · ".join(filter(None, (first.flow, first.title, state)))
    lines = ["---", f"title: {json.dumps(title, ensure_ascii=False)}", "---", "flowchart LR"]
    for number, sheet in enumerate(picture.sheets, 1):
        lines += _sheet(sheet, number, words, ids, is_alone=len(picture.sheets) == 1)
    starts = {sheet.flow: ids[sheet.start] for sheet in picture.sheets if sheet.start in ids}
    for card in cards:
        if card.flow in starts:
            lines.append(f"  {ids[card.name]} -.-> {starts[card.flow]}")
    lines += [f"  classDef is_{look} {style}" for look, style in _CLASSES.items()]
    lines += [f"  {_class_line(look, ids, cards)}" for look in Look if _has(look, cards)]
    for number, source in enumerate(picture.sources, 1):
        lines.append(f"  %% [{number}] {_comment(source)}")
    return "\n".join([*lines, ""])


def _sheet(
    sheet: Sheet, number: int, words: Words, ids: Mapping[str, str], *, is_alone: bool
) -> Iterator[str]:
    if not is_alone:
        title = f"{sheet.flow}: {sheet.title}" if sheet.title else sheet.flow
        yield f"  subgraph f{number} [{_quoted(title)}]"
    for card in sheet.cards:
        opening, closing = _SHAPES[card.look]
        yield f"  {ids[card.name]}{opening}{_quoted(_said(card, sheet, words))}{closing}"
    for card in sheet.cards:
        for row in card.rows:
            yield from _arrow(card, row, f"f{number}", words, ids)
    if not is_alone:
        yield "  end"


def _arrow(card: Card, row: Row, flow: str, words: Words, ids: Mapping[str, str]) -> Iterator[str]:
    if row.leads is Leads.NOWHERE:
        return
    label = _quoted("\n".join(filter(None, (f"{row.key} {row.words}".strip(), row.when))))
    target = ids.get(row.target, "")
    if row.leads in (Leads.HOME, Leads.RETURN):
        target = f"{flow}{row.leads}([{_quoted(words.say[row.leads])}])"
    if target:
        yield f"  {ids[card.name]} -->|{label}| {target}"


def _said(card: Card, sheet: Sheet, words: Words) -> str:
    label = f"{card.label} {card.flow}".strip()
    if card.name == sheet.start:
        label = f"{words.say['start']} · {label}"
    if card.has_danger:
        label = f"⚠ {label}"
    return "\n".join([label, *card.text, *card.facts, *([card.source] if card.source else [])])


def _quoted(text: str) -> str:
    """A text in quotes: codes for what Mermaid or HTML would read, `<br/>` for a line break."""
    said = "".join(f"#{ord(char)};" if char in _CODED else char for char in text)
    return '"' + said.replace("\n", "<br/>") + '"'


def _comment(text: str) -> str:
    """What may follow `%%`: braces would be read as a directive."""
    return " ".join(text.replace("{", "(").replace("}", ")").split())


def _has(look: Look, cards: list[Card]) -> bool:
    return any(card.look is look for card in cards)


def _class_line(look: Look, ids: Mapping[str, str], cards: list[Card]) -> str:
    return f"class {','.join(ids[card.name] for card in cards if card.look is look)} is_{look}"
