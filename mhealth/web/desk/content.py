"""The content of the service: every rule and text by state, and what one of them says."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from mhealth.content.review import ContentFile, Kind
from mhealth.services.choosing import STATES, UNSIGNED, narrow
from mhealth.services.readable import Spoken, read_file
from mhealth.services.readable_words import Joiners
from mhealth.services.signing import Standing, may_sign, standings
from mhealth.store.reviews import reviews_of
from mhealth.web import here
from mhealth.web.content_words import CONTENT_KINDS, CONTENT_STATES, UNSIGNED_WORDS
from mhealth.web.desk.frame import render_desk
from mhealth.web.i18n import current_language
from mhealth.web.words import said

pages = Blueprint("content", __name__, url_prefix="/content")

PAGE_ROWS = 25
FIELDS = ("state", "language", "kind")


@dataclass(slots=True)
class ContentFilters:
    """What the list is narrowed to; what is not known stands beside its field."""

    typed: dict[str, str]
    languages: list[tuple[str, str]]  # code, name
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def narrows(self) -> bool:
        """True when the list shows less than everything."""
        return any(self.typed.values())

    @property
    def address(self) -> dict[str, str]:
        """The arguments of an address that shows this list again."""
        return {name: text for name, text in self.typed.items() if text}

    @property
    def states(self) -> list[tuple[str, str]]:
        """(value, word) of the states, the group that waits for a signature first."""
        return [(UNSIGNED, UNSIGNED_WORDS), *((s.value, w) for s, w in CONTENT_STATES.items())]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """(value, word) of the kinds."""
        return [(kind.value, word) for kind, word in CONTENT_KINDS.items()]


@pages.get("")
def index() -> ResponseReturnValue:
    """The list; a filter that is not known is said beside its field."""
    runtime, filters = here.runtime(), _filters(request.args)
    with runtime.database.reading() as session:
        everything = standings(session, runtime.content_files)
        found = [] if filters.problems else narrow(everything, **filters.typed)
        number = _page_number(len(found))
        start = (number - 1) * PAGE_ROWS
        rows = found[start : start + PAGE_ROWS]
        body = render_desk(
            session,
            "desk/content.html",
            filters=filters,
            counts=Counter(each.state for each in everything),
            rows=rows,
            found_count=len(found),
            first=start + 1,
            number=number,
            has_more=start + PAGE_ROWS < len(found),
            can_tick=[each.file.path for each in rows if _is_ticked_here(each)],
            sms=runtime.workbench.templates.files,
            protocols=runtime.workbench.protocols,
            is_none_ticked="unticked" in request.args,
        )
    return body, 400 if filters.problems else 200


@pages.get("/file")
def show() -> str:
    """What one file says, how it stands, and everything that was signed of it."""
    file = wanted_files(request.args.getlist("path")[:1])[0]
    with here.runtime().database.reading() as session:
        (standing,) = standings(session, [file])
        return render_desk(
            session,
            "desk/content_file.html",
            standing=standing,
            readable=read_file(spoken(here_joiners()), file),
            history=reviews_of(session, file.path),
            may_sign=may_sign(here.staff().signs_as, file),
            back=back_address(),
            age_words=_age_words,
            protocols=here.runtime().workbench.protocols,
        )


def wanted_files(paths: list[str]) -> list[ContentFile]:
    """The files of these paths, each once; 404 when there is none or one is unknown."""
    known = {file.path: file for file in here.runtime().content_files}
    if not paths or any(path not in known for path in paths):
        abort(404)
    return [known[path] for path in dict.fromkeys(paths)]


def spoken(joiners: Joiners) -> Spoken:
    """What this process speaks."""
    runtime = here.runtime()
    bench = runtime.workbench
    return Spoken(
        protocols=bench.protocols,
        book=runtime.turn_room.book,
        phrases=bench.phrases,
        templates=bench.templates,
        joiners=joiners,
    )


def here_joiners() -> Joiners:
    """The small words of a condition in the reader's language."""
    return Joiners(
        both=str(gettext("et")),
        either=str(gettext("ou")),
        at_least=str(gettext("au moins {n} de")),
        denied=str(gettext("pas")),
        known=str(gettext("{name} est connu")),
        unknown=str(gettext("{name} n’est pas connu")),
        yes=str(gettext("oui")),
        no=str(gettext("non")),
    )


def _age_words(days: int) -> str:
    """An age in the unit that people use for it, in the reader's language."""
    return here.runtime().workbench.phrases.age(days, current_language())


def back_address(*, unticked: bool = False) -> str:
    """The list as it was narrowed when this page was opened from it; `unticked`: nothing was chosen."""
    kept: dict[str, Any] = {
        name: request.args[name] for name in (*FIELDS, "page") if request.args.get(name)
    }
    if unticked:
        kept["unticked"] = "yes"
    return url_for("desk.content.index", **kept)


def _is_ticked_here(standing: Standing) -> bool:
    """An SMS stands in the list with its whole text: it may be signed from there."""
    file = standing.file
    may = may_sign(here.staff().signs_as, file)
    return file.kind is Kind.SMS and not standing.is_signed and may


def _filters(args: MultiDict[str, str]) -> ContentFilters:
    languages = here.runtime().workbench.languages.by_code
    filters = ContentFilters(
        typed={name: args.get(name, "").strip()[:20] for name in FIELDS},
        languages=[(code, language.name) for code, language in languages.items()],
    )
    known = {"state": STATES, "language": languages, "kind": list(Kind)}
    words = {
        "state": said("Cet état n’existe pas."),
        "language": said("Cette langue n’est pas parlée ici."),
        "kind": said("Ce genre n’existe pas."),
    }
    for name, typed in filters.typed.items():
        if typed and typed not in known[name]:
            filters.problems[name] = words[name]
    return filters


def _page_number(count: int) -> int:
    """The page asked for, within what there is; anything that is no number means the first."""
    typed = request.args.get("page", "")
    wanted = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1
    return max(1, min(wanted, -(-count // PAGE_ROWS)))
