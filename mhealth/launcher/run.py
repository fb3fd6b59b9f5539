"""`mhealth run`: from an empty folder to a product that serves, and back to nothing left running."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mhealth.domain.errors import CannotStart
from mhealth.launcher.banner import Banner
from mhealth.launcher.environment import Surroundings, for_children, ours, tell_other_terminals
from mhealth.launcher.home import find_home, prepare_var
from mhealth.launcher.lock import only_one
from mhealth.launcher.migrated import is_migrated, note_migrated
from mhealth.launcher.output import Output
from mhealth.launcher.plan import Plan, Programs
from mhealth.launcher.ports import choose_addresses
from mhealth.launcher.redis_choice import (
    RedisServer,
    find_servers,
    private_server,
    socket_folder,
    socket_url,
)
from mhealth.launcher.secrets import keep_secrets
from mhealth.launcher.signals import Signals, StopRequested
from mhealth.launcher.supervisor import Patience, Supervisor

_PATIENCE_AFTER_A_KILL = 10  # seconds that the children of a killed launcher may keep the ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What one run is asked to do; tests replace the programs, the servers and the patience."""

    host: str
    port: int
    environ: Mapping[str, str]
    programs: Programs = field(default_factory=Programs)
    servers: tuple[RedisServer, ...] | None = None  # None: look on this machine
    patience: Patience = field(default_factory=Patience)


def run(launch: Launch, output: Output) -> None:
    """Start everything and return once somebody asked to stop and all have ended.

    Raises CannotStart, SettingsError, ContentError; then nothing is left running either.
    """
    home = find_home(launch.environ)
    prepare_var(home)
    with only_one(home.lock) as was_killed, socket_folder(home) as sockets:
        patience = _PATIENCE_AFTER_A_KILL if was_killed else 0
        listen = choose_addresses(launch.host, launch.port, patience=patience)
        around = Surroundings(environ=launch.environ, home=home, listen=listen)
        secrets = keep_secrets(home, launch.environ)
        with Signals() as signals, Supervisor(output, signals, launch.patience) as supervisor:
            try:
                _serve(launch, around, secrets, sockets, supervisor, output)
            except StopRequested:
                output.say("Stopping.")
            finally:
                home.running.unlink(missing_ok=True)
    output.say("Stopped.")


def _serve(
    launch: Launch,
    around: Surroundings,
    secrets: Mapping[str, str],
    sockets: Path,
    supervisor: Supervisor,
    output: Output,
) -> None:
    """The road of a start: Redis, tables, the invented district, the processes, the banner."""
    redis_url = _start_redis(launch, sockets, supervisor, output)
    addresses = ours(around, redis_url)
    env = for_children(around, addresses, secrets)
    plan = Plan(programs=launch.programs, around=around, env=env)
    sign_in = _prepare_database(plan, supervisor)
    tell_other_terminals(around.home, addresses)
    if around.real_channel:
        output.say(f"No simulator: {around.real_channel} speaks of a real channel.")
    try:
        supervisor.wait_ready([supervisor.start(spec) for spec in plan.serving()])
    except (CannotStart, StopRequested):
        for line in sign_in:  # said now or never
            output.say(f"Desk: {line}")
        raise
    for spec in plan.sending(with_worker=redis_url is not None):
        supervisor.start(spec)
    output.block(str(_banner(around, env, sign_in)))
    supervisor.watch()


def _prepare_database(plan: Plan, supervisor: Supervisor) -> list[str]:
    """Newest migration, invented district when empty. Returns the sign-in when it was just made."""
    home, is_ours = plan.around.home, plan.around.has_own_database
    is_seeded = home.database.exists() and home.seeded.exists()
    if not (is_ours and is_migrated(home)):
        supervisor.run(plan.migrate())
        note_migrated(home)
    if is_seeded or not is_ours:
        return []
    sign_in = supervisor.run(plan.seed())
    home.seeded.touch()
    return sign_in


def _start_redis(
    launch: Launch, sockets: Path, supervisor: Supervisor, output: Output
) -> str | None:
    """The address of the Redis to use, started if need be; None: there is none at all."""
    named = launch.environ.get("MHEALTH_REDIS_URL")
    if named:
        output.say("Redis: the one that MHEALTH_REDIS_URL names.")
        return named
    servers = find_servers() if launch.servers is None else launch.servers
    for server in servers:
        child = supervisor.start(private_server(server, sockets, launch.environ))
        try:
            supervisor.wait_ready([child])
        except CannotStart as fault:
            output.say(f"Redis: {server.program} cannot be used: {fault}")
            supervisor.forget(child)
            continue
        output.say(f"Redis: {server.described}, on a private socket.")
        return socket_url(sockets)
    output.say("Redis: none on this machine; the clock sends the messages by itself.")
    return None


def _banner(around: Surroundings, env: Mapping[str, str], sign_in: list[str]) -> Banner:
    return Banner(
        web_url=around.listen.web_url,
        simulator_url=None if around.real_channel else around.listen.simulator_url,
        sign_in=tuple(sign_in),
        webhook_tokens=env["MHEALTH_WEBHOOK_TOKENS"],
        var=str(around.home.var),
        mode=around.mode,
    )
