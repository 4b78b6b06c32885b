"""Files of records: nothing forbidden is kept, nothing is opened in the page, and the record's rights hold (R11, G9)."""

from __future__ import annotations

import io
import time
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image
from sqlalchemy import select

from extensions import db
from models.attachment import Attachment
from models.audit_log import AuditLog
from models.customer import Customer
from models.organisation import Region, Staff
from services.unit_of_work import unit_of_work
from tests.rig import attack_files
from tests.rig.attack_files import corpus, huge_png, located, picture


@pytest.fixture
def customer(app):
    with app.app_context(), unit_of_work():
        region = db.session.scalar(select(Region).where(Region.name == "华东区"))
        made = Customer(code="C00001", name="澄江仪器研究所", region=region)
        db.session.add(made)
        db.session.flush()
        return made.id


@pytest.fixture
def clerk(as_role, customer):
    client = as_role("service_clerk")
    client.get(f"/customers/show/{customer}?tab=files")
    return client


def send(client, customer, *files):
    """Upload as a browser does; by hand, because a name may hold what a library would mend."""
    parts = [b'--cut\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + client.token.encode()]
    parts += [b'--cut\r\nContent-Disposition: form-data; name="files"; filename="' + name.encode() + b'"\r\n'
              b"Content-Type: application/octet-stream\r\n\r\n" + content for name, content in files]
    return client.http.post(f"/attachments/customer/{customer}/add", data=b"\r\n".join([*parts, b"--cut--\r\n"]),
                            content_type="multipart/form-data; boundary=cut", buffered=True)


def kept(app):
    with app.app_context(), unit_of_work(write=False):
        return db.session.execute(select(Attachment.id, Attachment.file_name, Attachment.voided_at).order_by(Attachment.id)).all()


def stored(app):
    return [path.read_bytes() for path in (Path(app.config["DATA_DIR"]) / "files").rglob("*") if path.is_file()]


def test_of_the_attack_corpus_only_what_is_allowed_is_kept_and_nothing_is_served_inline(app, clerk, customer):
    files = corpus()
    assert len(files) >= 60
    wrong = []
    for name, content, may in files:
        before, start = len(kept(app)), time.monotonic()
        answer = send(clerk, customer, (name, content))
        took = time.monotonic() - start
        if answer.status_code not in (302, 400) or (len(kept(app)) > before) != may or (not may and took > 1):
            wrong.append((name, answer.status_code, may, round(took, 2)))
    assert wrong == []
    for content in stored(app):
        assert b"<script" not in content
        assert b"CANARY" not in content
        assert not content.startswith((b"MZ", b"<", b"GIF"))
    for file in kept(app):
        answer = clerk.get(f"/attachments/{file.id}")
        assert answer.status_code == 200
        headers = answer.headers
        assert headers["Content-Disposition"].startswith("attachment; ")
        assert unquote(headers["Content-Disposition"].split("filename*=UTF-8''")[1]) == file.file_name
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    names = [file.file_name for file in kept(app)]
    assert "铭牌照片（左侧）.jpg" in names
    assert "照片.jpg" in names, "folders are no part of a name"
    assert not any("/" in name or "\\" in name for name in names)


def test_the_corpus_costs_little_memory(app, clerk, customer):
    def resident():
        return int(next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")).split()[1])

    files = [item for item in corpus() if not item[2]]
    before = resident()
    for name, content, _may in files:
        send(clerk, customer, (name, content))
    assert resident() - before < 200_000


def test_a_picture_of_fifty_thousand_by_fifty_thousand_is_refused_within_a_second(app, clerk, customer):
    content, start = huge_png(), time.monotonic()
    send(clerk, customer, ("巨图.png", content))
    assert time.monotonic() - start < 1
    assert "5000 万像素" in clerk.get(f"/customers/show/{customer}?tab=files").text


def test_a_photo_loses_place_camera_and_comment_and_stands_upright(app, clerk, customer):
    send(clerk, customer, ("现场.jpg", located()))
    content = clerk.get(f"/attachments/{kept(app)[0].id}").data
    assert b"CANARY" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert len(image.getexif()) == 0
        assert image.size == (40, 60)


def test_a_good_file_beside_a_bad_one_is_kept_and_the_bad_one_is_named(app, clerk, customer):
    answer = send(clerk, customer, ("铭牌.png", picture("PNG")), ("页面.html", attack_files.HTML))
    page = clerk.get(answer.headers["Location"]).text
    assert [file.file_name for file in kept(app)] == ["铭牌.png"]
    assert "铭牌.png" in page
    assert "页面.html: 只能上传" in page


def test_the_same_file_sent_twice_is_there_once(app, clerk, customer):
    for _ in range(2):
        send(clerk, customer, ("铭牌.png", picture("PNG")))
    assert len(kept(app)) == 1


def test_a_record_keeps_no_more_than_its_quota(app, clerk, customer):
    from models.setting import Setting

    with app.app_context(), unit_of_work():
        db.session.scalar(select(Setting).where(Setting.key == "attachments.quota_mb")).value = "1"
    send(clerk, customer, ("一.txt", b"a" * 700_000), ("二.txt", b"b" * 700_000))
    assert [file.file_name for file in kept(app)] == ["一.txt"]
    assert "每条记录最多保存 1 MB 附件" in clerk.get(f"/customers/show/{customer}?tab=files").text


def test_a_file_is_taken_away_with_a_reason_and_its_bytes_and_history_stay(app, clerk, customer):
    send(clerk, customer, ("铭牌.png", picture("PNG")))
    file = kept(app)[0]
    clerk.post(f"/attachments/{file.id}/void", {"reason": "  "})
    assert kept(app)[0].voided_at is None
    assert clerk.post(f"/attachments/{file.id}/void", {"reason": "拍错了"}).status_code == 302
    assert clerk.get(f"/attachments/{file.id}").status_code == 404
    assert len(stored(app)) == 1
    page = clerk.get(f"/customers/show/{customer}?tab=files").text
    assert "拍错了" in page
    with app.app_context(), unit_of_work(write=False):
        entries = db.session.scalars(select(AuditLog).where(AuditLog.entity == "attachment").order_by(AuditLog.id)).all()
        assert [entry.action for entry in entries] == ["create", "change"]
        assert entries[1].reason == "拍错了"


def test_who_may_read_but_not_change_fetches_and_adds_nothing(app, clerk, as_role, customer):
    send(clerk, customer, ("铭牌.png", picture("PNG")))
    number = kept(app)[0].id
    reader = as_role("finance")
    page = reader.get(f"/customers/show/{customer}?tab=files").text
    assert "铭牌.png" in page
    assert 'name="files"' not in page
    assert reader.get(f"/attachments/{number}").status_code == 200
    assert send(reader, customer, ("x.png", picture("PNG", (9, 9)))).status_code == 403
    assert reader.post(f"/attachments/{number}/void", {"reason": "x"}).status_code == 403
    assert as_role("buyer").get(f"/attachments/{number}").status_code == 404, "no right to customers: as if there were none"


def test_the_file_of_a_hidden_record_is_as_absent(app, clerk, as_role, customer):
    send(clerk, customer, ("铭牌.png", picture("PNG")))
    number = kept(app)[0].id
    engineer = as_role("service_engineer")
    assert engineer.get(f"/attachments/{number}").status_code == 200
    with app.app_context(), unit_of_work():
        db.session.add(Staff(staff_no="E900", name="闻人远", is_engineer=True))
        outside = db.session.scalar(select(Region).where(Region.name == "华东区"))
        outside.engineers.clear()
    for path in (f"/attachments/{number}", f"/attachments/{number}/small", f"/attachments/customer/{customer}/"):
        hidden, absent = engineer.get(path), engineer.get(path.replace(str(number), "99999"))
        assert hidden.status_code == absent.status_code == 404
    assert engineer.post(f"/attachments/{number}/void", {"reason": "x"}).status_code == 404
    assert send(engineer, customer, ("x.png", picture("PNG", (9, 9)))).status_code == 404
    assert len(kept(app)) == 1


def test_the_small_picture_is_drawn_anew_and_other_files_have_none(app, clerk, customer):
    send(clerk, customer, ("铭牌.png", picture("PNG", (1600, 1200))), ("说明.txt", b"hello"))
    photo, text = kept(app)
    answer = clerk.get(f"/attachments/{photo.id}/small")
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    with Image.open(io.BytesIO(answer.data)) as image:
        assert max(image.size) == 320
    assert clerk.get(f"/attachments/{text.id}/small").status_code == 404


def test_a_file_changed_on_the_disk_is_not_served(app, clerk, customer):
    send(clerk, customer, ("说明.txt", b"hello"))
    path = next(path for path in (Path(app.config["DATA_DIR"]) / "files").rglob("*") if path.is_file())
    path.write_bytes(b"changed")
    assert clerk.get(f"/attachments/{kept(app)[0].id}").status_code == 500


def test_every_kind_of_record_with_files_has_the_tab_or_a_page(app, clerk, customer):
    from services.attachments import owners

    assert set(owners()) >= {"customer", "equipment", "service_request", "work_order", "part", "service_record"}
    assert "附件" in clerk.get(f"/customers/show/{customer}").text
    assert clerk.get(f"/attachments/customer/{customer}/").headers["Location"] == f"/customers/show/{customer}?tab=files"
    assert clerk.get("/attachments/staff/1/").status_code == 404
