"""Servers of two versions of the flows, each of several workers, over one database: no call notices."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from mhealth.content.library import shipped_root
from mhealth.launcher.secrets import fresh_secrets
from tests.databases import copied_sqlite
from tests.launcher.running import poll
from tests.ports import free_pair

OLD, NEW = "Santé. Que voulez-vous faire ?", "Bienvenue. Que faire ?"


class Server:
    """`mhealth web` with two workers and a country's own first menu."""

    def __init__(self, folder: Path, url: str, secrets: dict[str, str], menu: str) -> None:
        flows = folder / "ussd_flows"
        flows.mkdir(parents=True)
        written = (shipped_root() / "ussd_flows" / "main.yaml").read_text(encoding="utf-8")
        (flows / "main.yaml").write_text(written.replace(OLD, menu, 1), encoding="utf-8")
        self.token = "a-token-of-the-tests"
        port = free_pair()
        self.at = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "mhealth.cli.main",
                "web",
                "--port",
                str(port),
                "--workers",
                "2",
            ],
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("MHEALTH_")},
                **secrets,
                "MHEALTH_DATABASE_URL": url,
                "MHEALTH_HOME": str(folder),
                "MHEALTH_COUNTRY_DIR": str(folder),
                "MHEALTH_WEBHOOK_TOKENS": f"africastalking:{self.token}",
            },
            start_new_session=True,
        )

    def serves(self) -> bool:
        assert self.process.poll() is None
        try:
            return requests.get(f"{self.at}/healthz", timeout=5).ok
        except requests.ConnectionError:
            return False

    def send(self, session: str, typed: str) -> str:
        """One USSD call on a connection of its own: whichever worker takes it."""
        fields = {
            "sessionId": session,
            "serviceCode": "*384*55#",
            "phoneNumber": f"+22901970000{session[-2:]}",
            "networkCode": "99999",
            "text": typed,
        }
        hook = f"{self.at}/hooks/africastalking/{self.token}/ussd"
        answer = requests.post(hook, data=fields, timeout=30)
        assert answer.status_code == 200
        return answer.text

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(60) == 0


@pytest.fixture
def served(tmp_path: Path, sqlite_template: Path) -> Iterator[dict[str, Server]]:
    url, secrets = copied_sqlite(sqlite_template, tmp_path), fresh_secrets()
    servers = {name: Server(tmp_path / name, url, secrets, name) for name in (OLD, NEW)}
    for server in servers.values():
        poll(server.serves, "not served")
    yield servers
    for server in servers.values():
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


def test_a_call_goes_on_while_a_server_takes_over_from_another(served: dict[str, Server]) -> None:
    old, new = served[OLD], served[NEW]
    old.send("ATUid_01", "")
    menu = old.send("ATUid_01", "1")
    assert "Que voulez-vous faire" in menu
    new.send("ATUid_02", "")

    for typed in ("1*9", "1*9*8"):  # two answers that are none, at either server
        said = (new if typed == "1*9" else old).send("ATUid_01", typed)
        assert "Que voulez-vous faire" in said
    assert "Bienvenue" in old.send("ATUid_02", "1")
    old.stop()

    asked = new.send("ATUid_01", "1*9*8*1")
    assert asked.startswith("CON ")
    assert "Que voulez-vous faire" in new.send("ATUid_01", "1*9*8*1*00")
    new.stop()
