"""What the administrator sets: parameters and the lists people choose from."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from extensions import _l
from models.base import Audited, Base, Versioned, column


class Setting(Audited, Versioned, Base):
    """A parameter with its default and the rule it serves; a figure of a rule is never a literal in the code."""

    __tablename__ = "setting"
    __noun__ = "reference"

    key: Mapped[str] = column(String(60), unique=True, nullable=False, label=_l("Parameter"))
    value: Mapped[str] = column(String(500), nullable=False, default="", label=_l("Value"))
    default: Mapped[str] = column(String(500), nullable=False, default="", label=_l("Default"))
    type: Mapped[str] = column(String(20), nullable=False, default="text", label=_l("Type"))
    choices: Mapped[str | None] = column(String(200), label=_l("Choices"))
    group: Mapped[str] = column("group_name", String(40), nullable=False, default="", label=_l("Group"))
    label_zh: Mapped[str] = column(String(120), nullable=False, default="", label=_l("Meaning"))
    rule: Mapped[str | None] = column("rule_id", String(40), label=_l("Rule"))

    def __str__(self) -> str:
        return self.key


class ReferenceMark(Base):
    """One row with a random word that the database itself changes whenever parameters, lists of choices or rights change: while it is
    the same, what a worker remembers of them holds (services/kept.py)."""

    __tablename__ = "reference_mark"

    word: Mapped[str] = mapped_column(String(40), nullable=False)


class DictType(Audited, Base):
    """A list the administrator keeps."""

    __tablename__ = "dict_type"
    __noun__ = "reference"

    code: Mapped[str] = column(String(40), unique=True, nullable=False, label=_l("Code"), required=True)
    label_zh: Mapped[str] = column(String(60), nullable=False, label=_l("Chinese name"), required=True)
    items: Mapped[list[DictItem]] = relationship(back_populates="type", order_by="DictItem.sort")

    def __str__(self) -> str:
        return self.label_zh


class DictItem(Audited, Versioned, Base):
    """One choice of a list; taken out of use, never deleted."""

    __tablename__ = "dict_item"
    __noun__ = "reference"
    __table_args__ = (UniqueConstraint("type_id", "code"),)

    type_id: Mapped[int] = column(ForeignKey("dict_type.id"), nullable=False, label=_l("List"))
    code: Mapped[str] = column(String(40), nullable=False, label=_l("Code"), required=True)
    label_zh: Mapped[str] = column(String(60), nullable=False, label=_l("Chinese name"), required=True)
    label_en: Mapped[str | None] = column(String(60), label=_l("English name"))
    sort: Mapped[int] = column(Integer, nullable=False, default=0, label=_l("Order"))
    active: Mapped[bool] = column(Boolean, nullable=False, default=True, label=_l("Active"))

    type: Mapped[DictType] = relationship(back_populates="items", info={"label": _l("List")})

    def __str__(self) -> str:
        return self.label_zh
