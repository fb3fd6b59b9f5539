"""The page says the same things in both languages, and nothing that it has no word for."""

import re
from pathlib import Path

from mhealth.simulator import page
from mhealth.simulator.script import KNOWN

_ROOM = Path(page.__file__).parent
_PLACES = re.compile(r"\{\w+\}")
_SAID = re.compile(r'(?<!\w)(say|count)\("(\w+)"')
_SHOWN = re.compile(r"words\.(\w+)")


def test_french_and_english_have_the_same_words_with_the_same_places() -> None:
    french, english = page.read_words("fr"), page.read_words("en")

    assert list(french) == list(english)
    for key, text in french.items():
        assert sorted(_PLACES.findall(text)) == sorted(_PLACES.findall(english[key])), key


def test_every_word_that_the_page_says_exists() -> None:
    known = page.read_words("fr")
    for script in (_ROOM / "static").glob("*.js"):
        for how, key in _SAID.findall(script.read_text("utf-8")):
            wanted = [key] if how == "say" else [f"{key}_one", f"{key}_many"]
            assert all(word in known for word in wanted), f"{script.name}: {key}"
    for key in _SHOWN.findall((_ROOM / "templates/phones.html").read_text("utf-8")):
        assert key in known, key


def test_every_word_is_used() -> None:
    scripts = [path.read_text("utf-8") for path in (_ROOM / "static").glob("*.js")]
    everything = "".join([*scripts, (_ROOM / "templates/phones.html").read_text("utf-8")])
    by_name = ("fail_", "status_", "soft_", "key_", "call_", "next_")
    for key in page.read_words("fr"):
        stem = re.sub(r"_(one|many)$", "", key)
        assert stem in everything or key.startswith(by_name), key


def test_the_page_has_no_style_or_script_within_its_text() -> None:
    html = (_ROOM / "templates/phones.html").read_text("utf-8")

    assert " style=" not in html
    assert re.search(r"\son\w+=", html) is None
    for script in (_ROOM / "static").glob("*.js"):
        assert "innerHTML" not in script.read_text("utf-8"), script.name


def test_the_how_to_names_every_step_of_the_script() -> None:
    told = (Path(__file__).parents[2] / "docs/how-to/use-the-phones.md").read_text("utf-8")

    for kind, steps in KNOWN.items():
        assert f"`{kind}`" in told
        for step, argument in steps.items():
            assert f"`{step}:" in told if argument else f"`{step}`" in told, f"{kind} {step}"
