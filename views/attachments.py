"""Files of records: the tab, upload, download, taking away (R11)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose

from extensions import gettext as _
from models.paper import OnPaper
from services import access, attachments, clock, file_checks, saving, storage
from services.errors import DomainError, NotAllowed, NotThere
from views import shown
from views.shell import crumbs

MOST_FILES = 20
# Whatever is in a file: a browser that opens it all the same runs and loads nothing.
SANDBOX = "sandbox; default-src 'none'"


def carries(model: type[Any]) -> bool:
    """Whether records of this kind have a tab of files."""
    return model in attachments.owners().values()


def panel(record: Any, user: Any) -> dict[str, Any]:
    """What the tab shows: the files, and where to send more."""
    files = [{"id": file.id, "name": file.file_name, "size": said_size(file.size), "who": saving.user_name(file.uploaded_by_id),
              "at": shown.moment(file.created_at), "picture": file.media_type.startswith("image/"), "kind": str(file.kind)}
             for file in attachments.of(record)]
    gone = [{"name": file.file_name, "at": shown.moment(file.voided_at), "reason": file.void_reason,
             "who": saving.user_name(file.changed_by_id)} for file in attachments.taken_away(record)]
    return {"files": files, "gone": gone, "add": f"/attachments/{record.__tablename__}/{record.id}/add",
            "accept": ",".join(f".{ending}" for ending in file_checks.TYPES),
            "may_add": access.can(user, "change", record.__noun__)}


def said_size(size: int) -> str:
    """Bytes in words: `831 B`, `12 KB`, `3.4 MB`."""
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def _where(owner: Any) -> str:
    """The page that shows the files of a record."""
    if isinstance(owner, OnPaper):
        return f"/attachments/{owner.__tablename__}/{owner.id}/"
    return f"{shown.PAGES[owner.__tablename__]}/show/{owner.id}?tab=files"


def _user() -> Any:
    """Who asks; strangers are sent to the log-in."""
    from views.base import signed_in

    return signed_in()


def _sent(content: bytes, media_type: str, disposition: str) -> Response:
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Disposition"] = disposition
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


class AttachmentsView(BaseView):
    """`/attachments/`."""

    route_base = "/attachments"
    class_permission_name = "attachment"

    @expose("/<kind>/<int:pk>/", methods=["GET"])
    def index(self, kind: str, pk: int) -> Any:
        """The files of a record on a page of their own: a slip has no tabs."""
        user = _user()
        owner = attachments.owner_of(user, kind, pk)
        if not isinstance(owner, OnPaper):
            return redirect(_where(owner))
        crumbs((_("Records"), "/records/"), (str(owner), f"/records/{owner.layout}/{owner.id}"), (_("Files"), None))
        return render_template("attachments/page.html", title=str(owner), shelf=panel(owner, user))

    @expose("/<kind>/<int:pk>/add", methods=["POST"])
    def add(self, kind: str, pk: int) -> Any:
        """Keep the files sent; one that is refused does not hold up the others."""
        user = _user()
        owner = attachments.owner_of(user, kind, pk, act="change")
        where, kept = _where(owner), 0
        sent = [file for file in request.files.getlist("files") if file.filename]
        if not sent:
            flash(_("Choose a file first."), "danger")
        if len(sent) > MOST_FILES:
            raise DomainError(_("At most %(count)d files at once.", count=MOST_FILES))
        for file in sent:
            try:
                attachments.add(owner, file.filename or "", file.stream.read(file_checks.LARGEST + 1), by=user)
                kept += 1
            except (NotAllowed, NotThere):
                raise
            except DomainError as refusal:
                flash(f"{(file.filename or '')[:60]}: {refusal}", "danger")
        if kept:
            flash(_("%(count)d files kept.", count=kept), "success")
        return redirect(where)

    @expose("/<int:key>", methods=["GET"])
    def fetch(self, key: int) -> Any:
        """The file, always to be saved and never opened in the page."""
        file, _owner = attachments.get(_user(), key)
        plain = "".join(char if char.isascii() and (char.isalnum() or char in ".-_") else "_" for char in file.file_name)
        return _sent(storage.fetch(file.sha256), file.media_type,
                     f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.file_name, safe='')}")

    @expose("/<int:key>/small", methods=["GET"])
    def small(self, key: int) -> Any:
        """A small picture, drawn anew, for the list."""
        file, _owner = attachments.get(_user(), key)
        if not file.media_type.startswith("image/"):
            raise NotThere("")
        answer = _sent(file_checks.small(storage.fetch(file.sha256)), "image/jpeg", "inline; filename=\"small.jpg\"")
        answer.headers["Cache-Control"] = "private, max-age=86400"
        return answer

    @expose("/<int:key>/void", methods=["POST"])
    def void(self, key: int) -> Any:
        """Take a file away, with the reason."""
        user = _user()
        file, owner = attachments.get(user, key, act="change")
        where = _where(owner)
        reason = request.form.get("reason", "")
        if not reason.strip():
            flash(_("Give the reason."), "danger")
        else:
            try:
                attachments.take_away(file, owner, reason=reason, by=user, now=clock.now())
            except (NotAllowed, NotThere):
                raise
            except DomainError as refusal:
                flash(str(refusal), "danger")
            else:
                flash(_("Taken away; the history keeps it."), "success")
        return redirect(where)


def views() -> list[Any]:
    """The pages of files."""
    return [AttachmentsView]
