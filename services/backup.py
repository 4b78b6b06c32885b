"""Backup and restore as commands of the product: a consistent copy while work goes on, checked after writing (R15, G26).

A backup is a folder: the database (`service.sqlite` by `VACUUM INTO`, or `database.dump` by `pg_dump`), the files by their hashes, the
anchor of the history, and a manifest with the SHA-256 of each. The keys of the installation are never in it: they travel apart.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import inspect, select, text
from sqlalchemy.engine import URL, make_url

from extensions import db
from models.chain import ChainHead
from services import clock

MANIFEST = "manifest.json"
KEYS = ("secret_key", "audit_key")


class BackupFailed(RuntimeError):
    """The backup could not be written, read or checked; the sentence says why."""


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            found.update(chunk)
    return found.hexdigest()


def _data() -> Path:
    return Path(current_app.config["DATA_DIR"])


def _program(name: str) -> str:
    """A program of PostgreSQL; BackupFailed when it is not installed."""
    found = shutil.which(name)
    places = [os.environ["PG_BIN"]] if os.environ.get("PG_BIN") else []
    places += [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    for place in places:
        if (Path(place) / name).exists():
            return str(Path(place) / name)
    if found is None:
        raise BackupFailed(f"{name} is missing: install Debian's package postgresql-client")
    return found


def _url() -> URL:
    return make_url(current_app.config.get("DATABASE_OWNER_URL") or current_app.config["DATABASE_URL"])


def _run(program: str, *words: str) -> None:
    """A program of PostgreSQL on our database; the password goes by the environment, not by the command line."""
    url = _url()
    query = dict(url.query)
    connection = {"PGHOST": url.host or query.get("host"), "PGPORT": str(url.port) if url.port else None, "PGUSER": url.username,
                  "PGPASSWORD": url.password, "PGDATABASE": url.database}
    environment = {**os.environ, **{name: str(value) for name, value in connection.items() if value}}
    done = subprocess.run([_program(program), *words], capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    if done.returncode:
        raise BackupFailed(f"{program}: {done.stderr.strip()[-300:]}")


def write(target: Path) -> dict[str, Any]:
    """Write a backup into an empty or new folder, check it, and give its manifest. Raises BackupFailed."""
    if target.exists() and any(target.iterdir()):
        raise BackupFailed(f"{target} is not empty")
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)
    database = _write_database(target)
    # After the database: files are only ever added, so every one the copy speaks of is there.
    source = _data() / "files"
    if source.exists():
        shutil.copytree(source, target / "files", ignore=shutil.ignore_patterns("tmp*"))
    if (_data() / "audit_anchor").exists():
        shutil.copy(_data() / "audit_anchor", target / "audit_anchor")
    names = sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file())
    head = db.session.execute(select(ChainHead.links, ChainHead.mac)).one_or_none()
    manifest = {"written_at": clock.now().isoformat(), "database": database, "schema": schema(),
                "history": {"links": head.links, "mac": head.mac} if head else None,
                "files": {name: _digest(target / name) for name in names}}
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    check(target)
    return manifest


def schema() -> str:
    """The migration the database stands at."""
    return str(db.session.execute(text("SELECT version_num FROM alembic_version")).scalar())


def _write_database(target: Path) -> str:
    if db.engine.dialect.name == "sqlite":
        db.session.rollback()
        with db.engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None  # noqa: S101  a connection that is open has one
            raw.execute("VACUUM INTO ?", (str(target / "service.sqlite"),))
        return "sqlite"
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target / 'database.dump'}")
    return "postgresql"


def check(source: Path) -> dict[str, Any]:
    """The manifest of a backup whose every file is what it was when it was written; raises BackupFailed otherwise."""
    path = source / MANIFEST
    if not path.exists():
        raise BackupFailed(f"{source} holds no backup")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for name, digest in manifest["files"].items():
        if not (source / name).exists():
            raise BackupFailed(f"{name} is missing in the backup")
        if _digest(source / name) != digest:
            raise BackupFailed(f"{name} was changed since the backup was written")
    if manifest["database"] == "sqlite":
        with sqlite3.connect(f"file:{source / 'service.sqlite'}?mode=ro", uri=True) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise BackupFailed("the database in the backup is damaged")
        connection.close()
    return manifest


def read(source: Path, *, audit_key: Path | None = None) -> dict[str, Any]:
    """Bring a backup into an installation that holds nothing yet. Raises BackupFailed when it holds something, or the key is missing.

    The key of the history is no part of a backup: it is taken from `audit_key`, unless it lies in DATA_DIR already.
    """
    manifest, data = check(source), _data()
    kind = db.engine.dialect.name
    if manifest["database"] != kind:
        raise BackupFailed(f"the backup is of a {manifest['database']} database, this installation uses {kind}")
    if inspect(db.engine).get_table_names():
        raise BackupFailed("the database is not empty; restore into a new one")
    if audit_key is not None:
        shutil.copy(audit_key, data / "audit_key")
        (data / "audit_key").chmod(0o600)
    if not (data / "audit_key").exists() and not current_app.config.get("AUDIT_KEY"):
        raise BackupFailed("the key of the history is missing: give it with --key, it was kept apart from the backup")
    if kind == "sqlite":
        db.session.remove()
        db.engine.dispose()
        place = make_url(current_app.config["DATABASE_URL"]).database
        for ending in ("", "-wal", "-shm"):
            Path(f"{place}{ending}").unlink(missing_ok=True)
        shutil.copy(source / "service.sqlite", str(place))
    else:
        _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={_url().database}",
             str(source / "database.dump"))
    if (source / "files").exists():
        shutil.copytree(source / "files", data / "files", dirs_exist_ok=True)
    if (source / "audit_anchor").exists():
        shutil.copy(source / "audit_anchor", data / "audit_anchor")
    return manifest
