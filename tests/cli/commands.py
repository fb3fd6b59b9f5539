"""Commands called in this process, with the keys of the tests and a database of their own."""

from base64 import b64encode

from click.testing import CliRunner, Result

from mhealth.cli.main import mhealth

KEYS = {
    "MHEALTH_SECRET_KEY": "k" * 32,
    "MHEALTH_ENCRYPTION_KEYS": "test:" + b64encode(bytes(range(32))).decode(),
    "MHEALTH_INDEX_KEY": b64encode(bytes(range(32, 64))).decode(),
    "MHEALTH_WEBHOOK_TOKENS": "africastalking:token",
}


def run(url: str, *words: str, typed: str | None = None, **environ: str) -> Result:
    """`mhealth …` on this database; `typed` answers its questions."""
    env = {**KEYS, "MHEALTH_DATABASE_URL": url, "MHEALTH_LANGUAGES": "fr,en", **environ}
    return CliRunner().invoke(mhealth, words, env=env, input=typed, catch_exceptions=False)
