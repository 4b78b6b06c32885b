"""R-010 售后任务通知单: what the service department asks of a responsible department, a view of the work order (B-215)."""

from __future__ import annotations

from extensions import _lp
from models.paper import A4_PORTRAIT, Cell, Paper, Row, Section, Slot, on
from models.records.shapes import pair, signed, wide
from models.work_order import WorkOrder

OFFICE = (("create", "work_order"),)
PAPER = on(WorkOrder, Paper(
    record="R-010", code="task_notice", title=_lp("R-010", "Service task notice"), sheet=A4_PORTRAIT, series="work_order",
    number="work_order_no", area=_lp("R-010", "Dispatch"),
    purpose=_lp("R-010", "When on-site work is needed or a returned item has arrived: the department names people and solution"),
    who=_lp("R-010", "Service clerk or manager; the responsible department names people and solution"),
    when=_lp("R-010", "When work on site is needed or an item has come back"),
    sections=(Section("task", ("work_type", "guarantee_items", "maker_contact", "department", "symptom", "in_warranty", "due_at"), OFFICE),
              Section("answer", ("solution",))),
    listed=("work_order_no", "status", "customer", "work_type", "department", "issued_at", "due_at"),
    filtered=("status", "customer", "department", "work_type"),
    labels={"address": _lp("R-010", "Address"), "contact_name": _lp("R-010", "Contact person"), "contact_phone": _lp("R-010", "Phone"),
            "product": _lp("R-010", "Product, model, serial"), "persons": _lp("R-010", "Persons assigned")},
    blocks=(
        pair("issued_at", "request"),
        Row(18, (Cell(4, ("={!work_type}",), label=True), Cell(4, ("{work_type}",)), Cell(4, ("={!guarantee_items}",), label=True),
                 Cell(12, ("{?guarantee_items}", "{!maker_contact}：{maker_contact}")))),
        pair("department", "customer"), wide("address"), pair("contact_name", "contact_phone"), wide("product", 9), wide("symptom", 46),
        pair("in_warranty", "due_at", boxes=("in_warranty",)), wide("solution", 80), wide("persons", 10),
        signed(("dept", "issuer", "manager"), 16),
    ),
    slots=(
        Slot("issuer", _lp("R-010", "Issued by"), "ours", _lp("R-010", "The task is issued"), rights=OFFICE,
             asks=("department", "in_warranty")),
        Slot("dept", _lp("R-010", "Department receipt"), "ours", _lp("R-010", "The task was received; people and solution are named"),
             rights=(("change", "work_order"), ("approve", "service_record")), after=("issuer",), owns=("solution", "persons"),
             asks=("solution",)),
        Slot("manager", _lp("R-010", "Service manager"), "ours", _lp("R-010", "Seen by the service manager"),
             rights=(("approve", "work_order"),), after=("issuer",)),
    )))
