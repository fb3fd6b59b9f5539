# Sourced by bin/test: sets $server to yes when this machine has the programs of a server, installing
# Debian's packages of them when root; no service of theirs is started.
missing_programs() {
  missing=''
  for name in nginx redis-server systemd-analyze curl openssl; do
    command -v "$name" >/dev/null || [ -x "/usr/sbin/$name" ] || missing="$missing $name"
  done
}
missing_programs
if [ -n "$missing" ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Installing the programs of a server for its tests:$missing"
  policy=/usr/sbin/policy-rc.d # while it says 101, packages start nothing
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
    made_policy=yes
  fi
  apt-get -q update || true
  DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends \
    nginx redis-server systemd curl openssl || true
  [ -z "${made_policy:-}" ] || { rm -f "$policy"; trap - EXIT; }
  missing_programs
fi
server=yes
if [ -n "$missing" ]; then
  server=''
  echo "No$missing, so no tests of a server: run 'apt install nginx redis-server systemd curl openssl' as root to have them." >&2
fi
