"""What a form refers to is found as far as its user sees it."""

from __future__ import annotations

import pytest
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from extensions import db
from forms.base import AppForm
from forms.model_forms import field_for
from models.customer import Customer
from models.equipment import ProductModel
from models.organisation import Region
from models.service_request import ServiceRequest
from services import access
from services.unit_of_work import unit_of_work
from tests.rig.queries import counted


@pytest.fixture
def keys(app):
    """Keys of a model, which everybody sees, and of a customer that no engineer has to do with."""
    with app.app_context(), unit_of_work():
        region = Region(name="无人区")
        seen, hidden = ProductModel(model_no="QX-1", name="量热仪"), Customer(code="C8", name="别处", region=region)
        db.session.add_all([seen, hidden])
        db.session.flush()
        return {"product_model": str(seen.id), "customer": str(hidden.id)}


def read(app, who, sent, record=None):
    """(form, statements) of a form that is sent; what the user's sight hangs on is known before."""
    user = db.session.scalar(select(User).where(User.username == who))
    access.visible(user, Customer)
    made = type("Ours", (AppForm,), {name: field_for(ServiceRequest, name) for name in ("product_model", "customer", "site")})
    with app.test_request_context(), counted() as asked:
        form = made(formdata=MultiDict(sent), meta={"csrf": False}, find=access.finder(user, record))
    return form, asked


def test_what_is_hidden_does_not_hide_the_other(app, keys):
    with app.app_context(), unit_of_work(write=False):
        form, asked = read(app, "service_engineer", keys)
        assert form.product_model.data.model_no == "QX-1"
        assert form.customer.data is None
        assert form.customer.process_errors
        assert len(asked) == 2, asked


def test_who_sees_both_finds_both(app, keys):
    with app.app_context(), unit_of_work(write=False):
        form, asked = read(app, "service_manager", keys)
        assert (form.product_model.data.model_no, form.customer.data.name) == ("QX-1", "别处")
        assert len(asked) == 2, asked


def test_what_the_record_refers_to_already_stays(app, keys):
    with app.app_context(), unit_of_work(write=False):
        held = ServiceRequest(customer_id=int(keys["customer"]))
        form, _asked = read(app, "service_engineer", keys, held)
        assert form.customer.data.name == "别处"


@pytest.mark.parametrize("sent", [{}, {"customer": ""}, {"customer": "x"}, {"customer": "9999999999"}, {"customer": "²"}])
def test_nothing_and_nonsense_ask_nothing(app, keys, sent):
    with app.app_context(), unit_of_work(write=False):
        form, asked = read(app, "service_manager", sent)
        assert form.customer.data is None
        assert asked == []


def test_a_key_of_nothing_is_not_found(app, keys):
    with app.app_context(), unit_of_work(write=False):
        form, _asked = read(app, "service_manager", {"customer": "999999999", "product_model": keys["product_model"]})
        assert form.customer.data is None
        assert form.product_model.data is not None
