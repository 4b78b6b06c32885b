"""What a step asks for: the small forms of transitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from wtforms import BooleanField, Field, HiddenField

from extensions import _l
from extensions import gettext as _
from forms.base import AppForm
from forms.model_forms import Choice, CleanText, DecimalNumber, LongText, Moment, Required, TooLong, field_for
from models.enums import CallResult
from models.follow_up import FollowUp
from models.quotation import Quotation
from models.returns import ReturnLine
from models.service_record import ServiceRecord
from models.service_request import ServiceRequest
from models.stock_enums import AuditResult, InspectResult, Outcome, Repairability
from models.work_order import Appointment, WorkOrder


class Pick(Choice):
    """One of some records at hand, with a word on each."""

    def __init__(self, *args: Any, things: Iterable[tuple[Any, str]] | Callable[[], Iterable[tuple[Any, str]]], **kw: Any) -> None:
        self._things = things
        super().__init__(*args, choices=lambda: [(str(thing.id), words) for thing, words in self.things], **kw)

    @cached_property
    def things(self) -> list[tuple[Any, str]]:
        """(record, words) of what may be chosen."""
        return list(self._things() if callable(self._things) else self._things)

    def read(self, text: str) -> Any:
        key = super().read(text)
        return next(thing for thing, _words in self.things if str(thing.id) == key)

    def write(self, value: Any) -> str:
        return str(value.id)


class Ticks(Field):
    """Any of some records at hand; their keys."""

    def __init__(self, *args: Any, things: Iterable[tuple[Any, str]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.choices = [(str(thing.id), words) for thing, words in things]

    def process_formdata(self, valuelist: list[str]) -> None:
        known = {code for code, _words in self.choices}
        if not set(valuelist) <= known:
            raise ValueError(_("Choose one of the values in the list."))
        self.data = [int(code) for code in valuelist]


Fields = dict[str, Any]


def _visit() -> Fields:
    return {"start_at": Moment(_l("From")), "end_at": Moment(_l("To")),
            "late_reason": field_for(Appointment, "late_reason"), "informed": BooleanField(_l("The customer knows who comes and when")),
            "override_reason": CleanText(_l("Reason for double booking"), [TooLong(200)],
                                         description=_l("Only a supervisor may book over another appointment."))}


def _assign(people: list[tuple[Any, str]]) -> Fields:
    return {"engineer": Pick(_l("Engineer"), [Required()], things=people), **_visit()}


def _send(people: list[tuple[Any, str]]) -> Fields:
    return {"engineer": Pick(_l("Engineer"), [Required()], things=people),
            "symptom": field_for(WorkOrder, "symptom", strict=False), "due_at": field_for(WorkOrder, "due_at"), **_visit()}


def _remote() -> Fields:
    return {"solution": field_for(WorkOrder, "solution")}


def _finish() -> Fields:
    return {"solution": field_for(WorkOrder, "solution"), "leave_consent": field_for(ServiceRecord, "leave_consent")}


def _reached(also: list[tuple[Any, str]]) -> Fields:
    fields: Fields = {name: field_for(FollowUp, name) for name in
                      ("solved", "unsolved", "needs_visit", "satisfaction", "mastery", "opinion")}
    fields["duration_min"] = DecimalNumber(_l("Minutes"), places=1, precision=6)
    fields["extended"] = field_for(FollowUp, "extended")
    if also:
        fields["also"] = Ticks(_l("This call also closes"), things=also)
    return fields


def _missed() -> Fields:
    ways = [(code, label) for code, label in CallResult.choices() if code != CallResult.CONNECTED.value]
    return {"call_result": Choice(_l("Call result"), [Required()], choices=ways, enum=CallResult)}


def _inspection(lines: list[tuple[Any, str]]) -> Fields:
    """What was found, of each line."""
    results = [(member.value, member.label) for member in InspectResult if member != InspectResult.PENDING]
    return {f"line{line.id}": Choice(words, [Required()], choices=results, enum=InspectResult) for line, words in lines}


def _look() -> Fields:
    return {"repairability": Choice(_l("Result"), [Required()], choices=Repairability.choices(), enum=Repairability),
            "disposition": field_for(ReturnLine, "disposition")}


# What each step asks for; a builder that needs records at hand gets them from the page.
ASKS: dict[tuple[str, str], Callable[..., Fields]] = {
    ("service_request", "solve"): lambda: {"result": field_for(ServiceRequest, "result")},
    ("service_request", "dispatch"): _send,
    ("service_request", "survey"): lambda: {"survey_no": field_for(ServiceRequest, "survey_no")},
    ("work_order", "assign"): _assign,
    ("work_order", "reassign"): _assign,
    ("work_order", "contact"): lambda: {"contact_note": field_for(WorkOrder, "contact_note")},
    ("work_order", "appoint"): _visit,
    ("work_order", "reappoint"): _visit,
    ("work_order", "promise"): _visit,
    ("work_order", "wait_parts"): lambda: {"waiting_note": field_for(WorkOrder, "waiting_note")},
    ("work_order", "hold"): lambda: {"hold_reason": field_for(WorkOrder, "hold_reason")},
    ("work_order", "finish"): _finish,
    ("work_order", "solve_remotely"): _remote,
    ("stock_doc", "inspect"): _inspection,
    ("defective_part", "look"): _look,
    ("defective_part", "receive"): lambda: {"condition_note": field_for(ReturnLine, "condition_note")},
    ("return_order", "audit"): lambda: {"audit_result": Choice(_l("Decision"), [Required()], choices=AuditResult.choices(),
                                                               enum=AuditResult)},
    ("return_order", "hand_over"): lambda people: {"handed_to": Pick(_l("Colleague"), [Required()], things=people)},
    ("return_order", "dispose"): lambda: {"outcome": Choice(_l("Outcome"), [Required()], choices=Outcome.choices(), enum=Outcome)},
    ("quotation", "accept"): lambda: {name: field_for(Quotation, name, must=True)
                                      for name in ("accepted_by", "accepted_at", "accept_channel")},
    ("follow_up", "done"): _reached,
    ("follow_up", "attempt"): _missed,
}


def asks(noun: str, name: str, *, reason: bool) -> bool:
    """Whether a step asks for anything; else a button is enough."""
    return reason or (noun, name) in ASKS


def step_form(noun: str, name: str, *, reason: bool, at_hand: Callable[[], list[tuple[Any, str]]]) -> type[AppForm] | None:
    """The form of a step; None when a button is enough. `at_hand` gives the records a builder with a parameter asks for."""
    builder = ASKS.get((noun, name))
    fields: Fields = {}
    if builder is not None:
        fields = builder(at_hand()) if builder.__code__.co_argcount else builder()
    if reason:
        fields["reason"] = LongText(_l("Reason"), [TooLong(200)])
    if not fields:
        return None
    return type("StepForm", (AppForm,), {**fields, "form_key": HiddenField()})
