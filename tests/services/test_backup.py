"""Backup while work goes on, restored on an empty installation by the documented commands, verified (R15, G26)."""

from __future__ import annotations

import shutil
import threading

import pytest
from sqlalchemy import func, select

from extensions import db
from models.customer import Customer
from services import backup, chain, release, storage, verification
from services.unit_of_work import unit_of_work
from tests.services.test_chain import made


@pytest.fixture
def empty(request, database, tmp_path):
    """Settings of an installation that holds nothing, on the same kind of database."""
    folder = tmp_path / "new"
    folder.mkdir()
    if database["DATABASE_URL"].startswith("sqlite"):
        yield {"DATABASE_URL": f"sqlite:///{folder / 'service.sqlite'}", "DATA_DIR": folder}
        return
    server = request.getfixturevalue("postgres")
    server.create("restored")
    yield {"DATABASE_URL": server.url("restored"), "DATA_DIR": folder}
    server.drop("restored")


def test_what_was_acknowledged_before_the_backup_is_there_after_the_restore(app, empty, tmp_path):
    from app import create_app

    acknowledged, stop = [], threading.Event()

    def work(number):
        place = 0
        while not stop.is_set():
            with app.app_context(), unit_of_work():
                made(f"厂{number}-{place}")
            acknowledged.append(f"厂{number}-{place}")
            place += 1

    with app.app_context(), unit_of_work():
        digest = storage.keep("一份单据".encode())
    writers = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for writer in writers:
        writer.start()
    try:
        while len(acknowledged) < 8:
            stop.wait(0.05)
        before = list(acknowledged)
        with app.app_context(), unit_of_work(write=False):
            chain.anchor()
            backup.write(tmp_path / "backup")
    finally:
        stop.set()
        for writer in writers:
            writer.join(60)
    assert not {"secret_key", "audit_key"} & {path.name for path in (tmp_path / "backup").rglob("*")}
    shutil.copy(tmp_path / "audit_key", tmp_path / "key-kept-apart")

    other = create_app({**empty, "SECRET_KEY": "k" * 20 + "0123456789" * 4})
    with other.app_context(), unit_of_work(write=False):
        backup.read(tmp_path / "backup", audit_key=tmp_path / "key-kept-apart")
    release.upgrade(other)
    with other.app_context():
        with unit_of_work(write=False):
            assert verification.findings() == []
            names = set(db.session.scalars(select(Customer.name)))
            assert storage.fetch(digest) == "一份单据".encode()
        db.session.remove()
        db.engine.dispose()
    assert set(before) <= names


def test_a_backup_that_was_changed_is_not_restored(app, empty, tmp_path):
    from app import create_app

    with app.app_context(), unit_of_work(write=False):
        backup.write(tmp_path / "backup")
    name = "service.sqlite" if (tmp_path / "backup" / "service.sqlite").exists() else "database.dump"
    with (tmp_path / "backup" / name).open("r+b") as file:
        file.seek(5000)
        file.write(b"x")
    other = create_app({**empty, "SECRET_KEY": "k" * 20 + "0123456789" * 4})
    with other.app_context(), unit_of_work(write=False):
        with pytest.raises(backup.BackupFailed, match="was changed"):
            backup.read(tmp_path / "backup", audit_key=tmp_path / "audit_key")
        db.engine.dispose()


def test_nothing_is_restored_over_an_installation_or_without_the_key(app, empty, tmp_path):
    from app import create_app

    with app.app_context(), unit_of_work(write=False):
        backup.write(tmp_path / "backup")
        with pytest.raises(backup.BackupFailed, match="not empty"):
            backup.read(tmp_path / "backup")
        assert db.session.scalar(select(func.count(Customer.id))) == 0
    other = create_app({**empty, "SECRET_KEY": "k" * 20 + "0123456789" * 4})
    with other.app_context(), unit_of_work(write=False):
        with pytest.raises(backup.BackupFailed, match="key"):
            backup.read(tmp_path / "backup")
        db.engine.dispose()
