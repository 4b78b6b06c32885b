"""A call taken with the keyboard alone: from F2 to “register and dispatch”, without mouse, in few keys (B-001, B-009)."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from extensions import db
from models.customer import Customer
from models.equipment import Equipment
from models.service_request import ServiceRequest
from services import clock
from services.unit_of_work import unit_of_work
from tests.browser.conftest import DESK
from tests.browser.test_main_job import Desk, stock  # noqa: F401  a fixture

PACE = 180  # milliseconds a key: a clerk who does not hurry


@pytest.mark.browser
def test_a_call_is_taken_by_keyboard_alone_within_a_minute(app, stock, chromium):  # noqa: F811
    with app.app_context(), unit_of_work():
        customer, unit = db.session.scalar(select(Customer)), db.session.scalar(select(Equipment))
        db.session.add(Equipment(equipment_no="EQ000002", serial_no="QX20-0002", product_model_id=unit.product_model_id,
                                 customer_id=customer.id, site_id=unit.site_id, warranty_end=clock.today() - timedelta(days=1)))
    page, keys = Desk(chromium(DESK), "service_clerk", "keys").page, 0

    def press(*names):
        nonlocal keys
        for name in names:
            page.keyboard.press(name)
            page.wait_for_timeout(PACE)
            keys += 1

    def write(text):
        nonlocal keys
        page.keyboard.type(text, delay=PACE)
        keys += len(text)

    begun = time.monotonic()
    press("F2")
    page.wait_for_url("**/service-requests/add")
    write("qxl")
    press("Enter")
    page.locator("input[name=unit]:focus").wait_for()  # the card is there and the hands are on its first unit
    press("ArrowDown", "Enter")  # the second unit, on to the contact
    press("Enter", "Enter")  # contact and telephone of the file hold
    press("1")
    write("E-12 漂移")
    press("Enter", "2")  # on to the levels
    press("ArrowDown")  # nothing is known of this model yet: its nature is said
    press("F9")
    page.wait_for_url("**/dispatch**")
    took = time.monotonic() - begun
    assert took < 60
    assert keys < 40, keys
    assert page.complaints == []
    with app.app_context(), unit_of_work(write=False):
        taken = db.session.scalar(select(ServiceRequest))
        assert (taken.status, taken.symptom, taken.fault_level) == ("triaged", "E-12 漂移", "2")
        assert (taken.equipment.serial_no, taken.in_warranty, taken.contact_name) == ("QX20-0001", "yes", "王主任")
        assert taken.engineer is not None


@pytest.mark.browser
def test_what_was_typed_survives_a_page_that_is_left(app, stock, chromium):  # noqa: F811
    page = Desk(chromium(DESK), "service_clerk", "kept").page
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/service-requests/add")
    page.keyboard.type("qxl")
    page.keyboard.press("Enter")
    page.locator(".unit").first.wait_for()
    page.locator("[name=symptom]").fill("复位无效")
    page.locator("[data-saved]", has_text="草稿已存本机").wait_for()
    page.goto("/customers/list/")
    page.goto("/service-requests/add")
    page.locator("[data-kept]", has_text="没有登记完").wait_for()
    assert page.locator("[name=symptom]").input_value() == "复位无效"
    assert page.locator("[name=customer]").input_value() == "1"
