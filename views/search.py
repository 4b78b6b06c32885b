"""`/search/`: one box over everything the user may see."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import abort, render_template, request
from flask_appbuilder import BaseView, expose

from extensions import gettext as _
from models.service_record import ServiceRecord
from services import everywhere
from views import shown
from views.base import signed_in
from views.shell import crumbs


def _address(record: Any) -> str:
    if isinstance(record, ServiceRecord):
        return f"/records/{record.layout}/{record.id}"
    return f"{shown.PAGES[record.__tablename__]}/show/{record.id}"


def _hit(record: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    cells = [shown.cell(record, name) for name in fields]
    badge = next((cell["badge"] for cell in cells if cell["badge"]), None)
    return {"href": _address(record), "title": str(record) or _("Draft"), "badge": badge,
            "meta": " · ".join(cell["text"][:60] for cell in cells if cell["text"] and not cell["badge"])}


def _more(kind: Any, words: str) -> str | None:
    if kind.model is ServiceRecord:
        return None
    return f"{shown.PAGES[kind.model.__tablename__]}/list/?{urlencode({'q': words})}"


class SearchView(BaseView):
    """Names, pinyin initials, phones, serial and document numbers, from one character on."""

    route_base = "/search"
    class_permission_name = "search"

    @expose("/", methods=["GET"])
    def index(self) -> Any:
        """The hits by kind; `part=list` gives them alone, for the box of the top bar."""
        user = signed_in()
        if set(request.args) - {"q", "part"}:
            abort(400)
        words = request.args.get("q", "").strip()[:64]
        groups = [{"label": kind.label, "rows": [_hit(row, kind.fields) for row in rows], "more": _more(kind, words) if more else None}
                  for kind, rows, more in everywhere.find(user, words)]
        if request.args.get("part") == "list":
            return render_template("search/hits.html", groups=groups, q=words)
        crumbs((_("Search"), None))
        return render_template("search/index.html", groups=groups, q=words)


def views() -> list[Any]:
    """The search page."""
    return [SearchView]
