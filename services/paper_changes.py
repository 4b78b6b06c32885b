"""Change of a signed paper: somebody asks, quality decides, an agreed request opens “void and issue anew” (B-205, B-204).

Until the last signature an edit only voids the stamps; from then on nothing is edited, and without an agreed request nothing is voided.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import exists, select

from extensions import _l, db
from models.enums import PaperState
from models.number import FrozenPaper
from models.organisation import Staff
from models.paper import OnPaper, Paper
from models.paper_change import ChangeState, PaperChange
from services import access, audit, notices, saving, two_persons
from services.errors import DomainError
from services.workflow import Machine, Transition

NOUN = "paper_change"
OPEN = (ChangeState.ASKED, ChangeState.AGREED)


def is_signed(record: Any) -> bool:
    """Whether a record carries a paper whose last signature was given: it is signed, or one of its papers is frozen for itself."""
    if record.status == PaperState.SIGNED:
        return True
    return bool(db.session.scalar(select(exists().where(
        FrozenPaper.owner_type == record.__tablename__, FrozenPaper.owner_id == record.id, FrozenPaper.voided_at.is_(None)))))


def of(record: Any) -> list[PaperChange]:
    """The requests to change a record's papers, newest first."""
    return list(db.session.scalars(select(PaperChange).where(
        PaperChange.owner_type == record.__tablename__, PaperChange.owner_id == record.id).order_by(PaperChange.id.desc())))


def agreed(record: Any) -> PaperChange | None:
    """The request quality agreed to that was not carried out yet."""
    return next((change for change in of(record) if change.status == ChangeState.AGREED), None)


def ask(record: Any, paper: Paper, *, wanted: str, reason: str, by: Any, now: dt.datetime) -> PaperChange:
    """Ask quality to let a signed paper be changed.

    Raises NotAllowed without the right, DomainError at `wanted` or `reason` when empty, for a paper that is not signed or is void, and
    while another request is open.
    """
    access.require(by, "create", NOUN)
    access.require(by, "read", paper.noun)
    on_paper = isinstance(record, OnPaper)
    if not on_paper or record.status == PaperState.VOID or not is_signed(record):
        raise DomainError(_l("Only a signed paper needs this; before its last signature it is simply corrected."), rule="B-205")
    for name, text in (("wanted", wanted), ("reason", reason)):
        if not text.strip():
            raise DomainError(_l("Please fill in."), name, rule="B-205")
    if any(change.status in OPEN for change in of(record)):
        raise DomainError(_l("A change of this paper has been asked for already."), rule="B-205")
    audit.acts(by)
    audit.because(reason.strip())
    made = PaperChange(owner_type=record.__tablename__, owner_id=record.id, form_code=getattr(record, "layout", None) or paper.code,
                       number=str(getattr(record, paper.number) or record), wanted=wanted.strip()[:500], reason=reason.strip()[:200],
                       asked_by_id=by.id)
    db.session.add(made)
    db.session.flush()
    return made


def _other(change: PaperChange, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    two_persons.require(change.asked_by_id, by)


def _decided(change: PaperChange, *, by: Any, now: dt.datetime, reason: str | None = None, **_data: Any) -> None:
    change.decided_by_id, change.decided_at, change.decision_note = by.id, now, (reason or "")[:200] or None
    asker = db.session.scalar(select(Staff).where(Staff.user_id == change.asked_by_id))
    text = (_l("%(number)s may be issued anew: quality agreed.", number=change.number) if change.status == ChangeState.AGREED
            else _l("%(number)s stays as it is: quality did not agree.", number=change.number))
    notices.tell([asker], text, href=change.href, now=now, by=by)


MACHINE = Machine(
    Transition("approve", (ChangeState.ASKED,), ChangeState.AGREED, _l("Agree to the change"), right="approve", guard=_other,
               effect=_decided),
    Transition("refuse", (ChangeState.ASKED,), ChangeState.REFUSED, _l("Refuse the change"), right="approve", guard=_other,
               effect=_decided, reason=True, adverse=True),
)


def take_step(change: PaperChange, name: str, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
    """Agree or refuse. NotAllowed for all but quality; DomainError (B-204) for who asked, and when it is decided already."""
    MACHINE.fire(change, name, by=by, now=now, reason=reason, **data)
    db.session.flush()


def may_carry_out(model: type[Any], key: int, paper: Paper, by: Any) -> bool:
    """Whether a user may void the record of this key: with the right to, or as the one whose request was agreed to."""
    return access.can(by, "void", paper.noun) or bool(db.session.scalar(select(exists().where(
        PaperChange.owner_type == model.__tablename__, PaperChange.owner_id == key, PaperChange.asked_by_id == by.id,
        PaperChange.status == ChangeState.AGREED))))


def carried_out(record: Any, *, now: dt.datetime) -> PaperChange | None:
    """Use the agreed request of a signed record up; None for a record that needs none. DomainError while there is none."""
    if not is_signed(record):
        return None
    change = agreed(record)
    if change is None:
        raise DomainError(_l("This paper is signed: ask for a change, quality decides on it."), rule="B-205")
    change.status, change.done_at = ChangeState.DONE, now
    return change


@saving.rule(PaperChange)
def _stays(_change: PaperChange) -> None:
    """A request stays as it was asked: another wish is another request."""
    raise DomainError(_l("A request is not rewritten. Ask anew."), rule="B-205")
