"""`several`: several of the flow's own options at once by their numbers; `13` is 1 and 3, `0` is none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from mhealth.ussd.condition import Condition, names_in
from mhealth.ussd.fields import HINT, NEXT, SENSITIVE, STOPPED, TEXT, WHEN
from mhealth.ussd.moves import put
from mhealth.ussd.picking import Picking, PickPage, lay_out, read_picking
from mhealth.ussd.plan import Plan
from mhealth.ussd.question import own_hint
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.screen import NARROW, room_for
from mhealth.ussd.sensitivity import Sensitivity
from mhealth.ussd.shape import Shape, by_name, flag, text
from mhealth.ussd.shape import name as variable
from mhealth.ussd.state import State
from mhealth.ussd.text import Texts

PICK = Shape(
    required={"text": text("The words behind the number; the number is given by the page.")},
    optional={
        "into": variable("A variable of its own: true when it was picked, false when not."),
        "stops": flag("Whether it ends the questions at once, as a danger sign does."),
        "when": WHEN,
    },
)
SHAPE = Shape(
    required={
        "text": TEXT,
        "options": by_name("What can be picked, in order.", PICK),
        "next": NEXT,
    },
    optional={
        "into": variable("The variable that gets {option: true or false} of all that was asked."),
        "stopped": STOPPED,
        "hint": HINT,
        "sensitive": SENSITIVE,
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One line that can be picked. `into` is empty when it has no variable of its own."""

    name: str
    text: Texts
    into: str
    stops: bool
    when: Condition | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Several(Picking):
    """Options whose `when` does not hold are not shown. When none is left, nothing is asked."""

    kind: ClassVar[str] = "several"
    options: Mapping[str, Pick]
    has_own_hint: bool = False
    laid_out: dict[tuple[int, str, tuple[str, ...]], Sequence[PickPage]] = field(
        default_factory=dict, compare=False, repr=False
    )  # remembered by limit, language and options, where no label shows a variable

    def pages(self, state: State) -> Sequence[PickPage]:
        """The options of now, as many on a page as fit at the longest question."""
        values = state.vars
        picks = [p for p in self.options.values() if p.when is None or p.when.holds(values)]
        key = (state.limit, state.language, tuple(pick.name for pick in picks))
        pages = self.laid_out.get(key)
        if pages is None:
            pages = self._lay_out(state, picks)
            if all(pick.text[state.language].plain is not None for pick in picks):
                self.laid_out[key] = pages
        return pages

    @property
    def may_be_passed_by(self) -> bool:
        """When no option is without a condition."""
        return all(pick.when is not None for pick in self.options.values())

    def _lay_out(self, state: State, picks: Sequence[Pick]) -> Sequence[PickPage]:
        language, alphabet = state.language, self.text[state.language].alphabet
        lines = [(pick.name, pick.text[language].fill(state.vars), pick.stops) for pick in picks]
        return lay_out([lines], room_for(state.limit, alphabet) - self.fixed(language), alphabet)

    def note(self, plan: Plan, state: State, said: Mapping[str, bool]) -> None:
        """Into the mapping, and into each option's own variable."""
        Picking.note(self, plan, state, said)  # not super(): a dataclass with slots is a new class
        for pick in self.options.values():
            if pick.into and (not said or pick.name in said):
                put(plan, state, pick.into, said.get(pick.name))

    @property
    def unsure_into(self) -> frozenset[str]:
        """Those that may stay unset: the option was not shown, or the questions ended before it."""
        stops = any(pick.stops for pick in self.options.values())
        return frozenset(p.into for p in self.options.values() if p.into and (stops or p.when))

    def lengths(self, language: str, limit: int = NARROW) -> Iterator[int]:
        """A page with one option, the longest."""
        for pick in self.options.values():
            yield self.fixed(language) + len("\n1 ") + pick.text[language].longest


def read_several(reader: Reader, name: str, part: Part) -> Several:
    """From YAML; what is picked must go somewhere."""
    common: dict[str, Any] = read_picking(reader, name, part)
    if "hint" in part:
        common |= {"hint": own_hint(reader, name, part), "has_own_hint": True}
    options = {pick.name: pick for pick in _picks(reader, name, part)}
    if "into" not in part:
        for pick in options.values():
            if not pick.into:
                reader.fault(f"option `{pick.name}` goes into no variable", part["options"], pick.name,
                             hint="give the node or the option an `into`")  # fmt: skip
    several = Several(
        **common,
        options=options,
        sensitivity=reader.sensitivity(part, Sensitivity.PUBLIC),
    )
    _check_reads(reader, part, several)
    return several


def _check_reads(reader: Reader, part: Part, several: Several) -> None:
    """No line may come and go, or change, by what is answered here: the pages would shift meanwhile."""
    own = {several.into, several.stopped, *(pick.into for pick in several.options.values())}
    for pick in several.options.values():
        asked = set(names_in(pick.when)) if pick.when else set()
        shown = {name for text in pick.text.values() for name in text.names}
        for key, names in (("when", asked), ("text", shown)):
            for name in sorted(names & own):
                reader.fault(f"`{name}` is answered on this very screen", part["options"][pick.name],
                             key, hint="ask for it on a screen before")  # fmt: skip


def _picks(reader: Reader, node: str, part: Part) -> Iterator[Pick]:
    written = part["options"] if isinstance(part["options"], Mapping) else {}
    for name, entry in written.items():
        if not reader.fits(entry, PICK, f"option `{name}`", written, name):
            continue
        stops = entry.get("stops") is True
        if stops and "stopped" not in part:
            reader.fault(f"option `{name}` stops, and no `stopped` says so", entry, "stops",
                         hint="give the node a `stopped` variable, and a branch that reads it")  # fmt: skip
        yield Pick(
            name=str(name),
            text=reader.texts(entry, "text", (node, "options", str(name))),
            into=str(entry.get("into", "")),
            stops=stops,
            when=reader.condition(entry, "when"),
        )
