"""R-016 外出安装/售后/维修服务记录表: installation or repair outside, rated and signed by the customer (B-055)."""

from __future__ import annotations

from extensions import _lp
from models.paper import A4_PORTRAIT, Cell, Paper, Row, Slot, on
from models.records.service_record_sections import LISTED, SECTIONS
from models.service_record import ServiceRecord


def _choices(name: str) -> Row:
    return Row(10, (Cell(4, (f"={{!{name}}}",), label=True), Cell(17, (f"{{?{name}}}",))))


def _pair(left: str, right: str) -> tuple[Cell, ...]:
    return (Cell(4, (f"={{!{left}}}",), label=True), Cell(7, (f"{{{left}}}",)), Cell(3, (f"={{!{right}}}",), label=True),
            Cell(7, (f"{{{right}}}",)))


PAPER = on(ServiceRecord, Paper(
    record="R-016", code="field_install_record", title=_lp("R-016", "Field installation / after-sales / repair service record"),
    sheet=A4_PORTRAIT, goes_out=True, series="service_record", number="record_no", sections=SECTIONS, listed=LISTED,
    area=_lp("R-017", "On-site service"), purpose=_lp("R-016", "Installation, after-sales or repair outside, rated by the customer"),
    who=_lp("R-016", "Technician; the customer rates and signs"),
    when=_lp("R-016", "At completion of installation, service or repair outside"),
    foot=_lp("R-016", "Courteous and tidy, by the customer's house rules; no gifts, no meals; nothing is promised without a document."),
    labels={"customer": _lp("R-016", "Customer name"), "contact_phone": _lp("R-016", "Phone"), "address": _lp("R-016", "Address"),
            "engineers": _lp("R-016", "Installer"), "customer_opinion": _lp("R-016", "Customer's suggestion")},
    words={"about": _lp("R-016", "Customer data"), "work": _lp("R-016", "Installation / repair"), "record": _lp("R-016", "record")},
    blocks=(
        Row(10, (Cell(3, ("={#about}",), rows=3, label=True), *_pair("customer", "contact_phone"))),
        Row(10, (Cell(4, ("={!address}",), label=True), Cell(17, ("{address}",)))),
        Row(10, _pair("product_category", "engineers")),
        Row(10, (Cell(3, ("={#work}", "={#record}"), rows=6, label=True), *_pair("delivered_on", "finished_on"))),
        _choices("install_type"), _choices("attitude"), _choices("damage"), _choices("cleanliness"), _choices("contentment"),
        Row(12, (Cell(3, ("={!done_state}",), label=True), Cell(11, ("{?done_state}",)), Cell(3, ("={!charge_note}",), label=True),
                 Cell(7, ("{charge_note}",)))),
        Row(48, (Cell(3, ("={!customer_opinion}",), label=True), Cell(21, ("{customer_opinion}",)))),
        Row(44, (Cell(3, ("={!commitment}",), label=True), Cell(21, ("{commitment}",)))),
        Row(12, (Cell(3, ("={!commitment_basis}",), label=True), Cell(9, ("{commitment_basis}",)),
                 Cell(12, ("{#manager}：{@manager}　{@manager.date}",)))),
        Row(14, (Cell(24, (">{#customer}：{@customer}　　{@customer.date}",)),)),
    ),
    slots=(
        Slot("customer", _lp("R-016", "Customer signature"), "customer", _lp("R-017", "The customer confirms the result"),
             on_the_job=True),
        Slot("manager", _lp("R-016", "Manager's consent"), "ours", _lp("R-016", "The commitment holds without a document"),
             rights=(("approve", "service_record"), ("change", "service_record")), after=("customer",),
             only_with="unfounded_commitment", approves=True),
    )))
