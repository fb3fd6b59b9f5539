"""The rules of `mhealth check`, for the terminal and for docs/check-rules.md."""

from collections.abc import Iterator
from difflib import get_close_matches

import click

from mhealth.ussd.proofs.catalogue import GROUPS, RULES, Rule


def list_rules() -> str:
    """All rules by group, one a line."""
    widest = max(map(len, RULES))
    return "\n".join(_listed(widest))


def _listed(widest: int) -> Iterator[str]:
    for group, rules in GROUPS.items():
        yield group
        for rule in rules:
            yield f"  {rule.id:<{widest}}  {rule.severity:<7}  {rule.says}"


def explained(name: str) -> str:
    """One rule: what is wrong, how to mend it. Raises UsageError for one that does not exist."""
    rule = RULES.get(name)
    if rule is None:
        near = get_close_matches(name, RULES, n=1)
        hint = f"did you mean `{near[0]}`?" if near else "`mhealth check --rules` lists them"
        raise click.UsageError(f"there is no rule `{name}`: {hint}")
    return f"{rule.id} ({rule.severity})\n{rule.says}\nMend it: {rule.mend}\n{_when(rule)}"


def _when(rule: Rule) -> str:
    if rule.at_start:
        return "Found at each start of the product too; an error stops it."
    return "Found by `mhealth check` alone; a start does not look for it."


def rules_page() -> str:
    """docs/check-rules.md."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# The rules of `mhealth check`"
    yield ""
    yield "Written by `python -m mhealth.cli.check_rules > docs/check-rules.md`; a test keeps it in step."
    yield "`mhealth check --explain RULE` says the same in a terminal. An error with a star is found at"
    yield "each start too, and stops it. How each is proven: [decision 25](decisions/0025-the-prover.md)."
    yield ""
    yield "In a pipeline, `mhealth check --sarif > check.sarif` writes what code hosts show beside the lines;"
    yield "`--json` is for programs. The exit code is 0 when all is sound, 1 for an error (with `--strict`"
    yield "for a warning too), 2 when nothing could be proven. Many faults alike in one file are counted;"
    yield "`--all` says each."
    for group, rules in GROUPS.items():
        yield ""
        yield f"## {group}"
        yield ""
        yield "| rule | | what is wrong | how to mend it |"
        yield "| --- | --- | --- | --- |"
        for rule in rules:
            star = "*" if rule.at_start and rule.severity == "error" else ""
            yield f"| `{rule.id}` | {rule.severity}{star} | {rule.says} | {rule.mend} |"


if __name__ == "__main__":
    click.echo(rules_page(), nl=False)
