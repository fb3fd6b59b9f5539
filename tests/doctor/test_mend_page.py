"""docs/how-to/mend.md says what the doctor says, word for word, and its parts are the doctor's."""

from pathlib import Path

from mhealth.domain.finding import Level
from mhealth.services.diagnosis import PARTS
from mhealth.services.diagnosis.catalogue import CATALOGUE

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "mend.md"
HEAD = """# Mend what the doctor found

`mhealth doctor` looks at every part by itself, whatever became of the others, and says a mend for each
thing that is not well. It needs neither right settings nor a database that answers. Exit code 1: something
is broken; `--json` for machines; `mhealth doctor redis queues` looks at these parts alone.

`ok` well · `warn` works, and should not stay so · `BAD` broken · `?` cannot be judged while another part is
away. In `demo` weak secrets and a carrier out of reach are only a warning.

The codes below are those of `--json`. Mend from the top: what stands first is often the cause of the rest.

"""


def page() -> str:
    """The page as the code would write it."""
    rows = [HEAD]
    for part in [*PARTS, "doctor"]:
        kinds = {c: k for c, k in CATALOGUE.items() if c.partition(".")[0] == part}
        rows.append(f"## {part}\n\n| code | | what it means | mend |\n| --- | --- | --- | --- |\n")
        marks = {Level.BROKEN: "BAD", Level.DEGRADED: "warn", Level.UNKNOWN: "?"}
        rows += [f"| `{c}` | {marks[k.level]} | {k.means} | {k.mend} |\n" for c, k in kinds.items()]
        rows.append("\n")
    return "".join(rows).rstrip("\n") + "\n"


def test_the_page_is_what_the_doctor_says() -> None:
    assert PAGE.read_text() == page()


def test_every_part_can_find_something_and_every_code_belongs_to_a_part() -> None:
    parts = {code.partition(".")[0] for code in CATALOGUE}
    assert parts == {*PARTS, "doctor"}


def test_every_finding_has_a_test_that_plants_it() -> None:
    tests = [path for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__)]
    planted = "".join(path.read_text() for path in tests)
    untested = [code for code in CATALOGUE if f'"{code}"' not in planted]
    assert untested == ["doctor.failed"]  # `test_a_check_that_fails_itself_hides_nobody_else`
