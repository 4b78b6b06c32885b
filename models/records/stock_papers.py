"""R-043 入库单, R-044 出库单, R-045 备件领用表, R-046 领条 and the sheet of a move: stock documents on paper."""

from __future__ import annotations

from dataclasses import replace

from extensions import _lp
from models.paper import A4_LANDSCAPE, A4_PORTRAIT, A6_LANDSCAPE, Cell, Column, LineList, Lines, Paper, Row, Slot, on
from models.records.rows import pair
from models.stock import StockDoc
from models.stock_enums import StockKind

AREA = _lp("R-043", "Stock and returns")
LISTED = ("doc_no", "status", "kind", "doc_date", "source_no", "receiver", "posted_at")
FILTERED = ("status", "kind")
STORE = (("change", "stock_doc"),)
ASKS = (("create", "stock_doc"),)
AGREES = (("approve", "stock_doc"),)
WORDS = {"handed": _lp("R-043", "Handed in by"), "quality": _lp("R-043", "Inspector"), "store": _lp("R-043", "Storekeeper"),
         "receiver": _lp("R-044", "Receiver"), "head": _lp("R-044", "Approved by"), "lines": _lp("R-044", "Lines"),
         "dept_head": _lp("R-045", "Department head"), "part_keeper": _lp("R-045", "Parts keeper")}
PART = Column("part", 7, _lp("R-043", "Item"), shows="part_name")
BATCH, SERIAL = Column("batch_no", 3, _lp("R-043", "Batch no.")), Column("serial_no", 3, _lp("R-043", "Serial no."))
QTY = Column("qty", 2, _lp("R-043", "Qty"), align="right")
NAMED = Column("part", 5, _lp("R-043", "Item / no."), shows="item")
SPEC, UNIT = Column("spec", 3, _lp("R-043", "Specification"), fixed=True), Column("unit", 1, _lp("R-043", "Unit"), fixed=True)


def signed(*names: str) -> Row:
    """Cells to be signed beside each other; three in a row."""
    cells = (name.split("=") for name in names)
    return Row(16, tuple(Cell(8, (f"{{#{word}}}：{{@{slot}}}", f">{{@{slot}.date}}")) for word, slot in cells))


OUT = (StockKind.LOAN_USED, StockKind.MAIL_PARTS, StockKind.DOA_SWAP, StockKind.SALE, StockKind.SCRAP, StockKind.SUPPLIER_RETURN,
       StockKind.SHORTAGE)
IN = tuple(kind for kind in StockKind if kind not in (*OUT, StockKind.REPAIR_USE, StockKind.GIVE_BACK, StockKind.TRANSFER))
HANDED = Slot("handed", _lp("R-043", "Handed in by"), "ours", _lp("R-043", "Handed in as written"), rights=ASKS, apart=("store",))
QUALITY = Slot("quality", _lp("R-043", "Inspector"), "ours", _lp("R-043", "Inspected as written"), rights=(("create", "nonconformity"),))
KEEPER = Slot("store", _lp("R-043", "Storekeeper"), "ours", _lp("R-043", "Counted and stored as written"), rights=STORE,
              apart=("handed",))
TAKER = Slot("receiver", _lp("R-044", "Receiver"), "ours", _lp("R-044", "Received as written"), rights=(("read", "stock_doc"),))
HEAD = Slot("head", _lp("R-044", "Approved by"), "ours", _lp("R-044", "Approved"), rights=AGREES)


def asking(names: tuple[str, ...], *slots: Slot) -> tuple[Slot, ...]:
    """The cells of a sheet on which these fields are a must, whoever signs first."""
    return tuple(replace(slot, asks=names) for slot in slots)


STOCK_IN = on(StockDoc, Paper(
    record="R-043", code="stock_in", title=_lp("R-043", "Stock-in sheet"), sheet=A4_LANDSCAPE, series="stock_in", number="doc_no",
    area=AREA, purpose=_lp("R-043", "Purchases, defective parts and returns coming into the store"),
    who=_lp("R-043", "Who brings it; quality inspects, the store receives"),
    when=_lp("R-043", "Within 16 working hours after the return; purchases at arrival"),
    listed=LISTED, filtered=FILTERED,
    copies=(_lp("R-043", "Copy 1: stub"), _lp("R-043", "Copy 2: finance"), _lp("R-043", "Copy 3: store")),
    tints=("#ffffff", "#fdeef0", "#fefae0"), words=WORDS,
    only={"kind": IN}, labels={"kind": _lp("R-043", "Kind"), "doc_date": _lp("R-043", "Date")},
    blocks=(
        pair("kind", "doc_date"), pair("source_no", "party"), pair("handed_by", "back_at"),
        Lines((LineList("lines", (NAMED, SPEC, Column("batch_no", 2, _lp("R-043", "Batch no.")), SERIAL,
                                  Column("expiry_date", 3, _lp("R-043", "Expiry")),
                                  Column("qty", 1, _lp("R-043", "Qty"), align="right"), UNIT,
                                  Column("inspect_result", 2, _lp("R-043", "Inspection"), fixed=True),
                                  Column("zone_to", 2, _lp("R-043", "Zone")),
                                  Column("ncr", 2, _lp("R-043", "Nonconformity report no."), fixed=True))),), 8, 9),
        signed("handed=handed", "quality=quality", "store=store"),
    ), slots=(HANDED, QUALITY, KEEPER)))

STOCK_OUT = on(StockDoc, Paper(
    record="R-044", code="stock_out", title=_lp("R-044", "Stock-out sheet"), sheet=A4_LANDSCAPE, series="stock_out", number="doc_no",
    area=AREA, purpose=_lp("R-044", "Parts mailed, exchanged, scrapped or given back to the supplier"),
    who=_lp("R-044", "Receiver and warehouse keeper; the department head approves"),
    when=_lp("R-044", "When parts are used, mailed, exchanged, scrapped, given back or sold"),
    listed=LISTED, filtered=FILTERED,
    copies=(_lp("R-043", "Copy 1: stub"), _lp("R-043", "Copy 2: finance"), _lp("R-043", "Copy 3: store")),
    tints=("#ffffff", "#fdeef0", "#fefae0"), words=WORDS,
    only={"kind": OUT}, labels={"kind": _lp("R-044", "Kind of stock-out"), "doc_date": _lp("R-044", "Date of stock-out"),
            "source_no": _lp("R-044", "Linked document")},
    blocks=(
        pair("kind", "doc_date"),
        Row(9, (Cell(4, ("={!source_no}",), label=True), Cell(20, ("{source_no}",)))), pair("receiver", "department"),
        Lines((LineList("lines", (Column("part", 5, _lp("R-044", "Item"), shows="item"), SPEC, BATCH, SERIAL, QTY, UNIT,
                                  Column("zone_from", 4, _lp("R-044", "From zone")), Column("zone_to", 3, _lp("R-044", "To")))),), 7, 8),
        Row(9, (Cell(4, ("={!supply_mode}",), label=True), Cell(20, ("{?supply_mode}",)))),
        signed("receiver=receiver", "head=head", "store=store"),
    ), slots=asking(("receiver", "department"), TAKER, HEAD, KEEPER)))

STOCK_ISSUE = on(StockDoc, Paper(
    record="R-045", code="stock_issue", title=_lp("R-045", "Spare-part issue form"), sheet=A4_PORTRAIT, series="stock_out",
    number="doc_no", area=AREA, purpose=_lp("R-045", "Parts an engineer takes before a job; what is unused comes back after it"),
    who=_lp("R-045", "Engineer asks, department head approves, storekeeper issues"),
    when=_lp("R-045", "Before a job; what is unused comes back after it"),
    listed=LISTED, filtered=FILTERED, words=WORDS,
    labels={"doc_date": _lp("R-045", "Issued on"), "order": _lp("R-045", "Job / customer")},
    blocks=(
        pair("receiver", "department"), pair("doc_date", "order"),
        Lines((LineList("lines", (Column("part", 7, _lp("R-045", "Part no. / name / specification"), shows="item_and_spec"),
                                  Column("serial_no", 3, _lp("R-043", "Serial no.")),
                                  Column("req_qty", 2, _lp("R-045", "Asked"), align="right"),
                                  Column("qty", 2, _lp("R-045", "Issued"), align="right"), Column("purpose", 4, _lp("R-045", "Use")),
                                  Column("old_part", 3, _lp("R-045", "Old part")),
                                  Column("unused_qty", 3, _lp("R-045", "Given back"), align="right"))),), 12, 9),
        signed("receiver=receiver", "dept_head=head", "part_keeper=store"),
    ), slots=asking(("receiver", "department"), TAKER, replace(HEAD, label=WORDS["dept_head"]),
                    replace(KEEPER, label=WORDS["part_keeper"]))))

ISSUE_SLIP = on(StockDoc, Paper(
    record="R-046", code="issue_slip", title=_lp("R-046", "Issue slip"), sheet=A6_LANDSCAPE, series="stock_out", number="doc_no",
    area=AREA, purpose=_lp("R-046", "At the counter, when one part is taken"),
    who=_lp("R-046", "The repairer, at the counter"), when=_lp("R-046", "When one part is taken"),
    listed=LISTED, filtered=FILTERED, words=WORDS,
    labels={"one_part": _lp("R-046", "Received today"), "one_spec": _lp("R-046", "Specification"), "one_amount": _lp("R-046", "Quantity"),
            "one_use": _lp("R-046", "For")},
    blocks=(
        Row(14, (Cell(11, ("{!one_part}：{one_part}",)), Cell(7, ("{!one_spec}：{one_spec}",)), Cell(6, ("{!one_amount}：{one_amount}",)))),
        Row(14, (Cell(24, ("{!one_use}：{one_use}",)),)),
        Row(18, (Cell(12, ("{#issuer}：{@store}", ">{@store.date}")), Cell(12, ("{#receiver}：{@receiver}", ">{@receiver.date}")))),
    ), slots=(TAKER, KEEPER)))
ISSUE_SLIP.words["issuer"] = _lp("R-046", "Issued by")

STOCK_MOVE = on(StockDoc, Paper(
    record="R-044", code="stock_move", title=_lp("R-044", "Move sheet"), sheet=A4_PORTRAIT, series="stock_out", number="doc_no",
    area=AREA, purpose=_lp("R-044", "Goods moved from one zone to another"),
    who=_lp("R-044", "Warehouse keeper; another person approves"), when=_lp("R-044", "When goods change their zone"),
    listed=LISTED, filtered=FILTERED, words=WORDS,
    blocks=(
        pair("doc_date", "source_no"),
        Lines((LineList("lines", (PART, BATCH, SERIAL, QTY, Column("zone_from", 3, _lp("R-044", "From zone")),
                                  Column("zone_to", 3, _lp("R-044", "To")),
                                  Column("inspect_result", 3, _lp("R-043", "Inspection"), fixed=True))),), 12, 9),
        Row(16, (Cell(12, ("{#head}：{@head}", ">{@head.date}")), Cell(12, ("{#store}：{@store}", ">{@store.date}")))),
    ), slots=(HEAD, KEEPER)))
