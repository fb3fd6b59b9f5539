"""Ports and hosts: what cannot be had is one line with the mend."""

import socket
import threading
from collections.abc import Iterator

import pytest

from mhealth.domain.errors import CannotStart
from mhealth.launcher.ports import Listen, choose_addresses
from tests.ports import free_pair


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on, while the one below it is free."""
    with socket.create_server(("127.0.0.1", free_pair() + 1)) as server:
        yield server.getsockname()[1]


def test_a_free_pair_is_taken_as_asked() -> None:
    port = free_pair()

    listen = choose_addresses("localhost", port)

    assert listen.web_url == f"http://{listen.host}:{port}"
    assert listen.simulator_url == f"http://127.0.0.1:{port + 1}"


def test_a_taken_port_names_a_pair_that_is_free(taken: int) -> None:
    with pytest.raises(CannotStart, match=rf"^Port {taken} is taken: PORT=\d+ bin/run$") as fault:
        choose_addresses("127.0.0.1", taken)

    offered = int(str(fault.value).split("PORT=")[1].split()[0])
    assert choose_addresses("127.0.0.1", offered).port == offered


def test_the_simulators_port_is_looked_at_as_well(taken: int) -> None:
    with pytest.raises(CannotStart, match=f"Port {taken} is taken"):
        choose_addresses("127.0.0.1", taken - 1)


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(CannotStart, match="HOST=192.0.2.1 is not an address of this machine"):
        choose_addresses("192.0.2.1", free_pair())


def test_a_host_that_is_none_is_told() -> None:
    with pytest.raises(CannotStart, match="HOST=no_such.host.invalid is not a name"):
        choose_addresses("no_such.host.invalid", free_pair())


def test_all_addresses_are_reached_by_loopback_from_here() -> None:
    assert Listen(host="0.0.0.0", port=80).web_url == "http://127.0.0.1:80"
    assert Listen(host="::", port=80).web_url == "http://[::1]:80"


def test_ports_of_a_killed_run_are_waited_for() -> None:
    port = free_pair()
    server = socket.create_server(("127.0.0.1", port))
    closing = threading.Timer(0.2, server.close)
    closing.start()

    assert choose_addresses("127.0.0.1", port, patience=20).port == port
    closing.join()
