"""The release step: as often as you like, by two at once, and back again (R15, G19, G27)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select

from config import ROOT
from extensions import db, migrations
from models.audit_log import AuditLog
from services import release
from services.unit_of_work import unit_of_work
from tests.rig import world

MIGRATIONS = str(ROOT / "migrations")


def schema(app):
    """Tables with columns and indexes, as the database says."""
    with app.app_context():
        db.session.remove()
        look = inspect(db.engine)
        return {table: ({(column["name"], str(column["type"]), column["nullable"]) for column in look.get_columns(table)},
                        {(index["name"], tuple(index["column_names"])) for index in look.get_indexes(table)})
                for table in look.get_table_names() if not table.startswith("search_index")}


def test_a_release_run_again_changes_nothing(app):
    world.fill(app)
    before = world.fingerprint(app)
    release.upgrade(app)
    release.upgrade(app)
    assert world.changed(before, world.fingerprint(app)) == []


def test_the_check_bites_on_a_release_that_changes_something(app):
    from models.setting import Setting

    before = world.fingerprint(app)
    with app.app_context(), unit_of_work():
        db.session.scalar(select(Setting).order_by(Setting.id)).label_zh = "改过"
    assert world.changed(before, world.fingerprint(app)) == ["audit_log", "net_entry", "reference_mark", "setting"]


def test_the_last_migration_goes_back_and_forth_and_loses_nothing(app):
    world.fill(app)
    woven = world.BOOKS | {"chain_head", "chain_link", "net_entry"}  # made anew from the rows by the release step
    wanted, rows, told = schema(app), world.fingerprint(app, but=woven), history(app)
    migrations(app)
    with app.app_context():
        downgrade(directory=MIGRATIONS, revision="-1")
        db.engine.dispose()
    without = schema(app)
    assert without != wanted, "the last migration does nothing, or its way back does not"
    with app.app_context():
        upgrade(directory=MIGRATIONS)
        db.engine.dispose()
    assert schema(app) == wanted
    release.upgrade(app)
    # What the migration itself brings cannot survive its way back: the release ships it anew, and the history tells just that.
    brought = wanted.keys() - without.keys()
    assert set(world.changed(rows, world.fingerprint(app, but=woven))) <= brought | {"audit_log"}
    after = history(app)
    assert after[:len(told)] == told
    assert {entity for _key, entity, *_rest in after[len(told):]} <= brought


def history(app):
    """The entries of the history in order."""
    with app.app_context(), unit_of_work(write=False):
        return [tuple(row) for row in db.session.execute(select(AuditLog.id, AuditLog.entity, AuditLog.row_id, AuditLog.action,
                                                                AuditLog.at).order_by(AuditLog.id))]


@pytest.fixture
def empty(request, database, tmp_path):
    """The address of an empty database beside the one of the test."""
    if database["DATABASE_URL"].startswith("sqlite"):
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server = request.getfixturevalue("postgres")
    server.create("empty_one")
    yield server.url("empty_one")
    server.drop("empty_one")


@pytest.mark.timeout(200)
def test_g19_two_releases_started_at_once_make_one_schema_and_one_set_of_rights(app, empty, tmp_path):
    from app import create_app

    env = {**os.environ, "FLASK_APP": "app:create_app", "DATABASE_URL": empty, "DATA_DIR": str(tmp_path / "data"), "APP_ENV": "local"}
    command = [str(Path(sys.executable).with_name("flask")), "upgrade"]
    runs = [subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for _ in range(2)]
    said = [run.communicate(timeout=120)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    other = create_app({"DATABASE_URL": empty, "DATA_DIR": tmp_path / "data"})
    assert schema(other) == schema(app)
    assert rights(other) == rights(app)
    with other.app_context():
        db.engine.dispose()


def rights(app):
    """How many roles, rights, grants, parameters and number rules there are."""
    names = ("ab_role", "ab_permission", "ab_view_menu", "ab_permission_view", "ab_permission_view_role", "setting", "number_rule")
    with app.app_context(), unit_of_work(write=False):
        return {name: db.session.scalar(select(func.count()).select_from(db.metadata.tables[name])) for name in names}
