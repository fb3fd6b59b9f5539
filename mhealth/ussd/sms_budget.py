"""Proves that the screens of a flow that goes on by SMS fit into one segment with how to answer."""

from collections.abc import Iterable, Mapping

from mhealth.domain.alphabet import Alphabet
from mhealth.domain.language import Languages
from mhealth.ussd.faults import Fault, Faults, Severity
from mhealth.ussd.plan import Node, Resume, Screen, flow_of
from mhealth.ussd.resume_header import CALL, NEVER
from mhealth.ussd.screen import NARROW, room_for
from mhealth.ussd.text import Texts

SHORT = "sms_answer_short"


def check_sms(
    nodes: Iterable[Node],
    resumes: Mapping[str, Resume],
    phrases: Mapping[str, Texts],
    languages: Languages,
    faults: Faults,
) -> None:
    """Warn of each screen that may not fit: there a dropped call goes on by a new call alone."""
    for node in nodes:
        resume = resumes.get(flow_of(node.name))
        if resume is None or not resume.sms or not isinstance(node, Screen):
            continue
        if resume.nodes.get(node.name) in (NEVER, CALL):
            continue
        for code in languages.by_code:
            _check(node, code, phrases[SHORT][code].longest, faults)


def _check(node: Screen, code: str, line: int, faults: Faults) -> None:
    """At its longest, without the hint and the keys that no SMS shows, and with the line."""
    texts = getattr(node, "text", None)
    room = room_for(NARROW, texts[code].alphabet if texts else Alphabet.GSM7)
    longest = max(node.lengths(code), default=room) - node.room(code)
    over = longest + len("\n") + line - room
    if over > 0:
        faults.note(Fault(node.place, f"this screen can be too long by {over} for an SMS in {code}",
                          "shorten it, or its translation; a call that drops here is not asked on by SMS",
                          Severity.WARNING, rule="resume"))  # fmt: skip
