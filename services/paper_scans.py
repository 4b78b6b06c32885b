"""Cells signed or sealed on the paper itself: a scan of it is the proof (B-042, B-048).

Who files scans says which cells a page shows signed; each of them is signed then, in the order the record asks, with the page behind it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from extensions import _l, db
from models.attachment import Attachment
from models.custody import ScanPage, ScanState
from models.enums import AttachmentKind, PaperState
from models.number import Signature
from models.paper import OnPaper, Paper, Slot
from services import access, attachments, audit, custody, signing, storage
from services.errors import DomainError, NotThere

SHOWN = ("image/jpeg", "image/png", "image/webp", "application/pdf")


@dataclass(frozen=True)
class Scan:
    """A page that may be a proof: its name in a form, its words, and what it is."""

    token: str
    name: str
    thing: ScanPage | Attachment


def may_file(user: Any, paper: Paper) -> bool:
    """Whether a user files scans of a paper: who keeps the slips and may read the record."""
    return access.can(user, "change", custody.NOUN) and access.can(user, "read", paper.noun)


def open_cells(record: Any, paper: Paper) -> list[Slot]:
    """The cells that may still be signed on the paper: not signed yet, and not given here alone (B-055)."""
    if not isinstance(record, OnPaper) or signing.state_of(record, paper) in (PaperState.SIGNED, PaperState.VOID):
        return []
    signed = signing.signatures(record, paper)
    return [slot for slot in signing.needed(record, paper) if slot.name not in signed and not slot.approves]


def of(record: Any, paper: Paper) -> list[Scan]:
    """What may be a proof: the pages filed to the copies of this paper, and the pictures and PDFs that hang on the record."""
    copies = [copy.id for copy in custody.copies_of(record.__tablename__, record.id) if copy.form_code == paper.code]
    pages = db.session.scalars(select(ScanPage).where(ScanPage.copy_id.in_(copies), ScanPage.state == ScanState.FILED).order_by(
        ScanPage.id)).all() if copies else []
    kept = {page.sha256 for page in pages}
    return [Scan(f"page-{page.id}", str(page), page) for page in pages] + [
        Scan(f"file-{file.id}", file.file_name, file) for file in attachments.of(record)
        if file.media_type in SHOWN and file.sha256 not in kept]


def sign(record: Any, paper: Paper, cells: Sequence[str], scan: ScanPage | Attachment, *, by: Any, now: dt.datetime,
         sealed: bool = False) -> list[Signature]:
    """Sign these cells with a page as the proof; the last one freezes the paper as ever.

    Raises NotAllowed for who files no scans, NotThere for a cell the record does not have, DomainError without a cell, for a cell that
    is given here alone (B-055), for one that is signed already, out of the order of the record, or while the paper has gaps.
    """
    access.require(by, "change", custody.NOUN)
    access.require(by, "read", paper.noun)
    chosen = [slot for slot in signing.needed(record, paper) if slot.name in cells]
    if len(chosen) != len(set(cells)):
        raise NotThere("")
    if not chosen:
        raise DomainError(_l("Which cells does the page show signed?"), "cells", rule="B-042")
    for slot in chosen:
        if slot.approves:
            raise DomainError(_l("%(label)s is given here, not on paper.", label=slot.label), "cells", rule="B-055")
    audit.acts(by)
    proof, made = _proof(record, scan, by=by, sealed=sealed), []
    while chosen:
        signed = signing.signatures(record, paper)
        ready = next((slot for slot in chosen if not set(signing.before(slot, record, paper)) - set(signed)), None)
        if ready is None:
            raise DomainError(_l("Other cells are signed before this one."), "cells", rule="R10")
        made.append(signing.sign_by_scan(record, paper, ready, proof, by=by, now=now, sealed=sealed))
        chosen.remove(ready)
    return made


def _proof(record: Any, scan: ScanPage | Attachment, *, by: Any, sealed: bool) -> Attachment:
    """The page as a file of the record: there it stays, whatever becomes of the tray."""
    if isinstance(scan, Attachment):
        if (scan.owner_type, scan.owner_id) != (record.__tablename__, record.id) or scan.voided_at is not None:
            raise NotThere("")
        return scan
    if scan.state != ScanState.FILED or scan.copy is None or (scan.copy.issued.owner_type, scan.copy.issued.owner_id) != (
            record.__tablename__, record.id):
        raise NotThere("")
    kind = AttachmentKind.SEALED_SCAN if sealed else AttachmentKind.SIGNED_SCAN
    return attachments.keep(record, f"{scan.file_name.rpartition('.')[0] or scan.file_name}-{scan.page_no}.jpg",
                            storage.fetch(scan.sha256), "image/jpeg", by=by, kind=kind)


def proofs(record: Any, paper: Paper) -> dict[str, Attachment]:
    """The pages behind the cells of a paper that were signed by scan: cell → file."""
    files = {row.slot: row.scan_id for row in signing.signatures(record, paper).values() if row.scan_id is not None}
    found = {file.id: file for file in db.session.scalars(select(Attachment).where(Attachment.id.in_(files.values())))} if files else {}
    return {slot: found[key] for slot, key in files.items() if key in found}
