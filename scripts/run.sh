#!/usr/bin/env bash
# Bring the installation to this version, fill a new one, and serve it. Ctrl-C stops everything.
set -euo pipefail
cd "$(dirname "$0")/.."
export FLASK_APP=app:create_app
host=${HOST:-127.0.0.1}
port=${PORT:-8080}
data=${DATA_DIR:-./data}
production=${APP_ENV:-local}

.venv/bin/python scripts/catalogue.py compile
.venv/bin/flask upgrade >/dev/null
if [ "$production" = production ]; then
  .venv/bin/flask check-deploy
elif [ "${SEED:-demo}" = demo ]; then
  .venv/bin/flask seed demo >/dev/null
fi
echo
echo "  售后服务管理系统   http://$host:$port/"
if [ "$production" != production ] && [ "${SEED:-demo}" = demo ]; then
  if [ -n "${DEMO_PASSWORD:-}" ]; then word='(DEMO_PASSWORD)'; else word=$(cat "$data/demo_password" 2>/dev/null || true); fi
  echo "  演示账号 Demo accounts: admin service_manager dispatch_supervisor service_clerk service_engineer tech_lead sales quality"
  echo "                          warehouse buyer finance office project_manager vice_president general_manager engineer2 …"
  echo "  密码 Password: $word"
fi
echo
# The pages and the worker of the timetable start and stop together: whichever ends first takes the other with it.
.venv/bin/gunicorn -c python:scripts.serving --bind "$host:$port" --workers "${WEB_WORKERS:-2}" 'app:create_app()' &
web=$!
.venv/bin/flask job worker &
worker=$!
stop() { trap - INT TERM; kill -TERM "$web" "$worker" 2>/dev/null || true; }
trap stop INT TERM
wait -n "$web" "$worker" && code=0 || code=$?
stop
wait "$web" "$worker" 2>/dev/null || true
exit "$code"
