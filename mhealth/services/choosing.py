"""Which content files a person means: by path, folder or pattern, by state, language and kind."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from mhealth.content.review import ContentFile, Kind
from mhealth.services.signing import Standing, State

UNSIGNED = "unsigned"
"""The word for every state in which live mode does not speak a file."""

STATES = (UNSIGNED, *(state.value for state in State))


class NoSuchFile(LookupError):
    """No file is meant by what was typed; `str()` says so, with the nearest one."""


def choose(files: Sequence[ContentFile], wanted: Iterable[str]) -> list[ContentFile]:
    """The files of these paths, folders and patterns (`*`), each once. Raises NoSuchFile."""
    chosen: dict[str, ContentFile] = {}
    for word in wanted:
        found = [file for file in files if _is_meant(file.path, word.strip())]
        if not found:
            near = get_close_matches(word, [file.path for file in files], n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise NoSuchFile(f"no rule or text of the spoken languages is at {word}{hint}")
        chosen |= {file.path: file for file in found}
    return list(chosen.values())


def _is_meant(path: str, word: str) -> bool:
    folder = word.rstrip("/") + "/"
    return path == word or path.startswith(folder) or fnmatchcase(path, word)


def narrow(
    standings: Iterable[Standing],
    state: str = "",
    language: str = "",
    kind: Kind | str = "",
) -> list[Standing]:
    """Those that fit; an empty word fits everything."""
    return [
        each
        for each in standings
        if (not state or state == each.state or (state == UNSIGNED and not each.is_signed))
        and (not language or each.file.language == language)
        and (not kind or each.file.kind == kind)
    ]
