"""Asking for a change of a signed paper, deciding on it, and what both papers show of it (B-204, B-205)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from extensions import db
from models.enums import PaperState
from models.paper_change import PaperChange
from models.records.fault_analysis import FaultAnalysis
from services import clock
from services.unit_of_work import unit_of_work
from tests.rig import world

PAPER = "/records/fault_analysis/1"


@pytest.fixture
def signed(app):
    """A signed paper of the small world."""
    world.fill(app)
    with app.app_context(), unit_of_work():
        record = db.session.get(FaultAnalysis, 1)
        record.status, record.signed_at, record.number = PaperState.SIGNED, clock.now(), "FA2503-0001"
    return app


def ask(client, **values):
    marks = client.form(f"{PAPER}/do/change")
    return client.post(f"{PAPER}/do/change", {"wanted": "原因改为接插件虚焊", "reason": "写错原因", **marks, **values})


def test_a_request_stands_on_the_work_page_of_quality_and_the_chain_on_both_papers(signed, as_role):
    lead, quality = as_role("service_engineer"), as_role("quality")
    assert f'href="{PAPER}/do/change"' in lead.get(PAPER).text
    refused = ask(lead, reason="")
    assert refused.status_code == 422
    assert 'id="reason-error"' in refused.text
    assert ask(lead).status_code == 302
    page = lead.get(PAPER).text
    assert "原因改为接插件虚焊" in page
    assert "/do/replace" not in page
    assert "/do/change" not in page
    work = quality.get("/").text
    with signed.app_context(), unit_of_work(write=False):
        where = f"/paper-changes/show/{db.session.scalar(select(PaperChange.id).where(PaperChange.number == 'FA2503-0001'))}"
    assert f'href="{where}"' in work
    assert "/do/approve" in quality.get(where).text
    assert quality.post(f"{where.replace('/show', '')}/do/approve", {}).status_code == 302
    page = lead.get(PAPER).text
    assert f'action="{PAPER}/do/replace"' in page
    made = lead.post(f"{PAPER}/do/replace", {}).headers["Location"]
    assert re.search(rf'替代.*?<a href="{PAPER}">FA2503-0001</a>', lead.get(made).text)
    old = lead.get(PAPER).text
    assert re.search(rf'<a href="{made}">', old)
    assert "写错原因" in old
    assert "已执行" in old


def test_b205_no_door_voids_a_signed_paper_without_it(signed, as_role):
    manager = as_role("admin")
    assert "/do/void" not in manager.get(PAPER).text
    marks = manager.form("/records/site_survey/1/do/void")
    answer = manager.post(f"{PAPER}/do/void", {"reason": "写错原因", **marks})
    assert answer.status_code in (403, 422)
    assert as_role("service_engineer").post(f"{PAPER}/do/replace", {}).status_code == 302
    with signed.app_context(), unit_of_work(write=False):
        assert db.session.scalar(select(FaultAnalysis.status).where(FaultAnalysis.id == 1)) == PaperState.SIGNED


def test_b204_quality_decides_in_the_api_as_on_the_page(signed, as_role):
    lead = as_role("service_engineer")
    ask(lead)
    quality = as_role("quality")
    newest = max(quality.get("/api/v1/paper-changes/").json["ids"])
    for client, code in ((lead, 403), (quality, 200), (quality, 422)):
        answer = client.http.post(f"/api/v1/paper-changes/{newest}/do/approve", json={}, headers={"X-CSRFToken": client.token})
        assert answer.status_code == code
