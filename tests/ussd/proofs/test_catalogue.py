"""Every rule that the code names stands in the catalogue, and every one there is used."""

import re
from pathlib import Path

from mhealth.ussd.faults import SYNTAX
from mhealth.ussd.proofs.catalogue import GROUPS, RULES

SOURCE = Path(__file__).parents[3] / "mhealth"
NAMED = re.compile(r'(?:rule=|\.note\(\s*|rule = |_fault\(error, |BadText\([^)]*?, \s*)"([a-z-]+)"')


def named() -> set[str]:
    rooms = [*(SOURCE / "ussd").rglob("*.py"), *(SOURCE / "services").glob("*.py")]
    texts = [path.read_text() for path in rooms if path.name != "catalogue.py"]
    return {SYNTAX, *(name for text in texts for name in NAMED.findall(text))}


def test_no_rule_is_named_that_the_catalogue_does_not_know() -> None:
    assert named() <= RULES.keys()


def test_no_rule_stands_there_that_nothing_finds() -> None:
    by_other_ways = {
        "unreviewed",
        "sms",
        "unshowable",
    }  # of drafts; beside another; by a letter's fault
    assert RULES.keys() - named() <= by_other_ways


def test_a_rule_says_in_sentences_what_is_wrong_and_how_to_mend_it() -> None:
    assert sum(map(len, GROUPS.values())) == len(RULES)
    for rule in RULES.values():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
        assert rule.says.endswith(".")
        assert rule.mend.endswith((".", ".md"))
