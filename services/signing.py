"""Signatures on papers: who signed which cell, on what content, and what stays of it for good (R10; B-042)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from sqlalchemy import ColumnElement, exists, func, inspect, select, union_all
from sqlalchemy.orm import selectinload

from extensions import _l, db
from models.attachment import Attachment
from models.chain import SignatureVoid
from models.enums import PaperState, SignMethod
from models.number import FrozenPaper, PrintLog, Signature
from models.paper import PAPERS, OnPaper, Paper, Rights, Slot
from models.service_request import ServiceRequest
from models.work_order import WorkOrder
from services import access, audit, custody, imposition, numbering, parameters, passwords, printing, record_rules, storage, strokes
from services.errors import DomainError, NotAllowed, NotThere
from services.rights import NO_RIGHT


def state_of(record: Any, paper: Paper) -> PaperState:
    """Where a paper stands in its life; a printed view of a core thing is signed once it is frozen."""
    if isinstance(record, OnPaper) and not paper.view:
        if record.status == PaperState.ISSUED:  # an earlier paper of several is signed, the record goes on with the next
            return PaperState.DRAFT if paper.last else PaperState.SIGNED
        return record.status
    if getattr(record, "voided_at", None) is not None or (paper.taken_back and getattr(record, paper.taken_back) is not None):
        return PaperState.VOID
    if frozen(record, paper) is not None:
        return PaperState.SIGNED
    return PaperState.ISSUED if getattr(record, paper.number) else PaperState.DRAFT


def orders_of(record: Any) -> list[WorkOrder]:
    """The work orders a record belongs to."""
    if isinstance(record, WorkOrder):
        return [record]
    if isinstance(record, ServiceRequest):
        return list(record.orders)
    order, request = getattr(record, "order", None), getattr(record, "request", None)
    return [order] if order is not None else list(request.orders) if request is not None else []


def is_on_the_job(record: Any, user: Any) -> bool:
    """Whether a user is on one of the orders a record belongs to."""
    from services import dispatch

    return any(dispatch.is_on_the_job(user, order) for order in orders_of(record))


def holds() -> ColumnElement[bool]:
    """That a signature was not voided."""
    return ~exists(select(SignatureVoid.id).where(SignatureVoid.signature_id == Signature.id))


def signatures(record: Any, paper: Paper) -> dict[str, Signature]:
    """The valid signatures of a paper by cell."""
    rows = db.session.scalars(select(Signature).where(
        Signature.owner_type == record.__tablename__, Signature.owner_id == record.id, Signature.form_code == paper.code,
        holds()).order_by(Signature.id))
    return {row.slot: row for row in rows}


def needed(record: Any, paper: Paper) -> list[Slot]:
    """The cells this record has to have signed."""
    return [slot for slot in paper.slots if slot.only_with is None or getattr(record, slot.only_with)]


def signed_as_it_reads(record: Any, paper: Paper, slot: str) -> Signature | None:
    """The signature of a cell, if it stands on what the paper says now."""
    found = signatures(record, paper).get(slot)
    return found if found is not None and found.content_sha256 == digest_of(record, paper, slot) else None


def content_of(record: Any, paper: Paper, slot: str | None = None) -> str:
    """What is signed, as canonical JSON: every value of the paper in fixed order; for one cell without what later cells are asked."""
    later = (_owned_later(paper, slot) if slot else set()) | {paper.taken_back} | paper.later()
    values: dict[str, Any] = {name: audit.plain(_key(getattr(record, name))) for name in paper.fields() if name not in later}
    for item in paper.lists():
        if item.attribute not in later and item.kept_in not in later:
            values[item.attribute] = [[audit.plain(_key(getattr(line, column.shows or column.field))) for column in item.columns]
                                      for line in getattr(record, item.attribute)]
    return json.dumps({"paper": paper.code, "number": getattr(record, paper.number), "values": values}, ensure_ascii=False,
                      sort_keys=True, separators=(",", ":"), default=str)


def digest_of(record: Any, paper: Paper, slot: str | None = None) -> str:
    """The SHA-256 of what is signed."""
    return hashlib.sha256(content_of(record, paper, slot).encode()).hexdigest()


def _owned_later(paper: Paper, name: str) -> set[str]:
    """Fields that belong to cells signed after this one, or beside it."""
    before, slots = {name}, {slot.name: slot for slot in paper.slots}
    grown = True
    while grown:
        more = {earlier for known in before for earlier in slots[known].after} - before
        before, grown = before | more, bool(more)
    return {asked for slot in paper.slots if slot.name not in before for asked in slot.owns}


def _key(value: Any) -> Any:
    if isinstance(value, list):
        return [str(thing) for thing in value]
    return str(value) if hasattr(value, "__tablename__") else value


def open_to(record: Any, paper: Paper, user: Any) -> list[Slot]:
    """The cells the user may sign now."""
    signed = signatures(record, paper)
    return [slot for slot in needed(record, paper) if slot.name not in signed and _may(slot, record, paper, user)
            and not set(before(slot, record, paper)) - set(signed) and _signed_for_another(slot, signed, user) is None]


def _signed_for_another(slot: Slot, signed: dict[str, Signature], user: Any) -> str | None:
    """The cell of another person that this user signed already, where the company does not allow one for both (R6, B-204)."""
    names = [name for name in slot.apart if name in signed]
    if not names or parameters.switch("approval.self_approve"):
        return None
    staff = access.staff_of(user)
    return next((name for name in names if staff is not None and signed[name].signer_id == staff.id), None)


def before(slot: Slot, record: Any, paper: Paper) -> list[str]:
    """The cells signed before this one, of those this record needs."""
    return [item.name for item in needed(record, paper) if item.name in slot.after]


def waiting_for(user: Any, *, limit: int = 20) -> list[tuple[Any, Paper, Any]]:
    """(record, paper, cell) of the papers handed over by others whose next signature is the user's, oldest first.

    Which papers are half signed is one question for all kinds; only those kinds of which one waits for the user are read.
    """
    cells: dict[type[Any], list[tuple[Paper, Slot]]] = {}
    for model, paper in PAPERS.values():
        mine = [(paper, slot) for slot in paper.slots if slot.rights and slot.after
                and all(access.can(user, act, noun) for act, noun in slot.rights)] if issubclass(model, OnPaper) else []
        if mine:
            cells.setdefault(model, []).extend(mine)
    marks = _half_signed(list(cells), user)
    found: list[tuple[Any, Paper, Any]] = []
    for model, mine in cells.items():
        signed = {key: names for key, names in marks.get(model.__tablename__, {}).items()
                  if any(slot.name not in names for _paper, slot in mine)}
        found += _waiting(model, mine, signed, user)[:limit] if signed else []
    return found[:limit]


def _half_signed(models: list[type[Any]], user: Any) -> dict[str, dict[int, set[str]]]:
    """Table → key → signed cells of up to a hundred papers of each kind that are signed in part and the user may know of."""
    questions: list[Any] = []
    for model in models:
        of_kind = Signature.owner_type == model.__tablename__
        drafts = select(model.id).where(
            model.status.in_((PaperState.DRAFT, PaperState.ISSUED)), model.id.in_(select(Signature.owner_id).where(of_kind, holds())),
            access.visible(user, model)).order_by(model.id).limit(100).subquery()
        questions.append(select(Signature.owner_type, Signature.owner_id, Signature.slot).where(
            of_kind, Signature.owner_id.in_(select(drafts.c.id)), holds()))
    found: dict[str, dict[int, set[str]]] = {}
    for table, key, name in db.session.execute(union_all(*questions)) if questions else ():
        found.setdefault(table, {}).setdefault(key, set()).add(name)
    return found


def _waiting(model: Any, mine: list[tuple[Paper, Slot]], signed: dict[int, set[str]], user: Any) -> list[tuple[Any, Paper, Any]]:
    """Of these papers, those on whose layout one of these cells is the next to be signed."""
    links = inspect(model).relationships
    wanted = {"customer"} | {slot.only_with for _paper, slot in mine if slot.only_with}
    loads = [selectinload(getattr(model, name)) for name in sorted(wanted) if name in links]
    rows = db.session.scalars(select(model).where(model.id.in_(list(signed))).order_by(model.id).options(*loads)).all()
    return [(row, paper, slot.name_of()) for row in rows for paper, slot in mine
            if getattr(row, "layout", paper.code) == paper.code and slot.name not in signed[row.id]
            and set(before(slot, row, paper)) <= signed[row.id] and (slot.only_with is None or getattr(row, slot.only_with))
            and all(access.can(user, act, noun) for act, noun in _further(slot, row))]


def _may(slot: Slot, record: Any, paper: Paper, user: Any) -> bool:
    if state_of(record, paper) in (PaperState.SIGNED, PaperState.VOID):
        return False
    if slot.on_the_job and (is_on_the_job(record, user) or (slot.side == "customer" and access.can(user, "create", "work_order"))):
        return True
    return bool(slot.rights) and all(access.can(user, act, noun) for act, noun in (*slot.rights, *_further(slot, record)))


def _further(slot: Slot, record: Any) -> Rights:
    """The rights a cell needs besides, as this record stands: a high price is decided higher up."""
    return getattr(record, slot.further) if slot.further else ()


def ensure_number(record: Any, paper: Paper, *, by: Any = None, now: dt.datetime) -> str:
    """The number of a paper, drawn when it leaves draft or is printed to be handed out, whichever is earlier (B-197)."""
    if getattr(record, paper.number) is None:
        department = getattr(record, "issue_department", None) or getattr(record, "department", None)
        own = record_rules.numberer(type(record))
        setattr(record, paper.number, own(record, by=by, now=now) if own is not None else numbering.take(
            paper.series or paper.code, now=now, department=department, owner=record, form_code=paper.code).number)
        record_rules.run("number", record, by=by, now=now)
    return str(getattr(record, paper.number))


def sign(record: Any, paper: Paper, slot_name: str, *, by: Any, now: dt.datetime, password: str | None = None,
         drawn: str | None = None, name: str | None = None, opinion: str | None = None, ip: str | None = None,
         agent: str | None = None) -> Signature:
    """Sign a cell: our people by their password, the customer by drawing beside a signed-in user, with his name in print.

    Raises DomainError at the field, NotAllowed when the cell is not the user's, and refuses a paper with gaps. The last signature
    freezes the paper.
    """
    slot = next((slot for slot in paper.slots if slot.name == slot_name), None)
    if slot is None:
        raise NotThere("")
    if slot not in open_to(record, paper, by):
        signed = signatures(record, paper)
        if slot_name in signed:
            raise DomainError(_l("This cell is signed already."), rule="R10")
        other = _signed_for_another(slot, signed, by)
        if other is not None:
            words = _l("You signed as “%(other)s”: “%(label)s” is another person.", other=paper.slot(other).label, label=slot.label)
            raise DomainError(words, "password", rule="B-204")
        if _may(slot, record, paper, by):
            raise DomainError(_l("Other cells are signed before this one."), rule="R10")
        raise NotAllowed(NO_RIGHT)
    audit.acts(by)
    _complete(record, paper, slot)
    staff, kept = access.staff_of(by), None
    record_rules.run("sign", record, slot=slot.name, by=by, now=now)
    if slot.side == "customer":
        if parameters.text("onsite.signature_mode") == "scan":
            raise DomainError(_l("Customers sign on paper here: print the form and attach the signed scan."), "strokes", rule="B-042")
        kept, signer = strokes.checked(drawn), (name or "").strip()
        if not signer:
            raise DomainError(_l("Write the name of the person who signs."), "name")
    else:
        if staff is None or not passwords.matches(by.password, password or ""):
            raise DomainError(_l("The password is not right."), "password")
        signer = staff.name
    ensure_number(record, paper, by=by, now=now)
    if slot.side == "customer" and opinion is not None and hasattr(record, "customer_opinion"):
        record.customer_opinion = opinion
    db.session.flush()
    return _stamp(record, paper, slot, by=by, now=now, signer_id=staff.id if staff is not None and slot.side == "ours" else None,
                  signer_name=signer[:60], witness_id=by.id if slot.side == "customer" else None,
                  method=SignMethod.DRAWN.value if kept else SignMethod.PASSWORD.value, strokes=kept, ip=ip,
                  agent=(agent or "")[:200] or None)


def sign_by_scan(record: Any, paper: Paper, slot: Slot, proof: Attachment, *, by: Any, now: dt.datetime, sealed: bool) -> Signature:
    """A cell that was signed on the paper, proved by a page of it; who may file it is asked in services/paper_scans.py (B-042).

    Raises DomainError for a paper or cell that is signed already, out of order, or with gaps.
    """
    signed = signatures(record, paper)
    if not isinstance(record, OnPaper) or state_of(record, paper) in (PaperState.SIGNED, PaperState.VOID) or slot.name in signed \
            or slot not in needed(record, paper):
        raise DomainError(_l("This cell is signed already."), "cells", rule="R10")
    if set(before(slot, record, paper)) - set(signed):
        raise DomainError(_l("Other cells are signed before this one."), "cells", rule="R10")
    if slot.side == "customer" and parameters.text("onsite.signature_mode") == "image":
        raise DomainError(_l("Customers sign on the screen here, not on paper."), "cells", rule="B-042")
    _complete(record, paper, slot)
    record_rules.run("sign", record, slot=slot.name, by=by, now=now)
    ensure_number(record, paper, by=by, now=now)
    db.session.flush()
    return _stamp(record, paper, slot, by=by, now=now, signer_name=str(_l("Signed on paper")), witness_id=by.id,
                  method=SignMethod.SCAN.value, scan_id=proof.id, sealed=sealed)


def _stamp(record: Any, paper: Paper, slot: Slot, *, by: Any, now: dt.datetime, **how: Any) -> Signature:
    """The signature of a cell on what the paper says now; the last one freezes the paper."""
    made = Signature(owner_type=record.__tablename__, owner_id=record.id, form_code=paper.code, slot=slot.name, signer_side=slot.side,
                     meaning=str(slot.meaning)[:200], signed_at=now, content_sha256=digest_of(record, paper, slot.name),
                     record_version=getattr(record, "lock_version", 1), **how)
    db.session.add(made)
    db.session.flush()
    record_rules.run("stamped", record, slot=slot.name, by=by, now=now)
    if not [item for item in needed(record, paper) if item.name not in signatures(record, paper)]:
        freeze(record, paper, by=by, now=now)
    return made


def carry_on_paper(record: Any, paper: Paper, *, by: Any, now: dt.datetime) -> None:
    """The paper was signed by hand: it takes its number, its cells say so, and the scan of the paper is what counts (B-042).

    Raises DomainError when it is signed already, or when somebody has still to approve it here (B-055).
    """
    if not is_on_the_job(record, by) and not access.can(by, "create", "work_order"):
        raise NotAllowed(NO_RIGHT)
    audit.acts(by)
    if any(slot.side == "customer" for slot in paper.slots) and parameters.text("onsite.signature_mode") == "image":
        raise DomainError(_l("Customers sign on the screen here, not on paper."), rule="B-042")
    if paper.view or state_of(record, paper) != PaperState.DRAFT:
        raise DomainError(_l("This slip is signed already."), rule="R10")
    ensure_number(record, paper, now=now)
    db.session.flush()
    digest, missing = digest_of(record, paper), [slot for slot in needed(record, paper) if slot.name not in signatures(record, paper)]
    approval = next((slot for slot in missing if slot.approves), None)
    if approval is not None:
        raise DomainError(_l("%(label)s is given here, not on paper.", label=approval.label), rule="B-055")
    for slot in missing:
        db.session.add(Signature(
            owner_type=record.__tablename__, owner_id=record.id, form_code=paper.code, slot=slot.name,
            signer_name=str(_l("Signed on paper")), signer_side=slot.side, witness_id=by.id, meaning=str(_l("Signed on paper")),
            signed_at=now, method=SignMethod.SCAN.value,
            content_sha256=digest, record_version=record.lock_version))
    record.carried_on_paper = True
    _ends(record, paper, now=now)
    custody.signed(record, paper, now=now)
    db.session.flush()
    record_rules.run("signed", record, by=by, now=now)


def _ends(record: Any, paper: Paper, *, now: dt.datetime) -> None:
    """The last paper of a record ends its life; after an earlier one it goes on."""
    if paper.last:
        record.status, record.signed_at = PaperState.SIGNED, now
    else:
        record.status = PaperState.ISSUED


def _complete(record: Any, paper: Paper, slot: Slot) -> None:
    """Before anybody signs, what the paper must say is said."""
    from models.base import field_info

    later = _owned_later(paper, slot.name)
    for name in paper.fields():
        try:
            info = field_info(type(record), name)
        except KeyError:
            continue
        asked = name in slot.asks or (info.get("required") and name not in later)
        if asked and getattr(record, name) in (None, "", []):
            raise DomainError(_l("Please fill in: %(field)s.", field=paper.labels.get(name) or info["label"]), name, rule=paper.record)


def void_stale(record: Any, *, now: dt.datetime) -> int:
    """Void the stamps whose content was changed since (R10); how many. What was carried on paper as a whole stands on the paper alone."""
    rows = db.session.scalars(select(Signature).where(Signature.owner_type == record.__tablename__, Signature.owner_id == record.id,
                                                      holds())).all()
    stale = [row for row in rows if row.form_code in PAPERS and (row.method != SignMethod.SCAN.value or row.scan_id is not None)
             and row.content_sha256 != digest_of(record, PAPERS[row.form_code][1], row.slot)]
    db.session.add_all(SignatureVoid(signature_id=row.id, at=now) for row in stale)
    db.session.flush()
    return len(stale)


def freeze(record: Any, paper: Paper, *, by: Any = None, now: dt.datetime) -> FrozenPaper:
    """Keep what was signed byte for byte; it is never rendered again."""
    number = ensure_number(record, paper, by=by, now=now)
    if isinstance(record, OnPaper) and not paper.view:
        _ends(record, paper, now=now)
    db.session.flush()
    done = printing.to_print(paper, record, signatures(record, paper), model=type(record), number=number)
    kept = FrozenPaper(owner_type=record.__tablename__, owner_id=record.id, form_code=paper.code, number=number, frozen_at=now,
                       content_sha256=digest_of(record, paper),
                       html_sha256=storage.keep(done.html.encode()), pdf_sha256=storage.keep(done.pdf), engine=done.engine,
                       pages=done.pages)
    db.session.add(kept)
    custody.signed(record, paper, now=now)
    db.session.flush()
    record_rules.run("signed", record, by=by, now=now)
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


def prints(record: Any, paper: Paper, *, most: int = 5) -> list[PrintLog]:
    """The last prints of a paper, newest first (B-206)."""
    return list(db.session.scalars(select(PrintLog).where(
        PrintLog.owner_type == record.__tablename__, PrintLog.owner_id == record.id, PrintLog.form_code == paper.code)
        .order_by(PrintLog.id.desc()).limit(most)))


def log_print(record: Any, paper: Paper, *, by: Any, now: dt.datetime) -> PrintLog:
    """A print to be handed out: takes the number if there is none; the second is a reprint (B-206)."""
    access.require(by, "print", paper.noun)
    ensure_number(record, paper, by=by, now=now)
    entry = PrintLog(form_code=paper.code, owner_type=record.__tablename__, owner_id=record.id, copies=max(1, len(paper.copies)),
                     user_id=by.id, at=now, is_reprint=times_printed(record, paper) > 0)
    db.session.add(entry)
    if state_of(record, paper) in (PaperState.DRAFT, PaperState.ISSUED):  # what is printed of a signed paper is no original
        custody.printed_of(record, paper, by=by, now=now)
    db.session.flush()
    return entry


def pdf_of(record: Any, paper: Paper, *, masked: bool = False) -> bytes:
    """The PDF of a paper: the frozen bytes once signed; before that as it stands, marked as a draft while it has no number. A void one
    says so across each page. `masked` leaves telephones of the customer's people unreadable."""
    kept, number = frozen(record, paper), getattr(record, paper.number)
    pdf = storage.fetch(kept.pdf_sha256) if kept is not None else printing.to_print(
        paper, record, signatures(record, paper), model=type(record), draft=number is None, number=number,
        reprint=times_printed(record, paper) > 1, masked=masked).pdf
    return imposition.stamped(pdf, printing.stamp("作废", paper.sheet)) if state_of(record, paper) == PaperState.VOID else pdf
