"""Where content files lie: a country's overlay first, then the checkout, then the wheel's copy."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mhealth.content.yaml_file import YamlFile, parse_yaml, read_yaml

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Library:
    """The folders that hold `ussd_flows/`, `sms_templates/` and `migrations/`, most important first.

    A file of an earlier folder replaces the file of the same path in a later one.
    """

    roots: tuple[Path, ...]

    def find(self, relative: str) -> Path:
        """The file or folder that counts. Raises FileNotFoundError naming the path looked for."""
        for root in self.roots:
            if (root / relative).exists():
                return root / relative
        raise FileNotFoundError(relative)

    def read(self, relative: str) -> YamlFile:
        """The YAML file that counts. Raises FileNotFoundError, ContentError."""
        return read_yaml(self.find(relative))

    def files(self, folder: str, pattern: str) -> dict[str, Path]:
        """Path relative to `folder` -> file, sorted, each path once, overlays first."""
        found: dict[str, Path] = {}
        for root in self.roots:
            for path in (root / folder).glob(pattern):
                if path.is_file():
                    found.setdefault(path.relative_to(root / folder).as_posix(), path)
        return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class NotingLibrary(Library):
    """A library that notes the text of each file that is read: all that its reader made of it."""

    texts: dict[str, str]

    def read(self, relative: str) -> YamlFile:
        """As `Library.read`."""
        file = Library.read(self, relative)
        self.texts[relative] = file.text
        return file


@dataclass(frozen=True, slots=True)
class KeptLibrary(Library):
    """YAML files of before, by their path from the content root: nothing lies on the disk."""

    texts: Mapping[str, str]

    def find(self, relative: str) -> Path:
        """The path alone. Raises FileNotFoundError."""
        if relative not in self.texts:
            raise FileNotFoundError(relative)
        return Path(relative)

    def read(self, relative: str) -> YamlFile:
        """The file as it was. Raises FileNotFoundError, ContentError."""
        return parse_yaml(self.find(relative), self.texts[relative])

    def files(self, folder: str, pattern: str) -> dict[str, Path]:
        """As of a library on the disk."""
        depth = len(PurePosixPath(pattern).parts)
        below = {
            PurePosixPath(path).relative_to(folder): Path(path)
            for path in sorted(self.texts)
            if PurePosixPath(path).is_relative_to(folder)
        }
        return {
            path.as_posix(): file
            for path, file in below.items()
            if len(path.parts) == depth and path.match(pattern)
        }


def shipped_root() -> Path:
    """The checkout when the package lies in one, else the copy inside the installed wheel."""
    checkout = _PACKAGE.parent
    return checkout if (checkout / "ussd_flows").is_dir() else _PACKAGE / "_data"


def open_library(country_dir: Path | None = None) -> Library:
    """The library of this installation, with a country's overlay folder in front when given."""
    roots = [country_dir] if country_dir is not None else []
    return Library((*roots, shipped_root()))


def content_hash(*texts: str) -> str:
    """The version of a piece of content: 16 hexadecimal digits of SHA-256 over its files' text."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode())
        digest.update(b"\x00")
    return digest.hexdigest()[:16]
