"""Whether the product is ready to serve: its database takes writing, stands at its schema, and the disk has room (R14)."""

from __future__ import annotations

import shutil

from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services import deploy_check
from services.unit_of_work import aside

ROOM = 0.10


def wanting() -> list[str]:
    """What is wanting, as words for a probe: `database`, `schema`, `disk`; nothing when all is well."""
    try:
        takes_writing = aside(_takes_writing)
    except DBAPIError:
        takes_writing = False
    if not takes_writing:
        return ["database"]
    found = [] if deploy_check.at_head() else ["schema"]
    disk = shutil.disk_usage(current_app.config["DATA_DIR"])
    return found + (["disk"] if disk.free < ROOM * disk.total else [])


def _takes_writing(session: Session) -> bool:
    """Whether a transaction that would write can begin; on SQLite its beginning takes the lock of writing."""
    if session.connection().dialect.name == "sqlite":
        return True
    return str(session.scalar(text("SHOW transaction_read_only"))) == "off"
