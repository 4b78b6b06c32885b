"""The generated pages: what the one base repairs, shown on customers, staff and parts."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from extensions import db
from models.audit_log import AuditLog
from models.customer import Customer
from models.equipment import Part, PartPrice
from models.organisation import Region, Staff
from services.unit_of_work import unit_of_work

CUSTOMER = {"name": "澄江仪器研究所", "customer_class": "B", "address": "澄江市湖滨路 8 号", "phone": "0871-5550101",
            "service_control": "normal", "active": "y"}


def region_of(app, name="华东区"):
    with app.app_context(), unit_of_work(write=False):
        return db.session.scalar(select(Region.id).where(Region.name == name))


@pytest.fixture
def clerk(as_role):
    return as_role("service_clerk")


@pytest.fixture
def customer(app, clerk):
    marks = clerk.form("/customers/add")
    answer = clerk.post("/customers/add", {**CUSTOMER, **marks, "region": region_of(app)})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def field(page, name):
    """What a text field of a page holds."""
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


def rows(app, model):
    with app.app_context(), unit_of_work(write=False):
        return db.session.scalar(select(func.count(model.id)))


def test_a_new_customer_draws_the_next_code_and_leaves_his_history(app, clerk, customer):
    page = clerk.get(customer)
    assert "澄江仪器研究所" in page.text
    assert "C00001" in page.text
    with app.app_context(), unit_of_work(write=False):
        entry = db.session.scalar(select(AuditLog).where(AuditLog.entity == "customer", AuditLog.action == "create"))
        assert entry.user_id is not None
        assert entry.request_id
        assert entry.after["name"] == "澄江仪器研究所"
        assert entry.after["phone"] != "0871-5550101", "personal values stand in the side table alone"
    history = clerk.get(f"{customer}?tab=history").text
    assert "苏晓棠" in history
    assert "0871-5550101" in history


def test_a_form_with_gaps_is_shown_again_with_what_was_typed(app, clerk):
    marks = clerk.form("/customers/add")
    answer = clerk.post("/customers/add", {**CUSTOMER, **marks, "name": "", "house_rules": "进厂须戴安全帽"})
    assert answer.status_code == 422
    assert "请填写。" in answer.text
    assert "进厂须戴安全帽" in answer.text
    assert rows(app, Customer) == 0


def test_a_rule_speaks_at_its_field(app, clerk):
    marks = clerk.form("/customers/add")
    answer = clerk.post("/customers/add", {**CUSTOMER, **marks, "region": region_of(app), "phone": "1380013800"})
    assert answer.status_code == 422
    assert "手机号应为 11 位，现在是 10 位。" in answer.text
    assert rows(app, Customer) == 0


def test_two_customers_never_have_one_name(app, clerk, customer):
    marks = clerk.form("/customers/add")
    answer = clerk.post("/customers/add", {**CUSTOMER, **marks, "region": region_of(app)})
    assert answer.status_code == 422
    assert "已有相同的记录" in answer.text


def test_a_form_sent_twice_makes_one_record(app, clerk):
    marks = clerk.form("/customers/add")
    data = {**CUSTOMER, **marks, "region": region_of(app)}
    first, second = clerk.post("/customers/add", data), clerk.post("/customers/add", data)
    assert first.headers["Location"] == second.headers["Location"]
    assert rows(app, Customer) == 1


def test_stale_edits_of_the_same_field_are_told_and_keep_the_typing(app, as_role, clerk, customer):
    edit = customer.replace("show", "edit")
    region = region_of(app)
    other = as_role("service_manager")
    mine, theirs = clerk.form(edit), other.form(edit)
    assert other.post(edit, {**CUSTOMER, **theirs, "code": "C00001", "region": region, "short_name": "澄江所"}).status_code == 302
    answer = clerk.post(edit, {**CUSTOMER, **mine, "code": "C00001", "region": region, "short_name": "澄研"})
    assert answer.status_code == 422
    assert "陆启明" in answer.text
    assert "澄江所" in answer.text
    assert field(answer, "short_name") == "澄研"
    assert "澄江所" in clerk.get(customer).text


def test_stale_edits_of_different_fields_are_both_saved(app, as_role, clerk, customer):
    edit = customer.replace("show", "edit")
    region = region_of(app)
    other = as_role("service_manager")
    mine, theirs = clerk.form(edit), other.form(edit)
    assert other.post(edit, {**CUSTOMER, **theirs, "code": "C00001", "region": region, "short_name": "澄江所"}).status_code == 302
    assert clerk.post(edit, {**CUSTOMER, **mine, "code": "C00001", "region": region, "fax": "0871-5550199"}).status_code == 302
    page = clerk.get(customer).text
    assert "澄江所" in page
    assert "0871-5550199" in page


@pytest.mark.parametrize("query", ["_flt_phone=1", "_flt_customer_class=Z", "_oc_=phone_", "page=-1", "page=x", "psize=100000", "psize=0",
                                   "nonsense=1", "_flt_region=abc", "_oc_=name&_od_=up", "q=%00", "_flt_in_arrears=maybe"])
def test_a_list_refuses_what_it_does_not_offer(clerk, query):
    answer = clerk.get(f"/customers/list/?{query}")
    assert answer.status_code == 400
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("words", ["澄江", "仪", "cj", "chengjiang", "cjyq", "5550101", "c00001", "江仪器研"])
def test_the_search_box_finds_by_name_pinyin_and_phone(clerk, customer, words):
    assert "澄江仪器研究所" in clerk.get("/customers/list/", query_string={"q": words}).text


def test_the_search_box_does_not_find_what_is_not_there(clerk, customer):
    for words in ("江澄", "研究院", "jc"):
        assert "没有符合条件的记录" in clerk.get("/customers/list/", query_string={"q": words}).text


def test_a_refused_form_leaves_the_typed_choice(clerk):
    marks = clerk.form("/customers/add")
    answer = clerk.post("/customers/add", {**CUSTOMER, **marks, "region": "99999", "customer_class": "nope"})
    assert answer.status_code == 422
    assert "请从列表中选择。" in answer.text
    assert "请选择列表中的值。" in answer.text


def test_an_engineer_does_not_know_of_customers_outside_his_regions(app, as_role, clerk, customer):
    with app.app_context(), unit_of_work():
        stranger = Staff(staff_no="E900", name="闻人远", is_engineer=True)
        db.session.add(stranger)
        outside = db.session.scalar(select(Region).where(Region.name == "华东区"))
        outside.engineers.clear()
    engineer = as_role("service_engineer")
    hidden, absent = engineer.get(customer), engineer.get("/customers/show/99999")
    assert hidden.status_code == absent.status_code == 404
    assert "澄江" not in engineer.get("/customers/list/").text
    assert engineer.get(customer.replace("show", "edit")).status_code == 404


def test_cost_prices_are_for_those_who_may_see_them(app, as_role):
    with app.app_context(), unit_of_work():
        part = Part(part_no="P-1", name="滤芯", unit="只")
        db.session.add(part)
        db.session.flush()
        db.session.add(PartPrice(part_id=part.id, sale_price="88.00", cost_price="31.27"))
    assert "31.27" not in as_role("service_clerk").get("/part-prices/list/").text
    assert "31.27" not in as_role("service_clerk").get("/part-prices/show/1").text
    assert as_role("service_clerk").get("/part-prices/list/?_oc_=cost_price").status_code == 400
    assert "31.27" in as_role("finance").get("/part-prices/list/").text


def test_exports_hold_no_formulas_and_are_kept_in_the_book(app, clerk, customer):
    marks = clerk.form("/customers/add")
    data = {**CUSTOMER, **marks, "name": "=HYPERLINK(1)", "region": region_of(app), "phone": "+86 871 5550102"}
    assert clerk.post("/customers/add", data).status_code == 302
    answer = clerk.get("/customers/export/csv")
    assert answer.status_code == 200
    assert "'=HYPERLINK(1)" in answer.text
    assert "\n=" not in answer.text
    assert "'+86 871" in answer.text
    assert clerk.get("/customers/export/xlsx").data[:2] == b"PK"


def test_nothing_is_changed_by_reading_or_without_a_token(app, clerk, customer):
    edit = customer.replace("show", "edit")
    assert clerk.http.post(edit, data={**CUSTOMER, "name": "别名"}).status_code == 400
    assert "别名" not in clerk.get(customer).text
    for url in ("/customers/delete/1", "/customers/action/x/1", "/customers/download/x"):
        assert clerk.get(url).status_code == 404


def test_the_framework_routes_that_change_by_get_are_gone(app):
    rules = {str(rule) for rule in app.url_map.iter_rules()}
    assert not [rule for rule in rules if "/delete/" in rule or "/action" in rule or "/download/" in rule]


def test_every_answer_carries_its_safety_headers(clerk, stranger):
    for answer in (clerk.get("/"), clerk.get("/nothing"), stranger.get("/login/"), clerk.get("/static/app.css"),
                   clerk.get("/customers/list/?page=x"), clerk.get("/customers/lookup/region?q=华")):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_english_can_be_chosen(clerk):
    clerk.get("/lang/en")
    page = clerk.get("/customers/list/").text
    assert "New customer" in page
    assert "新增" not in page


def test_a_list_of_the_administrator_is_chosen_from_and_shown_by_name(app, clerk):
    marks = clerk.form("/customers/add")
    data = {**CUSTOMER, **marks, "region": region_of(app)}
    assert clerk.post("/customers/add", {**data, "kind": "made-up"}).status_code == 422
    marks = clerk.form("/customers/add")
    saved = clerk.post("/customers/add", {**data, **marks, "kind": "hospital"})
    assert "医院" in clerk.get(saved.headers["Location"]).text


def test_a_release_keeps_what_the_administrator_made_of_a_list(app):
    from models.setting import DictItem
    from services import release

    with app.app_context(), unit_of_work():
        db.session.scalar(select(DictItem).where(DictItem.code == "military")).label_zh = "部队"
    release.upgrade(app)
    with app.app_context(), unit_of_work(write=False):
        assert db.session.scalars(select(DictItem.label_zh).where(DictItem.code == "military")).all() == ["部队"]
