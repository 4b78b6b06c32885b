"""Long work in the background: how far it is, and what came of it."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template
from flask_appbuilder import BaseView, expose

from extensions import gettext as _
from services import errands, storage
from services.errors import NotThere
from views import exports
from views.base import signed_in
from views.record_papers import pdf_file
from views.shell import crumbs


class ErrandsView(BaseView):
    """`/errands/`."""

    route_base = "/errands"
    class_permission_name = "service_record"

    @expose("/<int:pk>", methods=["GET"])
    def show(self, pk: int) -> Any:
        """How far it is; the page looks again by itself."""
        errand = errands.of(signed_in(), pk)
        crumbs((_("Records"), "/records/"), (errand.title, None))
        return render_template("slips/errand.html", errand=errand)

    @expose("/<int:pk>/state", methods=["GET"])
    def state(self, pk: int) -> Any:
        """How far it is, for the page."""
        errand = errands.of(signed_in(), pk)
        return jsonify({"done": errand.done, "total": errand.total, "finished": errand.done_at is not None or bool(errand.error)})

    @expose("/<int:pk>/file", methods=["GET"])
    def file(self, pk: int) -> Any:
        """What came of it: the PDF of a batch, the file of a list."""
        errand = errands.of(signed_in(), pk)
        if "file" in errand.result:
            return exports.saved(storage.fetch(errand.result["file"]), errand.result["name"])
        if "pdf" not in errand.result:
            raise NotThere("")
        return pdf_file(storage.fetch(errand.result["pdf"]), f"{errand.title}.pdf")


def views() -> list[Any]:
    """The pages of errands."""
    return [type("ErrandsView", (ErrandsView,), {})]
