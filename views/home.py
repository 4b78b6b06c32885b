"""The work page of the user signed in, and whether the product is alive."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask_appbuilder import IndexView, expose
from flask_babel import gettext as _
from sqlalchemy import func, select, text

from extensions import db
from models.customer import Customer
from models.equipment import Equipment, Part
from services import access
from views.security import current_user
from views.shell import crumbs

TILES = ((Customer, "/customers/list/"), (Equipment, "/equipment/list/"), (Part, "/parts/list/"))


class HomeView(IndexView):
    """`/`: the signed-in role's work page."""

    route_base = ""

    @expose("/")
    def index(self) -> Any:
        """What waits for the user."""
        user = current_user()
        if user is None:
            return redirect(f"/login/?next={request.path}" if request.path != "/" else "/login/")
        crumbs((_("My work"), None))
        labels = {Customer: _("Customers"), Equipment: _("Equipment"), Part: _("Parts")}
        tiles = [(labels[model], href, db.session.scalar(select(func.count(model.id)).where(access.visible(user, model))))
                 for model, href in TILES if access.can(user, "read", model.__noun__)]
        return render_template("home/index.html", tiles=tiles)

    @expose("/healthz")
    def alive(self) -> Any:
        """Alive: the process answers."""
        return {"status": "ok"}

    @expose("/readyz")
    def ready(self) -> Any:
        """Ready: the database answers."""
        db.session.execute(text("SELECT 1"))
        return {"status": "ready"}
