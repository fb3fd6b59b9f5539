"""How long the engine takes: a step of the shipped flows, a start with many screens, growth with size.

.venv/bin/python bench/engine.py
"""

import gc
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mhealth.content.languages import load_languages
from mhealth.content.library import Library, open_library, shipped_root
from mhealth.content.yaml_file import read_yaml
from mhealth.domain.language import Languages
from mhealth.services.content import load_content
from mhealth.settings import settings_from
from mhealth.ussd import engine
from mhealth.ussd.book import Book, SourceOption, build_book
from mhealth.ussd.bundle import pack_book, plan_in
from mhealth.ussd.engine import Ask, Show

FACTS = {
    "language": "fr", "is_worker": False, "village": "3",
    "village_name": "Agbodji", "help_number": "+229 01 91 00 00 01", "consent": "given",
    "messages_on": True,
}  # fmt: skip
SIGNS = {
    "child": [
        [SourceOption(key=f"sign_{group}_{n}", labels={"fr": f"Signe {n}"}) for n in range(5)]
        for group in range(5)
    ]
}
TYPED = ["1", "2", "2", "8", "0", "13", "0", "2", "0", "1"]
RESULTS = {
    "choose_protocol": {"protocol": "child"},
    "finish_report": {},
    "send_report": {
        "triage_class": "urgent", "referred": True, "code": "482 1937", "facility": "CS Kpéla",
        "when_text": "aujourd'hui", "help_number": "+229 01 91 00 00 01", "least_data": False,
        "advice": "Allez au centre aujourd'hui. Faites-le boire et manger souvent.",
    },
}  # fmt: skip
ROUNDS = 400
PRETENDED = settings_from(
    {
        "secret_key": "s" * 32,
        "encryption_keys": "bench:" + "A" * 43 + "=",
        "index_key": "A" * 43 + "=",
        "webhook_tokens": "africastalking:token",
    }
)


def main() -> None:
    """Print the figures."""
    languages = load_languages(open_library())
    book = build_book(open_library(), languages, SIGNS)
    print("One step, state through JSON both ways, screen rendered (µs):")
    for label, known in (
        ("shipped flows", book),
        ("beside 2,000 other screens", _large(languages)),
    ):
        steps = _steps(known)
        median, slow = statistics.median(steps), sorted(steps)[int(len(steps) * 0.99)]
        print(f"  {label:28} p50 {median:6.1f}   p99 {slow:6.1f}")
    print("Start: read, prove and compile (ms):")
    library, one = open_library(), languages.only([languages.default.code])
    version, packed = book.current["main"], pack_book(book)
    for label, work in (
        ("all content as shipped", lambda: load_content(library, PRETENDED)),
        ("its flows alone", lambda: build_book(library, languages, SIGNS)),
        ("a version of before", lambda: plan_in(packed, version, SIGNS)),
    ):
        print(f"  {label:28} {_best(work) * 1e3:6.1f}")
    for label, written in (
        ("200 screens", _library(200)),
        ("2,000 screens", _library(2000)),
        ("2,000 screens in 200 flows", _many_flows(200, 10)),
    ):
        took = _best(lambda: build_book(written, one, SIGNS), tries=3)  # noqa: B023
        read = _best(lambda: [read_yaml(f) for f in _files(written)], tries=3)  # noqa: B023
        print(f"  {label:28} {took * 1e3:6.1f}   of it YAML {read * 1e3:6.1f}   in one language")


def _files(library: Library) -> list[Path]:
    return list(library.files("ussd_flows", "*.yaml").values())


def _steps(book: Book) -> list[float]:
    """Seconds of each turn, lookups answered at once, over whole dialogues; in microseconds."""
    taken = []
    gc.disable()
    for _ in range(ROUNDS):
        step = engine.begin(book, "main", FACTS, "fr")
        for typed in TYPED:
            stored = engine.encode_state(step.state)
            began = time.perf_counter()
            step = engine.resume(book, engine.decode_state(stored), typed)
            while isinstance(step, Ask):
                step = engine.answer(book, step.state, RESULTS[step.deed])
            engine.encode_state(step.state)
            taken.append((time.perf_counter() - began) * 1e6)
    gc.enable()
    assert isinstance(step, Show)
    assert step.node == "report.advice"
    return taken


def _best(work: Callable[[], object], tries: int = 5) -> float:
    seconds = []
    for _ in range(tries):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def _library(count: int, *, beside: bool = False) -> Library:
    """A library with one flow of so many menus; `beside` adds the shipped flows."""
    folder = Path(tempfile.mkdtemp(prefix="mhealth-bench-"))
    flows = folder / "ussd_flows"
    flows.mkdir()
    name = "large" if beside else "main"
    (flows / f"{name}.yaml").write_text(_flow(count))
    shipped = shipped_root() / "ussd_flows"
    for kept in ("languages.yaml", "screens.yaml"):
        (flows / kept).write_text((shipped / kept).read_text())
    return Library((folder, shipped_root())) if beside else Library((folder,))


def _many_flows(count: int, screens: int) -> Library:
    """A library whose first flow leads to many others."""
    library = _library(screens)
    flows = library.roots[0] / "ussd_flows"
    for n in range(count):
        (flows / f"f{n}.yaml").write_text(_flow(screens))
    menus = [_leading(n, min(n + 8, count), count) for n in range(0, count, 8)]
    calls = [f"  c{n}: {{kind: call, flow: f{n}, next: home}}\n" for n in range(count)]
    (flows / "main.yaml").write_text("review: draft\nstart: m0\nnodes:\n" + "".join(menus + calls))
    return library


def _leading(first: int, end: int, count: int) -> str:
    """A menu to the flows from `first` on, and to the next menu or back to the first."""
    lines = [
        f"      o{n}: {{key: {n - first + 1}, text: Sujet {n}, next: c{n}}}\n"
        for n in range(first, end)
    ]
    onward = f"m{end}" if end < count else "m0"
    more = f"      more: {{key: 9, text: Autres, next: {onward}}}\n"
    return f"  m{first}:\n    kind: menu\n    text: Menu\n    options:\n{''.join(lines)}{more}"


def _large(languages: Languages) -> Book:
    return build_book(_library(2000, beside=True), languages, SIGNS)


def _flow(count: int) -> str:
    nodes = [
        f"  n{n}:\n    kind: menu\n    text: Question {n} de {{village_name}} ?\n    options:\n"
        f"      yes: {{key: 1, text: Oui, next: n{n + 1}}}\n      no: {{key: 2, text: Non, next: bye}}\n"
        for n in range(count)
    ]
    last = f"  n{count}: {{kind: end, text: Merci}}\n  bye: {{kind: end, text: Merci}}\n"
    return "review: draft\nstart: n0\nnodes:\n" + "".join(nodes) + last


if __name__ == "__main__":
    main()
