"""`mhealth migrate` where no database answers: one line, and no password in it."""

import base64

import pytest
from click.testing import CliRunner

from mhealth.cli.main import mhealth

KEY = base64.b64encode(bytes(32)).decode()
SECRETS = {
    "MHEALTH_SECRET_KEY": "s" * 32,
    "MHEALTH_ENCRYPTION_KEYS": f"k1:{KEY}",
    "MHEALTH_INDEX_KEY": KEY,
    "MHEALTH_WEBHOOK_TOKENS": "africastalking:t",
}


@pytest.mark.parametrize(
    "url", ["postgresql://nurse:hush@127.0.0.1:9/clinic", "sqlite:////proc/none/clinic.sqlite3"]
)
def test_a_database_that_cannot_be_used_is_one_line(url: str) -> None:
    result = CliRunner().invoke(mhealth, ["migrate"], env={**SECRETS, "MHEALTH_DATABASE_URL": url})

    assert result.exit_code == 2, result.exception
    assert result.stderr.startswith("mhealth: ")
    assert result.stderr.count("\n") == 1
    assert "hush" not in result.stderr
