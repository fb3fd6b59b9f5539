"""Whatever somebody does to the flow with every kind of question, the checker names it and never breaks."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mhealth.domain.errors import ContentError
from mhealth.ussd.book import build_book
from mhealth.ussd.compiling import compile_flows
from mhealth.ussd.source import Sources
from tests.ussd.asking import EXAMPLES
from tests.ussd.test_mangled_flows import mangled
from tests.ussd.walking import french_and_english, library_of

MAIN = (EXAMPLES / "main.yaml").read_text(encoding="utf-8")
ENGLISH = (EXAMPLES / "lang" / "en" / "main.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("which", ["main", "english"])
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_mangled_question_gives_faults_or_a_book(
    which: str, data: st.DataObject, tmp_path: Path
) -> None:
    main = data.draw(mangled(MAIN)) if which == "main" else MAIN
    english = data.draw(mangled(ENGLISH)) if which == "english" else ENGLISH
    library = library_of(tmp_path, main=main, lang_en_main=english)
    languages = french_and_english()
    errors = compile_flows(library, languages, Sources({}, languages)).faults.errors
    if not errors:
        assert build_book(library, languages, {}).current
        return
    with pytest.raises(ContentError) as refused:
        build_book(library, languages, {})
    assert refused.value.place == errors[0].place
