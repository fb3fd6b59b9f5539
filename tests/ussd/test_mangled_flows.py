"""Whatever somebody does to a flow file, the checker names faults and never breaks itself."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mhealth.content.library import shipped_root
from mhealth.domain.errors import ContentError
from mhealth.ussd.book import build_book
from mhealth.ussd.checks import check_flows
from mhealth.ussd.compiling import compile_flows
from mhealth.ussd.proofs.catalogue import RULES
from mhealth.ussd.source import Sources
from tests.ussd.walking import SIGNS, library_of, shipped_languages

FOLDER = shipped_root() / "ussd_flows"
FLOWS = {
    name: (FOLDER / f"{name}.yaml").read_text()
    for name in ("main", "report", "referrals", "details")
}
ENGLISH = {
    f"lang_en_{name}": (FOLDER / "lang" / "en" / f"{name}.yaml").read_text() for name in FLOWS
}
SCRAPS = ["5", "-1", "true", "[]", "{}", "[a, b]", "{a: b}", "~", '"{x}"', '"{subject}"', "''", "home",
          "return", "99999", "1.5", "é" * 200, "2026-11-24", "*nowhere"]  # fmt: skip


@st.composite
def mangled(draw: st.DrawFn, text: str) -> str:
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "value", "key", "indent"])):
            case "drop":
                lines[at] = ""
            case "double":
                lines.insert(at, lines[at])
            case "value":
                lines[at] = re.sub(r": .*$", f": {draw(st.sampled_from(SCRAPS))}", lines[at])
            case "key":
                lines[at] = re.sub(r"\w+:", f"{draw(st.sampled_from(SCRAPS))}:", lines[at], count=1)
            case "indent":
                lines[at] = f"  {lines[at]}"
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", [*FLOWS, *ENGLISH])
@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_a_mangled_file_gives_faults_or_a_book(
    name: str, data: st.DataObject, tmp_path: Path
) -> None:
    files = {**FLOWS, **ENGLISH}
    files[name] = data.draw(mangled(files[name]))
    library = library_of(tmp_path, **files)
    proven = check_flows(library, shipped_languages(), SIGNS)
    signs = Sources(SIGNS, shipped_languages())
    errors = compile_flows(library, shipped_languages(), signs).faults.errors
    assert {(fault.place, fault.problem) for fault in errors} <= {
        (f.place, f.problem) for f in proven
    }
    assert {fault.rule for fault in proven} <= RULES.keys()
    if errors:  # the proofs may find more, which a start does not look for
        with pytest.raises(ContentError) as refused:
            build_book(library, shipped_languages(), SIGNS)
        assert refused.value.place == errors[0].place
    else:
        assert build_book(library, shipped_languages(), SIGNS).current
