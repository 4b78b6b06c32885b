"""Steps of a state machine as buttons and small forms; a step is taken by POST only (R6)."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, render_template, request
from flask_appbuilder import expose

from extensions import gettext as _
from forms.model_forms import HIDDEN
from forms.steps import asks, step_form
from services import access, clock, form_keys, unit_of_work
from services.errors import DomainError, NotAllowed, NotThere
from services.unit_of_work import cache
from services.workflow import Machine
from views.base import signed_in
from views.shell import crumbs


class Stepping:
    """Mixed into a generated view whose records have a machine."""

    machine: Machine
    route_base: str
    heading: Any

    def step(self, record: Any, name: str, **data: Any) -> None:
        """Take the step by the service of these records."""
        raise NotImplementedError

    def at_hand(self, record: Any, name: str) -> list[tuple[Any, str]]:
        """(record, words) of what a step may choose from."""
        return []

    def preset(self, record: Any, name: str) -> dict[str, Any]:
        """What the form of a step begins with."""
        return {}

    def aside(self, record: Any, name: str) -> dict[str, Any] | None:
        """What stands beside the form of a step: a template and its values."""
        return None

    def after_step(self, record: Any, name: str) -> str:
        """Where a taken step leads."""
        return str(self.at(record))  # type: ignore[attr-defined]

    def row_actions(self, record: Any, user: Any) -> list[dict[str, Any]]:
        """The first steps that the state and the user's rights leave open; what a guard thinks of them shows when they are taken."""
        key = ("row_actions", self.route_base, record.status, user.id)
        if key not in cache():  # the same for all rows of a state
            cache()[key] = [(step.name, str(step.label), asks(record.__noun__, step.name, reason=step.reason))
                            for step in self.machine.open_to(record, user)[:3]]
        return [{"label": label, "href": f"{self.route_base}/{record.id}/do/{name}", "form": form} for name, label, form in cache()[key]]

    def transitions(self, record: Any, user: Any) -> list[dict[str, Any]]:
        """The steps open to the user, the first being the next one; those that undo or give up come last and are never that."""
        return [{"name": step.name, "label": step.label, "href": f"{self.route_base}/{record.id}/do/{step.name}",
                 "form": asks(record.__noun__, step.name, reason=step.reason), "adverse": step.adverse}
                for step in sorted(self.machine.open_to(record, user), key=lambda step: step.adverse)]

    def _form(self, record: Any, name: str) -> Any:
        step = self.machine.transitions[name]
        return step_form(record.__noun__, name, reason=step.reason, at_hand=lambda: self.at_hand(record, name))

    @expose("/<int:pk>/do/<transition>", methods=["GET", "POST"])
    def do(self, pk: int, transition: str) -> Any:
        """The form of a step, and the step."""
        user = signed_in()
        act, noun = self.machine.right(transition)
        access.require(user, act, noun or self.noun)  # type: ignore[attr-defined]
        record = self.get_or_404(pk, user)  # type: ignore[attr-defined]
        form_class, where, label = self._form(record, transition), self.at(record), self.machine.transitions[transition].label  # type: ignore[attr-defined]
        if form_class is None:
            if request.method == "GET":
                raise NotThere("")
            self.step(record, transition, by=user, now=clock.now())
            flash(_("Now: %(state)s", state=str(self.machine.state_of(record))), "success")
            return redirect(self.after_step(record, transition))
        name, trail = str(record), ((self.heading, f"{self.route_base}/list/"), (str(record), where), (label, None))
        aside = self.aside(record, transition)
        if request.method == "GET":
            form = form_class(formdata=None, data=self.preset(record, transition))
            form.form_key.data = secrets.token_urlsafe(18)
        else:
            form = form_class()
            if form.validate():
                answer = self._take(record, transition, form, user)
                if answer is not None:
                    return answer
                record = None
        crumbs(*trail)
        names = [field.name for field in form if field.name not in HIDDEN]
        page = {"title": f"{label} · {name}", "sections": [{"key": "step", "label": label, "fields": names}], "form": form,
                "action": request.path, "cancel_href": where, "submits": [("act", "step", label)], "conflicts": {}, "aside": aside,
                "errors": [item for item in form.error_list() if item[0] not in HIDDEN]}
        return render_template("generated/form.html", page=page), 422 if page["errors"] else 200

    def _take(self, record: Any, name: str, form: Any, user: Any) -> Any:
        data = {field.name: field.data for field in form if field.name not in HIDDEN}
        now = clock.now()
        try:
            claimed = form_keys.claim(user, form.form_key.data or secrets.token_urlsafe(18), now=now)
            if isinstance(claimed, str):
                return redirect(claimed or f"{self.route_base}/list/")
            self.step(record, name, by=user, now=now, **data)
            claimed.leads_to(self.after_step(record, name))
        except (NotAllowed, NotThere):
            raise
        except DomainError as refusal:
            unit_of_work.abandon()
            names = [field.name for field in form if field.name not in HIDDEN]
            target = form[refusal.field if refusal.field in form._fields else names[0]]
            target.errors = [*target.errors, str(refusal)]
            return None
        flash(_("Now: %(state)s", state=str(self.machine.state_of(record))), "success")
        return redirect(claimed.result)
