"""What a drawn flow is made of, before anybody knows where it stands on the paper."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Look(StrEnum):
    """How a card is painted."""

    SCREEN = "screen"  # a phone's screen that waits for an answer
    END = "end"  # the last screen
    BRANCH = "branch"  # a decision that nobody sees
    DEED = "deed"  # something that the platform does
    CALL = "call"  # another flow


class Leads(StrEnum):
    """What a row leads to when it is no card of this picture."""

    CARD = "card"
    HOME = "home"
    RETURN = "return"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a card from which an arrow starts. `key` is what is typed; empty where nothing is."""

    key: str
    words: str
    leads: Leads
    target: str = ""  # flow.node of the card
    when: str = ""  # the line shows only then
    note: str = ""  # what it remembers


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One node. `text` is what the phone shows, `facts` what it takes, both as lines of one paragraph each.

    `source` is the number of a source and the row within it; `flow` the flow that a call leads to.
    """

    name: str  # flow.node
    look: Look
    label: str  # Menu, Nombre, Fin …
    text: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    source: str = ""
    flow: str = ""
    has_danger: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One flow: its cards in the file's order, the first being where it starts."""

    flow: str
    title: str
    is_draft: bool
    version: str
    start: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """A line of a protocol's pages; a danger ends the questions at once."""

    number: str
    words: str
    is_danger: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignList:
    """The pages of signs of one protocol."""

    protocol: str
    pages: tuple[tuple[Sign, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything to draw: the flow asked for, then those that it calls, when they were asked for too."""

    language: str
    direction: str  # ltr | rtl: of the texts, not of the picture
    sheets: tuple[Sheet, ...]
    signs: tuple[SignList, ...] = ()
    sources: tuple[str, ...] = ()  # [1], [2] …
    elsewhere: Mapping[str, str] = field(
        default_factory=dict
    )  # flow that is not drawn -> its title
