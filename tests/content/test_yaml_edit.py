"""A text set in a YAML file changes its own line; what stands around it stays to the last blank."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mhealth.content.placed import parse
from mhealth.content.yaml_edit import CannotSet, set_texts

FILE = """\
# who reads this
review: draft

nodes:
  ask:   # the first screen
    text: "Who: you?"
    options:
      me: Me
      other: 'Somebody else'
  # said at the end
  bye: {text: Bye}
  long:
    text: >-
      A text
      on two lines
  last:
    text: Last
"""
ORDER = [
    ("nodes", "ask", "text"),
    ("nodes", "ask", "options", "me"),
    ("nodes", "ask", "options", "you"),
    ("nodes", "ask", "options", "other"),
    ("nodes", "between", "text"),
    ("nodes", "bye", "text"),
    ("nodes", "bye", "more", "deep"),
    ("nodes", "long", "text"),
    ("nodes", "last", "text"),
]


def changed_lines(after: str) -> list[str]:
    before = FILE.splitlines()
    return [line for line in after.splitlines() if line not in before]


def test_only_the_line_of_the_text_changes() -> None:
    after = set_texts(FILE, {ORDER[0]: "Who is it?", ORDER[3]: "no"}, ORDER)
    assert changed_lines(after) == ['    text: "Who is it?"', '      other: "no"']
    assert len(after.splitlines()) == len(FILE.splitlines())


def test_a_new_text_stands_where_the_original_has_it() -> None:
    after = set_texts(FILE, {ORDER[2]: "You", ORDER[4]: "In between: here"}, ORDER)
    assert "      me: Me\n      you: You\n      other:" in after
    assert 'else\'\n  between:\n    text: "In between: here"\n  # said at the end\n  bye:' in after


def test_a_text_within_braces_and_one_of_several_lines() -> None:
    after = set_texts(FILE, {ORDER[5]: "So, long", ORDER[6]: "x", ORDER[7]: "Short"}, ORDER)
    assert '  bye: {text: So, long, more: {deep: "x"}}' not in after
    assert (
        '  bye: {text: "So, long", more: {deep: "x"}}\n  long:\n    text: "Short"\n  last' in after
    )


def test_a_file_with_nothing_in_it_yet() -> None:
    order = [("phrases", "a.b"), ("phrases", "no")]
    assert set_texts("review: draft\n", {order[0]: "A", order[1]: "2"}, order) == (
        'review: draft\nphrases:\n  a.b: A\n  "no": "2"\n'
    )
    assert set_texts("review: draft\nphrases:\n", {order[0]: "A"}, order).endswith("\n  a.b: A\n")


def test_marks_that_nobody_sees_are_written_by_their_number() -> None:
    after = set_texts(FILE, {ORDER[8]: "\u200f482\u00a01935"}, ORDER)
    assert after.endswith('    text: "\\u200f482\\u00a01935"\n')


def test_no_text_is_put_below_a_text() -> None:
    with pytest.raises(CannotSet, match="`text` holds a text"):
        set_texts(FILE, {("nodes", "last", "text", "more"): "x"}, ORDER)


@given(st.dictionaries(st.sampled_from(ORDER), st.text(min_size=1, max_size=30), min_size=1))
def test_whatever_is_set_is_what_the_file_says(texts: dict[tuple[str, ...], str]) -> None:
    texts = {path: text.encode("utf-8", "ignore").decode() or "x" for path, text in texts.items()}
    data = parse(set_texts(FILE, texts, ORDER))
    for path, text in texts.items():
        part = data
        for step in path:
            part = part[step]
        assert part == text
    assert data["review"] == "draft"
