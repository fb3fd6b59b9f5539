"""The documents say what the code does: every setting, command and link."""

import re
from pathlib import Path

from mhealth.cli.main import COMMANDS
from mhealth.settings import describe_settings

ROOT = Path(__file__).parents[1]
DOCS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "ussd_flows").rglob("*.md")]


def settings_page() -> str:
    """docs/settings.md as the code would write it."""
    rows = "".join(f"| `{n}` | {d} | {h} |\n" for n, d, h in describe_settings())
    return (
        "# Settings\n\nRead once from the environment when a process starts; a missing or wrong one"
        " stops the start and is named.\n`mhealth doctor --settings` prints the same list."
        f"\n\n| setting | default | what it does |\n| --- | --- | --- |\n{rows}"
    )


def test_every_setting_is_documented_as_it_is() -> None:
    assert (ROOT / "docs" / "settings.md").read_text() == settings_page()


def test_every_link_between_documents_leads_somewhere() -> None:
    for document in DOCS:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text()):
            if not target.startswith("http"):
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_command_that_a_document_names_exists() -> None:
    for document in DOCS:
        for name in re.findall(r"(?<![\w/.-])mhealth ([a-z][a-z-]+)", document.read_text()):
            assert name in COMMANDS, f"{document.name}: mhealth {name}"


def test_the_project_speaks_of_itself_alone() -> None:
    tracked = [
        p
        for folder in ("mhealth", "ussd_flows", "sms_templates", "docs", "tests", "bin")
        for p in (ROOT / folder).rglob("*")
        if p.suffix in (".py", ".md", ".yaml", ".txt")
    ]
    forbidden = ("/wo" + "rk/", "sha" + "red/facts", "/.lib" + "rary")
    for path in tracked:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not any(word in text for word in forbidden), path
