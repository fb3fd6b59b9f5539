# Sourced by its neighbours: sets $python to a Python of 3.11 or later, one with venv if there is any.
python='' fallback=''
for name in ${PYTHON:-} python3 python3.12 python3.11 python3.13 python3.14; do
  "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
  : "${fallback:=$name}"
  if "$name" -c 'import ensurepip, venv' 2>/dev/null; then python=$name && break; fi
done
: "${python:=$fallback}"
if [ -z "$python" ]; then
  found=$(python3 --version 2>&1) || found='no python3'
  echo "Mhealth needs Python 3.11 or later and found $found: install one, or name it: PYTHON=/path/to/python3.12 $0" >&2
  exit 1
fi
