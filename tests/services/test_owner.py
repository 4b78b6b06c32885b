"""On PostgreSQL the application's login owns nothing: it adds to what is only ever added, and can do no more (R7, G31)."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from extensions import db
from services import nets, release, verification
from services.unit_of_work import unit_of_work
from tests.services.test_chain import made

pytestmark = pytest.mark.skipif(os.environ.get("TEST_DB") == "sqlite", reason="SQLite has no logins")


@pytest.fixture
def two_logins(request, tmp_path):
    """An installation whose release step runs as the owner, and whose application does not."""
    from app import create_app
    from seed import accounts
    from tests.rig.databases import PASSWORD

    server = request.getfixturevalue("postgres")
    server.create("owned")
    server._command("CREATE ROLE service_app LOGIN")
    owner = server.url("owned")
    app = create_app({"DATABASE_URL": owner.replace("postgres@", "service_app@"), "DATABASE_OWNER_URL": owner, "DATA_DIR": tmp_path,
                      "DEMO_PASSWORD": PASSWORD, "PASSWORD_METHOD": "pbkdf2:sha256:1"})
    release.upgrade(app)
    with app.app_context():
        with unit_of_work(reason="tests"):
            accounts.load(app.config)
        yield app
        db.session.remove()
        db.engine.dispose()
    server.drop("owned")
    server._command("DROP ROLE service_app")


def test_g31_the_applications_login_only_adds(two_logins):
    with unit_of_work():
        made("某厂")
    with unit_of_work(write=False):
        assert verification.findings() == []
    for table in nets.sealed():
        for statement in (f"UPDATE {table.name} SET id = id", f"DELETE FROM {table.name}", f"TRUNCATE {table.name} CASCADE",
                          f"ALTER TABLE {table.name} DISABLE TRIGGER ALL", f"DROP TABLE {table.name} CASCADE",
                          f"INSERT INTO {table.name} (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2"):
            with pytest.raises(DBAPIError), unit_of_work():
                db.session.execute(text(statement))
    for statement in ("SET session_replication_role = replica", "DROP FUNCTION net_note CASCADE"):
        with pytest.raises(DBAPIError), unit_of_work():
            db.session.execute(text(statement))
    with unit_of_work(write=False):
        assert verification.findings() == []
