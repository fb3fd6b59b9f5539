"""Every rule that `mhealth check` holds content to: id, what is wrong, how to mend it, how grave it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from mhealth.ussd.faults import SYNTAX, Severity

E, W = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `severity` is the usual one. `at_start`: a start of the product finds it too."""

    id: str
    severity: Severity
    says: str
    mend: str
    at_start: bool = False


def _of_the_compiler(id_: str, severity: Severity, says: str, mend: str) -> Rule:
    return Rule(id_, severity, says, mend, at_start=True)


_S = _of_the_compiler

WRITING = (
    _S("unreadable-file", E, "A file is missing, is no UTF-8 or is no YAML.", "Mend it at the place."),
    _S(SYNTAX, E, "What is written is not the language of flows.", "See ussd_flows/README.md."),
    _S("no-review", E, "A file says neither `review: draft` nor who signed it.",
       "Write `review: draft`, or by, on and version."),
    _S("no-source", E, "An advice without a source, or a source that no advice names.",
       "Name for each advice where it stands, and how it was read."),
    _S("wrong-deed", E, "A node asks for a deed that does not exist or does not belong there.",
       "Use a deed of ussd_flows/README.md; a list belongs into `choose`, a PIN into `pin`."),
    _S("wrong-arguments", E, "A deed lacks an argument, or is given one that it does not take.",
       "Give exactly its `args`."),
    _S("unknown-variable", E, "Something names a variable that nothing sets and no header declares.",
       "Correct its name, or declare it under `variables:`."),
    _S("resume", E, "`resume:` says what cannot be: a time that is none, SMS where a PIN is asked, a node"
       " of a flow that never goes on.", "See \"Resuming\" in ussd_flows/README.md."),
    _S("missing-phrase", E, "The engine's own words in screens.yaml lack one, or have one too many.",
       "Bring screens.yaml in step with its list."),
)  # fmt: skip

GRAPH = (
    _S("missing-target", E, "Something leads to a node or flow that does not exist.",
       "Correct the name."),
    _S("dead-end", E, "A node does not say where it leads, so the dialogue would stop there.",
       "Add `next`, `otherwise` or `empty`."),
    _S("unreachable", E, "Nothing leads to a node.", "Let something name it, or remove it."),
    _S("never-called", W, "No flow that callers come to calls this one.", "Add a `call`."),
    _S("no-way-out", E, "From a node no `end` can be reached: the call could never be finished.",
       "Let some way lead to an `end`, to `home` or to `return`."),
    _S("silent-loop", E, "Nodes can lead in a circle without a screen: the turn would never end.",
       "Put a screen into the loop."),
    _S("circular-call", E, "Flows call each other in a circle.", "Use `return` or `home`."),
    Rule("no-way-back", E, "A screen that has others before it offers neither back nor home.",
         "Leave one of the keys `back` and `home` on."),
    Rule("case-never-taken", E, "Cases before it cover a case, or its condition can never hold.",
         "Move it up, narrow the ones before it, or remove it."),
    Rule("option-never-shown", E, "An option's condition can never hold.",
         "Correct the condition, or remove the option."),
    Rule("too-slow", E, "Even the quickest way through a flow, or to help in an emergency, takes longer than"
         " carriers keep a session.", "Shorten texts, ask fewer questions, or split the flow."),
    Rule("slow-way", W, "The longest way through a flow takes longer than carriers keep a session, and a call"
         " that drops cannot go on.", "Give the flow `resume:`, or shorten it."),
)  # fmt: skip

VARIABLES = (
    Rule("read-before-set", E, "On no way to this place is the variable set: it would always be empty.",
         "Set it before, or read the variable that is."),
    Rule("may-be-unset", W, "On some way to this place the variable is not set: it would be empty there.",
         "Ask `is_set` in a branch before, or set it on every way."),
    _S("shown-without-pin", E, "A health worker's patients can be reached without the PIN.",
       "Let every way there pass the flow that asks for it."),
    Rule("sensitive-without-pin", E, "Patients' data are shown where nothing says that the PIN was right.",
         "Let every way there pass the flow that asks for the PIN, or do not show it."),
    Rule("sensitive-after-drop", W, "A text shows a sensitive answer where a dropped call goes on: somebody"
         " else may redial.",
         "Write `resume: never` at the node, or do not show it."),
)  # fmt: skip

SCREENS = (
    _S("screen-too-long", E, "A screen can get longer than a carrier carries, counted with the longest data,"
       " the hint after a wrong answer and the keys.", "Shorten it by as much as the hint says."),
    _S("many-pages", W, "A text can take many screens; each is a key to press and seconds spent.",
       "Shorten it, or keep less room for its variables."),
    Rule("option-on-one-page", E, "An option can be reached on no page, or on more than one.",
         "Shorten the texts, so that each page has room for one."),
    _S("no-option", E, "All options of a menu may be hidden: there may be none left.",
       "Leave one option without `when`."),
    _S("no-answer", E, "No answer can be valid, as with a smallest number over the largest.",
       "Correct the range."),
    _S("no-key", E, "A key cannot be typed as one.", "Use digits."),
    _S("key-clash", E, "A key stands for two things on one screen, or for an answer and a way to lead about.",
       "Give each its own."),
    _S("no-label", E, "A sign has no label, or one that no phone shows.",
       "Mend it in the protocol's file or its translation."),
    Rule("name-cut", W, "A name of the directory is longer than the room that screens keep: it is cut.",
         "Shorten the name in the directory, or keep more room for it under `variables:`."),
    Rule("name-unshowable", W, "A name of the directory has a character that phones do not show.",
         "Write it with letters that phones have."),
)  # fmt: skip

WORDS = (
    _S("untranslated", W, "A text is missing in a language: the fallback speaks there.", "Translate it."),
    _S("stray-translation", E, "A translation belongs to no text, no flow or no language.",
       "Remove it, or correct its name."),
    _S("other-variables", E, "A translation shows other variables than the original.",
       "Show the same."),
    _S("empty-text", E, "A text is empty, only spaces, or no text.", "Write it, in quotes."),
    _S("unshowable", E, "A text has a character that cannot be brought into its language's alphabet.",
       "Use another character."),
    Rule("only-a-variable", W, "A text is nothing but a variable: the screen is empty when that is.",
         "Write a word beside it."),
    Rule("same-as-original", W, "A translation is word for word the original.",
         "Translate it; where it is right so, list it under `same:` of the translation."),
    Rule("text-cut", W, "A text without quotes ends at a ` #`: YAML takes the rest for a remark.",
         "Put the text in quotes, or a space behind the # of a remark."),
    Rule("curly-quotes", W, "A text stands in quotes that YAML does not know: they are shown.",
         "Use straight quotes, or none."),
    Rule("unreviewed", Severity.NOTE, "A text is spoken that nobody signed.",
         "Have it read and signed: docs/how-to/sign-content.md."),
)  # fmt: skip

PATTERNS = (
    _S("bad-pattern", E, "A pattern is no regular expression.", "Correct it at the place that is named."),
    Rule("unprovable-pattern", E, "A pattern uses what cannot be proven quick: a reference back, a look ahead"
         " or behind.", "Write what may be typed, without those."),
    Rule("catastrophic-pattern", E, "A short answer can keep a pattern busy for minutes.",
         "Let what repeats begin or end with something of its own."),
    Rule("slow-pattern", W, "The time that a pattern takes grows with the square of what is typed.",
         "Do not repeat the same letters in two neighbouring parts."),
    Rule("overlapping-answers", E, "One answer fits two patterns that lead to different places.",
         "Make them differ."),
    Rule("answer-never-taken", E,
         "Whatever fits this pattern fits one before it too, or is too long or too short.",
         "Move it up, remove it, or widen `min` and `max`."),
)  # fmt: skip

OTHER_CONTENT = (
    _S("languages", E, "languages.yaml has a fault.", "See docs/how-to/add-a-language.md."),
    _S("protocol", E, "A protocol has a fault.", "See docs/how-to/add-a-protocol.md."),
    _S("phrases", E, "A phrase of messages has a fault.", "See ussd_flows/content/phrases.yaml."),
    _S("sms", E, "The text of an SMS has a fault.", "See docs/how-to/add-a-template.md."),
    _S("weak-pins", E, "The list of PINs that nobody may choose has a fault.", "Mend it at the place."),
)  # fmt: skip

GROUPS: Mapping[str, tuple[Rule, ...]] = {
    "How it is written": WRITING,
    "Where it leads": GRAPH,
    "What is known when": VARIABLES,
    "What a screen holds": SCREENS,
    "What it says": WORDS,
    "What may be typed": PATTERNS,
    "Content beside the flows": OTHER_CONTENT,
}
RULES: Mapping[str, Rule] = {rule.id: rule for group in GROUPS.values() for rule in group}
