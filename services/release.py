"""The one step of a release: schema, roles and rights, reference data, keys; under a lock, as often as you like."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask_appbuilder.security.sqla.models import Permission, PermissionView, Role, ViewMenu, assoc_permissionview_role
from sqlalchemy import Connection, create_engine, insert, select, text

from extensions import db, migrations
from models.account import SeededGrant
from services import backup, chain, clock, deploy_check, nets, rights
from services.unit_of_work import unit_of_work

LOCK = 5_072_001
BACKUPS_KEPT = 3
FORMER_KEYS = "secret_key_former"
BEFORE = "before-upgrade-"


class ReleaseRefused(RuntimeError):
    """The database is left as it is; the sentence says why, and what to do."""


def upgrade(app: Flask, *, without_backup: bool = False) -> None:
    """Bring database and data folder to this version of the program. Two that start at once take turns.

    A database that has to be migrated is backed up before, unless told `without_backup`. Raises ReleaseRefused, with nothing
    changed, when that cannot be done or a newer version of the program wrote the database (R15).
    """
    folder = Path(app.config["DATA_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    with app.app_context(), _alone(folder):
        _before_migrating(app, folder, without_backup=without_backup)
        secret_key(folder, make=True)
        chain.make_key(folder)
        migrations(app)
        from flask_migrate import upgrade as migrate_schema

        migrate_schema(directory=str(Path(app.root_path) / "migrations"))
        _protect(app)
        with unit_of_work():
            chain.begin()
            sync_rights()
            load: Callable[[], None] | None = app.config.get("REFERENCE")
            if load is not None and app.config.get("SEED") != "none":
                load()


def _before_migrating(app: Flask, folder: Path, *, without_backup: bool) -> None:
    """Refuse a schema this program does not know; keep a copy of one that is about to be changed (R15)."""
    stands, (known, heads) = backup.standing(), deploy_check.revisions_of(Path(app.root_path) / "migrations")
    if stands - known:
        raise ReleaseRefused(f"The database stands at the schema {' '.join(sorted(stands - known))}, which this version does not know: "
                             "a newer version has written it. Start that one again, or restore a backup of this one.")
    if not stands or stands == heads or without_backup or app.config.get("UPGRADE_WITHOUT_BACKUP"):
        return
    home = Path(app.config.get("BACKUP_DIR") or folder / "backups")
    target = home / f"{BEFORE}{clock.now():%Y%m%dT%H%M%S}-{backup.schema().replace(' ', '-')}"
    try:
        backup.write(target, secret=backup.passphrase(), files=False)
    except (backup.BackupFailed, OSError) as error:
        shutil.rmtree(target, ignore_errors=True)
        raise ReleaseRefused(f"The schema has to change, and the backup before it could not be written: {error}. Nothing was changed. "
                             "Mend that, or go on without one: flask upgrade --without-backup, or UPGRADE_WITHOUT_BACKUP=1.") from error
    for old in sorted(home.glob(f"{BEFORE}*"))[:-BACKUPS_KEPT]:
        shutil.rmtree(old)


@contextmanager
def _as_owner(app: Flask) -> Iterator[Connection]:
    """A transaction of the owner of the tables; on PostgreSQL his login may be another than the application's."""
    address = app.config.get("DATABASE_OWNER_URL")
    engine = create_engine(address) if address else db.engine
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        if address:
            engine.dispose()


def _protect(app: Flask) -> None:
    """The triggers of the two nets; on PostgreSQL with an owner of its own, the rights of the application's login."""
    with _as_owner(app) as connection:
        nets.begin(connection)
        nets.rebuild(connection)
        if app.config.get("DATABASE_OWNER_URL") and db.engine.url.username:
            nets.grant(connection, db.engine.url.username)


def secret_key(folder: Path, *, make: bool = False) -> str | None:
    """The key of this installation: a file only its owner reads, made once; None when there is none yet."""
    path = folder / "secret_key"
    if not path.exists():
        if not make:
            return None
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(48))
    return path.read_text(encoding="ascii").strip()


def former_keys(folder: Path) -> list[str]:
    """The keys before the present one, the oldest first: what they signed is still good."""
    path = folder / FORMER_KEYS
    return path.read_text(encoding="ascii").split() if path.exists() else []


def change_secret_key(folder: Path) -> None:
    """Make a new key; the present one stays good for what it signed until `forget_keys` (R14). Raises FileNotFoundError without one."""
    present = (folder / "secret_key").read_text(encoding="ascii").strip()
    _write_key(folder / FORMER_KEYS, "\n".join([*former_keys(folder), present]))
    _write_key(folder / "secret_key", secrets.token_hex(48))


def forget_keys(folder: Path) -> None:
    """What former keys signed is good no more: sessions that began with them end."""
    (folder / FORMER_KEYS).unlink(missing_ok=True)


def _write_key(path: Path, text: str) -> None:
    """Whole or not at all, for the owner alone."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    new.replace(path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One release at a time: a file lock for this machine, an advisory lock for the database server."""
    with (folder / "upgrade.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if db.engine.dialect.name != "postgresql":
            yield
            return
        with db.engine.connect() as connection:
            connection.execute(text("SET lock_timeout = 0"))
            connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})


def _ensure(model: Any, names: set[str]) -> dict[str, int]:
    """Keys of named rows; those missing are added."""
    query = select(model.name, model.id)
    have: dict[str, int] = {row[0]: row[1] for row in db.session.execute(query)}
    if names - have.keys():
        db.session.execute(insert(model), [{"name": name} for name in sorted(names - have.keys())])
        have = {row[0]: row[1] for row in db.session.execute(query)}
    return have


def sync_rights() -> None:
    """Give each role what the table says and it never had; what an administrator took away or added stays so."""
    wanted = set(rights.subjects())
    roles = _ensure(Role, set(rights.ROLES) | {"Admin", "Public"})
    permissions = _ensure(Permission, {permission for permission, _ in wanted})
    nouns = _ensure(ViewMenu, {noun for _, noun in wanted})
    query = select(PermissionView.permission_id, PermissionView.view_menu_id, PermissionView.id)
    pairs = {(permission, noun): key for permission, noun, key in db.session.execute(query)}
    missing = [{"permission_id": permissions[permission], "view_menu_id": nouns[noun]} for permission, noun in sorted(wanted)
               if (permissions[permission], nouns[noun]) not in pairs]
    if missing:
        db.session.execute(insert(PermissionView), missing)
        pairs = {(permission, noun): key for permission, noun, key in db.session.execute(query)}
    given = {(row.role, row.permission, row.view) for row in db.session.scalars(select(SeededGrant))}
    links_query = select(assoc_permissionview_role.c.role_id, assoc_permissionview_role.c.permission_view_id)
    held = {(row[0], row[1]) for row in db.session.execute(links_query)}
    new = [grant for grant in dict.fromkeys(rights.grants()) if grant not in given]
    links = [{"role_id": roles[role], "permission_view_id": pairs[(permissions[permission], nouns[noun])]}
             for role, permission, noun in new]
    links = [link for link in links if (link["role_id"], link["permission_view_id"]) not in held]
    if links:
        db.session.execute(insert(assoc_permissionview_role), links)
    db.session.add_all(SeededGrant(role=role, permission=permission, view=noun) for role, permission, noun in new)
