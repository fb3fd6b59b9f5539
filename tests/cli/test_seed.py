"""The invented district is for the demo alone."""

import pytest

from mhealth.services.seeding import is_empty
from mhealth.store.database import Database
from tests.accounts import LIVE_ACCOUNT
from tests.cli.commands import run


@pytest.mark.parametrize("mode", ["pilot", "live"])
def test_nothing_invented_is_planted_where_people_are_real(
    sqlite_database: Database, mode: str
) -> None:
    url = sqlite_database.full.url.render_as_string(hide_password=False)
    account = {f"MHEALTH_{name.upper()}": value for name, value in LIVE_ACCOUNT.items()}

    done = run(url, "seed", MHEALTH_MODE=mode, **account)

    assert done.exit_code == 0
    assert done.output.startswith(
        f"MHEALTH_MODE={mode}: nothing invented is planted; `mhealth import`"
    )
    with sqlite_database.reading() as session:
        assert is_empty(session)
