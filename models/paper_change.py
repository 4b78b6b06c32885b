"""What shall be changed in a signed paper: asked for with a reason, decided by quality, carried out by voiding and issuing anew."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped

from extensions import _l, _lp
from models.base import Audited, Base, EnumCode, UTCDateTime, Versioned, column
from models.enums import LabelledEnum, Look
from models.paper import PAPERS


class ChangeState(LabelledEnum):
    """Where the request for a change stands."""

    ASKED = "asked", _lp("change_state", "Waits for quality"), Look.WAITING
    AGREED = "agreed", _lp("change_state", "Agreed, may be issued anew"), Look.DOING
    REFUSED = "refused", _lp("change_state", "Refused"), Look.FAILED
    DONE = "done", _lp("change_state", "Carried out"), Look.DONE


class PaperChange(Audited, Versioned, Base):
    """A request to change a signed paper; of one paper only one is open at a time."""

    __tablename__ = "paper_change"
    __noun__ = "paper_change"
    __table_args__ = (
        Index("ix_paper_change_owner", "owner_type", "owner_id"), Index("ix_paper_change_list", "status", "id"),
        Index("uq_paper_change_open", "owner_type", "owner_id", unique=True, sqlite_where=text("status IN ('asked', 'agreed')"),
              postgresql_where=text("status IN ('asked', 'agreed')")))

    owner_type: Mapped[str] = column(String(40), nullable=False, label=_l("Record"))
    owner_id: Mapped[int] = column(Integer, nullable=False, label=_l("Record"))
    form_code: Mapped[str] = column(String(60), nullable=False, label=_l("Form"))
    number: Mapped[str] = column(String(40), nullable=False, label=_l("Number"))
    status: Mapped[ChangeState] = column(EnumCode(ChangeState), nullable=False, default=ChangeState.ASKED, label=_l("State"))
    wanted: Mapped[str] = column(String(500), nullable=False, label=_l("What is to be changed"), required=True)
    reason: Mapped[str] = column(String(200), nullable=False, label=_l("Why"), required=True)
    asked_by_id: Mapped[int] = column(ForeignKey("ab_user.id"), nullable=False, label=_l("Asked by"))
    decided_by_id: Mapped[int | None] = column(ForeignKey("ab_user.id"), label=_l("Decided by"))
    decided_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Decided at"))
    decision_note: Mapped[str | None] = column(String(200), label=_l("Reason of the decision"))
    done_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_l("Carried out at"))

    @property
    def party(self) -> str:
        """What kind of paper it is about."""
        return str(PAPERS[self.form_code][1].title) if self.form_code in PAPERS else self.form_code

    @property
    def href(self) -> str:
        """The page of the paper."""
        return f"/records/{self.form_code}/{self.owner_id}"

    def __str__(self) -> str:
        return self.number
