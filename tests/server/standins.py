"""Programs in the place of those that would change this very machine: users, packages, systemd.

Each is a few lines of shell in a folder that comes first on PATH. What they cannot do for want of
another user or of systemd they leave to the test; everything else they hand to the real program.
"""

import os
import shutil
import sys
from pathlib import Path

from tests.server.places import HOST, Places

BASE = getattr(sys, "_base_executable", sys.executable)

_INSTALL = """\
skip=''
for word do
  shift
  if [ -n "$skip" ]; then skip=''; continue; fi
  case $word in -o | -g) skip=yes ;; *) set -- "$@" "$word" ;; esac
done
exec {install} "$@"
"""
_RUNUSER = """\
export PGUSER="$2" PGHOST={sockets}
shift 3
exec "$@"
"""
_PYTHON = """\
case "$1 $2 $3" in
  "-m pip wheel") exec {python} -m hatchling build -t wheel -d "$6" ;;
  "-m venv "*)
    {base} -m venv "$3"
    echo {libraries} > "$(echo "$3"/lib/python3*/site-packages)/libraries.pth" ;;
  *) exec {base} "$@" ;;
esac
"""
_ASK = """\
import socket, sys
line = socket.socket(socket.AF_UNIX)
line.connect(sys.argv[1])
line.sendall("\\0".join(sys.argv[2:]).encode() + b"\\n")
code, _, said = line.makefile().read().partition("\\n")
sys.stderr.write(said)
sys.exit(int(code))
"""
_HOSTS = """\
# /etc/hosts of the test, and the ports behind its names.
import socket
from pathlib import Path

_found = socket.getaddrinfo


def _look_up(host, port, *args, **options):
    rows = (row.split() for row in Path("{hosts}").read_text().splitlines())
    known = {{(name, int(asked)): int(real) for name, asked, real in rows}}
    real = known.get((host, int(port or 0)))
    return _found("127.0.0.1", real, *args, **options) if real else _found(host, port, *args, **options)


socket.getaddrinfo = _look_up
"""
_NOTED = 'echo "$0 $*" >> {notes}\n'


def put_standins(places: Places, *, sockets: Path, authority: Path, nginx: str) -> None:
    """Write them all into `bin/` of the places."""
    install, curl = shutil.which("install"), shutil.which("curl")
    assert install
    assert curl
    ask = places / "bin/ask.py"
    ask.write_text(_ASK)
    notes = places / "root/notes"
    trust = f"--cacert {authority} --connect-to {HOST}:443:127.0.0.1:{places.https}"
    config = places / "etc/nginx/nginx.conf"
    programs = {
        "install": _INSTALL.format(install=install),
        "runuser": _RUNUSER.format(sockets=sockets),
        "python3": _PYTHON.format(python=sys.executable, base=BASE, libraries=_libraries(places)),
        "systemctl": f'exec {sys.executable} -S -E {ask} {places / "run/systemctl"} "$@"\n',
        "nginx": f'exec {nginx} -p {places.root} -c {config} "$@"\n',
        "curl": f'exec {curl} --noproxy "*" {trust} "$@"\n',
        "chown": "exit 0\n",
    }
    for name in ("apt-get", "adduser", "addgroup", "usermod", "certbot", "nft"):
        programs[name] = _NOTED.format(notes=notes)
    for name, text in programs.items():
        file = places / "bin" / name
        file.write_text(f"#!/bin/sh\n{text}")
        file.chmod(0o755)


def _libraries(places: Places) -> Path:
    """Our own environment's libraries as links, without the product: its wheel brings that."""
    farm = places / "root/libraries"
    farm.mkdir()
    site = next(Path(entry) for entry in sys.path if entry.endswith("site-packages"))
    for entry in site.iterdir():
        if not entry.name.lower().startswith(("mhealth", "_editable_impl_mhealth", "__editable__")):
            (farm / entry.name).symlink_to(entry)
    (farm / "sitecustomize.py").write_text(_HOSTS.format(hosts=places / "root/hosts"))
    return farm


def path_of(places: Places, postgres: Path) -> str:
    """PATH as root has it on the server: ours first, and not our own environment's programs."""
    ours = Path(sys.prefix, "bin")
    others = [p for p in os.environ["PATH"].split(os.pathsep) if p and Path(p) != ours]
    first = [places / "bin", places / "usr/local/sbin", postgres]
    return os.pathsep.join([*map(str, first), *others])
