"""One server for all tests of this folder, set up by the guide in their first."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mhealth.sheets.columns import Kind
from mhealth.sheets.writing import Customs, write_xlsx
from tests import databases
from tests.big_district import district_rows
from tests.conftest import FOLDER
from tests.server.machine import Machine, bare_machine
from tests.server.world import AGGREGATOR, Aggregator, outside_world

SETTINGS = {
    "service_code": "*123#",
    "sms_number": "12300",
    "africastalking_username": "grandkouve",
    "africastalking_api_key": "atsk_of_the_test_0123456789",
    "africastalking_base_url": f"http://{AGGREGATOR}",
    # times cut short, so that the tests take seconds
    "sweep_seconds": "0.2",
    "overdue_seconds": "1",
    "connect_timeout": "2",
    "read_timeout": "4",
    "lease_seconds": "8",
    "emergency_resend_seconds": "2",
}


@dataclass
class Served:
    """A district on its server, live."""

    machine: Machine
    aggregator: Aggregator
    passwords: dict[str, str]
    area: str = "Débomè"
    village: str = "Malokpo"
    """The village 101 of the sheets and its health area; its centre is the second."""

    def until_ready(self) -> None:
        """Until the server answers that it is ready, or fail."""
        self.machine.shell("curl --fail --silent --retry 60 --retry-delay 1 https://$HOST/readyz")

    def sql(self, role: str, query: str) -> str:
        """What psql answers to a role. Raises StepFailed."""
        words = (
            f'--no-psqlrc --quiet --tuples-only --set ON_ERROR_STOP=1 mhealth --command "{query}"'
        )
        return self.machine.shell(f"runuser -u {role} -- psql {words}")


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """Every step of the guide, in its order, on a bare machine."""
    folder = Path(os.environ[FOLDER]) / "server"
    with (
        databases.postgres_server(folder) as address,
        bare_machine(address) as machine,
        outside_world(machine) as aggregator,
    ):
        passwords = set_up(machine)
        yield Served(machine, aggregator, passwords)


def french_sheets() -> bytes:
    """The workbook of 2,000 villages, whose health workers all read French."""
    rows = dict(district_rows())
    workers = rows[Kind.HEALTH_WORKERS]
    rows[Kind.HEALTH_WORKERS] = [
        ["fr" if cell == "en" else cell for cell in row] for row in workers
    ]
    return write_xlsx(rows, Customs("fr", ("fr",)))


def set_up(machine: Machine) -> dict[str, str]:
    """Follow the guide until the district is live; the passwords of its staff."""
    machine.step("release")
    machine.receive_release()
    for name in ("name", "packages", "users", "install", "database", "redis", "settings"):
        machine.step(name)
    trusted = str(machine.authority.file)  # as the guide says of an authority of one's own
    machine.set(**SETTINGS, SSL_CERT_FILE=trusted, REQUESTS_CA_BUNDLE=trusted)
    for name in ("tables", "certificate", "proxy", "start"):
        machine.step(name)
    (machine.places / "root/district.xlsx").write_bytes(french_sheets())
    machine.step("import")
    printed = machine.step("staff")
    for name in ("sign", "channel", "backup", "live", "firewall"):
        machine.step(name)
    return dict(re.findall(r"user (\S+), password (\S+)", printed))
