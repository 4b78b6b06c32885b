"""Connections: what reads writes nothing and holds nothing, and a database that was started again is found by the next page (R3)."""

import pytest
from sqlalchemy import create_engine, delete, insert, select, text, update

from extensions import db
from models.setting import Setting
from services import connections
from services.unit_of_work import WriteInReadingUnit, abandon, unit_of_work
from tests.rig.client import Client


def on_postgresql(app):
    return app.config["DATABASE_URL"].startswith("postgresql")


@pytest.mark.parametrize("statement", [delete(Setting), update(Setting).values(value="x"), insert(Setting).values(key="x", value="x")],
                         ids=["delete", "update", "insert"])
def test_a_reading_unit_refuses_statements_that_write(app, statement):
    with app.app_context():
        with pytest.raises(WriteInReadingUnit), unit_of_work(write=False):
            db.session.execute(statement)
        with unit_of_work(write=False):
            assert "x" not in set(db.session.scalars(select(Setting.key)))


def test_a_reading_unit_holds_no_transaction_and_a_writing_one_does(app):
    if not on_postgresql(app):
        with app.app_context(), unit_of_work(write=False):
            db.session.scalar(select(Setting.id))
            assert db.session.connection().connection.dbapi_connection.in_transaction, "SQLite shows a page one state of the data"
        return
    with app.app_context():
        for write, state in ((False, "IDLE"), (True, "INTRANS"), (False, "IDLE")):
            with unit_of_work(write=write):
                db.session.scalar(select(Setting.id))
                line = db.session.connection().connection.dbapi_connection
                assert line.info.transaction_status.name == state


def test_what_a_writing_unit_undoes_is_undone_on_a_line_that_read_before(app):
    with app.app_context():
        with unit_of_work(write=False):
            before = db.session.scalar(select(Setting.value).where(Setting.key == "company.name"))
        with unit_of_work():
            db.session.execute(update(Setting).values(value="x"))
            abandon()
        with unit_of_work(write=False):
            assert db.session.scalar(select(Setting.value).where(Setting.key == "company.name")) == before


@pytest.mark.parametrize("quiet", [connections.QUIET, 0], ids=["seen on the line", "asked after a quiet time"])
def test_a_database_that_dropped_its_connections_is_found_again_by_the_next_page(app, monkeypatch, quiet):
    monkeypatch.setattr(connections, "QUIET", quiet)
    client = Client(app).sign_in("service_clerk")
    assert client.get("/").status_code == 200
    if on_postgresql(app):
        with app.app_context():
            other = create_engine(app.config["DATABASE_URL"])
            with other.begin() as connection:
                gone = connection.scalar(text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> "
                                              "pg_backend_pid() AND datname = current_database()"))
            other.dispose()
            assert gone
    assert client.get("/").status_code == 200
