"""R-014 维修记录表: the repair record form."""

from __future__ import annotations

from extensions import _lp
from models.paper import A4_PORTRAIT, Cell, Column, LineList, Lines, Paper, Row, Slot, on
from models.records.service_record_sections import LISTED, SECTIONS
from models.service_record import ServiceRecord

ASKS = ("product_model", "cause")  # of this layout only
PAPER = on(ServiceRecord, Paper(
    record="R-014", code="repair_record", title=_lp("R-014", "Repair record form"), sheet=A4_PORTRAIT, goes_out=True, stays=(2,),
    series="service_record",
    number="record_no", sections=SECTIONS, listed=LISTED,
    area=_lp("R-017", "On-site service"), purpose=_lp("R-014", "Every on-site repair except simple maintenance; handed in at month end"),
    who=_lp("R-014", "Service engineer; the user signs"), when=_lp("R-014", "At the end of each repair on site; handed in at month end"),
    copies=(_lp("R-014", "Copy 1: after-sales"), _lp("R-014", "Copy 2: customer")), tints=("#ffffff", "#fdeef0"),
    labels={"customer": _lp("R-014", "Customer name"), "address": _lp("R-014", "Address"), "contact_name": _lp("R-014", "Contact person"),
            "contact_phone": _lp("R-014", "Phone"), "product_model": _lp("R-014", "Model"), "serial_no": _lp("R-014", "Serial number"),
            "reported_at": _lp("R-014", "Reported at"), "finished_at": _lp("R-014", "Finished at"), "symptom": _lp("R-014", "Symptom"),
            "treatment": _lp("R-014", "Treatment"), "customer_opinion": _lp("R-014", "User's opinion")},
    words={"parts": _lp("R-014", "Parts replaced"), "date": _lp("R-014", "Date")},
    blocks=(
        *(Row(8, (Cell(4, (f"={{!{left}}}",), label=True), Cell(8, (f"{{{left}}}",)), Cell(4, (f"={{!{right}}}",), label=True),
                  Cell(8, (f"{{{right}}}",)))) for left, right in (("customer", "contact_name"), ("address", "contact_phone"),
                                                                 ("product_name", "product_model"), ("serial_no", "batch_no"),
                                                                 ("warranty_status", "reported_at"), ("appointment_at", "arrived_at"))),
        Row(8, (Cell(4, ("={!finished_at}",), label=True), Cell(8, ("{finished_at}",)), Cell(4, ("={!is_simple}",), label=True),
                Cell(8, ("{?is_simple}",)))),
        Row(20, (Cell(4, ("={!symptom}",), label=True), Cell(20, ("{symptom}",)))),
        Row(20, (Cell(4, ("={!cause}",), label=True), Cell(20, ("{cause}",)))),
        Row(34, (Cell(4, ("={!treatment}",), label=True), Cell(20, ("{treatment}",)))),
        Row(7, (Cell(24, ("={#parts}",), label=True),)),
        Lines((LineList("part_lines",
                        (Column("part", 8, _lp("R-014", "Name"), shows="part_name"),
                         Column("spec", 6, _lp("R-014", "Specification"), fixed=True),
                         Column("qty", 3, _lp("R-014", "Quantity"), align="right"),
                         Column("kind", 7, _lp("R-014", "Supply mode")))),), 4, 7),
        Row(9, (Cell(4, ("={!result}",), label=True), Cell(20, ("{?result}",)))),
        Row(14, (Cell(4, ("={!customer_opinion}",), label=True), Cell(20, ("{customer_opinion}",)))),
        Row(9, (Cell(4, ("={!leave_consent}",), label=True), Cell(20, ("{leave_consent}",)))),
        Row(9, (Cell(4, ("={!informant_told_at}",), label=True), Cell(8, ("{informant_told_at}",)),
                Cell(4, ("={!paper_returned_on}",), label=True), Cell(8, ("{paper_returned_on}",)))),
        Row(14, (Cell(12, ("{#engineer}：{@engineer}", ">{#date}：{@engineer.date}")),
                 Cell(12, ("{#customer}：{@customer}", ">{#date}：{@customer.date}")))),
    ),
    slots=(
        Slot("engineer", _lp("R-014", "Engineer"), "ours", _lp("R-017", "The service was done as written"), on_the_job=True,
             asks=ASKS),
        Slot("customer", _lp("R-014", "User signature"), "customer", _lp("R-017", "The customer confirms the result"), on_the_job=True,
             asks=ASKS),
    )))
