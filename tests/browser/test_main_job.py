"""The main job with mouse and keyboard: a call becomes a signed slip (WF-01, WF-03, WF-11; R-017)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from extensions import db
from models.customer import Customer, CustomerContact, CustomerSite
from models.equipment import Equipment, Part, PartPrice, ProductModel
from models.organisation import Region
from models.service_request import ServiceRequest
from models.setting import Setting
from services import clock
from services.unit_of_work import unit_of_work
from tests.browser.conftest import DESK, PHONE
from tests.rig.databases import PASSWORD

ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts" / "main-job"


@pytest.fixture
def stock(app):
    with app.app_context(), unit_of_work():
        db.session.scalar(select(Setting).where(Setting.key == "layout.STD")).value = "repair_slip_3"
        region = db.session.scalar(select(Region).order_by(Region.id))
        customer = Customer(code="C00001", name="栖霞岭检测中心", region=region, in_arrears=True)
        db.session.add(customer)
        db.session.flush()
        site = CustomerSite(customer_id=customer.id, name="一号楼", address="杭州市栖霞岭路 3 号", region_id=region.id)
        model = ProductModel(model_no="QX-20", name="量热仪")
        db.session.add_all([site, model, CustomerContact(customer_id=customer.id, name="王主任", role="lab_head", phone="0571-5550100")])
        db.session.flush()
        db.session.add(Equipment(equipment_no="EQ000001", serial_no="QX20-0001", product_model_id=model.id, customer_id=customer.id,
                                 site_id=site.id, warranty_end=clock.today() + timedelta(days=90)))
        part = Part(part_no="P-001", name="综框导轨", unit="件")
        db.session.add(part)
        db.session.flush()
        db.session.add(PartPrice(part=part, sale_price=Decimal("36.00"), valid_from=clock.today()))


class Desk:
    """A person at a screen."""

    def __init__(self, page, name, place):
        self.page, self.name, self.place = page, name, place
        page.goto("/login/")
        page.get_by_label("用户名").fill(name)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/")

    def shot(self, what):
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(ARTIFACTS / f"{self.place}-{self.name}-{what}.png"), full_page=True)
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.page.size[0], (what, wide)

    def choose(self, name, words, found):
        box = self.page.locator(f"[data-name={name}] [role=combobox]")
        box.press_sequentially(words)
        self.page.locator(f"[data-name={name}] .options li", has_text=found).click()

    def press(self, label):
        self.page.locator("main").get_by_role("button", name=label, exact=False).or_(
            self.page.locator("main").get_by_role("link", name=label, exact=True)).first.click()
        self.page.wait_for_load_state()

    def state(self, text):
        found = self.page.locator("h1 .badge, .title .badge", has_text=text)
        assert found.count() or found.wait_for(timeout=4000) is None, self.page.locator("main").inner_text()


@pytest.mark.browser
def sign_here(page, cell):
    """Press the button beside a cell that waits for a signature."""
    page.locator(".signers li", has_text=cell).get_by_role("link", name="签字").click()


def test_a_call_becomes_a_signed_slip(app, stock, chromium):
    clerk = Desk(chromium(DESK), "service_clerk", 1)
    clerk.page.keyboard.press("F2")
    clerk.page.wait_for_url("**/service-requests/add")
    clerk.choose("customer", "qxl", "栖霞岭")
    page = clerk.page
    page.locator(".call-who .banner.late", has_text="欠款").wait_for()
    page.locator(".unit", has_text="QX20-0001").click()
    assert page.locator("[name=contact_phone]").input_value() == "0571-5550100"
    assert page.locator("[name=site]").input_value() == "1"
    assert page.locator("[name=in_warranty]").input_value() == "yes"
    page.locator("[name=symptom]").fill("开机示值漂移，复位无效")
    page.locator("[name=problem_nature]").select_option("hardware")
    page.locator(".level", has_text="三级故障").click()
    clerk.shot("call")
    page.keyboard.press("F8")
    page.wait_for_url("**/service-requests/show/1")
    clerk.state("已登记")
    clerk.shot("registered")
    clerk.press("完成分类")
    clerk.state("已分类")

    boss = Desk(chromium(DESK), "dispatch_supervisor", 2)
    boss.shot("work-page")
    boss.press("派工")
    boss.page.locator("[name=engineer]").select_option(label=boss.page.locator("[name=engineer] option", has_text="顾北辰").inner_text())
    boss.shot("dispatch")
    boss.page.locator("button.primary").click()
    boss.page.wait_for_url("**/service-requests/show/1")
    boss.state("已派工")

    engineer = Desk(chromium(PHONE), "service_engineer", 3)
    engineer.shot("my-jobs")
    page = engineer.page
    page.locator("article.job a", has_text="栖霞岭检测中心").click()
    engineer.shot("job")
    engineer.press("已联系客户")
    page.locator("[name=contact_note]").fill("王主任，约好今天")
    page.locator("button.primary").click()
    engineer.state("已联系")
    engineer.press("预约上门")
    begin = clock.local(clock.now())
    page.locator("[name=start_at]").fill(f"{begin:%Y-%m-%dT%H:%M}")
    page.locator("[name=end_at]").fill(f"{begin + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    page.locator("[name=informed]").check()
    engineer.shot("appointment")
    page.locator("button.primary").click()
    engineer.state("已预约")
    engineer.press("已出发")
    engineer.state("已出发")
    engineer.press("已到达")
    engineer.state("现场维修")
    engineer.press("填写售后服务维修记录单")
    page.locator("[name=treatment]").fill("更换综框导轨，重新校准，试车 1 小时正常。")
    page.locator("[name=finished_at]").fill(f"{begin + timedelta(hours=1):%Y-%m-%dT%H:%M}")
    page.locator("[data-name=line-three_guarantee_lines-0-part] [role=combobox]").fill("综框")
    page.locator(".options li:visible", has_text="综框").first.click()
    page.locator("[name=line-three_guarantee_lines-0-qty]").fill("1")
    engineer.shot("slip")
    page.locator(".bar button.primary").click()
    page.get_by_text("已保存").first.wait_for()
    engineer.shot("slip-saved")
    sign_here(page, "售后服务人员")
    page.get_by_label("您的密码").fill(PASSWORD)
    engineer.shot("sign")
    page.locator("button.primary").click()
    sign_here(page, "维修人员")
    page.get_by_label("您的密码").fill(PASSWORD)
    page.locator("button.primary").click()
    sign_here(page, "签名")
    page.locator("[name=opinion]").fill("服务及时，满意。")
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 40 + 18 * step, box["y"] + 40 + (30 if step % 2 else 0))
    page.mouse.up()
    engineer.shot("customer-signs")
    page.locator("button.primary").click()
    page.get_by_text("王主任").first.wait_for()
    engineer.shot("signed")
    page.goto("/work-orders/show/1")
    engineer.press("完成维修")
    page.locator("[name=solution]").fill("更换综框导轨")
    page.locator("[name=leave_consent]").fill("当面，王主任，" + f"{begin:%H:%M}")
    engineer.shot("finish")
    page.locator("button.primary").click()
    engineer.state("已完成")

    for name, cell, place in (("warehouse", "仓库人员", 4), ("service_manager", "部门领导", 5)):
        person = Desk(chromium(DESK), name, place)
        person.shot("work-page")
        person.page.goto("/records/repair_slip_3/1")
        sign_here(person.page, cell)
        person.page.get_by_label("您的密码").fill(PASSWORD)
        person.page.locator("button.primary").click()
        person.page.get_by_text("已签字：").first.wait_for()
        person.shot("signed")

    page = clerk.page
    page.goto("/records/repair_slip_3/1")
    page.get_by_text("已签字封存").first.wait_for()
    clerk.shot("sealed")
    pdf = page.request.get("/records/repair_slip_3/1/pdf")
    assert pdf.body().startswith(b"%PDF")
    page.goto("/work-orders/show/1")
    clerk.press("收回记录并销号")
    clerk.state("已销号")
    page.goto("/")
    clerk.shot("work-page")
    page.locator("[data-list=calls] a.next").first.click()
    page.locator("[name=solved]").select_option("yes")
    page.locator("[name=satisfaction]").select_option("satisfied")
    clerk.shot("call-back")
    page.locator("button.primary").click()
    clerk.state("已完成")
    page.goto("/service-requests/show/1")
    clerk.state("已核实")
    clerk.press("关闭")
    clerk.state("已关闭")
    clerk.shot("closed")
    with app.app_context(), unit_of_work(write=False):
        request = db.session.scalar(select(ServiceRequest))
        assert request.status == "closed"
        assert request.struck_off_at is not None
    for desk in (clerk, boss, engineer):
        assert [text for text in desk.page.complaints if "422" not in text] == []
