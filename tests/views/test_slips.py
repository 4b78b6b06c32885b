"""The pages of printed slips: blank ones drawn, copies taken back and explained, whoever only carries sees his own (B-048)."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from extensions import db
from models.custody import CopyState, PaperCopy, ScanPage
from models.organisation import Staff
from services import custody, errands
from services.unit_of_work import unit_of_work
from tests.rig.client import Client

BLANK = "/records/repair_slip_3/issue-blank"


@pytest.fixture
def drawn(app):
    """Three blank slips in the hands of the engineer."""
    client = Client(app).sign_in("service_clerk")
    with app.app_context(), unit_of_work(write=False):
        holder = db.session.scalar(select(Staff).where(Staff.is_engineer).order_by(Staff.id))
        key, user = holder.id, holder.user_id
    answer = client.post(BLANK, {"count": "3", "holder": str(key)})
    assert answer.headers["Location"] == "/errands/1"
    with app.app_context():
        assert errands.run_next()
    return client, user


def copies(app):
    with app.app_context(), unit_of_work(write=False):
        found = db.session.scalars(select(PaperCopy).order_by(PaperCopy.id))
        return [(copy.id, copy.issued.number, copy.copy_no, copy.state) for copy in found]


def test_b206_blank_slips_are_drawn_printed_and_stand_on_the_page_of_the_month(app, drawn):
    client, _user = drawn
    assert client.get("/errands/1/state").json == {"done": 3, "total": 3, "finished": True}
    assert client.get("/errands/1/file").data.startswith(b"%PDF")
    page = client.get("/slips/").text
    assert all(number in page for _key, number, _copy, _state in copies(app))
    assert "尚未说明" in page


def test_b048_a_copy_is_taken_back_by_its_code_and_another_is_explained(app, drawn):
    client, _user = drawn
    (_first, number, _one, _state), *_rest = found = copies(app)
    client.post("/slips/receive", {"code": f"repair_slip_3/{number}/1"})
    refused = client.post(f"/slips/{found[3][0]}/do/missing", {"reason": ""})
    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.text
    client.post(f"/slips/{found[3][0]}/do/missing", {"reason": "随车遗失", "lost": "y"})
    states = {(number, copy): state for _key, number, copy, state in copies(app)}
    assert (states[number, 1], states[number, 2], states[number, 3]) == (CopyState.RETURNED, CopyState.CARRIED, CopyState.LEFT)
    assert states[found[3][1], 1] == CopyState.LOST


def test_b048_a_month_is_not_closed_while_a_copy_has_no_reason(app, drawn):
    _client, _user = drawn
    with app.app_context(), unit_of_work(write=False):
        month = custody.month_of(db.session.get(PaperCopy, 1).printed_at)
    supervisor = Client(app).sign_in("dispatch_supervisor")
    supervisor.post("/slips/close", {"month": f"{month:%Y-%m}"})
    with app.app_context(), unit_of_work(write=False):
        assert custody.closed(month) is None
    assert "没有说明原因" in supervisor.get("/slips/").text


def test_who_only_carries_slips_sees_his_own_and_no_tray(app, drawn):
    client, _user = drawn
    picture = io.BytesIO()
    Image.new("L", (300, 300), 255).save(picture, "PNG")
    client.http.post("/slips/scans/upload", data={"csrf_token": client.token, "files": (io.BytesIO(picture.getvalue()), "空.png")})
    with app.app_context():
        assert errands.run_next()
        with unit_of_work(write=False):
            page = db.session.scalar(select(ScanPage.id))
    assert client.get(f"/slips/scans/{page}/picture").mimetype == "image/jpeg"
    assert "空.png" in client.get("/slips/scans/").text
    engineer = Client(app).sign_in("service_engineer")
    assert engineer.get(f"/slips/scans/{page}/picture").status_code == 404
    assert "空.png" not in engineer.get("/slips/scans/").text
