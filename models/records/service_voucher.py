"""R-011 服务凭证: the card the technician carries and the customer signs, a view of the work order."""

from __future__ import annotations

from extensions import _lp
from models.paper import A5_LANDSCAPE, Cell, Column, LineList, Lines, Paper, Row, Section, Slot, on
from models.records.shapes import pair, wide
from models.work_order import WorkOrder

OFFICE = (("create", "work_order"),)
PAPER = on(WorkOrder, Paper(
    record="R-011", code="service_voucher", title=_lp("R-011", "Service voucher"), sheet=A5_LANDSCAPE, series="work_order",
    number="work_order_no", area=_lp("R-010", "Dispatch"),
    purpose=_lp("R-011", "Carried by the technician, signed when the work is done or goods are taken away, and on their return"),
    who=_lp("R-011", "Service clerk takes it out; the technician carries it"),
    when=_lp("R-011", "At dispatch, at completion and at the return of goods"),
    sections=(Section("office", ("service_category", "invoice_no"), OFFICE),
              Section("visit", ("charge_amount", "collect_mode", "taken_back"), OFFICE, on_the_job=True)),
    listed=("work_order_no", "status", "customer", "lead_engineer", "service_category", "charge_amount", "finished_at"),
    filtered=("status", "customer", "lead_engineer", "service_category"),
    labels={"customer": _lp("R-011", "Customer name"), "address": _lp("R-010", "Address"), "contact_phone": _lp("R-011", "Phone"),
            "model_no": _lp("R-011", "Model"), "reported_at": _lp("R-011", "Call time"), "symptom": _lp("R-011", "Call content"),
            "service_category": _lp("R-011", "Category"), "lead_engineer": _lp("R-011", "Technician"),
            "finished": _lp("R-011", "Finished at"), "treatment": _lp("R-011", "Work done")},
    choices={"service_category": (_lp("R-011", "Paid (A)"), _lp("R-011", "Contract (B)"), _lp("R-011", "Free (C)"),
                                  _lp("R-011", "Administrative (D)"))},
    words={"part": _lp("R-011", "Part name")},
    blocks=(
        pair("customer", "contact_phone", 6.5), wide("address", 6.5), pair("model_no", "reported_at", 6.5), wide("symptom", 10),
        wide("service_category", 6.5, boxes=True),
        Row(6.5, (Cell(4, ("={!lead_engineer}",), label=True), Cell(8, ("{lead_engineer}",)),
                  Cell(4, ("={#dispatch}",), label=True), Cell(8, ("{@dispatch}　{@dispatch.date}",)))),
        pair("arrived_at", "finished", 6.5), wide("treatment", 12),
        Lines((LineList("voucher_lines", (
            Column("part", 12, _lp("R-011", "Part name"), shows="part_name"), Column("qty", 4, _lp("R-017", "Quantity"), align="right"),
            Column("unit_price", 4, _lp("R-017", "Unit price"), align="right"),
            Column("amount", 4, _lp("R-015", "Amount"), fixed=True, align="right"))),), 3, 5.2),
        Row(6.5, (Cell(4, ("={!charge_amount}",), label=True), Cell(4, ("{charge_amount}",)),
                  Cell(9, ("{!collect_mode}：{?collect_mode}",)), Cell(7, ("{!invoice_no}：{invoice_no}",)))),
        Row(12, (Cell(4, ("{!taken_back}", "{?taken_back}")), Cell(10, ("{#customer}：{@customer}", ">{@customer.date}")),
                 Cell(10, ("{#return}：{@return}", ">{@return.date}")))),
    ),
    slots=(
        Slot("dispatch", _lp("R-011", "Dispatched by / at"), "ours", _lp("R-011", "The technician was sent"),
             rights=(("approve", "work_order"),), asks=("service_category", "lead_engineer")),
        Slot("customer", _lp("R-011", "Customer signature (done, taken away)"), "customer", _lp("R-011", "Done, or taken away, as written"),
             on_the_job=True, after=("dispatch",), asks=("arrived_at",),
             owns=("arrived_at", "finished", "treatment", "charge_amount", "collect_mode", "invoice_no", "taken_back")),
        Slot("return", _lp("R-011", "Customer signature on return"), "customer", _lp("R-011", "The goods came back"), on_the_job=True,
             after=("customer",), only_with="taken_back"),
    )))
