"""`mhealth replay`: what differs by file, line and screen; recording anew; a country's own flows."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mhealth.cli.replay import replay_command
from mhealth.content.library import shipped_root
from mhealth.domain.errors import ContentError

FLOWS = shipped_root() / "ussd_flows"
HOW_TO = (shipped_root() / "docs" / "how-to" / "add-a-flow.md").read_text(encoding="utf-8")
SUNDAY = """# A caller asks for nothing and goes.
language = en
---
> 1
> 0
"""


@pytest.fixture
def country(tmp_path: Path) -> Path:
    """A country's folder, with one dialogue that is new."""
    folder = tmp_path / "country"
    (folder / "ussd_flows" / "lang" / "en").mkdir(parents=True)
    (folder / "tests" / "dialogues").mkdir(parents=True)
    return folder


def replay(*words: str | Path, country: Path | None = None) -> Result:
    environ = {"MHEALTH_COUNTRY_DIR": str(country)} if country else {}
    return CliRunner().invoke(replay_command, [str(word) for word in words], env=environ)


def a_file(folder: Path, text: str, name: str = "dialogue.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_dialogues_are_the_same_and_show_every_screen() -> None:
    result = replay()
    assert result.exit_code == 0, result.output
    assert re.fullmatch(r"Dialogues: \d+ the same, 0 different\.\n", result.output)


def test_a_new_dialogue_needs_its_head_and_what_is_typed(tmp_path: Path) -> None:
    path = a_file(tmp_path, SUNDAY)
    first = replay(path)
    assert first.exit_code == 1
    assert "dialogue.txt:4: not written down yet, on show is main.patient" in first.output
    assert replay("--write", path).exit_code == 0
    written = path.read_text(encoding="utf-8")
    assert written.startswith(SUNDAY.partition("---")[0])
    assert "---\nCON Health. What do you need?\n1 Report an illness\n" in written
    assert "\n> 1\nCON Who is ill?" in written
    assert replay(path).exit_code == 0


def test_what_differs_is_told_by_file_line_and_screen_as_a_diff(tmp_path: Path) -> None:
    path = a_file(tmp_path, SUNDAY)
    replay("--write", path)
    path.write_text(path.read_text().replace("CON Who is ill?", "CON Who is sick?"))
    result = replay(path)
    assert result.exit_code == 1
    assert "dialogue.txt:10: differs, on show is report.whom" in result.output
    assert "\n-CON Who is sick?\n+CON Who is ill?\n" in result.output
    assert "\n@@ -8,5 +8,5 @@\n" in result.output
    assert "0 the same, 1 different" in result.output
    assert "sick" in path.read_text(), "nothing is written without being asked"
    assert "-CON" not in replay("--no-diff", path).output
    written = replay("--write", "--diff", path)
    assert (written.exit_code, "-CON Who is sick?" in written.output) == (0, True)
    assert "sick" not in path.read_text()


def test_a_countrys_flows_and_dialogues_are_the_ones_replayed(country: Path) -> None:
    text = (FLOWS / "lang" / "en" / "main.yaml").read_text(encoding="utf-8")
    changed = text.replace("Report an illness", "Somebody is ill")
    (country / "ussd_flows" / "lang" / "en" / "main.yaml").write_text(changed, encoding="utf-8")
    a_file(country / "tests" / "dialogues", SUNDAY, "ours_en.txt")
    result = replay(country=country)
    assert "ours_en.txt:4: not written down yet" in result.output
    assert "my_referral_en.txt" in result.output
    assert "-1 Report an illness\n+1 Somebody is ill\n" in result.output
    assert result.exit_code == 1
    own = country / "tests" / "dialogues"
    assert replay("--write", own, country=country).exit_code == 0
    assert "1 Somebody is ill" in (own / "ours_en.txt").read_text()


def test_screens_in_no_dialogue_are_named_by_flow(tmp_path: Path) -> None:
    a_file(tmp_path, SUNDAY)
    replay("--write", tmp_path)
    result = replay(tmp_path)
    assert result.exit_code == 0
    assert re.search(r"^In no dialogue, of referrals: .*referrals\.list", result.output, re.M)
    assert not re.search(r"^In no dialogue, of report: .*report\.whom", result.output, re.M)
    assert "In no dialogue" not in replay(tmp_path / "dialogue.txt").output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("language = en\n> 1\n", ":3:1: error: no line of three dashes"),
        ("language = en\nlanguge = en\n---\n", ":2:1: error: no fact 'languge'"),
        ("# x\nplatform = moon\n---\n> 1\n", ":2:1: error: no platform 'moon' (there are alone"),
        ("flow = moon\n---\n> 1\n", ":1:1: error: no flow 'moon' (there are"),
        ("limit = 140\n---\n> 1\n", ":1:1: error: no carrier's limit 140"),
        ("languages = fr, xx\n---\n> 1\n", ":1:1: error: no language 'xx'; declared: fr, en"),
        ("is_worker = perhaps\n---\n> 1\n", ":1:1: error: is_worker is true or false"),
        ("language fr\n---\n> 1\n", ":1:1: error: not `name = value`: language fr"),
        ("language = fr\nlanguage = en\n---\n", ":2:1: error: language stands here twice"),
        ("language = fr\n---\n> 1\n1\n", ":4:1: error: not a line of a dialogue: 1"),
        ("language = fr\n---\n! fly {}\n", ":3:1: error: no deed 'fly'"),
        ("---\n! my_villages {\n", ":2:1: error: what my_villages gave is no JSON"),
        ('---\n! my_villages {"x": 1}\n', ":2:1: error: my_villages gives no 'x'"),
        ("---\n> 9\n> 9\n> 9\n> 1\n", ":5:1: error: the call is over, and more is typed"),
    ],
)
def test_what_nobody_can_follow_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    bad = a_file(tmp_path, text, "bad.txt")
    good = a_file(tmp_path, SUNDAY, "good.txt")
    result = replay("--write", bad, good)
    assert f"bad.txt{told}" in result.output
    assert result.exit_code == 1
    assert "1 written, 1 not to be followed" in result.output
    assert bad.read_text() == text


def test_a_folder_without_a_dialogue_and_a_file_that_is_none_are_told(tmp_path: Path) -> None:
    assert "no dialogue (*.txt)" in replay(tmp_path).output
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe")
    assert "bad.txt:1:1: error: not UTF-8" in replay(tmp_path / "bad.txt").output


def test_a_dialogue_may_name_the_languages_that_are_spoken(tmp_path: Path) -> None:
    path = a_file(tmp_path, "languages = fr, ar\nlanguage = none\n---\n> 2\n> 2\n")
    assert replay("--write", path).exit_code == 0
    assert "\n1 Francais\n" in path.read_text() or "\n1 Français\n" in path.read_text()
    assert "English" not in path.read_text()
    assert "إحالاتك" in path.read_text()


def test_a_recording_needs_no_platform_and_says_what_it_lacks(tmp_path: Path) -> None:
    text = """platform = recorded
language = en
consent = given
village = none
---
> 2
! my_referrals {"options": [{"key": "1", "label": "111 1111 waits"}], "count": 1}
> 1
"""
    path = a_file(tmp_path, text)
    result = replay("--write", path)
    told = "the flow asks for show_referral, and the recording holds no result of it"
    assert f"dialogue.txt:8:1: error: {told}" in result.output
    given = '! show_referral {"code": "111 1111", "facility": "CS Xu", "status_text": "waits"}\n'
    path.write_text(text + given)
    assert replay("--write", path).exit_code == 0
    assert "1 111 1111 waits\n" in path.read_text()
    assert "CS Xu" in path.read_text()
    assert path.read_text().count(given) == 1


def test_what_a_dialogue_gives_goes_before_the_platform(tmp_path: Path) -> None:
    rows = '{"options": [{"key": "7", "label": "999 9999 lost"}], "count": 1}'
    path = a_file(tmp_path, f"language = en\n---\n> 2\n! my_referrals {rows}\n> 0\n> 2\n")
    assert replay("--write", path).exit_code == 0
    assert path.read_text().count("1 999 9999 lost") == 1
    assert path.read_text().count("1 482 1935 accepted") == 1


def test_a_dropped_call_that_goes_on_is_a_dialogue(tmp_path: Path) -> None:
    path = a_file(tmp_path, "language = en\n---\n> 1\n> 2\n~\n> 1\n~\n> 2\n")
    assert replay("--write", path).exit_code == 0
    text = path.read_text()
    assert "\n~\nCON Your last call was cut off. Continue?\n" in text
    assert text.count("How old?") == 2
    assert text.split("\n> 2\n")[-1].startswith("CON Health. What do you need?\n")


def test_the_guides_dialogues_are_written_and_replayed_on_its_flow(country: Path) -> None:
    flow, _, english = re.findall(r"```yaml\n(.*?)```", HOW_TO, re.DOTALL)[:3]
    flows = country / "ussd_flows"
    dedent = lambda text: re.sub("^   ", "", text, flags=re.M)  # noqa: E731
    (flows / "hours.yaml").write_text(dedent(flow), encoding="utf-8")
    (flows / "lang" / "en" / "hours.yaml").write_text(dedent(english), encoding="utf-8")
    found = re.findall(r"```\n(   # A caller asks.*?)```", HOW_TO, re.DOTALL)
    assert len(found) == 2
    for number, text in enumerate(found):
        head, dashes, typed = dedent(text).strip(" ").partition("---\n")
        typed = typed.replace("> 5\n", "")  # the menu of `main` leads there
        a_file(
            country / "tests" / "dialogues", f"flow = hours\n{head}{dashes}{typed}", f"{number}.txt"
        )
    own = country / "tests" / "dialogues"
    result = replay("--write", own, country=country)
    assert result.exit_code == 0, result.output
    assert "END Ferm" in (own / "0.txt").read_text()
    assert "CON Monday to Saturday" in (own / "1.txt").read_text()
    again = replay(own, country=country)
    assert again.exit_code == 0
    assert "of hours" not in again.output


def test_another_platform_is_one_file(country: Path) -> None:
    (country / "ussd_flows" / "rehearsal").mkdir()
    guide = (shipped_root() / "docs/how-to/rehearse-flows.md").read_text(encoding="utf-8")
    (coast,) = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    (country / "ussd_flows" / "rehearsal" / "coast.yaml").write_text(coast, encoding="utf-8")
    path = a_file(country, "platform = coast\nlanguage = en\n---\n> 2\n> 1\n")
    assert replay("--write", path, country=country).exit_code == 0
    assert "CS Grand-Popo: accepted. Appointment Tuesday 24/11" in path.read_text()
    assert "no platform 'coast'" in replay(path).output


def test_flows_that_cannot_be_read_end_the_command_in_one_line(country: Path) -> None:
    (country / "ussd_flows" / "main.yaml").write_text("start: nowhere\n")
    result = replay(country=country)
    assert result.exit_code == 1
    assert isinstance(result.exception, ContentError)  # which the command `mhealth` says in a line
    assert result.output == ""
