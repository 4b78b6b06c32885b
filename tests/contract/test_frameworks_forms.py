"""Defects of the frameworks in forms, files and addresses, each beside our repair (Flask-AppBuilder 5.3, WTForms 3.3).

| defect of the framework                                          | test                                             |
|------------------------------------------------------------------|--------------------------------------------------|
| a tab of related records shows what the role may not read        | test_a_related_tab_ignores_the_rights            |
| the date-time widget writes what its own field refuses           | test_the_widget_writes_what_the_field_refuses    |
| rows of a document change places with each other when one goes   | test_rows_change_places                          |
| the lookup select takes records that are hidden from the caller  | test_the_lookup_takes_hidden_records             |
| an upload loses its Chinese name                                 | test_an_upload_loses_its_name                    |
| the Host header says where a redirect may lead                   | test_the_host_header_steers_the_redirect         |
"""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from flask_appbuilder import ModelView
from flask_appbuilder.fields import AJAXSelectField
from flask_appbuilder.fieldwidgets import DateTimePickerWidget
from flask_appbuilder.filemanager import FileManager
from flask_appbuilder.models.sqla.filters import FilterEqual
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.security.sqla.models import PermissionView, Role, User, ViewMenu
from flask_appbuilder.utils.base import get_safe_redirect
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import DateTimeField, FieldList, Form, FormField, StringField

from app import create_app
from extensions import db
from forms.base import AppForm
from forms.model_forms import field_for
from models.attachment import Attachment
from models.customer import Customer
from models.enums import ServiceCategory
from models.equipment import Part, PartPrice
from models.organisation import Region
from models.paper import PAPERS
from models.records.daily_report import DailyReport
from models.service_request import ServiceRequest
from services import access, clock, paper_records
from services.unit_of_work import unit_of_work
from tests.contract.test_frameworks import KEY, pair, raw_application  # noqa: F401  a fixture
from tests.rig.client import Client
from tests.rig.databases import PASSWORD

pytestmark = pytest.mark.filterwarnings("ignore")
SEVEN = dt.datetime(2025, 3, 4, 7, 30, tzinfo=dt.UTC)


def test_a_related_tab_ignores_the_rights(pair, tmp_path):  # noqa: F811
    class RawPrices(ModelView):
        datamodel = SQLAInterface(PartPrice)
        route_base = "/raw-prices"
        list_columns = ["sale_price"]
        search_columns = ["sale_price"]

    class RawMaster(ModelView):
        datamodel = SQLAInterface(Part)
        route_base = "/raw-master"
        list_columns = show_columns = ["part_no"]
        search_columns = ["name"]
        related_views = [RawPrices]

    raw = raw_application(tmp_path, RawPrices, RawMaster)
    keys = {}
    for app in (raw, pair.ours):
        with app.app_context():
            part = Part(part_no="P-7", name="滤芯", unit="只")
            db.session.add(part)
            db.session.flush()
            db.session.add(PartPrice(part_id=part.id, sale_price="8317.26"))
            keys[app] = part.id
            db.session.commit()
    with raw.app_context():
        allowed = db.session.scalars(select(PermissionView).join(ViewMenu).where(ViewMenu.name == "RawMaster")).all()
        user = db.session.scalar(select(User).where(User.username == "warehouse"))
        user.roles = [Role(name="master only", permissions=list(allowed))]
        db.session.commit()
    client = raw.test_client()
    client.post("/login/", data={"username": "warehouse", "password": PASSWORD})
    assert "317.26" not in client.get("/raw-prices/list/").text
    assert "317.26" in client.get(f"/raw-master/show/{keys[raw]}").text, "the defect"
    keeper, buyer = (Client(pair.ours).sign_in(name) for name in ("warehouse", "buyer"))
    page = f"/parts/show/{keys[pair.ours]}"
    assert "317.26" in buyer.get(f"{page}?tab=prices").text
    barred(pair.ours, "warehouse", access.ACTS["read"], "part_price")
    assert keeper.get(page).status_code == 200
    assert all("317.26" not in keeper.get(address).text for address in (page, f"{page}?tab=prices"))


def barred(app, username, act, noun):
    """Take one right away from the roles of a user."""
    with app.app_context(), unit_of_work():
        for role in db.session.scalar(select(User).where(User.username == username)).roles:
            role.permissions = [right for right in role.permissions
                                if (right.permission.name, right.view_menu.name) != (act, noun)]


def value_in(markup):
    return html.unescape(re.search(r'value="([^"]*)"', str(markup))[1])


def test_the_widget_writes_what_the_field_refuses(pair):  # noqa: F811
    class Raw(Form):
        at = DateTimeField(widget=DateTimePickerWidget())

    shown = value_in(Raw(data={"at": SEVEN}).at())
    again = Raw(formdata=MultiDict({"at": shown}))
    assert not again.validate(), "the defect"
    with pair.ours.test_request_context():
        ours = type("Ours", (AppForm,), {"requested_at": field_for(ServiceRequest, "requested_at")})
        meta = {"csrf": False}
        shown = value_in(ours(data={"requested_at": SEVEN}, meta=meta).requested_at())
        again = ours(formdata=MultiDict({"requested_at": shown}), meta=meta)
        assert again.validate()
        assert again.requested_at.data == SEVEN


def test_rows_change_places(pair):  # noqa: F811
    class Row(Form):
        place = StringField()

    class Raw(Form):
        rows = FieldList(FormField(Row, default=SimpleNamespace))

    first, second = SimpleNamespace(id=1, place="甲"), SimpleNamespace(id=2, place="乙")
    document = SimpleNamespace(rows=[first, second])
    Raw(formdata=MultiDict({"rows-1-place": "乙"})).populate_obj(document)
    assert [(getattr(row, "id", None) == 2, row.place) for row in document.rows] == [(False, "乙")], "the defect: the row is another one"
    with pair.ours.app_context(), unit_of_work():
        user = db.session.scalar(select(User).where(User.username == "service_engineer"))
        paper = PAPERS["daily_report"][1]
        record = paper_records.begin(DailyReport, paper, None, by=user, now=clock.now())
        name, kind = paper.lists()[0].attribute, {"service_category": next(iter(ServiceCategory)), "hours": Decimal(1)}
        paper_records.fill(record, paper, {}, {name: [{**kind, "work": "甲"}, {**kind, "work": "乙"}]}, by=user, now=clock.now())
        keys = [line.id for line in getattr(record, name)]
        paper_records.fill(record, paper, {}, {name: [{**kind, "id": keys[1], "work": "乙"}]}, by=user, now=clock.now())
        assert [(line.id, line.work) for line in getattr(record, name)] == [(keys[1], "乙")]


def test_the_lookup_takes_hidden_records(pair, tmp_path):  # noqa: F811
    with pair.ours.app_context():
        with unit_of_work():
            far = Region(name="极北区")
            db.session.add(far)
            db.session.flush()
            hidden = Customer(code="C9", name="某厂", region=far)
            db.session.add(hidden)
            db.session.flush()
            key = hidden.id
        with unit_of_work(write=False):
            interface = SQLAInterface(Customer, db.session)
            interface.base_filters = [["code", FilterEqual, "nothing"]]

            class Raw(Form):
                customer = AJAXSelectField(datamodel=interface, col_name="customer", is_related=False)

            assert Raw(formdata=MultiDict({"customer": str(key)})).customer.data.id == key, "the defect"
            user = db.session.scalar(select(User).where(User.username == "service_engineer"))
            ours = type("Ours", (AppForm,), {"customer": field_for(ServiceRequest, "customer")})
            with pair.ours.test_request_context():
                form = ours(formdata=MultiDict({"customer": str(key)}), meta={"csrf": False}, find=access.finder(user))
                assert not form.validate()
                assert form.customer.errors


def test_an_upload_loses_its_name(pair, tmp_path):  # noqa: F811
    with pair.ours.test_request_context():
        manager = FileManager(base_path=str(tmp_path / "up"))
        sent = FileStorage(io.BytesIO(b"x"), filename="验收单.txt")
        assert "验收单" not in manager.save_file(sent, manager.generate_name(None, sent)), "the defect"
    with pair.ours.app_context(), unit_of_work():
        customer = Customer(code="C9", name="某厂", region=db.session.scalar(select(Region).order_by(Region.id)))
        db.session.add(customer)
        db.session.flush()
        key = customer.id
    client = Client(pair.ours).sign_in("service_clerk")
    client.get(f"/customers/show/{key}?tab=files")
    answer = client.http.post(f"/attachments/customer/{key}/add", content_type="multipart/form-data",
                              data={"csrf_token": client.token, "files": (io.BytesIO("一切正常".encode()), "验收单.txt")})
    assert answer.status_code in (200, 302), answer.text
    with pair.ours.app_context(), unit_of_work(write=False):
        assert db.session.scalars(select(Attachment.file_name)).all() == ["验收单.txt"]


def test_the_host_header_steers_the_redirect(pair, tmp_path):  # noqa: F811
    raw = raw_application(tmp_path)
    with raw.test_request_context("/login/", base_url="http://evil.example"):
        assert get_safe_redirect("http://evil.example/steal") == "http://evil.example/steal", "the defect"
    ours = create_app({**{name: pair.ours.config[name] for name in ("DATABASE_URL", "DATA_DIR")}, "SECRET_KEY": KEY,
                       "TRUSTED_HOSTS": ["service.example"]})
    client = ours.test_client()
    for address in ("/login/", "/login/?next=http://evil.example/steal"):
        assert client.get(address, headers={"Host": "evil.example"}).status_code == 400
        assert client.get(address, headers={"Host": "service.example"}).status_code == 200
