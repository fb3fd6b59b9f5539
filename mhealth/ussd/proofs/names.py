"""The longest real names that screens show, when the directory could be asked; else what is declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Named:
    """One entry of the directory, or words that stand for one: its name, and what and where it is."""

    name: str
    what: str  # "village Agbodji of Kpéla"
    code: str = ""  # the one language that says so; empty: all do


@dataclass(frozen=True, slots=True)
class Names:
    """By variable (`village_name`, `facility` …), the longest first; empty when nobody was asked."""

    by_variable: Mapping[str, Sequence[Named]] = field(default_factory=dict)
    by_list: Mapping[str, Sequence[Named]] = field(default_factory=dict)
    """By the deed that gives the list: `list_villages`, `list_health_areas`."""

    def of(self, variable: str, code: str) -> str:
        """The longest that a language says; empty when nobody knows."""
        known = self.by_variable.get(variable, ())
        return next((each.name for each in known if each.code in ("", code)), "")

    @property
    def are_known(self) -> bool:
        """True when the directory was asked."""
        return bool(self.by_variable or self.by_list)


NO_NAMES = Names()
