"""Signatures on papers: who signed which cell, on what content, and what stays of it for good (R10; B-042)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from extensions import _l, db
from models.enums import PaperState, SignMethod
from models.number import FrozenPaper, PrintLog, Signature
from models.paper import PAPERS, Lines, Paper, Slot
from models.service_record import ServiceRecord
from models.service_request import ServiceRequest
from services import access, audit, numbering, passwords, printing, storage, strokes
from services.errors import DomainError, NotAllowed, NotThere
from services.rights import NO_RIGHT


def paper_of(code: str) -> tuple[type[Any], Paper]:
    """Model and layout of a code; NotThere for an unknown one."""
    if code not in PAPERS:
        raise NotThere("")
    return PAPERS[code]


def signatures(record: Any, paper: Paper) -> dict[str, Signature]:
    """The valid signatures of a paper by cell."""
    rows = db.session.scalars(select(Signature).where(
        Signature.owner_type == record.__tablename__, Signature.owner_id == record.id, Signature.form_code == paper.code,
        Signature.voided_at.is_(None)).order_by(Signature.id))
    return {row.slot: row for row in rows}


def needed(record: Any, paper: Paper) -> list[Slot]:
    """The cells this record has to have signed."""
    return [slot for slot in paper.slots if slot.only_with is None or getattr(record, slot.only_with)]


def content_of(record: Any, paper: Paper) -> str:
    """What is signed, as canonical JSON: every value of the paper, in fixed order."""
    values: dict[str, Any] = {name: audit.plain(_key(getattr(record, name))) for name in paper.fields()}
    for block in paper.blocks:
        for item in block.lists if isinstance(block, Lines) else ():
            values[item.attribute] = [[audit.plain(_key(getattr(line, column.field))) for column in item.columns]
                                      for line in getattr(record, item.attribute)]
    return json.dumps({"paper": paper.code, "number": getattr(record, paper.number), "values": values}, ensure_ascii=False,
                      sort_keys=True, separators=(",", ":"), default=str)


def _key(value: Any) -> Any:
    return str(value) if hasattr(value, "__tablename__") else value


def open_to(record: Any, paper: Paper, user: Any) -> list[Slot]:
    """The cells the user may sign now."""
    signed = signatures(record, paper)
    return [slot for slot in needed(record, paper) if slot.name not in signed and _may(slot, record, user)
            and all(name in signed for name in slot.after)]


def waiting_for(user: Any, *, limit: int = 20) -> list[tuple[ServiceRecord, Any]]:
    """(slip, cell) of the slips handed over by engineer and customer whose next signature is the user's, oldest first."""
    mine = [(model, paper, slot) for model, paper in PAPERS.values() for slot in paper.slots
            if model is ServiceRecord and slot.rights and all(access.can(user, act, noun) for act, noun in slot.rights)]
    if not mine:
        return []
    rows = db.session.scalars(select(ServiceRecord).where(
        ServiceRecord.status == PaperState.DRAFT, ServiceRecord.record_no.is_not(None), access.visible(user, ServiceRecord))
        .order_by(ServiceRecord.id).limit(100).options(selectinload(ServiceRecord.customer), selectinload(ServiceRecord.part_lines))).all()
    marks: dict[int, set[str]] = {row.id: set() for row in rows}
    for key, slot_name in db.session.execute(select(Signature.owner_id, Signature.slot).where(
            Signature.owner_type == ServiceRecord.__tablename__, Signature.owner_id.in_(list(marks)), Signature.voided_at.is_(None))):
        marks[key].add(slot_name)
    found = [(row, slot.label) for row in rows for _model, paper, slot in mine
             if paper.code == row.layout and slot.name not in marks[row.id] and set(slot.after) <= marks[row.id]
             and (slot.only_with is None or getattr(row, slot.only_with))]
    return found[:limit]


def _may(slot: Slot, record: Any, user: Any) -> bool:
    from services import dispatch

    if getattr(record, "status", None) in (PaperState.SIGNED, PaperState.VOID):
        return False
    if slot.on_the_job:
        orders = [record.order] if isinstance(record, ServiceRecord) else record.orders
        on_it = any(dispatch.is_on_the_job(user, order) for order in orders)
        return on_it or (slot.side == "customer" and access.can(user, "create", "work_order"))
    return bool(slot.rights) and all(access.can(user, act, noun) for act, noun in slot.rights)


def ensure_number(record: Any, paper: Paper, *, now: dt.datetime) -> str:
    """The number of a paper, drawn when it leaves draft or is printed to be handed out (B-197)."""
    if isinstance(record, ServiceRecord):
        if record.record_no is None:
            record.record_no = numbering.take(paper.series, now=now, owner=record, form_code=paper.code).number
        return record.record_no
    if isinstance(record, ServiceRequest) and record.sheet_no is None:
        department = record.issue_department or record.department
        record.sheet_no = numbering.take(paper.series, now=now, department=department, owner=record, form_code=paper.code).number
        record.issue_department, record.sheet_filled_at = department, record.sheet_filled_at or now
    return str(getattr(record, paper.number))


def sign(record: Any, paper: Paper, slot_name: str, *, by: Any, now: dt.datetime, password: str | None = None,
         drawn: str | None = None, name: str | None = None, opinion: str | None = None, ip: str | None = None,
         agent: str | None = None) -> Signature:
    """Sign a cell: our people by their password, the customer by drawing beside a signed-in user, with his name in print.

    Raises DomainError at the field, NotAllowed when the cell is not the user's, and refuses a paper with gaps. The last signature
    freezes the paper.
    """
    slots = {slot.name: slot for slot in paper.slots}
    if slot_name not in slots:
        raise NotThere("")
    slot = slots[slot_name]
    if slot not in open_to(record, paper, by):
        if slot_name in signatures(record, paper):
            raise DomainError(_l("This cell is signed already."), rule="R10")
        if _may(slot, record, by):
            raise DomainError(_l("Other cells are signed before this one."), rule="R10")
        raise NotAllowed(NO_RIGHT)
    _complete(record, paper, slot)
    staff, kept = access.staff_of(by), None
    if slot.side == "customer":
        kept, signer = strokes.checked(drawn), (name or "").strip()
        if not signer:
            raise DomainError(_l("Write the name of the person who signs."), "name")
    else:
        if staff is None or not passwords.matches(by.password, password or ""):
            raise DomainError(_l("The password is not right."), "password")
        signer = staff.name
    ensure_number(record, paper, now=now)
    if slot.side == "customer" and opinion is not None and hasattr(record, "customer_opinion"):
        record.customer_opinion = opinion
    db.session.flush()
    made = Signature(owner_type=record.__tablename__, owner_id=record.id, form_code=paper.code, slot=slot.name,
                     signer_id=staff.id if staff is not None and slot.side == "ours" else None, signer_name=signer[:60],
                     signer_side=slot.side, witness_id=by.id if slot.side == "customer" else None, meaning=str(slot.meaning)[:200],
                     signed_at=now, method=SignMethod.DRAWN.value if kept else SignMethod.PASSWORD.value, strokes=kept,
                     content_sha256=hashlib.sha256(content_of(record, paper).encode()).hexdigest(),
                     record_version=getattr(record, "lock_version", 1), ip=ip, agent=(agent or "")[:200] or None)
    db.session.add(made)
    db.session.flush()
    if not [item for item in needed(record, paper) if item.name not in signatures(record, paper)]:
        freeze(record, paper, now=now)
    return made


def carry_on_paper(record: ServiceRecord, *, by: Any, now: dt.datetime) -> None:
    """The slip was signed on paper: it takes its number, its cells say so, and the scan of the paper is what counts (B-042)."""
    from services import dispatch

    paper = PAPERS[record.layout][1]
    if not dispatch.is_on_the_job(by, record.order) and not access.can(by, "create", "work_order"):
        raise NotAllowed(NO_RIGHT)
    if record.status != PaperState.DRAFT:
        raise DomainError(_l("This slip is signed already."), rule="R10")
    ensure_number(record, paper, now=now)
    db.session.flush()
    digest = hashlib.sha256(content_of(record, paper).encode()).hexdigest()
    for slot in needed(record, paper):
        if slot.name not in signatures(record, paper):
            db.session.add(Signature(
                owner_type=record.__tablename__, owner_id=record.id, form_code=paper.code, slot=slot.name,
                signer_name=str(_l("Signed on paper")), signer_side=slot.side, witness_id=by.id, meaning=str(_l("Signed on paper")),
                signed_at=now, method=SignMethod.SCAN.value,
                content_sha256=digest, record_version=record.lock_version))
    record.carried_on_paper, record.status, record.signed_at = True, PaperState.SIGNED, now
    db.session.flush()


def _complete(record: Any, paper: Paper, slot: Slot) -> None:
    """Before anybody signs, what the paper must say is said."""
    from models.base import field_info

    for name in paper.fields():
        try:
            info = field_info(type(record), name)
        except KeyError:
            continue
        if info.get("required") and getattr(record, name) in (None, ""):
            raise DomainError(_l("Please fill in: %(field)s.", field=paper.labels.get(name) or info["label"]), name, rule=paper.record)


def void_signatures(record: Any, *, now: dt.datetime) -> int:
    """A later edit voids the stamps given (R10); how many."""
    rows = db.session.scalars(select(Signature).where(Signature.owner_type == record.__tablename__, Signature.owner_id == record.id,
                                                      Signature.voided_at.is_(None))).all()
    for row in rows:
        row.voided_at = now
    return len(rows)


def freeze(record: Any, paper: Paper, *, now: dt.datetime) -> FrozenPaper:
    """Keep what was signed byte for byte; it is never rendered again."""
    number = ensure_number(record, paper, now=now)
    if isinstance(record, ServiceRecord):
        record.status, record.signed_at = PaperState.SIGNED, now
    db.session.flush()
    done = printing.to_print(paper, record, signatures(record, paper), model=type(record), number=number)
    kept = FrozenPaper(owner_type=record.__tablename__, owner_id=record.id, form_code=paper.code, number=number, frozen_at=now,
                       content_sha256=hashlib.sha256(content_of(record, paper).encode()).hexdigest(),
                       html_sha256=storage.keep(done.html.encode()), pdf_sha256=storage.keep(done.pdf), engine=done.engine,
                       pages=done.pages)
    db.session.add(kept)
    db.session.flush()
    return kept


def frozen(record: Any, paper: Paper) -> FrozenPaper | None:
    """The frozen paper that holds, if it is signed."""
    return db.session.scalar(select(FrozenPaper).where(  # type: ignore[no-any-return]
        FrozenPaper.owner_type == record.__tablename__, FrozenPaper.owner_id == record.id, FrozenPaper.form_code == paper.code,
        FrozenPaper.voided_at.is_(None)).order_by(FrozenPaper.id.desc()).limit(1))


def times_printed(record: Any, paper: Paper) -> int:
    """How often a paper was printed to be handed out."""
    return int(db.session.scalar(select(func.count(PrintLog.id)).where(
        PrintLog.owner_type == record.__tablename__, PrintLog.owner_id == record.id, PrintLog.form_code == paper.code)) or 0)


def log_print(record: Any, paper: Paper, *, by: Any, now: dt.datetime) -> PrintLog:
    """A print to be handed out: takes the number if there is none; the second is a reprint (B-206)."""
    access.require(by, "print", type(record).__noun__)
    ensure_number(record, paper, now=now)
    entry = PrintLog(form_code=paper.code, owner_type=record.__tablename__, owner_id=record.id, copies=max(1, len(paper.copies)),
                     user_id=by.id, at=now, is_reprint=times_printed(record, paper) > 0)
    db.session.add(entry)
    db.session.flush()
    return entry


def pdf_of(record: Any, paper: Paper) -> bytes:
    """The PDF of a paper: the frozen bytes once signed; before that as it stands, marked as a draft while it has no number."""
    kept = frozen(record, paper)
    if kept is not None:
        return storage.fetch(kept.pdf_sha256)
    number = getattr(record, paper.number)
    return printing.to_print(paper, record, signatures(record, paper), model=type(record), draft=number is None, number=number,
                             reprint=times_printed(record, paper) > 1).pdf
