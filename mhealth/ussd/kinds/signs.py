"""`signs`: several of a protocol's signs at once by their numbers, most dangerous group first.

Pages are laid out when the flow is compiled.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from mhealth.ussd.fields import INTO, NEXT, STOPPED, TEXT
from mhealth.ussd.picking import Picking, PickPage, lay_out, read_picking
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.screen import LIMITS, NARROW, room_for
from mhealth.ussd.shape import Shape
from mhealth.ussd.shape import name as variable
from mhealth.ussd.state import State

SHAPE = Shape(
    required={
        "text": TEXT,
        "source": variable("The variable that names the protocol."),
        "into": INTO,
        "stopped": STOPPED,
        "next": NEXT,
    }
)

Layout = Mapping[str, Mapping[str, Sequence[PickPage]]]
"""Protocol -> language -> pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs(Picking):
    """A protocol without signs is passed by, nothing answered."""

    kind: ClassVar[str] = "signs"
    source: str  # the variable that names the protocol
    layouts: Mapping[int, Layout]  # by the carrier's limit

    def pages(self, state: State) -> Sequence[PickPage]:
        """Those of the protocol that the variable names."""
        layout = self.layouts.get(state.limit) or self.layouts[NARROW]
        return layout.get(str(state.vars.get(self.source)), {}).get(state.language, ())

    @property
    def may_be_passed_by(self) -> bool:
        """Always: the variable may name no protocol."""
        return True

    def lengths(self, language: str, limit: int = NARROW) -> Iterator[int]:
        """Every page of every protocol."""
        for by_language in self.layouts[limit].values():
            for page in by_language[language]:
                yield self.fixed(language) + page.size


def read_signs(reader: Reader, name: str, part: Part) -> Signs:
    """From YAML and the protocols' signs. A UCS-2 language that lacks a sign's label is not spoken."""
    reader.lacking |= reader.sources.unlabelled()
    common: dict[str, Any] = read_picking(reader, name, part)
    source = reader.known(part, "source")
    if source in (common["into"], common["stopped"]):
        reader.fault(f"`{source}` is answered on this very screen", part, "source",
                     hint="name the variable that holds the protocol")  # fmt: skip
    bare = Signs(**common, source=source, layouts={})
    return replace(bare, layouts={limit: _layout(reader, bare, limit) for limit in LIMITS})


def _layout(reader: Reader, signs: Signs, limit: int) -> Layout:
    alphabets = {code: text.alphabet for code, text in signs.text.items()}
    return {
        protocol: {
            code: lay_out(
                reader.sources.in_language(protocol, reader.spoken[code], alphabet),
                room_for(limit, alphabet) - signs.fixed(code),
                alphabet,
            )
            for code, alphabet in alphabets.items()
        }
        for protocol in reader.sources.names
    }
