"""R-080 客户意见调查卡: one card for every call of a day, four items in four levels (B-153, B-154)."""

from __future__ import annotations

from extensions import _lp
from models.paper import A5_LANDSCAPE, Cell, Paper, Row, Slot, on
from models.records.care_rows import rated, told
from models.records.survey import FOUR, Survey

PAPER = on(Survey, Paper(
    record="R-080", code="opinion_card", title=_lp("R-080", "Customer opinion card"), sheet=A5_LANDSCAPE, series="survey",
    area=_lp("R-077", "Complaints and follow-up"), purpose=_lp("R-080", "For every call, sent the day after"),
    who=_lp("R-080", "Service department, for every call"), when=_lp("R-080", "The day after the call"),
    listed=("number", "status", "order", "customer", "engineer", "sent_on", "returned_on", "score"),
    filtered=("status", "customer", "engineer"),
    words={"items": _lp("R-080", "Items"), "levels": _lp("R-080", "Rating"), "signed": _lp("R-080", "Customer signature"),
           "date": _lp("R-080", "Date")},
    blocks=(
        told(7, ("{!order}/{!service_date}", "{order}　{service_date}"), left=5), told(7, ("{!customer}/{!site}", "{customer}　{site}")),
        told(7, "engineer"), Row(6, (Cell(7, ("={#items}",), label=True), Cell(17, ("={#levels}",), label=True))),
        *(rated(name, 7) for name in FOUR), told(16, "suggestion"), told(16, "grievance"),
        told(8, ("{#signed}/{#date}", "{@customer}　{@customer.date}"), ("{!sent_on}/{!returned_on}", "{sent_on}　{returned_on}"), left=5),
    ),
    slots=(Slot("customer", _lp("R-080", "Customer signature"), "customer", _lp("R-080", "The customer's opinion"),
                rights=(("create", "survey"),)),)))
