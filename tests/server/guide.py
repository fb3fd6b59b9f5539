"""The guide to a server, read as a list of steps: its shell blocks that bear a name."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "how-to" / "run-in-production.md"

_STEP = re.compile(
    r"<!-- step: (?P<name>[\w-]+) -->\n```sh\n(?P<shell>.*?)^```$", re.DOTALL | re.MULTILINE
)


def read_steps(guide: Path = GUIDE) -> dict[str, str]:
    """Name -> shell text of each named block, in the order of the guide."""
    found = _STEP.findall(guide.read_text(encoding="utf-8"))
    steps = dict(found)
    assert len(steps) == len(found), "two steps of one name"
    return steps
