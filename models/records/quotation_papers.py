"""R-067 售后服务报价单: the print for the customer, and our own with costing, approval and waiver."""

from __future__ import annotations

from extensions import _lp
from models.paper import A4_PORTRAIT, Cell, Column, LineList, Lines, Paper, Row, Section, Slot, on
from models.quotation import Quotation
from models.records.rows import labelled, pair, wide

AREA = _lp("R-066", "Prices and charges")
LINES = LineList("lines", (
    Column("category", 4, _lp("R-067", "Category")), Column("note", 6, _lp("R-067", "Note")),
    Column("persons", 2, _lp("R-067", "People"), align="right"), Column("days", 2, _lp("R-067", "Days"), align="right"),
    Column("qty", 2, _lp("R-067", "Quantity"), align="right"), Column("unit_price", 3, _lp("R-067", "Unit price"), align="right"),
    Column("provided_by_customer", 2, _lp("R-067", "Provided by the customer"), shows="provided", align="center"),
    Column("amount", 3, _lp("R-067", "Amount"), fixed=True, align="right")))
HEAD = (pair("quoted_on", "valid_until", 7.5), pair("customer", "address", 7.5), pair("contact_name", "contact_phone", 7.5),
        pair("request", "equipment", 7.5), wide("paid_reason", 7.5, boxes=True), wide("scheme", 7.5, boxes=True))
TALKS = ("agreed_price", "accepted_by", "accepted_at", "accept_channel")
ACCEPTANCE = (pair("agreed_price", "accepted_by", 7.5),
              Row(7.5, (*labelled("accepted_at", 8), Cell(4, ("={!accept_channel}",), label=True), Cell(8, ("{?accept_channel}",)))))
LISTED = ("number", "stage", "customer", "request", "price", "quoted_on", "valid_until")
SAID = {"price_words": _lp("R-067", "in words")}
TITLE = _lp("R-067", "Service quotation")


def _price(height: float) -> Row:
    return Row(height, (Cell(4, ("={!price}",), label=True), Cell(20, ("￥{price}　{price_words}",))))


OFFER = on(Quotation, Paper(
    record="R-067", code="quotation_offer", title=TITLE, sheet=A4_PORTRAIT, series="quotation", view=True, area=AREA,
    beside=("quotation",),
    purpose=_lp("R-067", "The quotation as the customer gets it: lines and price, without costing; it is drafted here"),
    who=_lp("R-067", "Service clerk; told by one department"), when=_lp("R-067", "Before a paid service begins"),
    listed=LISTED, filtered=("stage", "customer"), labels=SAID,
    words={"customer": _lp("R-067", "Accepted by the customer (signature, seal)")},
    blocks=(
        *HEAD, Lines((LINES,), 12, 8), pair("tax", "mgmt_fee", 9), _price(12), *ACCEPTANCE,
        Row(20, (Cell(24, ("{#customer}：{@customer}", ">{@customer.date}")),)),
    ),
    slots=(Slot("customer", _lp("R-067", "Accepted by the customer (signature, seal)"), "customer", _lp("R-067", "The price is accepted"),
                rights=(("create", "quotation"),), on_the_job=True),)))

QUOTATION = on(Quotation, Paper(
    record="R-067", code="quotation", title=TITLE, sheet=A4_PORTRAIT, series="quotation", noun="quotation_costing", area=AREA,
    beside=("quotation_offer",),
    purpose=_lp("R-067", "The quotation with costing, approval and waiver; only for those who see costs"),
    who=_lp("R-067", "Service department; buyer prices, finance costs, approved by level"),
    when=_lp("R-067", "Before a paid service begins"),
    listed=(*LISTED, "approval_level"), filtered=("stage", "customer", "approval_level"), labels=SAID,
    sections=(
        Section("quotation", ("quoted_on", "valid_until", "customer", "address", "contact_name", "contact_phone", "request", "equipment",
                              "paid_reason", "scheme", "lines", "decision", "waiver_requested", "waiver_reason", *TALKS)),
        Section("finance", ("finance_cost", "finance_note"), rights=(("approve", "fee_rate"),))),
    choices={"waiver_requested": (_lp("R-067", "Ask for a waiver"), _lp("R-067", "No waiver"))},
    words={"internal": _lp("R-067", "Internal, with costing"), "sign": _lp("R-067", "Signature"), "recorder": _lp("R-067", "Recorded by")},
    above="{#internal}",
    blocks=(
        *HEAD, Lines((LINES,), 8, 6.5),
        Row(7.5, (Cell(3, ("={!material}",), label=True), Cell(5, ("{material}",)), Cell(3, ("={!labor}",), label=True),
                  Cell(4, ("{labor}",)), Cell(4, ("={!travel}",), label=True), Cell(5, ("{travel}",)))),
        pair("tax", "cost", 7.5), wide("mgmt_fee", 7.5), _price(8),
        Row(12, (*labelled("finance_cost", 5), Cell(3, ("={!finance_note}",), label=True), Cell(12, ("{finance_note}",)))),
        Row(8, (*labelled("approval_level", 6), Cell(5, ("={!concession}",), label=True), Cell(9, ("{concession}",)))),
        Row(10, (*labelled("decision", 8, boxes=True), Cell(12, ("{#sign}：{@approver}　{@approver.date}",)))),
        Row(8, (*labelled("waiver_requested", 20, boxes=True),)), wide("waiver_reason", 12),
        Row(10, (*labelled("waiver_level", 6), Cell(14, ("{#sign}：{@waiver}　{@waiver.date}",)))),
        *ACCEPTANCE, Row(9, (*labelled("stage", 8), Cell(12, ("{#recorder}：{@recorder}　{@recorder.date}",)))),
    ),
    slots=(
        Slot("approver", _lp("R-067", "Approval"), "ours", _lp("R-067", "The price is approved"),
             rights=(("approve", "quotation_costing"),), further="approval_rights", owns=("decision",), approves=True),
        Slot("waiver", _lp("R-067", "Waiver approval"), "ours", _lp("R-067", "The waiver is approved"),
             rights=(("approve", "quotation_costing"),), further="waiver_rights", after=("approver",), only_with="waiver_requested",
             owns=("waiver_requested", "waiver_reason", "waiver_level"), approves=True),
        Slot("recorder", _lp("R-067", "Recorded by"), "ours", _lp("R-067", "The customer accepted as written"),
             rights=(("change", "quotation_costing"),), after=("approver",), owns=(*TALKS, "stage"), asks=TALKS[1:]),
    )))
