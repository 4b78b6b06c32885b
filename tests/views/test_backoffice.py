"""The administrator sets figures, number rules and lists without code (B-201)."""

from __future__ import annotations

from sqlalchemy import select

from extensions import db
from models.number import NumberRule
from models.setting import DictItem, DictType, Setting
from services import parameters
from services.unit_of_work import unit_of_work


def key_of(app, query):
    with app.app_context(), unit_of_work(write=False):
        return db.session.scalar(query)


def save(client, address, data):
    return client.post(address, {**client.form(address), **data})


def test_a_parameter_is_changed_and_holds_at_once(app, as_role):
    admin = as_role("admin")
    key = key_of(app, select(Setting.id).where(Setting.key == "schedule.buffer_minutes"))
    assert save(admin, f"/admin/parameters/edit/{key}", {"value": "15"}).status_code == 302
    with app.app_context(), unit_of_work(write=False):
        assert parameters.number("schedule.buffer_minutes") == 15


def test_a_value_of_the_wrong_type_is_refused_at_its_field(app, as_role):
    admin = as_role("admin")
    key = key_of(app, select(Setting.id).where(Setting.key == "schedule.buffer_minutes"))
    answer = save(admin, f"/admin/parameters/edit/{key}", {"value": "半小时"})
    assert answer.status_code == 422
    assert "请输入整数" in answer.text
    assert "半小时" in answer.text


def test_b201_a_pattern_without_a_counter_is_refused(app, as_role):
    admin = as_role("admin")
    key = key_of(app, select(NumberRule.id).where(NumberRule.series == "work_order"))
    answer = save(admin, f"/admin/number-rules/edit/{key}", {"pattern": "WO{yy}{mm}", "overflow": "extend"})
    assert answer.status_code == 422
    assert save(admin, f"/admin/number-rules/edit/{key}", {"pattern": "GD{yy}{mm}-{seq:05d}", "overflow": "extend"}).status_code == 302


def test_a_choice_is_added_and_taken_out_of_use(app, as_role):
    admin = as_role("admin")
    kind = key_of(app, select(DictType.id).where(DictType.code == "customer_kind"))
    data = {"type": kind, "code": "lab", "label_zh": "第三方实验室", "sort": "9", "active": "y"}
    assert save(admin, "/admin/dictionaries/add", data).status_code == 302
    key = key_of(app, select(DictItem.id).where(DictItem.code == "lab"))
    assert "第三方实验室" in as_role("service_clerk").get("/customers/add").text
    assert save(admin, f"/admin/dictionaries/edit/{key}", {"label_zh": "第三方实验室", "sort": "9"}).status_code == 302
    assert "第三方实验室" not in as_role("service_clerk").get("/customers/add").text


def test_a_stale_change_is_not_taken(app, as_role):
    first, second = as_role("admin"), as_role("admin")
    key = key_of(app, select(NumberRule.id).where(NumberRule.series == "work_order"))
    marks = first.form(f"/admin/number-rules/edit/{key}")
    assert save(second, f"/admin/number-rules/edit/{key}", {"pattern": "GD{seq:05d}", "overflow": "extend"}).status_code == 302
    answer = first.post(f"/admin/number-rules/edit/{key}", {**marks, "pattern": "XX{seq:05d}", "overflow": "extend"})
    assert answer.status_code == 422
    assert key_of(app, select(NumberRule.pattern).where(NumberRule.id == key)) == "GD{seq:05d}"
