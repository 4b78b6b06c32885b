"""R-004 售后信息处理单: a printed view of the request, with a number of its own."""

from __future__ import annotations

from extensions import _lp
from models.paper import A4_PORTRAIT, Cell, Paper, Row, Section, Slot, on
from models.service_request import ServiceRequest


def _pair(left: str, right: str) -> Row:
    return Row(8, (Cell(4, (f"={{!{left}}}",), label=True), Cell(8, (f"{{{left}}}",)), Cell(4, (f"={{!{right}}}",), label=True),
                   Cell(8, (f"{{{right}}}",))))


OFFICE = (("create", "service_info_sheet"),)
PAPER = on(ServiceRequest, Paper(
    record="R-004", code="service_info_sheet", title=_lp("R-004", "Service information sheet"), sheet=A4_PORTRAIT,
    series="service_info_sheet", number="sheet_no", noun="service_info_sheet", sections=(
        Section("office", ("issue_department", "sheet_filled_at", "clerk", "info_type", "fault_level", "service_content", "handling_mode",
                           "verify_result", "survey_no", "capa_required"), OFFICE),
        Section("analysis", ("qa_received_at", "cause", "responsible_party", "initial_measures", "plan_no", "plan_review_result",
                             "is_major", "capa_required"), (("approve", "service_info_sheet"), ("change", "service_info_sheet"))),
        Section("result", ("result", "finished_at", "handling_mode"), OFFICE, on_the_job=True)),
    listed=("sheet_no", "request_no", "customer", "symptom", "issue_department", "sheet_filled_at", "verify_result"),
    filtered=("customer", "issue_department"),
 area=_lp("R-004", "Intake"),
    purpose=_lp("R-004", "Demand, analysis and result of one service on one sheet; handed back after the service"),
    who=_lp("R-004", "Service clerk; quality or the responsible department analyse"),
    when=_lp("R-004", "Within 2 hours after the demand; handed back after the service"),
    labels={"reported_at": _lp("R-004", "Received at"), "product_name": _lp("R-004", "Product"), "equipment": _lp("R-004", "Model / no."),
            "symptom": _lp("R-004", "Detailed situation"), "info_type": _lp("R-004", "Type"), "fault_level": _lp("R-004", "Fault level"),
            "department": _lp("R-004", "Responsible department"), "handling_mode": _lp("R-004", "Mode"),
            "engineer": _lp("R-004", "Assigned technician"), "customer": _lp("R-004", "Customer name"), "address": _lp("R-004", "Address"),
            "contact_name": _lp("R-004", "Contact person"), "contact_phone": _lp("R-004", "Phone")},
    choices={"fault_level": (_lp("R-004", "Level 1"), _lp("R-004", "Level 2"), _lp("R-004", "Level 3"), _lp("R-004", "Level 4"))},
    words={"date": _lp("R-004", "Date"), "engineer_sign": _lp("R-004", "Technician")},
    blocks=(
        _pair("issue_department", "reported_at"), _pair("sheet_filled_at", "clerk"), _pair("customer", "address"),
        _pair("contact_name", "contact_phone"), _pair("product_name", "equipment"),
        Row(26, (Cell(4, ("={!symptom}",), label=True), Cell(20, ("{symptom}",)))),
        Row(9, (Cell(4, ("={!info_type}",), label=True), Cell(8, ("{?info_type}",)), Cell(4, ("={!fault_level}",), label=True),
                Cell(8, ("{?fault_level}",)))),
        Row(12, (Cell(4, ("={!service_content}",), label=True), Cell(20, ("{?service_content}",)))),
        Row(24, (Cell(4, ("={!cause}",), label=True), Cell(20, ("{cause}", "{!qa_received_at}：{qa_received_at}")))),
        Row(9, (Cell(4, ("={!responsible_party}",), label=True), Cell(12, ("{?responsible_party}",)),
                Cell(8, ("{!department}：{department}",)))),
        Row(22, (Cell(4, ("={!initial_measures}",), label=True),
                 Cell(20, ("{initial_measures}", "{!engineer}：{engineer}　{!plan_no}：{plan_no}")))),
        Row(12, (Cell(4, ("={!plan_review_result}",), label=True), Cell(10, ("{?plan_review_result}", "{!is_major}：{?is_major}")),
                 Cell(10, ("{#gm}：{@gm}　{@gm.date}",)))),
        Row(9, (Cell(4, ("={!handling_mode}",), label=True), Cell(20, ("{?handling_mode}",)))),
        Row(30, (Cell(4, ("={!result}",), label=True),
                 Cell(20, ("{result}", ">{#engineer_sign}：{@engineer}　{!finished_at}：{finished_at}")))),
        Row(9, (Cell(4, ("={!verify_result}",), label=True), Cell(10, ("{?verify_result}",)),
                Cell(10, ("{#verify}：{@verify}　{@verify.date}",)))),
        Row(9, (Cell(4, ("={!survey_no}",), label=True), Cell(8, ("{survey_no}",)), Cell(4, ("={!capa_required}",), label=True),
                Cell(8, ("{?capa_required}",)))),
        Row(9, (Cell(4, ("={#close}",), label=True), Cell(20, ("{@close}　{@close.date}",)))),
    ),
    slots=(
        Slot("gm", _lp("R-004", "GM approval"), "ours", _lp("R-004", "The plan for a major problem is approved"),
             rights=(("approve", "service_info_sheet"), ("approve", "service_hold")), only_with="is_major",
             asks=("plan_review_result",), owns=("plan_review_result",)),
        Slot("engineer", _lp("R-004", "Technician"), "ours", _lp("R-004", "The result is as written"), on_the_job=True,
             asks=("result", "handling_mode"), owns=("result", "finished_at")),
        Slot("verify", _lp("R-004", "Verified by / at"), "ours", _lp("R-004", "Verified with the customer"),
             rights=OFFICE, after=("engineer",), asks=("verify_result",), owns=("verify_result",)),
        Slot("close", _lp("R-004", "Closed at / clerk"), "ours", _lp("R-004", "All papers are in"), rights=OFFICE,
             after=("engineer", "verify"), owns=("survey_no", "capa_required")),
    )))
