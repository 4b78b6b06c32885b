"""The work page of the user signed in, and whether the product is alive."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request
from flask_appbuilder import IndexView, expose

from extensions import gettext as _
from services import access, clock, notices, readiness, service_requests, signing
from views import todo, visits
from views.security import current_user
from views.shell import crumbs


class HomeView(IndexView):
    """`/`: the signed-in role's work page."""

    route_base = ""

    @expose("/")
    def index(self) -> Any:
        """What waits for the user, the most pressing first; `show` narrows it to one column of the strip."""
        user = current_user()
        if user is None:
            return redirect(f"/login/?next={request.path}" if request.path != "/" else "/login/")
        crumbs((_("Work page"), None))
        staff = access.staff_of(user)
        is_engineer = staff is not None and staff.is_engineer
        which = request.args.get("day", "today")
        if which not in visits.DAYS:
            abort(400)
        day = visits.day_page(staff, user, which) if staff is not None and is_engineer else None
        work = todo.Work(user, signing.waiting_for(user), is_engineer=is_engineer)
        chosen = request.args.get("show", "all")
        if chosen not in todo.COLUMNS or set(request.args) - {"show", "day"}:
            abort(400)
        takes_calls = access.can(user, service_requests.MACHINE.right("register")[0], "service_request")
        lists, figures = todo.counted(user)
        return render_template("home/index.html", day=day, work=work, chosen=chosen, takes_calls=takes_calls, is_engineer=is_engineer,
                               strip=work.strip(chosen), groups=work.groups(chosen), lists=lists, figures=figures)

    @expose("/notices/read", methods=["POST"])
    def read_all(self) -> Any:
        """All notices of the user are read."""
        user = current_user()
        if user is None:
            return redirect("/login/")
        notices.read_all(user, now=clock.now())
        return redirect("/")

    @expose("/notices/<int:key>/read", methods=["POST"])
    def read(self, key: int) -> Any:
        """Open what a notice speaks of; it is read."""
        user = current_user()
        if user is None:
            return redirect("/login/")
        return redirect(notices.read(user, key, now=clock.now()))

    @expose("/healthz")
    def alive(self) -> Any:
        """Alive: the process answers."""
        return {"status": "ok"}

    @expose("/readyz")
    def ready(self) -> Any:
        """Ready: the database takes writing and stands at its schema, the disk has room; 503 with what is wanting."""
        wanting = readiness.wanting()
        if wanting:
            return {"status": "not ready", "wanting": wanting}, 503, {"Retry-After": "5"}
        return {"status": "ready"}
