"""A running simulator beside a tiny product, both on free ports of the loopback."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests

from mhealth.domain.message import Recipient
from mhealth.domain.msisdn import Msisdn
from mhealth.simulator.config import Handset, SimulatorConfig
from mhealth.simulator.serve import SimulatorServer
from tests.simulator.product import TOKEN, Product, running_product

T = TypeVar("T")
MOTHER = "+2290197000011"
NURSE = "+2290190000031"


def until(look: Callable[[], T], seconds: float = 10.0) -> T:
    """What `look` gives once it is true; an AssertionError when it never is."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"still {found!r} after {seconds} s"
        time.sleep(0.02)
    return found


@dataclass(frozen=True)
class Client:
    """What tests do to the simulator over HTTP."""

    url: str

    def send(self, to: str = MOTHER, text: str = "Bonjour", **fields: str) -> requests.Response:
        """The product hands over an SMS."""
        return requests.post(
            f"{self.url}/version1/messaging",
            data={"username": "sandbox", "to": to, "message": text, **fields},
            headers={"apiKey": "simulator"},
            timeout=10,
        )

    def post(self, path: str, body: object) -> requests.Response:
        return requests.post(f"{self.url}{path}", json=body, timeout=10)

    def act(self, deed: str, *, msisdn: str = MOTHER, **body: object) -> dict[str, Any]:
        """A person does something on a phone; the phone afterwards."""
        response = self.post(f"/api/phones/{msisdn}/{deed}", body)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def phone(self, msisdn: str = MOTHER) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.url}/api/phones/{msisdn}", timeout=10).json()
        return found

    def log(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = requests.get(f"{self.url}/log", timeout=10).json()["messages"]
        return found

    def script(self, **steps: list[str]) -> None:
        assert self.post("/script", steps).status_code == 200


@pytest.fixture
def product() -> Iterator[Product]:
    with running_product() as running:
        yield running


@pytest.fixture
def config(product: Product, tmp_path: Path) -> SimulatorConfig:
    return SimulatorConfig(
        target_url=product.url,
        token=TOKEN,
        state_file=tmp_path / "simulator.sqlite3",
        clock_file=tmp_path / "clock",
        pace_seconds=0.05,
        retry_seconds=0.1,
        handsets=(
            Handset(
                label_fr="Mère à Agonlin",
                label_en="Mother in Agonlin",
                msisdn=Msisdn(MOTHER),
                role=Recipient.CALLER,
            ),
            Handset(
                label_fr="Infirmière, centre de Djidja",
                label_en="Nurse, Djidja centre",
                msisdn=Msisdn(NURSE),
                role=Recipient.FACILITY,
            ),
        ),
    )


@contextmanager
def running(config: SimulatorConfig, **changes: Any) -> Iterator[Client]:
    """A simulator until the block ends."""
    server = SimulatorServer(replace(config, **changes))
    thread = server.start()
    try:
        yield Client(server.url)
    finally:
        server.stop()
        thread.join()


@pytest.fixture
def simulator(config: SimulatorConfig) -> Iterator[Client]:
    with running(config) as client:
        yield client
