"""Further defects of the frameworks as they come, each beside our repair (Flask-AppBuilder 5.3, Flask-Admin 2.2).

| defect of the framework                                         | test                                             |
|-----------------------------------------------------------------|--------------------------------------------------|
| an action reaches rows that the view's filter hides             | test_an_action_reaches_hidden_rows               |
| a refused change is saved by the next commit of the request     | test_a_refused_change_is_saved_by_the_next_commit |
| an unchecked box that must not be empty cannot be saved         | test_an_unchecked_box_cannot_be_saved            |
| the REST interface answers a refused rule as a failure          | test_the_interface_fails_on_a_refusal            |
| a column to sort by that is not there is a failure              | test_a_column_that_is_not_there                  |
| any number of guesses at a password                             | test_any_number_of_guesses                       |
| the cookie of a session that was left still opens everything    | test_the_cookie_of_a_session_that_was_left       |
| the export of Flask-Admin hands formulas to the spreadsheet     | test_an_export_holds_formulas                    |
"""

from __future__ import annotations

import pytest
from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView as AdminView
from flask_appbuilder import ModelRestApi, ModelView, action
from flask_appbuilder.models.sqla.filters import FilterEqual
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_babel import Babel

from extensions import db
from models.equipment import Part, ProductCategory
from services.errors import DomainError
from services.unit_of_work import unit_of_work
from tests.contract.test_frameworks import KEY, pair, raw_application, sign_in  # noqa: F401  a fixture
from tests.rig.client import Client

pytestmark = pytest.mark.filterwarnings("ignore")


def name_of(app, key=1):
    with app.app_context(), unit_of_work(write=False):
        return db.session.get(Part, key).name


def ours(pair, base="/parts"):  # noqa: F811
    return next(view for view in pair.ours.appbuilder.baseviews if getattr(view, "route_base", "") == base)


def kept_after(app):
    """Somebody after the page keeps what the session holds: a log, a counter."""
    def keep(answer):
        db.session.commit()
        return answer
    app.after_request_funcs.setdefault(None, []).append(keep)


@pytest.fixture
def second(pair, tmp_path):  # noqa: F811
    """The framework once more, with what these tests look at."""
    class HiddenParts(ModelView):
        datamodel = SQLAInterface(Part)
        route_base = "/hidden"
        base_filters = [["part_no", FilterEqual, "P1"]]
        list_columns = ["part_no", "name", "is_key"]
        edit_columns = ["part_no", "name", "unit", "category", "is_key"]
        search_columns = ["name"]

        @action("mark", "Mark", "Sure?")
        def mark(self, items):
            for item in items if isinstance(items, list) else [items]:
                item.name = "marked"
                self.datamodel.edit(item)
            return "marked"

        def pre_update(self, item):
            if item.name == "refused":
                raise ValueError("no")

    class SadApi(ModelRestApi):
        datamodel = SQLAInterface(ProductCategory)
        resource_name = "sad"
        allow_browser_login = True
        add_columns = ["name"]

        def pre_add(self, item):
            raise ValueError("a rule")

    app = raw_application(tmp_path, HiddenParts, SadApi)
    yield app, sign_in(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_an_action_reaches_hidden_rows(pair, second):  # noqa: F811
    raw, client = second
    assert "P2" not in client.get("/hidden/list/").text
    client.get("/hidden/action/mark/2")
    client.post("/hidden/action_post", data={"action": "mark", "rowid": ["2"]})
    assert name_of(raw, 2) == "marked", "the framework acts on what its list hides"
    assert pair.clerk.get("/parts/action/mark/2").status_code == 404
    assert pair.clerk.post("/parts/action_post", {"action": "mark", "rowid": "2"}).status_code == 404


def test_a_refused_change_is_saved_by_the_next_commit(pair, second):  # noqa: F811
    raw, client = second
    kept_after(raw)
    client.post("/hidden/edit/1", data={"part_no": "P1", "name": "refused", "unit": "只", "category": "spare", "is_key": "y"})
    assert name_of(raw) == "refused", "the framework leaves the change in the session"

    def refuse(*_args, **_kw):
        raise DomainError("no", "name")

    kept_after(pair.ours)
    form = pair.clerk.form("/parts/edit/1")
    view, before = ours(pair), name_of(pair.ours)
    view.saved = refuse
    data = {"part_no": "P1", "name": "refused", "unit": "只", "category": "spare", "active": "y", "product_model": "1", "track": "none"}
    assert pair.clerk.post("/parts/edit/1", {**data, **form}).status_code == 422
    assert name_of(pair.ours) == before


def test_an_unchecked_box_cannot_be_saved(pair, second):  # noqa: F811
    raw, client = second
    with raw.app_context(), unit_of_work(reason="tests"):
        db.session.get(Part, 1).is_key = True
    client.post("/hidden/edit/1", data={"part_no": "P1", "name": "ohne", "unit": "只", "category": "spare"})
    assert name_of(raw) != "ohne", "the framework asks for a tick"
    form = pair.clerk.form("/parts/edit/1")
    data = {"part_no": "P1", "name": "不打钩", "unit": "只", "category": "spare", "active": "y", "product_model": "1", "track": "none"}
    assert pair.clerk.post("/parts/edit/1", {**data, **form}).status_code == 302
    with pair.ours.app_context(), unit_of_work(write=False):
        assert (db.session.get(Part, 1).name, db.session.get(Part, 1).is_key) == ("不打钩", False)


def test_the_interface_fails_on_a_refusal(pair, second):  # noqa: F811
    raw, client = second
    raw.config["PROPAGATE_EXCEPTIONS"] = False
    assert client.post("/api/v1/sad/", json={"name": "某类"}).status_code == 500
    answer = pair.clerk.http.post("/api/v1/parts/", json={"part_no": "P1", "name": "", "unit": "只"},
                                  headers={"X-CSRFToken": pair.clerk.token})
    assert answer.status_code == 422
    assert answer.get_json()["errors"]["name"]


def test_a_column_that_is_not_there(pair, second):  # noqa: F811
    raw, client = second
    raw.config["PROPAGATE_EXCEPTIONS"] = False
    assert client.get("/hidden/list/?_oc_HiddenParts=nothing&_od_HiddenParts=asc").status_code == 500
    assert pair.clerk.get("/parts/list/?_oc_=nothing&_od_=asc").status_code == 400


def test_any_number_of_guesses(pair, second):  # noqa: F811
    raw, _client = second
    guesser = raw.test_client()
    for _turn in range(12):
        guesser.post("/login/", data={"username": "admin", "password": "wrong-guess-again"})
    assert sign_in(raw), "the framework lets one guess on"
    for _turn in range(12):
        assert Client(pair.ours).log_in("finance", "wrong-guess-again").status_code == 422
    from tests.rig.databases import PASSWORD

    assert Client(pair.ours).log_in("finance", PASSWORD).status_code == 422


def test_the_cookie_of_a_session_that_was_left(pair, second):  # noqa: F811
    raw, client = second
    old = client.get_cookie("session").value
    client.get("/logout/")
    thief = raw.test_client()
    thief.set_cookie("session", old)
    assert thief.get("/hidden/list/").status_code == 200, "the framework's cookie outlives its session"
    old = pair.clerk.http.get_cookie("session").value
    pair.clerk.post("/logout/", {})
    thief = pair.ours.test_client()
    thief.set_cookie("session", old)
    assert thief.get("/parts/list/").status_code == 302


def test_an_export_holds_formulas(pair, tmp_path):  # noqa: F811
    for app in (pair.raw, pair.ours):
        with app.app_context(), unit_of_work(reason="tests"):
            db.session.add(ProductCategory(name="=1+1"))
    app = Flask("admin")
    app.config.update(SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'raw.sqlite'}", SECRET_KEY=KEY, DATA_DIR=tmp_path)
    Babel(app)
    db.init_app(app)
    with app.app_context():
        view = AdminView(ProductCategory, db, endpoint="kinds")
        view.can_export = True
        Admin(app).add_view(view)
    assert ",=1+1," in app.test_client().get("/admin/kinds/export/csv/").text
    manager = Client(pair.ours).sign_in("service_manager")
    text = manager.get("/product-categories/export/csv").text
    assert "'=1+1" in text
    assert not any(cell.startswith("=") for line in text.splitlines() for cell in line.split(","))
    with app.app_context():
        db.engine.dispose()
