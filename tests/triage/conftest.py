"""The shipped tables, read once."""

import pytest

from mhealth.content.languages import load_languages
from mhealth.content.library import Library, open_library
from mhealth.domain.language import Languages
from mhealth.triage.loader import load_protocols
from mhealth.triage.protocol import Protocol


@pytest.fixture(scope="session")
def library() -> Library:
    return open_library()


@pytest.fixture(scope="session")
def languages(library: Library) -> Languages:
    return load_languages(library)


@pytest.fixture(scope="session")
def protocols(library: Library, languages: Languages) -> dict[str, Protocol]:
    return load_protocols(library, languages)
