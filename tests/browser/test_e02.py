"""E-02 with mouse and keyboard at its own dates: a level 2 repair in warranty, a part is missing, the old one comes back, the file closes.

Clerk, supervisor, engineer (on the telephone), warehouse, quality, technical lead and clerk again (WF-01, WF-03, WF-07).
"""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from extensions import db
from models.customer import Customer, CustomerContact, CustomerSite
from models.enums import PaperState
from models.equipment import Equipment, Part, PartPrice, ProductModel
from models.organisation import Region
from models.records.parts_shipment import PartsShipment
from models.returns import ReturnLine
from models.service_record import ServiceRecord
from models.service_request import ServiceRequest
from models.sla import SlaClock
from models.stock_enums import LineState, ZoneKind
from services import clock, stock
from services.clock import at_local
from services.unit_of_work import unit_of_work
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_main_job import Desk, sign_here
from tests.rig.databases import PASSWORD
from tests.services.stock_world import put, zone

ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts" / "e02"


def at(day, hour=0, minute=0):
    return at_local(2025, 3, day, hour, minute)


@pytest.fixture
def watch():
    """The clock of the server; the test sets it on."""
    return SimpleNamespace(moment=at(4, 10))


@pytest.fixture
def address(app, watch):
    def at_its_hour(environ, start_response):
        with clock.frozen(watch.moment):
            answer = app(environ, start_response)
            try:
                return list(answer)
            finally:
                answer.close()

    server = make_server("127.0.0.1", 0, at_its_hour, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def company(app, watch):
    with app.app_context(), clock.frozen(watch.moment), unit_of_work():
        region = db.session.scalar(select(Region).order_by(Region.id))
        customer = Customer(code="C00001", name="栖霞岭检测中心", region=region)
        db.session.add(customer)
        db.session.flush()
        site = CustomerSite(customer_id=customer.id, name="一号楼", address="杭州市栖霞岭路 3 号", region_id=region.id)
        model = ProductModel(model_no="QX-20", name="量热仪")
        db.session.add_all([site, model, CustomerContact(customer_id=customer.id, name="王主任", role="lab_head", phone="0571-5550100")])
        db.session.flush()
        db.session.add(Equipment(equipment_no="EQ000001", serial_no="QX20-0001", product_model_id=model.id, customer_id=customer.id,
                                 site_id=site.id, warranty_end=at(4).date().replace(year=2026)))
        board = Part(part_no="MB-2", name="主板", unit="块", defect_return=True)
        db.session.add(board)
        db.session.flush()
        db.session.add(PartPrice(part=board, sale_price=Decimal(860), valid_from=at(1).date()))


@pytest.fixture
def person(chromium, watch):
    """`person("warehouse", 12, 15)` sits down at that hour of March 2025 and signs in."""
    def sits_down(name, day, hour, minute=0, *, size=DESK):
        watch.moment = at(day, hour, minute)
        return At(chromium(size), name, watch)

    return sits_down


class At(Desk):
    """A person at a screen at a certain hour."""

    def __init__(self, page, name, watch):
        super().__init__(page, name, 0)
        self.watch = watch

    def clock(self, day, hour, minute=0):
        """Later: the session of before may be over, so he signs in again and is where he was."""
        here, self.watch.moment = self.page.url, at(day, hour, minute)
        self.page.context.clear_cookies()
        super().__init__(self.page, self.name, 0)
        self.page.goto(here)

    def shot(self, what):
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(ARTIFACTS / f"{clock.local(self.watch.moment):%m-%d-%H%M}-{self.name}-{what}.png"), full_page=True)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.page.size[0], what

    def go_on(self):
        self.page.locator("button.primary").click()
        self.page.wait_for_load_state()

    def save(self):
        self.page.locator(".bar button.primary").click()
        self.page.get_by_text("已保存").first.wait_for()

    def signs(self, cell):
        sign_here(self.page, cell)
        self.page.get_by_label("您的密码").fill(PASSWORD)
        self.go_on()

    def another_paper(self, title):
        self.page.locator("details.others summary").first.click()
        self.page.locator("details.others[open] :is(a, button)", has_text=title).click()
        self.go_on()


def timer(app, name):
    with app.app_context(), unit_of_work(write=False):
        row = db.session.scalar(select(SlaClock).where(SlaClock.clock == name).order_by(SlaClock.id))
        return row.due_at, row.result.value, row.paused_at


def draw(page):
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 40 + 18 * step, box["y"] + 40 + (30 if step % 2 else 0))
    page.mouse.up()


def test_e02_from_the_call_to_the_closed_file(app, company, person):
    desks = [clerk := person("service_clerk", 4, 10)]
    clerk.page.keyboard.press("F2")
    clerk.page.wait_for_url("**/service-requests/add")
    clerk.choose("customer", "qxl", "栖霞岭")
    clerk.page.locator(".unit", has_text="QX20-0001").click()
    clerk.page.locator("[name=symptom]").fill("开机无显示，电源指示灯不亮")
    clerk.page.locator("[name=problem_nature]").select_option("hardware")
    clerk.page.locator(".level", has_text="二级故障").click()
    clerk.page.keyboard.press("F8")
    clerk.page.wait_for_url("**/service-requests/show/1")
    clerk.press("完成分类")
    clerk.state("已分类")

    desks.append(boss := person("dispatch_supervisor", 4, 10, 8))
    boss.press("派工")
    boss.page.locator("[name=engineer]").select_option(label=boss.page.locator("[name=engineer] option", has_text="顾北辰").inner_text())
    boss.go_on()
    boss.state("已派工")

    desks.append(engineer := person("service_engineer", 4, 10, 25, size=PHONE))
    page = engineer.page
    page.goto("/work-orders/show/1")
    engineer.press("已联系客户")
    page.locator("[name=contact_note]").fill("王主任，明天上午")
    engineer.go_on()
    engineer.press("预约上门")
    page.locator("[name=start_at]").fill("2025-03-05T09:00")
    page.locator("[name=end_at]").fill("2025-03-05T11:00")
    page.locator("[name=informed]").check()
    engineer.go_on()
    engineer.state("已预约")
    assert timer(app, "contact")[:2] == (at(4, 10, 30), "met")
    assert timer(app, "arrive")[:2] == (at(6, 10), "running")

    desks.append(engineer := person("service_engineer", 5, 8, 20, size=PHONE))
    page = engineer.page
    page.goto("/work-orders/show/1")
    engineer.press("已出发")
    engineer.clock(5, 9)
    engineer.press("已到达")
    engineer.state("现场维修")
    assert timer(app, "finish")[0] == at(7, 9)
    engineer.clock(5, 10, 30)
    engineer.press("待件")
    page.locator("[name=waiting_note]").fill("主板一块，总部发货")
    engineer.go_on()
    engineer.state("待件")
    engineer.shot("waits-for-the-part")
    assert timer(app, "finish")[2] == at(5, 10, 30)

    desks.append(clerk := person("service_clerk", 5, 10, 40))
    clerk.page.goto("/work-orders/show/1")
    clerk.another_paper("配件发运")
    clerk.page.locator("[name=supply_mode][value=free_exchange]").check()
    clerk.page.locator("[name=ship_requested_on]").fill("2025-03-05")
    clerk.save()
    clerk.shot("shipment")
    with app.app_context(), unit_of_work(write=False):
        assert db.session.scalar(select(PartsShipment)).followup_due.isoformat() == "2025-03-17"

    with app.app_context(), clock.frozen(at(10, 9)), unit_of_work():
        put(db.session.scalar(select(Part)), ZoneKind.QUALIFIED, 1)
    desks.append(clerk := person("service_clerk", 11, 9))
    clerk.page.goto("/records/parts_shipment/1?edit=1")
    clerk.page.locator("[name=arrival_call_at]").fill("2025-03-11T09:00")
    clerk.save()
    desks.append(engineer := person("service_engineer", 11, 9, 30, size=PHONE))
    page = engineer.page
    page.goto("/work-orders/show/1")
    engineer.press("预约上门")
    page.locator("[name=start_at]").fill("2025-03-12T09:00")
    page.locator("[name=end_at]").fill("2025-03-12T11:00")
    page.locator("[name=informed]").check()
    engineer.go_on()
    engineer.state("已预约")
    assert timer(app, "finish") == (at(13, 8), "running", None)

    desks.append(engineer := person("service_engineer", 12, 8, 20, size=PHONE))
    page = engineer.page
    page.goto("/work-orders/show/1")
    engineer.press("已出发")
    engineer.clock(12, 9)
    engineer.press("已到达")
    engineer.clock(12, 10)
    engineer.press("填写维修记录表")
    page.locator("[name=treatment]").fill("更换主板，试机正常。")
    page.locator("[name=cause]").fill("主板电容老化")
    page.locator("[name=result][value=repaired]").check()
    page.locator("[name=finished_at]").fill("2025-03-12T10:00")
    page.locator("[name=leave_consent]").fill("当面，王主任，10:00")
    page.locator("[data-name=line-part_lines-0-part] [role=combobox]").fill("主板")
    page.locator(".options li:visible", has_text="主板").first.click()
    page.locator("[name=line-part_lines-0-qty]").fill("1")
    page.locator("[name=line-part_lines-0-kind]").select_option("free_exchange")
    engineer.save()
    engineer.shot("repair-record")
    engineer.signs("工程师")
    sign_here(page, "用户签字")
    draw(page)
    engineer.go_on()
    page.get_by_text("已签字封存").first.wait_for()
    engineer.shot("signed")
    page.goto("/work-orders/show/1")
    engineer.clock(12, 10, 30)
    engineer.press("完成维修")
    page.locator("[name=solution]").fill("更换主板")
    engineer.go_on()
    engineer.state("已完成")
    assert timer(app, "finish")[1] == "met"
    with app.app_context(), unit_of_work(write=False):
        assert db.session.scalar(select(ServiceRecord)).status == PaperState.SIGNED
        assert stock.available(db.session.scalar(select(Part))) == 0

    desks.append(engineer := person("service_engineer", 12, 15, size=PHONE))
    engineer.page.goto("/returns/owed/")
    engineer.press("我已返回总部")
    engineer.shot("owes")
    with app.app_context(), unit_of_work(write=False):
        assert db.session.scalar(select(ReturnLine)).due_at == at(14, 15)

    desks.append(keeper := person("warehouse", 12, 16))
    keeper.page.goto("/returns/receiving/desk")
    keeper.page.keyboard.type("MB-2")
    keeper.page.keyboard.press("Enter")
    keeper.page.locator(".scan-said.ok").wait_for()
    keeper.shot("received")
    desks.append(quality := person("quality", 12, 16, 30))
    quality.page.goto("/defective-parts/show/1")
    quality.page.locator("main a", has_text="录入检验结论").click()
    quality.page.locator("[name=repairability]").select_option("repairable")
    quality.go_on()
    keeper.clock(12, 17)
    keeper.page.goto("/defective-parts/show/1")
    keeper.press("按结论移区")
    keeper.shot("put-away")
    with app.app_context(), unit_of_work(write=False):
        assert db.session.scalar(select(ReturnLine)).status == LineState.NONCONFORMING
        assert stock.on_hand(db.session.scalar(select(Part)), zone(ZoneKind.NONCONFORMING)) == 1

    desks.append(lead := person("tech_lead", 13, 9))
    lead.page.goto("/service-requests/show/1")
    lead.press("填写故障分析表")
    lead.page.locator("[name=fault_type]").select_option("hardware")
    lead.page.locator("[name=cause]").fill("主板电容老化，电源波动加速。")
    lead.page.locator("[name=solution]").fill("更换主板；建议客户加装稳压电源。")
    lead.save()
    lead.signs("分析人")
    lead.page.get_by_text("已签字封存").first.wait_for()
    lead.shot("fault-analysis")

    desks.append(clerk := person("service_clerk", 13, 9, 30))
    page = clerk.page
    page.goto("/work-orders/show/1")
    clerk.press("收回记录并销号")
    page.goto("/follow-ups/1/do/done")
    page.locator("[name=solved]").select_option("yes")
    clerk.go_on()
    clerk.clock(13, 10)
    page.goto("/service-requests/show/1")
    clerk.state("已核实")
    clerk.press("关闭")
    clerk.state("已关闭")
    clerk.shot("closed")
    assert timer(app, "survey")[:2] == (at(17, 10), "running")
    desks.append(clerk := person("service_clerk", 14, 11))
    clerk.shot("survey-waits")
    clerk.page.locator("[data-list=survey] a.next").click()
    clerk.page.locator("[name=survey_no]").fill("SF2503-0001")
    clerk.go_on()
    assert timer(app, "survey")[:2] == (at(17, 10), "met")
    with app.app_context(), unit_of_work(write=False):
        assert db.session.scalar(select(ServiceRequest)).survey_no == "SF2503-0001"
        assert stock.ledger_differences() == []
    for desk in desks:
        assert [text for text in desk.page.complaints if "422" not in text] == [], desk.name
