"""Whether the product is ready to serve is told without a log-in: database, schema, room on the disk (R14)."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from extensions import db
from services import readiness
from services.unit_of_work import unit_of_work


@pytest.fixture(autouse=True)
def _room(monkeypatch):
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=50, total=100))


def test_r14_ready_is_said_to_strangers(stranger):
    assert stranger.get("/healthz").json == {"status": "ok"}
    answer = stranger.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


def test_r14_with_a_full_disk_it_is_not_ready(stranger, monkeypatch):
    monkeypatch.setattr(readiness.shutil, "disk_usage", lambda _folder: SimpleNamespace(free=9, total=100))
    answer = stranger.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "not ready", "wanting": ["disk"]})
    assert answer.headers["Retry-After"]
    assert stranger.get("/healthz").status_code == 200


def test_r14_on_another_schema_it_is_not_ready(app, stranger):
    with app.app_context(), unit_of_work():
        db.session.execute(text("UPDATE alembic_version SET version_num = 'another'"))
    assert stranger.get("/readyz").json["wanting"] == ["schema"]


def test_r14_while_the_database_takes_no_writing_it_is_not_ready(app, stranger, database):
    if database["DATABASE_URL"].startswith("sqlite"):
        if os.getuid() == 0:
            path = app.config["DATA_DIR"] / "service.sqlite"
            with app.app_context():
                db.engine.dispose()
            path.rename(path.with_suffix(".away"))
            path.mkdir()
    else:
        with app.app_context():
            with db.engine.connect() as connection:
                name = connection.execute(text("SELECT current_database()")).scalar()
                connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
                connection.commit()
            db.engine.dispose()
    answer = stranger.get("/readyz")
    assert (answer.status_code, answer.json["wanting"]) == (503, ["database"])
