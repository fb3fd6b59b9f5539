"""The longest real names that screens show, when the directory could be asked; else what is declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Named:
    """One entry of the directory: its name, and in words what and where it is."""

    name: str
    what: str  # "village Agbodji of Kpéla"


@dataclass(frozen=True, slots=True)
class Names:
    """By variable (`village_name`, `facility` …), the longest first; empty when nobody was asked."""

    by_variable: Mapping[str, Sequence[Named]] = field(default_factory=dict)
    by_list: Mapping[str, Sequence[Named]] = field(default_factory=dict)
    """By the deed that gives the list: `list_villages`, `list_health_areas`."""

    @property
    def are_known(self) -> bool:
        """True when the directory was asked."""
        return bool(self.by_variable or self.by_list)


NO_NAMES = Names()
