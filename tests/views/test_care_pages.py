"""Customer care on the screen: a long day is told, the plan has its table, the papers are found (R-077, R-086, R-091)."""

from __future__ import annotations

from sqlalchemy import select

from extensions import db
from models.inspection_plan import InspectionTask
from models.organisation import Staff
from models.records.daily_report import DailyReport
from services import clock
from services.unit_of_work import unit_of_work
from tests.rig import world

REPORT = "/records/daily_report/add"


def test_r091_a_long_day_is_kept_and_told(app, as_role):
    world.fill(app)
    engineer = as_role("service_engineer")
    engineer.get(REPORT)
    sheet = engineer.post(REPORT).headers["Location"]
    fields = {**engineer.form(sheet), "day_kind": "on_site"}
    with app.app_context():
        report = db.session.scalar(select(DailyReport).order_by(DailyReport.id.desc()))
        fields |= {"day": f"{report.day:%Y-%m-%d}", "staff": str(report.staff_id), "department": str(report.department_id or "")}
    line = {"line-lines-0-service_category": "C", "line-lines-0-work": "更换主板", "line-lines-0-start_at": "08:00",
            "line-lines-0-end_at": "21:30"}
    answer = engineer.post(sheet, fields | line)
    assert answer.status_code == 302, answer.text
    page = engineer.get(sheet).text
    assert "当日合计 13.5 小时，请核对。" in page
    assert "08:00" in page


def test_r091_a_time_that_is_none_is_said_at_its_cell(app, as_role):
    world.fill(app)
    engineer = as_role("service_engineer")
    engineer.get(REPORT)
    sheet = engineer.post(REPORT).headers["Location"]
    answer = engineer.post(sheet, {**engineer.form(sheet), "line-lines-0-work": "更换主板", "line-lines-0-start_at": "25:00"})
    assert answer.status_code == 422
    assert "请输入时间" in answer.text


def test_r077_the_call_leads_to_its_paper(app, as_role):
    world.fill(app)
    clerk = as_role("service_clerk")
    assert 'href="/records/follow_up_record/1"' in clerk.get("/follow-ups/show/1").text
    assert clerk.get("/records/follow_up_record/1").status_code == 200


def test_r086_the_plan_shows_its_month_with_the_table_and_prints(app, as_role):
    world.fill(app)
    boss = as_role("dispatch_supervisor")
    page = boss.get("/registers/inspection_plan/").text
    assert "每1个月巡检1次" in page
    assert "解答客户技术问题" in page
    assert boss.get("/registers/inspection_plan/pdf").data.startswith(b"%PDF")


def test_r086_who_plans_says_who_goes_and_the_page_leads_to_the_record(app, as_role):
    world.fill(app)
    boss = as_role("service_manager")
    assert "/records/inspection_record/add?from=customer:1" in boss.get("/inspection-tasks/show/1").text
    with app.app_context():
        engineer = db.session.scalar(select(Staff.id).where(Staff.is_engineer).order_by(Staff.id))
    fields = {**boss.form("/inspection-tasks/edit/1"), "engineer": str(engineer), "phase": "early"}
    assert boss.post("/inspection-tasks/edit/1", fields).status_code == 302
    with app.app_context(), unit_of_work(write=False):
        task = db.session.get(InspectionTask, 1)
        assert (task.engineer_id, task.status.value, task.due_on) == (engineer, "assigned", clock.today())
