"""Run an installer: show its lines as they come, and say in one line why it failed."""

import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

LOG = Path(__file__).resolve().parent.parent / ".venv" / "install.log"
SILENCE_SECONDS = 10  # after so long without a line we say that the work goes on

# What installers print when no package index answers; all in lower case.
NO_NETWORK = (
    "failed to establish a new connection",
    "name or service not known",
    "temporary failure in name resolution",
    "network is unreachable",
    "connection refused",
    "connection reset",
    "connect timeout",
    "read timed out",
    "dns error",
    "error sending request",
    "client error (connect)",
    "tcp connect error",
)


class Failed(Exception):
    """An installer ended with a fault; the text is what it printed."""


def run(command: list[str]) -> None:
    """Run an installer and show each of its lines as it comes. Raises Failed with all it said."""
    environment = {**os.environ, "NO_COLOR": "1"}
    environment.pop("VIRTUAL_ENV", None)
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        said = show(process)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if process.wait() != 0:
        raise Failed(said)


def show(process: "subprocess.Popen[str]") -> str:
    """Print the lines of a process until it ends, and a sign of life where it is silent."""
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=read_lines, args=(process, lines), daemon=True).start()
    began = time.monotonic()
    said: list[str] = []
    while True:
        try:
            line = lines.get(timeout=SILENCE_SECONDS)
        except queue.Empty:
            say(f"  ... still at it ({time.monotonic() - began:.0f} s)")
            continue
        if line is None:
            return "\n".join(said)
        said.append(line)
        note(line)
        say(f"  {line}")


def read_lines(process: "subprocess.Popen[str]", lines: "queue.Queue[str | None]") -> None:
    """Hand over each line; None at the end."""
    for line in process.stdout or ():
        if line.strip():
            lines.put(line.rstrip())
    lines.put(None)


def has_no_network(said: str) -> bool:
    """Whether an installer failed because no package index answered."""
    return any(sign in said.lower() for sign in NO_NETWORK)


def explain(said: str) -> str:
    """One line for a person from all that an installer said."""
    if "no space left" in said.lower():
        return "The disk is full: free about 500 MB, then start again."
    if "certificate" in said.lower():
        return (
            "The package index shows a certificate that this machine does not trust: see that the"
            " machine's date is right, or name your organisation's certificates in SSL_CERT_FILE."
        )
    if has_no_network(said):
        return (
            "No package index can be reached: the first start needs the internet once."
            " Start again when the line is back; what was fetched is kept."
        )
    last = said.splitlines()[-1] if said else "it said nothing"
    return f"Installing failed: {last.strip()} (all of it is in {LOG})"


def note(line: str) -> None:
    """Keep the line for whoever looks for a fault."""
    if LOG.parent.is_dir():
        with open(LOG, "a") as log:
            log.write(line + "\n")


def say(text: str) -> None:
    """A line to the person at the terminal, at once."""
    encoding = sys.stdout.encoding or "ascii"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)
