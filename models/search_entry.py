"""One narrow table behind the search box and every list: what a record is found by (names, pinyin, phones, serial numbers)."""

from __future__ import annotations

from sqlalchemy import Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped

from extensions import _l
from models.base import Base, column


class SearchEntry(Base):
    """The words of one record, normalised; its index of one- and two-letter pieces is the database's (FTS5 or GIN)."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "ref_id"),)

    kind: Mapped[str] = column(String(40), nullable=False, label=_l("Kind"))
    ref_id: Mapped[int] = column(Integer, nullable=False, label=_l("Record"))
    title: Mapped[str] = column(String(200), nullable=False, default="", label=_l("Title"))
    tokens: Mapped[str] = column(Text, nullable=False, default="", label=_l("Pieces"))
    letters: Mapped[str] = column(Text, nullable=False, default="", label=_l("Letters"))
