"""R-001 服务需求登记表: the request as it was registered, a view of it; it is filled at the telephone, not here."""

from __future__ import annotations

from extensions import _lp
from models.paper import A4_PORTRAIT, VIEW_ONLY, Paper, on
from models.records.shapes import heading, pair, wide
from models.service_request import ServiceRequest

PAPER = on(ServiceRequest, Paper(
    record="R-001", code="request_form", title=_lp("R-001", "Service request registration"), sheet=A4_PORTRAIT, series="service_request",
    number="request_no", area=_lp("R-004", "Intake"), sections=VIEW_ONLY,
    purpose=_lp("R-001", "Every call, letter or visit that asks for service; filled at the telephone, printed from here"),
    who=_lp("R-001", "Service clerk, at the call"), when=_lp("R-001", "At once; a repair is passed on within 10 minutes"),
    listed=("request_no", "status", "customer", "request_type", "symptom", "reported_at"), filtered=("status", "customer", "request_type"),
    labels={"contact_name": _lp("R-001", "Contact person")},
    choices={"service_category": (_lp("R-001", "Paid service (A)"), _lp("R-001", "Contract service (B)"), _lp("R-001", "Free service (C)"),
                                  _lp("R-001", "Administrative work (D)"))},
    words={"call": _lp("R-001", "The call"), "who": _lp("R-001", "The customer"), "unit": _lp("R-001", "Equipment and fault"),
           "triage": _lp("R-001", "Triage")},
    blocks=(
        heading("call"), wide("request_no", 7.5), pair("reported_at", "channel", 7.5), pair("received_by", "informant", 7.5),
        wide("off_hours", 7.5, boxes=True),
        heading("who"), wide("customer", 7.5), wide("site", 7.5), pair("contact_phone", "contact_name", 7.5), wide("region", 7.5),
        heading("unit"), pair("product_model", "product_name", 7.5), wide("equipment", 7.5),
        wide("request_type", 12, boxes=True), wide("symptom", 28), wide("requested_at", 7.5),
        wide("in_warranty", 7.5, boxes=True),
        heading("triage"), wide("info_type", 7.5, boxes=True), wide("problem_nature", 7.5, boxes=True),
        wide("fault_level", 7.5, boxes=True),
        wide("complexity", 7.5, boxes=True), wide("quality_severity", 7.5, boxes=True), wide("service_category", 7.5, boxes=True),
        wide("handling_mode", 12, boxes=True), pair("department", "engineer", 7.5), pair("notified_at", "promised_contact_at", 7.5),
        pair("contacted_at", "status", 7.5),
    )))
