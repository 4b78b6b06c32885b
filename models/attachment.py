"""Files that belong to a record; fetched through the right to the record alone (R11)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped

from extensions import _l
from models.base import Audited, Base, EnumCode, UTCDateTime, column
from models.enums import AttachmentKind


class Attachment(Audited, Base):
    """A file by its hash, with the name its owner gave it."""

    __tablename__ = "attachment"
    __noun__ = "attachment"
    __table_args__ = (Index("ix_attachment_owner", "owner_type", "owner_id"),)

    owner_type: Mapped[str] = column(String(40), nullable=False, label=_l("Record"))
    owner_id: Mapped[int] = column(Integer, nullable=False, label=_l("Record"))
    kind: Mapped[AttachmentKind] = column(EnumCode(AttachmentKind), nullable=False, default=AttachmentKind.OTHER,
                                         label=_l("Kind"))
    slot: Mapped[str | None] = column(String(40), label=_l("Cell"))
    file_name: Mapped[str] = column(String(200), nullable=False, label=_l("File name"))
    media_type: Mapped[str] = column(String(80), nullable=False, label=_l("Type"))
    sha256: Mapped[str] = column(String(64), nullable=False, label=_l("SHA-256"))
    size: Mapped[int] = column(Integer, nullable=False, label=_l("Bytes"))
    uploaded_by_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Uploaded by"))
    voided_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Taken away at"))
    void_reason: Mapped[str | None] = column(String(200), label=_l("Reason for voiding"))

    def __str__(self) -> str:
        return self.file_name
