"""Where content files lie: a country's overlay first, then the checkout, then the wheel's copy."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

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

    def files(self, folder: str, pattern: str) -> dict[str, Path]:
        """Path relative to `folder` -> file, sorted, each path once, overlays first."""
        found: dict[str, Path] = {}
        for root in self.roots:
            for path in (root / folder).glob(pattern):
                if path.is_file():
                    found.setdefault(path.relative_to(root / folder).as_posix(), path)
        return dict(sorted(found.items()))


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
