"""`flask verify`: whether history, files and caches still are what was written; the first bad row of each is named (R8, G30)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from extensions import db
from models.attachment import Attachment
from models.audit_log import AuditLog, AuditPersonal
from models.chain import NetEntry
from models.number import FrozenPaper
from services import audit, chain

Check = Callable[[], Iterator[str]]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Declare one more thing that must hold (a ledger that equals its balances, for example)."""
    def keep(declared: Check) -> Check:
        CHECKS[name] = declared
        return declared
    return keep


def findings() -> list[tuple[str, str]]:
    """(check, sentence) of everything that does not hold; empty when all is well."""
    return [(name, sentence) for name, declared in CHECKS.items() for sentence in declared()]


check("chain")(chain.findings)


@check("nets")
def _nets() -> Iterator[str]:
    """Each change the database saw was told by the program, and the other way round."""
    def counted(model: Any) -> dict[Any, int]:
        query = select(model.entity, model.row_id, model.action, func.count(model.id)).group_by(model.entity, model.row_id, model.action)
        return {(entity, row_id, action): count for entity, row_id, action, count in db.session.execute(query)}

    told, seen = counted(AuditLog), counted(NetEntry)
    for row in sorted(told.keys() | seen.keys()):
        if told.get(row, 0) != seen.get(row, 0):
            entity, row_id, action = row
            yield f"{entity} {row_id}: {action}, seen {seen.get(row, 0)} times by the database, told {told.get(row, 0)} by the program"
            return


@check("personal")
def _personal() -> Iterator[str]:
    """Personal values are what their digests in the log say; erased ones are empty."""
    query = select(AuditPersonal, AuditLog).join(AuditLog, AuditLog.id == AuditPersonal.entry_id).order_by(AuditPersonal.id)
    for personal, entry in db.session.execute(query):
        for side, values in (("before", entry.before), ("after", entry.after)):
            value = getattr(personal, side)
            if value is not None and audit.digest(value) != (values or {}).get(personal.column_name):
                yield f"audit_personal {personal.id}: is not what audit_log {entry.id} holds"
                return


@check("files")
def _files() -> Iterator[str]:
    """Frozen papers and files are there, byte for byte."""
    folder = Path(current_app.config["DATA_DIR"]) / "files"
    wanted = [(f"frozen_paper {row.id}", digest) for row in db.session.scalars(select(FrozenPaper).order_by(FrozenPaper.id))
              for digest in (row.html_sha256, row.pdf_sha256)]
    wanted += [(f"attachment {row.id}", row.sha256) for row in db.session.scalars(select(Attachment).order_by(Attachment.id))]
    for name, digest in wanted:
        path = folder / digest[:2] / digest
        if not path.exists():
            yield f"{name}: its file is missing"
            return
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield f"{name}: its file was changed"
            return


def orphans() -> list[str]:
    """Files no row speaks of: left by an upload that was interrupted; they do no harm."""
    folder = Path(current_app.config["DATA_DIR"]) / "files"
    known = set(db.session.scalars(select(FrozenPaper.html_sha256))) | set(db.session.scalars(select(FrozenPaper.pdf_sha256)))
    known |= set(db.session.scalars(select(Attachment.sha256)))
    return sorted(path.name for path in folder.glob("??/*") if path.name not in known) if folder.exists() else []
