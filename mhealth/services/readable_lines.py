"""A content file as plain lines: what the command shows, and what a signature keeps as shown."""

from collections.abc import Iterator

from mhealth.content.reading import Reading
from mhealth.content.review import ContentFile
from mhealth.services.readable import Readable, ShownRule, SignGroup, Sms, Spoken, Text, read_file
from mhealth.services.readable_flow import Screen
from mhealth.triage.protocol import Protocol
from mhealth.ussd.origins import TextOrigin

READINGS = {
    Reading.ORIGINAL: "read in the source itself",
    Reading.RESTATED: "read in another document that restates it: compare with the source",
    Reading.MEMORY: "NOT CHECKED against any copy of the source",
    Reading.OURS: "no published rule: a safe default of this platform",
}


def lines_of(spoken: Spoken, file: ContentFile) -> list[str]:
    """The whole file as it is spoken now, with its path and version first."""
    return [f"{file.path}  version {file.version}", *_body(read_file(spoken, file))]


def _body(readable: Readable) -> Iterator[str]:
    if readable.protocol is not None:
        yield from _protocol(readable.protocol, readable)
    elif readable.sms is not None:
        yield from _sms(readable.sms)
    elif readable.screens:
        for screen in readable.screens:
            yield from _screen(screen)
    else:
        for text in readable.texts:
            yield from _text(text)


def _protocol(protocol: Protocol, readable: Readable) -> Iterator[str]:
    own = protocol.contents[0].language
    yield f"Protocol: {protocol.title[own]}"
    ages = f"from day {protocol.ages.from_day}"
    ages += f" to day {protocol.ages.to_day}" if protocol.ages.to_day is not None else " on"
    yield f"For: {', '.join(sorted(protocol.subjects))}; {ages}"
    if protocol.unknown_age_of:
        yield f"Also when the age is not known, for: {', '.join(sorted(protocol.unknown_age_of))}"
    yield "Nobody is kept at home." if protocol.never_home else "May advise care at home."
    yield f"All answered and no rule met: {protocol.otherwise}."
    yield f"An answer missing: at least {protocol.if_missing}."
    yield ""
    yield "Signs, in the order of asking (* ends the questions at once):"
    for group in readable.groups:
        yield from _group(group)
    yield ""
    yield "Rules, the most severe one wins:"
    for shown in readable.rules:
        yield from _rule(shown)
    yield ""
    yield "Advice at the end:"
    for text in readable.texts:
        yield from _text(text)
    for row, reason in protocol.left_out.items():
        yield f"Left out: {row}: {reason}"


def _group(group: SignGroup) -> Iterator[str]:
    yield "  --"
    for sign in group.signs:
        mark = "*" if sign.key in group.dangers else " "
        meaning = f": {sign.meaning}" if sign.meaning else ""
        yield f"  {mark} {sign.text}{meaning}  [{sign.key}]{_length(sign)}"


def _rule(shown: ShownRule) -> Iterator[str]:
    rule, source = shown.rule, shown.rule.origin.source
    yield f"  {rule.id}  {rule.triage_class.upper()}  if {shown.words}"
    yield f"      {source.publisher} {source.year}, {source.title} ({source.version}), {source.part}"
    yield f"      {rule.origin.row}  ({READINGS[rule.origin.reading]})"
    if rule.note:
        yield f"      Note: {rule.note}"


def _text(text: Text) -> Iterator[str]:
    said = text.text or "(not translated: the fallback speaks)"
    yield f"  [{text.key}] {said}{_length(text)}"
    if text.original is not None:
        yield f"      translates: {text.original}"
    if text.original is not None and text.meaning:
        yield f"      meaning: {text.meaning}"


def _screen(screen: Screen) -> Iterator[str]:
    longest = f"  ({screen.longest} of {screen.limit} at the longest)" if screen.longest else ""
    yield f"{screen.name}  [{screen.kind}]{longest}"
    for line in screen.text.splitlines():
        yield f"  | {line}"
    for line in (screen.original or "").splitlines():
        yield f"    translates: {line}"
    if screen.hint:
        yield f"  | after a wrong answer: {screen.hint}"
    if screen.origin is not None:
        yield from _origin(screen.origin)
    for option in screen.lines:
        when = f"  when {option.when}" if option.when else ""
        yield f"  | {option.key} {option.text}  -> {option.leads}{when}"
        if option.original is not None:
            yield f"    translates: {option.original}"
    for way in screen.ways:
        yield f"  -> {way.leads}" + (f"  when {way.when}" if way.when else "")


def _origin(origin: TextOrigin) -> Iterator[str]:
    yield f"    {origin.publisher} {origin.year}, {origin.title} ({origin.version}), {origin.part}"
    yield f"    {origin.row}  ({READINGS[origin.reading]})"
    if origin.note:
        yield f"    Note: {origin.note}"


def _sms(sms: Sms) -> Iterator[str]:
    yield from (f"  | {line}" for line in sms.text.text.splitlines())
    for line in (sms.text.original or "").splitlines():
        yield f"    translates: {line}"
    size = sms.longest
    alphabet = "septets" if size.is_gsm7 else "UTF-16 units"
    yield f"  at the longest {size.length} {alphabet}, {size.segments} of {sms.most_segments} segments"
    for value, most in sms.values.items():
        yield f"  {{{value}}}: at most {most}"


def _length(text: Text) -> str:
    return f"  ({text.length} of {text.limit})" if text.limit and text.text else ""
