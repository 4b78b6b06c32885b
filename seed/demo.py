"""Two plausible months of a mixed company, told through the services at the right dates, ending on the day of seeding.

The random seed is fixed; the same day gives the same story. Events of all jobs run in the order of their time, so numbers, notices
and clocks stand as they would had people worked.
"""

from __future__ import annotations

import datetime as dt
import heapq
import random
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from extensions import db
from models.account import Notification
from models.clock_enums import LateReason
from models.customer import Customer, CustomerContact, CustomerSite
from models.enums import (
    AreaClass,
    CallResult,
    Channel,
    CustomerClass,
    FaultLevel,
    HandlingMode,
    HoldReason,
    InfoType,
    InWarranty,
    PaperState,
    ProblemNature,
    RepairResult,
    RequestType,
    Satisfaction,
    ServiceCategory,
    Solved,
)
from models.equipment import Equipment, Part, PartPrice, ProductCategory, ProductModel
from models.organisation import Region, Staff
from models.paper import PAPERS
from models.service_record import ServiceRecord
from models.service_request import ServiceRequest
from models.setting import Setting
from models.work_order import Appointment, WorkOrder
from seed import demo_care, demo_money, demo_quality, demo_repair, demo_stock, onsite
from seed.telling import Story
from services import (
    clock,
    custody,
    dispatch,
    fault_analyses,
    follow_ups,
    paper_records,
    saving,
    service_records,
    service_requests,
    signing,
    work_orders,
)
from services.unit_of_work import current, unit_of_work

DATA = Path(__file__).resolve().parent / "data" / "demo.yaml"
CUSTOMERS, UNITS, REQUESTS, DAYS, ON_SCREEN, RECENT = 64, 160, 210, 61, 30, 5
LATEST_WAITS = 40  # of the calls before, nobody waits for support any more
LATEST = (7, 30, 110, 16, 52, 75, 12, 150, 240, 300)
WAVES = "[[[60,120],[90,60],[120,130],[150,60],[180,130],[215,70],[250,125],[290,70],[330,120],[380,80],[430,115],[480,90]]]"


class Company:
    """The people, customers and parts of the story."""

    def __init__(self, now: dt.datetime, password: str) -> None:
        self.now, self.password = now, password
        self.random = random.Random(20250307)
        self.words = yaml.safe_load(DATA.read_text(encoding="utf-8"))
        self.users = {user.username: user for user in db.session.scalars(select(User))}
        self.staff = {name: db.session.scalar(select(Staff).where(Staff.user_id == user.id)) for name, user in self.users.items()}
        self.accounts = {person.id: name for name, person in self.staff.items() if person is not None}
        self.regions = list(db.session.scalars(select(Region).order_by(Region.id)))
        self.signed_on_screen = 0

    # --- what stands before the first call

    def settle(self) -> None:
        """Products, parts, prices, customers and their units."""
        letterhead = db.session.scalar(select(Setting).where(Setting.key == "company.name"))
        letterhead.value = "江澜科仪服务有限公司"
        for layout in db.session.scalars(select(Setting).where(Setting.key.startswith("layout."))):
            layout.value = "repair_slip_3"  # this company writes every visit on the slip in three copies
        models = self._products()
        for place in range(CUSTOMERS):
            self._customer(place)
        self.customers = list(db.session.scalars(select(Customer).order_by(Customer.id)))
        for place in range(UNITS):
            customer = self.customers[place % CUSTOMERS]
            self._unit(place, customer, self.random.choice(models[self.field[customer.id]]))
        self.units = list(db.session.scalars(select(Equipment).order_by(Equipment.id)))

    def _products(self) -> dict[str, list[ProductModel]]:
        found: dict[str, list[ProductModel]] = {}
        names = {"instrument": "实验室仪器", "electrical": "电气设备", "battery": "电池与电源", "medical": "医疗器械"}
        admin, since = self.users["admin"], clock.today(self.now) - timedelta(days=300)
        for field, models in self.words["products"].items():
            category = saving.create(ProductCategory, {"name": names[field]}, by=admin, now=clock.now())
            found[field] = [saving.create(ProductModel, {"model_no": number, "name": name, "category": category, "warranty_months": 24,
                                                         "is_medical": field == "medical"}, by=admin, now=clock.now())
                            for number, name in models]
            for place, (_symptom, _treatment, part) in enumerate(self.words["faults"][field]):
                number = f"{field[:2].upper()}-{place + 1:03d}"
                made = saving.create(Part, {"part_no": number, "name": part, "unit": "件"}, by=self.users["warehouse"], now=clock.now())
                saving.create(PartPrice, {"part": made, "sale_price": Decimal(self.random.randrange(6, 90) * 20), "valid_from": since},
                              by=self.users["buyer"], now=clock.now())
        return found

    def _customer(self, place: int) -> None:
        pick, words = self.random, self.words
        name, kind, field = words["kinds"][place % len(words["kinds"])]
        region = self.regions[place % len(self.regions)]
        town = words["places"][place // len(words["kinds"]) + (place % len(words["kinds"])) % 8]
        address = f"{town}市{pick.choice(words['streets'])} {pick.randrange(2, 180)} 号"
        arrears = place % 17 == 5
        customer = saving.create(Customer, {
            "name": f"{town}{name}", "kind": kind, "customer_class": pick.choice(list(CustomerClass)), "address": address, "region": region,
            "phone": f"0571-55{pick.randrange(10000, 99999)}", "sales": self.staff["sales"], "in_arrears": arrears,
            "arrears_amount": Decimal(pick.randrange(3, 60) * 1000) if arrears else None,
            "house_rules": "进场须登记并佩戴访客证。" if place % 9 == 2 else None},
            by=self.users["service_clerk"], now=clock.now())
        clerk = self.users["service_clerk"]
        building = pick.choice(["主楼", "一号楼", "检验楼", "机房", "二期厂房"])
        saving.create(CustomerSite, {"customer": customer, "name": building, "region": region, "address": address,
                                     "area_class": pick.choice(list(AreaClass))}, by=clerk, now=clock.now())
        post, role = pick.choice(words["posts"])
        saving.create(CustomerContact, {"customer": customer, "name": pick.choice(words["surnames"]) + post, "role": role, "post": post,
                                        "phone": f"1390000{pick.randrange(1000, 9999)}", "is_primary": True}, by=clerk, now=clock.now())
        self.__dict__.setdefault("field", {})[customer.id] = field

    def _unit(self, place: int, customer: Customer, model: ProductModel) -> None:
        sold = clock.today(self.now) - timedelta(days=self.random.randrange(40, 1300))
        saving.create(Equipment, {"serial_no": f"{model.model_no.replace('-', '')}{sold:%y%m}{place:04d}", "product_model": model,
                                  "customer": customer, "site": customer.sites[0], "sold_on": sold, "warranty_months": 24,
                                  "warranty_start": sold}, by=self.users["service_clerk"], now=clock.now())

    # --- one job after the other

    def tell(self, chapters: list[Story]) -> None:
        """Let all jobs and the other chapters happen in the order of their events, up to now."""
        queue: list[tuple[dt.datetime, int, Story]] = []
        for place, story in enumerate([*map(self._job, range(REQUESTS)), *chapters]):
            first = next(story, None)
            if first is not None:
                heapq.heappush(queue, (first, place, story))
        while queue:
            moment, place, story = heapq.heappop(queue)
            if moment > self.now:
                continue
            unit = current()
            if unit is not None:
                unit.actor_id, unit.reason = None, None  # each step is somebody else's, for a reason of its own
            with clock.frozen(moment):
                following = next(story, None)
                db.session.flush()
            if following is not None:
                heapq.heappush(queue, (following, place, story))

    def _at_work(self, moment: dt.datetime) -> dt.datetime:
        """The moment, or the next morning of a working day when nobody is there."""
        here = clock.local(moment)
        if self.now - moment < timedelta(hours=6):
            return here
        if here.hour >= 17 or here.hour < 8:
            here = (here + timedelta(days=1 if here.hour >= 17 else 0)).replace(hour=8, minute=self.random.randrange(35, 59))
        while here.isoweekday() > 5:
            here += timedelta(days=1)
        return here

    def _job(self, place: int) -> Story:
        pick, clerk = self.random, self.users["service_clerk"]
        share = (REQUESTS - place) / REQUESTS
        start = self._at_work(self.now - timedelta(days=DAYS * share, minutes=-pick.randrange(0, 500)))
        if place >= REQUESTS - len(LATEST):  # calls of the last hours, at whatever hour the story is told
            start = self.now - timedelta(minutes=LATEST[place - REQUESTS])
        yield min(start, self.now - timedelta(minutes=5))
        unit = pick.choice(self.units)
        request, fault = self._call(unit, place)
        if place % 53 == 7:  # a call that was never finished
            return
        service_requests.take_step(request, "register", by=clerk, now=clock.now())
        if place == REQUESTS - len(LATEST):  # the newest call waits to be classified, at whatever hour the story is told
            return
        if place % 41 == 9:
            yield self._at_work(clock.now() + timedelta(hours=2))
            service_requests.take_step(request, "cancel", by=clerk, now=clock.now(), reason="客户来电：已自行恢复")
            return
        yield self._at_work(clock.now() + timedelta(minutes=pick.randrange(1, 4)))
        service_requests.take_step(request, "triage", by=clerk, now=clock.now())
        if place % 9 == 4:
            yield from self._remote(request, fault, place)
        else:
            yield from self._on_site(request, fault, place)
        yield from self._afterwards(request, place)

    def _call(self, unit: Equipment, place: int) -> tuple[ServiceRequest, list[str]]:
        pick, customer = self.random, unit.customer
        fault = pick.choice(self.words["faults"][self.field[customer.id]])
        contact = customer.contacts[0]
        request = ServiceRequest(
            customer=customer, site=customer.sites[0], contact=contact, contact_name=contact.name, contact_phone=contact.phone,
            product_model=unit.product_model, equipment=unit, symptom=fault[0],
            channel=pick.choice([Channel.PHONE] * 5 + list(Channel)[1:6]),
            request_type=RequestType.REPAIR, info_type=InfoType.TECH_SUPPORT, problem_nature=pick.choice([ProblemNature.HARDWARE] * 4 + [
                ProblemNature.SOFTWARE]), fault_level=pick.choice([FaultLevel.ONE, *[FaultLevel.TWO] * 3, *[FaultLevel.THREE] * 4,
                                                                   FaultLevel.FOUR]),
            in_warranty=InWarranty.YES if unit.warranty_end and unit.warranty_end >= clock.today() else InWarranty.NO,
            handling_mode=HandlingMode.REMOTE if place % 9 == 4 else HandlingMode.ONSITE)
        request.service_category = ServiceCategory.C if request.in_warranty == InWarranty.YES else ServiceCategory.A
        request.status = service_requests.R.DRAFT
        if place % 53 == 7:
            request.symptom = None
        db.session.add(request)
        service_requests.begin(request, by=self.users["service_clerk"], now=clock.now())
        saving.check(request)
        db.session.flush()
        return request, fault

    def _remote(self, request: ServiceRequest, fault: list[str], place: int) -> Story:
        lead = self.users["service_clerk"]
        yield self._at_work(clock.now() + timedelta(minutes=self.random.randrange(2, 20)))
        service_requests.take_step(request, "remote", by=lead, now=clock.now())
        if place >= REQUESTS - len(LATEST):  # the newest is still on the telephone
            return
        yield self._at_work(clock.now() + timedelta(hours=self.random.randrange(1, 5)))
        service_requests.take_step(request, "solve", by=lead, now=clock.now(), result=f"电话指导客户处理：{fault[1]}")

    def _on_site(self, request: ServiceRequest, fault: list[str], place: int) -> Story:
        pick, boss = self.random, self.users["dispatch_supervisor"]
        yield self._at_work(clock.now() + timedelta(minutes=pick.randrange(25, 240) if place % 7 == 0 else pick.randrange(1, 6)))
        engineer = dispatch.engineers(request.region_id)[pick.randrange(0, 3)][0]
        order = work_orders.send(request, by=boss, now=clock.now(), engineer=engineer)
        person = self.users[self.accounts[engineer.id]]
        yield self._at_work(clock.now() + timedelta(minutes=pick.randrange(30, 80) if place % 11 == 0 else pick.randrange(1, 18)))
        work_orders.take_step(order, "contact", by=person, now=clock.now(), contact_note=f"与{request.contact_name}通话，确认故障现象")
        if place % 31 == 11:
            yield self._at_work(clock.now() + timedelta(minutes=30))
            work_orders.take_step(order, "hold", by=person, now=clock.now(), hold_reason=HoldReason.CUSTOMER)
            return
        visit = self._appoint(order, person)
        yield visit - timedelta(minutes=pick.randrange(30, 70))
        work_orders.take_step(order, "depart", by=person, now=clock.now())
        yield visit + timedelta(minutes=pick.randrange(0, 20))
        work_orders.take_step(order, "arrive", by=person, now=clock.now())
        if place % 13 == 6:
            yield clock.now() + timedelta(minutes=50)
            work_orders.take_step(order, "wait_parts", by=person, now=clock.now(), waiting_note=f"等待{fault[2]}到货")
            if place % 26 == 6:
                return
            yield self._at_work(clock.now() + timedelta(days=pick.randrange(2, 6)))
            visit = self._appoint(order, person)
            yield visit - timedelta(minutes=40)
            work_orders.take_step(order, "depart", by=person, now=clock.now())
            yield visit + timedelta(minutes=5)
            work_orders.take_step(order, "arrive", by=person, now=clock.now())
        elif place % 37 == 3:
            yield clock.now() + timedelta(minutes=45)
            work_orders.take_step(order, "need_support", by=person, now=clock.now(), reason="故障重复出现，请技术主管指导")
            if place > REQUESTS - LATEST_WAITS:
                return
            yield clock.now() + timedelta(hours=3)
            work_orders.take_step(order, "resume", by=person, now=clock.now())
        elif place % 47 == 20:
            yield clock.now() + timedelta(minutes=90)
            work_orders.take_step(order, "return_unresolved", by=person, now=clock.now(), reason="现场无此型号备件，需另行安排")
            return
        yield from self._repair(order, person, fault, place)

    def _appoint(self, order: WorkOrder, person: Any) -> dt.datetime:
        """Agree the next free half day of the engineer with the customer."""
        day = clock.local(self._at_work(clock.now() + timedelta(hours=self.random.choice([3, 20, 20, 44]))))
        for offset in range(40):
            for hour in (9, 14):
                start = (day + timedelta(days=offset)).replace(hour=hour, minute=0, second=0, microsecond=0)
                end = start + timedelta(hours=3)
                if start < clock.now() + timedelta(hours=1) or start.isoweekday() > 5:
                    continue
                who = order.lead_engineer_id or 0
                if not (dispatch.overlapping(who, start, end) or dispatch.travelling(
                        start.date(), end.date(), staff_id=who, besides=order.id)):
                    work_orders.take_step(order, "appoint", by=person, now=clock.now(), start_at=start, end_at=end, informed=True,
                                          late_reason=self.random.choice([LateReason.CUSTOMER, LateReason.TRAVEL]))
                    return start
        raise RuntimeError("no free half day in forty days")

    def _repair(self, order: WorkOrder, person: Any, fault: list[str], place: int) -> Story:
        pick = self.random
        begun = clock.now()
        record = service_records.prepare(order, by=person, now=begun)
        yield begun + timedelta(minutes=pick.randrange(50, 170))
        now = clock.now()
        lines = {}
        if place % 3:
            part = db.session.scalar(select(Part).where(Part.name == fault[2]))
            paid = order.request.in_warranty == InWarranty.NO
            lines = {"purchase_lines" if paid else "three_guarantee_lines": [{"part": part, "qty": Decimal(1)}]}
        paper = PAPERS[record.layout][1]
        came = {"arrived_at": begun} if "arrived_at" in paper.fields() else {}
        paper_records.fill(record, paper, {
            **came, "started_at": begun, "finished_at": now, "treatment": fault[1], "result": RepairResult.REPAIRED,
                                      "leave_consent": f"当面，{order.request.contact_name}，{clock.local(now):%H:%M}",
                                      "customer_opinion": pick.choice(self.words["opinions"])}, lines, by=person, now=now)
        on_screen = self.signed_on_screen < ON_SCREEN and place % 4 == 1
        if on_screen:
            self.signed_on_screen += 1
            for slot in ("engineer", "repairer"):
                signing.sign(record, paper, slot, by=person, now=now, password=self.password)
            signing.sign(record, paper, "customer", by=person, now=now, drawn=WAVES, name=order.request.contact_name)
        else:
            signing.log_print(record, paper, by=self.users["service_clerk"], now=now)
            signing.carry_on_paper(record, paper, by=person, now=now)
        work_orders.take_step(order, "finish", by=person, now=now, solution=fault[1])
        if on_screen:
            yield self._at_work(now + timedelta(hours=pick.randrange(3, 30)))
            self._countersign(record)

    def _countersign(self, record: ServiceRecord) -> None:
        paper = PAPERS[record.layout][1]
        if record.part_lines:
            signing.sign(record, paper, "warehouse", by=self.users["warehouse"], now=clock.now(), password=self.password)
        signing.sign(record, paper, "dept_head", by=self.users["service_manager"], now=clock.now(), password=self.password)

    def _analyse(self, request: ServiceRequest, place: int) -> None:
        """Who repaired it writes the analysis of a grave fault; by telephone, the technical lead (B-057)."""
        order, model = (request.orders[-1] if request.orders else None), PAPERS["fault_analysis"][0]
        paper = PAPERS["fault_analysis"][1]
        person = self.users[self.accounts[order.lead_engineer_id]] if order is not None else self.users["tech_lead"]
        record = paper_records.begin(model, paper, request, by=person, now=clock.now())
        kind, cause, prevention = self.random.choice(self.words["analyses"])
        paper_records.fill(record, paper, {"fault_type": kind, "cause": cause, "prevention": prevention}, by=person, now=clock.now())
        if place % 8 == 1:
            signing.sign(record, paper, "analyst", by=person, now=clock.now(), password=self.password)
        else:
            signing.carry_on_paper(record, paper, by=person, now=clock.now())

    def hand_out_slips(self) -> None:
        """Numbered blank slips in two cars, one of them spoiled."""
        paper, clerk = PAPERS["repair_slip_3"][1], self.users["service_clerk"]
        for place, holder in enumerate(dispatch.carriers()[:2]):
            taken = custody.issue_blank(paper, 5, holder=holder, by=clerk, now=self.now)
            if place:
                custody.void_blank(taken[2], by=clerk, reason="复写时撕破")

    def look_ahead(self) -> None:
        """What the dispatch board shows besides: a colleague on leave, and one visit booked over another."""
        visits = list(db.session.scalars(select(Appointment).where(
            Appointment.end_at > self.now, Appointment.status.in_(("planned", "confirmed"))).order_by(Appointment.start_at)))
        engaged, today = {visit.engineer_id for visit in visits}, clock.today(self.now)
        engineers = [person for person in self.staff.values() if person and person.is_engineer]
        away, other = sorted(engineers, key=lambda person: (person.id in engaged, -person.id))[:2]
        if away.id not in engaged:
            saving.change(away, {"absent_from": today, "absent_to": today + timedelta(days=1), "substitute": other}, by=self.users["admin"])
        for visit in visits:
            order = db.session.scalar(select(WorkOrder).where(
                WorkOrder.lead_engineer_id == visit.engineer_id, WorkOrder.status.in_(("contacted", "waiting_parts"))))
            if order is not None and visit.start_at > self.now:
                start = visit.end_at - timedelta(minutes=30)
                work_orders.take_step(order, "appoint", by=self.users["dispatch_supervisor"], now=self.now, start_at=start,
                                      end_at=start + timedelta(hours=2), override_reason="客户只有这个时间")
                return

    def _afterwards(self, request: ServiceRequest, place: int) -> Story:
        """The record comes back, the customer is called, the file is closed."""
        pick, clerk = self.random, self.users["service_clerk"]
        if request.status != service_requests.R.RESOLVED:
            return
        for order in request.orders:
            yield self._at_work(clock.now() + timedelta(hours=pick.randrange(12, 40)))
            if any(record.status == PaperState.DRAFT for record in order.records):
                yield self._at_work(clock.now() + timedelta(hours=24))
            work_orders.take_step(order, "strike_off", by=clerk, now=clock.now())
        call = follow_ups.open_of(request)
        yield self._at_work(clock.now() + timedelta(hours=pick.randrange(2, 20)))
        if place % 11 == 2:
            follow_ups.take_step(call, "attempt", by=clerk, now=clock.now(), call_result=CallResult.NO_ANSWER)
            yield self._at_work(clock.now() + timedelta(hours=6))
        if place % 29 == 13 and self.now - clock.now() < timedelta(days=RECENT):  # older ones would lie about for weeks
            follow_ups.take_step(call, "done", by=clerk, now=clock.now(), solved=Solved.NO, unsolved="客户反映故障再次出现")
            return
        follow_ups.take_step(call, "done", by=clerk, now=clock.now(), solved=Solved.YES, duration_min=Decimal(2),
                             satisfaction=pick.choice([Satisfaction.VERY_SATISFIED, Satisfaction.SATISFIED, Satisfaction.SATISFIED,
                                                       Satisfaction.FAIR]), opinion=pick.choice(self.words["opinions"]))
        yield self._at_work(clock.now() + timedelta(hours=pick.randrange(4, 30)))
        if place % 5 == 4 and self.now - clock.now() < timedelta(days=RECENT):
            return  # the file lies on the desk: somebody has yet to close it
        if fault_analyses.is_required(request):
            self._analyse(request, place)
        service_requests.take_step(request, "close", by=clerk, now=clock.now())
        yield self._at_work(clock.now() + timedelta(hours=pick.randrange(3, 30)))
        number = demo_care.Care(self).survey(request, place)
        service_requests.take_step(request, "survey", by=clerk, now=clock.now(), survey_no=number)
        yield self._at_work(clock.now() + timedelta(days=pick.randrange(12, 20)))
        for order in request.orders:
            work_orders.take_step(order, "return_form", by=clerk, now=clock.now())
        yield self._at_work(clock.now() + timedelta(days=10))
        service_requests.take_step(request, "archive", by=clerk, now=clock.now())


def load(password: str) -> None:
    """Settle the company and tell its two months; call it once, on an installation that has only its accounts."""
    now = clock.now()
    with unit_of_work(reason="演示数据"):
        company = Company(now, password)
        with clock.frozen(now - timedelta(days=DAYS + 3)):
            company.settle()
            store = demo_stock.Store(company)
            store.open()
        tellers = (onsite.Onsite, demo_care.Care, demo_repair.Workshop, demo_money.Prices, demo_quality.Quality)
        company.tell([*store.stories(), *(story for teller in tellers for story in teller(company).stories())])
        company.look_ahead()
        company.hand_out_slips()
        for notice in db.session.scalars(select(Notification).where(Notification.at < now - timedelta(hours=30))):
            notice.read_at = notice.at + timedelta(hours=1)
