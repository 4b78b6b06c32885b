"""The house rules hold, and each check bites."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.contract import checks

ROOT = Path(__file__).resolve().parents[2]
TRACKED = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True,
                         check=True, timeout=30).stdout.split()
SOURCES = [name for name in TRACKED if name.endswith(".py") and name.split("/")[0].removesuffix(".py") in checks.LAYERS]
TEMPLATES = [name for name in TRACKED if name.startswith("templates/")]
BOOKS = {"UserSession", "LoginFailure", "OneTimeLink", "NumberCounter", "SearchEntry", "FormKey", "ChainHead", "Outbox", "JobRun", "Errand",
         "StockBalance"}


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


# The page for the print engines fetches nothing, so it carries its style sheet in itself; no browser is ever sent it.
PRINTED = ("templates/paper/document.html", "templates/paper/register.html")


@pytest.mark.parametrize("name", SOURCES)
def test_imports_point_down(name):
    assert checks.layering(name.split("/")[0].removesuffix(".py"), read(name)) == []


@pytest.mark.parametrize(("layer", "text"), [
    ("models", "from services import clock"), ("models", "import flask"), ("services", "from flask import request"),
    ("services", "from views import base"), ("views", "import cli"), ("seed", "from views.base import AppModelView"),
    ("forms", "import views.base"), ("services", "import wtforms"),
])
def test_the_layer_check_bites(layer, text):
    assert checks.layering(layer, text)


def test_only_the_unit_of_work_commits():
    guilty = {name: found for name in SOURCES if (found := checks.commits(read(name)))}
    assert set(guilty) == {"services/unit_of_work.py"}


def test_the_commit_check_bites():
    assert checks.commits("db.session.commit()")


def test_only_the_clock_asks_for_the_time():
    guilty = {name: found for name in SOURCES if (found := checks.clock_reads(read(name)))}
    assert set(guilty) == {"services/clock.py"}


@pytest.mark.parametrize("text", ["dt.datetime.now()", "date.today()", "datetime.utcnow()", "dt.date.today()"])
def test_the_clock_check_bites(text):
    assert checks.clock_reads(text)


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_hold_no_handlers_no_safe_and_no_other_hosts(name):
    found = checks.template(read(name))
    if name in PRINTED:
        found = [text for text in found if "inline style sheet" not in text]
    assert found == []


@pytest.mark.parametrize("text", ["{{ x|safe }}", "<a onclick='x'>", "<style>a{}</style>", "<script>1</script>",
                                  '<img src="https://example.org/x.png">'])
def test_the_template_check_bites(text):
    assert checks.template(text)


def test_only_books_and_counters_are_changed_past_the_history():
    found = [f"{name}:{line}" for name in SOURCES for line in checks.bulk_changes(read(name))
             if not any(f"({book})" in line for book in BOOKS)]
    assert found == []


@pytest.mark.parametrize("text", ["update(Customer).values(x=1)", "delete(Part)", "session.bulk_save_objects(x)"])
def test_the_history_check_bites(text):
    assert checks.bulk_changes(text)


def test_nothing_replaces_rows():
    assert {name: found for name in SOURCES if (found := checks.replacements(read(name)))} == {}


@pytest.mark.parametrize("text", ["INSERT OR REPLACE INTO audit_log VALUES (1)", "replace into x values (1)",
                                  "insert(X).prefix_with('OR REPLACE')"])
def test_the_replacement_check_bites(text):
    assert checks.replacements(text)


@pytest.mark.parametrize("name", [name for name in TRACKED if name.endswith(".py")])
def test_no_file_outgrows_its_room(name):
    if not name.startswith("migrations/"):
        assert len(read(name).splitlines()) <= 450


def test_every_generated_page_stands_on_the_one_base(app):
    from flask_appbuilder.models.sqla.interface import SQLAInterface
    from flask_appbuilder.views import ModelView

    from views.base import AppModelView

    views = [view for view in app.appbuilder.baseviews if isinstance(view, ModelView)]
    assert views
    for view in views:
        assert isinstance(view, AppModelView)
        assert isinstance(view.datamodel, SQLAInterface)


def test_the_migrations_make_exactly_what_the_models_say(app):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from extensions import db
    from services.unit_of_work import unit_of_work

    with app.app_context(), unit_of_work(), db.engine.connect() as connection:
        by_hand = ("search_index", "ix_search_entry_pieces", "ix_search_entry_letters")
        context = MigrationContext.configure(connection, opts={
            "include_name": lambda name, _kind, _parents: not (name or "").startswith(by_hand)})
        assert compare_metadata(context, db.metadata) == []


def test_the_migration_check_bites_on_a_column_nobody_migrated(app):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import Column, Integer, MetaData

    from extensions import db
    from services.unit_of_work import unit_of_work

    told = MetaData()
    for table in db.metadata.sorted_tables:
        table.to_metadata(told)
    told.tables["region"].append_column(Column("forgotten", Integer))
    with app.app_context(), unit_of_work(write=False), db.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), told)
    assert any(change[0] == "add_column" and change[3].name == "forgotten" for change in found)


def test_the_catalogue_of_words_is_complete():
    import polib

    from scripts import catalogue

    assert catalogue.problems(catalogue.collected(), polib.pofile(str(catalogue.PO))) == []


def test_the_catalogue_check_bites():
    import polib
    from babel.messages.catalog import Catalog

    from scripts import catalogue

    source = Catalog()
    for word in ("New", "Empty", "Unsure"):
        source.add(word)
    po = polib.POFile()
    po.append(polib.POEntry(msgid="Empty", msgstr=""))
    po.append(polib.POEntry(msgid="Unsure", msgstr="？", flags=["fuzzy"]))
    po.append(polib.POEntry(msgid="Old", msgstr="旧"))
    assert len(catalogue.problems(source, po)) == 4
