"""`/search/`: one box over everything the user may see, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from extensions import db
from models.customer import Customer
from models.equipment import Equipment, Part, ProductModel
from models.organisation import Region, Staff
from services.unit_of_work import unit_of_work

MINE, THEIRS = "栖霞岭检测中心", "栖霞山机械厂"


@pytest.fixture
def house(app):
    with app.app_context(), unit_of_work():
        region = db.session.scalar(select(Region).order_by(Region.id))
        sales = _staff("sales")
        assert sales is not None
        model = ProductModel(model_no="QX-20", name="量热仪")
        db.session.add_all([model, Part(part_no="P-001", name="栖霞导轨", unit="件")])
        for code, name, seller in (("C00001", MINE, sales), ("C00002", THEIRS, None)):
            customer = Customer(code=code, name=name, region=region, sales=seller, phone="0571-5550100")
            db.session.add(customer)
            db.session.flush()
            db.session.add(Equipment(equipment_no=f"EQ-{code}", serial_no=f"QXSN-{code}", product_model_id=model.id,
                                     customer_id=customer.id))


def _staff(username):
    from flask_appbuilder.security.sqla.models import User

    return db.session.scalar(select(Staff).join(User, Staff.user_id == User.id).where(User.username == username))


@pytest.mark.parametrize("words", ["栖霞", "栖", "qxl", "qixialing", "C00001", "5550100", "ＱＸＬ"])
def test_it_finds_by_name_one_character_pinyin_initials_number_and_phone(house, as_role, words):
    assert MINE in as_role("service_clerk").get(f"/search/?q={words}").text


@pytest.mark.parametrize("words", ["栖霞", "栖", "qx", "QXSN"])
def test_what_a_user_may_not_see_is_not_found(house, as_role, words):
    sales = as_role("sales").get(f"/search/?q={words}").text
    assert "C00001" in sales
    assert THEIRS not in sales
    assert "C00002" not in sales
    everybody = as_role("service_clerk").get(f"/search/?q={words}").text
    assert "C00002" in everybody


def test_a_kind_without_the_right_is_left_out(house, as_role):
    assert "栖霞导轨" in as_role("warehouse").get("/search/?q=栖霞").text
    assert "栖霞导轨" not in as_role("office").get("/search/?q=栖霞").text


def test_a_kind_of_hits_stands_under_its_name_and_leads_to_its_page(house, as_role):
    page = as_role("service_clerk").get("/search/?q=栖霞岭").text
    assert "<h2>客户" in page
    assert 'href="/customers/show/1"' in page


@pytest.mark.parametrize("words", ["", "。", "不存在的东西"])
def test_an_empty_answer_says_what_to_do(house, as_role, words):
    answer = as_role("service_clerk").get(f"/search/?q={words}")
    assert answer.status_code == 200
    assert "拼音首字母" in answer.text


def test_an_unknown_argument_is_refused(as_role):
    assert as_role("service_clerk").get("/search/?x=1").status_code == 400


def test_a_stranger_signs_in_first(stranger):
    assert stranger.get("/search/?q=栖").status_code == 302
