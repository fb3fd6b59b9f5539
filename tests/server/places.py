"""A server's folders below a folder of the test: every absolute path of the guide moves there."""

import os
import re
import shutil
from pathlib import Path

from tests.ports import free_pair
from tests.server.guide import ROOT

HOST = "mhealth.example.org"
_PLACES = (
    "/etc/mhealth",
    "/etc/nginx",
    "/etc/redis",
    "/etc/systemd",
    "/etc/letsencrypt",
    "/etc/nftables.conf",
    "/opt/mhealth",
    "/run",
    "/usr/local/sbin",
    "/var",
)
_PLACE = re.compile(rf"(?<![\w./$}}])(?:{'|'.join(_PLACES)})(?=[/\s\"';:)]|$)", re.MULTILINE)
_LISTEN = re.compile(r"^(\s*listen )(443|80|127\.0\.0\.1:9180)\b", re.MULTILINE)
_IPV6 = re.compile(r"^\s*listen \[::\].*\n", re.MULTILINE)


class Places:
    """Where things of the server lie in the test, and its ports."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.https = free_pair()
        self.inside = self.https + 1  # what nginx serves to this machine alone
        self.http = free_pair()
        for folder in (
            "etc/nginx/sites-enabled",
            "etc/nginx/sites-available",
            "etc/redis",
            "etc/systemd/system",
            "opt/mhealth",
            "run/redis",
            "run/mhealth-web",
            "usr/local/sbin",
            "var/lib/redis",
            "var/log/nginx",
            "var/www/html",
            "var/backups",
            "var/lib",
            "root",
            "bin",
        ):
            (root / folder).mkdir(parents=True, exist_ok=True)

    def __truediv__(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def moved(self, text: str) -> str:
        """The text with every place of the server moved below the test's folder."""
        return _PLACE.sub(lambda found: f"{self.root}{found[0]}", text)

    def with_ports(self, conf: str) -> str:
        """nginx's file, listening where a test may, on this machine alone."""
        ports = {"443": self.https, "80": self.http, "127.0.0.1:9180": self.inside}
        conf = _IPV6.sub("", conf)
        return _LISTEN.sub(lambda found: f"{found[1]}127.0.0.1:{ports[found[2]]}", conf)

    def staged_checkout(self) -> Path:
        """The checkout as links, with a `deploy/` whose paths and ports are the test's."""
        stage = self / "root/checkout"
        stage.mkdir()
        for name in (
            "mhealth",
            "ussd_flows",
            "sms_templates",
            "migrations",
            "pyproject.toml",
            "wsgi.py",
            "README.md",
            "LICENSE",
            "CHANGELOG.md",
        ):
            (stage / name).symlink_to(ROOT / name)
        shutil.copytree(ROOT / "deploy", stage / "deploy")
        for file in (stage / "deploy").rglob("*"):
            if file.is_file():
                text = self.moved(file.read_text(encoding="utf-8"))
                file.write_text(self.with_ports(text) if file.suffix == ".conf" else text)
        return stage

    def is_root(self) -> bool:
        """Whether the test may give files away."""
        return os.geteuid() == 0
