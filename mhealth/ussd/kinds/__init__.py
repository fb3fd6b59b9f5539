"""The kinds of node: each file is one, how it is written, what it shows and what it takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mhealth.ussd.deeds import KEY
from mhealth.ussd.kinds import (
    branch,
    call,
    choose,
    code,
    date,
    deed,
    end,
    menu,
    message,
    number,
    phone,
    pin,
    several,
    signs,
    text,
)
from mhealth.ussd.plan import Node
from mhealth.ussd.reader import Part, Reader
from mhealth.ussd.sensitivity import Sensitivity
from mhealth.ussd.shape import Shape


def _a_key(part: Part) -> int:
    return KEY


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How a kind is written in YAML, and its reader.

    `longest` is the room of its answer, `sensitivity` how sensitive that is when the flow does not say.
    """

    name: str
    about: str
    shape: Shape
    read: Callable[[Reader, str, Part], Node]
    longest: Callable[[Part], int] = _a_key
    sensitivity: Sensitivity = Sensitivity.PUBLIC


_ALL = (
    Kind(name="menu", about="Options, each with its own key and target.",
         shape=menu.SHAPE, read=menu.read_menu),
    Kind(name="choose", about="A list that the platform looks up, page by page.",
         shape=choose.SHAPE, read=choose.read_choose),
    Kind(name="signs", about="Several of a protocol's signs at once: 13 is 1 and 3, 0 is none.",
         shape=signs.SHAPE, read=signs.read_signs),
    Kind(name="several", about="Several of the flow's own options at once: 13 is 1 and 3, 0 is none.",
         shape=several.SHAPE, read=several.read_several),
    Kind(name="number", about="A number in a range.",
         shape=number.SHAPE, read=number.read_number_node, longest=number.longest),
    Kind(name="date", about="A day in a range: 3/11, 0311, 3 nov, hier.",
         shape=date.SHAPE, read=date.read_date_node, longest=date.longest, sensitivity=date.USUAL),
    Kind(name="phone", about="A phone number, national or international.",
         shape=phone.SHAPE, read=phone.read_phone_node, longest=phone.longest, sensitivity=phone.USUAL),
    Kind(name="text", about="A few words of the person's own.",
         shape=text.SHAPE, read=text.read_text_node, longest=text.longest,
         sensitivity=text.USUAL),
    Kind(name="pin", about="Six digits, kept nowhere: they go to the deed.",
         shape=pin.SHAPE, read=pin.read_pin_node, sensitivity=pin.USUAL),
    Kind(name="code", about="A code of a register: letters and digits, perhaps with a check digit.",
         shape=code.SHAPE, read=code.read_code_node, longest=code.longest, sensitivity=code.USUAL),
    Kind(name="message", about="A text over as many pages as it needs, then on.",
         shape=message.SHAPE, read=message.read_message),
    Kind(name="branch", about="The first case that holds; shows nothing.",
         shape=branch.SHAPE, read=branch.read_branch),
    Kind(name="deed", about="Asks the platform for something; shows nothing.",
         shape=deed.SHAPE, read=deed.read_deed),
    Kind(name="call", about="Another flow, which comes back to `next`.",
         shape=call.SHAPE, read=call.read_call),
    Kind(name="end", about="The last words; the session closes.",
         shape=end.SHAPE, read=end.read_end),
)  # fmt: skip
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
