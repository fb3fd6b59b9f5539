"""What the terminal shows: one line at a time, behind the name of the process that said it."""

from collections.abc import Mapping
from typing import TextIO

LAUNCHER = "mhealth"
_WIDTH = 9  # of the longest name, "simulator"
_COLOURS = (36, 33, 35, 32, 34, 31)  # cyan, yellow, magenta, green, blue, red
_RESET = "\x1b[0m"


class Output:
    """Writes to a stream; goes silent when nobody reads it any more."""

    def __init__(self, stream: TextIO, environ: Mapping[str, str]) -> None:
        self._stream = stream
        self._in_colour = stream.isatty() and "NO_COLOR" not in environ
        self._is_read = True
        self._colour_of: dict[str, int] = {}

    def line(self, name: str, text: str) -> None:
        """One log line of a process."""
        self._write(f"{self._prefix(name)} {text}\n")

    def say(self, text: str) -> None:
        """A line of the launcher itself."""
        self.line(LAUNCHER, text)

    def block(self, text: str) -> None:
        """Text for a person, without prefix."""
        self._write(text)

    def _prefix(self, name: str) -> str:
        label = f"{name:<{_WIDTH}} |"
        if not self._in_colour:
            return label
        number = self._colour_of.setdefault(name, len(self._colour_of))
        return f"\x1b[{_COLOURS[number % len(_COLOURS)]}m{label}{_RESET}"

    def _write(self, text: str) -> None:
        if not self._is_read:
            return
        encoding = self._stream.encoding or "utf-8"
        try:
            self._stream.write(text.encode(encoding, "replace").decode(encoding))
            self._stream.flush()
        except OSError:
            self._is_read = False
