"""What must not be so in production (R14): each finding has an id that stays and a sentence that says what to do."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import inspect, select, text

from extensions import db
from services.rights import ROLES
from services.unit_of_work import unit_of_work

KEY_SHORTEST = 50


def findings(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(id, sentence) of everything unsafe; empty when production may start."""
    found: list[tuple[str, str]] = []

    def bad(when: bool, key: str, sentence: str) -> None:
        if when:
            found.append((key, sentence))

    secret = "" if config.get("SECRET_KEY_IS_PASSING") else str(config.get("SECRET_KEY") or "")
    bad(not secret, "D01", "SECRET_KEY is missing: run `flask upgrade` once.")
    bad(0 < len(secret) < KEY_SHORTEST, "D02", "SECRET_KEY is shorter than 50 characters.")
    bad(bool(secret) and len(set(secret)) < 10, "D03", "SECRET_KEY repeats a few characters: let `flask upgrade` make one.")
    bad(any(word in secret.casefold() for word in ("secret", "changeme", "default", "password")), "D04",
        "SECRET_KEY looks like a default.")
    bad(bool(config.get("DEBUG")), "D05", "Debugging is on.")
    bad(bool(config.get("TESTING")), "D06", "The application runs in test mode.")
    bad(not config.get("TRUSTED_HOSTS"), "D07", "TRUSTED_HOSTS is empty: name the hosts under which users reach the product.")
    bad(not config.get("SESSION_COOKIE_SECURE"), "D08", "The session cookie is not Secure.")
    bad(not config.get("SESSION_COOKIE_HTTPONLY"), "D09", "The session cookie is readable by scripts.")
    bad(config.get("SESSION_COOKIE_SAMESITE") not in ("Lax", "Strict"), "D10", "The session cookie has no SameSite rule.")
    bad(config.get("SEED") == "demo", "D11", "SEED=demo: demonstration data have no place in production.")
    bad(not config.get("WTF_CSRF_ENABLED", True), "D12", "Forgery protection is off.")
    folder = Path(config["DATA_DIR"])
    key_file = folder / "secret_key"
    bad(key_file.exists() and bool(key_file.stat().st_mode & 0o077), "D13", "The key file is readable by others: chmod 600.")
    current = at_head()
    bad(current and _demo_accounts(), "D14", "An account of the demonstration data is active.")
    bad(not _durable(), "D15", "The database does not keep what it acknowledged: synchronous writing is off.")
    bad(not current, "D16", "The database is not at this version's schema: run `flask upgrade`.")
    bad(bool(config.get("RATELIMIT_ENABLED")) and int(config.get("WEB_WORKERS") or 1) > 1
        and str(config.get("RATELIMIT_STORAGE_URI") or "memory").startswith("memory"), "D17",
        "The limiter counts in the memory of each worker: several workers need a shared store.")
    bad(bool(config.get("DEMO_PASSWORD")), "D18", "DEMO_PASSWORD is set: demonstration accounts have no place in production.")
    bad(bool(folder.exists() and folder.stat().st_mode & 0o022), "D19", "The data folder is writable by others: chmod 750.")
    return found


def refuse_unsafe(app: Flask) -> None:
    """Leave the process with status 3 when production is about to be served with an unsafe setting (R14).

    3 is what a worker of gunicorn leaves with when the whole server is to stop instead of starting it again.
    """
    with app.app_context(), unit_of_work(write=False):
        found = findings(app.config)
    for key, sentence in found:
        sys.stderr.write(f"{key}: {sentence}\n")
    if found:
        raise SystemExit(3)


def heads_of(folder: Path) -> set[str]:
    """The migrations no other builds on, read from the files: Alembic's own answer would cost each web worker 9 MB."""
    texts = [path.read_text(encoding="utf-8") for path in (folder / "versions").glob("*.py")]
    made = {name for text_ in texts for name in re.findall(r"^revision = ['\"](.+)['\"]$", text_, re.MULTILINE)}
    built_on = {name for text_ in texts for line in re.findall(r"^down_revision = (.+)$", text_, re.MULTILINE)
                for name in re.findall(r"['\"](.+?)['\"]", line)}
    return made - built_on


def at_head() -> bool:
    """Whether the database stands at the schema of this program."""
    folder = Path(current_app.root_path) / "migrations"
    heads = heads_of(folder)
    if not inspect(db.session.connection()).has_table("alembic_version"):
        return False
    return set(db.session.scalars(text("SELECT version_num FROM alembic_version"))) == heads


def _demo_accounts() -> bool:
    query = (select(User.id).join(User.roles).where(User.active, User.username.in_(list(ROLES)), Role.name == User.username,
                                                    User.email.like("%@demo.invalid")))
    return db.session.scalar(query.limit(1)) is not None


def _durable() -> bool:
    if db.engine.dialect.name == "sqlite":
        synchronous = db.session.scalar(text("PRAGMA synchronous"))
        journal = db.session.scalar(text("PRAGMA journal_mode"))
        return bool(int(synchronous or 0) >= 2 and journal == "wal")
    rows = [db.session.scalar(text(f"SHOW {name}")) for name in ("fsync", "full_page_writes", "synchronous_commit")]
    return bool(rows[0] == "on" and rows[1] == "on" and rows[2] != "off")
