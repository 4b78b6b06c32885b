"""Backup while work goes on, restored on an empty installation by the documented commands, verified (R15, G26)."""

from __future__ import annotations

import json
import os
import shutil
import threading

import pytest
from flask_migrate import downgrade
from sqlalchemy import func, select, text

from config import ROOT
from extensions import db, migrations
from models.customer import Customer
from services import backup, chain, release, sealing, storage, verification
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


PASSPHRASE = "heron under the seventh bridge"


def test_r15_a_sealed_backup_shows_nothing_and_comes_back_with_its_passphrase_alone(app, empty, tmp_path):
    from app import create_app

    with app.app_context(), unit_of_work():
        made("封存的客户名称")
        digest = storage.keep("一份单据".encode() * 300_000)  # of several pieces
    with app.app_context(), unit_of_work(write=False):
        manifest = backup.write(tmp_path / "backup", secret=PASSPHRASE)
    assert all(name.endswith(backup.SEALED) for name in manifest["files"])
    for path in (tmp_path / "backup").rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert "封存的客户名称".encode() not in held
            assert "一份单据".encode() not in held
            assert b"SQLite format" not in held
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("backup-")] == [], "something was left in the open"

    other = create_app({**empty, "SECRET_KEY": "k" * 20 + "0123456789" * 4})
    with other.app_context(), unit_of_work(write=False):
        for secret, sentence in ((None, "sealed"), ("another passphrase", "not the one")):
            with pytest.raises(backup.BackupFailed, match=sentence):
                backup.read(tmp_path / "backup", audit_key=tmp_path / "audit_key", secret=secret)
        backup.read(tmp_path / "backup", audit_key=tmp_path / "audit_key", secret=PASSPHRASE)
    release.upgrade(other)
    with other.app_context():
        with unit_of_work(write=False):
            assert verification.findings() == []
            assert "封存的客户名称" in set(db.session.scalars(select(Customer.name)))
            assert storage.fetch(digest) == "一份单据".encode() * 300_000
        db.session.remove()
        db.engine.dispose()


def test_r15_a_sealed_file_is_not_exchanged_cut_or_taken_out_of_the_manifest(app, tmp_path):
    with app.app_context(), unit_of_work(write=False):
        backup.write(tmp_path / "backup", secret=PASSPHRASE)
        kept = (tmp_path / "backup" / backup.MANIFEST).read_text(encoding="utf-8")
        manifest = json.loads(kept)
        name = next(name for name in manifest["files"] if "/" not in name)
        (tmp_path / "backup" / backup.MANIFEST).write_text(json.dumps({**manifest, "files": {}}), encoding="utf-8")
        with pytest.raises(backup.BackupFailed, match="manifest was changed"):
            backup.check(tmp_path / "backup", secret=PASSPHRASE)
        (tmp_path / "backup" / backup.MANIFEST).write_text(kept, encoding="utf-8")
        with (tmp_path / "backup" / name).open("r+b") as file:
            file.truncate(file.seek(0, 2) - 1)
        with pytest.raises(backup.BackupFailed, match="was changed"):
            backup.check(tmp_path / "backup", secret=PASSPHRASE)


@pytest.mark.parametrize("size", [0, 1, sealing.PIECE, sealing.PIECE + 1, 3 * sealing.PIECE])
def test_a_sealed_file_of_any_length_opens_as_it_was_and_no_piece_can_be_left_out(tmp_path, size):
    seal = sealing.Seal(PASSPHRASE)
    (tmp_path / "plain").write_bytes(os.urandom(size))
    seal.close(tmp_path / "plain", tmp_path / "sealed", "a")
    seal.open(tmp_path / "sealed", tmp_path / "again", "a")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "plain").read_bytes()
    with pytest.raises(sealing.NotOpened):
        seal.open(tmp_path / "sealed", tmp_path / "again", "b")
    held = (tmp_path / "sealed").read_bytes()
    cut = held[:sealing.PIECE + sealing.TAG] if size > sealing.PIECE else held[:-1]
    (tmp_path / "sealed").write_bytes(cut)
    with pytest.raises(sealing.NotOpened):
        seal.open(tmp_path / "sealed", tmp_path / "again", "a")


def _one_behind(app):
    """The database at the schema before this program's."""
    migrations(app)
    with app.app_context():
        downgrade(directory=str(ROOT / "migrations"), revision="-1")
        db.engine.dispose()
        return backup.standing()


def test_r15_a_schema_is_backed_up_before_it_is_changed_and_the_backup_can_be_restored(app, empty, tmp_path):
    from app import create_app

    with app.app_context(), unit_of_work():
        made("迁移前的客户")
    release.upgrade(app)
    assert not (tmp_path / "backups").exists(), "nothing was to be changed"
    old = _one_behind(app)
    release.upgrade(app)
    [folder] = (tmp_path / "backups").iterdir()
    assert {json.loads((folder / backup.MANIFEST).read_text(encoding="utf-8"))["schema"]} == old
    with app.app_context():
        assert backup.standing() != old
    other = create_app({**empty, "SECRET_KEY": "k" * 20 + "0123456789" * 4})
    with other.app_context(), unit_of_work(write=False):
        backup.read(folder, audit_key=tmp_path / "audit_key")
        assert backup.standing() == old
        db.session.remove()
        db.engine.dispose()
    release.upgrade(other)
    with other.app_context():
        with unit_of_work(write=False):
            assert "迁移前的客户" in set(db.session.scalars(select(Customer.name)))
        db.session.remove()
        db.engine.dispose()


def test_r15_only_the_last_backups_before_an_upgrade_are_kept(app, tmp_path):
    for number in range(5):
        (tmp_path / "backups" / f"{release.BEFORE}2020010{number}T000000-x").mkdir(parents=True)
    (tmp_path / "backups" / "of-the-administrator").mkdir()
    _one_behind(app)
    release.upgrade(app)
    kept = sorted(path.name for path in (tmp_path / "backups").iterdir())
    assert kept[:2] == [f"{release.BEFORE}20200103T000000-x", f"{release.BEFORE}20200104T000000-x"]
    assert len(kept) == release.BACKUPS_KEPT + 1
    assert kept[-1] == "of-the-administrator"


def test_r15_without_a_backup_the_schema_stays_unless_told_so(app, tmp_path):
    old = _one_behind(app)
    app.config["BACKUP_PASSPHRASE_FILE"] = str(tmp_path / "missing")
    refused = app.test_cli_runner().invoke(args=["upgrade"])
    assert refused.exit_code == 1
    assert "--without-backup" in refused.output
    assert "passphrase cannot be read" in refused.output
    with app.app_context():
        assert backup.standing() == old
    assert list((tmp_path / "backups").iterdir() if (tmp_path / "backups").exists() else []) == []
    assert app.test_cli_runner().invoke(args=["upgrade", "--without-backup"]).exit_code == 0
    with app.app_context():
        assert backup.standing() != old


def test_r15_a_schema_written_by_a_newer_version_is_refused_and_left_as_it_is(app):
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'fedcba987654'"))
    for words in (["upgrade"], ["upgrade", "--without-backup"]):
        refused = app.test_cli_runner().invoke(args=words)
        assert refused.exit_code == 1
        assert "newer version" in refused.output
    with app.app_context():
        assert backup.standing() == {"fedcba987654"}


def test_a_passphrase_that_is_too_short_seals_nothing(tmp_path):
    (tmp_path / "word").write_text("short\n", encoding="utf-8")
    with pytest.raises(backup.BackupFailed, match="shorter"):
        backup.read_passphrase(tmp_path / "word")
