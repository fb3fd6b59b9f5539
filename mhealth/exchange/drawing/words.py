"""The picture's own words: kinds of node, deeds, variables, values; one file a language beside this one."""

from collections.abc import Mapping
from dataclasses import dataclass

Table = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """The tables of one language. What a table lacks is said by its own name."""

    say: Table
    kinds: Table
    deeds: Table
    variables: Table
    values: Table

    def variable(self, name: str) -> str:
        """A variable in words: `age_days` is the age."""
        return self.variables.get(name) or name.replace("_", " ")

    def deed(self, name: str) -> str:
        """What the platform does, as a sentence."""
        return self.deeds.get(name) or name.replace("_", " ")

    def kind(self, name: str) -> str:
        """A kind of node."""
        return self.kinds.get(name) or name
