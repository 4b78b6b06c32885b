"""Piles of scanned papers that file themselves by the code on each page; what cannot be read goes to a tray (B-048; R11, R13)."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

from flask_appbuilder.security.sqla.models import User
from PIL import Image
from sqlalchemy import select

from extensions import _l, db
from models.custody import CopyState, PaperCopy, ScanPage, ScanState
from models.job import Errand
from services import access, audit, clock, custody, errands, file_checks, storage
from services.errors import DomainError
from services.unit_of_work import unit_of_work

DPI, QUALITY = 200, 75
MOST_PAGES = 300
PIXELS = 25_000_000  # of a page; a larger one is drawn coarser
PICTURES = ("image/jpeg", "image/png", "image/webp")


def receive(name: str, content: bytes, *, by: Any, now: dt.datetime) -> Errand:
    """Take an upload (PDF or a picture); it is read in the background. Raises DomainError at `files`, NotAllowed without the right."""
    access.require(by, "change", custody.NOUN)
    audit.acts(by)
    name = file_checks.clean_name(name)
    kept, media = file_checks.checked(name, content)
    if media != "application/pdf" and media not in PICTURES:
        raise DomainError(_l("Scans are PDF, JPG, PNG or WEBP."), "files")
    pages = _count(kept) if media == "application/pdf" else 1
    if pages > MOST_PAGES:
        raise DomainError(_l("At most %(most)s pages at once; divide the scan.", most=MOST_PAGES), "files")
    return errands.ask("scan", name, {"file": storage.keep(kept), "media": media}, total=pages, by=by, now=now)


def _count(content: bytes) -> int:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as broken:
        raise DomainError(_l("This PDF cannot be read; is it locked with a password?"), "files") from broken
    with document:
        return len(document)


def pages_of(content: bytes, media: str, first: int = 0) -> Iterator[Image.Image]:
    """The pages as grey pictures of 200 dpi, from `first`."""
    if media != "application/pdf":
        with Image.open(io.BytesIO(content)) as opened:
            yield opened.convert("L")
        return
    import pypdfium2

    with pypdfium2.PdfDocument(content) as document:
        for number in range(first, len(document)):
            page = document[number]
            width, height = page.get_size()
            scale = min(DPI / 72, (PIXELS / max(width * height, 1)) ** 0.5)
            yield page.render(scale=scale, grayscale=True).to_pil().convert("L")
            page.close()


def codes_on(image: Image.Image) -> list[str]:
    """The different codes on a page; looked for a second time in a larger picture when there is none."""
    import zxingcpp

    for size in (1, 2):
        looked = image if size == 1 else image.resize((image.width * 2, image.height * 2), Image.Resampling.LANCZOS)
        read = zxingcpp.read_barcodes(looked, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        texts = list(dict.fromkeys(str(code.text) for code in read if code.text))
        if texts:
            return texts
    return []


@errands.kind("scan")
def read(key: int) -> None:
    """Read an upload page by page; goes on where a worker that died left it."""
    with unit_of_work(write=False):
        errand = db.session.get_one(Errand, key)
        first, content, media = errand.done, storage.fetch(errand.payload["file"]), errand.payload["media"]
        name, user_id = errand.title, errand.user_id
    for place, image in enumerate(pages_of(content, media, first), first):
        texts, picture = codes_on(image), io.BytesIO()
        image.save(picture, "JPEG", quality=QUALITY)
        with unit_of_work(actor_id=user_id, reason="scan"):
            page = ScanPage(errand_id=key, page_no=place + 1, file_name=name, sha256=storage.keep(picture.getvalue()),
                            found="、".join(texts)[:200] or None)
            db.session.add(page)
            _sort(page, texts, by=db.session.get_one(User, user_id), now=clock.now())
            errands.advance(key, place + 1)
    with unit_of_work(reason="scan"):
        pages = db.session.scalars(select(ScanPage).where(ScanPage.errand_id == key)).all()
        errands.finish(key, {"filed": sum(page.state == ScanState.FILED for page in pages),
                             "tray": sum(page.state == ScanState.TRAY for page in pages)})


def _sort(page: ScanPage, texts: list[str], *, by: Any, now: dt.datetime) -> None:
    """File a page when its code says exactly one copy; otherwise say why it lies in the tray."""
    if not texts:
        page.reason = str(_l("No code was found on the page."))
    elif len(texts) > 1:
        page.reason = str(_l("Several different codes stand on the page."))
    else:
        copy = custody.found(texts[0]) if texts[0].count("/") == 2 else None
        if copy is None:
            page.reason = str(_l("The code belongs to no paper of ours."))
        else:
            _file(page, copy, by=by, now=now)


def _file(page: ScanPage, copy: PaperCopy, *, by: Any, now: dt.datetime) -> None:
    page.copy, page.state, page.filed_by_id, page.reason = copy, ScanState.FILED, by.id, None
    if copy.state not in (CopyState.VOID, CopyState.LEFT):
        custody.receive(copy, by=by, now=now)


def file(page: ScanPage, code: str, *, by: Any, now: dt.datetime) -> PaperCopy:
    """The copy a person says a page of the tray is: by the code or the number. DomainError at `code`."""
    access.require(by, "change", custody.NOUN)
    if page.state != ScanState.TRAY:
        raise DomainError(_l("This page was dealt with already."), rule="B-048")
    copy = custody.found(code)
    if copy is None:
        raise DomainError(_l("No copy has this number. Write number and copy, such as RR2503-0001/1."), "code", rule="B-048")
    audit.acts(by)
    _file(page, copy, by=by, now=now)
    return copy


def drop(page: ScanPage, reason: str, *, by: Any) -> None:
    """Put a page aside that is no paper of ours, with the reason."""
    access.require(by, "change", custody.NOUN)
    if page.state != ScanState.TRAY:
        raise DomainError(_l("This page was dealt with already."), rule="B-048")
    if not reason.strip():
        raise DomainError(_l("Give the reason."), "reason", rule="B-205")
    audit.acts(by)
    page.state, page.reason = ScanState.DROPPED, reason.strip()[:200]


def tray() -> list[ScanPage]:
    """The pages a person has to file, oldest first."""
    return list(db.session.scalars(select(ScanPage).where(ScanPage.state == ScanState.TRAY).order_by(ScanPage.id).limit(200)))


def of_copies(copies: list[PaperCopy]) -> dict[int, list[ScanPage]]:
    """The filed pages of copies, by the copy's key."""
    found: dict[int, list[ScanPage]] = {}
    for page in db.session.scalars(select(ScanPage).where(ScanPage.copy_id.in_([copy.id for copy in copies]),
                                                          ScanPage.state == ScanState.FILED).order_by(ScanPage.id)):
        found.setdefault(page.copy_id or 0, []).append(page)
    return found
