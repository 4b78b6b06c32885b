"""Papers around the visits of the demonstration: contacts, notices, vouchers, acceptances, plans and trips."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

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
from seed.telling import Story, Teller
from services import calendars, clock, saving, signing

CONTACTS = (
    (ContactChannel.CALL, ContactKind.INQUIRY, "询问光源灯价格和到货时间", "已报价，三天内到货"),
    (ContactChannel.CALL, ContactKind.REPAIR, "配电柜冒烟，已断电", "已请值班工程师立即联系"),
    (ContactChannel.EMAIL, ContactKind.TECHNICAL, "请教标样曲线如何导出", "已发操作说明"),
    (ContactChannel.VISIT, ContactKind.OTHER, "来公司参观样机", None),
    (ContactChannel.LETTER, ContactKind.SUGGESTION, "建议在说明书中增加日常保养图", "已转技术主管"),
    (ContactChannel.CALL, ContactKind.COMPLAINT, "上门时间两次改期", "已致歉并登记"),
)


class Onsite(Teller):
    """The people of the demonstration and the papers they fill."""

    def stories(self) -> list[Story]:
        """Contacts, trips and the papers of single jobs."""
        return [self._contacts(), *map(self._journey, range(5)), *map(self._paper, range(12))]

    def _paper(self, place: int) -> Story:
        """A paper of a job that was done by that evening."""
        yield self.now - timedelta(days=15 - place)
        order = self.job(WorkOrder.status.in_((OrderStatus.FINISHED, OrderStatus.SIGNED_OFF, OrderStatus.FORM_RETURNED)))
        if order is None:
            return
        if place < 4:
            self._notice(order, place)
        elif place < 8:
            self._voucher(order, place)
        else:
            self._acceptance(order, place)

    def _contacts(self) -> Story:
        """Calls and letters of the last days, one of them an emergency."""
        for place, (channel, kind, content, answer) in reversed(list(enumerate(CONTACTS))):
            moment = self.now - timedelta(days=place, hours=2 + place % 5)
            yield moment + timedelta(minutes=2)
            customer = db.session.scalars(select(Customer).order_by(Customer.id).offset(place).limit(1)).one()
            saving.create(
                ContactLog,
                {
                    "contacted_at": moment,
                    "channel": channel,
                    "customer": customer if place != 3 else None,
                    "kind": kind,
                    "caller_name": customer.contacts[0].name,
                    "phone": customer.contacts[0].phone,
                    "content": content,
                    "answer": answer,
                    "told_wait_minutes": 30 if calendars.is_off_hours(moment) else None,
                    "is_urgent": place == 1,
                    "taken_by": self.company.staff["service_clerk"],
                },
                by=self.by("service_clerk"),
                now=clock.now(),
            )

    def _journey(self, place: int) -> Story:
        """Plan and trip of a visit that is agreed: one only drafted, the later ones back and summed up."""
        yield self.now - timedelta(days=16 - 2 * place, hours=5)
        order = self._agreed()
        while order is None:
            yield clock.now() + timedelta(hours=3)
            order = self._agreed()
        self._plan(order, place)
        trip = self._trip(order, place)
        if place < 3:
            return
        while order.finished_at is None:
            yield clock.now() + timedelta(hours=4)
        self._summary(trip, order, place)

    def _agreed(self) -> WorkOrder | None:
        """An order whose visit is agreed but has not begun."""
        orders = db.session.scalars(
            select(WorkOrder)
            .where(
                WorkOrder.status == OrderStatus.APPOINTED,
                WorkOrder.arrived_at.is_(None),
                WorkOrder.lead_engineer_id.is_not(None),
                WorkOrder.id.not_in(self.told_of),
            )
            .order_by(WorkOrder.id.desc())
        )
        found = next((order for order in orders if order.request.equipment is not None and order.appointment is not None), None)
        if found is not None:
            self.told_of.add(found.id)
        return found

    def _plan(self, order: WorkOrder, place: int) -> None:
        person = self.engineer(order)
        plan = self.begin("service_plan", order, person)
        self.fill(
            plan,
            "service_plan",
            person,
            {
                "people": [{"staff": order.lead_engineer, "task": "更换、校准", "days": Decimal(2)}],
                "resource_lines": [{"name": "备件一套", "qty": Decimal(1)}, {"name": "万用表、图纸", "qty": Decimal(1)}],
            },
            cause="部件老化，接触不良",
            solution="一、断电检查；二、更换部件；三、校准并带载运行两小时。",
            charging=Charging.FREE,
            planned_arrive_at=order.appointment.start_at,
            planned_finish_at=order.appointment.end_at,
            est_cost=Decimal(1300),
            risk="备件不合时先恢复旧件运行",
        )
        self.sign(plan, "service_plan", "draft", person)
        if place:
            self.fill(
                plan,
                "service_plan",
                "tech_lead",
                {"review_lines": [{"department": order.department, "opinion": "方案可行，注意先断电挂牌", "result": ReviewResult.PASSED}]},
            )
            self.sign(plan, "service_plan", "tech", "tech_lead")
            self.sign(plan, "service_plan", "quality", "quality")

    def _trip(self, order: WorkOrder, place: int) -> Trip:
        person, first = self.engineer(order), clock.today(order.appointment.start_at)
        trip: Trip = self.begin("trip_application", order, person)
        self.fill(
            trip,
            "trip_application",
            person,
            planned_start=first,
            planned_end=first + timedelta(days=1),
            transport=Transport.TRAIN,
            charging=Charging.FREE,
            cost_transport=Decimal(620),
            cost_lodging=Decimal(380),
            cost_meals=Decimal(200),
            cost_other=Decimal(100),
            advance_amount=Decimal(1000),
            department=order.department or self.company.staff["tech_lead"].department,
        )
        if not place:
            return trip
        for slot, name in (("applicant", "tech_lead"), ("clerk", "service_clerk"), ("approver", "service_manager")):
            self.sign(trip, "trip_application", slot, name)
        self.fill(
            trip,
            "trip_plan",
            person,
            {
                "itinerary_lines": [
                    {
                        "date": first,
                        "from_place": "公司",
                        "to_place": str(order.customer)[:20],
                        "transport": "高铁",
                        "work": "检查、更换部件",
                    },
                    {
                        "date": first + timedelta(days=1),
                        "from_place": str(order.customer)[:20],
                        "to_place": "公司",
                        "transport": "高铁",
                        "work": "校准、培训、返回",
                    },
                ]
            },
            solution="更换部件后校准",
            prep_note="图纸一套，工具箱，备件",
            has_loan=place == 2,
        )
        self.sign(trip, "trip_plan", "traveller", person)
        if place > 1:
            for slot, name in (("service", "dispatch_supervisor"), ("office", "office"), ("finance", "finance")):
                self.sign(trip, "trip_plan", slot, name)
        return trip

    def _summary(self, trip: Trip, order: WorkOrder, place: int) -> None:
        person = self.engineer(order)
        record = self.begin("trip_summary", trip, person)
        self.fill(
            record,
            "trip_summary",
            person,
            {
                "done_items": [{"matter": "更换部件并校准", "outcome": "完成，客户确认"}],
                "open_items": [{"matter": "无"}] if place == 3 else [{"matter": "备用泵待更换", "outcome": "已电话报售后部经理"}],
            },
            returned_on=max(trip.planned_start, clock.today()),
            loan_state=LoanState.NONE,
            actual_cost=Decimal(1260),
            open_solution=None if place == 3 else "备用泵到货后随下次巡检更换",
        )
        if place == 3:
            self.sign(record, "trip_summary", "division", "tech_lead")
            self.fill(record, "trip_summary", "service_manager", service_opinion="按计划完成，客户反映良好。", rating=TripRating.GOOD)
            self.sign(record, "trip_summary", "manager", "service_manager")
            self.sign(record, "trip_summary", "finance", "finance")

    def engineer(self, order: WorkOrder) -> str:
        """The account of the engineer of an order."""
        return str(self.company.accounts[order.lead_engineer_id])

    def _notice(self, order: WorkOrder, place: int) -> None:
        self.sign(order, "task_notice", "issuer", "service_clerk")
        if place % 2:
            self.fill(order, "task_notice", "tech_lead", solution="带备件上门更换，校准后带载运行两小时。")
            self.sign(order, "task_notice", "dept", "tech_lead")
            self.sign(order, "task_notice", "manager", "service_manager")

    def _voucher(self, order: WorkOrder, place: int) -> None:
        self.sign(order, "service_voucher", "dispatch", "dispatch_supervisor")
        if place % 2:
            if order.service_category == ServiceCategory.A:
                self.fill(order, "service_voucher", self.engineer(order), charge_amount=Decimal(360), collect_mode=CollectMode.AT_ONCE)
            self.sign(order, "service_voucher", "customer", self.engineer(order))

    def _acceptance(self, order: WorkOrder, place: int) -> None:
        person = self.engineer(order)
        record = self.begin("acceptance", order, person)
        self.fill(
            record,
            "acceptance",
            person,
            {
                "accessories": [{"name": "电源线", "qty": Decimal(1)}, {"name": "说明书", "qty": Decimal(1)}],
                "test_lines": [
                    {"item": "示值误差", "demand": "≤ 0.5%", "measured": "0.2%", "result": Measured.PASSED},
                    {"item": "重复性", "demand": "≤ 0.3%", "measured": "0.1%", "result": Measured.PASSED},
                ],
            },
            unpack_state=UnpackState.SOUND,
            started_at=order.arrived_at,
            finished_at=order.finished_at,
            commission_result="安装到位，通电自检通过，空白与标样各测三次，结果稳定。",
            training_content="开关机、日常保养、常见报警处理",
            trainees="化验室操作人员 3 人",
            can_operate=CanOperate.YES if place % 2 else CanOperate.MOSTLY,
            conclusion=AcceptanceResult.PASSED,
            leave_consent="当面，客户方负责人，离场前",
        )
        if place == 11:
            signing.carry_on_paper(record, PAPERS["acceptance"][1], by=self.by(person), now=clock.now())
        elif place % 2:
            self.sign(record, "acceptance", "engineer", person)
            self.sign(record, "acceptance", "customer", person)
