"""R-017 售后服务维修记录单(三联): the repair slip in three copies, cell by cell as the paper."""

from __future__ import annotations

from extensions import _lp
from models.enums import SupplyMode
from models.paper import A5_LANDSCAPE, Cell, Column, LineList, Lines, Paper, Row, Slot, on
from models.records.service_record_sections import LISTED, SECTIONS
from models.service_record import ServiceRecord

PART = Column("part", 6, _lp("R-017", "Name"), shows="part_name")
ASKS = ("product_model", "received_by")  # of this layout only
PAPER = on(ServiceRecord, Paper(
    record="R-017", code="repair_slip_3", title=_lp("R-017", "Repair slip, three copies"), sheet=A5_LANDSCAPE,
    goes_out=True, stays=(3,), series="service_record", number="record_no", sections=SECTIONS, listed=LISTED,
    area=_lp("R-017", "On-site service"),
    purpose=_lp("R-017", "Repair at the customer, signed by both sides; parts with and without charge"),
    who=_lp("R-017", "Recorder the report, engineer the repair; the customer signs"),
    when=_lp("R-017", "Opened at the report, completed after the repair"),
    copies=(_lp("R-017", "Copy 1: stub"), _lp("R-017", "Copy 2: after-sales"), _lp("R-017", "Copy 3: customer")),
    tints=("#ffffff", "#fdeef0", "#fefae0"), above="{!repair_unit}：{repair_unit}",
    foot=_lp("R-017", "Three copies: stub, after-sales, customer."),
    labels={"started_at": _lp("R-017", "Repair time"), "finished_at": _lp("R-017", "to")},
    words={"user_address": _lp("R-017", "User address and contact"),
           "guarantee": _lp("R-017", "Parts under guarantee (name and quantity are a must)"),
           "bought": _lp("R-017", "Parts bought by the customer (name and quantity are a must)"), "date": _lp("R-017", "Date"),
           "user_sign": _lp("R-017", "Signature"), "engineer": _lp("R-017", "Service person"),
           "dept_head": _lp("R-017", "Department head"), "warehouse": _lp("R-017", "Storekeeper"),
           "repairer": _lp("R-017", "Repairer")},
    blocks=(
        Row(6.5, (Cell(4, ("={!customer}",), rows=2, label=True), Cell(7, ("{customer}",), rows=2),
                  Cell(4, ("={#user_address}",), rows=2, label=True), Cell(9, ("{!address}：{address}",)))),
        Row(6.5, (Cell(9, ("{!contact_name}：{contact_name}　{!contact_phone}：{contact_phone}",)),)),
        Row(6.5, (Cell(4, ("={!requested_at}",), label=True), Cell(20, ("{requested_at}",)))),
        Row(6.5, (Cell(6, ("{!product_model}：{product_model}",)), Cell(6, ("{!serial_no}：{serial_no}",)), Cell(4, ("{!qty}：{qty}",)),
                  Cell(8, ("{!invoice_no}：{invoice_no}",)))),
        Row(6.5, (Cell(12, ("{!sold_on}：{sold_on}",)), Cell(12, ("{!reported_at}：{reported_at}",)))),
        Row(12, (Cell(24, ("{!symptom}：{symptom}", ">{!received_by}：{received_by}")),)),
        Row(15, (Cell(24, ("{!treatment}：{treatment}", "{!started_at}：{started_at}　{!finished_at}　{finished_at}")),)),
        Row(6, (Cell(9, ("={#guarantee}",), label=True), Cell(15, ("={#bought}",), label=True))),
        Lines((LineList("three_guarantee_lines", (PART, Column("qty", 3, _lp("R-017", "Quantity"), align="right")),
                        of="part_lines", preset=(("kind", SupplyMode.THREE_GUARANTEES),)),
               LineList("purchase_lines",
                        (PART, Column("qty", 2, _lp("R-017", "Quantity"), align="right"),
                         Column("unit_price", 3, _lp("R-017", "Unit price"), align="right"),
                         Column("amount", 4, _lp("R-017", "Amount"), fixed=True, align="right")),
                        of="part_lines", preset=(("kind", SupplyMode.CUSTOMER_PURCHASE),))), 3, 5.2),
        Row(12, (Cell(12, ("{#engineer}：{@engineer}", ">{@engineer.date}")),
                 Cell(12, ("{!customer_opinion}：{customer_opinion}", ">{#user_sign}：{@customer}　{@customer.date}")))),
        Row(11, (Cell(8, ("{#dept_head}：{@dept_head}", "{#date}：{@dept_head.date}")),
                 Cell(8, ("{#warehouse}：{@warehouse}", "{#date}：{@warehouse.date}")),
                 Cell(8, ("{#repairer}：{@repairer}", "{#date}：{@repairer.date}")))),
    ),
    slots=(
        Slot("engineer", _lp("R-017", "Service person / date"), "ours", _lp("R-017", "The service was done as written"), on_the_job=True,
             asks=ASKS),
        Slot("repairer", _lp("R-017", "Repairer / date"), "ours", _lp("R-017", "The repair was done as written"), on_the_job=True,
             asks=ASKS),
        Slot("customer", _lp("R-017", "User signature / date"), "customer", _lp("R-017", "The customer confirms the result"),
             on_the_job=True, asks=ASKS),
        Slot("warehouse", _lp("R-017", "Storekeeper / date"), "ours", _lp("R-017", "Parts checked against the store"),
             rights=(("approve", "service_record"), ("create", "part")), after=("engineer", "customer"), only_with="part_lines"),
        Slot("dept_head", _lp("R-017", "Department head / date"), "ours", _lp("R-017", "Checked and approved"),
             rights=(("approve", "service_record"), ("change", "service_record")), after=("engineer", "customer")),
    )))
