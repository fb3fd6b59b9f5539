#!/bin/sh
# Install the release that this file lies in, and make it the current one: the first time, for an
# upgrade, and (again, from the older release) to roll back. Restarts nothing.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
release=$(pwd)
if ! venv/bin/mhealth --help >/dev/null 2>&1; then
  rm -rf venv
  python3 -m venv venv
  venv/bin/pip install --quiet --no-index --find-links wheels mhealth
fi
venv/bin/mhealth check
for part in venv deploy; do
  ln -sfn "$release/$part" "/opt/mhealth/$part"
done
install -m 0755 deploy/bin/mhealth /usr/local/sbin/mhealth
cp -R deploy/systemd/. /etc/systemd/system/
systemctl daemon-reload
echo "$release is the current release"
