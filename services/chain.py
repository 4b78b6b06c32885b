"""The keyed chain over what is only ever added: a row changed, removed, inserted or moved afterwards does not fit any more (R8, G30).

Each link is HMAC(key, mac before ‖ kind ‖ row as canonical JSON). The key is a file beside the data, never in the database. Links are
made last in a unit of work, under a lock of the head row: without it two units would both continue the same link.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import event, func, insert, select, update
from sqlalchemy.orm import Session

from extensions import db
from models.audit_log import AuditLog, SecurityEvent
from models.base import Base
from models.chain import ChainHead, ChainLink, SignatureVoid
from models.number import PrintLog, Signature

# The kinds of rows that are only ever added; `audit_personal` is guarded by the digests in `audit_log`.
CHAINED: dict[str, type[Any]] = {model.__tablename__: model for model in (AuditLog, Signature, SignatureVoid, SecurityEvent, PrintLog)}
KEY_FILE = "audit_key"
# Made once: each unit that writes asks them.
_HEAD = select(*ChainHead.__table__.columns).with_for_update()
_LINKS: Any = insert(ChainLink).returning(ChainLink.id, sort_by_parameter_order=True)
_MOVED = update(ChainHead)
CHUNK = 1000


def chain(model: type[Any]) -> type[Any]:
    """Put one more kind of rows under the chain (a ledger, for example)."""
    CHAINED[model.__tablename__] = model
    return model


def key() -> bytes:
    """The key of the chain of this installation; RuntimeError before `flask upgrade` made it."""
    if current_app.config.get("AUDIT_KEY"):
        return bytes.fromhex(current_app.config["AUDIT_KEY"])
    path = Path(current_app.config["DATA_DIR"]) / KEY_FILE
    if not path.exists():
        raise RuntimeError("the audit key is missing: run `flask upgrade`, or restore it beside the backup")
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def body(row: dict[str, Any]) -> str:
    """A stored row as canonical JSON: the same text on both databases."""
    from services.audit import plain

    return json.dumps({name: plain(value) for name, value in row.items()}, ensure_ascii=False, sort_keys=True, separators=(",", ":"),
                      default=str)


def mac_of(secret: bytes, before: str, entity: str, text: str) -> str:
    """The seal of a link."""
    return hmac.new(secret, f"{before}\n{entity}\n{text}".encode(), "sha256").hexdigest()


def note(session: Session, entity: str, row_id: int, row: Any = None) -> None:
    """Remember a row of this unit to be linked when the unit ends; with `row`, what the database said it stored."""
    session.info.setdefault("to_chain", []).append((entity, row_id))
    if row is not None:
        session.info.setdefault("chain_texts", {})[entity, row_id] = body(dict(row._mapping))


@event.listens_for(Session, "after_flush")
def _remember(session: Session, _context: Any) -> None:
    for thing in session.new:
        if isinstance(thing, Base) and thing.__tablename__ in CHAINED:
            note(session, thing.__tablename__, thing.id)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("chain_texts", None)  # a savepoint may have undone some of these rows: all are read again
    if not session.in_nested_transaction():
        session.info.pop("to_chain", None)


@event.listens_for(Session, "before_commit")
def _link(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    waiting = session.info.pop("to_chain", [])
    if waiting:
        add_links(session, waiting)


def add_links(session: Session, waiting: list[tuple[str, int]]) -> None:
    """Continue the chain with these rows, the head locked; the last lock a unit takes."""
    connection = session.connection()
    head = connection.execute(_HEAD).one()
    secret, mac, made = key(), head.mac, []
    texts = session.info.pop("chain_texts", {})
    for entity in {kind for kind, row_id in waiting if (kind, row_id) not in texts}:
        missing = [row_id for kind, row_id in waiting if kind == entity and (kind, row_id) not in texts]
        texts.update({(entity, row_id): text for row_id, text in _texts(session, CHAINED[entity], missing).items()})
    for entity, row_id in dict.fromkeys(waiting):
        text = texts.get((entity, row_id))
        if text is None:  # undone by a savepoint
            continue
        mac = mac_of(secret, mac, entity, text)
        made.append({"entity": entity, "row_id": row_id, "mac": mac})
    if not made:
        return
    keys = connection.execute(_LINKS, made).scalars().all()
    connection.execute(_MOVED, {"last_link_id": keys[-1], "links": head.links + len(made), "mac": mac})


def _texts(session: Session, model: type[Any], keys: list[int]) -> dict[int, str]:
    found = {}
    for start in range(0, len(keys), CHUNK):
        for row in session.execute(select(*model.__table__.columns).where(model.id.in_(keys[start:start + CHUNK]))):
            found[row.id] = body(dict(row._mapping))
    return found


def findings() -> Iterator[str]:
    """What does not fit in the chain, the first bad row named first; nothing when all is well."""
    secret, mac, count, last_id = key(), "", 0, 0
    linked: dict[str, set[int]] = {entity: set() for entity in CHAINED}
    position = 0
    while True:
        links = db.session.execute(select(ChainLink.id, ChainLink.entity, ChainLink.row_id, ChainLink.mac)
                                   .where(ChainLink.id > position).order_by(ChainLink.id).limit(CHUNK)).all()
        if not links:
            break
        texts = {entity: _texts(db.session, CHAINED[entity], [link.row_id for link in links if link.entity == entity])  # type: ignore[arg-type]
                 for entity in {link.entity for link in links} & CHAINED.keys()}
        for link in links:
            text = texts.get(link.entity, {}).get(link.row_id)
            if text is None:
                yield f"{link.entity} {link.row_id}: the row is gone (link {link.id})"
                return
            mac = mac_of(secret, mac, link.entity, text)
            if not hmac.compare_digest(mac, link.mac):
                yield f"{link.entity} {link.row_id}: changed, or out of its place (link {link.id})"
                return
            linked[link.entity].add(link.row_id)
            count, last_id = count + 1, link.id
        position = links[-1].id
    head = db.session.execute(select(ChainHead.last_link_id, ChainHead.links, ChainHead.mac)).one_or_none()
    if head is None or (head.links, head.mac, head.last_link_id) != (count, mac, last_id):
        yield f"chain_link: the chain ends at link {last_id} with {count} links, its head says otherwise: the end was cut"
    for entity, model in CHAINED.items():
        for row_id in db.session.scalars(select(model.id).order_by(model.id)):
            if row_id not in linked[entity]:
                yield f"{entity} {row_id}: not in the chain"
                return
    yield from _anchor(count)


def anchor() -> str:
    """Write the head of the chain into the anchor file, one line a call, to be kept elsewhere too; the line."""
    head = db.session.execute(select(ChainHead.links, ChainHead.mac)).one()
    line = f"{head.links} {head.mac}"
    with _anchors().open("a", encoding="ascii") as file:
        file.write(line + "\n")
    return line


def _anchors() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "audit_anchor"


def _anchor(count: int) -> Iterator[str]:
    """What was once the head must still be a link: a chain cut and sealed again does not hold it."""
    if not _anchors().exists():
        return
    for line in _anchors().read_text(encoding="ascii").split("\n"):
        links, _space, mac = line.partition(" ")
        if not links.isdigit() or not int(links):
            continue
        place = select(ChainLink.mac).order_by(ChainLink.id).offset(int(links) - 1).limit(1)
        if int(links) > count or db.session.scalar(place) != mac:
            yield f"chain_link: link {links} is not what the anchor holds: the chain was cut or made anew"
            return


def make_key(folder: Path) -> None:
    """The key of this installation: a file only its owner reads, made once by the release step."""
    path = folder / KEY_FILE
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))


def begin() -> None:
    """The head of the chain, once; what was written before there was one becomes its beginning."""
    if db.session.scalar(select(func.count(ChainHead.id))):
        return
    db.session.execute(insert(ChainHead).values(last_link_id=0, links=0, mac=""))
    for entity, model in CHAINED.items():
        for row_id in db.session.scalars(select(model.id).order_by(model.id)):
            note(db.session(), entity, row_id)
