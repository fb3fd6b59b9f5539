"""The kinds of node: each file is one, how it is written, what it shows and what it takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mhealth.ussd.kinds import (
    branch,
    call,
    choose,
    code,
    deed,
    end,
    menu,
    message,
    number,
    pin,
    signs,
)
from mhealth.ussd.plan import Node
from mhealth.ussd.reader import Part, Reader, Shape


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind is written in YAML, and its reader."""

    shape: Shape
    read: Callable[[Reader, str, Part], Node]


KINDS: Mapping[str, Kind] = {
    "menu": Kind(menu.SHAPE, menu.read_menu),
    "choose": Kind(choose.SHAPE, choose.read_choose),
    "signs": Kind(signs.SHAPE, signs.read_signs),
    "number": Kind(number.SHAPE, number.read_number_node),
    "pin": Kind(pin.SHAPE, pin.read_pin_node),
    "code": Kind(code.SHAPE, code.read_code_node),
    "message": Kind(message.SHAPE, message.read_message),
    "branch": Kind(branch.SHAPE, branch.read_branch),
    "deed": Kind(deed.SHAPE, deed.read_deed),
    "call": Kind(call.SHAPE, call.read_call),
    "end": Kind(end.SHAPE, end.read_end),
}
