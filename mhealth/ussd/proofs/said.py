"""Proves of each text in each language that it says something, and something else than the original."""

from collections.abc import Iterator
from dataclasses import dataclass

from mhealth.ussd.flow_file import SAME
from mhealth.ussd.plan import Node, flow_of, short
from mhealth.ussd.proofs.proving import Proving
from mhealth.ussd.proofs.reads import Spoken, texts_of
from mhealth.ussd.text import Template, spelled

FEWEST_LETTERS = 12
"""A shorter text is often the same in two languages: `Code`, `SMS`, `Date`."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text of one node, as one language's file has it."""

    node: Node
    spoken: Spoken
    code: str
    template: Template


def prove_said(proving: Proving) -> None:
    """Note texts that are nothing but a variable, and translations that repeat the original."""
    default = proving.languages.default.code
    for text in translated_texts(proving):
        place = proving.place_of_text(text.node, text.spoken.path, text.code)
        if text.template.names and not any(map(str.isalnum, _words(text.template))):
            proving.note("only-a-variable", place,
                         f"this text is nothing but {{{', '.join(sorted(text.template.names))}}}"
                         f" in {text.code}")  # fmt: skip
        is_translation = text.code != default and not _is_let_be(proving, text)
        if is_translation and is_repeated(text, text.spoken.texts[default]):
            proving.note("same-as-original", place,
                         f"in {text.code} word for word as in {default}:"
                         f" {spelled(text.template)[:40]!r}")  # fmt: skip


def is_repeated(text: Text, original: Template) -> bool:
    """Whether a translation is the original, and too long to be so by chance."""
    is_long = sum(map(str.isalpha, _words(original))) >= FEWEST_LETTERS
    return is_long and spelled(text.template) == spelled(original)


def _is_let_be(proving: Proving, text: Text) -> bool:
    """Whether the translation itself says that this text is rightly the same."""
    flow = proving.compiled.flows[flow_of(text.node.name)]
    same = flow.translations[text.code].file.data.get(SAME)
    path = ".".join((short(text.node.name), *text_path(text.spoken)))
    return isinstance(same, list) and path in map(str, same)


def translated_texts(proving: Proving) -> Iterator[Text]:
    """Each text in its own language and in each that has it translated and speaks its flow.

    The fallback may stand for what its file holds: in another alphabet for the whole flow, and for a
    text that no phone can show.
    """
    default = proving.languages.default.code
    for node in proving.nodes.values():
        for spoken in texts_of(node):
            for code, template in spoken.texts.items():
                is_own = template is not spoken.texts[default]
                if code == default or (is_own and is_translated(proving, node, spoken, code)):
                    yield Text(node, spoken, code, template)


def is_translated(proving: Proving, node: Node, spoken: Spoken, code: str) -> bool:
    """Whether a language's own file has the text."""
    flow = proving.compiled.flows.get(flow_of(node.name))
    translation = flow.translations.get(code) if flow else None
    path = (short(node.name), *text_path(spoken))
    return translation is not None and translation.find(path) is not None


def text_path(spoken: Spoken) -> tuple[str, ...]:
    """Where a text stands in a translation: options by their name alone."""
    path = tuple(map(str, spoken.path))
    return path[:-1] if len(path) > 1 and path[-1] == "text" else path


def _words(template: Template) -> str:
    return "".join(part for part in template.parts if isinstance(part, str))
