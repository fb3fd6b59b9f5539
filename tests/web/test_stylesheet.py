"""The look: small, from here only, and readable in light and in dark."""

import re

import pytest

from mhealth.web.frame import STATIC
from tests.web.conftest import Browser
from tests.web.desk_seed import Busy

CSS = (STATIC / "desk.css").read_text()
_LIGHT, _DARK = [
    dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,8})\b", block))
    for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
]
INK_ON_GROUND = [
    *((ink, ground) for ink in ("ink", "quiet", "brand", "red", "amber", "blue", "green")
      for ground in ("paper", "card")),
    ("ink", "sunken"), ("quiet", "sunken"), ("red", "red-wash"), ("amber", "red-wash"),
    ("ink", "red-wash"), ("quiet", "red-wash"), ("brand", "red-wash"),
    ("amber", "amber-wash"), ("ink", "amber-wash"), ("blue", "blue-wash"),
    ("green", "green-wash"), ("on-brand", "brand"), ("on-red", "red-solid"),
    ("on-bar", "bar"), ("on-bar-quiet", "bar"),
]  # fmt: skip


def light_of(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    darker, lighter = sorted((light_of(one), light_of(two)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tokens", [_LIGHT, _LIGHT | _DARK], ids=["light", "dark"])
def test_every_ink_can_be_read_on_every_ground_it_is_used_on(tokens: dict[str, str]) -> None:
    weak = [
        f"{ink} on {ground}: {found:.2f}"
        for ink, ground in INK_ON_GROUND
        if (found := contrast(tokens[ink], tokens[ground])) < 4.5
    ]

    assert weak == []


@pytest.mark.parametrize("tokens", [_LIGHT, _LIGHT | _DARK], ids=["light", "dark"])
def test_fields_are_seen_by_their_edge(tokens: dict[str, str]) -> None:
    assert contrast(tokens["edge"], tokens["card"]) >= 3


def test_every_token_used_is_declared() -> None:
    used = set(re.findall(r"var\(--([\w-]+)\)", CSS))
    declared = set(re.findall(r"--([\w-]+):", CSS))

    assert used - declared == set()


def test_the_first_view_stays_small(signed_in: Browser, busy: Busy) -> None:
    page = signed_in.get("/desk/referrals")
    assets = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.text)
    assert assets

    weight = len(page.data) + sum(len(signed_in.get(path).data) for path in set(assets))

    assert weight < 100 * 1024


def test_an_asset_may_be_kept_because_its_address_changes_with_it(signed_in: Browser) -> None:
    page = signed_in.get("/sign-in", follow_redirects=True).text
    address = re.search(r'href="(/assets/desk\.css\?v=\w{12})"', page)
    assert address is not None

    answer = signed_in.get(address.group(1))

    assert "max-age=31536000" in answer.headers["Cache-Control"]
