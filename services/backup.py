"""Backup and restore as commands of the product: a consistent copy while work goes on, checked after writing (R15, G26).

A backup is a folder: the database (`service.sqlite` by `VACUUM INTO`, or `database.dump` by `pg_dump`), the files by their hashes, the
anchor of the history, and a manifest with the SHA-256 of each. The keys of the installation are never in it: they travel apart.
With a passphrase each file is sealed (`services/sealing.py`) and the manifest carries a proof that only the passphrase can make.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import inspect, select, text
from sqlalchemy.engine import URL, make_url

from extensions import db
from models.chain import ChainHead
from services import clock

if TYPE_CHECKING:
    from services.sealing import Seal

MANIFEST = "manifest.json"
KEYS = ("secret_key", "audit_key")
SEALED = ".sealed"
SHORTEST_PASSPHRASE = 12


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


def passphrase() -> str | None:
    """What seals the backups of this installation, from BACKUP_PASSPHRASE_FILE; None when none is set. Raises BackupFailed."""
    named = current_app.config.get("BACKUP_PASSPHRASE_FILE")
    return read_passphrase(Path(named)) if named else None


def read_passphrase(path: Path) -> str:
    """The passphrase a file holds. Raises BackupFailed when it cannot be read or is too short to keep anything."""
    try:
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupFailed(f"the passphrase cannot be read from {path}") from error
    if len(found) < SHORTEST_PASSPHRASE:
        raise BackupFailed(f"the passphrase in {path} is shorter than {SHORTEST_PASSPHRASE} characters")
    return found


def write(target: Path, *, secret: str | None = None, files: bool = True) -> dict[str, Any]:
    """Write a backup into an empty or new folder, check it, and give its manifest. Raises BackupFailed.

    `secret` is the passphrase that seals it; without `files` it holds the database alone, for a restore into the same DATA_DIR (R15).
    """
    if target.exists() and any(target.iterdir()):
        raise BackupFailed(f"{target} is not empty")
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)
    seal = _new_seal(secret) if secret else None
    # What is not sealed yet never touches the place of the backup.
    with TemporaryDirectory(prefix="backup-", dir=_data() if seal else target) as folder:
        work = Path(folder)
        database = _write_database(work)
        for name, path in _parts(work, files=files):
            place = target / (f"{name}{SEALED}" if seal else name)
            place.parent.mkdir(parents=True, exist_ok=True)
            if seal is not None:
                seal.close(path, place, name)
            else:
                (shutil.move if path.is_relative_to(work) else shutil.copy)(path, place)
    names = sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file())
    manifest = {"written_at": clock.now().isoformat(), "database": database, "schema": schema(), "with_files": files,
                "history": _history(), "files": {name: _digest(target / name) for name in names}}
    if seal is not None:
        manifest["sealed"] = seal.salt.hex()
        manifest["proof"] = _proof(seal, manifest)
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")
    check(target, secret=secret)
    return manifest


def _new_seal(secret: str) -> Seal:
    from services.sealing import Seal  # only who seals loads the library

    return Seal(secret)


def _parts(work: Path, *, files: bool) -> Iterator[tuple[str, Path]]:
    """What a backup consists of, by name. The database first: files are only ever added, so every one the copy speaks of is there."""
    for path in sorted(work.iterdir()):
        yield path.name, path
    source = _data() / "files"
    if files and source.exists():
        for path in sorted(source.rglob("*")):
            if path.is_file() and not path.name.startswith("tmp"):
                yield f"files/{path.relative_to(source)}", path
    if (_data() / "audit_anchor").exists():
        yield "audit_anchor", _data() / "audit_anchor"


def _proof(seal: Seal, manifest: dict[str, Any]) -> str:
    return seal.proof(json.dumps({key: value for key, value in manifest.items() if key != "proof"}, sort_keys=True))


def standing() -> set[str]:
    """The migrations the database stands at; empty before the first."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return set()
        return set(connection.scalars(text("SELECT version_num FROM alembic_version")))


def schema() -> str:
    """The migration the database stands at."""
    return " ".join(sorted(standing()))


def _history() -> dict[str, Any] | None:
    """Where the chain of the history ends."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table(ChainHead.__tablename__):
            return None
        head = connection.execute(select(ChainHead.links, ChainHead.mac)).one_or_none()
    return {"links": head.links, "mac": head.mac} if head else None


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


def check(source: Path, *, secret: str | None = None) -> dict[str, Any]:
    """The manifest of a backup whose every file is what it was when it was written; raises BackupFailed otherwise.

    A sealed one is opened with its passphrase, `secret`.
    """
    with TemporaryDirectory(prefix="backup-", dir=_data()) as folder:
        return _opened(source, Path(folder), secret=secret, all_files=False)[0]


def _opened(source: Path, work: Path, *, secret: str | None, all_files: bool) -> tuple[dict[str, Any], Path]:
    """The checked manifest, and where the files lie in the open: the backup itself, or `work` for a sealed one. Raises BackupFailed."""
    path = source / MANIFEST
    if not path.exists():
        raise BackupFailed(f"{source} holds no backup")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    seal = _seal_of(manifest, secret)
    for name, digest in manifest["files"].items():
        if not (source / name).exists():
            raise BackupFailed(f"{name} is missing in the backup")
        if _digest(source / name) != digest:
            raise BackupFailed(f"{name} was changed since the backup was written")
    place = source
    if seal is not None:
        place = work
        _unseal(seal, source, work, [name for name in manifest["files"] if all_files or "/" not in name])
    if manifest["database"] == "sqlite":
        with sqlite3.connect(f"file:{place / 'service.sqlite'}?mode=ro", uri=True) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise BackupFailed("the database in the backup is damaged")
        connection.close()
    return manifest, place


def _seal_of(manifest: dict[str, Any], secret: str | None) -> Seal | None:
    """What opens a sealed backup; None when it is not sealed. Raises BackupFailed for a missing or wrong passphrase."""
    if "sealed" not in manifest:
        return None
    from services.sealing import Seal

    if not secret:
        raise BackupFailed("the backup is sealed: name the file of its passphrase (--passphrase-file or BACKUP_PASSPHRASE_FILE)")
    seal = Seal(secret, bytes.fromhex(manifest["sealed"]))
    if _proof(seal, manifest) != manifest.get("proof"):
        raise BackupFailed("the passphrase is not the one of this backup, or its manifest was changed")
    return seal


def _unseal(seal: Seal, source: Path, work: Path, names: list[str]) -> None:
    from services.sealing import NotOpened

    for name in names:
        plain = name.removesuffix(SEALED)
        (work / plain).parent.mkdir(parents=True, exist_ok=True)
        try:
            seal.open(source / name, work / plain, plain)
        except NotOpened as error:
            raise BackupFailed(f"{plain} cannot be opened with this passphrase") from error


def read(source: Path, *, audit_key: Path | None = None, secret: str | None = None) -> dict[str, Any]:
    """Bring a backup into an installation that holds nothing yet. Raises BackupFailed when it holds something, or a key is missing.

    The key of the history is no part of a backup: it is taken from `audit_key`, unless it lies in DATA_DIR already. `secret` is the
    passphrase of a sealed backup.
    """
    with TemporaryDirectory(prefix="backup-", dir=_data()) as folder:
        manifest, place = _opened(source, Path(folder), secret=secret, all_files=True)
        _bring(manifest, place, audit_key)
    return manifest


def _bring(manifest: dict[str, Any], source: Path, audit_key: Path | None) -> None:
    """Put the open files of a backup where they belong."""
    data, kind = _data(), db.engine.dialect.name
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
