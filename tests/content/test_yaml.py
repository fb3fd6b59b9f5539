"""What a YAML file of ours means, whichever reader is there; where it is refused, and with what words."""

import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mhealth.content import placed
from mhealth.content.placed import NotYaml, PlacedList, PlacedMap, parse
from mhealth.content.yaml_file import YamlFile, parse_yaml, read_yaml
from mhealth.domain.errors import ContentError

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [
    path for folder in ("ussd_flows", "sms_templates") for path in (ROOT / folder).rglob("*.yaml")
]
READERS = pytest.mark.parametrize("fast", [True, False], ids=["libyaml", "pure"])

MEANS: list[tuple[str, Any]] = [
    ("yes", "yes"),
    ("no", "no"),
    ("on", "on"),
    ("Off", "Off"),
    ("y", "y"),
    ("true", True),
    ("TRUE", True),
    ("tRUE", "tRUE"),
    ("false", False),
    ("~", None),
    ("", None),
    ("null", None),
    ('""', ""),
    ("010", 10),
    ("08", 8),
    ("00", 0),
    ("0o10", 8),
    ("0x1F", 31),
    ("0b101", 5),
    ("1_000", 1000),
    ("-5", -5),
    ("+5", 5),
    ("1:30", "1:30"),
    ("10:00:00", "10:00:00"),
    ("24/11", "24/11"),
    ("1,5", "1,5"),
    ("1 000", "1 000"),
    ("1.5", 1.5),
    ("1.", 1.0),
    (".5", 0.5),
    ("1e3", 1000.0),
    ("-.INF", float("-inf")),
    (".", "."),
    ("-", [None]),
    ("--", "--"),
    ("+", "+"),
    ("_1", "_1"),
    ("0b2", "0b2"),
    ("=", "="),
    ("2026-11-24", date(2026, 11, 24)),
    ("2026-11-24 10:00:00", datetime(2026, 11, 24, 10)),
    ("2026-11", "2026-11"),
    ("'it''s'", "it's"),
    (r'"x\ty\/z\u00e9"', "x\ty/zé"),
    ("|\n  one\n  two\n", "one\ntwo\n"),
    ("|-\n  one\n", "one"),
    (">\n  one\n  two\n\n  three\n", "one two\nthree\n"),
    ("one\n  two", "one two"),
    ("x # said", "x"),
    ("x#said", "x#said"),
    ("http://x:1", "http://x:1"),
    ("{b: c, d: [1, yes]}", {"b": "c", "d": [1, "yes"]}),
    ('{"b":c}', {"b": "c"}),
    ("[x:y]", ["x:y"]),
    ("!!str 12", "12"),
    ("!!int '3'", 3),
]


@READERS
@pytest.mark.parametrize(("written", "meant"), MEANS)
def test_a_value_means_what_yaml_1_2_says(written: str, meant: Any, fast: bool) -> None:
    value = parse(f"a: {written}" if written != "-" else "a:\n  -", fast=fast)["a"]
    assert (value, type(value) in (PlacedMap, PlacedList) or type(value)) == (
        meant,
        isinstance(meant, dict | list) or type(meant),
    )


REFUSED: list[tuple[str, str, tuple[int, int]]] = [
    ("a: 1\nb: 2\na: 3", "a second key `a` in one mapping", (2, 0)),
    ("a: {b: 1, b: 2}", "a second key `b` in one mapping", (0, 10)),
    ("1: a\n1.0: b", "a second key `1.0` in one mapping", (1, 0)),
    ("b: 2026-13-24", "not YAML that we can read: month must be in 1..12", (0, 3)),
    ("b: " + "9" * 5000, "not YAML that we can read: Exceeds the limit", (0, 3)),
    ("b: !!int x", "not YAML that we can read: invalid literal", (0, 3)),
    ("b: !!bool yes", "the tag `!!bool` means nothing here", (0, 3)),
    ("b: !x 1", "the tag `!x` means nothing here", (0, 3)),
    ("b: !!python/object:os.system {}", "the tag `!!python/object:os.system` means", (0, 3)),
    ("b: !!set {x}", "the tag `!!set` means nothing here", (0, 3)),
    ("? [a, b]\n: c", "a key must be a word or a number", (0, 2)),
    ("? {a: 1}\n: c", "a key must be a word or a number", (0, 2)),
    ("b: *nowhere", "no text can begin with `*`", (0, 3)),
    ("b: &x [1, *x]", "an alias stands within its own anchor", (0, 3)),
    ("a: &x 1\nb: &x 2", "found duplicate anchor", (1, 3)),
    ("b:\n  <<: [1]", "`<<` merges a mapping, or a list of them", (1, 6)),
    ("x: &x {a: 1}\nb:\n  <<: *x\n  <<: *x", "a second key `<<` in one mapping", (3, 2)),
    ("a: 1\n---\nb: 2", "but found another document", (1, 0)),
    ("a:\n\tb: 1", "a tab stands where the line is indented", (1, 0)),
    ("a: b: c", "a `:` where none can stand", (0, 4)),
    ("a: @b", "no text can begin with `@`", (0, 3)),
    ("a: 1\nb: x\x07y", "U+0007", (1, 4)),
    ("a: 1\nb: x\u2028y", "a line break that no editor shows (U+2028)", (1, 4)),
    ("a: " + "[" * 900, "nested too deep", (0, 102)),
    ("- " * 60_000, "nested too deep", (0, 198)),
]


@READERS
@pytest.mark.parametrize(("text", "problem", "place"), REFUSED, ids=lambda value: str(value)[:30])
def test_a_mistake_is_named_at_its_place(
    text: str, problem: str, place: tuple[int, int], fast: bool
) -> None:
    with pytest.raises(NotYaml) as raised:
        parse(text, fast=fast)
    said = raised.value.problem
    assert problem in said or problem in said.replace("#x", "U+")
    line, column = raised.value.place
    assert line == place[0]
    assert abs(column - place[1]) <= 1  # the two readers differ by one in places


@READERS
@pytest.mark.parametrize("opened", ["[", "{a: ", "- "])
def test_depth_without_end_is_refused_by_any_release_of_the_reader(opened: str, fast: bool) -> None:
    with pytest.raises(NotYaml, match="nested too deep"):  # libyaml 0.2.6 counts for itself
        parse("a:\n  " + opened * 60_000, fast=fast)


@READERS
def test_aliases_of_aliases_are_refused_before_anybody_walks_them(fast: bool) -> None:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 20)]
    with pytest.raises(NotYaml, match="its aliases stand for too much"):
        parse("\n".join(lines), fast=fast)
    assert len(parse("\n".join(lines[:5]), fast=fast)["l4"]) == 10


@READERS
@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a: b: c", "put a text that holds `: ` in quotes"),
        ("a:\n  b: 1\n c: 2", "indent as the lines above"),
        ("a: 1\nword\nb: 2", "write `key: value`"),
        ("a: @b", "put a text that begins with `@` in quotes"),
        ("a:\n\tb: 1", "indent with spaces"),
        ('a: "never closed', "close it at the end of the text"),
        (r'a: "\q"', "within double quotes write `\\\\` for one `\\`"),
    ],
)
def test_what_yaml_forbids_is_told_with_a_hint(text: str, hint: str, fast: bool) -> None:
    with pytest.raises(NotYaml) as raised:
        parse(text, fast=fast)
    assert hint in raised.value.hint


@READERS
def test_keys_entries_and_parts_know_where_they_are_written(fast: bool) -> None:
    text = "é: {ç: 1, x: 2}\nlist:\n  - one\n  - k: v\n\n# said\nlast: [a,\n  b]\n"
    data = parse(text, fast=fast)
    file = YamlFile(Path("ussd_flows/main.yaml"), text, data)
    assert file.place() == "ussd_flows/main.yaml:1:1"
    assert file.place(None, "last") == "ussd_flows/main.yaml:7:1"
    assert file.place(data["é"]) == "ussd_flows/main.yaml:1:4"
    assert file.place(data["é"], "x") == "ussd_flows/main.yaml:1:11"
    assert file.place(data["list"], 1) == "ussd_flows/main.yaml:4:5"
    assert file.place(data["list"][1], "k") == "ussd_flows/main.yaml:4:5"
    assert file.place(data["last"], 1) == "ussd_flows/main.yaml:8:3"


@READERS
def test_what_is_not_there_is_told_at_the_part_that_lacks_it(fast: bool) -> None:
    data = parse("a: 1\nb:\n  c: [1]\n", fast=fast)
    file = YamlFile(Path("x.yaml"), "", data)
    assert file.place(data["b"], "nothing") == "x.yaml:3:3"
    assert file.place(data["b"]["c"], 7) == "x.yaml:3:6"
    assert file.place(data["b"]["c"], "word") == "x.yaml:3:6"
    assert file.place(data["b"], []) == "x.yaml:3:3"
    assert file.place("a text", "c") == "x.yaml:1:1"


@READERS
def test_an_alias_is_its_anchors_value_and_own_keys_win_over_merged_ones(fast: bool) -> None:
    data = parse(
        "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  <<: [*x, *y]\n  a: 9\nw: *x\n", fast=fast
    )
    assert data["w"] is data["x"]
    assert data["z"] == {"a": 9, "b": 2, "c": 4}
    file = YamlFile(Path("x.yaml"), "", data)
    assert file.place(data["z"], "a") == "x.yaml:5:3"
    assert file.place(data["z"], "b") == "x.yaml:4:3"  # written elsewhere: told where it counts


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_both_readers_read_each_shipped_file_alike_and_as_pyyaml_does(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    fast, pure = parse(text), parse(text, fast=False)
    assert fast == pure
    assert list(_places(fast)) == list(_places(pure))
    # What YAML 1.1 would read otherwise is quoted in all that we ship, for editors that do.
    assert _as_text(fast) == _as_text(yaml.load(text, _OldWords))


@given(st.data())
@settings(max_examples=150)
def test_both_readers_agree_on_what_a_slip_of_the_hand_makes_of_a_file(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(TEXTS))
    start = data.draw(st.integers(0, len(text) - 1))
    cut = data.draw(st.integers(0, 3))
    put = data.draw(st.text(st.sampled_from(" \n:-,'\"{}[]#&*!|>?%@`0aé"), max_size=3))
    mangled = text[:start] + put + text[start + cut :]
    read = [_read(mangled, fast=fast) for fast in (True, False)]
    if all(refused is None for _, refused in read):
        assert read[0] == read[1]
        assert list(_places(read[0][0])) == list(_places(read[1][0]))
    else:  # either may be more patient; neither fails in another way
        assert all(refused is None or refused.problem for _, refused in read)


TEXTS = [path.read_text(encoding="utf-8")[:4000] for path in SHIPPED]


def _read(text: str, *, fast: bool) -> tuple[Any, NotYaml | None]:
    try:
        return parse(text, fast=fast), None
    except NotYaml as error:
        return None, error


class _OldWords(yaml.SafeLoader):
    """PyYAML as it comes, but `yes` and its like stay text."""


_OldWords.yaml_implicit_resolvers = {
    first: [(tag, shape) for tag, shape in known if not tag.endswith(":bool")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _as_text(part: Any) -> Any:
    if isinstance(part, dict):
        return {str(key): _as_text(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_as_text(value) for value in part]
    return str(part).lower()


def _places(part: Any) -> Any:
    if isinstance(part, PlacedMap):
        yield part.place, part.keys_at
        for value in part.values():
            yield from _places(value)
    elif isinstance(part, PlacedList):
        yield part.place, part.entries_at
        for value in part:
            yield from _places(value)


@pytest.mark.parametrize("text", ["", "# said", "- a\n- b", "only words", "---\n"])
def test_a_file_is_a_mapping(text: str) -> None:
    with pytest.raises(ContentError, match="must be a mapping"):
        parse_yaml(Path("ussd_flows/main.yaml"), text)


def test_a_mistake_in_a_file_names_file_line_and_column(tmp_path: Path) -> None:
    folder = tmp_path / "ussd_flows"
    folder.mkdir()
    (folder / "main.yaml").write_text("review: draft\nnodes: {a: 1, a: 2}\n")
    with pytest.raises(ContentError) as raised:
        read_yaml(folder / "main.yaml")
    assert raised.value.place == "ussd_flows/main.yaml:2:15"
    (folder / "main.yaml").write_bytes(b"review: \xff\n")
    with pytest.raises(ContentError, match="not UTF-8"):
        read_yaml(folder / "main.yaml")


def test_a_bom_and_lines_of_windows_change_nothing() -> None:
    assert parse("\ufeffa: 1\r\nb: 2\r\n") == {"a": 1, "b": 2}


def test_without_libyaml_the_product_reads_all_the_same() -> None:
    """In a process of its own, in which PyYAML's C part cannot be imported."""
    program = (
        "import sys; sys.modules['yaml._yaml'] = None\n"
        "from mhealth.content import placed\n"
        "from mhealth.content.languages import load_languages\n"
        "from mhealth.content.library import open_library\n"
        "assert not placed.HAS_LIBYAML\n"
        "print(*load_languages(open_library()).by_code)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert told.stdout.split()[:2] == ["fr", "en"]
    assert placed.HAS_LIBYAML  # here, as wherever there is a wheel, it is there


NODE = "day:\n  kind: date\n  text: Jour ?\n  args: {area: A, zone: B}\n  next: z\n"
SLIPS: dict[str, tuple[str, str, int, str, str]] = {
    "a tab": ("  next", "\tnext", 5, "a tab", "never with a tab"),
    "too far out": ("  next", " next", 5, "does not go on", "indent as the lines above"),
    "too far in": ("  next", "    next", 5, "stands further in", "indent both alike"),
    "typographic quotes in a part": (
        "zone: B",
        "zone: “B, c”}",
        4,
        "the quote “",
        "straight quotes",
    ),
    "a colon": ("Jour ?", "Jour: lequel ?", 3, "a `:` where", "put a text that holds `: `"),
    "an open quote": ("Jour ?", '"Jour ?', 3, "a quote that opens here", "close it"),
    "an open quote before others": (
        "Jour ?\n  args: {area: A",
        '"Jour ?\n  args: {area: "A"',
        3,
        "a quote that opens here",
        "close it",
    ),
    "an apostrophe": ("Jour ?", "'L'eau ?'", 3, "the apostrophe ends", "double quotes"),
    "an open brace": ("zone: B}", "zone: B", 4, "`{` opens here", "close it with }"),
    "no comma": ("area: A, zone", "area: A zone", 4, "", "put a comma"),
    "no space behind a colon": ("next: z", "next:z", 5, "a key without `: `", "a space behind"),
    "a text that begins with a variable": ("Jour ?", "{x} jour ?", 3, "", "begins with `{`"),
    "a quoted word first": ("Jour ?", '"Jour" de quoi ?', 3, "", "the whole text in quotes"),
    "a sign": ("Jour ?", "*Jour ?", 3, "begin with `*`", "in quotes"),
    "a percent": ("Jour ?", "%Jour", 3, "begin with `%`", "in quotes"),
    "an exclamation": ("Jour ?", "!Jour", 3, "the tag `!Jour`", "begins with `!`"),
    "a key twice": (
        "  next",
        "  kind: end\n  next",
        5,
        "a second key `kind`",
        "the first is in line 2",
    ),
}
"""What was meant, what was typed, the line, and words of what is told."""


@READERS
@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_of_a_tired_hand_is_told_in_plain_words_where_it_begins(
    name: str, fast: bool
) -> None:
    meant, typed, line, problem, hint = SLIPS[name]
    assert NODE.count(meant) == 1
    with pytest.raises(NotYaml) as raised:
        parse(NODE.replace(meant, typed), fast=fast)
    assert raised.value.place[0] + 1 == line
    assert problem in raised.value.problem
    assert hint in raised.value.hint


@READERS
def test_a_part_of_a_list_without_its_dash(fast: bool) -> None:
    with pytest.raises(NotYaml) as raised:
        parse("any:\n  - {var: a, eq: 1}\n  {var: b, eq: 1}\n", fast=fast)
    assert (raised.value.place[0], raised.value.hint) == (2, "begin each part of a list with `- `")


def test_a_file_of_another_encoding_is_named_with_its_folder_and_line(tmp_path: Path) -> None:
    file = tmp_path / "ussd_flows" / "hours.yaml"
    file.parent.mkdir()
    file.write_bytes("a: 1\nb: Août\n".encode("latin-1"))
    with pytest.raises(ContentError, match=r"ussd_flows/hours\.yaml:2:1: not UTF-8.*save the file"):
        read_yaml(file)
