"""ussd-menu-builder beside us: installed by npm into a cache folder, run as its README documents."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.load.people import Person
from bench.load.script import SIX, Call, Round, Turn
from bench.load.server import Server, free_port

NAME = "ussd-menu-builder 1.2.0"
KEPT = ("memory", "files")
"""Where it keeps its sessions: README's example, and README's way for a backend of one's own."""
_HERE = Path(__file__).parent.parent / "peer"


class PeerMissing(Exception):
    """It cannot be run here; `str()` says why."""


def install() -> Path:
    """The folder where it lies, installed at the first time. Raises PeerMissing."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise PeerMissing(f"there is no {program} on this machine")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "mhealth-bench" / NAME.replace(" ", "-")
    folder.mkdir(parents=True, exist_ok=True)
    for file in _HERE.iterdir():
        shutil.copyfile(file, folder / file.name)
    if not (folder / "node_modules" / "ussd-menu-builder").is_dir():
        words = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise PeerMissing(f"npm cannot install it: {done.stderr.strip().splitlines()[-1:]}")
    return folder


def serve(folder: Path, kept: str, log: Path) -> Server:
    """Its server, keeping sessions that way."""
    port = free_port()
    words = ["node", str(folder / "serve.js"), str(port), kept]
    return Server(words, {}, port, log, folder=folder)


def time_steps(folder: Path) -> dict[str, float]:
    """p50 and p99 of one step in memory, in µs."""
    words = ["node", str(folder / "steps.js")]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True)
    times: dict[str, float] = json.loads(done.stdout)
    return times


def rounds_of(people: Sequence[Person]) -> dict[Person, Round]:
    """What it must show: the same dialogue, without the keys that it has no word for."""
    return {person: [Call(tuple(_turns(person)))] for person in people}


def _turns(person: Person) -> list[Turn]:
    typed = [None, *(answer.format(patient=person.patient) for answer in SIX)]
    shown = [
        "CON Langue ?\n1 Français\n2 Tout le reste",
        "CON Que voulez-vous faire ?\n1 Suivi de grossesse\n2 Quitter",
        "CON Numéro de la patiente ?",
        "CON Combien de semaines ?",
        f"CON Patiente {person.patient}, 12 semaines ?\n1 Oui\n2 Non",
        f"END Merci. Patiente {person.patient} inscrite.",
    ]
    return [Turn(answer, text) for answer, text in zip(typed, shown, strict=True)]
