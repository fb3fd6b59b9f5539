"""A health worker's PIN on the real process tree: it is in no file, no key of Redis and no log."""

from collections.abc import Callable
from pathlib import Path

import pytest
import redis
import requests

from tests.journeys.whole import Whole

pytestmark = pytest.mark.journey

ADJOA = "+2290191000001"
PIN, WRONG = "739164", "482915"
SPELT = tuple(
    spelling
    for pin in (PIN, WRONG)
    for spelling in (pin, f"{pin[:3]} {pin[3:]}", "%20".join((pin[:2], pin[2:4], pin[4:])))
)


def files_below(folder: Path) -> list[Path]:
    """All that the product wrote, without the file of the simulator, which plays the phones."""
    return [f for f in folder.rglob("*") if f.is_file() and "simulator" not in f.name]


def kept_in_redis(folder: Path) -> list[bytes]:
    (socket,) = [f for f in folder.rglob("*") if f.is_socket() and "redis" in f.name]
    client = redis.Redis(unix_socket_path=str(socket))
    return [part for key in client.scan_iter() for part in (key, client.dump(key) or b"")]


def test_a_pin_chosen_mistyped_and_given_is_kept_nowhere(start: Callable[..., Whole]) -> None:
    whole = start()
    worker = whole.phone(ADJOA)

    assert "Choisissez un PIN" in worker.dial("2")
    assert "Tapez encore ce PIN" in worker.type(PIN)
    assert "PIN enregistré" in worker.type("739 164")
    whole.script(ussd=["ok", "ok", "twice"])
    assert "PIN refusé" in worker.dial("2", WRONG)
    assert "Aucune référence" in worker.type(PIN)
    lost = {"sessionId": "x", "phoneNumber": "nobody", "text": f"2*{PIN}"}
    assert requests.post(f"{whole.hooks}/ussd", data=lost, timeout=15).status_code == 400
    lost_by_address = f"{whole.hooks}/ussd?sessionId=x&text=2*{PIN}"
    assert requests.get(lost_by_address, timeout=15).status_code == 400

    wires = requests.get(f"{whole.simulator}/api/phones/{ADJOA}", timeout=15).json()["exchanges"]
    assert len(wires) > 6
    held = [(str(file), file.read_bytes()) for file in files_below(whole.home)]
    held += [("redis", part) for part in kept_in_redis(whole.home)]
    held += [("the page's log", repr(wires).encode())]
    assert len(held) > 6
    assert any(name.endswith("-wal") for name, _ in held)
    found = [(name, pin) for name, body in held for pin in SPELT if pin.encode() in body]
    assert found == []
