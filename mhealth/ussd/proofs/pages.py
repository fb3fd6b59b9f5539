"""Proves that each option, line and sign is offered on exactly one page, and that no key means two things."""

from collections import Counter

from mhealth.ussd.picking import Picking
from mhealth.ussd.plan import Screen
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.screens import Page, Screens, Sheet
from mhealth.ussd.proofs.ways import options_of, parts_of
from mhealth.ussd.screen import LIMITS


def prove_pages(proving: Proving, screens: Screens) -> None:
    """Look at every page of every screen, in each language and at each carrier's limit."""
    for node in proving.nodes.values():
        if isinstance(node, Screen):
            for code in proving.languages.by_code:
                for limit in LIMITS:
                    for sheet in screens.sheets(node, code, limit):
                        _judge(proving, node, sheet)


def _judge(proving: Proving, node: Screen, sheet: Sheet) -> None:
    where = f"in {sheet.code} at {sheet.limit}"
    for page in sheet.pages:
        if page.size > page.room:
            proving.note("screen-too-long", proving.place(node, ("text",)),
                         f"a page takes {page.size} of {page.room} characters {where}",
                         f"shorten by {page.size - page.room}")  # fmt: skip
        _clashes(proving, node, page, where)
    if not sheet.items:
        return
    offered = Counter(item for page in sheet.pages for item in page.shown.values())
    for item in sheet.items:
        if offered[item] != 1:
            on = "no page" if not offered[item] else f"{offered[item]} pages"
            path = next((p for p, o in parts_of(node) if o.name == item), ("text",))
            proving.note("option-on-one-page", proving.place(node, path),
                         f"`{item}` is offered on {on} {where}")  # fmt: skip


def _clashes(proving: Proving, node: Screen, page: Page, where: str) -> None:
    """Keys that lead about, keys of the node's own options and keys of this page's lines."""
    keys = node.keys
    leading = {keys.back: "back", keys.home: "home", keys.repeat: "repeat"}
    own = {} if node.kind == "menu" else {o.key: f"`{o.name}`" for _, o in options_of(node)}
    if node.kind == "choose":
        leading[keys.more] = "more"
    for key in page.shown:
        other = leading.get(key) or own.get(key)
        if key and other:
            path = ("text",) if isinstance(node, Picking) else ("options",)
            proving.note("key-clash", proving.place(node, path),
                         f"key {key} is a line of a page and {other} {where}")  # fmt: skip
