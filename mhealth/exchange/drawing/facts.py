"""What a screen takes, in a few words below it: a range, a list, days, letters."""

from collections.abc import Iterator

from mhealth.exchange.drawing.words import Words
from mhealth.ussd.kinds.choose import Choose
from mhealth.ussd.kinds.code import Code
from mhealth.ussd.kinds.date import Bound, Date
from mhealth.ussd.kinds.number import Number
from mhealth.ussd.kinds.pin import Pin
from mhealth.ussd.kinds.several import Several
from mhealth.ussd.kinds.signs import Signs
from mhealth.ussd.kinds.text import Answer, Text
from mhealth.ussd.plan import Node


def facts_of(node: Node, language: str, words: Words) -> Iterator[str]:
    """Each as a line of its own."""
    say = words.say
    match node:
        case Number():
            unit = node.unit.get(language, "").split(" ")[0]
            yield f"{say['from_to'].format(least=node.least, most=node.most)} {unit}".strip()
        case Date():
            least, most = _day(node.earliest, words), _day(node.latest, words)
            yield say["from_to"].format(least=least, most=most)
        case Text():
            yield say["at_most"].format(most=node.most)
        case Code():
            yield say["with_check"] if node.check else say["code"]
        case Choose():
            yield say["list"].format(list=words.deed(node.lookup))
        case Pin():
            yield say["pin_secret"]
        case Signs() | Several():
            yield say["several"]
            if has_danger(node):
                yield say["danger"]
        case _:
            pass
    deed = getattr(node, "deed", None)
    if isinstance(deed, str):  # of an end; of a pin
        yield words.deed(deed)


def has_danger(node: Node) -> bool:
    """Whether an answer there can stop the questions."""
    picks = node.options.values() if isinstance(node, Several) else ()
    return isinstance(node, Signs) or any(pick.stops for pick in picks)


def answer_words(answer: Answer, words: Words) -> str:
    """What is typed to go a way of its own."""
    if answer.takes_all:
        return words.say["another"]
    typed = [*sorted(answer.words), *([answer.pattern.pattern] if answer.pattern else [])]
    return words.say["typed"].format(typed=", ".join(typed))


def _day(bound: Bound, words: Words) -> str:
    if not isinstance(bound, int):
        return bound.isoformat()
    if not bound:
        return words.say["today"]
    return words.say["before" if bound < 0 else "after"].format(days=abs(bound))
