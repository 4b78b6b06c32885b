"""R-035 客户商品领取收据, R-037 修护卡 and R-040 客户维修登记表 as it is filled for one piece: customers' goods on paper.

The form of R-040 holds what the custody register R-039 prints, too: position, hand-overs, keeper.
"""

from __future__ import annotations

from extensions import _lp
from models.paper import A4_PORTRAIT, A5_LANDSCAPE, Cell, Column, LineList, Lines, Paper, Row, Slot, on
from models.records.rows import labelled, pair, signed, wide
from models.repair import RepairCard, RepairItem

AREA = _lp("R-035", "Workshop repair")
WORKS = (("change", "repair_item"),)
PARTS = (Column("part", 12, _lp("R-037", "Part")), Column("part_no", 6, _lp("R-037", "Part no."), fixed=True),
         Column("qty", 3, _lp("R-037", "Quantity"), align="right"), Column("unit_price", 3, _lp("R-037", "Unit price"), align="right"))

BUILT_IN = (Column("part", 7, _lp("R-037", "Part")), Column("part_no", 4, _lp("R-037", "Part no."), fixed=True),
            Column("qty", 2, _lp("R-037", "Quantity"), align="right"), Column("unit_price", 3, _lp("R-037", "Unit price"), align="right"))
TAKEN_OUT = (Column("sent_on", 4, _lp("R-039", "Sent to inspection")), Column("taken_by", 4, _lp("R-039", "Taken by")))

ENTRY = on(RepairItem, Paper(
    record="R-040", code="repair_item", title=_lp("R-040", "Customer repair register"), sheet=A4_PORTRAIT, series="repair_item",
    area=AREA, beside=("goods_receipt", "repair_card"),
    purpose=_lp("R-040", "When goods of a customer are handed to the service desk; closed when he has them back"),
    who=_lp("R-040", "Service clerk, with who hands the goods over"),
    when=_lp("R-040", "When goods are handed over; closed when the customer has them back"),
    listed=("number", "stage", "customer", "product_name", "source", "received_at", "promised_on", "status"),
    filtered=("stage", "customer", "source", "handling"),
    labels={"product_name": _lp("R-040", "Product / model"), "serial_no": _lp("R-040", "Serial no.")},
    words={"repairer": _lp("R-040", "Repairer"), "customer_sign": _lp("R-040", "Customer's receipt"), "maker": _lp("R-040", "Manufacturer"),
           "parts": _lp("R-040", "Parts replaced"), "date": _lp("R-022", "Date"), "keeper": _lp("R-039", "Keeper"),
           "out": _lp("R-039", "Handed out of custody")},
    blocks=(
        pair("received_at", "order"), pair("customer", "address"), pair("contact_name", "contact_phone"),
        pair("product_name", "serial_no"), pair("batch_no", "qty"),
        Row(22, (Cell(5, ("={!symptom}",), label=True), Cell(19, ("{symptom}",)))),
        wide("condition_note", 16), wide("source", 9, boxes=True), pair("carrier", "biller"),
        wide("handling", 9, boxes=True), pair("supplier", "promised_on"), pair("sent_on", "back_on"), wide("treatment", 18),
        Row(6.5, (Cell(16, ("={#parts}",), label=True), Cell(8, ("={#out}",), label=True))),
        Lines((LineList("part_lines", BUILT_IN), LineList("out_lines", TAKEN_OUT)), 4, 6.5),
        Row(8, (*labelled("zone", 8), Cell(4, ("={#keeper}",), label=True), Cell(8, ("{@keeper}　{@keeper.date}",)))),
        Row(9, (*labelled("charge_amount", 6), Cell(4, ("={#repairer}",), label=True), Cell(10, ("{@repairer}　{@repairer.date}",)))),
        wide("ready_on"), wide("return_via", 9, boxes=True), pair("returned_by", "returned_on"), wide("return_reason", 8),
        signed(10, "customer_sign=receiver"),
    ),
    slots=(
        Slot("repairer", _lp("R-040", "Repairer"), "ours", _lp("R-040", "Repaired as written"), rights=WORKS, asks=("ready_on",),
             owns=("handling", "supplier", "sent_on", "back_on", "treatment", "part_lines", "charge_amount", "ready_on")),
        Slot("keeper", _lp("R-039", "Keeper"), "ours", _lp("R-039", "Taken into custody as written"),
             rights=(*WORKS, ("change", "stock_doc")), only_with="zone", owns=("zone",)),
        Slot("receiver", _lp("R-040", "Customer's receipt"), "customer", _lp("R-040", "The goods are back"), rights=WORKS, on_the_job=True,
             after=("repairer", "keeper"), owns=("return_via", "return_reason", "returned_by", "returned_on", "out_lines"),
             asks=("return_via", "returned_by", "returned_on")),
    )))

RECEIPT = on(RepairItem, Paper(
    record="R-035", code="goods_receipt", title=_lp("R-035", "Receipt for customer goods taken away"), sheet=A5_LANDSCAPE,
    series="goods_receipt", number="receipt_no", view=True, taken_back="receipt_voided_on", area=AREA,
    beside=("repair_item", "repair_card"),
    purpose=_lp("R-035", "When the technician takes goods away; taken back and void when they are returned"),
    who=_lp("R-035", "Technician, for the customer"), when=_lp("R-035", "When goods are taken away; void when they are returned"),
    listed=("receipt_no", "stage", "customer", "product_name", "received_at", "promised_on", "receipt_voided_on"),
    filtered=("stage", "customer"),
    copies=(_lp("R-035", "Copy 1: customer"), _lp("R-035", "Copy 2: stub")), tints=("#ffffff", "#fdeef0"),
    labels={"symptom": _lp("R-035", "Fault"), "received_at": _lp("R-035", "Taken on")},
    words={"taker": _lp("R-035", "Technician"), "giver": _lp("R-035", "Customer"),
           "give_back": _lp("R-035", "Please hand this receipt back when the goods are returned; it is void then.")},
    blocks=(
        pair("order", "customer", 8), wide("address", 8), pair("contact_name", "contact_phone", 8), pair("product_name", "serial_no", 8),
        wide("qty", 8), wide("condition_note", 16), wide("symptom", 12),
        pair("received_at", "promised_on", 8),
        signed(14, "taker=taker", "giver=giver"),
        Row(7, (Cell(24, ("{#give_back}　{!receipt_voided_on}：{receipt_voided_on}",)),)),
    ),
    slots=(
        Slot("taker", _lp("R-035", "Technician"), "ours", _lp("R-035", "Taken away as written"), rights=WORKS, on_the_job=True),
        Slot("giver", _lp("R-035", "Customer"), "customer", _lp("R-035", "Handed over as written"), rights=WORKS, on_the_job=True),
    )))

CARD = on(RepairCard, Paper(
    record="R-037", code="repair_card", title=_lp("R-037", "Repair card"), sheet=A5_LANDSCAPE, series="repair_card", area=AREA,
    coded="item_no", purpose=_lp("R-037", "Hangs on the goods from the day they came until the supervisor passed them"),
    who=_lp("R-037", "Service clerk at entry, technician the work; the supervisor passes it"),
    when=_lp("R-037", "At entry of the goods; closed when the repair is passed"),
    listed=("number", "status", "item", "promised_at", "service_category", "pass_result"), filtered=("status", "pass_result"),
    above="{!item_no}：{item_no}", foot=_lp("R-037", "To be hung on the goods."),
    labels={"item_no": _lp("R-040", "Item no."), "customer": _lp("R-015", "Customer name"), "order": _lp("R-035", "Voucher no."),
            "product_name": _lp("R-037", "Goods / model"), "machine_no": _lp("R-035", "Machine no."), "symptom": _lp("R-035", "Fault")},
    choices={"service_category": (_lp("R-037", "A paid"), _lp("R-037", "B contract"), _lp("R-037", "C free"), _lp("R-037", "D internal"))},
    words={"engineer": _lp("R-037", "Technician"), "supervisor": _lp("R-037", "Passed by supervisor"), "date": _lp("R-022", "Date")},
    blocks=(
        pair("order", "customer", 6.5), pair("product_name", "machine_no", 6.5), wide("symptom", 8),
        Row(6.5, (*labelled("service_category", 9, boxes=True), Cell(4, ("={!promised_at}",), label=True), Cell(7, ("{promised_at}",)))),
        Lines((LineList("labor_lines", (Column("start_at", 8, _lp("R-037", "Day, from")), Column("end_at", 8, _lp("R-037", "To")),
                                        Column("hours", 3, _lp("R-037", "Hours"), fixed=True, align="right"),
                                        Column("staff", 5, _lp("R-037", "Technician")))),), 4, 5),
        Lines((LineList("part_lines", PARTS),), 4, 5),
        Row(14, (*labelled("treatment", 20, ">{#engineer}：{@engineer}　{@engineer.date}"),)),
        Row(8, (Cell(4, ("={#supervisor}",), label=True), Cell(9, ("{@supervisor}　{#date}：{@supervisor.date}",)),
                *labelled("pass_result", 7, boxes=True))),
        wide("delay_note", 6),
    ),
    slots=(
        Slot("engineer", _lp("R-037", "Technician"), "ours", _lp("R-037", "Repaired as written"), rights=WORKS, on_the_job=True),
        Slot("supervisor", _lp("R-037", "Passed by supervisor"), "ours", _lp("R-037", "The repair is passed"),
             rights=(("approve", "repair_item"),), after=("engineer",), owns=("pass_result", "delay_note"), asks=("pass_result",),
             approves=True),
    )))
