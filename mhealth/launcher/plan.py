"""What `mhealth run` starts, as data: two commands that run to their end, then four that stay."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from mhealth.launcher.environment import Surroundings
from mhealth.launcher.ports import LOOPBACK
from mhealth.launcher.processes import ChildSpec
from mhealth.launcher.readiness import Probe, http_answers
from mhealth.launcher.web_server import GRANIAN, granian_words, where_wsgi_is_found


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """How our own commands and the web server are called; tests put small ones in their place."""

    cli: tuple[str, ...] = (sys.executable, "-m", "mhealth.cli.main")
    web: tuple[str, ...] = (sys.executable, *GRANIAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Makes the specifications of all children of one run."""

    programs: Programs
    around: Surroundings
    env: Mapping[str, str]

    def migrate(self) -> ChildSpec:
        """Bring the database to the newest shape."""
        return self._command("migrate")

    def seed(self) -> ChildSpec:
        """Write the invented district into an empty database; answers with the sign-in."""
        return self._command("seed", captures=True)

    def serving(self) -> tuple[ChildSpec, ...]:
        """The processes that a person waits for, in the order of their start."""
        return (self._web(),) if self.around.real_channel else (self._web(), self._simulator())

    def sending(self, *, with_worker: bool) -> tuple[ChildSpec, ...]:
        """The processes behind them; started later, they leave the machine to those first."""
        names = ("clock", "worker") if with_worker else ("clock",)
        return tuple(self._command(name) for name in names)

    def _web(self) -> ChildSpec:
        listen = self.around.listen
        return ChildSpec(
            name="web",
            argv=(*self.programs.web, *granian_words(listen.host, listen.port)),
            cwd=self.around.home.root,
            env=where_wsgi_is_found(self.env),
            ready=http_answers(listen.web_host, listen.port, "/healthz"),
        )

    def _simulator(self) -> ChildSpec:
        port = self.around.listen.simulator_port
        ready = http_answers(LOOPBACK, port, "/", accept="234")
        return self._command("simulator", "--port", str(port), ready=ready)

    def _command(
        self, name: str, *words: str, ready: Probe | None = None, captures: bool = False
    ) -> ChildSpec:
        return ChildSpec(
            name=name,
            argv=(*self.programs.cli, name, *words),
            cwd=self.around.home.root,
            env=self.env,
            ready=ready,
            captures=captures,
        )
