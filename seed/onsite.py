"""Papers around the visits of the demonstration: contacts, notices, vouchers, acceptances, plans and trips."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from extensions import db
from models.contact_log import ContactLog
from models.customer import Customer
from models.enums import OrderStatus, ReviewResult, ServiceCategory
from models.field_enums import Charging
from models.onsite_enums import (
    AcceptanceResult,
    CanOperate,
    CollectMode,
    ContactChannel,
    ContactKind,
    LoanState,
    Measured,
    Transport,
    TripRating,
    UnpackState,
)
from models.paper import PAPERS
from models.records.trip import Trip
from models.work_order import WorkOrder
from services import calendars, clock, paper_records, saving, signing
from services.unit_of_work import current

WAVES = "[[[60,120],[90,60],[120,130],[150,60],[180,130],[215,70],[250,125],[290,70],[330,120],[380,80],[430,115],[480,90]]]"

CONTACTS = (
    (ContactChannel.CALL, ContactKind.INQUIRY, "询问光源灯价格和到货时间", "已报价，三天内到货"),
    (ContactChannel.CALL, ContactKind.REPAIR, "配电柜冒烟，已断电", "已请值班工程师立即联系"),
    (ContactChannel.EMAIL, ContactKind.TECHNICAL, "请教标样曲线如何导出", "已发操作说明"),
    (ContactChannel.VISIT, ContactKind.OTHER, "来公司参观样机", None),
    (ContactChannel.LETTER, ContactKind.SUGGESTION, "建议在说明书中增加日常保养图", "已转技术主管"),
    (ContactChannel.CALL, ContactKind.COMPLAINT, "上门时间两次改期", "已致歉并登记"),
)


class Onsite:
    """The people of the demonstration and the papers they fill."""

    def __init__(self, company: Any) -> None:
        self.company, self.users, self.now, self.password = company, company.users, company.now, company.password

    def by(self, name: str) -> Any:
        """The account who acts next; a unit of the seed is not one person's."""
        unit = current()
        if unit is not None:
            unit.actor_id, unit.reason = self.users[name].id, None
        return self.users[name]

    def begin(self, code: str, origin: Any, name: str) -> Any:
        """A paper of a kind, begun from something by somebody."""
        model, paper = PAPERS[code]
        return paper_records.begin(model, paper, origin, by=self.by(name), now=clock.now())

    def fill(self, code: str, record: Any, name: str, values: dict[str, Any], lines: dict[str, Any] | None = None) -> None:
        """Write into a paper."""
        paper_records.fill(record, PAPERS[code][1], values, lines, by=self.by(name), now=clock.now())

    def sign(self, code: str, record: Any, slot: str, name: str) -> None:
        """Sign a cell: our people by password, the customer by drawing beside the one named."""
        paper = PAPERS[code][1]
        given = ({"drawn": WAVES, "name": getattr(record, "contact_name", None) or "客户代表"} if paper.slot(slot).side == "customer"
                 else {"password": self.password})
        signing.sign(record, paper, slot, by=self.by(name), now=clock.now(), **given)

    def tell(self) -> None:
        """All papers, at the days their jobs were done."""
        self._contacts()
        self._trips()
        done = db.session.scalars(select(WorkOrder).where(
            WorkOrder.status.in_((OrderStatus.FINISHED, OrderStatus.SIGNED_OFF, OrderStatus.FORM_RETURNED)),
            WorkOrder.finished_at < self.now - timedelta(days=2)).order_by(WorkOrder.finished_at.desc()).limit(12)).all()
        for place, order in enumerate(reversed(done)):
            with clock.frozen(order.finished_at + timedelta(hours=1)):
                if place < 4:
                    self._notice(order, place)
                elif place < 8:
                    self._voucher(order, place)
                else:
                    self._acceptance(order, place)
                db.session.flush()

    def _contacts(self) -> None:
        """Calls and letters of the last days, one of them an emergency."""
        pick = db.session.scalars(select(Customer).order_by(Customer.id).limit(len(CONTACTS))).all()
        for place, (channel, kind, content, answer) in reversed(list(enumerate(CONTACTS))):
            customer, moment = pick[place], self.now - timedelta(hours=2 + 9 * place)
            with clock.frozen(moment + timedelta(minutes=2)):
                saving.create(ContactLog, {
                    "contacted_at": moment, "channel": channel, "customer": customer if place != 3 else None, "kind": kind,
                    "caller_name": customer.contacts[0].name, "phone": customer.contacts[0].phone, "content": content, "answer": answer,
                    "told_wait_minutes": 30 if calendars.is_off_hours(moment) else None, "is_urgent": place == 1,
                    "taken_by": self.company.staff["service_clerk"]}, by=self.by("service_clerk"), now=clock.now())

    def _trips(self) -> None:
        """Plans and trips for jobs that still run: one only drafted, one under way, one back and summed up."""
        jobs = [order for order in db.session.scalars(select(WorkOrder).where(
            WorkOrder.status.in_((OrderStatus.FINISHED, OrderStatus.SIGNED_OFF)), WorkOrder.lead_engineer_id.is_not(None),
            WorkOrder.finished_at < self.now - timedelta(days=1)).order_by(WorkOrder.finished_at.desc()).limit(12))
            if order.request.equipment is not None][:5]
        for place, order in enumerate(reversed(jobs)):
            with clock.frozen(order.assigned_at + timedelta(minutes=20)):
                self._plan(order, place)
                trip = self._trip(order, place)
                db.session.flush()
            if place >= 3:
                with clock.frozen(max(order.finished_at + timedelta(hours=4), clock.now() - timedelta(days=1))):
                    self._summary(trip, order, place)
                    db.session.flush()

    def _plan(self, order: WorkOrder, place: int) -> None:
        person = self.engineer(order)
        plan = self.begin("service_plan", order, person)
        self.fill("service_plan", plan, person, {
            "cause": "部件老化，接触不良", "solution": "一、断电检查；二、更换部件；三、校准并带载运行两小时。", "charging": Charging.FREE,
            "planned_arrive_at": order.arrived_at, "planned_finish_at": order.finished_at, "est_cost": Decimal(1300),
            "risk": "备件不合时先恢复旧件运行"}, {
            "people": [{"staff": order.lead_engineer, "task": "更换、校准", "days": Decimal(2)}],
            "resource_lines": [{"name": "备件一套", "qty": Decimal(1)}, {"name": "万用表、图纸", "qty": Decimal(1)}]})
        self.sign("service_plan", plan, "draft", person)
        if place:
            self.fill("service_plan", plan, "tech_lead", {}, {"review_lines": [
                {"department": order.department, "opinion": "方案可行，注意先断电挂牌", "result": ReviewResult.PASSED}]})
            self.sign("service_plan", plan, "tech", "tech_lead")
            self.sign("service_plan", plan, "quality", "quality")

    def _trip(self, order: WorkOrder, place: int) -> Trip:
        person, first = self.engineer(order), clock.today(order.arrived_at)
        trip: Trip = self.begin("trip_application", order, person)
        self.fill("trip_application", trip, person, {
            "planned_start": first, "planned_end": first + timedelta(days=1), "transport": Transport.TRAIN, "charging": Charging.FREE,
            "cost_transport": Decimal(620), "cost_lodging": Decimal(380), "cost_meals": Decimal(200), "cost_other": Decimal(100),
            "advance_amount": Decimal(1000),
            "department": order.department or self.company.staff["tech_lead"].department})
        if not place:
            return trip
        for slot, name in (("applicant", "tech_lead"), ("clerk", "service_clerk"), ("approver", "service_manager")):
            self.sign("trip_application", trip, slot, name)
        self.fill("trip_plan", trip, person, {"solution": "更换部件后校准", "prep_note": "图纸一套，工具箱，备件",
                                                  "has_loan": place == 2}, {
            "itinerary_lines": [
                {"date": first, "from_place": "公司", "to_place": str(order.customer)[:20], "transport": "高铁", "work": "检查、更换部件"},
                {"date": first + timedelta(days=1), "from_place": str(order.customer)[:20], "to_place": "公司", "transport": "高铁",
                 "work": "校准、培训、返回"}]})
        self.sign("trip_plan", trip, "traveller", person)
        if place > 1:
            for slot, name in (("service", "dispatch_supervisor"), ("office", "office"), ("finance", "finance")):
                self.sign("trip_plan", trip, slot, name)
        return trip

    def _summary(self, trip: Trip, order: WorkOrder, place: int) -> None:
        person = self.engineer(order)
        record = self.begin("trip_summary", trip, person)
        self.fill("trip_summary", record, person, {
            "returned_on": max(trip.planned_start, clock.today()), "loan_state": LoanState.NONE, "actual_cost": Decimal(1260),
            "open_solution": None if place == 3 else "备用泵到货后随下次巡检更换"}, {
            "done_items": [{"matter": "更换部件并校准", "outcome": "完成，客户确认"}],
            "open_items": [{"matter": "无"}] if place == 3 else [{"matter": "备用泵待更换", "outcome": "已电话报售后部经理"}]})
        if place == 3:
            self.sign("trip_summary", record, "division", "tech_lead")
            self.fill("trip_summary", record, "service_manager", {
                "service_opinion": "按计划完成，客户反映良好。", "rating": TripRating.GOOD})
            self.sign("trip_summary", record, "manager", "service_manager")
            self.sign("trip_summary", record, "finance", "finance")

    def engineer(self, order: WorkOrder) -> str:
        """The account of the engineer of an order."""
        return str(self.company.accounts[order.lead_engineer_id])

    def _notice(self, order: WorkOrder, place: int) -> None:
        self.sign("task_notice", order, "issuer", "service_clerk")
        if place % 2:
            self.fill("task_notice", order, "tech_lead", {"solution": "带备件上门更换，校准后带载运行两小时。"})
            self.sign("task_notice", order, "dept", "tech_lead")
            self.sign("task_notice", order, "manager", "service_manager")

    def _voucher(self, order: WorkOrder, place: int) -> None:
        self.sign("service_voucher", order, "dispatch", "dispatch_supervisor")
        if place % 2:
            if order.service_category == ServiceCategory.A:
                self.fill("service_voucher", order, self.engineer(order), {
                    "charge_amount": Decimal(360), "collect_mode": CollectMode.AT_ONCE})
            self.sign("service_voucher", order, "customer", self.engineer(order))

    def _acceptance(self, order: WorkOrder, place: int) -> None:
        person = self.engineer(order)
        record = self.begin("acceptance", order, person)
        self.fill("acceptance", record, person, {
            "unpack_state": UnpackState.SOUND, "started_at": order.arrived_at, "finished_at": order.finished_at,
            "commission_result": "安装到位，通电自检通过，空白与标样各测三次，结果稳定。",
            "training_content": "开关机、日常保养、常见报警处理",
            "trainees": "化验室操作人员 3 人", "can_operate": CanOperate.YES if place % 2 else CanOperate.MOSTLY,
            "conclusion": AcceptanceResult.PASSED, "leave_consent": "当面，客户方负责人，离场前"}, {
            "accessories": [{"name": "电源线", "qty": Decimal(1)}, {"name": "说明书", "qty": Decimal(1)}],
            "test_lines": [{"item": "示值误差", "demand": "≤ 0.5%", "measured": "0.2%", "result": Measured.PASSED},
                           {"item": "重复性", "demand": "≤ 0.3%", "measured": "0.1%", "result": Measured.PASSED}]})
        if place == 11:
            signing.carry_on_paper(record, PAPERS["acceptance"][1], by=self.by(person), now=clock.now())
        elif place % 2:
            self.sign("acceptance", record, "engineer", person)
            self.sign("acceptance", record, "customer", person)
