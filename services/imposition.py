"""Finished pages laid on sheets: smaller, three on one, moved, stamped. Works on the PDF, so for both engines alike (R13)."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from models.custody import Arrangement

POINTS = 72 / 25.4
A4, A5 = (210 * POINTS, 297 * POINTS), (148 * POINTS, 210 * POINTS)
GAP = 4 * POINTS  # between a page and the edge of its part of the sheet


def arranged(pdf: bytes, how: Arrangement) -> bytes:
    """The pages as an office wants them on its paper; unchanged for one page a copy."""
    if how == Arrangement.A5:
        return _placed(pdf, A5, 1)
    if how == Arrangement.THREE:
        return _placed(pdf, A4, 3)
    return pdf


def _placed(pdf: bytes, size: tuple[float, float], parts: int) -> bytes:
    """Each page shrunk into its part of a sheet, `parts` below one another with dashed lines to cut along."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as source, pikepdf.new() as target:
        for place, page in enumerate(source.pages):
            wide = page.mediabox[2] > page.mediabox[3]
            width, height = (size[1], size[0]) if wide and parts == 1 else size
            if place % parts == 0:
                target.add_blank_page(page_size=(width, height))
                if parts > 1:
                    _cut_lines(target, width, height, parts)
            high = height / parts
            low = height - high * (place % parts + 1)
            room = GAP if parts > 1 else 0
            target.pages[-1].add_overlay(page, pikepdf.Rectangle(room, low + room, width - room, low + high - room))
        out = io.BytesIO()
        target.save(out)
        return out.getvalue()


def _cut_lines(target: Any, width: float, height: float, parts: int) -> None:
    heights = [height * part / parts for part in range(1, parts)]
    lines = "".join(f"10 {at:.2f} m {width - 10:.1f} {at:.2f} l S\n" for at in heights)
    target.pages[-1].contents_add(f"q 0.5 w 0.5 G [3 3] 0 d\n{lines}Q\n".encode())


def moved(pdf: bytes, right: Decimal, down: Decimal) -> bytes:
    """All pages moved by millimetres, for a printer that prints beside where it should."""
    import pikepdf

    if not right and not down:
        return pdf
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            move = f"q 1 0 0 1 {float(right) * POINTS:.3f} {-float(down) * POINTS:.3f} cm\n"
            page.contents_add(move.encode(), prepend=True)
            page.contents_add(b"\nQ")
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


def stamped(pdf: bytes, stamp: bytes) -> bytes:
    """A page laid over each page as ink is: what is white in it covers nothing (engines paint their pages white)."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document, pikepdf.open(io.BytesIO(stamp)) as mark:
        form = document.copy_foreign(mark.pages[0].as_form_xobject())
        ink = pikepdf.Dictionary(Type=pikepdf.Name.ExtGState, BM=pikepdf.Name.Multiply)
        for page in document.pages:
            name, state = page.add_resource(form, pikepdf.Name.XObject), page.add_resource(ink, pikepdf.Name.ExtGState)
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(f"\nQ q {state} gs {name} Do Q".encode())
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


def joined(pdfs: list[bytes]) -> tuple[bytes, int]:
    """Several PDFs as one, and its number of pages."""
    import pikepdf

    with pikepdf.new() as whole:
        for one in pdfs:
            with pikepdf.open(io.BytesIO(one)) as part:
                whole.pages.extend(part.pages)
        out = io.BytesIO()
        whole.save(out)
        return out.getvalue(), len(whole.pages)
