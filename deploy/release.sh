#!/bin/sh
# Pack the product for a server that needs no internet: its wheel, those of its libraries, and `deploy/`.
# Run it where the internet is, on the server's own version of Debian: deploy/release.sh [folder]
# The very Python matters, to its last digit: some libraries are asked for by it.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
python=${PYTHON:-python3}
folder=${1:-dist}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
name=mhealth-$version
rm -rf "$folder/$name"
mkdir -p "$folder/$name"
"$python" -m pip wheel --quiet --wheel-dir "$folder/$name/wheels" .
cp -R deploy "$folder/$name/deploy"
tar -czf "$folder/$name.tar.gz" -C "$folder" "$name"
(cd "$folder" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
echo "$folder/$name.tar.gz"
