"""Many papers of a kind as one PDF, printed in the background (B-206; R13)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from extensions import _l, db
from models.job import Errand
from models.number import IssuedPaper
from models.paper import PAPERS, Paper
from services import access, errands, imposition, printing, signing, storage
from services.errors import DomainError
from services.unit_of_work import unit_of_work

CHUNK = 20
MOST = 300


def ask(paper: Paper, records: list[Any], *, by: Any, now: dt.datetime) -> Errand:
    """Have records printed to be handed out: each takes its number and its line in the log now, the PDF follows.

    Raises DomainError for none or more than 300, NotAllowed without the right to print.
    """
    access.require(by, "print", paper.noun)
    if not records:
        raise DomainError(_l("There is nothing to print."), rule="B-206")
    if len(records) > MOST:
        raise DomainError(_l("At most %(most)s papers at once; narrow the list.", most=MOST), rule="B-206")
    for record in records:
        signing.log_print(record, paper, by=by, now=now)
    return errands.ask("print", str(paper.title), {"code": paper.code, "ids": [record.id for record in records]}, total=len(records), by=by,
                       now=now)


def ask_blank(paper: Paper, taken: list[IssuedPaper], *, by: Any, now: dt.datetime) -> Errand:
    """Have blank slips with their numbers printed."""
    return errands.ask("print", str(paper.title), {"code": paper.code, "blank": [issued.number for issued in taken]}, total=len(taken),
                       by=by, now=now)


@errands.kind("print")
def run(key: int) -> None:
    """Print a batch in chunks, and lay the parts together."""
    with unit_of_work(write=False):
        errand = db.session.get_one(Errand, key)
        code, ids = errand.payload["code"], errand.payload.get("ids") or errand.payload["blank"]
        numbered = "blank" in errand.payload
    model, paper = PAPERS[code]
    parts: list[bytes] = []
    for place in range(0, len(ids), CHUNK):
        parts += (_blank if numbered else _printed)(model, paper, ids[place:place + CHUNK])
        with unit_of_work(reason="print"):
            errands.advance(key, min(place + CHUNK, len(ids)))
    pdf, pages = imposition.joined(parts)
    with unit_of_work(write=False):
        how = printing.form_setting(code).arrangement
    digest = storage.keep(imposition.arranged(pdf, how))
    with unit_of_work(reason="print"):
        errands.finish(key, {"pdf": digest, "pages": pages})


def _printed(model: type[Any], paper: Paper, ids: list[int]) -> list[bytes]:
    """The PDFs of some records in their order: frozen bytes as they are, the others made together."""
    found: list[bytes | str] = []
    with unit_of_work(write=False):
        records = {record.id: record for record in db.session.scalars(select(model).where(model.id.in_(ids)))}
        for record in (records[key] for key in ids if key in records):
            kept = signing.frozen(record, paper)
            found.append(storage.fetch(kept.pdf_sha256) if kept is not None else printing.pages_html(
                paper, record, signing.signatures(record, paper), model=model, number=getattr(record, paper.number),
                reprint=signing.times_printed(record, paper) > 1))
    parts: list[bytes] = []
    open_: list[str] = []
    for item in [*found, b""]:
        if isinstance(item, str):
            open_.append(item)
            continue
        if open_:
            with unit_of_work(write=False):
                html = printing.document(paper, open_)
            parts.append(printing.to_pdf(html, paper.sheet, title=str(paper.record)).pdf)
            open_ = []
        if item:
            parts.append(item)
    return parts


def _blank(model: type[Any], paper: Paper, numbers: list[str]) -> list[bytes]:
    """Blank slips with these numbers, as one PDF."""
    with unit_of_work(write=False):
        html = printing.document(paper, [printing.pages_html(paper, None, {}, model=model, number=number) for number in numbers])
    return [printing.to_pdf(html, paper.sheet, title=str(paper.record)).pdf]
