"""Every number that does not stand on a living record, and why: void, blank in somebody's hands, never used, missing (B-205, R5)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from extensions import _l, db
from models.custody import PaperCopy
from models.enums import PaperState
from models.number import IssuedPaper, NumberCounter, NumberRule
from models.organisation import Staff
from models.paper import PAPERS
from services import clock


@dataclass(frozen=True)
class Gap:
    """A number and the reason it is not in use; `href` leads to what explains it."""

    series: str
    number: str
    why: Any
    at: dt.datetime | None
    reason: str
    href: str | None = None


def gaps(month: dt.date) -> list[Gap]:
    """The numbers taken in a month that are void or on blank slips, and those a counter counted without leaving a row (there are none
    unless somebody changed the database by hand)."""
    after = (month + dt.timedelta(days=32)).replace(day=1)
    first, last = clock.at_local(month.year, month.month, 1), clock.at_local(after.year, after.month, 1)
    labels = {row[0]: row[1] for row in db.session.execute(select(NumberRule.series, NumberRule.label_zh))}
    within = (IssuedPaper.issued_at >= first) & (IssuedPaper.issued_at < last)
    rows = db.session.execute(
        select(IssuedPaper, Staff.name).outerjoin(PaperCopy, (PaperCopy.issued_id == IssuedPaper.id) & (PaperCopy.copy_no == 1))
        .outerjoin(Staff, Staff.id == PaperCopy.holder_id)
        .where(within, (IssuedPaper.state == PaperState.VOID) | (IssuedPaper.owner_id.is_(None) & PaperCopy.id.is_not(None)))
        .order_by(IssuedPaper.series, IssuedPaper.scope_key, IssuedPaper.seq))
    found = [Gap(labels.get(paper.series, paper.series), paper.number, _l("Void") if paper.state == PaperState.VOID else _l("Blank slip"),
                 paper.issued_at, paper.void_reason or (name or ""), _href(paper)) for paper, name in rows]
    return found + _missing(labels, first, last)


def _href(paper: IssuedPaper) -> str | None:
    return f"/records/{paper.form_code}/{paper.owner_id}" if paper.owner_id and paper.form_code in PAPERS else None


def _missing(labels: dict[str, str], first: dt.datetime, last: dt.datetime) -> list[Gap]:
    """Numbers between 1 and the counter that have no row, in the series and periods a number of which was taken in these days."""
    touched = select(IssuedPaper.series, IssuedPaper.scope_key).where(
        IssuedPaper.issued_at >= first, IssuedPaper.issued_at < last).distinct().subquery()
    counted = db.session.execute(
        select(NumberRule.series, NumberCounter.scope_key, NumberCounter.last_value, func.count(IssuedPaper.id))
        .join(NumberCounter, NumberCounter.rule_id == NumberRule.id)
        .join(touched, (touched.c.series == NumberRule.series) & (touched.c.scope_key == NumberCounter.scope_key))
        .outerjoin(IssuedPaper, (IssuedPaper.series == NumberRule.series) & (IssuedPaper.scope_key == NumberCounter.scope_key))
        .group_by(NumberRule.series, NumberCounter.scope_key, NumberCounter.last_value))
    found: list[Gap] = []
    for series, scope, last_value, rows in counted:
        if rows == last_value:
            continue
        there = set(db.session.scalars(select(IssuedPaper.seq).where(IssuedPaper.series == series, IssuedPaper.scope_key == scope)))
        lacking = [seq for seq in range(1, last_value + 1) if seq not in there]
        for _step, run in groupby(enumerate(lacking), lambda item: item[1] - item[0]):
            places = [seq for _place, seq in run]
            words = str(places[0]) if len(places) == 1 else f"{places[0]}–{places[-1]}"
            found.append(Gap(labels.get(series, series), f"{scope} {words}", _l("Missing without a trace"), None, ""))
    return found
