"""Ends of the store outside of it, and a first warehouse with its zones; run at each release, adds what is missing."""

from __future__ import annotations

from sqlalchemy import select

from extensions import db
from models.stock import StockZone, Warehouse
from models.stock_enums import ZoneKind

OUTSIDE = ((ZoneKind.SUPPLIER, "供方"), (ZoneKind.CUSTOMER, "客户"), (ZoneKind.ADJUSTMENT, "盘盈亏"))
ZONES = ((ZoneKind.QUALIFIED, "合格品区", "green"), (ZoneKind.TO_INSPECT, "待验区", "yellow"), (ZoneKind.RETURNED, "退货区", "yellow"),
         (ZoneKind.NONCONFORMING, "不合格品区", "red"), (ZoneKind.DISPATCH, "发货区", "green"), (ZoneKind.CUSTODY, "代管区", "blue"),
         (ZoneKind.SCRAPPED, "报废区", "red"))


def load() -> None:
    """Ends outside are always there; a warehouse is made only where there is none yet."""
    have = set(db.session.scalars(select(StockZone.kind).where(StockZone.warehouse_id.is_(None))))
    db.session.add_all(StockZone(kind=kind, name=name) for kind, name in OUTSIDE if kind not in have)
    if db.session.scalar(select(Warehouse.id).limit(1)) is None:
        store = Warehouse(code="W01", name="备件库")
        db.session.add(store)
        db.session.flush()
        db.session.add_all(StockZone(warehouse_id=store.id, kind=kind, name=name, color=color) for kind, name, color in ZONES)
