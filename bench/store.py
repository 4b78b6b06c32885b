"""A store of three hundred thousand movements, with the balances that follow from them and a list of parts that come back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import psycopg

from models.returns import ReturnLine
from models.stock import StockBalance, StockDoc, StockDocLine, StockMovement, StockZone

MOVES, LINES_OF_A_DOC, CARRIERS, RETURNS = 300_000, 10, 20, 20_000
WHEN = dt.datetime(2025, 1, 6, 0, 30, tzinfo=dt.UTC)
Copy = Callable[[Any, type[Any], Iterable[dict[str, Any]]], None]


class Store:
    """Movements in the order of time: six pieces come from the supplier, five go on to an engineer or a customer."""

    def __init__(self, scale: float, parts: int, engineers: list[int], zones: dict[str, int], customers: int) -> None:
        self.moves, self.parts, self.engineers, self.zones = max(int(MOVES * scale), 2000), parts, engineers, zones
        self.returns, self.customers = max(int(RETURNS * scale), 500), customers
        self.carriers = [max(zones.values()) + 1 + place for place in range(CARRIERS)]
        self.on_hand: dict[tuple[int, int], int] = defaultdict(int)

    def load(self, cursor: psycopg.Cursor[Any], copy: Copy) -> None:
        """Write it all, past the triggers, which are not what is measured."""
        cursor.execute("SET session_replication_role = replica")
        copy(cursor, StockZone, ({"id": key, "name": f"随车 {place + 1}", "kind": "engineer",
                                  "holder_id": self.engineers[place % len(self.engineers)]} for place, key in enumerate(self.carriers)))
        copy(cursor, StockDoc, ({"id": place + 1, "doc_no": f"IN25{place:07d}", "kind": "purchase_in", "layout": "stock_in",
                                 "status": "posted", "doc_date": self._at(place * LINES_OF_A_DOC)}
                                for place in range(self.moves // LINES_OF_A_DOC + 1)))
        copy(cursor, StockDocLine, ({"id": key, "doc_id": doc, "position": key % LINES_OF_A_DOC, "part_id": part, "qty": qty,
                                     "zone_from_id": source, "zone_to_id": target, "inspect_result": "ok"}
                                    for key, doc, part, qty, source, target in self._rows()))
        self.on_hand.clear()
        copy(cursor, StockMovement, ({"id": key, "line_id": key, "doc_id": doc, "part_id": part, "qty": qty, "zone_from_id": source,
                                      "zone_to_id": target, "moved_at": self._at(key)}
                                     for key, doc, part, qty, source, target in self._rows()))
        outside = {self.zones["supplier"], self.zones["customer"]}
        copy(cursor, StockBalance, ({"id": place, "part_id": part, "zone_id": zone, "on_hand": qty} for place, ((part, zone), qty)
                                    in enumerate(((key, qty) for key, qty in self.on_hand.items() if key[1] not in outside), start=1)))
        copy(cursor, ReturnLine, self._coming_back())
        cursor.execute("SET session_replication_role = origin")

    def _at(self, place: int) -> dt.datetime:
        return WHEN + dt.timedelta(minutes=place * (600_000 / self.moves))

    def _rows(self) -> Iterator[tuple[int, int, int, int, int, int]]:
        """(key, document, part, quantity, from, to); the balances are counted along."""
        supplier, store, customer = (self.zones[kind] for kind in ("supplier", "qualified", "customer"))
        for place in range(self.moves):
            part, turn = place % self.parts + 1, place // self.parts
            if turn % 2 == 0:
                qty, source, target = 6, supplier, store
            else:
                qty, source = 5, store
                target = self.carriers[(turn // 2 + part) % CARRIERS] if turn % 4 == 1 else customer
            self.on_hand[part, source] -= qty
            self.on_hand[part, target] += qty
            yield place + 1, place // LINES_OF_A_DOC + 1, part, qty, source, target

    def _coming_back(self) -> Iterator[dict[str, Any]]:
        for place in range(self.returns):
            at, state = self._at(place * 15 % self.moves), "closed"
            if place >= self.returns - 300:
                state = "expected" if place % 3 else "in_return_zone"
            yield {"id": place + 1, "line_no": None if state == "expected" else f"DP25{place:06d}", "line_type": "replaced",
                   "status": state, "part_id": place % self.parts + 1, "serial_no": f"S{place:07d}", "qty": 1, "received_qty": None,
                   "customer_id": place % self.customers + 1, "owed_by_id": self.engineers[place % len(self.engineers)],
                   "symptom": "示值漂移", "due_at": at, "received_at": None if state == "expected" else at,
                   "zone_id": self.zones["returned"] if state == "in_return_zone" else None}
