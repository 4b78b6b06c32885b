"""What makes the history trustworthy: a second net woven by the database, and a keyed chain over all that is only ever added (R7, R8)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped

from extensions import _l
from models.base import Base, UTCDateTime, column


class NetEntry(Base):
    """A change as the database itself saw it: written by triggers, whatever door it came through."""

    __tablename__ = "net_entry"
    __table_args__ = (Index("ix_net_entry_row", "entity", "row_id"),)

    entity: Mapped[str] = column(String(40), nullable=False, label=_l("Record"))
    row_id: Mapped[int] = column(Integer, nullable=False, label=_l("Row"))
    action: Mapped[str] = column(String(20), nullable=False, label=_l("Action"))


class ChainLink(Base):
    """One link over one row that is only ever added: HMAC of the link before it and of what the row says."""

    __tablename__ = "chain_link"
    __table_args__ = (Index("ix_chain_link_row", "entity", "row_id", unique=True),)

    entity: Mapped[str] = column(String(40), nullable=False, label=_l("Record"))
    row_id: Mapped[int] = column(Integer, nullable=False, label=_l("Row"))
    mac: Mapped[str] = column(String(64), nullable=False, label=_l("Seal"))


class ChainHead(Base):
    """The end of the chain, one row; locked while links are added, so that it never forks."""

    __tablename__ = "chain_head"

    last_link_id: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Last link"))
    links: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Links"))
    mac: Mapped[str] = column(String(64), nullable=False, default="", label=_l("Seal"))


class SignatureVoid(Base):
    """A signature that no longer holds, because what was signed was changed; the signature itself is never touched."""

    __tablename__ = "signature_void"

    signature_id: Mapped[int] = column(ForeignKey("signature.id"), nullable=False, unique=True, label=_l("Signature"))
    at: Mapped[dt.datetime] = column(UTCDateTime, nullable=False, label=_l("Voided at"))
