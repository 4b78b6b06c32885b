"""The page of a request says what its closing waits for, and offers the form (B-057)."""

from __future__ import annotations

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from extensions import db
from models.enums import FaultLevel
from models.organisation import Staff
from models.service_request import ServiceRequest
from services.unit_of_work import unit_of_work
from tests.rig import world

VERIFIED = world.REQUESTS.index("verified") + 1
BEGIN = f"/records/fault_analysis/add?from=service_request:{VERIFIED}"


def grave(app):
    world.fill(app)
    with app.app_context(), unit_of_work(reason="tests"):
        db.session.get(ServiceRequest, VERIFIED).fault_level = FaultLevel.TWO


def test_b057_the_close_is_refused_with_its_sentence_and_the_page_says_what_is_missing(app, as_role):
    grave(app)
    clerk = as_role("service_clerk")
    page = clerk.get(f"/service-requests/show/{VERIFIED}").text
    assert "尚缺，未签好前不能结案。" in page
    assert BEGIN not in page  # the clerk reads analyses, he writes none
    assert 'href="/records/fault_analysis/">全部故障分析表' in page  # but what there is he finds
    assert clerk.get("/records/fault_analysis/").status_code == 200
    answer = clerk.post(f"/service-requests/{VERIFIED}/do/close")
    assert answer.status_code == 422
    assert "二级故障须有技术工程师签字的故障分析表才能结案。" in answer.text


def test_b057_the_engineer_begins_it_at_his_request(app, as_role):
    grave(app)
    with app.app_context(), unit_of_work(reason="tests"):
        request = db.session.get(ServiceRequest, VERIFIED)
        request.engineer = db.session.scalar(select(Staff).join(User, Staff.user_id == User.id).where(User.username == "service_engineer"))
        request.symptom = "开机报错"
    engineer = as_role("service_engineer")
    assert BEGIN in engineer.get(f"/service-requests/show/{VERIFIED}").text
    engineer.get(BEGIN)
    answer = engineer.post(BEGIN)
    assert answer.status_code == 302
    sheet = answer.headers["Location"]
    assert "开机报错" in engineer.get(sheet).text
    assert f'href="{sheet}"' in engineer.get(f"/service-requests/show/{VERIFIED}").text
    assert engineer.post(BEGIN).headers["Location"] == sheet  # the open one, not a second
