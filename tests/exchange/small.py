"""Small libraries of one flow, and walks through it by what is answered rather than by keys."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from shutil import copyfile, copytree
from tempfile import TemporaryDirectory
from typing import Any

from mhealth.content.languages import load_languages
from mhealth.content.library import Library, open_library, shipped_root
from mhealth.exchange.fhir.reading import read_questionnaire
from mhealth.exchange.forms.names import platform_names
from mhealth.exchange.forms.steps import Without, make_draft
from mhealth.exchange.forms.yaml_text import flow_text, translation_text
from mhealth.ussd.book import Book, build_book
from mhealth.ussd.engine import Show, begin, resume
from mhealth.ussd.kinds.menu import Menu

FACTS = {"language": "fr", "is_worker": False, "today": "2026-11-24", "region": "TG"}
Answers = Callable[[str, list[str]], str]
"""A node's name and what can be answered there -> the answer."""


def library_with(folder: Path, files: Mapping[str, str]) -> Library:
    """The engine's words and languages, and these files under ussd_flows/."""
    shipped = open_library()
    places = {
        name: shipped.find(f"ussd_flows/{name}") for name in ("languages.yaml", "screens.yaml")
    }
    places |= {
        f"lang/{p}": f for p, f in shipped.files("ussd_flows/lang", "*/screens.yaml").items()
    }
    for relative, source in places.items():
        place = folder / "ussd_flows" / relative
        place.parent.mkdir(parents=True, exist_ok=True)
        copyfile(source, place)
    for relative, text in files.items():
        place = folder / "ussd_flows" / relative
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return Library((folder,))


_PLAIN = TemporaryDirectory(ignore_cleanup_errors=True)


@cache
def plain_library() -> Library:
    """All that is shipped but the flows: one that says two words stands for them. Quick to prove."""
    folder = Path(_PLAIN.name)
    shipped = shipped_root()
    copytree(shipped / "sms_templates", folder / "sms_templates")
    flows = [path.name for path in (shipped / "ussd_flows").glob("*.yaml")]
    kept = {"languages.yaml", "screens.yaml"}

    def ignored(place: str, names: list[str]) -> set[str]:
        return {name for name in names if name in flows and name not in kept}

    copytree(shipped / "ussd_flows", folder / "ussd_flows", ignore=ignored)
    main = "review: draft\nstart: a\nnodes: {a: {kind: end, text: Au revoir}}\n"
    (folder / "ussd_flows/main.yaml").write_text(main, encoding="utf-8")
    return Library((folder,))


def book_of(library: Library) -> Book:
    return build_book(library, load_languages(library), {})


def flow_of(questionnaire: bytes, name: str, spoken: list[str]) -> dict[str, str]:
    """The files of the flow that a Questionnaire becomes, as they are before any measuring."""
    form = read_questionnaire(questionnaire)
    draft, _ = make_draft(form, name, spoken, platform_names(), Without())
    files = {f"{name}.yaml": flow_text(draft, spoken[0], draft.header)}
    for code in spoken[1:]:
        text = translation_text(draft, code, name)
        if text:
            files[f"lang/{code}/{name}.yaml"] = text
    return files


def walk(book: Book, flow: str, answers: Answers) -> list[tuple[str, str]]:
    """What was asked and answered, node by node, to the end."""
    step = begin(book, flow, FACTS, "fr")
    said: list[tuple[str, str]] = []
    for _ in range(60):
        assert isinstance(step, Show), step
        name = step.node.partition(".")[2]
        if step.ends:
            return [*said, (name, "")]
        answer, typed = _answered(book, step, name, answers)
        said.append((name, answer))
        step = resume(book, step.state, typed)
    raise AssertionError("no end")


def _typed(node: Any) -> list[str]:
    """What may be typed where nothing is to be chosen by a key."""
    if node.kind == "several":
        return ["0", "1", "12", "2"]
    if node.kind == "text":
        return ["abc"]
    if node.kind == "date":
        return ["01/01/2024"]
    numbers = [str(number) for number in range(int(node.least), int(node.most) + 1)]
    return numbers if node.unknown is None else [*numbers, node.unknown.key]


def _answered(book: Book, step: Show, name: str, answers: Answers) -> tuple[str, str]:
    node: Any = book.plans[step.state.version].nodes[step.node]
    if not isinstance(node, Menu):
        if node.kind == "message":
            return "", node.keys.onward
        answer = answers(name, _typed(node))
        return answer, answer
    options = {option: key for key, option in step.state.shown.items()}
    answer = answers(name, sorted(options))
    return answer, options[answer]
