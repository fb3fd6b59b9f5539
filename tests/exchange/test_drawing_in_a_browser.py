"""A drawing as Chromium shows it: no text leaves its card in any font, and nothing is fetched."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright

from mhealth.content.languages import declared_languages
from mhealth.content.library import open_library
from mhealth.services.content import load_book
from mhealth.services.flow_drawing import DrawingFormat, draw_flow
from mhealth.triage.loader import load_protocols

pytestmark = pytest.mark.browser
_CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_FLAGS = ["--no-sandbox", "--disable-dev-shm-usage"]
_OUTSIDE = """() => {
  const slack = 1.5, out = [];
  for (const card of document.querySelectorAll('g[id^=c]')) {
    const box = card.querySelector('rect').getBoundingClientRect();
    for (const text of card.querySelectorAll('text')) {
      const at = text.getBoundingClientRect();
      if (at.left < box.left - slack || at.right > box.right + slack ||
          at.top < box.top - slack || at.bottom > box.bottom + slack) out.push(text.textContent);
    }
  }
  const page = document.documentElement.getBoundingClientRect();
  for (const text of document.querySelectorAll('text')) {
    const at = text.getBoundingClientRect();
    if (at.right > page.right + slack || at.bottom > page.bottom + slack) out.push(text.textContent);
  }
  return out;
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


def test_no_text_leaves_its_card(chromium: Chromium, tmp_path: Path) -> None:
    library = open_library()
    languages = declared_languages(library)
    book = load_book(library, languages, load_protocols(library, languages))
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    for flow, language in (("report", "fr"), ("advice", "en"), ("referrals", "ar"), ("main", "ha")):
        place = tmp_path / f"{flow}.svg"
        drawing = draw_flow(library, book, flow, language, DrawingFormat.SVG, with_called=False)
        place.write_text(drawing, encoding="utf-8")
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(place.as_uri())
        for font in ("sans-serif", "DejaVu Sans", "Liberation Sans", "Noto Sans"):
            page.evaluate(
                "font => document.documentElement.setAttribute('font-family', font)", font
            )
            assert page.evaluate(_OUTSIDE) == [], (flow, language, font)
        assert asked == [place.as_uri()]
        page.close()
    context.close()
