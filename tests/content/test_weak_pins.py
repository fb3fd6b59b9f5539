"""PINs that many would choose are refused; most are not; a rule that cannot be read is named."""

from pathlib import Path

import pytest

from mhealth.content.library import Library, open_library
from mhealth.content.weak_pins import PLACE, load_weak_pins
from mhealth.domain.errors import ContentError

WEAK = load_weak_pins(open_library())


@pytest.mark.parametrize(
    "pin",
    [
        "000000", "777777", "121212", "482482", "123456", "654321", "890123", "210987", "024680",
        "112233", "111222", "482284", "310184", "840131", "013184", "121990", "199012", "147258",
        "852741", "159753", "123654", "420420",
    ],
)  # fmt: skip
def test_a_pin_that_many_would_choose_is_weak(pin: str) -> None:
    assert WEAK.is_weak(pin)


@pytest.mark.parametrize("pin", ["739164", "482915", "395062", "904713", "321984"])
def test_a_pin_without_a_pattern_is_not(pin: str) -> None:
    assert not WEAK.is_weak(pin)


def test_most_pins_can_be_chosen() -> None:
    some = [f"{(number * 7_919) % 1_000_000:06d}" for number in range(20_000)]
    assert 0.08 < sum(map(WEAK.is_weak, some)) / len(some) < 0.15


@pytest.mark.parametrize(
    ("there", "wrong", "said"),
    [
        ("blocks: [1, 2, 3]", "blocks: [1, 4]", "4 is no length of a block"),
        ("mirrored: true", "mirrored: often", "'mirrored' is true or false"),
        ("doubled: true", "dubbed: true", "unknown key 'dubbed'"),
        ("[DDMMYY,", "[DDMMYYYY,", "'DDMMYYYY' cannot stand in 'dates'"),
        ('"314159"', "314159", "314159 cannot stand in 'pins'"),
        ("years: {first: 1930, last: 2035}", "years: all", "years need first and last"),
    ],
)
def test_a_rule_that_cannot_be_read_is_named(
    tmp_path: Path, there: str, wrong: str, said: str
) -> None:
    text = open_library().find(PLACE).read_text(encoding="utf-8")
    assert there in text
    file = tmp_path / PLACE
    file.parent.mkdir(parents=True)
    file.write_text(text.replace(there, wrong), encoding="utf-8")

    with pytest.raises(ContentError, match=said):
        load_weak_pins(Library((tmp_path,)))
