"""The store of the demonstration: parts come in before the story begins, and after it returns stand in every state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from extensions import db
from models.customer import Customer
from models.equipment import Part, PartPrice
from models.paper import PAPERS
from models.quality import QualityInspection
from models.returns import ReturnOrder, SalesShipment, SalesShipmentLine
from models.stock import StockDoc, StockDocLine, StockZone, Warehouse
from models.stock_enums import (
    AuditResult,
    Conclusion,
    InspectResult,
    Outcome,
    ReturnType,
    StockKind,
    StockState,
    Track,
    ZoneKind,
)
from seed.telling import Story, at_work
from services import clock, defective, paper_records, returns, saving, signing, stock, stock_docs
from services.unit_of_work import current

# number, name, specification, unit, how it is tracked, price, pieces bought
MORE = (
    ("LA-2050", "光源灯", "氙灯 150 W", "只", Track.BATCH, 860, 24), ("PN-60012", "加样针组件", "带液面探测", "只", Track.SERIAL, 1280, 4),
    ("V6-302", "六通阀", "不锈钢", "只", Track.SERIAL, 2150, 4), ("MB-600C", "主控板", "第三版", "块", Track.SERIAL, 4266, 3),
    ("SR-118", "密封圈", "氟橡胶 118", "包", Track.BATCH, 36, 120), ("RC-96", "反应杯", "96 孔", "盒", Track.BATCH, 240, 60),
    ("CL-5", "清洗液", "5 L", "桶", Track.BATCH, 98, 40), ("PU-58", "打印单元", "58 mm", "个", Track.NONE, 420, 12),
    ("FU-10", "熔断器", "10 A", "只", Track.NONE, 6, 300), ("FA-92", "散热风扇", "92 mm 24 V", "只", Track.NONE, 68, 30),
    ("BT-CR", "纽扣电池", "CR2032", "粒", Track.NONE, 4, 200), ("PS-24", "开关电源", "24 V 10 A", "台", Track.NONE, 310, 10),
    ("CB-RS", "通讯线", "RS485 3 m", "根", Track.NONE, 45, 40), ("MO-57", "步进电机", "57 型", "台", Track.NONE, 380, 8),
    ("BL-30", "同步带", "3M-300", "根", Track.NONE, 28, 50), ("LS-15", "限位开关", "常开", "只", Track.NONE, 22, 60),
    ("SN-PT", "温度探头", "PT100", "支", Track.NONE, 150, 20), ("VA-24", "电磁阀", "24 V 二位二通", "只", Track.NONE, 190, 18),
    ("PM-12", "蠕动泵头", "12 辊", "套", Track.NONE, 265, 12), ("TU-3", "硅胶管", "内径 3 mm", "米", Track.NONE, 9, 500),
    ("FI-02", "过滤器滤芯", "0.2 µm", "个", Track.BATCH, 55, 80), ("DS-7", "触摸屏", "7 寸", "块", Track.NONE, 690, 6),
    ("KB-16", "按键膜", "16 键", "片", Track.NONE, 85, 15), ("HA-1", "加热膜", "50 W", "片", Track.NONE, 72, 25),
    ("CP-45", "电容", "450 V 470 µF", "只", Track.NONE, 12, 100), ("RL-24", "继电器", "24 V 双开双闭", "只", Track.NONE, 18, 80),
    ("CN-12", "航空插头", "12 芯", "副", Track.NONE, 39, 40), ("GR-50", "导热硅脂", "50 g", "支", Track.NONE, 25, 36),
)
RETURNS = ("draft", "applied", "approved", "in_transit", "refused", "received", "inspecting", "disposed", "informed", "closed", "closed",
           "to_repair")


class Store:
    """The people of the store and what they do."""

    def __init__(self, company: Any) -> None:
        self.company, self.users, self.now, self.office = company, company.users, company.now, at_work(company.now)

    def by(self, name: str) -> Any:
        """The account who acts next; a unit of the seed is not one person's."""
        unit = current()
        if unit is not None:
            unit.actor_id, unit.reason = self.users[name].id, None
        return self.users[name]

    # --- before the story

    def open(self) -> None:
        """Zones for the engineers, forty parts bought, inspected and put into the store."""
        store = db.session.scalars(select(Warehouse).order_by(Warehouse.id)).one()
        keeper = self.company.staff["warehouse"]
        saving.change(store, {"keeper": keeper, "place": "总部一楼"}, by=self.by("warehouse"))
        for zone in db.session.scalars(select(StockZone).where(StockZone.warehouse_id == store.id)):
            zone.keeper_id = keeper.id
        for name in ("service_engineer", "engineer2", "engineer3"):
            person = self.company.staff[name]
            saving.create(StockZone, {"name": f"{person.name}随车", "kind": ZoneKind.ENGINEER, "holder": person}, by=self.by("warehouse"),
                          now=clock.now())
        self._parts()
        self._purchase([(part, 60, {}) for part in db.session.scalars(select(Part).where(Part.track == Track.NONE).order_by(Part.id))])
        batches = [(part, 30, {"batch_no": f"B25{month:02d}0{place % 9 + 1}", "expiry_date": clock.today() + timedelta(days=200 * month)})
                   for place, part in enumerate(self._of(Track.BATCH)) for month in (3, 8)]
        serials = [(part, 1, {"serial_no": f"{part.part_no.replace('-', '')}-{count:03d}"}) for part in self._of(Track.SERIAL)
                   for count in range(1, 5)]
        self._purchase(batches)
        self._purchase(serials)
        self._to_the_engineers()

    def _of(self, track: Track) -> list[Part]:
        return list(db.session.scalars(select(Part).where(Part.track == track).order_by(Part.id)))

    def _parts(self) -> None:
        since = clock.today() - timedelta(days=200)
        for place, (number, name, spec, unit, track, price, _count) in enumerate(MORE):
            part = saving.create(Part, {"part_no": number, "name": name, "spec": spec, "unit": unit, "track": track, "min_qty": Decimal(3),
                                        "max_qty": Decimal(50), "is_key": place % 7 == 1,
                                        "is_consumable": unit in ("包", "盒", "桶", "米", "粒"), "defect_return": price > 300},
                                 by=self.by("warehouse"), now=clock.now())
            saving.create(PartPrice, {"part": part, "sale_price": Decimal(price), "valid_from": since}, by=self.by("buyer"),
                          now=clock.now())
        for place, part in enumerate(db.session.scalars(select(Part).where(Part.min_qty.is_(None)).order_by(Part.id))):
            part.min_qty, part.max_qty, part.defect_return = Decimal(5), Decimal(80), place % 2 == 0

    def _document(self, kind: StockKind, rows: list[tuple[Part, int, dict[str, Any]]], **header: Any) -> StockDoc:
        doc = StockDoc(kind=kind, layout=stock_docs.KINDS[kind].layout, status=StockState.DRAFT, created_by_id=self.by("warehouse").id,
                       doc_date=clock.now(), handed_by=self.company.staff["buyer"], **header)
        doc.lines = [StockDocLine(position=place, part=part, qty=Decimal(count), inspect_result=InspectResult.PENDING, **marks)
                     for place, (part, count, marks) in enumerate(rows)]
        db.session.add(doc)
        db.session.flush()
        return doc

    def _purchase(self, rows: list[tuple[Part, int, dict[str, Any]]]) -> None:
        doc = self._document(StockKind.PURCHASE_IN, rows, party="年度备件采购", source_no="CG2501-018")
        self._step(doc, "submit", "warehouse")
        self._step(doc, "inspect", "quality", **{f"line{line.id}": InspectResult.OK for line in doc.lines})
        self._step(doc, "post", "warehouse")

    def _step(self, doc: StockDoc, name: str, who: str, **data: Any) -> None:
        stock_docs.take_step(doc, name, by=self.by(who), now=clock.now(), **data)

    def _to_the_engineers(self) -> None:
        qualified = stock.zone_of(ZoneKind.QUALIFIED)
        carried = db.session.scalars(select(StockZone).where(StockZone.kind == ZoneKind.ENGINEER).order_by(StockZone.id)).all()
        for place, zone in enumerate(carried):
            doc = self._document(StockKind.TRANSFER, [(part, 2, {"zone_from": qualified, "zone_to": zone})
                                                      for part in self._of(Track.NONE)[place::4]], receiver=zone.holder)
            self._step(doc, "post", "warehouse")

    # --- after it

    def stories(self) -> list[Story]:
        """Most of what is owed comes back within days, a purchase waits, returns stand in every state."""
        return [self._sales(), self._coming_back(), self._purchases(), *(self._return(place, state) for place, state in enumerate(RETURNS))]

    def _coming_back(self) -> Story:
        """What the engineers owe comes back a day or two after the job, some of it never."""
        for days in range(59, 0, -1):
            yield self.office - timedelta(days=days, hours=1)
            for line in sorted(defective.owed(), key=lambda line: line.id):
                forgotten = line.id % 3 == 1 and line.created_at > clock.now() - timedelta(days=25)
                if forgotten or line.created_at > clock.now() - timedelta(hours=16):
                    continue
                defective.take_step(line, "receive", by=self.by("warehouse"), now=clock.now())
                if line.id % 3 or days > 4:
                    self._look(line, line.id, away=days > 4 or line.id % 2 == 1)

    def _purchases(self) -> Story:
        yield self.now - timedelta(hours=5)
        waiting = self._of(Track.NONE)
        doc = self._document(StockKind.PURCHASE_IN, [(waiting[0], 20, {}), (waiting[3], 12, {})], party="补充采购", source_no="CG2511-004")
        self._step(doc, "submit", "warehouse")
        self._document(StockKind.REPAIR_USE, [(waiting[1], 2, {"req_qty": Decimal(2), "purpose": "备用"})],
                       receiver=self.company.staff["engineer2"])

    def _look(self, line: Any, place: int, *, away: bool) -> None:
        from models.stock_enums import DefectDisposition, Repairability

        found = (Repairability.NO_FAULT, Repairability.REPAIRABLE, Repairability.IRREPARABLE)[place % 3]
        ends = {Repairability.REPAIRABLE: DefectDisposition.TO_MAKER, Repairability.IRREPARABLE: DefectDisposition.SCRAP}
        defective.take_step(line, "look", by=self.by("quality"), now=clock.now(), repairability=found, disposition=ends.get(found))
        if away:
            defective.take_step(line, "put_away", by=self.by("warehouse"), now=clock.now())

    def _sales(self) -> Story:
        yield self.now - timedelta(days=56)
        customers = list(db.session.scalars(select(Customer).order_by(Customer.id).limit(len(RETURNS))))
        reagents = self._of(Track.BATCH)
        for place, customer in enumerate(customers):
            day = clock.today(self.now) - timedelta(days=60 + place)
            sale = saving.create(SalesShipment, {"shipment_no": f"XS{day:%y%m}-{place + 11:04d}", "customer": customer, "shipped_on": day,
                                                 "delivered_on": day + timedelta(days=3)}, by=self.by("service_clerk"), now=clock.now())
            for offset in (0, 1):
                part = reagents[(place + offset) % len(reagents)]
                saving.create(SalesShipmentLine, {"shipment": sale, "part": part, "batch_no": f"B2403{place % 9 + 1}{offset}",
                                                  "qty": Decimal(20),
                                                  "unit_price": Decimal(68 + 11 * (place % 7)), "made_on": day - timedelta(days=90),
                                                  "expiry_date": day + timedelta(days=500)}, by=self.by("service_clerk"), now=clock.now())

    def _return(self, place: int, state: str) -> Story:
        yield self.office - timedelta(days=14 - place, hours=6)
        sale = db.session.scalars(select(SalesShipment).order_by(SalesShipment.id).offset(place).limit(1)).one()
        contact = sale.customer.contacts[0]
        order = saving.create(ReturnOrder, {
            "customer": sale.customer, "return_type": ReturnType.SALES_RETURN if place % 3 else ReturnType.EXCHANGE,
            "reason": ("quality", "wrong", "broken", "near_expiry")[place % 4], "reason_note": "开箱时发现，尚未使用。",
            "contact_name": contact.name, "contact_phone": contact.phone, "address": sale.customer.address},
            by=self.by("service_clerk"), now=clock.now())
        rows = [{"part": line.part, "batch_no": line.batch_no, "qty": Decimal(6 - 3 * offset)} for offset, line in enumerate(sale.lines)]
        paper_records.fill(order, PAPERS["return_order"][1], {}, {"lines": rows}, by=self.by("service_clerk"), now=clock.now())
        decided = {"refused": AuditResult.REFUSED, "to_repair": AuditResult.REPAIR}.get(state, AuditResult.RETURN)
        steps: list[Callable[[], None]] = [
            lambda: self._go(order, "apply", "service_clerk"),
            lambda: self._go(order, "audit", "dispatch_supervisor", audit_result=decided),
            lambda: self._go(order, "send_back", "service_clerk"), lambda: self._receive(order),
            lambda: self._inspect(order, 1), lambda: self._inspect(order, 2),
            lambda: self._go(order, "dispose", "service_manager", outcome=Outcome.REFUND),
            lambda: self._go(order, "refund", "finance"), lambda: self._go(order, "inform", "service_clerk"),
            lambda: self._go(order, "close", "service_clerk")]
        count = {"draft": 0, "applied": 1, "approved": 2, "refused": 2, "to_repair": 2, "in_transit": 3, "received": 4, "inspecting": 5,
                 "disposed": 8, "informed": 9, "closed": 10}[state]
        for act in steps[:count]:
            act()
            yield clock.now() + timedelta(minutes=25)

    def _receive(self, order: ReturnOrder) -> None:
        """The team leader signs what he agreed to, the keeper what came."""
        paper = PAPERS["return_order"][1]
        signing.sign(order, paper, "auditor", by=self.by("dispatch_supervisor"), now=clock.now(), password=self.company.password)
        self._go(order, "receive", "warehouse")
        signing.sign(order, paper, "keeper_sign", by=self.by("warehouse"), now=clock.now(), password=self.company.password)

    def _go(self, order: ReturnOrder, name: str, who: str, **data: Any) -> None:
        returns.take_step(order, name, by=self.by(who), now=clock.now(), **data)

    def _inspect(self, order: ReturnOrder, place: int) -> None:
        """The first batch passes; of the second every other return fails, the store sees it and quality confirms it."""
        line, paper = order.lines[place - 1], PAPERS["return_inspection"][1]
        bad = place == 2 and order.id % 2 == 0
        who = "warehouse" if bad else "quality"
        record = paper_records.begin(QualityInspection, paper, line, by=self.by(who), now=clock.now())
        values = {"result": Conclusion.BAD if bad else Conclusion.OK, "defect_note": "包装破损，液体渗漏。" if bad else None}
        paper_records.fill(record, paper, values, by=self.by(who), now=clock.now())
        self._sign(record, "inspector", who)
        if bad:
            self._sign(record, "quality", "quality")
        returns.put_away(line, by=self.by("warehouse"), now=clock.now())

    def _sign(self, record: QualityInspection, slot: str, who: str) -> None:
        signing.sign(record, PAPERS[record.layout][1], slot, by=self.by(who), now=clock.now(), password=self.company.password)
