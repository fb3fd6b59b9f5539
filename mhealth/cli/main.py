"""The command `mhealth`: a table of its commands; a fault of settings or content is one line."""

import os
import sys
from importlib import import_module

import click

from mhealth.domain.errors import MhealthError
from mhealth.launcher.environment import of_this_folder
from mhealth.launcher.home import find_home

# name -> module:function. Loaded when called for, so that no process carries what others need.
COMMANDS = {
    "backup": "mhealth.cli.backup:backup",
    "channels": "mhealth.cli.channels:channels",
    "check": "mhealth.cli.check:check",
    "clock": "mhealth.cli.clock:clock",
    "desk-password": "mhealth.cli.desk_password:desk_password",
    "dial": "mhealth.cli.dial:dial",
    "doctor": "mhealth.cli.doctor:doctor",
    "funnel": "mhealth.cli.funnel:funnel",
    "draw": "mhealth.cli.draw:draw",
    "export-flow": "mhealth.cli.export_flow:export_flow",
    "import": "mhealth.cli.import_directory:import_directory",
    "import-flow": "mhealth.cli.import_flow:import_flow",
    "import-waiting": "mhealth.cli.import_waiting:import_waiting",
    "health-worker": "mhealth.cli.health_worker:health_worker",
    "migrate": "mhealth.cli.migrate:migrate",
    "review": "mhealth.cli.review:review",
    "replay": "mhealth.cli.replay:replay_command",
    "restore": "mhealth.cli.restore:restore",
    "run": "mhealth.cli.run:run",
    "schema": "mhealth.cli.schema:schema",
    "secrets": "mhealth.cli.secrets:secrets",
    "seed": "mhealth.cli.seed:seed",
    "simulator": "mhealth.cli.simulator:simulator",
    "staff": "mhealth.cli.staff:staff",
    "text": "mhealth.cli.text:text",
    "translations": "mhealth.cli.translations:translations",
    "web": "mhealth.cli.web:web",
    "worker": "mhealth.cli.worker:worker",
}


class Commands(click.Group):
    """Finds commands in the table and turns our own errors into one line and exit code 2."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, for the help."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, its module loaded now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), function)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a MhealthError never shows a traceback."""
        try:
            return super().invoke(ctx)
        except MhealthError as error:
            click.echo(f"mhealth: {error}", err=True)
            ctx.exit(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def mhealth() -> None:
    """Health care by feature phone: USSD and SMS between villages and their centres."""


def main() -> None:
    """What the shell calls: gives a command typed beside a running product what it lacks."""
    if sys.argv[1:2] != ["run"]:  # the launcher logs nothing, and stays small
        import_module("mhealth.logs").start_logs("command", level="warning")
    try:
        os.environ.update(of_this_folder(os.environ, find_home(os.environ)))
    except MhealthError as error:
        if sys.argv[1:2] != ["doctor"]:  # which tells of it among the rest
            click.echo(f"mhealth: {error}", err=True)
            raise SystemExit(2) from error
    mhealth(prog_name="mhealth")


if __name__ == "__main__":
    main()
