"""Finds slips of the hand that are right YAML and say something else than meant: `Jour #1`, “quoted”."""

import re

from mhealth.ussd.proofs.proving import Proving

_CUT = re.compile(r"\s*(?:- )?[\w-]+:\s+(?P<said>[^\s\"'|>{\[&*!#][^#]*?)\s+#(?P<rest>[^\s#].*)")
"""A text without quotes, and behind it a `#` that stands at a word, as no remark does."""
_CURLY = re.compile(r"\s*(?:- )?[\w-]+:\s+(?P<said>[“„«].*[”“»])\s*(?:#.*)?")


def prove_slips(proving: Proving) -> None:
    """Note texts that end before a `#`, and those that show the quotes around them."""
    for flow in proving.compiled.flows.values():
        for file in flow.files:
            for number, line in enumerate(file.text.splitlines(), 1):
                _note(proving, f"{file.name}:{number}", line)


def _note(proving: Proving, where: str, line: str) -> None:
    cut, curly = _CUT.fullmatch(line), _CURLY.fullmatch(line)
    if cut is not None:
        proving.note("text-cut", f"{where}:{cut.start('rest')}",
                     f"this text ends at {cut['said'][-20:]!r}: ` #` hides the rest")  # fmt: skip
    elif curly is not None:
        proving.note("curly-quotes", f"{where}:{curly.start('said') + 1}",
                     "these quotes are shown on the phone")  # fmt: skip
