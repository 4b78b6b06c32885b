"""Which cells a scan shows signed, and the page behind such a cell (B-042, B-048)."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose

from extensions import gettext as _
from models.enums import AttachmentKind
from models.paper import Paper
from services import access, attachments, clock, custody, file_checks, paper_scans, storage, unit_of_work
from services.errors import DomainError, NotAllowed, NotThere
from views import attachments as files
from views.base import allowed
from views.record_papers import layout_of, trail


class PaperScansView(BaseView):
    """`/records/<code>/<id>/do/on-paper` and `…/proof/<cell>`."""

    route_base = "/records"
    class_permission_name = custody.NOUN

    @expose("/<code>/<int:pk>/do/on-paper", methods=["GET", "POST"])
    def on_paper(self, code: str, pk: int) -> Any:
        """Say which cells a filed page, a file of the record or a scan sent now shows signed."""
        model, paper = layout_of(code)
        user = allowed("change", custody.NOUN)
        access.require(user, "read", paper.noun)
        record, said, place = access.get(user, model, pk), "", ""
        if request.method == "POST":
            try:
                made = paper_scans.sign(record, paper, request.form.getlist("cells")[:40], self._scan(record, paper, user), by=user,
                                        now=clock.now(), sealed=bool(request.form.get("sealed")))
            except (NotAllowed, NotThere):
                raise
            except DomainError as refusal:
                said, place = str(refusal), refusal.field or ""
                unit_of_work.abandon()
                record = access.get(user, model, pk)
            else:
                flash(_("Signed on the paper: %(cells)s", cells="、".join(paper.slot(row.slot).name_of() for row in made)), "success")
                return redirect(f"/records/{paper.code}/{pk}")
        trail(record, paper, _("Signed on the paper"))
        return render_template(
            "paper/on_paper.html", paper=paper, number=getattr(record, paper.number), where=f"/records/{paper.code}/{pk}", said=said,
            place=place, cells=paper_scans.open_cells(record, paper), scans=[_shown(scan) for scan in paper_scans.of(record, paper)],
            chosen=request.values.get("scan", ""), ticked=request.form.getlist("cells")), 422 if said else 200

    @staticmethod
    def _scan(record: Any, paper: Paper, user: Any) -> Any:
        """The page chosen, or the one sent now, kept with the record. DomainError for neither."""
        sent = request.files.get("file")
        if sent is not None and sent.filename:
            name = file_checks.clean_name(sent.filename)
            content, media = file_checks.checked(name, sent.stream.read(file_checks.LARGEST + 1))
            if media not in paper_scans.SHOWN:
                raise DomainError(_("Scans are PDF, JPG, PNG or WEBP."), "file")
            kind = AttachmentKind.SEALED_SCAN if request.form.get("sealed") else AttachmentKind.SIGNED_SCAN
            return attachments.keep(record, name, content, media, by=user, kind=kind)
        found = next((scan for scan in paper_scans.of(record, paper) if scan.token == request.form.get("scan")), None)
        if found is None:
            raise DomainError(_("Choose the page, or send the scan."), "scan")
        return found.thing

    @expose("/<code>/<int:pk>/proof/<slot>", methods=["GET"])
    def proof(self, code: str, pk: int, slot: str) -> Any:
        """The page a cell was signed on; pictures are drawn by us and shown in place, anything else is only sent to be saved."""
        model, paper = layout_of(code)
        user = allowed("read", paper.noun)
        file = paper_scans.proofs(access.get(user, model, pk), paper).get(slot)
        if file is None:
            raise NotThere("")
        if not file.media_type.startswith("image/"):
            return redirect(f"/attachments/{file.id}")
        answer = Response(storage.fetch(file.sha256), mimetype=file.media_type)
        answer.headers["Content-Disposition"] = "inline; filename=\"scan.jpg\""
        answer.headers["Content-Security-Policy"] = files.SANDBOX
        return answer


def _shown(scan: paper_scans.Scan) -> dict[str, Any]:
    thing = scan.thing
    picture = f"/slips/scans/{thing.id}/picture" if scan.token.startswith("page-") else (
        f"/attachments/{thing.id}/small" if getattr(thing, "media_type", "").startswith("image/") else None)
    return {"token": scan.token, "name": scan.name, "picture": picture}


def may_file(record: Any, paper: Paper, user: Any) -> str | None:
    """Where a user says which cells a scan shows; None when he may not or none is left."""
    if not paper_scans.may_file(user, paper) or not paper_scans.open_cells(record, paper):
        return None
    return f"/records/{paper.code}/{record.id}/do/on-paper"


def behind(record: Any, paper: Paper, signed: dict[str, Any]) -> dict[str, str]:
    """Cell → the page behind it, of those signed by scan."""
    return {name: f"/records/{paper.code}/{record.id}/proof/{name}" for name, row in signed.items() if row.scan_id is not None}


def views() -> list[Any]:
    """The pages of scans as proofs."""
    return [type("PaperScansView", (PaperScansView,), {})]
