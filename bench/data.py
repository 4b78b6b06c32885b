"""Twenty thousand customers and two hundred thousand work orders, written past the program by COPY, the same at every run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any

import psycopg
import yaml
from sqlalchemy import inspect, select

from bench.store import Store
from config import ROOT
from extensions import db
from models.customer import Customer, CustomerContact, CustomerSite
from models.equipment import Equipment, Part, PartPrice, ProductModel
from models.search_entry import SearchEntry
from models.service_record import ServiceRecord
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import search

CUSTOMERS, UNITS, ORDERS, PARTS, OPEN = 20_000, 60_000, 200_000, 500, 300
RARE = "银杏湾"  # stands in one order of a thousand
WHEN = dt.datetime(2025, 1, 6, 0, 30, tzinfo=dt.UTC)
WORDS = yaml.safe_load((ROOT / "seed" / "data" / "demo.yaml").read_text(encoding="utf-8"))
FAULTS = [fault for faults in WORDS["faults"].values() for fault in faults]


@cache
def _cut(word: str) -> tuple[str, ...]:
    return tuple(search.forms(word))


@cache
def _pieces(form: str) -> str:
    return " ".join(search.pieces(form))


def entry(kind: str, key: int, title: str, words: Iterable[str | None]) -> dict[str, Any]:
    """The row of the search box for one record, as `services.search.index` writes it."""
    forms = dict.fromkeys(form for word in words if word for form in _cut(word))
    tokens = f" {search.GAP} ".join(map(_pieces, forms))
    return {"kind": kind, "ref_id": key, "title": title[:200], "tokens": tokens,
            "letters": " ".join(sorted(set(tokens) - {" ", search.GAP}))}


def _copy(cursor: psycopg.Cursor[Any], model: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    """COPY rows; what they leave out takes the column's own default."""
    mapper = inspect(model)
    defaults = {column.key: getattr(column.default.arg, "value", column.default.arg) for column in mapper.columns
                if column.default is not None and column.default.is_scalar}
    iterator = iter(rows)
    first = next(iterator)  # all rows have the same names
    names = [*first, *(name for name in defaults if name not in first)]
    columns = ", ".join(names)
    with cursor.copy(f"COPY {model.__tablename__} ({columns}) FROM STDIN") as copy:  # type: ignore[arg-type]
        for row in chain((first,), iterator):
            copy.write_row([row[name] if name in row else defaults[name] for name in names])
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{model.__tablename__}', 'id'), max(id)) FROM {model.__tablename__}")  # noqa: S608  # type: ignore[arg-type]


class Company:
    """All rows of one size of company; `scale` 1 is the size above."""

    def __init__(self, scale: float, regions: list[int], engineers: list[int], zones: dict[str, int]) -> None:
        self.customers, self.units = max(int(CUSTOMERS * scale), 50), max(int(UNITS * scale), 150)
        self.orders, self.parts = max(int(ORDERS * scale), 500), max(int(PARTS * scale), 20)
        self.regions, self.engineers = regions, engineers
        self.store = Store(scale, self.parts, engineers, zones, self.customers)
        self.models = [model for models in WORDS["products"].values() for model in models]
        kinds, places = WORDS["kinds"], WORDS["places"]
        self.names = [f"{places[place % len(places)]}{kinds[place // len(places) % len(kinds)][0]}{place:05d}分部"
                      for place in range(self.customers)]
        self.entries: list[dict[str, Any]] = []

    def unit(self, place: int) -> tuple[str, list[str]]:
        """Serial number and model of a unit."""
        model = self.models[place % len(self.models)]
        return f"{model[0].replace('-', '')}{2018 + place % 8}{place:06d}", model

    def load(self, url: str) -> None:
        """Write everything and let the database look at it once."""
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection, connection.cursor() as cursor:
            _copy(cursor, Customer, self._customers())
            _copy(cursor, CustomerSite, ({"id": place + 1, "customer_id": place + 1, "name": "主楼", "address": f"建设路 {place} 号",
                                          "area_class": "urban"} for place in range(self.customers)))
            _copy(cursor, CustomerContact, ({"id": place + 1, "customer_id": place + 1, "name": f"{WORDS['surnames'][place % 12]}主任",
                                             "phone": f"139{place:08d}", "is_primary": True} for place in range(self.customers)))
            _copy(cursor, ProductModel, [{"id": place + 1, "model_no": number, "name": name}
                                         for place, (number, name) in enumerate(self.models)])
            _copy(cursor, Equipment, self._units())
            _copy(cursor, Part, self._parts())
            _copy(cursor, PartPrice, ({"id": place + 1, "part_id": place + 1, "sale_price": 10 + place, "valid_from": "2024-01-01"}
                                      for place in range(self.parts)))
            _copy(cursor, ServiceRequest, self._requests())
            _copy(cursor, WorkOrder, self._orders())
            _copy(cursor, ServiceRecord, self._slips())
            self.store.load(cursor, _copy)
            _copy(cursor, SearchEntry, ({"id": place, **row} for place, row in enumerate(self.entries, start=1001)))
            cursor.execute("VACUUM ANALYZE")
        self.entries.clear()

    def _customers(self) -> Iterator[dict[str, Any]]:
        for place, name in enumerate(self.names):
            code, phone = f"K{place:05d}", f"0571-{55000000 + place}"
            self.entries.append(entry("customer", place + 1, name, [name, None, code, phone, f"{WORDS['surnames'][place % 12]}主任",
                                                                    f"139{place:08d}"]))
            yield {"id": place + 1, "code": code, "name": name, "address": f"建设路 {place} 号", "phone": phone,
                   "region_id": self.regions[place % len(self.regions)], "customer_class": "ABC"[place % 3], "created_at": WHEN}

    def _units(self) -> Iterator[dict[str, Any]]:
        for place in range(self.units):
            serial, model = self.unit(place)
            customer = place % self.customers
            self.entries.append(entry("equipment", place + 1, serial, [serial, f"N{place:06d}", None, " ".join(model),
                                                                      self.names[customer]]))
            yield {"id": place + 1, "equipment_no": f"N{place:06d}", "serial_no": serial, "customer_id": customer + 1,
                   "product_model_id": place % len(self.models) + 1, "site_id": customer + 1, "warranty_end": "2027-03-01"}

    def _parts(self) -> Iterator[dict[str, Any]]:
        for place in range(self.parts):
            name = FAULTS[place % len(FAULTS)][2]
            self.entries.append(entry("part", place + 1, name, [f"PJ-{place:05d}", name, None]))
            yield {"id": place + 1, "part_no": f"PJ-{place:05d}", "name": name, "unit": "件"}

    def _symptom(self, place: int) -> str:
        return FAULTS[place % len(FAULTS)][0] + (f"（{RARE}）" if place % 1000 == 7 else "")

    def _at(self, place: int) -> dt.datetime:
        return WHEN + dt.timedelta(minutes=place * (600_000 / self.orders))

    def _old(self, place: int) -> bool:
        return place < self.orders - min(OPEN, self.orders // 4)

    def _requests(self) -> Iterator[dict[str, Any]]:
        for place in range(self.orders):
            unit = place * 7 % self.units
            customer, number = unit % self.customers, f"SR{2501 + place // 20_000}-{place:06d}"
            serial, model = self.unit(unit)
            symptom, at = self._symptom(place), self._at(place)
            person, phone = f"{WORDS['surnames'][customer % 12]}主任", f"139{customer:08d}"
            self.entries.append(entry("service_request", place + 1, number, [number, None, self.names[customer], person, phone, serial,
                                                                            model[0], symptom[:60]]))
            yield {"id": place + 1, "request_no": number, "status": "closed" if self._old(place) else ("registered", "triaged", "verified",
                   "dispatched", "in_progress")[place % 5], "reported_at": at, "customer_id": customer + 1, "site_id": customer + 1,
                   "contact_id": customer + 1, "contact_name": person, "contact_phone": phone, "equipment_id": unit + 1,
                   "region_id": self.regions[customer % len(self.regions)], "product_model_id": unit % len(self.models) + 1,
                   "symptom": symptom, "requested_at": at + dt.timedelta(days=2),
                   "next_due_at": None if self._old(place) else at + dt.timedelta(days=2)}

    def _orders(self) -> Iterator[dict[str, Any]]:
        states = ("pending", "assigned", "contacted", "finished", "waiting_parts", "on_site")
        for place in range(self.orders):
            unit = place * 7 % self.units
            customer, number, at = unit % self.customers, f"WO{2501 + place // 20_000}-{place:06d}", self._at(place)
            serial, symptom = self.unit(unit)[0], self._symptom(place)
            call, phone = f"SR{2501 + place // 20_000}-{place:06d}", f"139{customer:08d}"
            self.entries.append(entry("work_order", place + 1, number, [number, self.names[customer], call, phone, serial, symptom[:60]]))
            old = self._old(place)
            yield {"id": place + 1, "work_order_no": number, "request_id": place + 1, "customer_id": customer + 1,
                   "region_id": self.regions[customer % len(self.regions)], "status": "form_returned" if old else states[place % 6],
                   "lead_engineer_id": self.engineers[place % len(self.engineers)], "symptom": symptom, "issued_at": at,
                   "due_at": at + dt.timedelta(days=2), "next_due_at": None if old else at + dt.timedelta(days=2),
                   "assigned_at": at, "finished_at": at + dt.timedelta(days=1) if old else None,
                   "solution": FAULTS[place % len(FAULTS)][1] if old else None, "service_category": "ABCD"[place % 4]}

    def _slips(self) -> Iterator[dict[str, Any]]:
        for place in range(self.orders // 20):
            order = place * 20
            unit = order * 7 % self.units
            customer = unit % self.customers
            yield {"id": place + 1, "record_no": f"RR{place:06d}", "work_order_id": order + 1, "customer_id": customer + 1,
                   "status": "issued", "repair_unit": "售后服务部", "address": f"建设路 {customer} 号",
                   "contact_phone": f"139{customer:08d}", "equipment_id": unit + 1, "serial_no": self.unit(unit)[0],
                   "product_model_id": unit % len(self.models) + 1, "symptom": self._symptom(order),
                   "treatment": FAULTS[order % len(FAULTS)][1], "reported_at": self._at(order), "started_at": self._at(order),
                   "finished_at": self._at(order) + dt.timedelta(hours=3), "engineer_id": self.engineers[order % len(self.engineers)]}


def differs(keys: int = 20) -> list[str]:
    """Entries of the search box that the product itself would write otherwise; empty when the data is true to it."""
    wrong = []
    for model in (Customer, Equipment, Part, ServiceRequest, WorkOrder):
        for thing in db.session.scalars(select(model).order_by(model.id).limit(keys)):
            kept = db.session.scalar(select(SearchEntry).where(SearchEntry.kind == model.__tablename__, SearchEntry.ref_id == thing.id))
            if kept is None or kept.tokens != search.tokens(thing):
                wrong.append(f"{model.__tablename__} {thing.id}")
    return wrong
