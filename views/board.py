"""The dispatch board: what waits on the left, who is where on the right; a job and an engineer are chosen and sent by keyboard."""

from __future__ import annotations

import datetime as dt
import secrets
from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from flask_babel import format_date
from sqlalchemy import select

from extensions import db
from extensions import gettext as _
from forms.steps import step_form
from models.clock_enums import LateReason
from models.enums import AppointmentStatus, FaultLevel, OrderStatus
from models.organisation import Region
from models.work_order import WorkOrder
from services import access, clock, dispatch, form_keys, schedule, unit_of_work
from services.errors import DomainError, NotAllowed, NotThere
from views import shown
from views.base import allowed
from views.security import current_user
from views.shell import crumbs

NOUN = "work_order"
VIEWS = ("day", "week")
# How a visit looks by where its order stands; what is not named is agreed.
LOOKS = {OrderStatus.ON_SITE: "running", OrderStatus.DEPARTED: "running", OrderStatus.WAITING_PARTS: "waiting",
         OrderStatus.NEED_SUPPORT: "waiting", OrderStatus.ON_HOLD: "waiting", OrderStatus.FINISHED: "done", OrderStatus.SIGNED_OFF: "done",
         OrderStatus.FORM_RETURNED: "done", OrderStatus.UNRESOLVED: "done"}


class Axis:
    """The time of a day as a share of the width: the working day, longer where a visit lies outside it."""

    def __init__(self, day: dt.date, board: list[schedule.Line]) -> None:
        self.midnight = clock.at_local(day.year, day.month, day.day)
        begin, end = self.midnight + schedule.DAY_BEGINS, self.midnight + schedule.DAY_ENDS
        visits = [visit for line in board for visit in line.visits]
        first = min([begin, *(visit.start_at for visit in visits)])
        last = max([end, *(visit.end_at for visit in visits)])
        self.begin = max(self.midnight, clock.local(first).replace(minute=0, second=0))
        self.end = min(self.midnight + timedelta(days=1), clock.local(last + timedelta(minutes=59)).replace(minute=0, second=0))
        self.hours = int((self.end - self.begin).total_seconds() // 3600) or 1

    def at(self, moment: dt.datetime) -> float:
        """Where a moment lies, in per cent of the width."""
        share = (moment - self.begin) / (self.end - self.begin)
        return round(min(max(share, 0), 1) * 100, 2)

    def span(self, start: dt.datetime, end: dt.datetime) -> str:
        """Where a time lies, as a style."""
        return f"left:{self.at(start)}%;width:{round(self.at(end) - self.at(start), 2)}%"

    def marks(self) -> list[tuple[str, float]]:
        """The hours with their places."""
        return [(f"{clock.local(self.begin + timedelta(hours=place)):%H:%M}", round(place / self.hours * 100, 2))
                for place in range(self.hours)]


def _arguments() -> tuple[dt.date, str, int | None]:
    """Day, view and region that were asked for; 400 for nonsense."""
    if set(request.args) - {"day", "view", "region", "job", "engineer"}:
        abort(400)
    view, region = request.args.get("view", "day"), request.args.get("region", "")
    if view not in VIEWS or (region and not (region.isascii() and region.isdigit() and len(region) < 10)):
        abort(400)
    try:
        day = dt.date.fromisoformat(request.args["day"]) if "day" in request.args else clock.today()
    except ValueError:
        abort(400)
    if not 2000 <= day.year <= 2200:
        abort(400)
    return day, view, int(region) if region else None


def _address(**changed: Any) -> str:
    kept = {**{name: request.args[name] for name in ("day", "view", "region") if name in request.args}, **changed}
    return "/dispatch/?" + "&".join(f"{name}={value}" for name, value in kept.items() if value not in (None, ""))


def _names(user: Any, board: list[schedule.Line]) -> set[int]:
    """The orders on the board that the user may know of; of the others he learns only that the time is taken."""
    keys = {visit.work_order_id for line in board for visit in line.visits}
    return set(db.session.scalars(select(WorkOrder.id).where(WorkOrder.id.in_(keys), access.visible(user, WorkOrder)))) if keys else set()


def _block(visit: Any, known: set[int]) -> dict[str, Any]:
    order = visit.order
    if order.id not in known:
        return {"href": None, "who": _("Taken"), "what": "", "look": "other", "when": shown.span(visit.start_at, visit.end_at)}
    done = visit.status == AppointmentStatus.DONE and order.status not in (OrderStatus.ON_SITE, OrderStatus.DEPARTED)
    model = order.request.product_model
    return {"href": f"/work-orders/show/{order.id}", "who": order.customer.short_name or order.customer.name,
            "what": " ".join(part for part in (model.model_no if model else "", order.symptom or "") if part)[:40],
            "look": LOOKS.get(order.status, "done" if done else "agreed"), "state": str(order.status),
            "when": shown.span(visit.start_at, visit.end_at),
            "hours": f"{clock.local(visit.start_at):%H:%M}–{clock.local(visit.end_at):%H:%M}"}


def _job(job: schedule.Job, now: dt.datetime, untried: set[int]) -> dict[str, Any]:
    asked, model = job.request, job.request.product_model
    level = asked.fault_level
    chip = shown.clock_of(job.due, running=True)
    start, end = (clock.local(job.start), clock.local(job.end)) if job.start and job.end else (None, None)
    return {"key": job.key, "clock": chip, "age": shown.duration(now - job.since), "late": chip is not None and chip["group"] == "late",
            "tag": str(level or asked.request_type), "one": level == FaultLevel.ONE, "carried": job.carried,
            "untried": job.record is asked and asked.id in untried,
            "customer": asked.customer.name if asked.customer else _("Without customer"),
            "what": " ".join(part for part in (model.model_no if model else "", job.record.symptom or "") if part),
            "number": str(job.record),
            "engineer": job.engineer.id if job.engineer else "", "name": job.engineer.name if job.engineer else "",
            "asked": job.record is asked and job.engineer is not None and asked.engineer is job.engineer,
            "start": f"{start:%Y-%m-%dT%H:%M}" if start else "", "end": f"{end:%Y-%m-%dT%H:%M}" if end else "",
            "from": f"{start:%H:%M}" if start else "",
            "href": f"/{'service-requests' if job.key.startswith('request') else 'work-orders'}/show/{job.record.id}"}


def _clash(clash: schedule.Clash, line: schedule.Line, known: set[int], axis: Axis) -> dict[str, Any]:
    """The sentence on two visits that meet, with the ways out."""
    moved = clash.second.order
    minutes = shown.duration(clash.end - clash.start)
    begin, end = clock.local(clash.start), clock.local(clash.end)
    where = [visit.order.customer.name if visit.order.id in known else _("another customer") for visit in (clash.first, clash.second)]
    return {"title": _("%(time)s at two places", time=minutes), "style": axis.span(clash.start, clash.end), "order": moved.id,
            "text": _("%(start)s–%(end)s %(name)s is at %(first)s and at %(second)s.", start=f"{begin:%H:%M}", end=f"{end:%H:%M}",
                      name=line.person.name, first=where[0], second=where[1]),
            "later": f"{clock.local(clash.later):%Y-%m-%dT%H:%M}" if clash.later else None,
            "later_at": f"{clock.local(clash.later):%H:%M}" if clash.later else None,
            "other": clash.other.id if clash.other else None, "other_name": clash.other.name if clash.other else None}


def _line(line: schedule.Line, day: dt.date, axis: Axis, known: set[int]) -> dict[str, Any]:
    person, away = line.person, line.away(day)
    blocks, before = [], None
    for visit in line.visits:
        low = before is not None and visit.start_at < before
        before = max(before, visit.end_at) if before is not None else visit.end_at
        blocks.append({**_block(visit, known), "style": axis.span(visit.start_at, visit.end_at), "low": low,
                       "clash": any(visit in (clash.first, clash.second) for clash in line.clashes)})
    spent = sum((min(visit.end_at, axis.end) - max(visit.start_at, axis.begin) for visit in line.visits), timedelta())
    return {"id": person.id, "name": person.name, "blocks": blocks, "hours": f"{round(spent.total_seconds() / 3600, 1):g}",
            "region": _regions(line), "load": line.load, "away": _away(person, day) if away else None,
            "clashes": [_clash(clash, line, known, axis) for clash in line.clashes]}


def _regions(line: schedule.Line) -> str:
    return "、".join(str(row.region) for row in line.regions) or str(line.person.post or "")


def _away(person: Any, day: dt.date) -> str:
    if not dispatch.is_absent(person, day):
        return _("On a trip")
    until = f"{person.absent_to:%m-%d}" if person.absent_to else ""
    words = _("Away from %(first)s to %(last)s", first=f"{person.absent_from:%m-%d}", last=until) if until else _("Away")
    return words + (_(", %(name)s stands in", name=person.substitute.name) if person.substitute else "")


def _week(board: list[schedule.Line], monday: dt.date, known: set[int]) -> dict[str, Any]:
    days = [monday + timedelta(days=place) for place in range(7)]
    head = [{"label": format_date(day, "EEE MM-dd"), "href": _address(day=day.isoformat(), view="day"), "today": day == clock.today()}
            for day in days]
    rows = []
    for line in board:
        cells = []
        for day in days:
            there = [visit for visit in line.visits if clock.today(visit.start_at) <= day <= clock.today(visit.end_at)]
            cells.append({"away": line.away(day), "blocks": [_block(visit, known) for visit in there]})
        rows.append({"name": line.person.name, "load": line.load, "region": _regions(line), "cells": cells})
    return {"head": head, "rows": rows}


def views() -> list[Any]:
    """The board."""

    class DispatchBoard(BaseView):
        """Who goes where and when."""

        route_base = "/dispatch"
        class_permission_name = NOUN

        @expose("/", methods=["GET"])
        def board(self) -> Any:
            """The board of a day or week."""
            allowed("create", NOUN)
            return self._page({}, [])

        def _page(self, typed: dict[str, Any], errors: list[tuple[str, str]]) -> Any:
            user, now = current_user(), clock.now()
            day, view, region = _arguments()
            monday = day - timedelta(days=day.weekday())
            first = monday if view == "week" else day
            start = clock.at_local(first.year, first.month, first.day)
            board = schedule.lines(start, start + timedelta(days=7 if view == "week" else 1), region_id=region)
            jobs = schedule.waiting(user, now, region_id=region)
            schedule.recommend(jobs, board, day, now)
            known, axis, untried = _names(user, board), Axis(day, board), dispatch.untried(job.request for job in jobs)
            chosen = typed.get("job") or request.args.get("job", "")
            step = timedelta(days=7 if view == "week" else 1)
            page = {
                "jobs": [_job(job, now, untried) for job in jobs],
                "chosen": chosen or (jobs[0].key if jobs else ""), "view": view, "day": day,
                "title_day": format_date(day, _("MM-dd EEEE")) if view == "day" else f"{monday:%m-%d} – {monday + timedelta(days=6):%m-%d}",
                "before": _address(day=(day - step).isoformat()), "after": _address(day=(day + step).isoformat()),
                "today": _address(day=None), "day_href": _address(view=None), "week_href": _address(view="week"),
                "action": request.full_path.rstrip("?").replace("/dispatch/send", "/dispatch/").replace("/dispatch/", "/dispatch/send", 1),
                "regions": [{"label": row.name, "href": _address(region=row.id), "here": row.id == region} for row in db.session.scalars(
                    select(Region).where(Region.active).order_by(Region.id))], "all_href": _address(region=None), "region": region,
                "lines": [_line(line, day, axis, known) for line in board] if view == "day" else [], "marks": axis.marks(),
                "week": _week(board, monday, known) if view == "week" else None, "axis": axis,
                "now": axis.at(now) if axis.begin <= now <= axis.end else None, "clock": f"{clock.local(now):%H:%M}",
                "there": sum(not line.away(day) for line in board),
                "away": sum(line.away(day) for line in board),
                "typed": typed, "errors": errors, "late_reasons": LateReason.choices(), "form_key": secrets.token_urlsafe(18),
                "begin": f"{axis.midnight + schedule.DAY_BEGINS:%H}", "from": f"{clock.local(axis.begin):%Y-%m-%dT%H:%M}",
                "to": f"{clock.local(axis.end):%Y-%m-%dT%H:%M}",
            }
            crumbs((_("Dispatch board"), None))
            return render_template("dispatch/board.html", page=page), 422 if errors else 200

        @expose("/send", methods=["POST"])
        def send(self) -> Any:
            """Give a job to an engineer."""
            user, now = allowed("create", NOUN), clock.now()
            people = [(line.person, line.person.name) for line in schedule.lines(now, now)]
            form = step_form(NOUN, "assign", reason=False, at_hand=lambda: people)()  # type: ignore[misc]
            typed = {name: request.form.get(name, "") for name in ("job", "engineer", "start_at", "end_at", "informed", "override_reason",
                                                                   "late_reason")}
            if not form.validate():
                return self._page(typed, [(str(field.label.text), str(text)) for field in form for text in field.errors])
            try:
                claimed = form_keys.claim(user, form.form_key.data or secrets.token_urlsafe(18), now=now)
                if isinstance(claimed, str):
                    return redirect(claimed or _address())
                order = schedule.give(typed["job"], by=user, now=now, engineer=form.engineer.data, start_at=form.start_at.data,
                                      end_at=form.end_at.data, informed=form.informed.data, override_reason=form.override_reason.data,
                                      late_reason=form.late_reason.data)
                claimed.leads_to(_address())
            except (NotAllowed, NotThere):
                raise
            except DomainError as refusal:
                unit_of_work.abandon()
                return self._page(typed, [(_("Not sent yet."), str(refusal))])
            flash(_("%(customer)s went to %(name)s: %(number)s", customer=order.customer.name, name=order.lead_engineer.name,
                    number=order.work_order_no), "success")
            return redirect(claimed.result)

        @expose("/move", methods=["POST"])
        def move(self) -> Any:
            """Take one of the two ways out of a clash."""
            user, now = allowed("create", NOUN), clock.now()
            key, engineer = request.form.get("order", ""), request.form.get("engineer", "")
            if not (key.isascii() and key.isdigit() and len(key) < 10):
                raise NotThere("")
            order = access.get(user, WorkOrder, int(key))
            people = {str(line.person.id): line.person for line in schedule.lines(now, now)}
            try:
                at = dt.datetime.fromisoformat(request.form["start_at"]).replace(tzinfo=clock.ZONE) if "start_at" in request.form else None
            except ValueError:
                abort(400)
            try:
                schedule.move(order, by=user, now=now, start_at=at, engineer=people.get(engineer))
            except (NotAllowed, NotThere):
                raise
            except DomainError as refusal:
                unit_of_work.abandon()
                return self._page({}, [(_("Not moved."), str(refusal))])
            visit = order.appointment
            flash(_("%(number)s: %(name)s, %(when)s. Tell the customer.", number=order.work_order_no, name=order.lead_engineer.name,
                    when=shown.span(visit.start_at, visit.end_at) if visit else ""), "success")
            return redirect(_address())

    return [DispatchBoard]
