"""Steps of papers that have a machine of their own beside their signatures, as buttons and small forms (WF-14)."""

from __future__ import annotations

from typing import Any

from flask_appbuilder import BaseView, expose

from models.paper import Paper
from services import access, clock, record_rules
from services.errors import NotThere
from views.base import allowed
from views.record_papers import layout_of
from views.steps import Stepping


class PaperSteps(Stepping):
    """The steps of the records of one paper."""

    def __init__(self, model: type[Any], paper: Paper) -> None:
        found = record_rules.steps_of(model)
        if found is None:
            raise NotThere("")
        self.machine, self._take_step = found
        self.model, self.paper, self.heading, self.noun = model, paper, paper.title, model.__noun__
        self.route_base = f"/records/{paper.code}"

    def at(self, record: Any) -> str:
        """The sheet."""
        return f"{self.route_base}/{record.id}"

    def get_or_404(self, pk: int, user: Any) -> Any:
        """A record the user may know of."""
        return access.get(user, self.model, pk)

    def step(self, record: Any, name: str, **data: Any) -> None:
        self._take_step(record, name, **data)

    def preset(self, record: Any, name: str) -> dict[str, Any]:
        """The customer's contact accepts, now."""
        return {"accepted_by": record.contact_name, "accepted_at": clock.now()} if name == "accept" else {}

    def buttons(self, record: Any, user: Any) -> list[dict[str, Any]]:
        """The steps open to the user, at their addresses."""
        return [{**step, "href": f"{self.at(record)}/do/step/{step['name']}"} for step in self.transitions(record, user)]


class PaperStepsView(BaseView):
    """`/records/<code>/<id>/do/step/<name>`."""

    route_base = "/records"
    class_permission_name = "quotation"

    @expose("/<code>/<int:pk>/do/step/<name>", methods=["GET", "POST"])
    def step(self, code: str, pk: int, name: str) -> Any:
        """The form of a step, and the step."""
        model, paper = layout_of(code)
        allowed("read", paper.noun)
        return PaperSteps(model, paper).do(pk, name)


def buttons(record: Any, paper: Paper, user: Any) -> list[dict[str, Any]]:
    """The steps a user may take with a paper; none for papers that take none."""
    return PaperSteps(type(record), paper).buttons(record, user) if record_rules.steps_of(type(record)) is not None else []


def stage_of(record: Any) -> Any:
    """Where a paper stands in its own machine; None for papers that take no steps."""
    found = record_rules.steps_of(type(record))
    return found[0].state_of(record) if found is not None else None


def views() -> list[Any]:
    """The page of steps of papers."""
    return [type("PaperStepsView", (PaperStepsView,), {})]
