# Sourced by its neighbours: sets $python to a Python of 3.11 or later, one with venv if there is any.
python='' fallback=''
for candidate in ${PYTHON:-} .venv/bin/python python3 python3.12 python3.11 python3.13 python3.14; do
  "$candidate" -c 'import sys
if sys.version_info < (3, 11): sys.exit(1)
from importlib.util import find_spec
sys.exit(0 if find_spec("ensurepip") and find_spec("venv") else 2)' 2>/dev/null && python=$candidate && break
  [ $? -ne 2 ] || : "${fallback:=$candidate}"
done
: "${python:=$fallback}"
if [ -z "$python" ]; then
  found=$(python3 --version 2>&1) || found='no python3'
  echo "Mhealth needs Python 3.11 or later and found $found: install one, or name it: PYTHON=/path/to/python3.12 $0" >&2
  exit 1
fi
