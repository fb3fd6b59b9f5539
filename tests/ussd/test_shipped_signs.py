"""The flows together with the protocols that are shipped: every sign has its place on a screen."""

import pytest

from mhealth.content.library import open_library
from mhealth.services.content import flow_sources
from mhealth.triage.loader import load_protocols
from mhealth.ussd.book import build_book
from mhealth.ussd.checks import check_flows
from mhealth.ussd.kinds.signs import Signs
from tests.ussd.walking import but_for_others, shipped_languages

PROTOCOLS = load_protocols(open_library(), shipped_languages())
SOURCES = flow_sources(PROTOCOLS)
BOOK = build_book(open_library(), shipped_languages(), SOURCES)


def test_the_shipped_protocols_fit_the_shipped_flows() -> None:
    assert but_for_others(check_flows(open_library(), shipped_languages(), SOURCES)) == []


@pytest.mark.parametrize("code", sorted(shipped_languages().by_code))
@pytest.mark.parametrize("protocol", sorted(PROTOCOLS))
def test_every_sign_of_a_protocol_is_on_exactly_one_page(protocol: str, code: str) -> None:
    node = BOOK.plan_of("main").nodes["report.signs"]
    assert isinstance(node, Signs)
    pages = node.layouts[160][protocol][code]
    shown = [sign for page in pages for sign in page.shown.values()]
    assert shown == [sign.key for group in SOURCES[protocol] for sign in group]
    stops = {sign for page in pages for sign in page.stops}
    assert stops == {sign.key for group in SOURCES[protocol] for sign in group if sign.stops}
