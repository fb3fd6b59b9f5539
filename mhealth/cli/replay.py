"""`mhealth replay`: walk recorded dialogues through the flows of now, and show what differs."""

import os
from collections.abc import Iterable, Iterator
from functools import cache, partial
from pathlib import Path

import click

from mhealth.content.library import Library, open_library
from mhealth.domain.errors import ContentError, SettingsError
from mhealth.services.rehearsing import open_stage
from mhealth.ussd.rehearsal.dialogue_file import Dialogue, read_dialogue
from mhealth.ussd.rehearsal.replay import Replayed, Stage, replay, screens_of

FOLDER = "tests/dialogues"
_EACH = "*.txt"


@click.command("replay")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--write", is_flag=True, help="Record anew: write the screens of now into the files.")
@click.option(
    "--diff/--no-diff", default=None, help="Show what differs; without --write this is the default."
)
@click.pass_context
def replay_command(
    ctx: click.Context, paths: tuple[Path, ...], *, write: bool, diff: bool | None
) -> None:
    """Replay dialogues, files or folders of them, against the flows of now.

    Without PATHS: all of tests/dialogues, a country's own in front. A new dialogue needs only its head
    and what is typed. Ends with 1 when a screen differs or a file cannot be followed.
    """
    country = os.environ.get("MHEALTH_COUNTRY_DIR")  # alone: a replay needs no keys and no database
    library = open_library(Path(country) if country else None)
    files = list(_files(paths)) if paths else list(library.files(FOLDER, _EACH).values())
    if not files:
        where = ", ".join(map(str, paths)) or FOLDER
        raise click.UsageError(f"no dialogue (*.txt) in {where}")
    tally = _Tally(library, writes=write, shows=not write if diff is None else diff)
    for file in files:
        tally.take(file)
    if not paths or any(path.is_dir() for path in paths):
        tally.tell_unseen()
    click.echo(tally.summary)
    ctx.exit(0 if tally.is_good else 1)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob(_EACH))
        else:
            yield path


class _Tally:
    """Replays one file after the other, prints, and counts."""

    def __init__(self, library: Library, *, writes: bool, shows: bool) -> None:
        self._writes, self._shows = writes, shows
        self._stage = cache(partial(open_stage, library))
        self._all = self._stage(())  # flows that cannot be read at all end the command
        self._seen: set[str] = set()
        self.same = self.differing = self.written = self.faults = 0

    @property
    def is_good(self) -> bool:
        """True when nothing is left to look at."""
        return not self.faults and (self._writes or not self.differing)

    @property
    def summary(self) -> str:
        """One line: how many of each."""
        counts = [f"{self.same} the same"]
        if self._writes:
            counts.append(f"{self.written} written")
        else:
            counts.append(f"{self.differing} different")
        if self.faults:
            counts.append(f"{self.faults} not to be followed")
        return f"Dialogues: {', '.join(counts)}."

    def take(self, file: Path) -> None:
        """Replay one file; a fault of it is printed and the next one goes on."""
        name = _short(file)
        try:
            dialogue = read_dialogue(name, file.read_text(encoding="utf-8"))
            stage = self._stage_of(dialogue)
            found = replay(stage, dialogue)
        except ContentError as error:
            self._fault(error.place, error.problem, error.hint)
            return
        except UnicodeDecodeError:
            self._fault(f"{name}:1:1", "not UTF-8")
            return
        self._seen |= found.nodes
        if found.stopped:
            self._show(found)
            self._fault(f"{name}:{found.line}:1", found.stopped)
        elif found.is_same:
            self.same += 1
        else:
            self._differs(file, found)

    def _stage_of(self, dialogue: Dialogue) -> Stage:
        try:
            return self._stage(dialogue.languages)
        except SettingsError as error:
            problem = str(error).removeprefix("MHEALTH_LANGUAGES: ")
            raise ContentError(dialogue.place("languages"), problem) from error

    def _differs(self, file: Path, found: Replayed) -> None:
        self.differing += 1
        line, step = found.first_difference()
        what = "not written down yet" if found.dialogue.is_new else "differs"
        click.echo(f"{found.dialogue.name}:{line}: {what}, on show is {step.node}")
        self._show(found)
        if self._writes:
            file.write_text(found.text, encoding="utf-8")
            self.written += 1

    def _show(self, found: Replayed) -> None:
        if self._shows:
            for line in found.diff():
                click.echo(line)

    def _fault(self, place: str, problem: str, hint: str = "") -> None:
        self.faults += 1
        click.echo(f"{place}: error: {problem}" + (f" ({hint})" if hint else ""))

    def tell_unseen(self) -> None:
        """Name each flow's screens that no dialogue showed."""
        for flow, screens in screens_of(self._all.book).items():
            unseen = sorted(screens - self._seen)
            if unseen:
                click.echo(f"In no dialogue, of {flow}: {', '.join(unseen)}")


def _short(path: Path) -> str:
    """As typed from here, when it lies below."""
    resolved, here = path.resolve(), Path.cwd()
    return str(resolved.relative_to(here) if resolved.is_relative_to(here) else path)
