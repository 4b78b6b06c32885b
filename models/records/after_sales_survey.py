"""R-078 售后满意度调查表: asked within sixteen working hours after a service is closed (B-150)."""

from __future__ import annotations

from extensions import _lp
from models.paper import A4_PORTRAIT, Cell, Paper, Row, Slot, on
from models.records.care_rows import rated, told
from models.records.survey import FIVE, Survey

PAPER = on(Survey, Paper(
    record="R-078", code="after_sales_survey", title=_lp("R-078", "After-sales satisfaction survey"), sheet=A4_PORTRAIT, series="survey",
    area=_lp("R-077", "Complaints and follow-up"), purpose=_lp("R-078", "Within 16 working hours after a service is closed"),
    who=_lp("R-078", "Service clerk; service and quality evaluate"), when=_lp("R-078", "Within 16 working hours after closing"),
    listed=("number", "status", "request", "customer", "surveyed_at", "q_overall", "score", "surveyor"),
    filtered=("status", "customer", "q_overall"),
    labels={"sheet_no": _lp("R-078", "Sheet no.")},
    words={"items": _lp("R-078", "Items"), "levels": _lp("R-078", "Rating"), "service": _lp("R-078", "After-sales department"),
           "quality": _lp("R-078", "Quality department")},
    blocks=(
        told(9, ("{!request}", "{request}　{sheet_no}"), left=6), told(9, "customer"), told(9, "site"),
        told(9, "contact_name", "contact_phone"), told(9, ("{!surveyed_at}/{!channel}", "{surveyed_at}　{?channel}")),
        Row(8, (Cell(7, ("={#items}",), label=True), Cell(17, ("={#levels}",), label=True))),
        *(rated(name, 9) for name in FIVE), told(30, "reason"), told(34, "opinion"), told(9, "surveyor"),
        told(36, ("{!evaluation}", "{evaluation}", ">{#service}：{@service}　{@service.date}", ">{#quality}：{@quality}　{@quality.date}"),
             left=7),
    ),
    slots=(
        Slot("service", _lp("R-078", "After-sales department"), "ours", _lp("R-078", "Evaluated as written"),
             rights=(("create", "survey"), ("change", "survey"))),
        Slot("quality", _lp("R-078", "Quality department"), "ours", _lp("R-078", "Evaluated as written"),
             rights=(("change", "survey"), ("create", "nonconformity"))),
    )))
