"""The databases of the tests: a SQLite file, and a PostgreSQL server that the tests start and stop themselves."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

PASSWORD = "plum-harbor-violin-41"
_copies = itertools.count()


def golden(folder: Path, url: str) -> None:
    """Make a finished installation with the demonstration's accounts, all with PASSWORD."""
    from app import create_app
    from extensions import db
    from seed import accounts
    from services import release
    from services.unit_of_work import unit_of_work

    app = create_app({"DATABASE_URL": url, "DATA_DIR": folder, "DEMO_PASSWORD": PASSWORD, "PASSWORD_METHOD": "pbkdf2:sha256:1"})
    release.upgrade(app)
    with app.app_context():
        with unit_of_work(reason="tests"):
            accounts.load(app.config)
        db.session.remove()
        db.engine.dispose()


def in_memory(size: int = 2 << 30) -> Path:
    """Where the tests keep their databases: in memory where `size` bytes are free there, else the folder of temporary files.

    A copy of an installation is a thousand small files: on a disk each costs a millisecond.
    """
    memory = Path("/dev/shm")  # noqa: S108
    if "TMPDIR" not in os.environ and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= size:
        return memory
    return Path(tempfile.gettempdir())


def _programs() -> Path:
    if os.environ.get("PG_BIN"):
        return Path(os.environ["PG_BIN"])
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        raise RuntimeError("PostgreSQL is missing: install Debian's package postgresql, or set PG_BIN")
    return found[-1]


class Postgres:
    """One server with its own folder and socket, without durability, run by an unprivileged user."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.programs = folder, _programs()
        self.socket = in_memory() / f"pg-{os.getpid()}"  # a socket's path must be short

    def _as_user(self, *words: Any) -> None:
        lead: list[str] = []
        if os.getuid() == 0:
            user = next(name for name in ("postgres", "nobody") if _known(name))
            entry = pwd.getpwnam(user)
            lead = ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
        subprocess.run([*lead, *map(str, words)], check=True, capture_output=True, cwd=self.socket, timeout=60)

    def start(self) -> None:
        """Make the cluster and start it."""
        self.socket.mkdir(mode=0o700, exist_ok=True)
        if os.getuid() == 0:
            entry = pwd.getpwnam(next(name for name in ("postgres", "nobody") if _known(name)))
            os.chown(self.socket, entry.pw_uid, entry.pw_gid)
        self.data = self.socket / "data"
        self._as_user(self.programs / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8",
                      "--locale=C.UTF-8")
        options = f"-k {self.socket} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        self._as_user(self.programs / "pg_ctl", "-D", self.data, "-l", self.socket / "log", "-w", "-o", options, "start")

    def stop(self) -> None:
        """Stop it and take its folder away."""
        self._as_user(self.programs / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        subprocess.run(["rm", "-rf", str(self.socket)], check=True, timeout=60)

    def url(self, name: str) -> str:
        """How the application reaches a database of this server."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.socket}"

    def _command(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(f"host={self.socket} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def create(self, name: str) -> None:
        """An empty database."""
        self._command(f"CREATE DATABASE {name}")

    def copy(self, template: str) -> str:
        """A copy of a database, with a name of its own."""
        name = f"copy{next(_copies)}"
        self._command(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def put(self, name: str, template: str) -> None:
        """Make a database anew as a copy of another, whoever is still connected."""
        self._command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._command(f"CREATE DATABASE {name} TEMPLATE {template}")

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        self._command(f"DROP DATABASE {name} WITH (FORCE)")


def _known(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
