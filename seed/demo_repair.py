"""The workshop of the demonstration: customers' goods that were taken away, brought and mailed, in every stage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from extensions import db
from models.customer import Customer
from models.enums import OrderStatus
from models.equipment import Part, Supplier
from models.repair_enums import PassResult, RepairHandling, RepairRoute
from models.stock import StockZone
from models.stock_enums import ZoneKind
from models.work_order import WorkOrder
from seed.telling import Story, Teller
from services import clock, saving

BROUGHT: tuple[tuple[str, str, RepairRoute, str], ...] = (
    ("血压计 BP-7", "加压后缓慢泄压，客户要求尽快修好", RepairRoute.DELIVERY, "更换气囊与快速接头，试压 30 分钟无泄漏。"),
    ("便携式电导率仪 DD-3", "屏幕不亮，已更换电池", RepairRoute.SALESMAN, ""),
    ("离心机转头 LX-12", "转头有裂纹，请厂家鉴定", RepairRoute.BROUGHT, ""))
# Mailed to us and kept for the customer: goods, fault, whether it was handed to inspection.
MAILED = (("紫外分光光度计 UV-18", "开机自检不通过", True), ("超声清洗机 QS-4", "不出超声，加热正常", False))


class Workshop(Teller):
    """Goods of customers, from the receipt to the day they went back."""

    def stories(self) -> list[Story]:
        """Three pieces taken away by the technicians, three handed to the service desk, two mailed."""
        return [*map(self._away, range(3)), *(self._brought(place, *goods) for place, goods in enumerate(BROUGHT)),
                *(self._kept(place, *mailed) for place, mailed in enumerate(MAILED))]

    def _away(self, place: int) -> Story:
        yield self.now - timedelta(days=9 - 3 * place, hours=4)
        order = self.job(WorkOrder.status.in_((OrderStatus.FINISHED, OrderStatus.SIGNED_OFF, OrderStatus.FORM_RETURNED)))
        if order is None:
            return
        item = self._taken(order)
        if place < 2:
            yield from self._repaired(item, clock.now(), passed=place == 0)

    def _taken(self, order: WorkOrder) -> Any:
        who = self.company.accounts[order.lead_engineer_id]
        item = self.begin("goods_receipt", order, who)
        self.fill(item, "goods_receipt", who, condition_note="带电源线一根，外壳右下角有旧划痕，其余完好。")
        self.sign(item, "goods_receipt", "taker", who)
        self.sign(item, "goods_receipt", "giver", who, item.contact_name or "客户")
        return item

    def _repaired(self, item: Any, begun: Any, *, passed: bool) -> Story:
        card, who = item.card, self.company.accounts[item.order.lead_engineer_id]
        part = db.session.scalar(select(Part).where(Part.part_no == "PS-24"))
        yield begun + timedelta(days=1)
        self.fill(card, "repair_card", who, {
            "labor_lines": [{"start_at": begun + timedelta(hours=20), "end_at": begun + timedelta(hours=22, minutes=30),
                             "staff": item.order.lead_engineer}],
            "part_lines": [{"part": part, "qty": 1, "unit_price": None}]},
            treatment="更换开关电源，清洁内部灰尘，连续通电 12 小时运行正常。", service_category=card.service_category or "C")
        self.sign(card, "repair_card", "engineer", who)
        if not passed:
            return
        yield begun + timedelta(days=2)
        self.fill(card, "repair_card", "dispatch_supervisor", pass_result=PassResult.PASSED)
        self.sign(card, "repair_card", "supervisor", "dispatch_supervisor")
        yield begun + timedelta(days=3)
        self.fill(item, "repair_item", "service_clerk", handling=RepairHandling.OWN)
        self.sign(item, "repair_item", "repairer", who)
        self.fill(item, "repair_item", "service_clerk", returned_on=clock.now(), returned_by=item.order.lead_engineer)
        self.sign(item, "repair_item", "receiver", "service_clerk", item.contact_name or "客户")

    def _brought(self, place: int, goods: str, symptom: str, source: RepairRoute, done: str) -> Story:
        yield self.now - timedelta(days=6 - place, hours=2)
        customer = db.session.scalars(select(Customer).order_by(Customer.id).offset(20 + place).limit(1)).one()
        item = self.begin("repair_item", customer, "service_clerk")
        handling = RepairHandling.MAKER if source == RepairRoute.BROUGHT else RepairHandling.OWN
        values: dict[str, Any] = {"product_name": goods, "symptom": symptom, "source": source, "handling": handling,
                                  "condition_note": "无附件，外观完好", "biller": self.staff["sales"]}
        if source in (RepairRoute.DELIVERY, RepairRoute.SALESMAN):
            values["carrier"] = self.staff["warehouse" if source == RepairRoute.DELIVERY else "sales"]
        if handling == RepairHandling.MAKER:
            maker = db.session.scalar(select(Supplier).order_by(Supplier.id)) or saving.create(
                Supplier, {"name": "海州离心机厂", "kind": "maker"}, by=self.by("admin"), now=clock.now())
            values |= {"supplier": maker, "sent_on": clock.today() + timedelta(days=1)}
        if done:
            values |= {"treatment": done, "ready_on": clock.today() + timedelta(days=1)}
        self.fill(item, "repair_item", "service_clerk", **values)
        if done:
            self.sign(item, "repair_item", "repairer", "service_engineer")

    def _kept(self, place: int, goods: str, symptom: str, sent: bool) -> Story:
        """Mailed goods in custody: the keeper signs, one piece is with quality."""
        yield self.now - timedelta(hours=3 + place)
        customer = db.session.scalars(select(Customer).order_by(Customer.id).offset(20 + len(BROUGHT) + place).limit(1)).one()
        item = self.begin("repair_item", customer, "service_clerk")
        zone = db.session.scalar(select(StockZone).where(StockZone.kind == ZoneKind.CUSTODY))
        self.fill(item, "repair_item", "service_clerk", product_name=goods, symptom=symptom, source=RepairRoute.MAILED,
                  condition_note="木箱完好，带电源线与说明书", zone=zone)
        self.sign(item, "repair_item", "keeper", "warehouse")
        if sent:
            self.fill(item, "repair_item", "warehouse", {"out_lines": [{"sent_on": clock.today(), "taken_by": self.staff["quality"]}]})
