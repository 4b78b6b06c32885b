#!/usr/bin/env bash
# All set-up, quick when nothing changed: scripts/setup.sh run|tests
set -euo pipefail
cd "$(dirname "$0")/.."
what=${1:-run}

scripts/packages.sh "$what"

list=requirements.txt
[ "$what" = tests ] && list=requirements-dev.txt
stamp=".venv/.stamp-$what"
sum=$(cat requirements.txt "$list" | sha256sum | cut -d' ' -f1)
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$sum" ]; then
  [ -x .venv/bin/python ] || python3 -m venv .venv
  echo "Installing Python packages ($list) …"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$list"
  echo "$sum" > "$stamp"
fi

# Style sheet, icons, digits and signature pad of the pages, with the Node that the Python packages bring.
stamp=static/vendor/.stamp
sum=$(find package-lock.json scripts/front_end.py templates static/*.js -type f -print0 | sort -z | xargs -0 cat | sha256sum | cut -d' ' -f1)
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$sum" ]; then
  echo "Preparing style sheet and icons …"
  lock=$(sha256sum package-lock.json | cut -d' ' -f1)
  if [ ! -f node_modules/.stamp ] || [ "$(cat node_modules/.stamp)" != "$lock" ]; then
    .venv/bin/npm ci --ignore-scripts --loglevel=error >/dev/null
    echo "$lock" > node_modules/.stamp
  fi
  .venv/bin/python scripts/front_end.py
  echo "$sum" > "$stamp"
fi
