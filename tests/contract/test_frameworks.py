"""What the frameworks do wrong here, shown on them as they are, and that ours does not (Flask-AppBuilder 5.3, Flask-Admin 2.2).

| defect of the framework                                          | test                                      |
|------------------------------------------------------------------|-------------------------------------------|
| a plain GET deletes a record                                     | test_a_get_deletes                        |
| the filters of all users live in one object of the view          | test_filters_are_kept_in_the_view         |
| any page size is served                                          | test_any_page_size_is_served              |
| a bad page number is a failure of the server                     | test_a_bad_page_number                    |
| a refused rule loses what was typed                              | test_a_refusal_loses_what_was_typed       |
| the words of an exception are shown to the user                  | test_the_inside_is_shown                  |
| the record is kept although what follows it failed               | test_the_commit_comes_too_early           |
| of two stale forms the second overwrites the first               | test_stale_forms_overwrite                |
| every row of a referenced table stands in the form               | test_the_form_holds_every_referenced_row  |
| a question to the database for each row of a list                | test_a_question_for_each_row              |
| a question for each right                                        | test_a_question_for_each_right            |
| empty values and truth values are printed as Python says them    | test_values_are_printed_as_python_says    |
| a start of the application writes rights into the database       | test_a_start_asks_and_writes              |
| the REST interface takes a change with the cookie alone          | test_the_interface_takes_a_cookie_alone   |
| Flask-Admin is open to strangers and takes forms without a token | test_flask_admin_is_open                  |

When a new version of a framework no longer shows a defect, its test fails: then the repair may go.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView as AdminView
from flask_appbuilder import AppBuilder, ModelRestApi, ModelView
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.security.sqla.models import Role, User
from flask_babel import Babel
from sqlalchemy import event, func, select

from extensions import db
from models.equipment import Part, ProductCategory, ProductModel
from services import kept
from services.errors import DomainError
from services.unit_of_work import unit_of_work
from tests.rig.client import Client
from tests.rig.databases import PASSWORD

KEY = "k" * 20 + "0123456789" * 4
# On PostgreSQL the frameworks behave alike; once is enough.
pytestmark = pytest.mark.filterwarnings("ignore")


@contextmanager
def counted(app):
    """The statements that reach the database of an application."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def parts(app, count=3):
    """Some parts and models to list."""
    with app.app_context(), unit_of_work(reason="tests"):
        there = db.session.scalar(select(func.count(Part.id))) or 0
        for number in range(there + 1, there + count + 1):
            model = ProductModel(model_no=f"M{number}", name="某机")
            db.session.add(model)
            db.session.flush()
            db.session.add(Part(part_no=f"P{number}", name="某件", unit="只", product_model_id=model.id))


def raw_application(folder, *views, **settings):
    """Flask-AppBuilder as it comes, on a copy of the installation; the administrator holds its own role Admin."""
    app = Flask("raw")
    app.config.update(SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'raw.sqlite'}", SECRET_KEY=KEY, DATA_DIR=folder, WTF_CSRF_ENABLED=False,
                      FAB_ADD_SECURITY_API=False, RATELIMIT_ENABLED=False, **settings)
    db.init_app(app)
    with app.app_context():
        user = db.session.scalar(select(User).where(User.username == "admin"))
        user.roles = [*user.roles, db.session.scalar(select(Role).where(Role.name == "Admin"))]
        db.session.commit()
        builder = AppBuilder(app, db.session)
        for view in views:
            (builder.add_api if issubclass(view, ModelRestApi) else builder.add_view_no_menu)(view)
        builder.add_permissions(update_perms=True)
        db.session.remove()
    return app


def sign_in(app):
    """A client of the raw application."""
    client = app.test_client()
    answer = client.post("/login/", data={"username": "admin", "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    return client


@pytest.fixture
def pair(sqlite_golden, tmp_path):
    """Ours and the raw framework on equal databases, with a raw view of parts."""
    from app import create_app

    for name in ("service", "raw"):
        shutil.copy(sqlite_golden / "service.sqlite", tmp_path / f"{name}.sqlite")
        shutil.copy(sqlite_golden / "audit_key", tmp_path / "audit_key")
    ours = create_app({"DATABASE_URL": f"sqlite:///{tmp_path / 'service.sqlite'}", "DATA_DIR": tmp_path, "SECRET_KEY": KEY})

    class RawParts(ModelView):
        datamodel = SQLAInterface(Part)
        route_base = "/raw"
        list_columns = ["part_no", "name", "spec", "is_key", "product_model"]
        edit_columns = ["part_no", "name", "unit", "category"]
        add_columns = [*edit_columns, "product_model"]
        trouble = None

        def pre_add(self, item):
            if self.trouble == "refuse":
                raise ValueError("[SQL: SELECT secret]")

        def post_add(self, item):
            if self.trouble == "after":
                raise ValueError("what follows failed")

    class RawLean(RawParts):
        route_base = "/lean"
        search_columns = ["name"]

    class RawApi(ModelRestApi):
        datamodel = SQLAInterface(ProductCategory)
        resource_name = "raw"
        allow_browser_login = True
        add_columns = ["name"]

    raw = raw_application(tmp_path, RawParts, RawLean, RawApi)
    for app in (ours, raw):
        parts(app)
    view = next(view for view in raw.appbuilder.baseviews if isinstance(view, ModelView) and view.route_base == "/raw")
    yield SimpleNamespace(ours=ours, raw=raw, view=view, clerk=Client(ours).sign_in("warehouse"), client=sign_in(raw))
    for app in (ours, raw):
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def count(app, model=Part):
    with app.app_context(), unit_of_work(write=False):
        return db.session.scalar(select(func.count(model.id)))


def add_raw(pair, number="R1"):
    data = {"part_no": number, "name": "打字的话", "unit": "只", "category": "spare"}
    return pair.client.post("/raw/add", data=data, follow_redirects=True)


def add_ours(pair, **changes):
    data = {"part_no": "R1", "name": "打字的话", "unit": "只", "category": "spare", "active": "y"}
    return pair.clerk.post("/parts/add", {**data, **pair.clerk.form("/parts/add"), **changes})


def test_a_get_deletes(pair):
    pair.client.get("/raw/delete/1")
    assert count(pair.raw) == 2, "the framework deletes by GET"
    assert pair.clerk.get("/parts/delete/1").status_code == 404
    assert count(pair.ours) == 3


def test_filters_are_kept_in_the_view(pair):
    pair.client.get("/raw/list/?_flt_0_name=x")
    assert pair.view._filters.values, "the framework keeps a user's filters in the view"
    view = next(view for view in pair.ours.appbuilder.baseviews if getattr(view, "route_base", "") == "/parts")
    pair.clerk.get("/parts/list/?_flt_is_key=yes")
    assert not (view._filters and view._filters.values)


def test_any_page_size_is_served(pair):
    assert pair.client.get("/raw/list/?psize_RawParts=100000").status_code == 200
    assert pair.clerk.get("/parts/list/?psize=100000").status_code == 400


def test_a_bad_page_number(pair):
    pair.raw.config["PROPAGATE_EXCEPTIONS"] = False
    assert pair.client.get("/raw/list/?page_RawParts=99999999999999999999").status_code == 500
    assert pair.clerk.get("/parts/list/?page=99999999999999999999").status_code == 400


def test_a_refusal_loses_what_was_typed(pair):
    pair.view.trouble = "refuse"
    assert "打字的话" not in add_raw(pair).text
    answer = add_ours(pair, unit="")
    assert answer.status_code == 422
    assert "打字的话" in answer.text


def test_the_inside_is_shown(pair):
    pair.view.trouble = "refuse"
    assert "[SQL: SELECT secret]" in add_raw(pair).text

    def broken(*_args, **_kw):
        raise ValueError("[SQL: SELECT secret]")

    view = next(view for view in pair.ours.appbuilder.baseviews if getattr(view, "route_base", "") == "/parts")
    view.saved = broken
    answer = add_ours(pair)
    assert answer.status_code == 500
    assert "SELECT" not in answer.text


def test_the_commit_comes_too_early(pair):
    pair.view.trouble = "after"
    add_raw(pair)
    assert count(pair.raw) == 4, "the framework has kept the record although what follows failed"

    def refuse(*_args, **_kw):
        raise DomainError("what follows failed", "name")

    view = next(view for view in pair.ours.appbuilder.baseviews if getattr(view, "route_base", "") == "/parts")
    view.saved = refuse
    assert add_ours(pair).status_code == 422
    assert count(pair.ours) == 3


def test_stale_forms_overwrite(pair):
    for name in ("甲写的", "乙写的"):  # both had opened the form before
        pair.client.post("/raw/edit/1", data={"part_no": "P1", "name": name, "unit": "只", "category": "spare"})
    with pair.raw.app_context(), unit_of_work(write=False):
        assert db.session.get(Part, 1).name == "乙写的", "the framework overwrites silently"
    forms = [pair.clerk.form("/parts/edit/1") for _ in range(2)]
    data = {"part_no": "P1", "unit": "只", "category": "spare", "active": "y", "product_model": "1", "track": "none"}
    answers = [pair.clerk.post("/parts/edit/1", {**data, **form, "name": name})
               for form, name in zip(forms, ("甲写的", "乙写的"), strict=True)]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "乙写的" in answers[1].text


def test_the_form_holds_every_referenced_row(pair):
    for app in (pair.raw, pair.ours):
        parts(app, 30)
    assert "M33" in pair.client.get("/raw/add").text
    assert "M33" in pair.client.get("/raw/list/?_flt_0_name=nothing").text, "and in the search of an empty list"
    assert "M33" not in pair.clerk.get("/parts/add").text


def questions(app, client, url):
    client.get(url)
    with counted(app) as seen:
        client.get(url)
    return len(seen)


def test_a_question_for_each_row(pair):
    few = questions(pair.raw, pair.client, "/lean/list/"), questions(pair.ours, pair.clerk, "/parts/list/")
    parts(pair.raw, 12)
    parts(pair.ours, 12)
    many = questions(pair.raw, pair.client, "/lean/list/"), questions(pair.ours, pair.clerk, "/parts/list/")
    assert many[0] >= few[0] + 12, "the framework asks again for each row"
    assert many[1] == few[1] <= 12


def test_a_question_for_each_right(pair):
    def asked(app, client, url):
        with counted(app) as seen:
            client.get(url)
        return sum("ab_permission" in statement for statement in seen)

    assert asked(pair.raw, pair.client, "/raw/list/") > 3
    kept._memory.now = None, {}  # as a worker that has just started
    assert [asked(pair.ours, pair.clerk, "/parts/list/") for _turn in range(2)] == [1, 0]


def test_values_are_printed_as_python_says(pair):
    raw = pair.client.get("/raw/list/").text
    assert "None" in raw
    assert "False" in raw
    ours = pair.clerk.get("/parts/list/").text
    assert "None" not in ours
    assert "False" not in ours


def test_a_start_asks_and_writes(pair, tmp_path, monkeypatch):
    from sqlalchemy.engine import Engine

    from app import create_app

    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        create_app({"DATABASE_URL": f"sqlite:///{tmp_path / 'service.sqlite'}", "DATA_DIR": tmp_path, "SECRET_KEY": KEY})
        ours = [statement for statement in seen if not statement.startswith("PRAGMA")]
        seen.clear()
        raw_application(tmp_path, type("RawModels", (ModelView,), {"datamodel": SQLAInterface(ProductModel)}))
        raw = list(seen)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(raw) > 30
    assert any(statement.startswith("INSERT") for statement in raw)
    assert len(ours) <= 10
    assert not any(statement.startswith(("INSERT", "UPDATE")) for statement in ours)


def test_the_interface_takes_a_cookie_alone(pair):
    pair.raw.config["WTF_CSRF_ENABLED"] = True
    assert pair.client.post("/api/v1/raw/", json={"name": "某类"}).status_code == 201
    writing = [rule for rule in pair.ours.url_map.iter_rules() if str(rule).startswith("/api/") and "POST" in rule.methods]
    for rule in writing:
        assert pair.clerk.http.post(str(rule).replace("<int:pk>", "1").replace("<pk>", "1"), json={"name": "某类"}).status_code in (
            400, 401, 404), rule


def test_flask_admin_is_open(pair, tmp_path):
    app = Flask("admin")
    app.config.update(SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'raw.sqlite'}", SECRET_KEY=KEY, DATA_DIR=tmp_path)
    Babel(app)
    db.init_app(app)
    with app.app_context():
        Admin(app).add_view(AdminView(ProductCategory, db, endpoint="kinds"))
    stranger = app.test_client()
    assert stranger.get("/admin/kinds/").status_code == 200
    assert stranger.post("/admin/kinds/new/", data={"name": "陌生人写的"}).status_code == 302
    assert count(app, ProductCategory) == 1, "the framework lets a stranger write, without a token"
    nobody = Client(pair.ours)
    assert nobody.get("/admin/dictionaries/").status_code in (302, 401, 403)
    assert nobody.http.post("/admin/dictionaries/add", data={"label_zh": "x"}).status_code == 400
    assert Client(pair.ours).sign_in("admin").http.post("/admin/dictionaries/add", data={"label_zh": "x"}).status_code == 400
    with app.app_context():
        db.engine.dispose()
