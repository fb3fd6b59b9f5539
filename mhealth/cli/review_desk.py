"""What the commands about content work with: the files as they are now, and the signatures."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime

import click
from sqlalchemy.orm import Session

from mhealth.content.library import open_library
from mhealth.content.review import ContentFile
from mhealth.handles import Handles, open_handles
from mhealth.services.choosing import NoSuchFile, choose
from mhealth.services.content import Content, load_content
from mhealth.services.gate import reading_signatures, refuse_unsigned
from mhealth.services.readable import Spoken
from mhealth.services.readable_lines import lines_of
from mhealth.services.signing import Standing, standings
from mhealth.settings import read_settings


@dataclass(frozen=True, slots=True)
class ReviewDesk:
    """Content and database of one command."""

    content: Content
    handles: Handles

    def reading(self) -> AbstractContextManager[Session]:
        """A session that can read signatures. Raises CannotStart."""
        return reading_signatures(self.content.library, self.handles.database)

    def standings(self, files: Sequence[ContentFile] | None = None) -> list[Standing]:
        """How the files stand, all of them unless said otherwise."""
        with self.reading() as session:
            return standings(session, self.content.files if files is None else files)

    def lines(self, file: ContentFile) -> list[str]:
        """The file as a person reads it."""
        content = self.content
        return lines_of(
            Spoken(
                protocols=content.protocols,
                book=content.book,
                phrases=content.phrases,
                templates=content.templates,
            ),
            file,
        )


@contextmanager
def open_review() -> Iterator[ReviewDesk]:
    """Content and handles by the settings, in every mode. Raises a MhealthError."""
    settings = read_settings()
    content = load_content(open_library(settings.country_dir), settings)
    handles = open_handles(settings)
    try:
        yield ReviewDesk(content, handles)
    finally:
        handles.database.close()


def refuse_the_unsigned() -> int:
    """How many files are spoken, all of them signed. Raises SettingsError for the unsigned ones."""
    with open_review() as desk:
        files = desk.content.files
        refuse_unsigned(desk.content.library, desk.handles.database, files)
        return len(files)


def chosen(files: Sequence[ContentFile], wanted: Sequence[str]) -> list[ContentFile]:
    """The files that are meant; ends the command with a line when there is none."""
    try:
        return choose(files, wanted)
    except NoSuchFile as error:
        raise click.ClickException(str(error)) from error


def one_file(files: Sequence[ContentFile], wanted: str) -> ContentFile:
    """The one file that is meant."""
    found = chosen(files, [wanted])
    if len(found) > 1:
        raise click.ClickException(f"{wanted} means {len(found)} files; name one")
    return found[0]


def day_of(moment: datetime | str) -> str:
    """A day as ISO 8601."""
    return moment if isinstance(moment, str) else moment.date().isoformat()
