"""`resume:` of a flow and of its nodes: whether a dropped call may go on, for how long, and how.

`resume: {minutes: 15, sms: true, private: {…}}` in the header; `resume: never` or `resume: call` at a node.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mhealth.ussd.faults import Fault, Faults
from mhealth.ussd.fields import WHEN
from mhealth.ussd.graph import Broken, Graph
from mhealth.ussd.kinds.pin import Pin
from mhealth.ussd.plan import Resume, Screen, flow_of
from mhealth.ussd.reader import Part, Reader, suggest
from mhealth.ussd.shape import Shape, flag, one_of, whole

MOST_MINUTES = 60
"""Later than that, who redials about the same patient begins a new referral (`store.referrals`)."""
NEVER, CALL = "never", "call"
HEADER = Shape(
    required={"minutes": whole("For how long who redials is asked whether to go on.", 1)},
    optional={
        "sms": flag("Whether the next question goes out as an SMS after a drop."),
        "private": replace(
            WHEN,
            about="While this holds nothing is asked by SMS: it would stay on a phone that others read.",
        ),
    },
)
AT_A_NODE = one_of(
    "Whether a dropped call may go on here: never, or only by a call.", (NEVER, CALL)
)


class Resumes:
    """What all flows say of it."""

    def __init__(self) -> None:
        self.by_flow: dict[str, Resume] = {}
        self._places: dict[str, str] = {}  # flow -> where its `sms:` stands

    def read(self, reader: Reader) -> None:
        """Take in one flow's header and nodes."""
        resume, place = _read(reader)
        if resume is not None:
            self.by_flow[reader.flow.name], self._places[reader.flow.name] = resume, place

    def check(self, graph: Graph, faults: Faults) -> None:
        """A flow that asks a PIN, itself or by one that it calls, never goes on by SMS."""
        for flow, resume in self.by_flow.items():
            callees = graph.callees(flow)
            pins = [name for name, node in graph.nodes.items()
                    if isinstance(node, Pin) and flow_of(name) in callees]  # fmt: skip
            if resume.sms and pins:
                asks = pins[0]
                faults.note(Fault(self._places[flow], f"`sms` in a flow that asks a PIN: {asks}",
                                  "a PIN is never sent by SMS: leave `sms` out", rule="resume"))  # fmt: skip
            for name in resume.nodes.keys() & graph.nodes.keys():
                if not isinstance(graph.nodes[name], Screen | Broken):
                    problem = "`resume` at a node that shows nothing"
                    hint = "put it at the screen on which a call may drop"
                    faults.note(Fault(graph.nodes[name].place, problem, hint, rule="resume"))


def _read(reader: Reader) -> tuple[Resume | None, str]:
    """What a flow says, and the place of its `sms:`; None: a dropped call of it never goes on."""
    data = reader.flow.file.data
    nodes = _nodes(reader, is_on="resume" in data)
    if "resume" not in data:
        return None, ""
    header = data["resume"]
    if not isinstance(header, Mapping):  # the header's own shape has told
        return None, ""
    if not reader.fits(header, HEADER, "`resume`", data, "resume"):
        return None, ""
    minutes = _minutes(reader, header)
    sms = header.get("sms", False)
    if not isinstance(sms, bool):
        return None, ""  # `fits` has told
    place = reader.flow.file.place(header, "sms" if "sms" in header else None)
    private = reader.condition(header, "private")
    return Resume(minutes=minutes, sms=sms, nodes=nodes, private=private), place


def _minutes(reader: Reader, header: Part) -> int:
    minutes = reader.whole(header, "minutes")
    is_number = minutes > 0 or header["minutes"] == 0  # else `fits` has told
    if is_number and not 1 <= minutes <= MOST_MINUTES:
        reader.fault(f"{minutes} minutes are none of 1 to {MOST_MINUTES}", header, "minutes",
                     hint="a person redials within minutes; leave `resume` out to switch it off",
                     rule="resume")  # fmt: skip
    return minutes


def _nodes(reader: Reader, *, is_on: bool) -> Mapping[str, str]:
    found = {}
    for name, node in reader.flow.nodes.items():
        if isinstance(node, Mapping) and "resume" in node:
            found[reader.qualified(str(name))] = _word(reader, node, is_on=is_on)
    return found


def _word(reader: Reader, node: Mapping[str, Any], *, is_on: bool) -> str:
    word = str(node["resume"])
    if word not in (NEVER, CALL):
        reader.fault(f"unknown word `{word}`", node, "resume", hint=suggest(word, (NEVER, CALL)),
                     rule="resume")  # fmt: skip
    elif not is_on:
        reader.fault("this flow never goes on, so no node of it needs `resume`", node, "resume",
                     hint="add `resume: {minutes: …}` to the header, or leave it out here",
                     rule="resume")  # fmt: skip
    return word
