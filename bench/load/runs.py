"""One run of a load: the product or its peer is started, called and looked at, and ended."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import peer
from bench.load.books import faults_in
from bench.load.carrier import Load, Tally, run_load
from bench.load.people import Person
from bench.load.script import Round, rounds_of_reports, rounds_of_six_steps
from bench.load.server import PATH, Server, environ_for, in_this_process, planted
from mhealth.content.library import shipped_root
from mhealth.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many call, how often, and how many processes answer."""

    people: int = 64
    turns: int = 100_000
    workers: int = 2
    threads: int = 4
    kills: int = 0
    repeated: float = 0.01
    late: float = 0.01

    @property
    def crowd(self) -> list[Person]:
        """Who calls."""
        return [Person(number) for number in range(1, self.people + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of it. `faults` are of the books; `cpu_us` is the server's, a turn."""

    tally: Tally
    faults: list[str] = field(default_factory=list)
    cpu_us: float = 0.0
    kills: int = 0

    @property
    def is_right(self) -> bool:
        """Nothing wrong, missing, lost or doubled."""
        return not (self.tally.wrong or self.tally.missing or self.faults)


Rounds = Callable[[Runtime, list[Person]], dict[Person, Round]]


def run_reports(size: Size, folder: Path, database_url: str) -> Result:
    """The shipped flows: reports, slips, drops and how they go on."""
    return _run_product(size, folder, database_url, rounds_of_reports, None)


def run_six_steps(size: Size, folder: Path, database_url: str) -> Result:
    """The dialogue of six requests."""
    country = folder / "country"
    _write_six_steps(country)
    return _run_product(size, folder, database_url, rounds_of_six_steps, country)


def run_peer(size: Size, folder: Path, installed: Path, kept: str) -> Result:
    """The same with the peer. A request without an answer is given up soon: it never comes."""
    log = folder / f"peer-{kept}.log"
    server = peer.serve(installed, kept, log).until_up("/")
    load = Load(
        host="127.0.0.1", port=server.port, path="/ussd", turns=size.turns,
        repeated=size.repeated, late=size.late, patience=2.0, tries_again=False, is_exact=False,
    )  # fmt: skip
    try:
        before = server.cpu_seconds()
        tally = asyncio.run(run_load(load, peer.rounds_of(size.crowd)))
        return Result(tally=tally, cpu_us=_cpu_us(server, before, tally))
    finally:
        server.stop()


def _run_product(
    size: Size, folder: Path, database_url: str, rounds: Rounds, country: Path | None
) -> Result:
    with in_this_process(f"sqlite:///{folder}/model.sqlite3", size.crowd, country) as model:
        expected = rounds(model, size.crowd)
    with planted(database_url, size.crowd) as here:
        server = Server.of_product(
            environ_for(database_url, country), folder, workers=size.workers, threads=size.threads
        ).until_up()
        load = Load(
            host="127.0.0.1", port=server.port, path=PATH, turns=size.turns,
            repeated=size.repeated, late=size.late,
        )  # fmt: skip
        try:
            before = server.cpu_seconds()
            tally, kills = asyncio.run(_load_and_kill(server, load, expected, size.kills))
            spent = _cpu_us(server, before, tally)
        finally:
            server.stop()
        faults = faults_in(here, tally.made, with_reports=country is None)
    return Result(tally=tally, faults=faults, cpu_us=spent, kills=kills)


async def _load_and_kill(
    server: Server, load: Load, rounds: dict[Person, Round], kills: int
) -> tuple[Tally, int]:
    """The load, and beside it somebody who kills a worker now and then and brings the server back."""
    tally, done = Tally(), 0

    async def kill() -> None:
        nonlocal done
        while True:
            await asyncio.sleep(0.05)
            if sys.stderr.isatty():
                print(f"\r  {tally.turns:,} of {load.turns:,}", end="\r", file=sys.stderr)
            server.revive()
            if done < kills and tally.turns >= load.turns * (done + 1) / (kills + 1):
                done += server.kill_a_worker()

    killer = asyncio.create_task(kill())
    await run_load(load, rounds, tally)
    killer.cancel()
    return tally, done


def _cpu_us(server: Server, before: float, tally: Tally) -> float:
    answered = len(tally.took_ms) + sum(tally.copies.values())
    return (server.cpu_seconds() - before) * 1e6 / max(answered, 1)


def _write_six_steps(country: Path) -> None:
    """The flow in the place of the shipped first screen, which is translated nowhere."""
    flows = country / "ussd_flows"
    flows.mkdir(parents=True)
    text = (Path(__file__).parent / "six_steps.yaml").read_text(encoding="utf-8")
    (flows / "main.yaml").write_text(text, encoding="utf-8")
    for shipped in (shipped_root() / "ussd_flows/lang").glob("*/main.yaml"):
        empty = flows / "lang" / shipped.parent.name / "main.yaml"
        empty.parent.mkdir(parents=True)
        empty.write_text("review: draft\nnodes: {}\n", encoding="utf-8")
