"""The life all paper records share: begun from what is known, filled by sections, voided with a reason (B-043, B-205, R10).

Signing and freezing stand in services/signing.py; what one kind of record does beyond this in services/record_rules.py.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import inspect, select

from extensions import _l, db
from models.enums import PaperState
from models.number import IssuedPaper
from models.paper import PAPERS, LineList, OnPaper, Paper, Section
from services import access, audit, custody, known, paper_changes, record_rules, saving, signing
from services.errors import DomainError, NotAllowed, NotThere
from services.rights import NO_RIGHT

OWN = frozenset({"id", "status", "number", "replaces_id", "signed_at", "carried_on_paper", "lock_version", "voided_at", "void_reason",
                 "created_at", "created_by_id", "changed_at", "changed_by_id"})


def paper_of(code: str) -> tuple[type[Any], Paper]:
    """Model and layout of a code; NotThere for an unknown one."""
    if code not in PAPERS:
        raise NotThere("")
    return PAPERS[code]


def origins(model: type[Any]) -> dict[str, type[Any]]:
    """What a record of this kind can be begun from: table name → model."""
    links = [relation for relation in inspect(model).relationships if not relation.uselist or relation.secondary is not None]
    targets = {relation.mapper.class_ for relation in links}
    return {name: origin for name, origin in known.ORIGINS.items() if origin in targets}


def begin(model: type[Any], paper: Paper, origin: Any, *, by: Any, now: dt.datetime) -> Any:
    """A draft with everything its origin already says; NotAllowed without the right to create."""
    access.require(by, "create", paper.noun)
    audit.acts(by)
    own = record_rules.beginner(model)
    if own is not None:
        return own(origin, by=by, now=now, layout=paper.code)
    record = model()
    known.pour(record, origin)
    db.session.add(record)
    db.session.flush()
    return record


def may_edit(record: Any, paper: Paper, user: Any) -> set[str]:
    """The fields of a paper, and its lists by the relation that holds them, that a user may fill now (B-043).

    Of a signed paper only what is known afterwards, which no signature stands on.
    """
    state = signing.state_of(record, paper)
    if state == PaperState.VOID or not (access.can(user, "change", paper.noun) or is_own_draft(record, paper, user)):
        return set()
    if state == PaperState.SIGNED:
        return _open_to(paper.afterwards, record, user)
    sections = paper.sections or (Section("all", (*paper.fields(), *(item.kept_in for item in paper.lists()))),)
    return record_rules.limited(record, _open_to(sections, record, user) - paper.later(), user)


def _open_to(sections: tuple[Section, ...], record: Any, user: Any) -> set[str]:
    """The fields of those sections that are a user's."""
    on_it, fields = signing.is_on_the_job(record, user), set()
    for section in sections:
        free = not section.rights and not section.on_the_job
        if free or (section.on_the_job and on_it) or (section.rights and all(access.can(user, act, noun) for act, noun in section.rights)):
            fields |= set(section.fields)
    return fields


def is_own_draft(record: Any, paper: Paper, user: Any) -> bool:
    """Who may begin papers of a kind fills the one he began until it leaves draft (roles §4: update own)."""
    return (access.can(user, "create", paper.noun) and getattr(record, "created_by_id", None) == user.id
            and signing.state_of(record, paper) == PaperState.DRAFT)


def fill(record: Any, paper: Paper, values: dict[str, Any], lines: dict[str, list[dict[str, Any]]] | None = None, *, by: Any,
         now: dt.datetime, version: int | None = None, seen: dict[str, Any] | None = None) -> None:
    """Write into a paper what the user may write; stamps given on what changed are void (R10).

    `lines` maps a list of the paper to its rows: field → value, and `id` for a row that was there. A stale form is merged field by
    field as in `saving.change`. Raises NotAllowed for a field of somebody else's section, Conflict, and DomainError at the field; the
    field of a line is `line-<list>-<place>-<column>`.
    """
    mine, lists = may_edit(record, paper, by), {item.attribute: item for item in paper.lists()}
    if not mine or set(values) - mine or {lists[name].kept_in for name in lines or {}} - mine:
        raise NotAllowed(NO_RIGHT)
    audit.acts(by)
    if version is not None and version != record.lock_version:
        if seen is None or lines_differ(record, lines or {}, lists):
            raise saving.stale(record, values)
        values = saving.merged(record, values, seen)
    with db.session.no_autoflush:
        saving.apply(record, values)
        for name, rows in (lines or {}).items():
            _set_lines(record, lists[name], rows)
        saving.check(record)
        record_rules.run("save", record, now=now)
    db.session.flush()
    signing.void_stale(record, now=now)


def lines_differ(record: Any, lines: dict[str, list[dict[str, Any]]], lists: dict[str, LineList]) -> bool:
    """Whether rows sent differ from those kept."""
    for name, rows in lines.items():
        item = lists[name]
        sent = [[saving.comparable(row.get(column.field)) for column in item.columns if not column.fixed] for row in rows
                if not is_empty(record, item, row)]
        kept = [[saving.comparable(getattr(line, column.field)) for column in item.columns if not column.fixed]
                for line in getattr(record, item.attribute)]
        if sent != kept:
            return True
    return False


def line_model(model: type[Any], item: LineList) -> type[Any]:
    """The model of the lines of a list."""
    return inspect(model).relationships[item.kept_in].mapper.class_  # type: ignore[no-any-return]


def is_empty(record: Any, item: LineList, row: dict[str, Any]) -> bool:
    """Whether nobody wrote anything into a row; a choice that is always made does not count."""
    from models.base import EnumCode

    columns = inspect(line_model(type(record), item)).columns
    return all(row.get(column.field) in (None, "", False) for column in item.columns
               if not column.fixed and not (column.field in columns and isinstance(columns[column.field].type, EnumCode)))


def _set_lines(record: Any, item: LineList, rows: list[dict[str, Any]]) -> None:
    """Make the lines of a list what was sent: rows that were there keep their identity, empty ones go."""
    model, shown, whole = line_model(type(record), item), list(getattr(record, item.attribute)), getattr(record, item.kept_in)
    there = {line.id: line for line in shown}
    wanted: list[Any] = []
    for place, row in enumerate(rows):
        if is_empty(record, item, row):
            continue
        line = there.get(row.get("id")) or model(**dict(item.preset))
        line.typed_at = f"line-{item.attribute}-{place}"
        saving.apply(line, {column.field: row.get(column.field) for column in item.columns if not column.fixed})
        line.position = len(wanted)
        wanted.append(line)
    for line in shown:
        if line not in wanted:
            whole.remove(line)
            if inspect(line).persistent:
                db.session.delete(line)  # as an orphan it would go without its history
    whole.extend(line for line in wanted if line not in whole)


def void(record: Any, paper: Paper, *, by: Any, now: dt.datetime, reason: str) -> None:
    """Void a paper: it keeps its number with the reason (B-205).

    Raises NotAllowed, DomainError without a reason, for a void one, and for a signed one while quality has not agreed to its change.
    """
    if not paper_changes.may_carry_out(type(record), record.id, paper, by):
        raise NotAllowed(NO_RIGHT)
    if not isinstance(record, OnPaper) or record.status == PaperState.VOID:
        raise DomainError(_l("This paper is void already."), rule="B-205")
    if not reason.strip():
        raise DomainError(_l("Give the reason."), "reason", rule="B-205")
    audit.acts(by)
    audit.because(reason.strip())
    paper_changes.carried_out(record, now=now)
    record.status, record.voided_at, record.void_reason = PaperState.VOID, now, reason.strip()[:200]
    for number in db.session.scalars(select(IssuedPaper).where(IssuedPaper.owner_type == record.__tablename__,  # type: ignore[attr-defined]
                                                               IssuedPaper.owner_id == record.id)):  # type: ignore[attr-defined]
        number.state, number.void_reason = PaperState.VOID, record.void_reason
    custody.voided(record)
    record_rules.run("void", record, by=by, now=now)
    db.session.flush()


def replace(record: Any, paper: Paper, *, by: Any, now: dt.datetime) -> Any:
    """Void a signed paper and issue it anew in one act, for the reason quality agreed to; the new draft (B-205)."""
    access.require(by, "create", paper.noun)
    change = paper_changes.agreed(record)
    if change is None:
        raise DomainError(_l("This paper is signed: ask for a change, quality decides on it."), rule="B-205")
    void(record, paper, by=by, now=now, reason=change.reason)
    return reissue(record, paper, by=by, now=now)


def successor(record: Any) -> Any:
    """The paper that was issued in place of this one and holds, if there is one."""
    model = type(record)
    return db.session.scalar(select(model).where(model.replaces_id == record.id, model.status != PaperState.VOID).limit(1))


def reissue(record: Any, paper: Paper, *, by: Any, now: dt.datetime) -> Any:
    """A new draft with the content of a void paper; it says which one it replaces."""
    access.require(by, "create", paper.noun)
    if signing.state_of(record, paper) != PaperState.VOID:
        raise DomainError(_l("Only a void paper is issued anew."), rule="B-205")
    if successor(record) is not None:
        raise DomainError(_l("This paper was issued anew already."), rule="B-205")
    made, mapper = type(record)(), inspect(type(record))
    skipped = OWN | paper.later() | {own.number for kind, own in PAPERS.values() if kind is type(record)}
    for attribute in mapper.column_attrs:
        if attribute.key not in skipped:
            setattr(made, attribute.key, getattr(record, attribute.key))
    made.replaces_id = record.id
    for relation in mapper.relationships:
        if relation.secondary is not None:
            setattr(made, relation.key, list(getattr(record, relation.key)))
    for name in {item.kept_in for item in paper.lists()}:
        target = mapper.relationships[name].mapper
        back = {column.key for column in mapper.relationships[name].remote_side}
        for line in getattr(record, name):
            getattr(made, name).append(target.class_(**{attribute.key: getattr(line, attribute.key) for attribute in target.column_attrs
                                                        if attribute.key not in OWN | back}))
    db.session.add(made)
    db.session.flush()
    return made
