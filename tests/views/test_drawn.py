"""What is drawn once looks as if it were drawn each time, and shows nobody what another wrote."""

from __future__ import annotations

import re
import time

import pytest
from flask import current_app

from extensions import csrf
from forms.model_forms import model_form
from models.equipment import Equipment
from models.service_request import ServiceRequest
from services import parameters
from services.unit_of_work import unit_of_work
from tests.rig.client import Client
from views import drawn

NAMES = ("customer", "product_model", "reported_at", "channel", "in_warranty", "symptom", "contact_name", "handling_mode")


@pytest.fixture
def page(app):
    with app.test_request_context(), unit_of_work(write=False):
        yield


def form(names=NAMES, model=ServiceRequest, kind=("form", "of a test"), **data):
    made = model_form(model, names, lookup_base="/x/lookup/", dict_choices=parameters.dict_choices)
    return made(formdata=None, data=data, kind=kind, meta={"csrf": False})


def anew(field):
    """The field as the template draws it."""
    return current_app.jinja_env.get_template("generated/control.html").module.control(field)


@pytest.mark.parametrize("data", [{}, {"symptom": "漂移", "contact_name": "王主任"}, {"channel": "phone", "in_warranty": "yes"}],
                         ids=["empty", "written", "chosen"])
def test_a_field_looks_the_same_whether_it_was_drawn_before_or_not(page, data):
    for _turn in range(2):
        made = form(**data)
        for name in NAMES:
            assert drawn.control(made[name]) == anew(made[name])


def test_what_somebody_wrote_is_drawn_for_him_alone(page):
    first, second = form(symptom="甲写的"), form(symptom="乙写的")
    assert "甲写的" in drawn.control(first["symptom"])
    assert "甲写的" not in drawn.control(second["symptom"])
    assert drawn.control(form()["symptom"]) == anew(form()["symptom"])


def test_a_field_with_an_error_says_so_and_the_next_one_does_not(page):
    wrong = form()
    wrong["symptom"].errors = ["请填写。"]
    assert "symptom-error" in drawn.control(wrong["symptom"])
    assert "symptom-error" not in drawn.control(form()["symptom"])


def test_a_ticked_box_and_an_empty_one_differ(page):
    ticked, empty = (form(("is_key",), Equipment, is_key=value) for value in (True, False))
    assert "checked" in drawn.control(ticked["is_key"])
    assert "checked" not in drawn.control(empty["is_key"])


def test_two_kinds_of_forms_do_not_share_their_fields(page):
    one = form(("symptom",), kind=("form", "one"))
    other = form(("symptom",), kind=("form", "other"))
    other["symptom"].id = "elsewhere"
    assert 'id="symptom"' in drawn.control(one["symptom"])
    assert 'id="elsewhere"' in drawn.control(other["symptom"])


def tokens(client, address="/customers/list/"):
    """The tokens of a page; all its forms carry the same."""
    found = set(re.findall(r'name="csrf_token" value="([^"]+)"', client.get(address).text))
    assert len(found) == 1
    return found.pop()


def test_each_session_has_its_own_token_on_pages_drawn_once(app):
    first, second = Client(app).sign_in("service_clerk"), Client(app).sign_in("service_clerk")
    mine, his = tokens(first), tokens(second)
    assert mine != his
    assert tokens(first) == mine
    first.token = his
    assert first.post("/notices/read").status_code == 400
    first.token = mine
    assert first.post("/notices/read").status_code == 302


def test_a_token_is_signed_anew_after_some_minutes(app, monkeypatch):
    client = Client(app).sign_in("service_clerk")
    before = tokens(client)
    later = time.monotonic() + csrf.AGAIN + 1
    monkeypatch.setattr("extensions.time.monotonic", lambda: later)
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: time.time_ns() // 10**9 + 400)
    assert tokens(client) != before


def test_an_unknown_sign_is_escaped(page):
    assert "<b>" not in drawn.icon("<b>")
    assert 'class="icon more"' in drawn.icon("bell", "more")
