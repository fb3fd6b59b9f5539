"""`mhealth run` around a fake product: what a person sees, and what is left when it ends."""

import os
import signal
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.launcher.running import Running, poll
from tests.ports import free_pair

Launch = Callable[..., Running]


def test_everything_starts_and_the_banner_says_where_to_look(launch: Launch) -> None:
    running = launch().until_up()

    web = f"http://127.0.0.1:{running.port}"
    assert f"Desk       {web}/" in running.output
    assert "user: sage-femme  password: correct horse" in running.output
    assert f"Phones     http://127.0.0.1:{running.port + 1}/" in running.output
    for hook in ("ussd", "ussd-events", "sms", "delivery"):
        assert f"{web}/hooks/africastalking/" in running.output
        assert f"/{hook}\n" in running.output
    assert "worker    | worker says hello" in running.output


def test_ctrl_c_ends_every_child_the_web_after_the_worker_and_redis_last(launch: Launch) -> None:
    running = launch().until_up()

    assert running.stop() == 0

    ended = [line.split()[0] for line in running.journal if line.endswith("ended")]
    assert ended == ["worker", "clock", "simulator", "web", "redis"]
    assert not running.alive()
    assert running.output.endswith("Stopped.\n")


def test_sigterm_and_a_closed_terminal_end_it_as_well(launch: Launch) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):
        running = launch().until_up()
        assert running.stop(number) == 0
        assert not running.alive()


def test_a_child_deaf_to_the_end_is_killed_by_a_second_ctrl_c(launch: Launch) -> None:
    running = launch(FAULTS="clock:deaf").until_up()

    running.process.send_signal(signal.SIGINT)
    running.until_it_says("Stopping.")
    poll(lambda: "worker ended" in running.journal, "the worker goes on")
    assert running.stop() == 0
    assert not running.alive()


def test_a_killed_launcher_leaves_no_child_behind_and_the_next_start_works(launch: Launch) -> None:
    running = launch().until_up()
    running.process.kill()
    running.process.wait()
    running.nothing_is_left()

    again = launch(PORT=str(running.port)).until_up()
    assert again.stop() == 0


def test_a_dead_child_is_started_again_and_the_terminal_says_so(launch: Launch) -> None:
    running = launch().until_up()
    first = running.pids["worker"]

    os.kill(first, signal.SIGKILL)

    running.until_it_says("worker ended (SIGKILL); again in 0.1 s.")
    poll(lambda: running.pids["worker"] != first, "no second worker")
    assert running.stop() == 0
    assert not running.alive()


def test_a_worker_that_stumbles_at_the_start_does_not_stop_the_rest(launch: Launch) -> None:
    running = launch(FAULTS="worker:dies-once").until_it_says("worker says hello")

    assert "worker ended (exit 1)" in running.output
    assert running.stop() == 0


def test_a_web_that_dies_before_it_serves_is_named_with_its_last_lines(launch: Launch) -> None:
    running = launch(FAULTS="web:dies")

    assert running.process.wait(30) == 2
    assert "web ended before it served (exit 3). Its last lines:\n  web cannot go on" in (
        running.output
    )
    assert not running.alive()


def test_a_password_just_made_is_told_even_when_the_start_fails(launch: Launch) -> None:
    running = launch(FAULTS="web:dies")

    assert running.process.wait(30) == 2
    assert "Desk: user: sage-femme  password: correct horse" in running.output


def test_a_web_that_never_answers_is_named_after_the_deadline(launch: Launch) -> None:
    running = launch(FAULTS="web:mute", READY="1")

    assert running.process.wait(30) == 2
    assert "web does not serve after 1 s." in running.output
    assert not running.alive()


@pytest.mark.parametrize("part", ["migrate", "seed", "web"])
def test_a_broken_flow_refuses_to_start_with_file_and_line(launch: Launch, part: str) -> None:
    running = launch(FAULTS=f"{part}:refuses,simulator:mute")

    assert running.process.wait(30) == 2
    assert running.output.endswith("\nussd_flows/menu.yaml:3:5: unknown key\n")
    assert not running.alive()


def test_a_migration_that_fails_ends_the_start_and_redis(launch: Launch) -> None:
    running = launch(FAULTS="migrate:dies")

    assert running.process.wait(30) == 2
    assert "migrate failed (exit 3)" in running.output
    assert "web started" not in running.journal
    assert not running.alive()


def test_a_second_launch_in_the_same_folder_is_refused(launch: Launch) -> None:
    first = launch().until_up()

    second = launch()

    assert second.process.wait(30) == 2
    assert f"Mhealth already runs in this folder (process {first.process.pid})" in second.output
    assert first.process.poll() is None


def test_a_taken_port_is_one_line_with_a_free_one(launch: Launch) -> None:
    with socket.create_server(("127.0.0.1", free_pair())) as taken:
        port = taken.getsockname()[1]
        running = launch(PORT=str(port))

        assert running.process.wait(30) == 2
    assert running.output.startswith(f"Port {port} is taken: PORT=")
    assert running.output.count("\n") == 1


def test_a_second_start_keeps_secrets_and_seeds_nothing(launch: Launch, tmp_path: Path) -> None:
    launch().until_up().stop()
    secrets = (tmp_path / "var/secrets.env").read_text()
    (tmp_path / "var/mhealth.sqlite3").touch()

    again = launch().until_up()

    assert (tmp_path / "var/secrets.env").read_text() == secrets
    assert again.journal.count("seed started") == 1
    assert "'mhealth desk-password' makes a new password" in again.output
    assert "correct horse" not in again.output


def test_a_failed_seed_is_made_good_at_the_next_start(launch: Launch, tmp_path: Path) -> None:
    assert launch(FAULTS="seed:dies").process.wait(30) == 2
    (tmp_path / "var/mhealth.sqlite3").touch()

    assert "correct horse" in launch().until_up().output


def test_a_database_of_ones_own_is_never_seeded(launch: Launch) -> None:
    running = launch(MHEALTH_DATABASE_URL="postgresql://localhost/clinic").until_up()

    assert "seed started" not in running.journal


def test_beside_a_real_channel_no_simulator_runs(launch: Launch) -> None:
    running = launch(MHEALTH_AFRICASTALKING_USERNAME="ministry").until_up()

    assert "simulator started" not in running.journal
    assert "No simulator: MHEALTH_AFRICASTALKING_USERNAME" in running.output
    assert "Phones" not in running.output


def test_without_any_redis_there_is_no_worker_and_the_log_says_why(launch: Launch) -> None:
    running = launch(REDIS="none").until_up()

    assert "Redis: none on this machine; the clock sends the messages by itself." in running.output
    assert "worker started" not in running.journal


def test_a_redis_that_does_not_run_gives_way_to_the_next(launch: Launch) -> None:
    running = launch(REDIS="broken").until_up()

    assert "/bin/false cannot be used" in running.output
    assert "fake-redis, on a private socket" in running.output
    assert "worker started" in running.journal


def test_what_it_writes_is_for_its_user_only(launch: Launch, tmp_path: Path) -> None:
    launch().until_up()

    for name, mode in {
        "": 0o700,
        "secrets.env": 0o600,
        "running.env": 0o600,
        "redis": 0o700,
    }.items():
        assert stat.S_IMODE((tmp_path / "var" / name).stat().st_mode) == mode


def test_the_addresses_for_other_terminals_go_when_it_stops(launch: Launch, tmp_path: Path) -> None:
    running = launch().until_up()
    told = (tmp_path / "var/running.env").read_text()
    running.stop()

    assert f"MHEALTH_PUBLIC_URL=http://127.0.0.1:{running.port}\n" in told
    assert "MHEALTH_SECRET_KEY" not in told
    assert not (tmp_path / "var/running.env").exists()


def test_a_private_redis_is_heard_only_when_it_dies(launch: Launch) -> None:
    running = launch().until_up()
    assert "redis says hello" not in running.output

    os.kill(running.pids["redis"], signal.SIGKILL)

    running.until_it_says("redis     | redis says hello")
    assert "redis ended (SIGKILL); again in 0.1 s." in running.output
