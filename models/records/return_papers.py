"""R-051 坏件返库登记表, R-053 销后退回申请与收货登记表, R-055 验收记录, R-056 复查及送检记录: what comes back, on paper."""

from __future__ import annotations

from extensions import _lp
from models.paper import A4_PORTRAIT, Cell, Column, LineList, Lines, Paper, Row, Slot, on
from models.quality import QualityInspection
from models.records.rows import pair
from models.records.stock_papers import AREA
from models.returns import ReturnLine, ReturnOrder

DATE = _lp("R-022", "Date")

DEFECTIVE = on(ReturnLine, Paper(
    record="R-051", code="defective_part", title=_lp("R-051", "Defective part return register"), sheet=A4_PORTRAIT, series="defective_part",
    number="line_no", area=AREA, purpose=_lp("R-051", "For each replaced part that comes back to the store"),
    who=_lp("R-051", "Engineer brings it; warehouse records, quality inspects"),
    when=_lp("R-051", "Within 16 working hours after the return"),
    listed=("line_no", "status", "part", "serial_no", "qty", "customer", "owed_by", "received_at", "disposition"),
    filtered=("status", "customer", "owed_by"),
    labels={"origin": _lp("R-051", "Customer / unit / job"), "disposal": _lp("R-051", "Disposal document / date")},
    words={"keeper": _lp("R-051", "Received by"), "inspector": _lp("R-051", "Inspector"), "date": DATE},
    blocks=(
        pair("received_at", "part"), pair("serial_no", "qty"),
        Row(10, (Cell(6, ("={!origin}",), label=True), Cell(18, ("{origin}",)))),
        Row(10, (Cell(6, ("={!new_serial_no}",), label=True), Cell(18, ("{new_serial_no}",)))),
        Row(34, (Cell(4, ("={!symptom}",), label=True), Cell(20, ("{symptom}",)))),
        pair("owed_by", "zone"),
        Row(10, (Cell(4, ("={!repairability}",), label=True), Cell(20, ("{?repairability}",)))),
        pair("disposition", "disposal"),
        Row(14, (Cell(12, ("{#keeper}：{@keeper}", ">{@keeper.date}")), Cell(12, ("{#inspector}：{@inspector}", ">{@inspector.date}")))),
    ),
    slots=(Slot("keeper", _lp("R-051", "Received by"), "ours", _lp("R-051", "Received into the return zone"),
                rights=(("create", "defective_part"),), asks=("symptom",)),
           Slot("inspector", _lp("R-051", "Inspector"), "ours", _lp("R-051", "Looked at as written"),
                rights=(("approve", "defective_part"),), asks=("symptom",)))))

RETURN_ORDER = on(ReturnOrder, Paper(
    record="R-053", code="return_order", title=_lp("R-053", "Sales return application and receipt"), sheet=A4_PORTRAIT,
    series="return_order", number="return_no", area=AREA, purpose=_lp("R-053", "When a customer wants to give goods back or exchange them"),
    who=_lp("R-053", "Service clerk or sales; the team leader judges"),
    when=_lp("R-053", "When the customer asks; judged before the goods come"),
    listed=("return_no", "status", "return_type", "customer", "reason", "applied_at", "received_at"),
    filtered=("status", "return_type", "customer"),
    labels={"received_total": _lp("R-053", "Received qty"), "inspection_nos": _lp("R-053", "Acceptance record no."),
            "received_at": _lp("R-053", "Date received"), "conditions": _lp("R-053", "Condition"),
            "applied_at": _lp("R-053", "Date of application"), "received_by": _lp("R-053", "Received by, on paper")},
    words={"auditor": _lp("R-053", "Auditor"), "yellow": _lp("R-053", "Return zone (yellow)"),
           "keeper_sign": _lp("R-053", "Keeper's signature")},
    blocks=(
        pair("customer", "return_type"), pair("applied_at", "applicant"),
        Row(9, (Cell(4, ("={!address}",), label=True), Cell(20, ("{address}",)))),
        pair("contact_name", "contact_phone"),
        Row(14, (Cell(4, ("={!reason}",), label=True), Cell(20, ("{reason}", "{!reason_note}：{reason_note}")))),
        Lines((LineList("lines", (Column("part", 5, _lp("R-053", "Product / specification"), shows="part_name"),
                                  Column("batch_no", 3, _lp("R-053", "Batch no.")), Column("serial_no", 2, _lp("R-053", "Serial no.")),
                                  Column("qty", 3, _lp("R-053", "Qty returned"), align="right"),
                                  Column("expiry_date", 3, _lp("R-053", "Expiry"), fixed=True),
                                  Column("sale", 3, _lp("R-053", "Original sale no. / date"), fixed=True),
                                  Column("unit_price", 2, _lp("R-053", "Unit price"), fixed=True, align="right"),
                                  Column("amount", 3, _lp("R-053", "Amount"), fixed=True, align="right"))),), 8, 9),
        Row(14, (Cell(4, ("={!audit_result}",), label=True), Cell(20, ("{?audit_result}", ">{#auditor}：{@auditor}　{@auditor.date}")))),
        Row(9, (Cell(4, ("={!handed_to}",), label=True), Cell(20, ("{handed_to}",)))),
        pair("received_at", "received_by"), pair("received_total", "conditions"),
        Row(10, (Cell(4, ("={!zone}",), label=True), Cell(20, ("{#yellow}　{zone}",)))),
        pair("keeper", "inspection_nos"), pair("outcome", "informed_at"),
        Row(12, (Cell(24, (">{#keeper_sign}：{@keeper_sign}　{@keeper_sign.date}",)),)),
    ),
    slots=(Slot("auditor", _lp("R-053", "Auditor"), "ours", _lp("R-053", "Reason audited"), rights=(("approve", "return_order"),)),
           Slot("keeper_sign", _lp("R-053", "Keeper's signature"), "ours", _lp("R-053", "Received into the yellow zone"),
                rights=(("change", "return_order"), ("change", "stock_doc")), after=("auditor",)))))

_INSPECTOR = (("change", "return_inspection"),)
_QUALITY = (("approve", "return_inspection"), ("create", "nonconformity"))

INSPECTION = on(QualityInspection, Paper(
    record="R-055", code="return_inspection", title=_lp("R-055", "Quality acceptance record of returned goods"), sheet=A4_PORTRAIT,
    series="inspection", area=AREA, purpose=_lp("R-055", "One for each batch that came back"),
    who=_lp("R-055", "Quality acceptance; the quality department confirms failures"), when=_lp("R-055", "Batch by batch after receipt"),
    listed=("number", "status", "line", "inspected_on", "result", "retain_until"), filtered=("status", "result"),
    labels={"returned_by": _lp("R-055", "Returning customer"), "return_place": _lp("R-055", "Return no. / line"),
            "product": _lp("R-055", "Product name"), "spec": _lp("R-055", "Specification"), "maker": _lp("R-055", "Manufacturer"),
            "marks": _lp("R-055", "Batch / serial no."), "amount": _lp("R-055", "Quantity"),
            "sale_no": _lp("R-055", "Original stock-out no."), "moved_to": _lp("R-055", "Moved to")},
    words={"inspector": _lp("R-055", "Inspector"), "quality": _lp("R-055", "Confirmed by quality")},
    blocks=(
        pair("inspected_on", "return_place"), pair("returned_by", "product"), pair("spec", "maker"), pair("registration_no", "marks"),
        pair("made_on", "expiry_date"), pair("amount", "sale_no"),
        Lines((LineList("checks", (Column("item", 7, _lp("R-055", "Item looked at")), Column("finding", 12, _lp("R-055", "Finding")),
                                   Column("verdict", 5, _lp("R-055", "Verdict")))),), 8, 8.5),
        Row(10, (Cell(4, ("={!result}",), label=True), Cell(12, ("{?result}",)), Cell(3, ("={!inspected_on}",), label=True),
                 Cell(5, ("{inspected_on}",)))),
        Row(20, (Cell(4, ("={!defect_note}",), label=True), Cell(20, ("{defect_note}",)))),
        Row(14, (Cell(4, ("={#inspector}",), label=True), Cell(8, ("{@inspector}", ">{@inspector.date}")),
                 Cell(4, ("={#quality}",), label=True), Cell(8, ("{@quality}", ">{@quality.date}")))),
        pair("moved_to", "retain_until"),
    ),
    slots=(Slot("inspector", _lp("R-055", "Inspector"), "ours", _lp("R-055", "Inspected as written"), rights=_INSPECTOR),
           Slot("quality", _lp("R-055", "Confirmed by quality"), "ours", _lp("R-055", "The failure is confirmed"), rights=_QUALITY,
                after=("inspector",), only_with="needs_quality", approves=True))))

RECHECK = on(QualityInspection, Paper(
    record="R-056", code="recheck", title=_lp("R-056", "Re-check and external test record"), sheet=A4_PORTRAIT, series="inspection",
    area=AREA, purpose=_lp("R-056", "When the inspector is in doubt"),
    who=_lp("R-056", "Quality department; an outside laboratory reports"), when=_lp("R-056", "When the inspector doubts the result"),
    listed=("number", "status", "line", "stage", "result", "report_no"), filtered=("status", "result", "stage"),
    labels={"inspected_on": _lp("R-056", "Date"), "result": _lp("R-056", "Result"), "marks": _lp("R-055", "Batch / serial no."),
            "product": _lp("R-055", "Product name")},
    words={"quality": _lp("R-056", "Quality")},
    blocks=(
        pair("product", "marks"), pair("parent", "inspected_on"),
        Row(40, (Cell(4, ("={!doubt}",), label=True), Cell(20, ("{doubt}",)))),
        Row(10, (Cell(4, ("={!stage}",), label=True), Cell(20, ("{?stage}",)))),
        pair("lab", "sent_on"),
        Row(10, (Cell(4, ("={!report_no}",), label=True), Cell(20, ("{report_no}",)))),
        Row(10, (Cell(4, ("={!result}",), label=True), Cell(20, ("{?result}",)))),
        Row(14, (Cell(24, (">{#quality}：{@quality}　{@quality.date}",)),)),
    ),
    slots=(Slot("quality", _lp("R-056", "Quality"), "ours", _lp("R-056", "Re-checked as written"), rights=_QUALITY),)))
