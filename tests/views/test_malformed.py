"""Nonsense sent to every address is answered, never with a 500, and shows nothing of the inside (G5).

Half of it goes past the boundary guard on purpose: with a valid token and valid marks, to records that exist, so that forms,
rules and the database see it. The counts at the end say that it got there.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest
from sqlalchemy import select

from extensions import db
from models.customer import Customer, CustomerContact, CustomerSite
from models.equipment import Equipment, Part, PartPrice, ProductCategory, ProductModel, Supplier
from models.follow_up import FollowUp
from models.organisation import Region, Staff
from models.service_record import ServiceRecord
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import clock
from services.unit_of_work import unit_of_work
from tests.contract.test_access_map import address, families

SEED, REQUESTS = 20261124, 1000
REFUSED = ("\x00", "a\x00b", "\x1b[31m", "\x7f", "\ufffe")
PASSING = ("", "\u202eabc", "9" * 20, "2147483648", "-1", "1e400", "NaN", "0001-01-01", "2025-02-30", "9999-99-99T99:99",
           "0001-01-01T00:00", "2200-12-31", "<script>alert(1)</script>", "' OR 1=1 --", "%", "_", "\\", "x" * 6000, "{{7*7}}", "=1+1",
           "真" * 300, "\ufeff", "[]", "y", "1", "①", "٣", "😀", "\r\n", "1 ", "０")
ARGUMENTS = ("q", "page", "psize", "_oc_", "_od_", "_flt_region", "_flt_name", "_flt_active", "_flt_customer", "from", "tab", "next",
             "_l_", "x")
INSIDE = ("Traceback", "[SQL", "psycopg", "sqlite3", "sqlalchemy")


@pytest.fixture
def filled(app):
    """One record of each kind, so that every address leads somewhere."""
    with app.app_context(), unit_of_work():
        region = db.session.scalar(select(Region).order_by(Region.id))
        customer, model = Customer(code="C1", name="某厂", region=region), ProductModel(model_no="M1", name="某机")
        part = Part(part_no="P1", name="某件", unit="只")
        db.session.add_all([customer, model, part, Supplier(name="某供方"), ProductCategory(name="某类")])
        db.session.flush()
        db.session.add_all([
            CustomerContact(customer_id=customer.id, name="某人"), CustomerSite(customer_id=customer.id, name="某处"),
            Equipment(equipment_no="E1", serial_no="S1", product_model_id=model.id, customer_id=customer.id),
            PartPrice(part_id=part.id, sale_price=1), ServiceRequest(customer_id=customer.id, status="triaged")])
        db.session.flush()
        engineer = db.session.scalar(select(Staff.id).where(Staff.is_engineer))
        db.session.add(WorkOrder(work_order_no="W1", request_id=1, customer_id=customer.id, issued_at=clock.now(), status="assigned",
                                 lead_engineer_id=engineer))
        db.session.flush()
        db.session.add_all([ServiceRecord(work_order_id=1, customer_id=customer.id),
                            FollowUp(followup_no="F1", kind="verify", due_at=clock.now(), customer_id=customer.id, request_id=1)])


# Forms that are no generated pages: steps, the sheet of a slip, a signature, the back office.
SMALL = {
    "/service-requests/1/do/dispatch": ["engineer", "symptom", "due_at", "start_at", "end_at", "informed", "override_reason"],
    "/service-requests/1/do/cancel": ["reason"],
    "/work-orders/1/do/reassign": ["engineer", "start_at", "end_at", "reason"],
    "/work-orders/1/do/hold": ["hold_reason"],
    "/follow-ups/1/do/done": ["solved", "unsolved", "satisfaction", "duration_min", "extended", "also"],
    "/follow-ups/1/do/attempt": ["call_result"],
    "/records/repair_slip_3/1": ["repair_unit", "qty", "sold_on", "reported_at", "symptom", "started_at", "treatment",
                                 "line-purchase_lines-0-part", "line-purchase_lines-0-qty", "line-purchase_lines-0-unit_price"],
    "/records/repair_slip_3/1/sign/customer": ["opinion", "name", "strokes"],
    "/admin/parameters/edit/1": ["value"],
    "/admin/number-rules/edit/1": ["pattern", "overflow", "warn_at"],
    "/admin/dictionaries/add": ["type", "code", "label_zh", "sort"],
}


def nonsense(chance):
    """Mostly what the guard lets pass."""
    return chance.choice(REFUSED if chance.random() < 0.1 else PASSING)


@pytest.mark.usefixtures("filled")
def test_a_thousand_malformed_requests(app, as_role):
    chance, bad, seen, reached = random.Random(SEED), [], Counter(), Counter()
    clients = [as_role("service_manager"), as_role("admin")]
    rules = [(rule, address(text, base).split("?")[0]) for rule, text, base in families(app) if base is not None]
    forms = [(rule, url) for rule, url in rules if "POST" in rule.methods and "/do/" not in url and "/export/" not in url]
    fields = {url: [name for view in app.appbuilder.baseviews if url.startswith(f"{view.route_base}/")
                    for section in getattr(view, "sections", ()) for name in section.fields] for _rule, url in forms}
    fields |= SMALL
    forms += [(None, url) for url in SMALL] * 3
    for _turn in range(REQUESTS):
        client, query, data = chance.choice(clients), {}, {}
        if chance.random() < 0.5:
            rule, url = chance.choice(forms)
            opened = client.get(url)
            marks = client.form(url) if opened.status_code == 200 else {}
            data = {name: nonsense(chance) for name in fields[url] if chance.random() < 0.7}
            if chance.random() < 0.2:
                marks[chance.choice(("seen", "form_key", "lock_version"))] = nonsense(chance)
            answer = client.post(url, {**marks, **data})
            reached[url] += answer.status_code in (302, 422)
        else:
            rule, url = chance.choice(rules)
            query = {chance.choice(ARGUMENTS): nonsense(chance) for _ in range(chance.randrange(1, 3))}
            answer = client.get(url, query_string=query)
        seen[answer.request.method, answer.status_code] += 1
        words = answer.text if answer.mimetype in ("text/html", "application/json") else ""
        if answer.status_code >= 500 or any(word in words for word in INSIDE):
            bad.append((str(rule), query, data, answer.status_code))
    assert bad == [], f"seed {SEED}"
    assert seen["POST", 422] + seen["POST", 302] >= 100, f"too few reached a form: {seen}"
    assert [url for url in SMALL if not reached[url]] == []
    assert seen["GET", 200] >= 50, f"too few reached a page: {seen}"
    assert max(seen.values()) < REQUESTS // 2, f"one answer to nearly everything: {seen}"


@pytest.mark.long
@pytest.mark.usefixtures("filled")
def test_each_field_with_each_nonsense_gets_a_sentence_or_a_clean_refusal(app, as_role):
    """One field at a time, on the forms of a customer and a request, with the rest as it stands."""
    client, bad = as_role("service_manager"), []
    for url in ("/customers/edit/1", "/equipment/edit/1", "/service-requests/edit/1"):
        view = next(view for view in app.appbuilder.baseviews if url.startswith(f"{view.route_base}/edit"))
        for name in [name for section in view.sections for name in section.fields]:
            for value in PASSING:
                marks = client.form(url)
                answer = client.post(url, {**marks, name: value})
                if answer.status_code not in (302, 422) or any(word in answer.text for word in INSIDE):
                    bad.append((url, name, value[:30], answer.status_code))
    assert bad == []
