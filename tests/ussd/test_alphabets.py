"""A screen is in one alphabet and within its limit; a UCS-2 language speaks a whole flow or none."""

from pathlib import Path

import pytest

from mhealth.content.library import Library
from mhealth.domain.alphabet import LIMITS, NARROW, WIDE, Alphabet, room_for
from mhealth.domain.language import Language, Languages
from mhealth.ussd import engine
from mhealth.ussd.book import Book, build_book
from mhealth.ussd.checks import check_flows
from mhealth.ussd.engine import Ask, Show
from tests.ussd.walking import library_of

LANGUAGES = Languages(
    {
        "fr": Language(code="fr", name="Français"),
        "ar": Language(code="ar", name="Arabi", alphabet=Alphabet.UCS2, fallback="fr"),
    },
    silent=frozenset({"en"}),
)
LONG = "Une phrase qui se répète pour remplir. " * 9
MAIN = f"""review: draft
start: a
variables: {{village_name: {{longest: 12}}}}
nodes:
  a:
    kind: menu
    text: Bonjour {{village_name}}
    options:
      on: {{key: 1, text: Suite, next: look}}
      more: {{key: 2, text: Autre, next: other}}
  look: {{kind: deed, deed: save_consent, args: {{given: true}}, next: tell}}
  tell: {{kind: message, text: "{LONG}", next: home}}
  other: {{kind: call, flow: other, next: bye}}
  bye: {{kind: end, text: Merci}}
"""
OTHER = """review: draft
start: b
nodes:
  b: {kind: deed, deed: save_consent, args: {given: true}, next: c}
  c: {kind: message, text: Uniquement en français ici, next: return}
"""
ARABIC = """review: draft
nodes:
  a:
    text: مرحبا {village_name}
    options: {on: التالي, more: غيره}
  tell: {text: "%s"}
  bye: {text: شكرا}
""" % ("جملة تتكرر لملء الشاشة. " * 9)
WORDS = """review: draft
phrases:
  back: رجوع
  home: البداية
  more: المزيد
  letters: اكتب أول الاسم
  next: التالي
  repeat: أعد
  none: لا شيء
  hint: غير صحيح.
  hint_number: من {min} إلى {max}.
  hint_code: خطأ.
  hint_date: خطأ.
  hint_phone: خطأ.
  hint_text: من {min} إلى {max}
  hint_signs: خطأ.
  hint_pin: ستة أرقام.
  give_up: لم نفهم. اتصل مرة أخرى.
  give_up_help: لم نفهم. اتصل على {help_number}
  changed: تغيرت الخدمة. اتصل مرة أخرى.
  changed_help: تغيرت الخدمة. اتصل على {help_number}
  resume: انقطعت مكالمتك السابقة. هل نكمل؟
  resume_yes: متابعة
  resume_no: من جديد
  sms_answer: أجب برسالة أو اطلب {service_code}
  sms_answer_short: أجب برسالة
"""


def library(folder: Path, **files: str) -> Library:
    made = library_of(folder, main=MAIN, other=OTHER)
    for name, text in {"main": ARABIC, "screens": WORDS, **files}.items():
        place = folder / "ussd_flows/lang/ar" / f"{name}.yaml"
        place.parent.mkdir(parents=True, exist_ok=True)
        if text:
            place.write_text(text)
    return made


def book(folder: Path, **files: str) -> Book:
    return build_book(library(folder, **files), LANGUAGES, {})


def call(known: Book, *typed: str, limit: int = NARROW, village: str = "Agbodji") -> list[Show]:
    facts = {"village_name": village, "language": "ar"}
    shows, asked = [], []
    step = engine.begin(known, "main", facts, "ar", limit)
    for answer in (*typed, None):
        while isinstance(step, Ask):
            asked.append(step.language)
            step = engine.answer(known, step.state, {"consent": "given"})
        shows.append(step)
        if answer is not None:
            step = engine.resume(known, step.state, answer)
    call.asked = asked  # type: ignore[attr-defined]
    return shows


def is_arabic(text: str) -> bool:
    return any("\u0600" <= char <= "\u06ff" for char in text)


@pytest.mark.parametrize("limit", LIMITS)
def test_pages_of_a_ucs2_text_fill_the_screen_of_the_carrier(limit: int, tmp_path: Path) -> None:
    known = book(tmp_path)
    pages = call(known, "1", "1", "1", limit=limit)[1:]
    sizes = [Alphabet.UCS2.size(page.text) for page in pages]
    assert all(is_arabic(page.text) for page in pages)
    assert max(sizes) <= room_for(limit, Alphabet.UCS2)
    assert max(sizes) > room_for(limit, Alphabet.UCS2) - 25


def test_a_wider_screen_needs_fewer_pages(tmp_path: Path) -> None:
    known = book(tmp_path)

    def pages(limit: int) -> int:
        for count in range(1, 20):
            if call(known, "1", *["1"] * count, limit=limit)[-1].node == "main.a":
                return count
        raise AssertionError("no end")

    assert pages(WIDE) < pages(NARROW)


def test_a_flow_without_the_language_is_the_fallbacks_as_a_whole(tmp_path: Path) -> None:
    shows = call(book(tmp_path), "2")
    assert is_arabic(shows[0].text)
    assert shows[1].text == "Uniquement en francais ici\n1 Suite"
    assert call.asked == ["fr"]  # type: ignore[attr-defined]
    assert call(book(tmp_path), "2", "1")[-1].text.startswith("شكرا")


def test_a_deed_hears_the_language_that_is_spoken(tmp_path: Path) -> None:
    call(book(tmp_path), "1")
    assert call.asked == ["ar"]  # type: ignore[attr-defined]


def test_one_missing_text_gives_the_whole_flow_to_the_fallback(tmp_path: Path) -> None:
    known = book(tmp_path, main=ARABIC.replace("  bye: {text: شكرا}\n", ""))
    assert not is_arabic(call(known)[0].text)


@pytest.mark.parametrize(
    "kind", ["{kind: text, into: said", "{kind: several, into: done, options: {o: {text: Oui}}"]
)
def test_a_hint_alone_is_not_measured_in_the_alphabet_of_the_fallback(
    kind: str, tmp_path: Path
) -> None:
    made = library(tmp_path, main="review: draft\nnodes: {a: {hint: خطأ}}\n")
    node = f"{kind}, text: Qui, hint: Encore, next: z}}"
    french = f"review: draft\nstart: a\nnodes:\n  a: {node}\n  z: {{kind: end, text: Fin}}\n"
    (tmp_path / "ussd_flows" / "main.yaml").write_text(french, encoding="utf-8")
    (tmp_path / "ussd_flows" / "other.yaml").unlink()
    shows = call(build_book(made, LANGUAGES, {}), "?" * 200)
    assert shows[1].text.startswith("Encore\nQui")


def test_one_missing_word_of_the_engine_gives_all_flows_to_the_fallback(tmp_path: Path) -> None:
    known = book(tmp_path, screens=WORDS.replace("  none: لا شيء\n", ""))
    assert not is_arabic(call(known)[0].text)


def test_a_name_in_another_script_stays_in_ucs2_and_becomes_marks_in_gsm7(tmp_path: Path) -> None:
    known = book(tmp_path)
    assert "بوكو" in call(known, village="بوكو")[0].text
    silent = book(tmp_path / "silent", main="")
    assert "????" in call(silent, village="بوكو")[0].text


def test_a_screen_over_70_units_is_a_fault(tmp_path: Path) -> None:
    longer = ARABIC.replace("on: التالي", "on: " + "التالي " * 9)
    faults = check_flows(library(tmp_path, main=longer), LANGUAGES, {})
    assert any("of 70 characters in ar" in fault.problem for fault in faults)


def test_a_limit_nobody_knows_is_the_narrowest(tmp_path: Path) -> None:
    assert call(book(tmp_path), limit=999)[0].state.limit == NARROW
