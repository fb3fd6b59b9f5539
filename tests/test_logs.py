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
start_logs("web", {form!r})
log = log_for("services.sending")
"""


def logged(code: str, form: str = "text", before: str = "") -> str:
    """All that a process writes which starts its logs and runs this code."""
    script = START.format(planted=PLANTED, before=before, form=form) + code
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
