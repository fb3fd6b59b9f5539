"""How long the engine takes: a step of the shipped flows, a start with many screens, growth with size.

bin/bench engine
"""

import statistics
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.load import peer  # noqa: E402  # the checkout is on the path by now
from bench.measured.libraries import large_library, many_flows, six_steps_library  # noqa: E402
from bench.measured.steps import (  # noqa: E402
    LARGE,
    LISTS,
    REPORT,
    SIGNS,
    SIX_STEPS,
    Dialogue,
    seconds_of,
    steps_of,
)
from mhealth.content.languages import load_languages  # noqa: E402
from mhealth.content.library import Library, open_library  # noqa: E402
from mhealth.content.yaml_file import read_yaml  # noqa: E402
from mhealth.domain.language import Languages  # noqa: E402
from mhealth.services.content import load_content  # noqa: E402
from mhealth.settings import settings_from  # noqa: E402
from mhealth.ussd.book import Book, build_book  # noqa: E402
from mhealth.ussd.bundle import pack_book, plan_in  # noqa: E402

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
    print(f"One step (µs){'':30} engine and screen      state from and to JSON too")
    shipped = _step("shipped flows: a report", book, REPORT)
    _step("shipped flows: long lists", book, LISTS)
    beside = build_book(large_library(2000, beside=True), languages, SIGNS)
    grown = _step("the report beside 2,000 screens", beside, REPORT)
    few = _step("a menu of a flow of 6 screens", _book(6, languages), LARGE)
    many = _step("a menu of a flow of 2,000 screens", _book(2000, languages), LARGE)
    print(f"  growth: {grown / shipped:.2f} beside 2,000 screens, {many / few:.2f} among them")
    _beside_the_peer(languages)
    print("Start: read, prove and compile (ms)")
    _starts(languages, book)


def _book(count: int, languages: Languages) -> Book:
    return build_book(large_library(count), languages.only([languages.default.code]), SIGNS)


def _step(label: str, book: Book, dialogue: Dialogue) -> float:
    """Print the times of its steps; the median of the whole step."""
    bare, whole = (steps_of(book, dialogue, with_codec=codec) for codec in (False, True))
    told = "        ".join(
        f"p50 {statistics.median(each):6.1f} p99 {_slow(each):6.1f}" for each in (bare, whole)
    )
    print(f"  {label:36} {told}")
    return statistics.median(whole)


def _slow(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


def _beside_the_peer(languages: Languages) -> None:
    one = languages.only([languages.default.code])
    ours = _step(
        "the dialogue of six requests", build_book(six_steps_library(), one, SIGNS), SIX_STEPS
    )
    try:
        theirs = peer.time_steps(peer.install())
    except peer.PeerMissing as missing:
        print(f"  {peer.NAME} is not measured: {missing}")
        return
    print(
        f"  {peer.NAME + ', in memory':36} p50 {theirs['p50']:6.1f} p99 {theirs['p99']:6.1f}"
        f"        ours takes {ours / theirs['p50']:.1f} times as long, its state kept"
    )


def _starts(languages: Languages, book: Book) -> None:
    library, one = open_library(), languages.only([languages.default.code])
    version, packed = book.current["main"], pack_book(book)
    whole: list[tuple[str, Callable[[], object]]] = [
        ("all content as shipped", lambda: load_content(library, PRETENDED)),
        ("its flows alone", lambda: build_book(library, languages, SIGNS)),
        ("a version of before", lambda: plan_in(packed, version, SIGNS)),
    ]
    for label, work in whole:
        print(f"  {label:36} {seconds_of(work) * 1e3:6.1f}")
    for label, written in (
        ("200 screens", large_library(200)),
        ("2,000 screens", large_library(2000)),
        ("2,000 screens in 200 flows", many_flows(200, 10)),
    ):
        took = seconds_of(lambda: build_book(written, one, SIGNS), tries=3)  # noqa: B023
        read = seconds_of(lambda: [read_yaml(f) for f in _files(written)], tries=3)  # noqa: B023
        print(f"  {label:36} {took * 1e3:6.1f}   of it YAML {read * 1e3:6.1f}   in one language")


def _files(library: Library) -> list[Path]:
    return list(library.files("ussd_flows", "*.yaml").values())


if __name__ == "__main__":
    main()
