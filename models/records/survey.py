"""Surveys: one table for all sheets a customer is asked with; `layout` names the sheet (R-078, R-080)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped

from extensions import _l, _lp
from models.base import EnumCode, FixedDecimal, UTCDateTime, column, link
from models.care_enums import FiveLevel, FourLevel, SurveyChannel
from models.customer import Customer, CustomerSite
from models.organisation import Staff
from models.paper import PaperRecord
from models.service_request import ServiceRequest
from models.work_order import WorkOrder

FIVE = ("q_timeliness", "q_attitude", "q_skill", "q_cleanliness", "q_result", "q_overall")
FOUR = ("card_attitude", "card_skill", "card_arrival", "card_promise")


class Survey(PaperRecord):
    """What a customer thinks of a service; its score is between 0 and 100 whatever the sheet (B-154, B-155)."""

    __tablename__ = "survey"
    __noun__ = "survey"
    __follows__ = "customer"

    layout: Mapped[str] = column(String(30), nullable=False, default="after_sales_survey", label=_l("Sheet"))
    request_id: Mapped[int | None] = column(ForeignKey("service_request.id"), index=True, label=_lp("R-078", "Sheet no."))
    work_order_id: Mapped[int | None] = column(ForeignKey("work_order.id"), index=True, label=_lp("R-080", "Voucher no."))
    service_date: Mapped[dt.date | None] = column(Date, label=_lp("R-080", "Service date"), required=True)
    customer_id: Mapped[int | None] = column(ForeignKey("customer.id"), index=True, label=_lp("R-078", "Customer name"))
    site_id: Mapped[int | None] = column(ForeignKey("customer_site.id"), label=_lp("R-078", "Address"))
    contact_name: Mapped[str | None] = column(String(40), label=_lp("R-078", "Contact person"), required=True, personal=True)
    contact_phone: Mapped[str | None] = column(String(40), label=_lp("R-078", "Phone"), required=True, personal=True)
    surveyed_at: Mapped[dt.datetime | None] = column(UTCDateTime, label=_lp("R-078", "Surveyed at"), required=True)
    channel: Mapped[SurveyChannel | None] = column(EnumCode(SurveyChannel), label=_lp("R-078", "Channel"), required=True)
    engineer_id: Mapped[int | None] = column(ForeignKey("staff.id"), index=True, label=_lp("R-080", "Technician"))
    q_timeliness: Mapped[FiveLevel | None] = column(EnumCode(FiveLevel, 1), label=_lp("R-078", "Timeliness"), required=True)
    q_attitude: Mapped[FiveLevel | None] = column(EnumCode(FiveLevel, 1), label=_lp("R-078", "Attitude"), required=True)
    q_skill: Mapped[FiveLevel | None] = column(EnumCode(FiveLevel, 1), label=_lp("R-078", "Skill"), required=True)
    q_cleanliness: Mapped[FiveLevel | None] = column(EnumCode(FiveLevel, 1), label=_lp("R-078", "Cleanliness"))
    q_result: Mapped[FiveLevel | None] = column(EnumCode(FiveLevel, 1), label=_lp("R-078", "Result"), required=True)
    q_overall: Mapped[FiveLevel | None] = column(EnumCode(FiveLevel, 1), label=_lp("R-078", "Overall"), required=True)
    card_attitude: Mapped[FourLevel | None] = column(EnumCode(FourLevel, 1), label=_lp("R-080", "Attitude"), required=True)
    card_skill: Mapped[FourLevel | None] = column(EnumCode(FourLevel, 1), label=_lp("R-080", "Skill"), required=True)
    card_arrival: Mapped[FourLevel | None] = column(EnumCode(FourLevel, 1), label=_lp("R-080", "Time of arrival"), required=True)
    card_promise: Mapped[FourLevel | None] = column(EnumCode(FourLevel, 1), label=_lp("R-080", "Keeping promises"), required=True)
    score: Mapped[Decimal | None] = column(FixedDecimal(5, 2), label=_l("Score (0 to 100)"))
    reason: Mapped[str | None] = column(Text, label=_lp("R-078", "Reason if not satisfied"))
    opinion: Mapped[str | None] = column(Text, label=_lp("R-078", "Suggestions"))
    suggestion: Mapped[str | None] = column(Text, label=_lp("R-080", "Suggestion"))
    grievance: Mapped[str | None] = column(Text, label=_lp("R-080", "Grievance"))
    surveyor_id: Mapped[int | None] = column(ForeignKey("staff.id"), label=_lp("R-078", "Surveyed by"))
    evaluation: Mapped[str | None] = column(Text, label=_lp("R-078", "Evaluation of after-sales / quality department"))
    sent_on: Mapped[dt.date | None] = column(Date, index=True, label=_lp("R-080", "Sent on"), required=True)
    returned_on: Mapped[dt.date | None] = column(Date, label=_lp("R-080", "Returned on"), required=True)

    request: Mapped[ServiceRequest | None] = link(label=_lp("R-078", "Sheet no."), required=True)
    order: Mapped[WorkOrder | None] = link(label=_lp("R-080", "Voucher no."), required=True)
    customer: Mapped[Customer | None] = link(label=_lp("R-078", "Customer name"), required=True)
    site: Mapped[CustomerSite | None] = link(label=_lp("R-078", "Address"), required=True)
    engineer: Mapped[Staff | None] = link(label=_lp("R-080", "Technician"), required=True, foreign_keys=engineer_id)
    surveyor: Mapped[Staff | None] = link(label=_lp("R-078", "Surveyed by"), required=True, foreign_keys=surveyor_id)

    @property
    def sheet_no(self) -> str | None:
        """The number of the information sheet of the request, once it has one."""
        return self.request.sheet_no if self.request is not None else None
