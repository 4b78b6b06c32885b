"""Change of a signed paper: asking for it at the paper, deciding on it, voiding and issuing anew (B-204, B-205)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose

from extensions import _l
from extensions import gettext as _
from forms.model_forms import HIDDEN
from forms.records import ChangeForm
from models.paper import OnPaper
from models.paper_change import ChangeState, PaperChange
from services import access, clock, paper_changes, paper_records, saving, unit_of_work
from services.errors import DomainError, NotAllowed, NotThere
from views import shown
from views.base import AppModelView, Section, allowed
from views.listing import Saved
from views.record_papers import layout_of, refuse, trail
from views.steps import Stepping

VIEWS = (Saved("asked", _l("Waits for quality"), lambda _now: PaperChange.status == ChangeState.ASKED),
         Saved("agreed", _l("Agreed, may be issued anew"), lambda _now: PaperChange.status == ChangeState.AGREED))


class AskView(BaseView):
    """`/records/<code>/<id>/do/change` and `…/do/replace`."""

    route_base = "/records"
    class_permission_name = "paper_change"

    @expose("/<code>/<int:pk>/do/change", methods=["GET", "POST"])
    def ask(self, code: str, pk: int) -> Any:
        """Ask quality to let a signed paper be changed."""
        model, paper = layout_of(code)
        user = allowed("create", paper_changes.NOUN)
        access.require(user, "read", paper.noun)
        record, form, where = access.get(user, model, pk), ChangeForm(), f"/records/{paper.code}/{pk}"
        if not isinstance(record, OnPaper):
            raise NotThere("")
        if request.method == "POST" and form.validate():
            try:
                paper_changes.ask(record, paper, wanted=form.wanted.data or "", reason=form.reason.data or "", by=user, now=clock.now())
            except DomainError as refusal:
                unit_of_work.abandon()
                record = access.get(user, model, pk)
                refuse(form, refusal)
            else:
                flash(_("Asked. Quality decides; you are told."), "success")
                return redirect(where)
        trail(record, paper, _("Ask for a change"))
        errors = [item for item in form.error_list() if item[0] not in HIDDEN]
        return render_template("slips/ask.html", heading=_("Ask for a change"), kind=f"{paper.title} {getattr(record, paper.number) or ''}",
                               form=form, fields=[form.wanted, form.reason], where=where, act=_("Ask quality"),
                               hint=_("A signed paper is not edited. When quality agrees it is made void and issued anew; both say so.")
                               ), 422 if errors else 200

    @expose("/<code>/<int:pk>/do/replace", methods=["POST"])
    def replace(self, code: str, pk: int) -> Any:
        """Void a signed paper and begin its successor in one act, as quality agreed."""
        model, paper = layout_of(code)
        user = allowed("create", paper.noun)
        record = access.get(user, model, pk)
        if not isinstance(record, OnPaper):
            raise NotThere("")
        try:
            made = paper_records.replace(record, paper, by=user, now=clock.now())
        except (NotAllowed, NotThere):
            raise
        except DomainError as refusal:
            unit_of_work.abandon()
            flash(str(refusal), "danger")
            return redirect(f"/records/{paper.code}/{pk}")
        return redirect(f"/records/{paper.code}/{made.id}")


def views() -> list[Any]:
    """The pages of changes of signed papers."""

    class PaperChangeView(Stepping, AppModelView):
        """Requests to change signed papers."""

        model = PaperChange
        machine = paper_changes.MACHINE
        route_base = "/paper-changes"
        heading, adding = _l("Changes of signed papers"), _l("Ask for a change")
        empty_text = _l("None yet. A change is asked for on the page of the signed paper.")
        badge = "status"
        strict = False
        listed = ("number", "wanted", "reason", "status", "created_at", "decided_at")
        saved_views = VIEWS
        filtered = ("status",)
        order = ("-id",)
        about = "number"
        sections = (Section("change", _l("Change"), ("number", "wanted", "reason")),
                    Section("decision", _l("Decision"), ("decided_at", "decision_note", "done_at")))
        exclude_route_methods = AppModelView.exclude_route_methods | {"add", "edit"}

        def adds(self, user: Any) -> bool:
            """They are asked for on the page of the paper."""
            return False

        def step(self, record: Any, name: str, **data: Any) -> None:
            paper_changes.take_step(record, name, **data)

        def show_page(self, record: Any, user: Any, counts: dict[str, Any]) -> dict[str, Any]:
            page = super().show_page(record, user, counts)
            page["title"] = f"{record.party} {record.number}"
            page["transitions"], page["actions"] = self.transitions(record, user), []
            people = [(_("Asked by"), record.asked_by_id, record.created_at), (_("Decided by"), record.decided_by_id, record.decided_at)]
            page["rail"] = [{"title": _("The paper"), "act": {"label": _("Open the paper"), "href": record.href},
                             "facts": [{"label": label, "text": f"{saving.user_name(key)} {shown.moment(at)}"}
                                       for label, key, at in people if key is not None]}]
            return page

    return [PaperChangeView, type("AskView", (AskView,), {})]
