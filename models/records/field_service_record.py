"""R-015 外出服务记录表: what the clerk orders, what was done on site, signed by both sides, handed back to the clerk (B-198)."""

from __future__ import annotations

from extensions import _lp
from models.paper import A4_PORTRAIT, Cell, Column, LineList, Lines, Paper, Row, Slot, on
from models.records.service_record_sections import OFFICE, SECTIONS
from models.service_record import ServiceRecord


def _pair(left: str, right: str, *, boxes: bool = False) -> Row:
    return Row(8, (Cell(4, (f"={{!{left}}}",), label=True), Cell(8, (f"{{{'?' if boxes else ''}{left}}}",)),
                   Cell(4, (f"={{!{right}}}",), label=True), Cell(8, (f"{{{right}}}",))))


def _wide(name: str, height: float, *, boxes: bool = False) -> Row:
    return Row(height, (Cell(4, (f"={{!{name}}}",), label=True), Cell(20, (f"{{{'?' if boxes else ''}{name}}}",))))


PAPER = on(ServiceRecord, Paper(
    record="R-015", code="field_service_record", title=_lp("R-015", "Field service record form"), sheet=A4_PORTRAIT,
    goes_out=True, series="field_service_record", number="field_record_no", sections=SECTIONS,
    listed=("field_record_no", "status", "department", "customer", "charging", "engineer", "signed_at"),
    filtered=("status", "department", "charging"),
    area=_lp("R-017", "On-site service"),
    purpose=_lp("R-015", "Service outside: the clerk says what for, it is signed on site and handed back"),
    who=_lp("R-015", "Service clerk the head, who goes out the rest; the customer signs"),
    when=_lp("R-015", "After dispatch or an accepted quotation; complete before leaving the site"),
    labels={"customer": _lp("R-015", "Customer name"), "address": _lp("R-015", "Address"), "contact_name": _lp("R-015", "Contact person"),
            "contact_phone": _lp("R-015", "Phone"), "finished_at": _lp("R-015", "Finished at"), "arrived_at": _lp("R-015", "Arrived at"),
            "treatment": _lp("R-015", "Work and result"), "customer_opinion": _lp("R-015", "Customer's opinion"),
            "charge_note": _lp("R-015", "Cost lines")},
    words={"material": _lp("R-015", "Material used"), "date": _lp("R-015", "Date")},
    blocks=(
        _pair("department", "sheet_no"), _pair("customer", "contact_name"), _pair("address", "contact_phone"),
        _pair("charging", "quotation_note", boxes=True), _wide("service_description", 30), _wide("engineers", 9),
        _pair("departed_at", "arrived_at"), _wide("finished_at", 8), _wide("treatment", 52),
        Row(6, (Cell(24, ("={#material}",), label=True),)),
        Lines((LineList("part_lines", (
            Column("part", 12, _lp("R-015", "Material, specification"), shows="name_and_spec"),
            Column("qty", 3, _lp("R-015", "Quantity"), align="right"),
            Column("unit_price", 4, _lp("R-015", "Unit price"), align="right"),
            Column("amount", 5, _lp("R-015", "Amount"), fixed=True, align="right"))),), 4, 7),
        _wide("defect_disposal", 9, boxes=True), _wide("charge_note", 10), _wide("customer_opinion", 14),
        Row(15, (Cell(12, ("{#engineer}：{@engineer}", ">{#date}：{@engineer.date}")),
                 Cell(12, ("{#customer}：{@customer}", ">{#date}：{@customer.date}")))),
        Row(9, (Cell(4, ("={!returned_to_clerk_at}",), label=True), Cell(8, ("{returned_to_clerk_at}",)),
                Cell(12, ("{#clerk}：{@clerk}　{@clerk.date}",)))),
    ),
    slots=(
        Slot("engineer", _lp("R-015", "Engineer signature"), "ours", _lp("R-017", "The service was done as written"), on_the_job=True),
        Slot("customer", _lp("R-015", "Customer signature"), "customer", _lp("R-017", "The customer confirms the result"),
             on_the_job=True),
        Slot("clerk", _lp("R-015", "Clerk"), "ours", _lp("R-015", "The record was handed back"), rights=OFFICE,
             after=("engineer", "customer"), owns=("returned_to_clerk_at",)),
    )))
