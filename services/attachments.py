"""Files of a record: added and taken away by who may change it, fetched by who may read it (R11)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import exists, func, literal_column, select

from extensions import _l, db
from models.attachment import Attachment
from models.customer import Customer
from models.enums import AttachmentKind
from models.equipment import Equipment, Part
from models.number import Signature
from models.paper import PAPERS, OnPaper
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import access, audit, file_checks, parameters, storage
from services.errors import DomainError, NotThere

# Kinds of records that carry files; adding one is a line here.
MEGABYTE = 1024 * 1024


def owners() -> dict[str, type[Any]]:
    """What files may hang on: core things, and every paper record with a table of its own."""
    kinds: list[Any] = [Customer, Equipment, ServiceRequest, WorkOrder, Part]
    kinds += [model for model, _paper in PAPERS.values() if issubclass(model, OnPaper)]
    return {model.__tablename__: model for model in kinds}


def owner_of(user: Any, kind: str, key: int, *, act: str = "read") -> Any:
    """The record files hang on; NotThere for one the user may not know of, NotAllowed without the right."""
    if kind not in owners():
        raise NotThere("")
    access.require(user, act, owners()[kind].__noun__)
    return access.get(user, owners()[kind], key)


def of(owner: Any) -> list[Attachment]:
    """The files of a record, newest first."""
    query = select(Attachment).where(Attachment.owner_type == owner.__tablename__, Attachment.owner_id == owner.id,
                                     Attachment.voided_at.is_(None))
    return list(db.session.scalars(query.order_by(Attachment.id.desc())))


def figure(owner_type: str, owner_id: Any) -> Any:
    """How many files a record has, as a part of a larger statement."""
    return select(func.count(Attachment.id)).where(Attachment.owner_type == literal_column(f"'{owner_type}'"),
                                                   Attachment.owner_id == owner_id, Attachment.voided_at.is_(None)).scalar_subquery()


def count(owner: Any) -> int:
    """How many files a record has."""
    return int(db.session.scalar(select(figure(owner.__tablename__, owner.id))) or 0)


def get(user: Any, key: int, *, act: str = "read") -> tuple[Attachment, Any]:
    """A file with its record; NotThere for one of a record the user may not know of, and for one taken away."""
    found = db.session.scalar(select(Attachment).where(Attachment.id == key, Attachment.voided_at.is_(None)))
    if found is None or found.owner_type not in owners() or not access.can(user, "read", owners()[found.owner_type].__noun__):
        raise NotThere("")
    owner = owner_of(user, found.owner_type, found.owner_id)
    access.require(user, act, owner.__noun__)
    return found, owner


def add(owner: Any, name: str, content: bytes, *, by: Any, kind: AttachmentKind | None = None) -> Attachment:
    """Keep a file with a record. The same content sent again is the file that is there already.

    Raises NotAllowed without the right to change the record, DomainError for what is not allowed or beyond the record's quota.
    """
    access.require(by, "change", owner.__noun__)
    name = file_checks.clean_name(name)
    content, media_type = file_checks.checked(name, content)
    return keep(owner, name, content, media_type, by=by, kind=kind)


def keep(owner: Any, name: str, content: bytes, media_type: str, *, by: Any, kind: AttachmentKind | None = None) -> Attachment:
    """Keep checked bytes with a record for whoever had the right to bring them. DomainError beyond the record's quota."""
    used = db.session.scalar(select(func.coalesce(func.sum(Attachment.size), 0)).where(
        Attachment.owner_type == owner.__tablename__, Attachment.owner_id == owner.id, Attachment.voided_at.is_(None)))
    quota = parameters.number("attachments.quota_mb")
    if int(used or 0) + len(content) > quota * MEGABYTE:
        raise DomainError(_l("A record may keep %(quota)d MB of files.", quota=quota), "files")
    digest = storage.keep(content)
    same = next((file for file in of(owner) if file.sha256 == digest and file.file_name == name), None)
    if same is not None:
        return same
    if kind is None:
        kind = AttachmentKind.PHOTO if media_type.startswith("image/") else AttachmentKind.OTHER
    file = Attachment(owner_type=owner.__tablename__, owner_id=owner.id, kind=kind, file_name=name, media_type=media_type,
                      sha256=digest, size=len(content), uploaded_by_id=by.id)
    db.session.add(file)
    db.session.flush()
    return file


def take_away(file: Attachment, owner: Any, *, reason: str, by: Any, now: dt.datetime) -> None:
    """Void a file with a reason; its bytes and its entry are kept. Raises NotAllowed, DomainError without a reason."""
    access.require(by, "change", owner.__noun__)
    if not reason.strip():
        raise DomainError(_l("Give the reason."), "reason")
    if db.session.scalar(select(exists().where(Signature.scan_id == file.id))):
        raise DomainError(_l("This page proves a signature; it stays with the paper."), rule="B-042")
    audit.because(reason.strip())
    file.voided_at, file.void_reason = now, reason.strip()[:200]
    db.session.flush()


def taken_away(owner: Any) -> list[Attachment]:
    """The files of a record that were voided, newest first."""
    query = select(Attachment).where(Attachment.owner_type == owner.__tablename__, Attachment.owner_id == owner.id,
                                     Attachment.voided_at.is_not(None))
    return list(db.session.scalars(query.order_by(Attachment.id.desc()).limit(50)))
