"""Who speaks what is not translated: one rule for screens, words, signs and SMS, in one table."""

from functools import cache

import pytest

from mhealth.domain.language import Language, Languages
from mhealth.services.content import Content, load_content
from mhealth.ussd.text import spelled
from tests.product import LIBRARY
from tests.web.doors import some_settings

EVERYTHING = "fr,en,sw,pt,ha,ar"


@cache
def content(spoken: str) -> Content:
    return load_content(LIBRARY, some_settings(languages=spoken))


def screen(told: Content, flow: str, node: str, wish: str) -> str:
    plan = told.book.plan_of(flow)
    spoken = plan.tongues[flow][plan.speaks(wish)]
    node_texts = getattr(plan.nodes[f"{flow}.{node}"], "text")  # noqa: B009
    assert node_texts[plan.speaks(wish)] == node_texts[spoken]
    return spelled(node_texts[spoken])


@pytest.mark.parametrize(
    ("spoken", "wish", "screens", "of_the_flow", "other_flow", "sms", "other_sms", "sign"),
    [
        # in all languages: a person's own, where it is translated
        (EVERYTHING, "fr", "fr", "fr", "fr", "fr", "fr", "fr"),
        (EVERYTHING, "en", "en", "en", "en", "en", "en", "en"),
        (EVERYTHING, "sw", "sw", "sw", "sw", "sw", "sw", "sw"),
        # else its fallback: Portuguese leads to French, Hausa to English, Arabic to French
        (EVERYTHING, "pt", "pt", "pt", "fr", "pt", "fr", "fr"),
        (EVERYTHING, "ha", "ha", "ha", "en", "ha", "en", "en"),
        (EVERYTHING, "ar", "ar", "ar", "fr", "ar", "fr", "fr"),
        # past a language that is not spoken here, to the default
        ("fr,ha", "ha", "ha", "ha", "fr", "ha", "fr", "fr"),
        ("fr,sw", "sw", "sw", "sw", "sw", "sw", "sw", "sw"),
        ("fr,sw", "en", "fr", "fr", "fr", "fr", "fr", "fr"),
        # a language that nobody declared, and nobody's
        (EVERYTHING, "xx", "fr", "fr", "fr", "fr", "fr", "fr"),
        (EVERYTHING, "", "fr", "fr", "fr", "fr", "fr", "fr"),
    ],
)  # fmt: skip
def test_a_person_reads_the_own_language_else_its_fallback_else_the_default(
    spoken: str, wish: str, screens: str, of_the_flow: str, other_flow: str, sms: str,
    other_sms: str, sign: str,
) -> None:  # fmt: skip
    told = content(spoken)
    everything = content(EVERYTHING)
    for flow, node, reads in (
        ("main", "patient", screens),
        ("referrals", "none", of_the_flow),
        ("details", "menu", other_flow),
    ):
        assert screen(told, flow, node, wish) == screen(everything, flow, node, reads)
    assert told.templates.language_of("caller_accepted", wish) == sms
    assert told.templates.language_of("worker_accepted", wish) == other_sms
    assert told.phrases.say("when.today", wish) == everything.phrases.say("when.today", sms)
    labels = told.protocols["child"].signs["fever"].labels
    asked = everything.protocols["child"].signs["fever"].labels
    assert labels[told.languages.chain(wish)[0]] == asked[sign]


def test_in_gsm7_one_missing_text_falls_back_and_in_ucs2_the_whole_flow() -> None:
    told = content(EVERYTHING)
    report = told.book.plan_of("report")
    assert report.tongues["report"]["pt"] == "pt"
    assert report.tongues["report"]["ar"] == "fr"
    main = told.book.plan_of("main")
    assert {flow for flow, spoken in main.tongues.items() if spoken["ar"] == "ar"} == {
        "main",
        "referrals",
    }


def test_a_chain_never_goes_round_and_ends_at_the_default() -> None:
    round_about = Languages(
        {
            "fr": Language(code="fr", name="Français"),
            "a": Language(code="a", name="A", fallback="b"),
            "b": Language(code="b", name="B", fallback="a"),
        }
    )
    assert round_about.chain("a") == ["a", "b", "fr"]


def test_what_is_spoken_only_where_named_is_not_spoken_by_default() -> None:
    told = content("")
    assert list(told.languages.by_code) == ["fr", "en", "sw"]
    assert told.languages.silent == {"pt", "ha", "ar"}
    assert {file.language for file in told.files} == {"fr", "en", "sw"}
    assert list(content("fr,ar").languages.by_code) == ["fr", "ar"]
