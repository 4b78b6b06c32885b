"""Production does not start with an unsafe setting (R14, G38): each is tried on a real server in a child process."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from services import deploy_check

ROOT = Path(__file__).resolve().parents[2]
GUNICORN = [sys.executable, "-m", "gunicorn", "--workers", "1", "--access-logfile", "/dev/null"]
GOOD_KEY = "q7Zt0vLk2mXc9Rb4Wn6Ys8Hd1Jf3Gp5Ta-EuIoQiPlMwVx_NzBrC"


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """The data folder of a production installation as `flask upgrade` makes it."""
    from app import create_app
    from extensions import db
    from services import release

    folder = tmp_path_factory.mktemp("production")
    app = create_app({"DATABASE_URL": f"sqlite:///{folder / 'service.sqlite'}", "DATA_DIR": folder, "SEED": "reference"})
    release.upgrade(app)
    with app.app_context():
        db.engine.dispose()
    return folder


def environment(folder, **more):
    env = {name: value for name, value in os.environ.items()
           if name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "TMPDIR")}
    env |= {"APP_ENV": "production", "DATA_DIR": str(folder), "TRUSTED_HOSTS": "localhost", "FLASK_APP": "app:create_app",
            "PYTHONPATH": f"{folder}:{ROOT}"}
    return {name: value for name, value in (env | more).items() if value is not None}


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def run(words, env):
    return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


def refused(folder, what="app:create_app()", **env):
    """(exit status, findings) of a server that must not start."""
    done = run([*GUNICORN, "--bind", f"127.0.0.1:{free_port()}", what], environment(folder, **env))
    return done.returncode, {line.split(":")[0] for line in done.stderr.splitlines() if line[:1] == "D" and line[1:3].isdigit()}


@pytest.fixture
def copy(installation, tmp_path):
    """An installation of one's own."""
    shutil.copytree(installation, tmp_path / "data", copy_function=shutil.copy2)
    (tmp_path / "data").chmod(0o750)
    return tmp_path / "data"


# What the environment can spoil.
BY_ENVIRONMENT = [
    ("D02", {"SECRET_KEY": "short-but-various-0123456789"}),
    ("D03", {"SECRET_KEY": "abcabcabc" * 8}),
    ("D04", {"SECRET_KEY": "changeme-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG"}),
    ("D05", {"FLASK_DEBUG": "1"}),
    ("D07", {"TRUSTED_HOSTS": None}),
    ("D11", {"SEED": "demo"}),
    ("D15", {"DATABASE_URL": "sqlite://"}),
    ("D18", {"DEMO_PASSWORD": "plum-harbor-violin-41"}),
]
# What only a program around ours can spoil.
BY_PROGRAM = [
    ("D06", {"TESTING": True}), ("D08", {"SESSION_COOKIE_SECURE": False}), ("D09", {"SESSION_COOKIE_HTTPONLY": False}),
    ("D10", {"SESSION_COOKIE_SAMESITE": None}), ("D12", {"WTF_CSRF_ENABLED": False}),
    ("D17", {"RATELIMIT_ENABLED": True, "RATELIMIT_STORAGE_URI": "memory://", "WEB_WORKERS": 2}),
]


@pytest.mark.parametrize(("finding", "env"), BY_ENVIRONMENT, ids=[finding for finding, _env in BY_ENVIRONMENT])
def test_a_bad_environment_does_not_start(copy, finding, env):
    status, found = refused(copy, **env)
    assert status != 0
    assert finding in found


@pytest.mark.parametrize(("finding", "settings"), BY_PROGRAM, ids=[finding for finding, _settings in BY_PROGRAM])
def test_a_bad_program_does_not_start(copy, finding, settings):
    (copy / "spoiled.py").write_text(f"from app import create_app\napplication = create_app({settings!r})\n", encoding="utf-8")
    status, found = refused(copy, "spoiled:application")
    assert status != 0
    assert found == {finding}


def test_without_a_key_it_does_not_start(copy):
    (copy / "secret_key").unlink()
    assert refused(copy) == (3, {"D01"})


def test_with_a_key_that_others_read_it_does_not_start(copy):
    (copy / "secret_key").chmod(0o644)
    assert refused(copy) == (3, {"D13"})


def test_with_a_demonstration_account_it_does_not_start(copy, sqlite_golden):
    for name in ("service.sqlite", "audit_key"):
        shutil.copy(sqlite_golden / name, copy / name)
    assert refused(copy) == (3, {"D14"})


def test_on_another_schema_it_does_not_start(copy, tmp_path):
    (copy / "service.sqlite").unlink()
    assert refused(copy) == (3, {"D16"})


def test_in_a_folder_that_others_write_it_does_not_start(copy):
    copy.chmod(0o777)
    assert refused(copy) == (3, {"D19"})


def test_at_least_fifteen_bad_settings_are_tried():
    assert len(BY_ENVIRONMENT) + len(BY_PROGRAM) + 5 >= 15


@pytest.mark.parametrize("key", [None, GOOD_KEY], ids=["file", "environment"])
def test_a_good_installation_has_no_findings_and_starts(copy, key):
    env = environment(copy, SECRET_KEY=key)
    done = run([sys.executable, "-m", "flask", "check-deploy"], env)
    assert (done.returncode, done.stdout.strip()) == (0, "ok"), done.stderr
    port = free_port()
    with subprocess.Popen([*GUNICORN, "--bind", f"127.0.0.1:{port}", "app:create_app()"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as server:
        try:
            assert _healthy(port, server)
        finally:
            server.terminate()
            server.wait(20)


def _healthy(port, server):
    for _ in range(100):
        if server.poll() is not None:
            return False
        try:
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
                connection.request("GET", "/healthz", headers={"Host": "localhost"})
                with connection.getresponse() as answer:
                    return answer.status == 200
        except (OSError, http.client.HTTPException):
            time.sleep(0.2)
    return False


def test_the_check_of_a_bad_setting_is_a_command_too(copy):
    done = run([sys.executable, "-m", "flask", "check-deploy"], environment(copy, TRUSTED_HOSTS=None))
    assert done.returncode == 1
    assert done.stderr.startswith("D07: ")


def test_the_head_read_from_the_files_is_the_one_of_alembic():
    folder = ROOT / "migrations"
    assert deploy_check.revisions_of(folder)[1] == set(ScriptDirectory(str(folder)).get_heads())
