"""What the product ships: its languages and its SMS."""

from pathlib import Path

import pytest

from mhealth.content.languages import load_languages
from mhealth.content.library import Library, open_library
from mhealth.domain.language import Languages
from mhealth.sms.templates import Templates, load_templates
from tests.sms.shelf import Shelf


@pytest.fixture(scope="session")
def library() -> Library:
    return open_library()


@pytest.fixture(scope="session")
def languages(library: Library) -> Languages:
    return load_languages(library)


@pytest.fixture(scope="session")
def templates(library: Library, languages: Languages) -> Templates:
    return load_templates(library, languages)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)
