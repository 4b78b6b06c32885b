"""Names that stay: each record is reached by its code, by the identifier of its entity and by its R-id (the outside of the product)."""

from __future__ import annotations

import models.records  # noqa: F401  declares the papers
import services.registers  # noqa: F401  declares the registers
from extensions import force_locale
from models.paper import PAPERS
from services.register import REGISTERS
from tests.contract.test_record_catalogue import RECORDS
from views.record_names import ALSO

# By hand from the catalogue: the identifier of the layout or view, else the entity's, else the English name.
NAMES = {
    "R-001": "service_request", "R-002": "call_register", "R-003": "contact_log", "R-004": "service_info_sheet", "R-006": "customer",
    "R-007": "equipment", "R-010": "task_notice", "R-011": "service_voucher", "R-013": "acceptance_record", "R-014": "repair_record",
    "R-015": "field_service_record", "R-016": "field_install_record", "R-017": "repair_slip_3", "R-021": "service_plan",
    "R-022": "site_survey", "R-024": "trip_application", "R-025": "trip_plan_sheet", "R-030": "trip_summary",
    "R-035": "goods_taken_receipt", "R-036": "customer_goods_register", "R-037": "repair_card", "R-039": "custody_register",
    "R-040": "customer_repair_register",
    "R-043": "stock_in_sheet", "R-044": "stock_out_sheet", "R-045": "spare_part_issue_form", "R-046": "issue_slip",
    "R-048": "spare_part_ledger", "R-050": "part_price", "R-051": "defective_part_return_register", "R-052": "nonconformity_report",
    "R-053": "return_order", "R-054": "return_zone_custody_record", "R-055": "quality_inspection", "R-060": "parts_dispatch_tracking",
    "R-061": "quality_case", "R-062": "fault_analysis", "R-066": "fee_rate", "R-067": "quotation", "R-070": "service_contract",
    "R-071": "contract_notice", "R-073": "complaint", "R-077": "follow_up", "R-078": "after_sales", "R-080": "opinion_card",
    "R-086": "inspection_plan", "R-087": "inspection_record", "R-091": "daily_report",
}


def test_every_record_of_the_first_release_has_its_name():
    assert RECORDS.keys() <= NAMES.keys()


def test_a_further_name_leads_to_a_code_and_is_none_itself():
    assert set(ALSO.values()) <= PAPERS.keys() | REGISTERS.keys()
    assert not ALSO.keys() & (PAPERS.keys() | REGISTERS.keys())


def titles_of(app):
    """What the pages of each record are headed by."""
    found = {}
    with app.app_context(), force_locale("zh_Hans_CN"):
        for thing in (*(paper for _model, paper in PAPERS.values()), *REGISTERS.values()):
            found.setdefault(thing.record, []).append(str(thing.title))
    return found


def test_a_record_is_reached_by_its_name_and_its_id(app, as_role):
    client, titles, wrong = as_role("service_manager"), titles_of(app), []
    for record, known in NAMES.items():
        for name in (known, record):
            answer = client.get(f"/records/{name}/", follow_redirects=True)
            if answer.status_code != 200 or not any(f"<h1>{title}" in answer.text for title in titles[record]):
                wrong.append((name, answer.status_code, answer.request.path))
    assert wrong == []


def test_the_further_names_serve_blanks_and_the_api_too(as_role):
    client = as_role("service_manager")
    for name in ("service_request", "acceptance_record", "trip_plan_sheet", "follow_up"):
        assert client.get(f"/records/{name}/blank.pdf").data.startswith(b"%PDF")
        assert client.get(f"/api/v1/{name}/").json["result"] == []
        assert client.get(f"/records/{name}/99").status_code == 404
    assert client.get("/records/nothing_of_this_name/").status_code == 404
    assert client.get("/api/v1/equipment/").json["ids"] == []
