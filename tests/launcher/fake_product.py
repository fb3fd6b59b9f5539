"""A small product for the launcher to run: each part notes in a journal when it starts and ends.

fake_product.py launch              the real launcher around the fakes, port from PORT
fake_product.py redis --port 0 ...  a Redis that knows PING
fake_product.py web --port 8000 ... a web that answers every GET with 200; so does `simulator`
fake_product.py worker | clock      parts that wait for SIGTERM
fake_product.py migrate | seed      commands that end at once

FAULTS in the environment makes parts misbehave: `web:dies`, `worker:dies-once`, `clock:deaf`,
`web:mute`, `migrate:refuses`.
"""

import os
import signal
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import click

from mhealth.domain.errors import MhealthError
from mhealth.launcher.output import Output
from mhealth.launcher.plan import Programs
from mhealth.launcher.redis_choice import RedisServer
from mhealth.launcher.run import Launch, run
from mhealth.launcher.supervisor import Patience

JOURNAL = Path(os.environ["JOURNAL"])
THIS = str(Path(__file__).resolve())


def note(text: str) -> None:
    with open(JOURNAL, "a") as journal:
        journal.write(f"{text}\n")


def launch() -> int:
    """Run the real launcher; the exit code as the command line gives it."""
    fake = (sys.executable, THIS)
    servers = {"fake": (_redis_program(),), "none": (), "broken": ("/bin/false", _redis_program())}
    programs = servers[os.environ.get("REDIS", "fake")]
    try:
        run(
            Launch(
                host="127.0.0.1",
                port=int(os.environ["PORT"]),
                environ=dict(os.environ),
                programs=Programs(cli=fake, web=(*fake, "web")),
                servers=tuple(RedisServer(program=p, described=p) for p in programs),
                patience=Patience(ready=float(os.environ.get("READY", "30")), first_restart=0.1),
            ),
            Output(sys.stdout, os.environ),
        )
    except MhealthError as error:
        click.echo(error, err=True)
        return 2
    return 0


def _redis_program() -> str:
    program = JOURNAL.with_name("fake-redis")
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {THIS} redis "$@"\n')
    program.chmod(0o755)
    return str(program)


def serve_redis(words: list[str]) -> None:
    path = words[words.index("--unixsocket") + 1]
    Path(path).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        while True:
            connection, _ = server.accept()
            connection.sendall(b"+PONG\r\n")
            connection.close()


class Yes(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # noqa: N802  # the standard library's name
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        pass


def serve_http(words: list[str]) -> None:
    server = HTTPServer(("127.0.0.1", int(words[words.index("--port") + 1])), Yes)
    server.serve_forever()


def wait_for_ever() -> None:
    while True:
        threading.Event().wait(3600)


def misbehave(part: str) -> None:
    """Do what FAULTS says of this part, if anything."""
    faults = dict(f.split(":") for f in os.environ.get("FAULTS", "").split(",") if f)
    match faults.get(part):
        case "dies":
            click.echo(f"{part} cannot go on")
            sys.exit(3)
        case "dies-once" if JOURNAL.read_text().count(f"{part} started") == 1:
            click.echo(f"{part} stumbles")
            sys.exit(1)
        case "refuses":
            click.echo("mhealth: ussd_flows/menu.yaml:3:5: unknown key", err=True)
            click.echo("[ERROR] Unexpected exit from worker-1", err=True)
            sys.exit(1 if part == "web" else 2)
        case "deaf":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        case "mute":
            wait_for_ever()


def end(part: str) -> None:
    note(f"{part} ended")
    os._exit(0)


def main(part: str, words: list[str]) -> None:
    note(f"{part} started")
    signal.signal(signal.SIGTERM, lambda *_: end(part))
    note(f"{part} pid {os.getpid()}")
    misbehave(part)
    click.echo(f"{part} says hello", err=True)
    match part:
        case "redis":
            serve_redis(words)
        case "web" | "simulator":
            serve_http(words)
        case "seed":
            click.echo("user: sage-femme  password: correct horse")
        case "migrate":
            time.sleep(0.01)
        case _:
            wait_for_ever()


if __name__ == "__main__":
    if sys.argv[1] == "launch":
        sys.exit(launch())
    main(sys.argv[1], sys.argv[2:])
