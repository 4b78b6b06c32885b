"""Customer care of the demonstration: surveys, cards, complaints, daily reports, inspections and contracts in every state."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import select

from extensions import db
from models.care_enums import (
    ComplaintChannel,
    ComplaintKind,
    Contentment,
    ContractType,
    DayKind,
    FiveLevel,
    FourLevel,
    InspectionState,
    NoticeChannel,
    PenaltyChoice,
    RenewalResult,
    Substantiated,
)
from models.customer import Customer
from models.enums import ServiceCategory
from models.equipment import Equipment
from models.inspection_plan import InspectionTask
from models.paper import PAPERS
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from seed.telling import Story, Teller
from services import clock, inspection_plan, saving, signing

# kind, type, words, demand, plan; grave ones have a reason
COMPLAINTS = (
    (ComplaintKind.COMPLAINT, "delay", "约定上午到场，下午三点才到，没有说明。", "今后按约定时间到场", "向客户致歉，改派常驻工程师", None),
    (ComplaintKind.PROBLEM, "product", "更换的光源灯使用两周后再次熄灭。", "免费更换并查明原因", "免费更换，旧灯返厂分析", None),
    (ComplaintKind.GRIEVANCE, "attitude", "工程师未按规定登记入场，态度不耐烦。", "希望更换工程师", "主任上门致歉，对工程师再培训", None),
    (ComplaintKind.COMPLAINT, "broken", "收到的主板外包装破损，插针弯曲。", "当日补发", "当日补发，运输公司理赔", None),
    (ComplaintKind.COMPLAINT, "service", "停机三天造成检测合同违约。", "书面说明并赔偿", "提供备用机，减免本次费用", "loss"),
    (ComplaintKind.SUGGESTION, "other", "建议提供常用备件的自助更换说明。", "希望每种型号都有图文说明", "由技术部整理后随机提供", None),
)
SCOPES = ("每季度上门保养一次，更换易损件。", "全年不限次维修，四小时响应，备件按八折。", "每月巡检，出具检查报告和维护建议。")
OPINIONS = ("到场快，讲解清楚。", "希望周末也能安排。", "处理及时，非常满意。", "备件等待时间偏长。")


class Care(Teller):
    """The people of customer care and what they write."""

    def on_paper(self, record: Any, code: str, who: str = "service_clerk") -> None:
        """It was signed by hand."""
        signing.carry_on_paper(record, PAPERS[code][1], by=self.by(who), now=clock.now())

    def stories(self) -> list[Story]:
        """Cards, complaints, daily reports, contracts and inspections."""
        return [*map(self._card, range(14)), *(self._complaint(place, *told) for place, told in enumerate(COMPLAINTS)),
                self._daily_reports(), *map(self._contract, range(8)), self._inspections()]

    # --- asked by the story itself

    def survey(self, request: ServiceRequest, place: int) -> str:
        """Ask how the service was, a day after it was closed; the number of the survey (B-150)."""
        code, pick = "after_sales_survey", self.company.random
        record = self.begin(code, request, "service_clerk")
        level = FiveLevel.FAIR if place % 23 == 5 else pick.choice([FiveLevel.VERY_GOOD, FiveLevel.GOOD, FiveLevel.SATISFYING])
        names = ("q_timeliness", "q_attitude", "q_skill", "q_result")
        self.fill(
            record,
            code,
            "service_clerk",
            **{
                **{name: pick.choice([FiveLevel.VERY_GOOD, FiveLevel.GOOD, FiveLevel.SATISFYING]) for name in names},
                "q_overall": level,
                "reason": "等待备件时间过长" if level == FiveLevel.FAIR else None,
                "opinion": OPINIONS[place % len(OPINIONS)],
            },
        )
        if place % 6 == 1:
            self.fill(record, code, "quality", evaluation="服务过程符合规定，继续保持。")
            self.sign(record, code, "service", "service_manager")
            self.sign(record, code, "quality", "quality")
        return signing.ensure_number(record, PAPERS[code][1], by=self.by("service_clerk"), now=clock.now())

    def _card(self, place: int) -> Story:
        """The card of a job a day later: some came back, some are still out (B-153)."""
        yield self.now - timedelta(hours=20 + 10 * (14 - place))
        order = self.job(WorkOrder.finished_at < clock.now() - timedelta(hours=16))
        if order is None:
            return
        card = self.begin("opinion_card", order, "service_clerk")
        signing.ensure_number(card, PAPERS["opinion_card"][1], by=self.by("service_clerk"), now=clock.now())
        if place % 3 == 0:
            return
        yield self.now - timedelta(hours=2 + place)
        marks = [FourLevel(str(4 - (place + offset) % 3)) for offset in range(4)]
        self.fill(
            card,
            "opinion_card",
            "service_clerk",
            card_attitude=marks[0],
            card_skill=marks[1],
            card_arrival=marks[2],
            card_promise=marks[3],
            suggestion=OPINIONS[place % len(OPINIONS)],
            sent_on=min(card.sent_on, clock.today()),
            returned_on=clock.today(),
        )
        self.on_paper(card, "opinion_card")

    def _complaint(self, place: int, *told: Any) -> Story:
        kind, sort, words, demand, plan, reason = told
        begun = self.now - timedelta(days=24 - 4 * place, hours=5)
        yield begun
        request = db.session.scalars(
            select(ServiceRequest)
            .where(ServiceRequest.site_id.is_not(None), ServiceRequest.symptom.is_not(None))
            .order_by(ServiceRequest.id.desc())
            .offset(3 + place)
            .limit(1)
        ).one()
        record = self.begin("complaint", request, "service_clerk")
        self.fill(
            record,
            "complaint",
            "service_clerk",
            kind=kind,
            channel=list(ComplaintChannel)[place % 4],
            problem_type=sort,
            content=words,
            handler=self.staff["service_clerk"],
            major_reason=reason,
            loss_amount=Decimal(8600) if reason else None,
            within_authority=reason is None,
        )
        signing.ensure_number(record, PAPERS["complaint"][1], by=self.by("service_clerk"), now=clock.now())
        if place == len(COMPLAINTS) - 1:
            return
        yield begun + timedelta(hours=3)
        found = Substantiated.YES if place % 2 else Substantiated.PARTLY
        self.fill(record, "complaint", "service_clerk", contacted_at=clock.now(), customer_demand=demand, is_substantiated=found)
        if not reason:
            yield clock.now() + timedelta(hours=26)
            self._closed(record, plan, place)
            return
        yield begun + timedelta(hours=4)  # the grave one waits for what follows after the opinion of the head
        self.fill(
            record,
            "complaint",
            "service_manager",
            escalated_at=clock.now(),
            head_opinion="专人负责，先提供备用机，书面答复客户。",
        )
        self.sign(record, "complaint", "head", "service_manager")

    def _closed(self, record: Any, plan: str, place: int) -> None:
        engineer = self.staff["service_engineer"]
        self.fill(
            record,
            "complaint",
            "service_clerk",
            replied_at=record.contacted_at + timedelta(hours=2),
            resolution_plan=plan,
            responsible_link="service",
            responsible=engineer,
            implementer=engineer,
            implemented_at=clock.now(),
            penalty=PenaltyChoice.NONE,
            feedback="客户认可处理结果。",
            feedback_satisfied=Contentment.SATISFIED,
            visitor=self.staff["dispatch_supervisor"] if record.kind == ComplaintKind.GRIEVANCE else None,
            visited_on=clock.today() if record.kind == ComplaintKind.GRIEVANCE else None,
        )
        if place < 2:
            self.sign(record, "complaint", "supervision", "service_manager")

    def _daily_reports(self) -> Story:
        """The last working days of three engineers; what has lines is signed, the older ones are read."""
        day, days = self.now, []
        while len(days) < 4:
            day -= timedelta(days=1)
            if clock.local(day).isoweekday() <= 5:
                days.append(clock.at_local(*clock.today(day).timetuple()[:3], 17, 20))
        for place, moment in reversed(list(enumerate(days))):
            yield moment
            for name in ("service_engineer", "engineer2", "engineer3"):
                report = self.begin("daily_report", None, name)
                rows = [self._row(line) for line in report.lines] or [
                    {"service_category": ServiceCategory.D, "work": "整理备件与工具，编写维修记录", "hours": Decimal("3.5")}
                ]
                self.fill(report, "daily_report", name, {"lines": rows}, day_kind=report.day_kind or DayKind.OFFICE)
                self.sign(report, "daily_report", "technician", name)
                if place:
                    self.sign(report, "daily_report", "supervisor", "dispatch_supervisor")

    @staticmethod
    def _row(line: Any) -> dict[str, Any]:
        row = {name: getattr(line, name) for name in ("id", "customer", "source", "work", "start_at", "end_at", "hours")}
        return {**row, "service_category": line.service_category or ServiceCategory.C}

    def _contract(self, place: int) -> Story:
        yield self.now - timedelta(days=40 - place)
        customer = db.session.scalars(select(Customer).where(Customer.active).order_by(Customer.id).offset(place).limit(1)).one()
        today = clock.today(self.now)
        units = list(db.session.scalars(select(Equipment).where(Equipment.customer_id == customer.id).order_by(Equipment.id).limit(3)))
        start = today - relativedelta(months=11, days=5 * place) if place % 2 else today - relativedelta(months=4)
        record = self.begin("service_contract", customer, "sales")
        self.fill(
            record,
            "service_contract",
            "sales",
            contract_no=f"BY{start:%Y}-{place + 21:03d}",
            contract_type=list(ContractType)[place % 2],
            signed_on=start - timedelta(days=9),
            start_on=start,
            end_on=start + relativedelta(years=1, days=-1),
            amount=Decimal(9800 + 2600 * place),
            payment_terms="签订后三十日内一次付清",
            scope=SCOPES[place % len(SCOPES)],
            exclusions="人为损坏及耗材除外。",
            units=units,
            visit_interval_months=3 if place % 3 == 0 else None,
        )
        if place < 6:
            self.sign(record, "service_contract", "approver", "service_manager")
        if place in (1, 3, 5):
            yield from self._notice(record, place)

    def _notice(self, contract: Any, place: int) -> Story:
        yield self.now - timedelta(days=9 - place)
        letter = self.begin("contract_notice", contract, "service_clerk")
        self.fill(
            letter,
            "contract_notice",
            "service_clerk",
            proposal="续约一年，保养频次不变，价格维持。",
            sent_on=clock.today(),
            sent_by_channel=list(NoticeChannel)[place % 4],
            owner=self.staff["sales"],
        )
        if place > 1:
            self.sign(letter, "contract_notice", "issuer", "service_clerk")
        if place == 5:
            yield self.now - timedelta(hours=2)
            self.fill(letter, "contract_notice", "sales", visit_on=clock.today(), result=RenewalResult.RENEWS)
            self.sign(letter, "contract_notice", "renewal", "sales")

    def _inspections(self) -> Story:
        """Days of acceptance, the plan made from them, and the first inspections."""
        yield self.now - timedelta(days=35)
        units = db.session.scalars(select(Equipment).where(Equipment.sold_on.is_not(None)).order_by(Equipment.id).limit(48))
        for place, unit in enumerate(units):
            unit.accepted_on = unit.accepted_on or unit.sold_on + timedelta(days=6 + place % 9)
        db.session.flush()
        self.by("dispatch_supervisor")
        inspection_plan.generate(now=clock.now())
        today = clock.today(self.now)
        tasks = db.session.scalars(
            select(InspectionTask).where(InspectionTask.due_on <= today + timedelta(days=20)).order_by(InspectionTask.due_on)
        ).all()
        engineers = [self.staff[name] for name in ("service_engineer", "engineer2", "engineer3")]
        for place, task in enumerate(tasks):
            if place % 4 != 3:
                saving.change(task, {"engineer": engineers[place % 3]}, by=self.by("dispatch_supervisor"))
        for place, task in enumerate([task for task in tasks if task.due_on < today - timedelta(days=9)]):
            yield max(clock.at_local(*task.due_on.timetuple()[:3], 12, 30), clock.now() + timedelta(minutes=10))
            if place % 5 != 4 and task.status in inspection_plan.OPEN:
                self._inspected(task, place)
        yield max(self.now - timedelta(hours=14), clock.now())
        inspection_plan.generate(now=clock.now())

    def _inspected(self, task: InspectionTask, place: int) -> None:
        who, left = self.company.accounts[(task.engineer or self.staff["service_engineer"]).id], clock.now() - timedelta(hours=1)
        record = self.begin("inspection_record", task.customer, who)
        rows = [
            {
                "id": line.id,
                "equipment": line.equipment,
                "item": line.item,
                "state": InspectionState.ABNORMAL if (place + spot) % 11 == 7 else InspectionState.NORMAL,
                "action": "现场处理，已恢复" if (place + spot) % 11 == 7 else None,
                "open_point": "建议下次更换管路" if (place + spot) % 9 == 4 else None,
            }
            for spot, line in enumerate(record.lines)
        ]
        self.fill(
            record,
            "inspection_record",
            who,
            {"lines": rows},
            arrived_at=left - timedelta(hours=2),
            left_at=left,
            usage_note="设备运行稳定，使用人员掌握操作。",
            answers="讲解日常保养要点。",
            frequent_faults="无故障多发设备。",
            customer_opinion=OPINIONS[place % len(OPINIONS)],
        )
        if place % 3 == 0:
            signing.ensure_number(record, PAPERS["inspection_record"][1], by=self.by(who), now=clock.now())
        else:
            self.on_paper(record, "inspection_record", "service_manager")
