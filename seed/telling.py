"""What the chapters of the demonstration share: who acts, and how a paper is begun, filled and signed.

A chapter gives stories: each says when its next event is (`yield`) and then tells it, with the clock standing there. They are told
together with the jobs, in the order of time, so that what somebody finds is what was there then (`seed/demo.py`).
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from extensions import db
from models.paper import PAPERS
from models.work_order import WorkOrder
from services import clock, paper_records, signing
from services.unit_of_work import current

Story = Iterator[dt.datetime]
WAVES = "[[[60,120],[90,60],[120,130],[150,60],[180,130],[215,70],[250,125],[290,70],[330,120],[380,80],[430,115],[480,90]]]"


def at_work(now: dt.datetime) -> dt.datetime:
    """The last half past four in the afternoon: days and hours told from there are those of an office, whenever the seeding runs."""
    here = clock.local(now)
    then = clock.at_local(here.year, here.month, here.day, 16, 30)
    return then if then <= now else then - dt.timedelta(days=1)


class Teller(ABC):
    """The people of the company and what they do with papers."""

    def __init__(self, company: Any) -> None:
        self.company, self.users, self.staff, self.now = company, company.users, company.staff, at_work(company.now)
        self.told_of: set[int] = set()

    @abstractmethod
    def stories(self) -> list[Story]:
        """What happens in this chapter."""

    def job(self, *clauses: Any) -> WorkOrder | None:
        """The order finished last of which this chapter has told nothing yet; none when nothing fits."""
        found: WorkOrder | None = db.session.scalar(select(WorkOrder).where(
            WorkOrder.finished_at.is_not(None), WorkOrder.arrived_at.is_not(None), WorkOrder.id.not_in(self.told_of), *clauses)
            .order_by(WorkOrder.finished_at.desc()).limit(1))
        if found is not None:
            self.told_of.add(found.id)
        return found

    def by(self, name: str) -> Any:
        """The account who acts next; a unit of the seed is not one person's."""
        unit = current()
        if unit is not None:
            unit.actor_id, unit.reason = self.users[name].id, None
        return self.users[name]

    def begin(self, code: str, origin: Any, who: str) -> Any:
        """A paper begun from its origin."""
        model, paper = PAPERS[code]
        return paper_records.begin(model, paper, origin, by=self.by(who), now=clock.now())

    def fill(self, record: Any, code: str, who: str, lines: dict[str, list[dict[str, Any]]] | None = None, **values: Any) -> None:
        """What somebody writes on it."""
        paper_records.fill(record, PAPERS[code][1], values, lines, by=self.by(who), now=clock.now())

    def sign(self, record: Any, code: str, slot: str, who: str, name: str = "") -> None:
        """Our people sign by their password, the customer draws beside them."""
        paper = PAPERS[code][1]
        given = name or getattr(record, "contact_name", None) or "客户代表"
        data = {"drawn": WAVES, "name": given} if paper.slot(slot).side == "customer" else {"password": self.company.password}
        signing.sign(record, paper, slot, by=self.by(who), now=clock.now(), **data)
