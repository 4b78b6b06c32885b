#!/usr/bin/env bash
# Debian packages that are missing: for printing always, for the tests PostgreSQL and Chromium too.
# Without root they are named; `run` goes on with what is there, `tests` stops.
set -euo pipefail
what=${1:-run}
missing=()
has() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q '^install ok installed'; }
want() { has "$1" || missing+=("$1"); }

if ! command -v dpkg-query >/dev/null; then
  echo "This is not a Debian system: see README.md for the programs that printing needs." >&2
  exit 0
fi
# A virtual environment needs it where Python is Debian's own.
[ -x .venv/bin/python ] || python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
want wkhtmltopdf
want fonts-noto-cjk
want libpango-1.0-0
want libpangoft2-1.0-0
want libharfbuzz-subset0
if [ "$what" = tests ]; then
  want poppler-utils
  [ -n "${PG_BIN:-}" ] || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
  command -v chromium >/dev/null || missing+=(chromium)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root=(sudo); else
    echo "Missing Debian packages: ${missing[*]}" >&2
    echo "Ask your administrator for: apt-get install ${missing[*]}" >&2
    [ "$what" = tests ] && exit 1
    exit 0
  fi
fi
echo "Installing Debian packages: ${missing[*]} …"
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
