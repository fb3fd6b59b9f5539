"""Mistakes that somebody could make in the shipped content, more than twenty, planted into a copy of it.

Each is caught by what `mhealth check` runs: by its rule, in its file, at its line, with a hint.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from mhealth.content.languages import declared_languages
from mhealth.content.library import Library, open_library, shipped_root
from mhealth.domain.language import Languages
from mhealth.services.content import flow_sources
from mhealth.triage.loader import load_protocols
from mhealth.ussd.checks import Fault, Severity, prove_flows
from mhealth.ussd.proofs.catalogue import RULES
from mhealth.ussd.source import Groups
from tests.ussd.walking import shipped_languages

Edit = tuple[str, str, str]
"""(file, what stands there once, what takes its place)."""

SAVED = "  saved:\n    kind: message\n    text: C'est noté.\n    next: return\n"
ASKED = "        text: Arrêter ou reprendre SMS\n        next: messages\n"
STEPS = 24


def added(answers: str) -> list[Edit]:
    """A question in the flow of details, put before the SMS are stopped."""
    node = f"  name:\n    kind: text\n    text: Votre nom ?\n    into: said\n{answers}\n"
    return [
        ("details.yaml", SAVED, f"{node}{SAVED}"),
        ("details.yaml", ASKED, ASKED.replace("next: messages", "next: name")),
    ]


def many_screens() -> list[Edit]:
    text = "Avant de continuer, lavez les mains avec du savon et de l'eau propre. Ensuite tapez 1."
    steps = "".join(
        f'  step{n}: {{kind: message, text: "{text}", next: {f"step{n + 1}" if n < STEPS else "greet"}}}\n'
        for n in range(1, STEPS + 1)
    )
    return [
        ("main.yaml", "\nstart: greet\n", "\nstart: step1\n"),
        ("main.yaml", "\nnodes:\n", f"\nnodes:\n{steps}"),
    ]


@dataclass(frozen=True, slots=True)
class Mistake:
    """`told`: the file and the text of the line at which it is told."""

    rule: str
    edits: list[Edit]
    told: tuple[str, str]


MISTAKES = {
    "a target that is not there": Mistake(
        "missing-target",
        [("referrals.yaml", "    next: look_up\n", "    next: look_upp\n")],
        ("referrals.yaml", "next: look_upp")),
    "a dead end": Mistake(
        "dead-end",
        [("details.yaml", SAVED, SAVED.replace("    next: return\n", ""))],
        ("details.yaml", "  saved:")),
    "a node that nothing leads to": Mistake(
        "unreachable",
        [("details.yaml", SAVED, SAVED + "  lost: {kind: end, text: Merci.}\n")],
        ("details.yaml", "  lost:")),
    "a text that is not translated": Mistake(
        "untranslated",
        [("lang/en/details.yaml", "    text: Your details\n", "")],
        ("details.yaml", "text: Vos infos")),
    "a variable that nobody knows": Mistake(
        "unknown-variable",
        [("details.yaml", '"C\'est noté: {village_name}."', '"C\'est noté: {vilage_name}."')],
        ("details.yaml", "{vilage_name}")),
    "a screen over its budget": Mistake(
        "screen-too-long",
        [("details.yaml", "text: Arrêter nos SMS ? ", "text: Voulez-vous vraiment ne plus recevoir"
          " aucun de nos SMS, ni les rendez-vous ? Arrêter nos SMS ? ")],
        ("details.yaml", "  stop:")),
    "a screen too long with the longest data": Mistake(
        "screen-too-long",
        [("report.yaml", "\nstart: whose_consent\n",
          "\nstart: whose_consent\nvariables: {facility: {longest: 120}}\n")],
        ("report.yaml", "  emergency_told:")),
    "a pattern that explodes": Mistake(
        "catastrophic-pattern",
        added('    pattern: "(\\\\w+ ?)+"\n    next: messages\n'),
        ("details.yaml", "    pattern:")),
    "answers that overlap": Mistake(
        "overlapping-answers",
        added('    answers:\n      any: {pattern: "\\\\d+", next: saved}\n'
              '      code: {pattern: "[A-Z0-9]{4}", next: messages}\n'),
        ("details.yaml", "      code: {pattern")),
    "an answer that is never taken": Mistake(
        "answer-never-taken",
        added('    answers:\n      any: {pattern: "[a-z]+", next: saved}\n'
              '      none: {is: rien, next: messages}\n'),
        ("details.yaml", "      none: {is")),
    "a variable read before it is set": Mistake(
        "read-before-set",
        [("details.yaml", "    into: area\n", "    into: zone\n")],
        ("details.yaml", 'args: {health_area: "{area}"}')),
    "a variable that some way does not set": Mistake(
        "may-be-unset",
        [("details.yaml", "    otherwise: saved_village_alone", "    otherwise: saved_village")],
        ("details.yaml", "C'est noté: {village_name}. Aide")),
    "a loop without a wait": Mistake(
        "silent-loop",
        [("report.yaml", "  advise:\n    kind: branch\n    cases:\n",
          "  advise:\n    kind: branch\n    cases:\n"
          "      - {when: {var: consent, eq: refused}, next: outcome}\n")],
        ("report.yaml", "  advise:")),
    "no way out": Mistake(
        "no-way-out",
        [("details.yaml", SAVED, SAVED.replace("next: return", "next: saved"))],
        ("details.yaml", "  saved:")),
    "no way back": Mistake(
        "no-way-back",
        [("details.yaml", "\nstart: menu\n", '\nstart: menu\nkeys: {back: "", home: ""}\n')],
        ("details.yaml", "keys:")),
    "more screens than a session lasts": Mistake(
        "too-slow", many_screens(), ("main.yaml", "start: step1")),
    "patients' data without a PIN": Mistake(
        "shown-without-pin",
        [("referrals.yaml", "      - when: {var: is_worker, eq: true}\n        next: pin\n",
          "      - when: {var: consent, eq: given}\n        next: worker_list\n"
          "      - when: {var: is_worker, eq: true}\n        next: pin\n")],
        ("referrals.yaml", "  worker_list:")),
    "a PIN whose answer nobody looks at": Mistake(
        "sensitive-without-pin",
        [("pin.yaml", "        next: again\n    otherwise: locked",
          "        next: again\n    otherwise: return")],
        ("referrals.yaml", "  worker_list:")),
    "a case that earlier ones cover": Mistake(
        "case-never-taken",
        [("report.yaml", "{var: age_days, ge: 21900}", "{var: age_days, lt: 3000}")],
        ("report.yaml", "{var: age_days, lt: 3000}")),
    "a letter that no phone shows": Mistake(
        "unshowable",
        [("lang/en/details.yaml", "text: Your details", "text: Your ✓ details")],
        ("lang/en/details.yaml", "✓")),
    "an empty text": Mistake(
        "empty-text",
        [("details.yaml", "text: Votre langue ?", 'text: "  "')],
        ("details.yaml", 'text: "  "')),
    "a key for two things": Mistake(
        "key-clash",
        [("details.yaml", "        key: 3\n", '        key: "0"\n')],
        ("details.yaml", 'key: "0"')),
    "a translation that lacks a variable": Mistake(
        "other-variables",
        [("lang/en/details.yaml", '"Noted: {village_name}."', '"Noted."')],
        ("lang/en/details.yaml", '"Noted."')),
    "a translation that is none": Mistake(
        "same-as-original",
        [("lang/en/details.yaml", "text: No village on the list.", "text: Aucun village dans la liste.")],
        ("lang/en/details.yaml", "text: Aucun village dans la liste.")),
    "a number that nobody can answer": Mistake(
        "no-answer",
        [("report.yaml", "    unit: mois\n    min: 2\n", "    unit: mois\n    min: 13\n")],
        ("report.yaml", "    min: 13")),
    "a key that no node has": Mistake(
        "syntax",
        [("report.yaml", "    unit: jours\n", "    units: jours\n")],
        ("report.yaml", "    units: jours")),
}  # fmt: skip


@cache
def signs() -> dict[str, Groups]:
    return flow_sources(load_protocols(open_library(), shipped_languages()))


def planted(folder: Path, edits: list[Edit], languages: Languages | None = None) -> list[Fault]:
    """What is said of the shipped content with these edits, in the languages that are whole or in these."""
    for file, old, new in edits:
        text = text_of(folder, file)
        assert text.count(old) == 1, (file, old)
        place = folder / "ussd_flows" / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text.replace(old, new))
    library = Library((folder, shipped_root()))
    return list(prove_flows(library, languages or shipped_languages(), signs()).faults)


def text_of(folder: Path, file: str) -> str:
    own = folder / "ussd_flows" / file
    return (own if own.exists() else shipped_root() / "ussd_flows" / file).read_text()


def place_of(folder: Path, told: tuple[str, str]) -> str:
    """`file:line:` of the one line that holds a text."""
    file, text = told
    lines = enumerate(text_of(folder, file).splitlines(), 1)
    (number,) = (number for number, line in lines if text in line)
    return f"ussd_flows/{file}:{number}:"


def test_there_are_twenty_and_more() -> None:
    assert len(MISTAKES) >= 20
    assert len({mistake.rule for mistake in MISTAKES.values()}) >= 20


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_caught_with_file_line_and_hint(name: str, tmp_path: Path) -> None:
    mistake = MISTAKES[name]
    faults = planted(tmp_path, mistake.edits)
    place = place_of(tmp_path, mistake.told)
    caught = [f for f in faults if f.rule == mistake.rule and f.place.startswith(place)]
    assert caught, faults
    assert all(fault.hint for fault in caught)
    _nothing_else(faults, mistake)


def _nothing_else(faults: list[Fault], mistake: Mistake) -> None:
    """Errors of another rule would lead whoever mends it astray; what lacks a translation may be told."""
    if RULES[mistake.rule].severity is Severity.ERROR:
        astray = [f for f in faults if f.severity is Severity.ERROR and f.rule != mistake.rule]
        assert not astray


def test_many_of_them_are_found_in_one_run(tmp_path: Path) -> None:
    apart = ("missing-target", "wrong-deed", "unknown-variable", "unshowable", "no-answer",
             "case-never-taken", "read-before-set", "same-as-original", "shown-without-pin")  # fmt: skip
    together = [mistake for mistake in MISTAKES.values() if mistake.rule in apart]
    faults = planted(tmp_path, [edit for mistake in together for edit in mistake.edits])
    assert {mistake.rule for mistake in together} <= {fault.rule for fault in faults}


def test_a_text_that_one_alphabet_lacks_accuses_none_of_those_that_it_has(tmp_path: Path) -> None:
    """Arabic is spoken in a flow as a whole or not at all: the fallback is not taken for its texts."""
    advice = (
        "      advice:\n        key: 4\n        text: Conseils\n        next: advice\n\n  worker:"
    )
    more = advice.replace("\n\n", "\n      hours: {key: 5, text: Horaires, next: advice}\n\n")
    every = declared_languages(open_library())
    of_arabic = [
        (fault.rule, fault.problem, fault.hint)
        for fault in planted(tmp_path, [("main.yaml", advice, more)], every)
        if "/ar/" in fault.place or "into ar" in fault.problem
    ]
    assert of_arabic == [
        (
            "untranslated",
            "not translated into ar: patient.options.hours",
            "add it to ussd_flows/lang/ar/main.yaml; until then the fallback speaks the whole flow",
        )
    ]


SAVED_TWICE = SAVED.replace("    next: return\n", "    next: return\n    next: return\n")


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "details.yaml",
            SAVED,
            SAVED_TWICE,
            ["a second key `next` in one mapping (each stands once; the first is in line 173)"],
        ),
        ("pin.yaml", "nodes:\n", "nodes\n", ["a key without `: ` behind it"]),
        ("details.yaml", "text: C'est noté.", "text:", ["`text` is empty, and must be a text"]),
        ("details.yaml", "review: draft\n", "", ["review says neither draft nor who signed"]),
        ("details.yaml", SAVED, SAVED.replace("next:", "nxt:"), ["unknown key `nxt`"]),
        ("enrolment.yaml", "resume: {minutes: 10", "resume: {minutes: soon", ["not `soon`"]),
        ("enrolment.yaml", "resume: {minutes: 10", "resume: {minute: 10", ["unknown key `minute`"]),
        ("details.yaml", "        key: 3\n", "        key: yes\n", ["`yes` cannot be a key"]),
        (
            "lang/en/details.yaml",
            "text: Your details",
            "text: Your details ☺",
            ["WHITE SMILING FACE"],
        ),
    ],
)
def test_one_slip_is_told_once(
    file: str, old: str, new: str, told: list[str], tmp_path: Path
) -> None:
    """Of a file that cannot be read no other file says that it is not there, or that it leads nowhere."""
    faults = planted(tmp_path, [(file, old, new)])
    assert [f for f in faults if f.severity is Severity.WARNING] == []
    assert len(faults) == len(told), faults
    for fault, words in zip(faults, told, strict=True):
        assert words in f"{fault.problem} ({fault.hint})"
        assert fault.hint


def test_a_flow_that_nobody_calls_yet_may_return(tmp_path: Path) -> None:
    flow = tmp_path / "ussd_flows" / "new.yaml"
    flow.parent.mkdir()
    flow.write_text(
        "review: draft\nstart: a\nnodes:\n  a: {kind: message, text: Bonjour, next: return}\n"
    )
    assert {fault.rule for fault in planted(tmp_path, [])} == {"never-called", "untranslated"}
