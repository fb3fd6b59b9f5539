"""What the check says of a flow that nobody thought of is what a phone sees of it."""

from pathlib import Path
from random import Random

import pytest
import yaml

from mhealth.content.languages import declared_languages
from mhealth.content.library import Library, open_library, shipped_root
from mhealth.domain.language import Languages
from mhealth.ussd.book import Book, build_book
from mhealth.ussd.checks import Fault, Severity, check_flows
from mhealth.ussd.condition import is_set
from mhealth.ussd.engine import Outcome, Show
from mhealth.ussd.plan import Screen
from mhealth.ussd.proofs.catalogue import RULES
from mhealth.ussd.proofs.reads import texts_of
from mhealth.ussd.screen import LIMITS
from tests.ussd.asked import answers_to, check_screen
from tests.ussd.inventing import Inventor
from tests.ussd.platform import WorstPlatform
from tests.ussd.walking import SIGNS, Phone

_DECLARED = declared_languages(open_library()).by_code
LANGUAGES = Languages({code: _DECLARED[code] for code in ("fr", "ar")}, silent=frozenset({"en"}))
ODD = [
    "?!",
    "",
    "7",
    "000",
    "abc",
    "oui",
    "5",
    "12,5",
    "0312",
    " 1 #",
    "٣",
    "hier",
    "a" * 30,
    "99",
    "12",
]
NOT_TAKEN = {Outcome.INVALID, Outcome.BACK, Outcome.HOME, Outcome.REPEATED}
TURNS = 20
FLOWS_A_TEST = 12


def write(folder: Path, inventor: Inventor) -> Library:
    shipped = shipped_root() / "ussd_flows"
    words = ("languages.yaml", "screens.yaml", "lang/ar/screens.yaml")
    files = {name: (shipped / name).read_text(encoding="utf-8") for name in words}
    made = {name: yaml.safe_dump(data, allow_unicode=True) for name, data in inventor.files.items()}
    for name, text in {**files, **made}.items():
        place = folder / "ussd_flows" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return Library((folder,))


@pytest.mark.parametrize("first", range(0, 8 * FLOWS_A_TEST, FLOWS_A_TEST))
def test_a_flow_without_an_error_never_fails_a_caller(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + FLOWS_A_TEST):
        library = write(tmp_path / str(seed), Inventor(seed))
        faults = check_flows(library, LANGUAGES, SIGNS)
        errors = [fault for fault in faults if fault.severity is Severity.ERROR]
        if any(RULES[fault.rule].at_start for fault in errors):
            continue
        book = build_book(library, LANGUAGES, SIGNS)
        for number, limit in enumerate((*LIMITS, *LIMITS)):
            walk(book, faults, Random(seed * 10 + number), ("fr", "ar")[number // 2], limit)  # noqa: S311


def walk(book: Book, faults: list[Fault], random: Random, language: str, limit: int) -> None:
    letter = random.choice("éWم€")
    rows = random.choice([0, 1, 7, 30])
    platform = WorstPlatform(letter.__mul__, lambda: random.random() < 0.5, rows)
    facts = {**platform.facts(), "language": language, "today": "2024-02-29", "region": "BJ"}
    facts |= {name: "" for name in ("village_name", "consent") if random.random() < 0.5}
    phone = Phone(book, platform, language=language, limit=limit, facts=facts)
    plan = book.plan_of("main")
    for _ in range(TURNS):
        check_screen(plan, phone.show)
        if phone.show.state.offered:
            phone.type(random.choice("12"))
            continue
        assert phone.show.outcome is not Outcome.GAVE_UP or phone.show.state.misses
        check_shown(book, faults, phone.show)
        if phone.show.ends:
            return
        node = plan.nodes[phone.show.node]
        assert isinstance(node, Screen)
        check_keys(phone)
        about = [node.keys.back, node.keys.home, node.keys.more, *ODD]
        typed = random.choice([*answers_to(node, phone.show.state) * 5, *about])
        if random.random() < 0.05:
            phone.redial()
        else:
            phone.type(typed)


def check_shown(book: Book, faults: list[Fault], show: Show) -> None:
    """A text shows nothing empty, unless that was said."""
    node, values = book.plan_of("main").nodes[show.node], show.state.vars
    said = [f.problem for f in faults if f.rule in ("may-be-unset", "read-before-set")]
    for spoken in texts_of(node):
        if spoken.when is None or spoken.when.holds(values):
            empty = [name for name in spoken.names if not is_set(values.get(name))]
            assert all(any(f"{{{name}}}" in each for each in said) for name in empty), show


def check_keys(phone: Phone) -> None:
    """Every line that is shown is taken, and there is one where only lines can be."""
    show = phone.show
    for key in show.state.shown:
        step = phone.try_out(key)
        assert not isinstance(step, Show) or step.outcome not in NOT_TAKEN, (key, show.text)
    node = phone.book.plan_of("main").nodes[show.node]
    assert show.state.shown or node.kind not in ("menu", "signs", "several", "message")
