"""What systemd does on a server, as far as the guide needs it: units started by their own lines."""

import contextlib
import fnmatch
import os
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.server.places import Places
from tests.server.units import Unit, read_unit

PATIENCE = 60.0
FOREIGN = ("nginx", "redis-server")
"""Services that a package brings; the tests know how they are called."""
OF_THE_MACHINE = ("nftables", "systemd-journald", "postgresql")
"""Services that would change the testing machine itself, or run already: nothing is done."""


@dataclass
class Services:
    """Starts, stops and watches. `programs` maps a path of a unit file to where the program is."""

    places: Places
    programs: dict[str, str]
    path: str
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    def systemctl(self, words: list[str]) -> tuple[int, str]:
        """One call of systemctl: its exit code and what it says."""
        verb, *names = [word for word in words if not word.startswith("-")]
        if verb == "enable" and "--now" in words:
            verb = "start"
        deeds = {
            "start": self.start,
            "stop": self.stop,
            "restart": self.restart,
            "reload": self.reload,
        }
        try:
            for name in names if verb in deeds else ():
                for each in self._meant(name):
                    deeds[verb](each)
        except subprocess.CalledProcessError as error:
            return 1, f"Job for {names} failed: {error.stdout}"
        return 0, ""

    def unit(self, name: str) -> Unit:
        """A unit as it is installed."""
        return read_unit(self.places / "etc/systemd/system", name)

    def start(self, name: str) -> None:
        """Start a unit after what it requires; a target starts what it wants."""
        is_elsewhere = name.removesuffix(".service") in OF_THE_MACHINE or name.endswith(".timer")
        if is_elsewhere or name in self.running or name in self.done:
            return
        if name.removesuffix(".service") in FOREIGN:
            self.running[name] = self._spawn(name, self._foreign(name.removesuffix(".service")))
            return
        unit = self.unit(name)
        for other in [*unit.others("Requires"), *self._wanted(unit)]:
            self.start(other)
        if name.endswith(".target"):
            return
        environ, umask = self._environ(unit), int(unit.get("UMask"), 8)
        if unit.get("Type") == "oneshot":
            for words in [*unit.commands("ExecStart"), *unit.commands("ExecStartPost")]:
                self._run(name, words, environ, umask)
            if unit.get("RemainAfterExit") == "yes":
                self.done.add(name)
            return
        (words,) = unit.commands("ExecStart")
        self.running[name] = self._spawn(name, self._located(words), environ, umask)

    def stop(self, name: str) -> None:
        """End a unit as it would be ended; a target ends every part of it."""
        parts = [other for other in [*self.running, *self.done] if self._is_part(other, name)]
        for part in [*parts, name]:
            self.done.discard(part)
            process = self.running.pop(part, None)
            if process is not None:
                process.send_signal(signal.SIGTERM)
                assert process.wait(PATIENCE) in (0, -signal.SIGTERM), self.log(part)

    def restart(self, name: str) -> None:
        """Stop and start; when it is a target, all that it wants."""
        self.stop(name)
        self.start(name)

    def reload(self, name: str) -> None:
        """Have a service read its files again."""
        self.running[name].send_signal(signal.SIGHUP)

    def kill(self, name: str) -> None:
        """As if its memory ran out: the process and all of its own."""
        process = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end_all(self) -> None:
        """Leave nothing running; nobody waits for what is in hand any more."""
        for name in list(self.running):
            self.kill(name)

    def log(self, name: str) -> str:
        """Everything that a unit wrote: its journal."""
        file = self.places / f"var/log/{name}.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def logs(self) -> str:
        """The journal of all units."""
        return "".join(
            f"--- {file.name}\n{file.read_text(errors='replace')}"
            for file in sorted((self.places / "var/log").rglob("*.log"))
        )

    def _meant(self, name: str) -> list[str]:
        """A name with its kind, or what a pattern fits of the units that are up."""
        if "*" in name:
            return fnmatch.filter([*self.running, *self.done], name)
        return [name if "." in name else f"{name}.service"]

    def _wanted(self, unit: Unit) -> list[str]:
        known = self.places / "etc/systemd/system"
        names = unit.others("Wants") if unit.name.endswith(".target") else []
        return [name for name in names if any(known.glob(f"{name.partition('@')[0]}*"))]

    def _is_part(self, name: str, target: str) -> bool:
        if name.removesuffix(".service") in FOREIGN:
            return False
        return target in self.unit(name).others("PartOf")

    def _environ(self, unit: Unit) -> dict[str, str]:
        """What the process finds: nothing but the settings, and its user for PostgreSQL's sake."""
        file = Path(unit.get("EnvironmentFile"))
        rows = [
            row.partition("=") for row in file.read_text().splitlines() if row[:1] not in ("", "#")
        ]
        settings = {name: value.strip('"') for name, _, value in rows}
        return {**settings, "PATH": self.path, "LANG": "C.UTF-8", "PGUSER": unit.get("User")}

    def _located(self, words: list[str]) -> list[str]:
        return [self.programs.get(words[0], words[0]), *words[1:]]

    def _run(self, name: str, words: list[str], environ: dict[str, str], umask: int) -> None:
        done = subprocess.run(
            self._located(words),
            cwd=self.places / "var/lib/mhealth",
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            umask=umask,
        )
        with open(self.places / f"var/log/{name}.log", "a") as log:
            log.write(done.stdout)
        done.check_returncode()

    def _spawn(
        self,
        name: str,
        words: list[str],
        environ: dict[str, str] | None = None,
        umask: int = -1,
    ) -> "subprocess.Popen[bytes]":
        with open(self.places / f"var/log/{name}.log", "ab") as log:
            return subprocess.Popen(
                words,
                cwd=self.places / "var/lib",
                env=environ,
                umask=umask,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _foreign(self, name: str) -> list[str]:
        return {
            "nginx": [self.programs["nginx"], *self.nginx_words(), "-g", "daemon off;"],
            "redis-server": [
                self.programs["redis-server"],
                str(self.places / "etc/redis/redis.conf"),
            ],
        }[name]

    def nginx_words(self) -> list[str]:
        """How nginx is told of the test's folder."""
        return ["-p", str(self.places.root), "-c", str(self.places / "etc/nginx/nginx.conf")]
