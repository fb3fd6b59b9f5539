"""systemd's unit files as far as starting a process by them needs: sections, drop-ins, `%i`."""

import shlex
from dataclasses import dataclass
from pathlib import Path

Sections = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit with its drop-ins; a key may be given several times."""

    name: str
    sections: Sections

    def all(self, section: str, key: str) -> list[str]:
        """Every value of a key, in order; an empty value forgets those before it."""
        values: list[str] = []
        for name, value in self.sections.get(section, []):
            if name == key:
                values = [*values, value] if value else []
        return values

    def get(self, key: str, default: str = "", section: str = "Service") -> str:
        """The last value of a key."""
        return (self.all(section, key) or [default])[-1]

    def commands(self, key: str) -> list[list[str]]:
        """The command lines of `ExecStart=` and its like, as words."""
        return [shlex.split(line) for line in self.all("Service", key)]

    def others(self, key: str) -> list[str]:
        """The units that `Wants=`, `Requires=` or `After=` name."""
        return [name for line in self.all("Unit", key) for name in line.split()]


def read_unit(folder: Path, name: str) -> Unit:
    """The unit of a folder; `worker@mail.service` is read from `worker@.service`."""
    stem, _, kind = name.rpartition(".")
    template, _, instance = stem.partition("@")
    file = folder / name if (folder / name).exists() else folder / f"{template}@.{kind}"
    sections = parse(file.read_text(encoding="utf-8"))
    prefix = folder / f"{stem.partition('-')[0]}-.{kind}.d"
    for drop_in in sorted(prefix.glob("*.conf")):
        for section, rows in parse(drop_in.read_text(encoding="utf-8")).items():
            sections.setdefault(section, []).extend(rows)
    filled = {
        section: [(key, value.replace("%i", instance)) for key, value in rows]
        for section, rows in sections.items()
    }
    return Unit(name, filled)


def parse(text: str) -> Sections:
    """Sections of `Key=value` lines; a line that is neither, nor a comment, is an error."""
    sections: Sections = {}
    rows: list[tuple[str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith(("#", ";")):
            continue
        if line.startswith("[") and line.endswith("]"):
            rows = sections.setdefault(line[1:-1], [])
            continue
        key, equals, value = line.partition("=")
        assert equals, f"line {number} is no Key=value: {line}"
        rows.append((key.strip(), value.strip()))
    return sections
