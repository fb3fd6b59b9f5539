"""`mhealth channels` against the simulator and the web as real processes: what it shows, tries, sends."""

import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mhealth.cli.channels import channels
from mhealth.settings.channel_clashes import is_loopback
from tests.accounts import LIVE_ACCOUNT
from tests.databases import copied_sqlite
from tests.faults.parts import wait_for
from tests.ports import free_pair

MOTHER = "+2290197000011"
TOKEN, NEW_TOKEN = "an-old-token-of-the-tests", "a-new-token-of-the-tests"
NAME = "africastalking"


@pytest.fixture(scope="module")
def environ(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home, port = tmp_path_factory.mktemp("channels"), free_pair()
    (home / "var").mkdir()
    return {
        "MHEALTH_HOME": str(home),
        "MHEALTH_SECRET_KEY": "s" * 40,
        "MHEALTH_ENCRYPTION_KEYS": "test:" + "A" * 43 + "=",
        "MHEALTH_INDEX_KEY": "A" * 43 + "=",
        "MHEALTH_WEBHOOK_TOKENS": f"{NAME}:{NEW_TOKEN},{NAME}:{TOKEN}",
        "MHEALTH_DATABASE_URL": copied_sqlite(sqlite_template, home),
        "MHEALTH_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "MHEALTH_AFRICASTALKING_BASE_URL": f"http://127.0.0.1:{port + 1}",
        "NO_PROXY": "*",
    }


@pytest.fixture(scope="module")
def running(environ: dict[str, str]) -> Iterator[dict[str, str]]:
    """The web and the simulator, each a process of its own."""
    ports = [url.rpartition(":")[2] for name, url in environ.items() if name.endswith("_URL")][1:]
    started = [_start(environ, "web", "--port", ports[0])]
    started.append(_start(environ, "simulator", "--port", ports[1]))
    try:
        for port, path in zip(ports, ("healthz", ""), strict=True):
            wait_for(
                lambda at=f"http://127.0.0.1:{port}/{path}": _answers(at), f"no {path or 'phones'}"
            )
        yield environ
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)


def _start(environ: dict[str, str], *words: str) -> "subprocess.Popen[bytes]":
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("MHEALTH_")}
    return subprocess.Popen(
        [sys.executable, "-m", "mhealth.cli.main", *words],
        env={**inherited, **environ}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False


def run(environ: dict[str, str], *words: str, **changes: str) -> Result:
    return CliRunner().invoke(channels, list(words), env={**environ, **changes})


def simulator_of(environ: dict[str, str]) -> str:
    return environ["MHEALTH_AFRICASTALKING_BASE_URL"]


def test_the_list_says_never_before_anything_happened(environ: dict[str, str]) -> None:
    shown = run(environ)

    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith(f"{NAME} (sends): sandbox, account sandbox")
    assert shown.output.count("never") == 4  # three times, and what is never held back
    assert "0 of 5000 callers" in shown.output


def test_what_to_paste_is_shown_with_the_newest_token_and_what_is_wrong_with_the_address(
    environ: dict[str, str],
) -> None:
    shown = run(environ, "show", NAME)

    for hook in ("ussd", "ussd-events", "sms", "delivery"):
        assert f"{environ['MHEALTH_PUBLIC_URL']}/hooks/{NAME}/{NEW_TOKEN}/{hook}\n" in shown.stdout
    assert f"/{TOKEN}/" not in shown.stdout
    assert "2 tokens are valid now" in shown.stdout
    for words in ("*384*55#", "38455", "within 10 seconds", "Incoming Messages"):
        assert words in shown.stdout
    assert "no carrier can call it" in shown.stderr
    assert "is not https" in shown.stderr


def test_a_public_https_address_is_shown_without_a_warning(environ: dict[str, str]) -> None:
    live = {f"MHEALTH_{name.upper()}": value for name, value in LIVE_ACCOUNT.items()}
    url = {"MHEALTH_PUBLIC_URL": "https://sante.example/", "MHEALTH_AFRICASTALKING_BASE_URL": ""}
    shown = run(environ, "show", NAME, MHEALTH_MODE="live", **live, **url)

    assert shown.exit_code == 0, shown.output
    assert shown.stderr == ""
    assert "the app district" in shown.stdout
    assert f"https://sante.example/hooks/{NAME}/{NEW_TOKEN}/ussd\n" in shown.stdout


@pytest.mark.parametrize("words", [("show", "telegraph"), ("test", "telegraph")])
def test_an_unknown_channel_is_told_with_those_that_exist(
    environ: dict[str, str], words: tuple[str, ...]
) -> None:
    error = run(environ, *words).exception
    assert "no channel 'telegraph': MHEALTH_CHANNELS names africastalking" in str(error)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--send",), "--send needs --to"),
        (("--to", MOTHER), "--to without --send"),
        (("--send", "--to", "12"), "--to: not a phone number"),
    ],
)
def test_half_an_order_to_send_is_refused_before_anything_is_tried(
    environ: dict[str, str], words: tuple[str, ...], told: str
) -> None:
    result = run(environ, "test", NAME, *words)
    assert told in str(result.exception)
    assert result.output == ""


def test_a_dry_run_finds_account_and_webhooks_well_and_sends_nothing(
    running: dict[str, str],
) -> None:
    shown = run(running, "test", NAME)

    assert shown.exit_code == 0, shown.output
    assert "ok       account: http://127.0.0.1:" in shown.output
    assert "balance KES 1000.0000" in shown.output
    assert shown.output.count("answers as ours") == 8  # four addresses, two tokens
    assert "ok       wrong token: not found" in shown.output
    assert "dry run: no SMS was sent" in shown.output
    assert "token-of-the-tests" not in shown.output
    assert requests.get(f"{simulator_of(running)}/log", timeout=5).json()["messages"] == []


def test_one_sms_is_sent_and_followed_until_it_is_delivered(running: dict[str, str]) -> None:
    shown = run(running, "test", NAME, "--send", "--to", MOTHER, "--wait", "60")

    assert shown.exit_code == 0, shown.output
    assert "accepted by the carrier" in shown.output
    assert "delivered: the report came back" in shown.output
    assert MOTHER not in shown.output
    (sent,) = requests.get(f"{simulator_of(running)}/log", timeout=5).json()["messages"]
    assert sent["body"] == "Ceci est un essai de la ligne SMS. Vous n'avez rien à faire."
    listed = run(running)
    assert "1 of 5000 callers" in listed.output
    assert "last delivery report   20" in listed.output


def test_without_a_report_the_time_out_says_what_is_known(running: dict[str, str]) -> None:
    _script(running, delivery=["none"])
    shown = run(running, "test", NAME, "--send", "--to", MOTHER, "--wait", "0.1")

    assert shown.exit_code == 0
    assert "no delivery report within 0 s" in shown.output


def test_a_refused_sms_is_told_and_not_sent_later(running: dict[str, str]) -> None:
    _script(running, send=["per_recipient:406"])
    failed = run(running, "test", NAME, "--send", "--to", MOTHER)
    assert failed.exit_code == 1
    assert "failed (blocked: 406 UserInBlacklist)" in failed.output

    _script(running, send=["401"])
    refused = run(running, "test", NAME, "--send", "--to", MOTHER)
    assert refused.exit_code == 1
    assert "not taken by the carrier (bad_credentials: HTTP 401)" in refused.output
    assert "trouble: reply" in run(running).output


def test_above_a_cap_the_test_is_held_back_too(running: dict[str, str]) -> None:
    shown = run(running, "test", NAME, "--send", "--to", "+22890123456")
    assert shown.exit_code == 1
    assert "held back: over_cap:prefix" in shown.output


def test_a_wrong_key_is_named(running: dict[str, str]) -> None:
    shown = run(running, "test", NAME, MHEALTH_AFRICASTALKING_API_KEY="a-wrong-one")

    assert shown.exit_code == 1
    assert "BAD      account: " in shown.output
    assert "refuses the account or its key (HTTP 401)" in shown.output
    assert "mend: set MHEALTH_AFRICASTALKING_API_KEY" in shown.output
    assert "a-wrong-one" not in shown.output


@pytest.mark.parametrize(
    ("setting", "part"),
    [("AFRICASTALKING_BASE_URL", "account"), ("PUBLIC_URL", "webhook ussd (token 1 of 2)")],
)
def test_a_host_out_of_reach_is_told_by_how_far_we_came(
    running: dict[str, str], setting: str, part: str
) -> None:
    plain = simulator_of(running).replace("http:", "https:")
    for url, words in (
        ("http://no-such-host.invalid", "no-such-host.invalid: DNS: the name is not known"),
        (f"http://127.0.0.1:{free_pair()}", "127.0.0.1: connection: Connection refused"),
        (plain, "127.0.0.1: TLS: "),
    ):
        shown = run(running, "test", NAME, **{f"MHEALTH_{setting}": url})
        assert shown.exit_code == 1
        assert f"BAD      {part}: {words}" in shown.output, shown.output


def test_a_certificate_that_nobody_signed_is_told(running: dict[str, str], tmp_path: Path) -> None:
    with somebody_elses_page(tmp_path, tls=True) as url:
        shown = run(running, "test", NAME, MHEALTH_PUBLIC_URL=url)
    assert "127.0.0.1: TLS: self-signed certificate" in shown.output
    assert "mend: mend the certificate" in shown.output


def test_another_page_at_our_address_is_no_webhook_of_ours(
    running: dict[str, str], tmp_path: Path
) -> None:
    with somebody_elses_page(tmp_path, tls=False) as url:
        shown = run(running, "test", NAME, MHEALTH_PUBLIC_URL=url)
    assert shown.exit_code == 1
    assert "webhook sms (token 1 of 2): somebody else answers (HTTP 200)" in shown.output
    assert "BAD      wrong token: HTTP 200" in shown.output


def test_a_web_that_has_not_read_the_new_token_is_told(running: dict[str, str]) -> None:
    shown = run(running, "test", NAME, MHEALTH_WEBHOOK_TOKENS=f"{NAME}:one-that-it-has-not")
    assert shown.exit_code == 1
    assert "webhook delivery: not found there (HTTP 404)" in shown.output
    assert "one-that-it-has-not" not in shown.output


def _script(environ: dict[str, str], **steps: list[str]) -> None:
    requests.post(f"{simulator_of(environ)}/script", json=steps, timeout=5).raise_for_status()


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"Welcome to the network")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(HTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that turns away is what a test asks for."""


@contextmanager
def somebody_elses_page(folder: Path, *, tls: bool) -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), _Page)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_self_signed(folder))
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "page.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


def test_what_counts_as_this_machine() -> None:
    assert all(map(is_loopback, ("localhost", "x.localhost", "127.0.0.9", "::1")))
    assert not any(map(is_loopback, ("", "example.org", "10.0.0.1", "0.0.0.0")))
