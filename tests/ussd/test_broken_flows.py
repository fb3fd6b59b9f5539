"""One file a mistake: each is found, at the line that `# <-` marks; its sound twin is not accused.

A mark may begin with the `[rule]`. What compiling finds refuses the whole book, too.
"""

import re
from pathlib import Path

import pytest

from mhealth.content.library import Library, open_library
from mhealth.domain.errors import ContentError
from mhealth.ussd.book import build_book
from mhealth.ussd.checks import Fault, Severity, check_flows
from mhealth.ussd.compiling import compile_flows
from mhealth.ussd.proofs.catalogue import GROUPS, RULES
from mhealth.ussd.source import Sources
from tests.ussd.walking import SIGNS, but_for_others, library_of, shipped_languages, sign

BROKEN = sorted((Path(__file__).parent / "broken_flows").glob("*.yaml"))
SOUND = sorted((Path(__file__).parent / "sound_flows").glob("*.yaml"))
MARK = re.compile(r"\s*# <- (?:\[([a-z-]+)\] ?)?(.*)")
ELSEWHERE = {
    "option-on-one-page", "name-cut", "name-unshowable",  # no file alone can break them: test_proofs.py
    "no-label", "missing-phrase", "never-called",  # below
    "many-pages", "unreviewed",
}  # fmt: skip
"""Rules that no broken flow breaks."""
FINE = "review: draft\nstart: a\nnodes: {a: {kind: end, text: Bye}}\n"


def spread(text: str) -> dict[str, str]:
    """The files that one broken flow consists of: main.yaml, then each `#== path`."""
    parts = re.split(r"^#== (.*)\n", "#== main.yaml\n" + text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def write(folder: Path, text: str) -> Library:
    library = library_of(folder)
    for path, content in spread(text).items():
        place = folder / "ussd_flows" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content)
    return library


def marked(text: str) -> tuple[str, str | None, str]:
    """`file:line:`, the rule when it is named, and what is to be said there."""
    for path, content in spread(text).items():
        for number, line in enumerate(content.splitlines(), 1):
            found = MARK.search(line)
            if found:
                return f"ussd_flows/{path}:{number}:", found.group(1), found.group(2)
    raise AssertionError("no mark")


def mistakes(library: Library) -> list[Fault]:
    """All faults but what nobody translated: these flows are short."""
    faults = check_flows(library, shipped_languages(), SIGNS)
    return [fault for fault in faults if fault.rule not in ("untranslated", "never-called")]


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_mistake_is_named_with_its_place(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    place, rule, problem = marked(text)
    library = write(tmp_path, text)
    faults = mistakes(library)
    here = [f for f in faults if f.place.startswith(place) and problem in f.problem]
    assert here, faults
    assert rule in (None, here[0].rule)
    assert here[0].hint or rule is None
    compiled = compile_flows(library, shipped_languages(), Sources(SIGNS, shipped_languages()))
    if compiled.faults.errors:
        with pytest.raises(ContentError):
            build_book(library, shipped_languages(), SIGNS)
    else:
        assert not RULES[here[0].rule].at_start


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_mistake_drags_no_other_along(path: Path, tmp_path: Path) -> None:
    library = write(tmp_path, path.read_text(encoding="utf-8"))
    faults = mistakes(library)
    lines = {fault.place.rpartition(":")[0] for fault in faults}
    allowed = {"loop_without_a_wait": 2, "no_way_out": 2, "flows_call_each_other_in_a_circle": 2,
               "silent_loop_through_a_called_flow": 3, "silent_loop_where_nothing_is_left_to_pick": 2,
               "translation_lacks_a_variable": 2}  # fmt: skip
    assert len(lines) <= allowed.get(path.stem, 1), faults


@pytest.mark.parametrize("path", SOUND, ids=lambda path: path.stem)
def test_a_sound_flow_is_not_accused(path: Path, tmp_path: Path) -> None:
    library = write(tmp_path, path.read_text(encoding="utf-8"))
    assert mistakes(library) == []
    assert build_book(library, shipped_languages(), SIGNS).current


def test_every_rule_of_flows_has_a_mistake_that_breaks_it(tmp_path: Path) -> None:
    found = set()
    for path in BROKEN:
        library = write(tmp_path / path.stem, path.read_text(encoding="utf-8"))
        found |= {fault.rule for fault in check_flows(library, shipped_languages(), SIGNS)}
    groups = [rule for name, group in GROUPS.items() if "beside" not in name for rule in group]
    assert {rule.id for rule in groups} - found <= ELSEWHERE
    assert found <= RULES.keys()


def test_the_file_that_cannot_be_read_is_what_a_start_names(tmp_path: Path) -> None:
    main = FINE.replace("{kind: end, text: Bye}", "{kind: call, flow: report, next: a}")
    library = write(tmp_path, f"{main}#== report.yaml\nreview: draft\n  start: [1\n")
    translation = tmp_path / "ussd_flows/lang/en/report.yaml"
    translation.parent.mkdir(parents=True, exist_ok=True)
    translation.write_text("review: draft\n")

    with pytest.raises(ContentError, match=r"^ussd_flows/report\.yaml:2:"):
        build_book(library, shipped_languages(), SIGNS)


def test_all_mistakes_of_a_flow_are_named_at_once(tmp_path: Path) -> None:
    text = """review: draft
start: a
nodes:
  a:
    kind: menu
    text: Hello {nobody}
    options:
      one: {key: 1, text: One, next: nowhere}
      two: {key: 1, text: Two, next: b}
  b: {kind: message, text: Hello}
  c: {kind: end, text: Bye}
"""
    library = write(tmp_path, text)
    said = [fault.problem for fault in check_flows(library, shipped_languages(), SIGNS)]
    assert [problem for problem in said if "translated" not in problem] == [
        "unknown variable {nobody}",
        "there is no node `nowhere`",
        "key 1 is taken by option `one`",
        "node `b` has no `next`",
        "nothing leads to `c`",
    ]


def test_a_hint_names_the_nearest_word(tmp_path: Path) -> None:
    library = write(tmp_path, FINE.replace("kind: end", "kind: edn"))
    (fault, *_) = [
        f for f in check_flows(library, shipped_languages(), SIGNS) if f.severity is Severity.ERROR
    ]
    assert fault.hint == "did you mean `end`?"
    assert str(fault.as_error()) == (
        "ussd_flows/main.yaml:3:13: unknown kind of node `edn` (did you mean `end`?)"
    )


def test_the_shipped_flows_have_no_fault() -> None:
    assert but_for_others(check_flows(open_library(), shipped_languages(), SIGNS)) == []


def test_a_flow_that_nothing_calls_is_a_warning(tmp_path: Path) -> None:
    library = library_of(tmp_path, main=FINE, lost=FINE)
    warnings = [
        f.problem
        for f in check_flows(library, shipped_languages(), {})
        if f.place.startswith("ussd_flows/lost")
    ]
    assert "no call comes to `lost`" in warnings
    assert set(build_book(library, shipped_languages(), {}).current) == {"main", "lost"}


@pytest.mark.parametrize(
    ("label", "problem"),
    [("ዓይን", "label of `eye` of `child` in fr: 'ዓይን'"), ("", "label of `eye` of `child` in fr: ''"),
     ("L'œil " * 40, "this screen can take 313 of 160 characters in fr")],
)  # fmt: skip
def test_a_sign_that_no_screen_can_show_is_a_fault(
    label: str, problem: str, tmp_path: Path
) -> None:
    flow = """review: draft
start: protocol
nodes:
  protocol: {kind: deed, deed: choose_protocol, args: {subject: child, age_days: 90}, next: signs}
  signs: {kind: signs, text: Signs, source: protocol, into: signs, stopped: danger, next: z}
  z: {kind: end, text: Bye}
"""
    sources = {"child": [[sign("eye", label, "Eye")]]}
    faults = check_flows(library_of(tmp_path, main=flow), shipped_languages(), sources)
    assert problem in [fault.problem for fault in faults]


def test_a_missing_phrase_is_a_fault(tmp_path: Path) -> None:
    library = library_of(tmp_path, main=FINE)
    screens = tmp_path / "ussd_flows" / "screens.yaml"
    screens.write_text(screens.read_text().replace("  give_up:", "  give_in:"))
    said = [fault.problem for fault in check_flows(library, shipped_languages(), {})]
    assert {"unknown phrase `give_in`", "phrase `give_up` is missing"} <= set(said)


def test_files_that_nobody_signed_as_they_stand_are_named(tmp_path: Path) -> None:
    draft = build_book(library_of(tmp_path, main=FINE, other=FINE), shipped_languages(), {})
    version = next(f.version for f in draft.contents if f.path == "ussd_flows/main.yaml")
    signature = f"{{by: A. Midwife, on: 2026-11-24, version: '{version}'}}"
    signed = FINE.replace("draft", signature)
    changed = signed.replace("Bye", "Good-bye")
    book = build_book(library_of(tmp_path, main=signed, other=changed), shipped_languages(), {})
    assert [f.path for f in book.contents if f.is_signed] == ["ussd_flows/main.yaml"]
    assert {f.path for f in book.contents if not f.is_signed} >= {
        "ussd_flows/lang/en/screens.yaml", "ussd_flows/other.yaml", "ussd_flows/screens.yaml"
    }  # fmt: skip
