"""Faults of settings, secrets, Redis, content, disk, channel, certificate and backups, planted one by one."""

import json
import os
import ssl
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mhealth.cli import main as cli
from mhealth.domain.finding import RedisFault, RedisSeen
from mhealth.domain.gateway import Account, OutOfReach, Stage
from mhealth.services.diagnosis import disk as disk_part
from tests.aggregators.carrier import Carrier
from tests.doctor.conftest import SECRET, Doctor
from tests.faults.parts import OwnRedis

DOCTOR = import_module("mhealth.cli.doctor")  # the package has a command of this name
PILOT = {
    "MHEALTH_MODE": "pilot",
    "MHEALTH_SERVICE_CODE": "*123#",
    "MHEALTH_SMS_NUMBER": "38000",
    "MHEALTH_AFRICASTALKING_API_KEY": SECRET,
}
LIVE = {
    **PILOT,
    "MHEALTH_MODE": "live",
    "MHEALTH_AFRICASTALKING_ENVIRONMENT": "live",
    "MHEALTH_AFRICASTALKING_USERNAME": "clinic",
}


# --- settings and secrets


def test_each_wrong_setting_is_a_finding_and_the_rest_is_looked_at(alone: Doctor) -> None:
    wrong = {"MHEALTH_MODE": "dmeo", "MHEALTH_LEASE_SECONDS": "-1", "MHEALTH_SECRET_KEY": None}

    lines = alone.lines(**wrong)

    assert lines.count("BAD  settings: MHEALTH_") == 3
    for name in wrong:
        assert f"settings: {name}: " in lines
    assert "ok   database" in lines
    assert "ok   content" in lines
    assert "?    channel: settings are wrong: no carrier was asked" in lines


def test_settings_that_clash_and_names_that_nobody_reads(alone: Doctor) -> None:
    found = alone.look("settings", MHEALTH_LEASE_SECONDS="3", MHEALTH_REDIS_ULR="redis://here")

    assert found["settings.wrong"].startswith("MHEALTH_LEASE_SECONDS: must exceed")
    assert found["settings.unknown"] == "MHEALTH_REDIS_ULR, perhaps MHEALTH_REDIS_URL"


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("MHEALTH_ENCRYPTION_KEYS", "a:b", "MHEALTH_ENCRYPTION_KEYS: a is not 32 bytes in base64"),
        ("MHEALTH_INDEX_KEY", "AAAA", "MHEALTH_INDEX_KEY: not 32 bytes in base64"),
    ],
)
def test_keys_that_are_no_keys(alone: Doctor, setting: str, value: str, said: str) -> None:
    assert alone.look("settings", **{setting: value})["settings.wrong"] == said


def test_a_broken_file_of_secrets_stops_no_doctor(alone: Doctor, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secrets.env").write_text("nonsense\n")
    env = {k: v for k, v in {**os.environ, **alone.env}.items() if v is not None}
    words = [sys.executable, "-m", "mhealth.cli.main", "doctor", "settings", "database"]

    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=100, check=False)

    assert done.returncode == 1, done.stderr
    assert "secrets.env:1: not a NAME=value line" in done.stdout
    assert "ok   database" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("setting", "value", "kind"),
    [
        ("MHEALTH_SECRET_KEY", "short", "secrets.weak"),
        ("MHEALTH_SECRET_KEY", "s" * 40, "secrets.weak"),
        ("MHEALTH_WEBHOOK_TOKENS", "africastalking:please-change-me-please", "secrets.weak"),
        ("MHEALTH_METRICS_TOKEN", "abcdefgh", "secrets.weak"),
        ("MHEALTH_INDEX_KEY", "A" * 43 + "=", "secrets.weak_key"),
        ("MHEALTH_ENCRYPTION_KEYS", "test:" + "A" * 43 + "=", "secrets.weak_key"),
    ],
)
def test_secrets_that_anybody_could_guess(
    alone: Doctor, setting: str, value: str, kind: str
) -> None:
    assert setting in alone.look("secrets", **{setting: value})[kind]
    assert alone.levels[kind] == "degraded"

    found = alone.look("secrets", **{**PILOT, setting: value})
    assert alone.levels[kind] == "broken"
    assert value not in str(found)


def test_a_file_of_secrets_that_others_may_read(alone: Doctor, tmp_path: Path) -> None:
    secrets = tmp_path / "var" / "secrets.env"
    secrets.parent.mkdir()
    secrets.write_text("")
    for mode, is_told in ((0o600, False), (0o640, False), (0o644, True), (0o660, True)):
        secrets.chmod(mode)
        assert ("secrets.readable" in alone.look("secrets")) == is_told, oct(mode)


# --- Redis


@pytest.fixture
def own_redis() -> Iterator[OwnRedis]:
    redis = OwnRedis(Path(tempfile.mkdtemp(prefix="mhealth-redis-")))
    yield redis
    redis.end()


def test_redis(alone: Doctor, own_redis: OwnRedis) -> None:
    url = {"MHEALTH_REDIS_URL": own_redis.url}
    assert alone.look("redis", **url) == {}
    assert set(alone.look("redis", **url, **PILOT)) == {"redis.not_durable"}
    assert alone.levels["redis.not_durable"] == "degraded"

    own_redis.client.config_set("appendonly", "yes")
    own_redis.client.config_set("maxmemory", "64mb")
    own_redis.client.config_set("maxmemory-policy", "allkeys-lru")
    assert set(alone.look("redis", **url, **PILOT)) == {"redis.evicts"}

    own_redis.client.config_set("maxmemory-policy", "noeviction")
    assert alone.look("redis", **url, **PILOT) == {}

    own_redis.client.config_set("requirepass", "right-one")
    found = alone.look("redis", MHEALTH_REDIS_URL=f"unix://:wrong-one@{own_redis.url[7:]}")
    assert set(found) == {"redis.password"}
    assert set(alone.look("redis", **url)) == {"redis.password"}
    assert "wrong-one" not in str(found)

    own_redis.kill()
    assert set(alone.look("redis", **url)) == {"redis.unreachable"}


def test_no_redis_or_an_address_that_is_none(alone: Doctor) -> None:
    assert alone.look("redis") == {}
    assert set(alone.look("redis", **PILOT)) == {"redis.none"}
    assert set(alone.look("redis", MHEALTH_REDIS_URL="nonsense")) == {"redis.unreachable"}


@pytest.mark.parametrize(
    ("version", "is_old"), [("6.0.16", True), ("6.2.14", False), ("10.1", False)]
)
def test_a_redis_that_is_too_old(
    alone: Doctor, monkeypatch: pytest.MonkeyPatch, version: str, is_old: bool
) -> None:
    """Its answer is faked: no such old one can be had."""
    seen = RedisSeen(version=version, is_durable=True, policy="noeviction", limit_bytes=0, now_ms=0)
    monkeypatch.setattr(DOCTOR, "ask_redis", lambda _url: seen)

    assert ("redis.old" in alone.look("redis", MHEALTH_REDIS_URL="redis://old")) == is_old


# --- content and gate


def test_a_broken_flow_is_told_by_file_and_line(alone: Doctor, tmp_path: Path) -> None:
    country = tmp_path / "country"
    (country / "ussd_flows").mkdir(parents=True)
    (country / "ussd_flows" / "main.yaml").write_text("flow: main\nnodes: [\n")

    found = alone.look("content", "gate", MHEALTH_COUNTRY_DIR=str(country))

    assert "ussd_flows/main.yaml:" in found["content.broken"]
    assert "content" in found["doctor.not_judged"]
    missing = alone.look("content", MHEALTH_COUNTRY_DIR=str(tmp_path / "none"))
    assert str(tmp_path / "none") in missing["content.folder"]


def test_the_gate_by_mode(alone: Doctor) -> None:
    assert alone.look("gate") == {}
    assert "not signed as they stand" in alone.look("gate", **PILOT)["gate.drafts"]
    assert alone.levels["gate.drafts"] == "degraded"

    found = alone.look("gate", **LIVE)

    assert "ussd_flows/content/protocols/" in found["gate.unsigned"]
    assert alone.levels["gate.unsigned"] == "broken"


# --- clocks, carrier, certificate


class Wall(BaseHTTPRequestHandler):
    """A host with a clock of its own."""

    ahead = timedelta()

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string((datetime.now(UTC) + self.ahead).timestamp())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def a_host(context: ssl.SSLContext | None = None, **of_wall: object) -> Iterator[int]:
    handler = type("Own", (Wall,), of_wall)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("seconds", "level"), [(0, None), (-30, "degraded"), (7200, "broken")])
def test_our_clock_against_the_carriers(alone: Doctor, seconds: int, level: str | None) -> None:
    with a_host(ahead=timedelta(seconds=seconds)) as port:
        alone.look("clock", MHEALTH_AFRICASTALKING_BASE_URL=f"http://127.0.0.1:{port}")

    assert alone.levels.get("clock.skew") == level


def test_the_carrier_refuses_the_account_or_is_not_there(alone: Doctor, carrier: Carrier) -> None:
    with a_host() as port:
        away = {"MHEALTH_AFRICASTALKING_BASE_URL": f"http://127.0.0.1:{port}"}
    assert set(alone.look("channel", **away)) == {"channel.unreachable"}
    assert alone.levels["channel.unreachable"] == "degraded"

    class Refusing(Wall):
        def do_GET(self) -> None:
            self.send_response(401)
            self.end_headers()

    with a_host(do_GET=Refusing.do_GET) as port:
        there = {"MHEALTH_AFRICASTALKING_BASE_URL": f"http://127.0.0.1:{port}"}
        assert set(alone.look("channel", **there)) == {"channel.account"}


def test_a_channel_without_token_and_an_address_that_is_not_public(alone: Doctor) -> None:
    tokens = {"MHEALTH_WEBHOOK_TOKENS": f"elsewhere:{SECRET}"}
    assert "channel.token" in alone.look("channel", **tokens)
    for url in ("http://clinic.example", "https://localhost"):
        found = alone.look("channel", **PILOT, MHEALTH_PUBLIC_URL=url)
        assert url in found["channel.public_url"]


def certificate(folder: Path, days: float, name: str = "localhost") -> Path:
    """A self-signed one for this machine that ends in so many days, and its key, in one file."""
    private = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    end = datetime.now(UTC) + timedelta(days=days)
    names = x509.SubjectAlternativeName(
        [x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.1"))]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=90))
        .not_valid_after(end)
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    form, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = folder / f"{days}.pem"
    file.write_bytes(made.public_bytes(pem) + private.private_bytes(pem, form, none))
    return file


@pytest.mark.parametrize(
    ("days", "is_trusted", "code"),
    [
        (60, True, None),
        (5, True, "certificate.ending"),
        (-1, True, "certificate.wrong"),
        (60, False, "certificate.wrong"),
    ],
)
def test_the_certificate_of_the_public_address(
    alone: Doctor,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    days: float,
    is_trusted: bool,
    code: str | None,
) -> None:
    file = certificate(tmp_path, days)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with a_host(context) as port:
        found = alone.look("certificate", MHEALTH_PUBLIC_URL=f"https://localhost:{port}")
        other = alone.look("certificate", MHEALTH_PUBLIC_URL=f"https://127.0.0.2:{port}")

    assert set(found) == ({code} if code else set())
    assert other  # another name or address than the certificate's


def test_a_public_address_that_does_not_answer(alone: Doctor) -> None:
    with a_host() as port:
        pass
    found = alone.look("certificate", MHEALTH_PUBLIC_URL=f"https://127.0.0.1:{port}")
    assert set(found) == {"certificate.unseen"}


# --- disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of one megabyte, where this user may mount one; else a folder."""
    folder = tmp_path / "small"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    is_mounted = subprocess.run(words, capture_output=True, check=False).returncode == 0
    yield folder
    if is_mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk(alone: Doctor, small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        (small_disk / "filling").write_bytes(b"x" * 2_000_000)
        monkeypatch.setattr(disk_part, "_refusal", lambda _path: "No space left on device")
        monkeypatch.setattr(os, "statvfs", _full)  # no right to mount: faked at the edge alone
    except OSError:
        pass

    found = alone.look("disk", MHEALTH_BACKUP_DIR=str(small_disk))

    assert "0 MB free" in found["disk.full"]
    assert "No space left" in found["disk.unwritable"]


def _full(_path: object) -> os.statvfs_result:
    return os.statvfs_result((4096, 4096, 1000, 0, 0, 100_000, 90_000, 90_000, 0, 255))


@pytest.mark.parametrize(
    ("free_mb", "inodes", "code"),
    [
        (5_000, 90_000, None),
        (1_500, 90_000, "disk.low"),
        (100, 90_000, "disk.full"),
        (5_000, 10_000, "disk.low"),
        (5_000, 10, "disk.full"),
    ],
)
def test_room_and_inodes(
    alone: Doctor,
    monkeypatch: pytest.MonkeyPatch,
    free_mb: int,
    inodes: int,
    code: str | None,
) -> None:
    """What the system would say of such a disk is faked; nothing else is."""
    blocks = free_mb * 1_000_000 // 4096
    state = os.statvfs_result((4096, 4096, 10**9, blocks, blocks, 10**6, inodes, inodes, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda _path: state)

    assert set(alone.look("disk")) == ({code} if code else set())


def test_a_folder_that_is_not_there(alone: Doctor, tmp_path: Path) -> None:
    found = alone.look("disk", MHEALTH_BACKUP_DIR=str(tmp_path / "none"))
    assert f"backups ({tmp_path / 'none'})" in found["disk.unwritable"]


# --- backups


def test_backups(alone: Doctor, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    here = {"MHEALTH_BACKUP_DIR": str(folder)}
    assert alone.look("backup") == {}
    assert set(alone.look("backup", **PILOT)) == {"backup.none"}
    assert set(alone.look("backup", **LIVE, **here)) == {"backup.none"}
    assert alone.levels["backup.none"] == "broken"

    made = _backup(alone, folder, "--no-proof")
    assert set(alone.look("backup", **here)) == {"backup.unproved"}
    _backup(alone, folder, "--verify", str(made))
    assert alone.look("backup", **here) == {}

    old = datetime.now(UTC) - timedelta(hours=27)
    for path in (made, Path(f"{made}.proved")):
        path.rename(folder / path.name.replace(made.name[8:23], f"{old:%Y%m%dT%H%M%S}"))
    assert "27 hours ago" in alone.look("backup", **here)["backup.old"]


def _backup(doctor: Doctor, folder: Path, *words: str) -> Path:
    done = CliRunner().invoke(cli.mhealth, ["backup", str(folder), *words], env=doctor.env)
    assert done.exit_code == 0, done.output
    return max(folder.glob("*.zip"))


def test_json_names_the_part_the_level_and_the_mend(
    alone: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_url: str) -> RedisSeen:
        raise RedisFault("unreachable", "no")

    monkeypatch.setattr(DOCTOR, "ask_redis", refuse)
    assert json.dumps(alone.look("redis", MHEALTH_REDIS_URL="redis://x")) == (
        '{"redis.unreachable": "no"}'
    )
    assert alone.parts == {"redis"}


def test_a_check_that_fails_itself_hides_nobody_else(
    alone: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_url: str) -> RedisSeen:
        raise RuntimeError("+2290197000001 came in the way")

    monkeypatch.setattr(DOCTOR, "ask_redis", fail)

    lines = alone.lines(MHEALTH_REDIS_URL="redis://x")

    assert "BAD  redis: RuntimeError: " in lines
    assert "97000001" not in lines
    assert "ok   queues" in lines


def test_who_is_far_away_is_asked_at_once_and_only_once(
    alone: Doctor, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_are_asked = threading.Barrier(2)

    def no_redis(_url: str) -> RedisSeen:
        both_are_asked.wait(60)
        raise RedisFault("unreachable", "nobody there")

    def no_carrier(_carriers: object, _channel: str) -> Account:
        both_are_asked.wait(60)
        raise OutOfReach(Stage.ANSWER, "no answer in time")

    monkeypatch.setattr(DOCTOR, "ask_redis", no_redis)
    monkeypatch.setattr(DOCTOR, "_account", no_carrier)

    lines = alone.lines(MHEALTH_REDIS_URL="redis://x", MHEALTH_AFRICASTALKING_BASE_URL=carrier.url)

    assert "BAD  redis: nobody there" in lines
    assert "warn channel: africastalking: 127.0.0.1: answer: no answer in time" in lines
