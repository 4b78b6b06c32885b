"""Where each printed copy is: printed, carried, signed, back; and the close of a month that lists what is missing (B-048, B-206).

A copy is told of by the number printed on it and its place in the set. Copies that stay with the customer are not waited for.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from extensions import _l, db
from models.custody import CopyState, MonthClose, PaperCopy
from models.enums import PaperState
from models.number import IssuedPaper
from models.organisation import Staff
from models.paper import PAPERS, Paper
from services import access, audit, calendars, clock, numbering, parameters, record_rules, working_time
from services.errors import DomainError

NOUN = "paper_copy"
MOST_BLANK = 50
OPEN = (CopyState.PRINTED, CopyState.CARRIED, CopyState.SIGNED)


def copy_name(copy: PaperCopy) -> str:
    """The name of a copy as printed on it."""
    form = PAPERS.get(copy.form_code)
    names = form[1].copies if form else ()
    return str(names[copy.copy_no - 1]) if copy.copy_no <= len(names) else str(_l("Copy %(number)s", number=copy.copy_no))


def copies_of(owner_type: str, owner_id: int) -> list[PaperCopy]:
    """The copies of a record's numbers, in order."""
    return list(db.session.scalars(
        select(PaperCopy).join(PaperCopy.issued).where(IssuedPaper.owner_type == owner_type, IssuedPaper.owner_id == owner_id)
        .options(selectinload(PaperCopy.issued), selectinload(PaperCopy.holder)).order_by(PaperCopy.issued_id, PaperCopy.copy_no)))


def printed(issued: IssuedPaper, paper: Paper, *, by: Any, now: dt.datetime, holder: Staff | None = None) -> list[PaperCopy]:
    """The copies of a number that was printed; a second print makes no second copy."""
    there = list(db.session.scalars(select(PaperCopy).where(PaperCopy.issued_id == issued.id, PaperCopy.form_code == paper.code)))
    if there:
        return there
    state = CopyState.CARRIED if holder is not None else CopyState.PRINTED
    made = [PaperCopy(issued=issued, form_code=paper.code, copy_no=number, state=state, month=month_of(now), printed_at=now,
                      printed_by_id=by.id, holder=holder)
            for number in range(1, max(1, len(paper.copies)) + 1)]
    db.session.add_all(made)
    db.session.flush()
    return made


def printed_of(record: Any, paper: Paper, *, by: Any, now: dt.datetime) -> list[PaperCopy]:
    """The copies of a record that is printed to be handed out, carried by its engineer if it has one."""
    issued = db.session.scalar(select(IssuedPaper).where(IssuedPaper.owner_type == record.__tablename__, IssuedPaper.owner_id == record.id,
                                                         IssuedPaper.number == getattr(record, paper.number)))
    return printed(issued, paper, by=by, now=now, holder=getattr(record, "engineer", None)) if issued is not None else []


def issue_blank(paper: Paper, count: int, *, holder: Staff | None, by: Any, now: dt.datetime) -> list[IssuedPaper]:
    """Numbers of blank slips somebody carries; each is a document of its own until a record is begun from it.

    Raises DomainError for a count out of 1 to 50 or without a holder, NotAllowed without the right.
    """
    access.require(by, "create", NOUN)
    if not 1 <= count <= MOST_BLANK:
        raise DomainError(_l("Between 1 and %(most)s slips can be drawn at once.", most=MOST_BLANK), "count", rule="B-206")
    if holder is None:
        raise DomainError(_l("Say who carries them."), "holder", rule="B-048")
    audit.acts(by)
    taken = []
    for _turn in range(count):
        issued = numbering.take(paper.series or paper.code, now=now, department=holder.department, form_code=paper.code)
        printed(issued, paper, by=by, now=now, holder=holder)
        taken.append(issued)
    return taken


def adopt(record: Any, paper: Paper, text: str) -> None:
    """Give a draft the number of a blank slip that was filled on site. Raises DomainError at `number`."""
    issued = db.session.scalar(select(IssuedPaper).where(IssuedPaper.number == text.strip().upper(), IssuedPaper.form_code == paper.code))
    if getattr(record, paper.number):
        raise DomainError(_l("This paper has its number already."), "number", rule="B-197")
    if issued is None or issued.owner_id is not None or issued.state == PaperState.VOID:
        raise DomainError(_l("No blank slip of this form carries this number."), "number", rule="B-197")
    issued.owner_type, issued.owner_id = record.__tablename__, record.id
    setattr(record, paper.number, issued.number)
    db.session.flush()


def signed(record: Any, paper: Paper, *, now: dt.datetime) -> None:
    """The paper was signed: its copies wait to come back, those for the customer stay with him."""
    for copy in copies_of(record.__tablename__, record.id):
        if copy.form_code == paper.code and copy.state in OPEN:
            copy.state = CopyState.LEFT if copy.copy_no in paper.stays else CopyState.SIGNED
            copy.signed_at, copy.month = now, month_of(now)


def voided(record: Any) -> None:
    """The paper was made void: its copies are waited for no longer."""
    for copy in copies_of(record.__tablename__, record.id):
        copy.state = CopyState.VOID


def void_blank(issued: IssuedPaper, *, by: Any, reason: str) -> None:
    """Spoil a blank slip; its number stays with the reason (B-205). DomainError when a record has it or the reason is missing."""
    access.require(by, "change", NOUN)
    if issued.owner_id is not None:
        raise DomainError(_l("A record was begun from this slip; make that one void."), rule="B-205")
    _reasoned(reason)
    issued.state, issued.void_reason = PaperState.VOID, reason.strip()[:200]
    for copy in db.session.scalars(select(PaperCopy).where(PaperCopy.issued_id == issued.id)):
        copy.state = CopyState.VOID


def hand_out(copy: PaperCopy, holder: Staff, *, by: Any) -> None:
    """Somebody takes a printed copy with him."""
    access.require(by, "change", NOUN)
    if copy.state not in OPEN:
        raise DomainError(_l("This copy is %(state)s; it cannot be handed out.", state=copy.state), rule="B-048")
    copy.holder = holder
    copy.state = CopyState.CARRIED if copy.state == CopyState.PRINTED else copy.state


def receive(copy: PaperCopy, *, by: Any, now: dt.datetime) -> None:
    """A copy came back to the office (B-048). DomainError for a void one."""
    access.require(by, "change", NOUN)
    if copy.state == CopyState.VOID:
        raise DomainError(_l("This number is void."), rule="B-205")
    _back(copy, by=by, now=now)


def came_back(record: Any, *, by: Any, now: dt.datetime) -> None:
    """The original of a paper was handed in: the copies that do not stay with the customer are back."""
    for copy in copies_of(record.__tablename__, record.id):
        if copy.state in OPEN and copy.copy_no not in PAPERS[copy.form_code][1].stays:
            _back(copy, by=by, now=now)


def _back(copy: PaperCopy, *, by: Any, now: dt.datetime) -> None:
    if copy.state == CopyState.RETURNED:
        return
    copy.state, copy.returned_at, copy.received_by_id, copy.reason = CopyState.RETURNED, now, by.id, None
    stays = PAPERS[copy.form_code][1].stays if copy.form_code in PAPERS else ()
    for other in db.session.scalars(select(PaperCopy).where(
            PaperCopy.issued_id == copy.issued_id, PaperCopy.form_code == copy.form_code, PaperCopy.copy_no.in_(stays),
            PaperCopy.state.in_(OPEN))):
        other.state = CopyState.LEFT  # the office has its part of the set: the customer has his
    model = PAPERS[copy.form_code][0] if copy.form_code in PAPERS else None
    if model is not None and copy.issued.owner_type == model.__tablename__ and copy.issued.owner_id is not None:
        record_rules.run("returned", db.session.get(model, copy.issued.owner_id), now=now)


def explain(copy: PaperCopy, reason: str, *, lost: bool, by: Any) -> None:
    """Say why a copy is missing, or that it is lost for good (B-048). DomainError without a reason or for one that is not missing."""
    access.require(by, "change", NOUN)
    if copy.state not in (*OPEN, CopyState.LOST):
        raise DomainError(_l("This copy is not missing."), rule="B-048")
    _reasoned(reason)
    copy.reason = reason.strip()[:200]
    copy.state = CopyState.LOST if lost else copy.state


def _reasoned(reason: str) -> None:
    if not reason.strip():
        raise DomainError(_l("Give the reason."), "reason", rule="B-205")


def found(text: str) -> PaperCopy | None:
    """The copy behind the code printed on it (`form/number/copy`), behind number and copy as a person types them, or behind a number
    that has one copy; None for nothing or several."""
    parts = text.strip().split("/")
    query = select(PaperCopy).join(PaperCopy.issued)
    if len(parts) == 3 and parts[2].isascii() and parts[2].isdigit() and len(parts[2]) < 3:
        query = query.where(PaperCopy.form_code == parts[0], IssuedPaper.number == parts[1], PaperCopy.copy_no == int(parts[2]))
    elif len(parts) == 2 and parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 3:
        query = query.where(IssuedPaper.number == parts[0].upper(), PaperCopy.copy_no == int(parts[1]))
    elif len(parts) == 1 and parts[0]:
        query = query.where(IssuedPaper.number == parts[0].upper())
    else:
        return None
    rows = db.session.scalars(query.limit(2)).all()
    return rows[0] if len(rows) == 1 else None


# --- months


def month_of(moment: dt.datetime) -> dt.date:
    """The first day of the month of an instant, as the company's calendar has it."""
    return clock.today(moment).replace(day=1)


def due_at(month: dt.date) -> dt.datetime:
    """Until when the papers of a month are due back: its last day or last working day, at the end of office hours, and the grace
    (B-048)."""
    last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
    if parameters.text("forms.return_day") == "last_workday":
        table = calendars.current()
        while not working_time.is_working(table, last):
            last -= timedelta(days=1)
    last += timedelta(days=parameters.number("forms.return_grace_days"))
    hour, _colon, minute = parameters.text("forms.return_time").partition(":")
    return clock.at_local(last.year, last.month, last.day, int(hour), int(minute or 0))


@dataclass
class Account:
    """What one person carried in a month: the numbers of his copies by state, and those that are missing."""

    holder: Staff | None
    counts: dict[CopyState, int] = field(default_factory=dict)
    slips: set[str] = field(default_factory=set)
    void: list[PaperCopy] = field(default_factory=list)
    missing: list[PaperCopy] = field(default_factory=list)


def report(month: dt.date) -> list[Account]:
    """The close report of a month by who carried the papers: what is void and what never came back (B-048)."""
    out = [code for code, (_model, paper) in PAPERS.items() if paper.goes_out]
    rows = db.session.scalars(select(PaperCopy).where(PaperCopy.month == month, PaperCopy.form_code.in_(out)).options(
        selectinload(PaperCopy.issued), selectinload(PaperCopy.holder)).order_by(PaperCopy.issued_id, PaperCopy.copy_no))
    accounts: dict[int, Account] = {}
    for copy in rows:
        account = accounts.setdefault(copy.holder_id or 0, Account(copy.holder))
        account.counts[copy.state] = account.counts.get(copy.state, 0) + 1
        account.slips.add(copy.issued.number)
        if copy.state == CopyState.VOID:
            account.void.append(copy)
        elif copy.state in (*OPEN, CopyState.LOST):
            account.missing.append(copy)
    return sorted(accounts.values(), key=lambda account: (account.holder is None, str(account.holder or "")))


def unexplained(accounts: list[Account]) -> list[PaperCopy]:
    """The missing copies nobody gave a reason for."""
    return [copy for account in accounts for copy in account.missing if not copy.reason]


def closed(month: dt.date) -> MonthClose | None:
    """The close of a month, if there is one."""
    return db.session.scalar(select(MonthClose).where(MonthClose.month == month))  # type: ignore[no-any-return]


def close(month: dt.date, *, by: Any, now: dt.datetime) -> MonthClose:
    """Close a month. DomainError while a missing copy has no reason, before the month is over, or when it is closed (B-048)."""
    access.require(by, "approve", NOUN)
    audit.acts(by)
    if closed(month) is not None:
        raise DomainError(_l("This month is closed."), rule="B-048")
    if month_of(now) < month:
        raise DomainError(_l("This month has not begun."), rule="B-048")
    accounts = report(month)
    left = unexplained(accounts)
    if left:
        raise DomainError(_l("%(count)s copies are missing without a reason, the first is %(copy)s.", count=len(left),
                             copy=f"{left[0].issued.number} {copy_name(left[0])}"), rule="B-048")
    slips = {number for account in accounts for number in account.slips}
    made = MonthClose(month=month, closed_at=now, closed_by_id=by.id, slips=len(slips),
                      missing=sum(len(account.missing) for account in accounts))
    db.session.add(made)
    db.session.flush()
    return made
