"""The door for programs: each repair of the framework's adapter, and the same rules as on the pages (R1, R2, R4, R5)."""

from __future__ import annotations

import json

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from extensions import db
from models.audit_log import AuditLog
from models.customer import Customer
from models.equipment import Part, PartPrice, ProductModel
from models.organisation import Region, Staff
from services import accounts, clock
from services.unit_of_work import unit_of_work

CUSTOMER = {"name": "澄江仪器研究所", "customer_class": "B", "address": "澄江市湖滨路 8 号", "phone": "0871-5550101",
            "service_control": "normal"}


class Program:
    """A caller with a key and no cookie."""

    def __init__(self, app, username):
        self.http = app.test_client(use_cookies=False)
        with app.app_context(), unit_of_work():
            user = db.session.scalar(select(User).where(User.username == username))
            self.headers = {"Authorization": f"Bearer {accounts.create_key(user, 'test', now=clock.now())}"}

    def call(self, method, path, body=None, *, key=None, q=None, **kw):
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        asked = {"q": q if isinstance(q, str) else json.dumps(q)} if q is not None else None
        return self.http.open(f"/api/v1/{path}", method=method, json=body, headers=headers, query_string=asked, **kw)

    def get(self, path, **kw):
        return self.call("GET", path, **kw)

    def post(self, path, body, **kw):
        return self.call("POST", path, body, **kw)

    def patch(self, path, body, **kw):
        return self.call("PATCH", path, body, **kw)


@pytest.fixture
def clerk(app):
    return Program(app, "service_clerk")


@pytest.fixture
def region(app):
    with app.app_context(), unit_of_work(write=False):
        return db.session.scalar(select(Region.id).where(Region.name == "华东区"))


@pytest.fixture
def customer(clerk, region):
    answer = clerk.post("customers/", {**CUSTOMER, "region": region})
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def rows(app, model):
    with app.app_context(), unit_of_work(write=False):
        return db.session.scalar(select(func.count(model.id)))


def test_a_program_adds_reads_lists_and_changes(app, clerk, customer, region):
    key = customer["id"]
    assert customer["result"]["code"] == "C00001"
    assert customer["result"]["active"] is True, "the columns' own defaults hold"
    one = clerk.get(f"customers/{key}").get_json()
    assert one["result"]["region"] == {"id": region, "name": "华东区"}
    answer = clerk.patch(f"customers/{key}", {"short_name": "澄江所", "lock_version": one["result"]["lock_version"]})
    assert answer.status_code == 200
    assert answer.get_json()["lock_version"] == one["result"]["lock_version"] + 1
    found = clerk.get("customers/", q={"filters": [{"col": "customer_class", "opr": "eq", "value": "B"}], "search": "cj",
                                       "columns": ["name"], "order_column": "name"}).get_json()
    assert (found["count"], found["ids"]) == (1, [key])
    assert found["result"][0]["name"] == "澄江仪器研究所"
    with app.app_context(), unit_of_work(write=False):
        entry = db.session.scalars(select(AuditLog).where(AuditLog.entity == "customer").order_by(AuditLog.id.desc())).first()
        assert entry.user_id is not None
        assert entry.after == {"short_name": "澄江所"}


def test_the_question_may_be_written_in_rison(clerk, customer):
    found = clerk.get("customers/", q="(columns:!(code),filters:!((col:active,opr:eq,value:!t)))").get_json()
    assert found["result"][0]["code"] == "C00001"


def test_a_refused_rule_is_422_at_its_field_and_changes_nothing(app, clerk, region):
    answer = clerk.post("customers/", {**CUSTOMER, "region": region, "phone": "1380013800"})
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == {"phone": ["手机号应为 11 位，现在是 10 位。"]}
    assert rows(app, Customer) == 0


def test_all_gaps_are_named_at_once(app, clerk):
    answer = clerk.post("customers/", {"customer_class": "Z"})
    assert answer.status_code == 422
    assert {"name", "customer_class", "region"} <= set(answer.get_json()["errors"])
    assert rows(app, Customer) == 0


def test_a_stale_change_is_409_and_names_both_values(clerk, app, customer):
    path, version = f"customers/{customer['id']}", customer["lock_version"]
    other = Program(app, "service_manager")
    assert other.patch(path, {"short_name": "澄江所", "lock_version": version}).status_code == 200
    answer = clerk.patch(path, {"short_name": "澄研", "lock_version": version})
    assert answer.status_code == 409
    told = answer.get_json()["conflicts"]["short_name"]
    assert (told["yours"], told["theirs"], told["who"]) == ("澄研", "澄江所", "陆启明")
    assert answer.get_json()["lock_version"] == version + 1
    assert clerk.get(path).get_json()["result"]["short_name"] == "澄江所"


def test_a_change_without_the_version_it_was_made_on_is_refused(clerk, customer):
    answer = clerk.patch(f"customers/{customer['id']}", {"short_name": "澄研"})
    assert answer.status_code == 400
    assert "lock_version" in answer.get_json()["errors"]


def test_a_repeated_key_gives_the_first_result_and_another_request_under_it_is_refused(app, clerk, region):
    body = {**CUSTOMER, "region": region}
    first, second = clerk.post("customers/", body, key="order-4711"), clerk.post("customers/", body, key="order-4711")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.get_json() == second.get_json()
    assert rows(app, Customer) == 1
    assert clerk.post("customers/", {**body, "name": "别的单位"}, key="order-4711").status_code == 422
    assert clerk.post("customers/", {**body, "name": "别的单位"}, key="short").status_code == 400
    other = Program(app, "service_manager").post("customers/", {**body, "name": "别的单位"}, key="order-4711")
    assert other.status_code == 201, "the key is the user's own"


def test_a_refused_request_does_not_use_its_key_up(clerk, region):
    body = {**CUSTOMER, "region": region}
    assert clerk.post("customers/", {**body, "phone": "1380013800"}, key="order-4712").status_code == 422
    assert clerk.post("customers/", body, key="order-4712").status_code == 201


def test_a_browser_needs_the_token(app, as_role, region):
    browser = as_role("service_clerk")
    body = {**CUSTOMER, "region": region}
    assert browser.http.post("/api/v1/customers/", json=body).status_code == 400
    assert rows(app, Customer) == 0
    assert browser.http.post("/api/v1/customers/", json=body, headers={"X-CSRFToken": browser.token}).status_code == 201


def test_plain_text_is_refused_with_and_without_the_token(app, as_role, clerk, region):
    text = json.dumps({**CUSTOMER, "region": region})
    browser = as_role("service_clerk")
    for headers in ({}, {"X-CSRFToken": browser.token}):
        assert browser.http.post("/api/v1/customers/", data=text, content_type="text/plain", headers=headers).status_code == 400
    assert clerk.http.post("/api/v1/customers/", data=text, content_type="text/plain", headers=clerk.headers).status_code == 400
    assert rows(app, Customer) == 0


def test_beside_a_header_the_cookie_counts_for_nothing(app, as_role, region):
    browser = as_role("service_clerk")
    for words in ("Bearer key_made-up", "Basic x", ""):
        answer = browser.http.post("/api/v1/customers/", json={**CUSTOMER, "region": region}, headers={"Authorization": words})
        assert answer.status_code == 401
        assert browser.http.get("/api/v1/customers/", headers={"Authorization": words}).status_code == 401
    assert rows(app, Customer) == 0


def test_a_key_opens_no_page_and_dies_when_revoked_or_its_user_is_closed(app, clerk):
    assert clerk.get("customers/").status_code == 200
    assert clerk.http.get("/customers/list/", headers=clerk.headers).status_code == 302
    with app.app_context(), unit_of_work():
        user = db.session.scalar(select(User).where(User.username == "service_clerk"))
        key = accounts.keys_of(user)[0]
        accounts.revoke_key(key, by=user, now=clock.now())
    assert clerk.get("customers/").status_code == 401
    second = Program(app, "service_clerk")
    assert second.get("customers/").status_code == 200
    with app.app_context(), unit_of_work():
        db.session.scalar(select(User).where(User.username == "service_clerk")).active = False
    assert second.get("customers/").status_code == 401


def test_hidden_is_absent(app, customer):
    with app.app_context(), unit_of_work():
        db.session.add(Staff(staff_no="E900", name="闻人远", is_engineer=True))
        outside = db.session.scalar(select(Region).where(Region.name == "华东区"))
        outside.engineers.clear()
    engineer = Program(app, "service_engineer")
    for method, body in (("GET", None), ("PATCH", {"short_name": "x", "lock_version": 1})):
        hidden, absent = engineer.call(method, f"customers/{customer['id']}", body), engineer.call(method, "customers/99999", body)
        assert hidden.status_code == absent.status_code == 404
        assert {**hidden.get_json(), "request_id": ""} == {**absent.get_json(), "request_id": ""}
    assert engineer.get("customers/").get_json() == {"count": 0, "ids": [], "result": []}


@pytest.mark.parametrize("asked", [
    {"columns": ["address"]}, {"columns": ["password"]}, {"columns": []}, {"columns": "name"},
    {"filters": [{"col": "phone", "opr": "eq", "value": "1"}]},
    {"filters": [{"col": "customer_class", "opr": "ct", "value": "B"}]},
    {"filters": [{"col": "customer_class", "opr": "eq", "value": "Z"}]},
    {"filters": [{"col": "region", "opr": "rel_o_m", "value": "1"}]}, {"filters": [{"col": "region", "opr": "rel_o_m", "value": 10**12}]},
    {"filters": [{"col": "active", "opr": "eq", "value": 1}]}, {"filters": {}}, {"filters": [1]}, {"order_column": "address"},
    {"order_column": "region"}, {"order_direction": "up"}, {"page_size": 101}, {"page_size": 0}, {"page_size": -1},
    {"page": -1}, {"page": "x"},
    {"page": True}, {"nonsense": 1}, {"search": "x" * 65}, {"search": 1}, "(", "{", "!!", "(a:b", "[1]", "{\"page\":NaN}",
    "{\"page\":1,\"page\":2}",
    "\u0000", "'\\u0000'", "1e999", "(page:1e999)",
])
def test_a_list_refuses_what_it_does_not_offer(clerk, asked):
    answer = clerk.get("customers/", q=asked)
    assert answer.status_code == 400, answer.text
    assert set(answer.get_json()) >= {"message", "errors"}


def test_unknown_arguments_are_refused(clerk, customer):
    assert clerk.http.get("/api/v1/customers/?page=1", headers=clerk.headers).status_code == 400
    assert clerk.http.get(f"/api/v1/customers/{customer['id']}?x=1", headers=clerk.headers).status_code == 400
    assert clerk.get(f"customers/{customer['id']}", q={"page": 1}).status_code == 400


@pytest.mark.parametrize(("name", "value"), [
    ("status", "x"), ("id", 7), ("created_by_id", 1), ("nonsense", 1), ("name", ["a"]), ("name", {"a": 1}), ("name", True),
    ("is_key", "yes"),
    ("name", "a\u0000b"), ("name", "a\ud800b"), ("region", {"id": 1, "x": 2}), ("region", [1])])
def test_a_body_with_what_does_not_belong_is_400_and_changes_nothing(app, clerk, region, name, value):
    answer = clerk.post("customers/", {**CUSTOMER, "region": region, name: value})
    assert answer.status_code == 400, answer.text
    assert rows(app, Customer) == 0


@pytest.mark.parametrize("raw", [b"", b"[]", b"1", b"{", b'{"name":NaN}', b"\xff\xfe", b'{"a":1,"a":2}', b"[" * 5000, b'{"name":' * 500])
def test_broken_bodies_are_400(clerk, raw):
    headers = {**clerk.headers, "Content-Type": "application/json"}
    assert clerk.http.post("/api/v1/customers/", data=raw, headers=headers).status_code in ((422,) if raw == b"" else (400,))


def test_a_body_beyond_a_megabyte_is_413(clerk):
    assert clerk.post("customers/", {"remark": "x" * 1_100_000}).status_code == 413


def test_strangers_get_401_and_nothing_else(app):
    http = app.test_client()
    for path in ("customers/", "customers/1", "repair_slip_3/", "_openapi"):
        answer = http.get(f"/api/v1/{path}")
        assert answer.status_code == 401
        assert answer.get_json()["errors"] == {}


def test_nothing_is_deleted_and_unknown_addresses_are_json(clerk, customer):
    assert clerk.call("DELETE", f"customers/{customer['id']}").status_code == 405
    assert clerk.get("nonsense/").get_json()["errors"] == {}
    assert clerk.get("nonsense/").status_code == 404


def test_cost_prices_are_for_those_who_may_see_them(app, clerk):
    with app.app_context(), unit_of_work():
        part = Part(part_no="P-1", name="滤芯", unit="只")
        db.session.add(part)
        db.session.flush()
        db.session.add(PartPrice(part_id=part.id, sale_price="88.00", cost_price="31.27"))
    for path in ("part-prices/", "part-prices/1", "_openapi"):
        assert "31.27" not in clerk.get(path).text
        assert "cost_price" not in clerk.get(path).text
    assert clerk.get("part-prices/", q={"order_column": "cost_price"}).status_code == 400
    assert clerk.get("part-prices/", q={"columns": ["cost_price"]}).status_code == 400
    assert Program(app, "finance").get("part-prices/").get_json()["result"][0]["cost_price"] == "31.27"


@pytest.fixture
def job(app, clerk, customer):
    """A request registered, triaged and dispatched through the API; gives (request, order)."""
    with app.app_context(), unit_of_work():
        product = ProductModel(model_no="FT-200", name="傅里叶变换红外光谱仪")
        db.session.add(product)
        db.session.flush()
        product_id = product.id
        engineer_id = db.session.scalar(select(Staff.id).join(User, User.id == Staff.user_id).where(User.username == "service_engineer"))
    made = clerk.post("customer-sites/", {"customer": customer["id"], "name": "总部", "address": "澄江市湖滨路 8 号",
                                          "area_class": "urban"})
    assert made.status_code == 201, made.text
    site = {"id": made.get_json()["id"], "name": "总部"}
    body = {"customer": customer["id"], "site": site, "contact_name": "何工", "contact_phone": "13800138000", "product_model": product_id,
            "symptom": "开机无显示", "request_type": "repair", "channel": "phone", "in_warranty": "yes",
            "requested_at": "2031-05-06T09:00:00+08:00"}
    made = clerk.post("service-requests/", body)
    assert made.status_code == 201, made.text
    path = f"service-requests/{made.get_json()['id']}"
    assert made.get_json()["result"]["status"] == "draft"
    answer = clerk.post(f"{path}/do/register", {})
    assert answer.status_code == 200, answer.text
    version = clerk.get(path).get_json()["result"]["lock_version"]
    answer = clerk.patch(path, {"problem_nature": "hardware", "fault_level": "1", "lock_version": version})
    assert answer.status_code == 200, answer.text
    assert clerk.post(f"{path}/do/triage", {}).status_code == 200
    answer = clerk.post(f"{path}/do/dispatch", {"engineer": engineer_id})
    assert answer.status_code == 200, answer.text
    order = clerk.get("work-orders/").get_json()["ids"][0]
    return path, f"work-orders/{order}"


def test_steps_are_taken_by_the_same_machine_with_the_same_rules(app, clerk, job):
    request, order = job
    engineer = Program(app, "service_engineer")
    assert clerk.get(request).get_json()["result"]["status"] == "dispatched"
    assert clerk.get(request).get_json()["result"]["requested_at"] == "2031-05-06T01:00:00+00:00"
    assert engineer.post(f"{order}/do/finish", {"solution": "换电源"}).status_code == 422, "not from this state"
    assert engineer.post(f"{order}/do/cancel", {"reason": "x"}).status_code == 403
    assert engineer.post(f"{order}/do/nonsense", {}).status_code == 404
    assert engineer.post(f"{order}/do/contact", {"nonsense": 1}).status_code == 400
    assert engineer.post(f"{order}/do/contact", {"lock_version": 99}).status_code == 409
    assert engineer.post(f"{order}/do/contact", {"contact_note": "已约周三"}).get_json()["result"]["status"] == "contacted"
    wrong = engineer.post(f"{order}/do/solve_remotely", {})
    assert wrong.status_code == 422
    assert "solution" in wrong.get_json()["errors"]
    assert engineer.post(f"{order}/do/appoint", {"start_at": "never"}).status_code == 422
    assert clerk.post(f"{order}/do/cancel", {}).get_json()["errors"].keys() == {"reason"}


def test_a_status_is_never_a_field(clerk, job):
    for path in job:
        version = clerk.get(path).get_json()["result"]["lock_version"]
        assert clerk.patch(path, {"status": "closed", "lock_version": version}).status_code == 400


def test_orders_are_not_added_by_themselves(clerk):
    assert clerk.post("work-orders/", {}).status_code == 403


def test_a_slip_is_read_and_filled_as_far_as_its_sheet_may_be(app, clerk, job):
    from models.work_order import WorkOrder
    from services import service_records

    order_id = int(job[1].split("/")[1])
    with app.app_context(), unit_of_work():
        user = db.session.scalar(select(User).where(User.username == "service_clerk"))
        slip = service_records.prepare(db.session.get(WorkOrder, order_id), by=user, now=clock.now(), layout="repair_slip_3").id
        part = Part(part_no="P-9", name="电源板", unit="块")
        db.session.add(part)
        db.session.flush()
        part_id = part.id
    path, engineer = f"repair_slip_3/{slip}", Program(app, "service_engineer")
    read = engineer.get(path).get_json()["result"]
    assert read["symptom"] == "开机无显示"
    assert engineer.patch(path, {"symptom": "别的", "lock_version": read["lock_version"]}).status_code == 400, "the header is the clerk's"
    body = {"treatment": "更换电源板", "lock_version": read["lock_version"],
            "lines": {"purchase_lines": [{"part": part_id, "qty": 1, "unit_price": "120.00"}]}}
    answer = engineer.patch(path, body)
    assert answer.status_code == 200, answer.text
    now = engineer.get(path).get_json()["result"]
    assert now["treatment"] == "更换电源板"
    assert now["lines"]["purchase_lines"][0]["part"]["name"].endswith("电源板")
    stale = clerk.patch(path, {"treatment": "更换主板", "lock_version": read["lock_version"]})
    assert stale.status_code == 409
    assert stale.get_json()["conflicts"]["treatment"]["theirs"] == "更换电源板"
    assert engineer.patch(path, {"lines": {"nonsense": []}, "lock_version": now["lock_version"]}).status_code == 400
    wrong = engineer.patch(path, {"lines": {"purchase_lines": [{"part": 99999, "qty": 1}]}, "lock_version": now["lock_version"]})
    assert wrong.status_code == 422
    assert Program(app, "quality").patch(path, body).status_code == 403
    assert clerk.get("repair_slip_3/", q={"page_size": 1}).get_json()["ids"] == [slip]
    assert clerk.get("repair_record/").get_json()["ids"] == []


def test_the_document_describes_every_address(app, clerk):
    document = clerk.get("_openapi").get_json()
    assert document["openapi"].startswith("3.0")
    rules = {str(rule).replace("<int:pk>", "{id}") for rule in app.url_map.iter_rules() if str(rule).startswith("/api/v1/")}
    described = set(document["paths"])
    assert {rule for rule in rules if "<" not in rule and "_openapi" not in rule} <= described
    for rule in rules:
        if "<transition>" in rule:
            assert any(path.startswith(rule.split("<")[0]) for path in described)
    body = document["paths"]["/api/v1/customers/"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert "name" in body["required"]
    assert body["properties"]["customer_class"]["enum"]


def test_every_adapter_stands_on_the_one_base(app):
    from flask_appbuilder.api import BaseApi

    from views.api import AppModelApi
    from views.base import AppModelView

    doors = [view for view in app.appbuilder.baseviews if isinstance(view, BaseApi)]
    assert all(isinstance(door, AppModelApi) and door.csrf_exempt is False for door in doors)
    pages = [view for view in app.appbuilder.baseviews if isinstance(view, AppModelView)]
    assert len(doors) >= len(pages) + 3
