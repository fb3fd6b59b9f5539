"""The short words of phrases.yaml are told with place and hint when a phone cannot show them."""

from pathlib import Path

import pytest

from mhealth.content.languages import load_languages
from mhealth.content.library import Library, open_library, shipped_root
from mhealth.services.phrase_check import check_phrases
from mhealth.ussd.faults import Fault, Severity


def told(folder: Path, path: str, old: str, new: str) -> list[Fault]:
    text = (shipped_root() / path).read_text()
    assert text.count(old) == 1
    place = folder / path
    place.parent.mkdir(parents=True)
    place.write_text(text.replace(old, new))
    library = Library((folder, shipped_root()))
    return list(check_phrases(library, load_languages(library, ["fr", "en"])))


FRENCH, ENGLISH = "ussd_flows/content/phrases.yaml", "ussd_flows/lang/en/phrases.yaml"


@pytest.mark.parametrize(
    ("path", "old", "new", "rule", "says"),
    [
        (FRENCH, "  when.now: maintenant\n", "  when.now: maintenant ☎\n", "unshowable",
         "phones do not show '☎' (BLACK TELEPHONE) of phrase `when.now`"),
        (ENGLISH, "  when.now: now\n", "  when.now: ' '\n", "empty-text", "phrase `when.now` is empty"),
        (FRENCH, "  when.now: maintenant\n", "  when.naw: maintenant\n", "phrases",
         "unknown phrase 'when.naw'"),
        (ENGLISH, "  when.now: now\n", "", "untranslated", "not translated into en: when.now"),
    ],
)  # fmt: skip
def test_a_fault_is_named(
    path: str, old: str, new: str, rule: str, says: str, tmp_path: Path
) -> None:
    (fault,) = told(tmp_path, path, old, new)
    assert (fault.rule, fault.problem) == (rule, says)
    assert fault.place.startswith(f"{path}:")
    assert (fault.severity is Severity.WARNING) is (rule == "untranslated")


def test_the_shipped_phrases_have_none() -> None:
    library = open_library()
    assert list(check_phrases(library, load_languages(library))) == []
