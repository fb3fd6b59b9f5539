"""From a compiled flow to a picture: each node a card, each way out of it a row."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mhealth.exchange.drawing.facts import answer_words, facts_of, has_danger
from mhealth.exchange.drawing.picture import Card, Leads, Look, Picture, Row, Sheet, Sign, SignList
from mhealth.exchange.drawing.saying import Meanings, condition_words, sets_words
from mhealth.exchange.drawing.tongues import words_for
from mhealth.exchange.drawing.words import Words
from mhealth.ussd.book import Book
from mhealth.ussd.kinds.branch import Branch
from mhealth.ussd.kinds.call import Call
from mhealth.ussd.kinds.choose import LANGUAGES, Choose
from mhealth.ussd.kinds.deed import DeedNode
from mhealth.ussd.kinds.end import End
from mhealth.ussd.kinds.message import Message
from mhealth.ussd.kinds.several import Several
from mhealth.ussd.kinds.signs import Signs
from mhealth.ussd.kinds.text import Text
from mhealth.ussd.plan import HOME, RETURN, Node, Option, Plan, flow_of
from mhealth.ussd.screen import NARROW
from mhealth.ussd.text import Slot, Template


def picture_of(
    book: Book, flow: str, language: str, titles: Mapping[str, str], *, with_called: bool
) -> Picture:
    """A flow in one language. `titles` says what each flow is about. Raises KeyError for no flow."""
    plan = book.plan_of(flow)
    flows = _flows(book, plan, flow) if with_called else [flow]
    painter = _Painter(book, plan, language, words_for(book.languages.chain(language)))
    sheets = tuple(painter.sheet(name, titles.get(name, "")) for name in flows)
    called = {card.flow: titles.get(card.flow, "") for s in sheets for card in s.cards if card.flow}
    return Picture(
        language=language,
        direction=book.languages.by_code[language].direction,
        sheets=sheets,
        signs=tuple(painter.sign_lists(flows)),
        sources=tuple(painter.sources),
        elsewhere={name: title for name, title in called.items() if name not in flows},
    )


def _flows(book: Book, plan: Plan, flow: str) -> list[str]:
    """The flow first, then those that it calls, directly or not, in the order of their calls."""
    found = [flow]
    for name in found:  # grows as it goes
        for node in plan.nodes.values():
            if isinstance(node, Call) and flow_of(node.name) == name and node.flow not in found:
                found.append(node.flow)
    return found


@dataclass(slots=True)
class _Painter:
    book: Book
    plan: Plan
    language: str
    words: Words
    sources: dict[str, int] = field(default_factory=dict)  # spelled -> its number
    meanings: Meanings = field(default_factory=dict)

    def __post_init__(self) -> None:
        meanings: dict[tuple[str, Any], str] = {}
        for node in self.plan.nodes.values():
            for option in _options(node):
                for each in option.sets:
                    if each.source is None and isinstance(each.value, str) and each.value:
                        meanings.setdefault((each.name, each.value), self._text(option.text))
        self.meanings = meanings

    def sheet(self, flow: str, title: str) -> Sheet:
        """One flow."""
        cards = [self.card(n) for n in self.plan.nodes.values() if flow_of(n.name) == flow]
        path, own = f"{flow}.yaml", self.book.languages.default.code
        files = [f for f in self.book.contents if f.path.endswith(f"/{path}")]
        spoken = [f for f in files if f.language in (own, self.language)]
        return Sheet(
            flow=flow,
            title=title,
            is_draft=not all(file.is_signed for file in spoken),
            version=self.book.current[flow],
            start=self.book.plan_of(flow).start,
            cards=tuple(cards),
        )

    def sign_lists(self, flows: Sequence[str]) -> Iterator[SignList]:
        """The pages of every protocol, once, when a flow of the picture asks for signs."""
        nodes = (n for n in self.plan.nodes.values() if flow_of(n.name) in flows)
        asking = next((node for node in nodes if isinstance(node, Signs)), None)
        if asking is None:
            return
        for protocol, pages in asking.layouts[NARROW].items():
            yield SignList(
                protocol=protocol,
                pages=tuple(
                    tuple(
                        Sign(number, line.partition(" ")[2], page.shown[number] in page.stops)
                        for number, line in zip(page.shown, page.lines.split("\n")[1:], strict=True)
                    )
                    for page in pages[self.language]
                ),
            )

    def card(self, node: Node) -> Card:
        """One node."""
        look, label = self._look(node)
        return Card(
            name=node.name,
            look=look,
            label=label,
            text=tuple(self._said(node)),
            facts=tuple(facts_of(node, self.language, self.words)),
            rows=tuple(self._rows(node)),
            source=self._source(node),
            flow=node.flow if isinstance(node, Call) else "",
            has_danger=has_danger(node),
        )

    def _look(self, node: Node) -> tuple[Look, str]:
        looks = {Branch: Look.BRANCH, DeedNode: Look.DEED, Call: Look.CALL, End: Look.END}
        return looks.get(type(node), Look.SCREEN), self.words.kind(node.kind)

    def _said(self, node: Node) -> Iterator[str]:
        """What the phone shows; of a deed, what it does."""
        texts = getattr(node, "text", None)
        if isinstance(texts, Mapping):
            yield from self._text(texts).split("\n")
        elif isinstance(node, DeedNode):
            yield self.words.deed(node.deed_name)
        if isinstance(node, Several):
            for number, pick in enumerate(node.options.values(), 1):
                yield f"{number} {'⚠ ' if pick.stops else ''}{self._text(pick.text)}"

    def _rows(self, node: Node) -> Iterator[Row]:
        if isinstance(node, Branch):
            for case in node.cases:
                words = self.words.say["else"]
                if case.when is not None:
                    said = condition_words(case.when, self.words, self.meanings)
                    words = f"{self.words.say['if']} {said}"
                yield self._row("", words, case.target, note=self._note(case.sets))
            return
        if isinstance(node, End):
            yield Row(key="", words=self.words.say["over"], leads=Leads.NOWHERE)
            return
        yield from self._ways(node)

    def _ways(self, node: Node) -> Iterator[Row]:
        """The options first, as they stand on the phone, then every other way out."""
        options = _options(node)
        for option in options:
            when = (
                condition_words(option.when, self.words, self.meanings)
                if option.when is not None
                else ""
            )
            yield self._row(
                option.key,
                self._text(option.text),
                option.target,
                when=f"{self.words.say['if']} {when}" if when else "",
                note=self._note(option.sets),
            )
        if isinstance(node, Call):
            yield self._row("", self.words.say["returned"], node.target)
            return
        for key, words, target in self._others(node, [option.target for option in options]):
            yield self._row(key, words, target)

    def _others(self, node: Node, taken: list[str]) -> Iterator[tuple[str, str, str]]:
        """Key, words and target of each way out that is no option."""
        say = self.words.say
        if isinstance(node, Choose):
            yield "", say["choice"], node.target
            if node.lookup != LANGUAGES:
                yield "", say["empty"], node.empty
            return
        if isinstance(node, Text) and node.answers:
            for answer in node.answers:
                yield "", answer_words(answer, self.words), answer.target
            return
        for leaving in node.exits():
            if leaving.target in taken:
                taken.remove(leaving.target)
            elif isinstance(node, Message):
                line = node.keys.onward_line[self.language].strip()
                yield node.keys.onward, line.partition(" ")[2], leaving.target
            else:
                yield "", say["then" if leaving.silent else "answer"], leaving.target

    def _row(self, key: str, words: str, target: str, *, when: str = "", note: str = "") -> Row:
        leads = {HOME: Leads.HOME, RETURN: Leads.RETURN}.get(target, Leads.CARD)
        goes = target if leads is Leads.CARD else ""
        return Row(key=key, words=words, leads=leads, target=goes, when=when, note=note)

    def _note(self, sets: Any) -> str:
        if not sets:
            return ""
        said = sets_words(sets, self.words, self.meanings)
        return self.words.say["notes"].format(note=said)

    def _source(self, node: Node) -> str:
        origin = self.book.origins.get(node.name)
        if origin is None:
            return ""
        title = (
            f"{origin.title}. {origin.publisher}, {origin.year}, {origin.version}. {origin.part}"
        )
        number = self.sources.setdefault(title, len(self.sources) + 1)
        return f"[{number}] {origin.row} ({self.words.say[origin.reading]})"

    def _text(self, texts: Mapping[str, Template]) -> str:
        """As the phone shows it; a variable stands as its name, kept apart from the line's direction."""
        parts = texts[self.language].parts or (texts[self.language].plain or "",)
        return "".join(
            f"\u2068‹{self.words.variable(part.name)}›\u2069" if isinstance(part, Slot) else part
            for part in parts
        )


def _options(node: Node) -> list[Option]:
    """What is chosen by a key; several at once have none."""
    beside = [*getattr(node, "options", {}).values(), getattr(node, "unknown", None)]
    return [option for option in beside if isinstance(option, Option)]
