"""From a form to a flow: items in order, each condition a branch around what depends on it.

An item whose condition does not hold is passed by and its variable stays unset, as in the form.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mhealth.exchange.forms import phrases
from mhealth.exchange.forms.conditions import CannotDepend, written
from mhealth.exchange.forms.draft import (
    Body,
    Draft,
    DraftNode,
    Words,
    targets_of,
    without_languages,
)
from mhealth.exchange.forms.form import (
    REF_CLOSE,
    REF_OPEN,
    Finding,
    Form,
    Gift,
    Item,
    ItemKind,
    Verdict,
)
from mhealth.exchange.forms.languages import in_languages
from mhealth.exchange.forms.names import as_name, unused, variable_names
from mhealth.exchange.forms.questions import CannotAsk, ask
from mhealth.ussd.condition import Condition, names_in

LAST = "done"
_SILENT = (ItemKind.GROUP, ItemKind.GIVEN, ItemKind.KNOWN)
_ALWAYS: Body = {"var": "language", "is_set": True}
"""A branch needs a case; the language is known in every call that has chosen one."""
_NOT_SHOWN = "its title is not shown: a phone asks one question a screen"


@dataclass(frozen=True, slots=True)
class Without:
    """What a later look found to be too long: hints, texts in a language, whole items with their finding."""

    hints: Mapping[str, int] = field(default_factory=dict)  # item -> by how much it was too long
    items: Mapping[str, Finding] = field(default_factory=dict)
    texts: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (item, language) -> why


def make_draft(
    form: Form, flow: str, spoken: Sequence[str], taken: Collection[str], without: Without
) -> tuple[Draft, tuple[Finding, ...]]:
    """The flow, and everything that was refused or changed on the way.

    `spoken` are the codes of the platform's languages, the first one being that of flow files.
    """
    form = in_languages(form, spoken)
    names, renamed = variable_names(form.walk(), flow, taken)
    maker = _Maker(form, names, without)
    nodes = maker.chain(form.items, LAST)
    nodes, end = _ended(nodes, form)
    draft = Draft(
        about=form.title or flow,
        start=nodes[0].name if nodes else end.name,
        nodes=(*nodes, end),
        header=(form.origin,),
    )
    return draft, (*form.findings, *renamed, *maker.findings)


def _ended(nodes: list[DraftNode], form: Form) -> tuple[list[DraftNode], DraftNode]:
    """The last words: what the form says last to everybody, else thanks."""
    last = nodes[-1] if nodes else None
    if last is not None and last.body["kind"] == "message" and _is_passed(last.name, nodes):
        body = {**last.body, "kind": "end"}
        del body["next"]
        return nodes[:-1], replace(last, body=body)
    codes = [code for code in form.languages if code in phrases.THANKS]
    thanks = {code: phrases.THANKS[code] for code in codes} or dict(phrases.THANKS)
    return nodes, DraftNode(name=LAST, body={"kind": "end", "text": Words(thanks)})


def _is_passed(name: str, nodes: Iterable[DraftNode]) -> bool:
    """Whether nobody goes round the last node: no other leads to the end behind it."""
    return not any(LAST in targets_of(node.body) for node in nodes if node.name != name)


def _when_first(case: Body) -> Body:
    return {"when": case["when"], **case}


class _Maker:
    """Walks the items from the last to the first, since each needs to know what comes after it."""

    def __init__(self, form: Form, names: Mapping[str, str], without: Without) -> None:
        self._form, self._without = form, without
        self._items = {item.name: item for item in form.walk()}
        self._order = {item.name: place for place, item in enumerate(form.walk())}
        self._names = dict(names)
        self._nodes_used = {LAST}
        self._refused: dict[str, Finding] = {}
        self.findings: list[Finding] = []
        while self._refuse(form.items):  # what is refused may be what others depend on
            pass

    def _refuse(self, items: Iterable[Item]) -> bool:
        """Refuse what cannot be asked, with all below it; true when there was something new."""
        is_more = False
        for item in items:
            if item.name in self._refused:
                continue
            finding = self._without.items.get(item.name) or self._problem(item)
            if finding is None:
                is_more |= self._refuse(item.items)
                continue
            is_more = True
            for each in item.walk():
                self._names.pop(each.name, None)
                told = Finding(Verdict.REFUSED, each.where, f"its group `{item.name}` is left out")
                self._refused[each.name] = finding if each is item else told
                self.findings.append(self._refused[each.name])
        return is_more

    def _problem(self, item: Item) -> Finding | None:
        try:
            self._check(item)
        except CannotAsk as error:
            return Finding(Verdict.REFUSED, item.where, str(error), error.mend)
        except CannotDepend as error:
            mend = "change the condition, or ask what it depends on"
            return Finding(Verdict.REFUSED, item.where, str(error), mend)
        return None

    def _check(self, item: Item) -> None:
        if item.relevant is not None:
            written(item.relevant, self._items, self._names)
            for name in names_in(item.relevant):
                if self._order[name] > self._order[item.name]:
                    raise CannotDepend(f"it depends on `{name}`, which is asked after it")
        for gift in item.gives:
            self._gift(item, gift, LAST)
        if item.kind not in _SILENT:
            ask(item, self._names, self._text(item)[0], LAST, self._form.languages)

    def chain(self, items: Sequence[Item], after: str) -> list[DraftNode]:
        """The nodes of items one after the other; the last one leads to `after`."""
        nodes: list[DraftNode] = []
        for item in reversed(items):
            if item.name not in self._refused:
                nodes = [*self._item(item, nodes[0].name if nodes else after), *nodes]
        return nodes

    def _item(self, item: Item, after: str) -> list[DraftNode]:
        if item.kind is ItemKind.GROUP:
            nodes = self.chain(item.items, after)
            if nodes and item.label:
                title = Words(item.label).first(self._form.languages[0])
                nodes[0] = replace(nodes[0], section=title)
                self._change(item, _NOT_SHOWN)
        elif item.kind is ItemKind.KNOWN:
            nodes = []
        elif item.kind is ItemKind.GIVEN:
            nodes = [self._given(item, after)]
        else:
            nodes = [self._question(item, after)]
        if item.relevant is not None and nodes and item.kind is not ItemKind.GIVEN:
            nodes = [self._branch(item, nodes[0], after), replace(nodes[0], section=""), *nodes[1:]]
        return nodes

    def _branch(self, item: Item, first: DraftNode, after: str) -> DraftNode:
        assert item.relevant is not None
        when = written(item.relevant, self._items, self._names)
        return DraftNode(
            name=self._unused(f"when_{as_name(item.name) or 'group'}"),
            body={"kind": "branch", "cases": [{"when": when, "next": first.name}],
                  "otherwise": after},
            comments=(f"{item.where} is asked only then",),
            section=first.section,
            item=item.name,
            where=item.where,
        )  # fmt: skip

    def _question(self, item: Item, after: str) -> DraftNode:
        text, has_hint = self._text(item)
        body, changed = ask(item, self._names, text, after, self._form.languages)
        self.findings += changed
        self._tell_shortened(item)
        too_long = {code for name, code in self._without.texts if name == item.name}
        return DraftNode(
            name=self._unused(as_name(item.name) or "note"),
            body=without_languages(body, too_long),
            comments=(f"{item.where}: {item.about}".rstrip(": "),),
            item=item.name,
            where=item.where,
            has_hint=has_hint,
        )

    def _tell_shortened(self, item: Item) -> None:
        over = self._without.hints.get(item.name)
        if over is not None:
            self._change(
                item, f"its hint is left out: with it the screen is {over} characters too long"
            )
        for (name, code), why in self._without.texts.items():
            if name == item.name:
                self._change(item, f"its text in {code} is left out: {why}")

    def _text(self, item: Item) -> tuple[Words, bool]:
        """The label with its hint below it; a language without a label says nothing."""
        is_hinted = bool(item.hint) and item.name not in self._without.hints
        said = {}
        for code, label in item.label.items():
            hint = item.hint.get(code, "") if is_hinted else ""
            said[code] = self._shown(f"{label}\n{hint}" if hint else label)
        if not said and item.hint:
            said = {code: self._shown(hint) for code, hint in item.hint.items()}
        if not said:
            raise CannotAsk("it has no text to show", "give it a label")
        return Words(said), is_hinted

    def _shown(self, text: str) -> str:
        """Braces doubled, and each item that is shown by its variable."""
        parts = text.replace("{", "{{").replace("}", "}}").split(REF_OPEN)
        shown = parts[0]
        for part in parts[1:]:
            name, _, rest = part.partition(REF_CLOSE)
            if name not in self._names:
                raise CannotDepend(f"its text shows `{name}`, which is not asked")
            shown += f"{{{self._names[name]}}}{rest}"
        return shown

    def _given(self, item: Item, after: str) -> DraftNode:
        cases = [self._gift(item, gift, after) for gift in item.gives if gift.when is not None]
        last = [self._gift(item, gift, after) for gift in item.gives if gift.when is None]
        if item.relevant is not None:
            return self._given_when(item, item.relevant, [*cases, *last], after)
        if not cases:
            cases = [{"when": _ALWAYS, **last[0]}]
        return DraftNode(
            name=self._unused(as_name(item.name)),
            body={"kind": "branch", "cases": cases, "otherwise": last[0] if last else after},
            comments=(f"{item.where}: {item.about}".rstrip(": "),),
            item=item.name,
            where=item.where,
        )

    def _given_when(
        self, item: Item, relevant: Condition, gifts: list[Body], after: str
    ) -> DraftNode:
        """A value that is given only then: each case asks for that too."""
        when = written(relevant, self._items, self._names)
        cases = [
            {**gift, "when": {"all": [when, gift["when"]]} if "when" in gift else when}
            for gift in gifts
        ]
        return DraftNode(
            name=self._unused(as_name(item.name)),
            body={
                "kind": "branch",
                "cases": [_when_first(case) for case in cases],
                "otherwise": after,
            },
            comments=(f"{item.where}: {item.about}",),
            item=item.name,
            where=item.where,
        )

    def _gift(self, item: Item, gift: Gift, after: str) -> Body:
        """A case of a branch: its condition, what it sets, where it leads."""
        if gift.source is not None and gift.source not in self._names:
            raise CannotDepend(f"it takes the value of `{gift.source}`, which is not asked")
        variable = self._names[item.name]
        worth = gift.value if gift.source is None else f"{{{self._names[gift.source]}}}"
        case: Body = {}
        if gift.when is not None:
            case["when"] = written(gift.when, self._items, self._names)
        return {**case, "set": {variable: worth}, "next": after}

    def _change(self, item: Item, problem: str) -> None:
        self.findings.append(Finding(Verdict.CHANGED, item.where, problem))

    def _unused(self, name: str) -> str:
        name = unused(name, self._nodes_used)
        self._nodes_used.add(name)
        return name
