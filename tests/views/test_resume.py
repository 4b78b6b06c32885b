"""A form whose session ended is not lost, and is sent again for its own user alone (R9)."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from sqlalchemy import func, select

from extensions import db
from models.customer import Customer
from models.organisation import Region
from services import clock
from services.unit_of_work import unit_of_work
from tests.rig.databases import PASSWORD

CUSTOMER = {"name": "澄江仪器研究所", "customer_class": "B", "address": "澄江市湖滨路 8 号", "phone": "0871-5550101",
            "service_control": "normal", "active": "y", "house_rules": "\n进厂须戴安全帽\n<b>二</b>"}


def field(page, name):
    return html.unescape(re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1])


def resumed(page):
    """(address, fields) of the form that is sent again, as a browser reads it."""
    address = html.unescape(re.search(r'action="([^"]+)" data-resume', page)[1])
    fields = {name: html.unescape(text.removeprefix("\n")) for name, text in
              re.findall(r'<textarea name="(\w+)" hidden>(.*?)</textarea>', page, re.S)}
    return address, {"csrf_token": field(page, "csrf_token"), **fields}


@pytest.fixture
def lost(app, as_role):
    """A customer typed into a form whose session ended meanwhile: the client and the answer."""
    with app.app_context(), unit_of_work(write=False):
        region = db.session.scalar(select(Region.id).where(Region.name == "华东区"))
    start = clock.now()
    with clock.frozen(start):
        clerk = as_role("service_clerk")
        marks = clerk.form("/customers/add")
    with clock.frozen(start + dt.timedelta(minutes=31)):
        answer = clerk.post("/customers/add", {**CUSTOMER, **marks, "region": region, "password": "canary-typed-secret"})
        yield clerk, answer


def rows(app):
    with app.app_context(), unit_of_work(write=False):
        return db.session.scalar(select(func.count(Customer.id)))


def sign_in(client, page, username, password=PASSWORD):
    return client.http.post("/login/again", buffered=True, data={
        "csrf_token": field(page, "csrf_token"), "kept": field(page, "kept"), "username": username, "password": password})


def test_the_password_is_asked_for_in_place_and_the_form_is_sent_as_typed(app, lost):
    clerk, answer = lost
    assert answer.status_code == 401
    assert "已填内容" in answer.text
    assert rows(app) == 0
    page = sign_in(clerk, answer.text, "service_clerk")
    assert page.status_code == 200
    address, fields = resumed(page.text)
    assert address == "/customers/add"
    assert fields["house_rules"] == CUSTOMER["house_rules"]
    saved = clerk.http.post(address, data=fields)
    assert saved.status_code == 302
    assert rows(app) == 1
    assert clerk.http.post(address, data=fields).headers["Location"] == saved.headers["Location"], "a repeat makes no second record"
    assert rows(app) == 1


def test_another_users_sign_in_does_not_send_it(app, lost):
    clerk, answer = lost
    page = sign_in(clerk, answer.text, "service_manager")
    assert page.status_code == 302
    assert page.headers["Location"] == "/"
    assert "没有提交" in clerk.get("/").text
    assert rows(app) == 0


def test_a_wrong_password_keeps_the_form_and_is_counted(app, lost):
    clerk, answer = lost
    page = sign_in(clerk, answer.text, "service_clerk", "wrong-guess-again")
    assert page.status_code == 422
    assert field(page.text, "kept") == field(answer.text, "kept")
    for _ in range(4):
        page = sign_in(clerk, page.text, "service_clerk", "wrong-guess-again")
    assert "分钟后再试" in sign_in(clerk, page.text, "service_clerk").text
    assert rows(app) == 0


def test_passwords_are_not_kept(lost):
    clerk, answer = lost
    assert "canary-typed-secret" not in answer.text
    assert "canary-typed-secret" not in sign_in(clerk, answer.text, "service_clerk").text


def test_what_is_kept_cannot_be_changed_and_does_not_live_long(app, lost):
    clerk, answer = lost
    changed = answer.text.replace('name="kept" value="', 'name="kept" value="A')
    assert sign_in(clerk, changed, "service_clerk").status_code == 400
    with clock.frozen(clock.now() + dt.timedelta(minutes=61)):
        assert sign_in(clerk, answer.text, "service_clerk").status_code == 400


def test_a_form_without_the_token_of_its_session_is_never_kept(app, as_role):
    start = clock.now()
    with clock.frozen(start):
        clerk = as_role("service_clerk")
    with clock.frozen(start + dt.timedelta(minutes=31)):
        answer = clerk.http.post("/customers/add", data=CUSTOMER)
        assert answer.status_code == 400
        assert "kept" not in answer.text


def test_a_form_too_large_to_keep_says_so(lost):
    clerk, _answer = lost
    answer = clerk.post("/customers/add", {**CUSTOMER, "remark": "x" * 250_000})
    assert answer.status_code == 401
    assert 'name="kept"' not in answer.text
    assert "另一个窗口" in answer.text


def test_strangers_are_still_sent_to_the_log_in(stranger):
    stranger.get("/login/")
    assert stranger.post("/customers/add", CUSTOMER).headers["Location"].startswith("/login/")
