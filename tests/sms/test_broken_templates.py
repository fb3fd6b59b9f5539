"""A broken SMS refuses to load and is found by file and line; a check names them all at once."""

import pytest

from mhealth.domain.errors import ContentError
from mhealth.domain.language import Languages
from mhealth.sms.templates import check_templates, load_templates
from tests.sms.shelf import INDEX, Shelf

_DRAFT = "# review: draft\n"


@pytest.fixture
def languages(languages: Languages) -> Languages:
    """Those of the shelf, whatever else is declared."""
    return Languages({code: languages.by_code[code] for code in ("fr", "en")})


def test_a_sound_shelf_loads_and_speaks(shelf: Shelf, languages: Languages) -> None:
    templates = load_templates(shelf.library, languages)
    assert check_templates(shelf.library, languages) == []
    assert templates.render("hello", "en", {"code": "482 1935"}).text == "Bonjour 482 1935"


@pytest.mark.parametrize(
    ("written", "line", "column", "problem"),
    [
        (_DRAFT + "Bonjour {cod}, {code}", 2, 9, "unknown placeholder {cod}"),
        (_DRAFT + "Bonjour", 2, 1, "placeholder {code} is missing"),
        (_DRAFT + "Bonjour {code} {Code}", 2, 16, "a brace that belongs to no placeholder"),
        (_DRAFT + "{code} {", 2, 8, "a brace that belongs to no placeholder"),
        (_DRAFT + "{code}\nتعال", 3, 1, "is not in GSM-7, even folded"),
        (_DRAFT + "{code} \N{SMILING FACE WITH SMILING EYES}", 2, 8, "is not in GSM-7"),
        (_DRAFT + "{code}\x07", 2, 7, "a control character"),
        (_DRAFT + "Si fièvre, {code}", 2, 4, "an SMS never says 'fièvre'"),
        (_DRAFT + "Si FIÈVRE, {code}", 2, 4, "an SMS never says 'fièvre'"),
        (_DRAFT + "x" * 153 + "{code}", 2, 1, "2 segments with the longest values: 161 septets"),
        (_DRAFT + "€" * 77 + "{code}", 2, 1, "2 segments with the longest values: 162 septets"),
        (_DRAFT, 2, 1, "the text is empty"),
        (_DRAFT + " \n\n", 4, 1, "the text is empty"),
        ("Bonjour {code}", 1, 1, "no review header"),
        ("", 1, 1, "no review header"),
        ("# review: fine\nBonjour {code}", 1, 1, "review says neither draft nor who signed"),
        ("# review: by A, on 2026\n{code}", 1, 1, "review says neither draft nor who signed"),
        (b"# review: draft\nBonjour \xe9 {code}", 1, 1, "not UTF-8"),
    ],
)
def test_each_mistake_in_a_text_is_found_where_it_stands(
    shelf: Shelf,
    languages: Languages,
    written: str | bytes,
    line: int,
    column: int,
    problem: str,
) -> None:
    shelf.write("fr/hello", written)
    with pytest.raises(ContentError) as caught:
        load_templates(shelf.library, languages)
    assert caught.value.place == f"sms_templates/fr/hello.txt:{line}:{column}"
    assert problem in caught.value.problem
    found = check_templates(shelf.library, languages)
    assert [str(fault) for fault in found] == [str(caught.value)]


def test_a_text_of_exactly_one_segment_is_sound(shelf: Shelf, languages: Languages) -> None:
    shelf.write("fr/hello", _DRAFT + "x" * 152 + "{code}")
    assert check_templates(shelf.library, languages) == []


def test_accents_typed_in_two_parts_are_sound(shelf: Shelf, languages: Languages) -> None:
    shelf.write("fr/hello", _DRAFT + "Ho\u0302pital {code}")
    assert check_templates(shelf.library, languages) == []
    templates = load_templates(shelf.library, languages)
    assert templates.render("hello", "fr", {"code": "1"}).text == "Hopital 1"


def test_a_byte_order_mark_and_windows_line_ends_are_forgiven(
    shelf: Shelf, languages: Languages
) -> None:
    shelf.write("fr/hello", "\ufeff# review: draft\r\nBonjour {code}\r\n")
    assert check_templates(shelf.library, languages) == []
    templates = load_templates(shelf.library, languages)
    assert templates.render("hello", "fr", {"code": "1"}).text == "Bonjour 1"


def test_a_missing_translation_is_a_fault_of_the_check_and_the_fallback_speaks(
    shelf: Shelf, languages: Languages
) -> None:
    shelf.remove("en/hello")
    told = load_templates(shelf.library, languages).render("hello", "en", {"code": "1"})
    assert told.language == "fr"
    assert [str(fault) for fault in check_templates(shelf.library, languages)] == [
        "sms_templates/en/hello.txt:1:1: the text is missing"
    ]


def test_a_text_missing_in_the_default_language_refuses_to_load(
    shelf: Shelf, languages: Languages
) -> None:
    shelf.remove("fr/hello")
    with pytest.raises(ContentError, match=r"fr/hello.txt:1:1: the text is missing"):
        load_templates(shelf.library, languages)


def test_a_text_that_is_not_listed_is_found(shelf: Shelf, languages: Languages) -> None:
    shelf.write("fr/helo", _DRAFT + "Bonjour")
    with pytest.raises(ContentError, match=r"fr/helo.txt:1:1: not listed"):
        load_templates(shelf.library, languages)


def test_a_folder_of_an_undeclared_language_is_found(shelf: Shelf, languages: Languages) -> None:
    shelf.write("xx/hello", _DRAFT + "Bonjour {code}")
    with pytest.raises(ContentError, match=r"xx/hello.txt:1:1: no language 'xx'"):
        load_templates(shelf.library, languages)


def test_the_check_gathers_every_fault(shelf: Shelf, languages: Languages) -> None:
    shelf.write("fr/hello", _DRAFT + "fièvre {nom}")
    shelf.write("en/hello", "")
    shelf.remove("en/least")
    problems = [fault.problem for fault in check_templates(shelf.library, languages)]
    assert len(problems) == 5  # one of the header, three of the text, one missing
    assert problems[0] == "no review header"
    assert problems[-1] == "the text is missing"


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("lane: reply", "lane: fast", 6, "hello needs a lane"),
        ("lane: reply, ", "", 6, "hello needs a lane"),
        ("repeat_safe: false", "repeat_safe: no", 6, "hello needs repeat_safe"),
        ("values: [code]", "values: [name]", 6, "unknown value 'name'"),
        ("values: [code]", "values: code", 6, "needs values"),
        ("values: [village]", "values: [msisdn]", 7, "msisdn needs consent"),
        ("values: [code]", "value: [code]", 6, "unknown key 'value'"),
        ("{max: 8}", "{max: 3}", 2, "code needs max"),
        ("{max: 8}", "{max: many}", 2, "code needs max"),
        ("{max: 8}", "8", 2, "code must be a mapping"),
        ("values: [code]", "values: [code], max_segments: 0", 6, "max_segments"),
        ("never_say:", "never_told:", 8, "unknown key 'never_told'"),
        ("templates:", "template:", 5, "unknown key 'template'"),
        ("  least:", "  hello:", 7, "a second key `hello`"),
    ],
)
def test_each_mistake_in_the_list_is_found_where_it_stands(
    shelf: Shelf, languages: Languages, old: str, new: str, line: int, problem: str
) -> None:
    assert old in INDEX
    shelf.index(INDEX.replace(old, new, 1))
    with pytest.raises(ContentError) as caught:
        load_templates(shelf.library, languages)
    assert caught.value.place.startswith(f"sms_templates/templates.yaml:{line}:")
    assert problem in caught.value.problem
    assert [str(f) for f in check_templates(shelf.library, languages)] == [str(caught.value)]


def test_without_the_list_nothing_loads(languages: Languages, shelf: Shelf) -> None:
    (shelf.library.roots[0] / "sms_templates" / "templates.yaml").unlink()
    with pytest.raises(ContentError, match="the list of all SMS is missing"):
        load_templates(shelf.library, languages)


def test_more_segments_are_allowed_where_the_list_says_so(
    shelf: Shelf, languages: Languages
) -> None:
    shelf.index(INDEX.replace("values: [code]", "values: [code], max_segments: 2"))
    shelf.write("fr/hello", _DRAFT + "x" * 200 + "{code}")
    assert check_templates(shelf.library, languages) == []
