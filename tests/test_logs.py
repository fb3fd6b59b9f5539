"""What a process writes as its log: planted numbers and tokens are in no line, whoever logs them.

Each text is logged by a process of its own, as the product does; we read what it wrote.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

NUMBER, LOCAL, TOKEN = "2290197000001", "97000001", "SECRETTOKEN123"
PLANTED = f"+{NUMBER} at {LOCAL} by /hooks/africastalking/{TOKEN}/ussd"
START = """
import logging, logging.config, sys, threading
from mhealth.logs import log_for, start_logs
PLANTED = {planted!r}
before = {before!r}
exec(before)
start_logs("web", {form!r}, {level!r})
log = log_for("services.sending")
"""


def logged(code: str, form: str = "text", before: str = "", level: str = "info") -> str:
    """All that a process writes which starts its logs and runs this code."""
    script = START.format(planted=PLANTED, before=before, form=form, level=level) + code
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    return done.stdout + done.stderr


def assert_clean(written: str) -> None:
    assert written.strip()
    assert NUMBER not in written
    assert not re.search(rf"(?<!\d){LOCAL}", written)
    assert TOKEN not in written


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    "code",
    [
        "logging.getLogger('some.library').warning(PLANTED)",
        "logging.getLogger('some.library').warning('Retrying %s %s', PLANTED, [PLANTED])",
        "logging.getLogger('werkzeug').info(PLANTED)",
        "log.info(PLANTED)",
        "log.info('taken', detail=PLANTED, n=2290197000001, parts=[PLANTED], d={PLANTED: {1: PLANTED}})",
        "log.info('taken', message=PLANTED, rest_ms=PLANTED, short=97000001, raw=PLANTED.encode())",
        "log.bind(who=PLANTED).error('failed', error=ValueError(PLANTED))",
        "try:\n  raise ValueError(PLANTED)\nexcept ValueError: log.exception('failed')",
        "try:\n  raise ValueError(PLANTED)\nexcept ValueError: logging.exception('failed')",
        "raise ValueError(PLANTED)",
        "threading.Thread(target=lambda: int(PLANTED)).start()",
        "logging.warning('too few %s %s', PLANTED)",
        "logging.getLogger('l').warning('with extra', extra={'who': PLANTED}, stack_info=True)",
    ],
)
def test_no_line_holds_a_number_or_a_token(code: str, form: str) -> None:
    assert_clean(logged(code, form))


@pytest.mark.parametrize(
    ("library", "code"),
    [
        (
            "from granian.log import LogLevels, configure_logging; configure_logging(LogLevels.info)",
            "logging.getLogger('granian.access').info(PLANTED); logging.getLogger('_granian').error(PLANTED)",
        ),
        (
            "from rq.logutils import setup_loghandlers; setup_loghandlers('INFO')",
            "logging.getLogger('rq.worker').info(PLANTED)",
        ),
        (
            "pass",
            "from rq.logutils import setup_loghandlers; setup_loghandlers('INFO')\n"
            "logging.getLogger('rq.worker').info(PLANTED)",
        ),
    ],
    ids=["granian", "rq before us", "rq after us"],
)
def test_libraries_with_handlers_of_their_own_are_scrubbed_too(library: str, code: str) -> None:
    written = logged(code, before=library)

    assert_clean(written)
    assert "process='web'" in written


def test_our_own_sentences_times_and_counts_stay_as_they_are() -> None:
    written = logged(
        "log.info('sms answered', message=123456789, rest_ms=900000000, code='482 1937')"
    )

    assert re.fullmatch(
        r"timestamp='20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z' level='info' event='sms answered'"
        r" message=123456789 rest_ms=900000000 code='482 1937' process='web'\n",
        written,
    )


def test_json_is_one_object_a_line_and_keeps_accents() -> None:
    (line,) = logged("log.info('pris', who='Référence', parts=[1, 'a\\nb'])", "json").splitlines()

    said = json.loads(line)
    assert (said["event"], said["level"], said["process"]) == ("pris", "info", "web")
    assert (said["who"], said["parts"]) == ("Référence", [1, "a b"])
    assert "Référence" in line


def test_a_thread_s_line_names_its_process_too() -> None:
    written = logged("threading.Thread(target=lambda: log.info('here')).start()")
    assert "event='here' process='web'" in written


def test_being_asked_to_end_is_no_event() -> None:
    assert logged("sys.exit(3)") == ""


TALKATIVE = """
import africastalking, sqlalchemy as sa
africastalking.initialize(PLANTED, PLANTED)
logging.getLogger('urllib3.connectionpool').debug('%s "POST %s"', PLANTED, PLANTED)
logging.getLogger('alembic.runtime.migration').info('Running %s', PLANTED)
logging.getLogger('redis').error(PLANTED)
engine = sa.create_engine('sqlite://', hide_parameters=True)
with engine.connect() as c: c.execute(sa.text('SELECT :p'), {'p': PLANTED}).all()
log.info('the last word')
"""


def test_libraries_at_their_most_talkative() -> None:
    written = logged(TALKATIVE, level="debug")

    assert_clean(written)
    assert "the last word" in written


def test_a_database_writes_no_value_into_an_error(tmp_path: Path) -> None:
    code = (
        "from mhealth.store.database import open_database; from mhealth.store.keyring import Keyring\n"
        "from sqlalchemy import text\n"
        f"d = open_database('sqlite:///{tmp_path}/x.sqlite3', Keyring({{'k': bytes(32)}}, bytes(32)))\n"
        "with d.reading() as s: s.execute(text('SELECT :name FROM nowhere'), {'name': 'Awa Mensah'})"
    )

    written = logged(code, level="debug")

    assert "no such table: nowhere" in written
    assert "Awa" not in written


@pytest.mark.parametrize(
    ("level", "said"),
    [("debug", "abcd"), ("error", "d")],
)
def test_the_level_is_a_setting(level: str, said: str) -> None:
    code = "log.debug('a'); log.info('b'); log.warning('c'); log.error('d')"

    lines = [json.loads(line) for line in logged(code, "json", level=level).splitlines()]

    assert "".join(line["event"] for line in lines) == said


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_line_break_within_a_value_makes_no_line(form: str) -> None:
    forged = 'x\\n{\\"event\\": \\"sms accepted\\"}\\r\\u2028\\x1b[2J'
    code = f'log.info("taken", text="{forged}", **{{"a\\nb": 1}})'

    lines = logged(code, form).splitlines()

    assert len(lines) == 1
    assert "\x1b" not in lines[0]
    if form == "json":
        assert json.loads(lines[0])["event"] == "taken"


def test_every_line_of_a_traceback_is_one_json_object() -> None:
    code = "def deep(n): return int(PLANTED) if n == 0 else deep(n - 1)\n"
    code += "try: deep(9)\nexcept ValueError: log.exception('failed')\n"

    lines = logged(code, "json").splitlines()

    assert [json.loads(line)["process"] for line in lines] == ["web"]
    assert_clean("\n".join(lines))


def test_a_command_says_what_it_says_and_no_log() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mhealth.cli.main", "dial", "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[1],
    )
    assert "timestamp=" not in done.stdout + done.stderr
