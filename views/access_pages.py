"""What opens the door for a user: his sessions on devices, the keys of his programs; for himself and for who administers (R9)."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, session
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.sqla.models import User

from extensions import db
from extensions import gettext as _
from forms.account import KeyForm
from services import accounts, clock
from services.errors import NotThere
from views import shown
from views.base import allowed, signed_in
from views.security import SESSION_KEY
from views.shell import crumbs

# What a browser says of itself, in the order in which to believe it.
BROWSERS = (("Edg", "Edge"), ("MicroMessenger", "微信"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))


def device(agent: str | None) -> str:
    """Browser and system behind a user-agent line, in a few words."""
    found = [next((name for mark, name in known if mark in (agent or "")), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(name for name in found if name) or _("Another program")


def _key(name: str) -> int:
    text = request.form.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        abort(400)
    return int(text)


def _page(user: Any, base: str, *, may_end: bool, secret: str | None = None, form: KeyForm | None = None) -> str:
    now, own = clock.now(), accounts.digest(session.get(SESSION_KEY) or "")
    sessions = [{"id": row.id, "device": device(row.agent), "ip": row.ip, "since": shown.moment(row.created_at),
                 "seen": shown.moment(row.seen_at), "here": row.key_hash == own} for row in accounts.sessions_of(user, now=now)]
    keys = [{"id": key.id, "label": key.label, "since": shown.moment(key.created_at)} for key in accounts.keys_of(user)]
    return render_template("account/access.html", own=form is not None, username=user.first_name or user.username, sessions=sessions,
                           keys=keys, base=base, may_end=may_end, secret=secret, form=form, others=sum(not row["here"] for row in sessions))


class OwnAccessView(BaseView):
    """The user's own sessions and keys."""

    route_base = "/account/access"
    class_permission_name = "session"

    @expose("/", methods=["GET"])
    def index(self) -> Any:
        """Where he is signed in, and which programs act for him."""
        user = signed_in()
        crumbs((_("My sessions and keys"), None))
        return _page(user, self.route_base, may_end=True, form=KeyForm(formdata=None))

    @expose("/end", methods=["POST"])
    def end(self) -> Any:
        """End one session, or all others."""
        user, now = signed_in(), clock.now()
        if request.form.get("session") == "others":
            accounts.end_sessions(user, now=now, but=session.get(SESSION_KEY) or "-")
        else:
            accounts.end_session_of(user, _key("session"), by=user, now=now)
        flash(_("Signed out there."), "success")
        return redirect(f"{self.route_base}/")

    @expose("/key", methods=["POST"])
    def key(self) -> Any:
        """A new key for a program; shown once."""
        user, form = signed_in(), KeyForm()
        crumbs((_("My sessions and keys"), f"{self.route_base}/"), (_("New key"), None))
        if not form.validate():
            return _page(user, self.route_base, may_end=True, form=form), 422
        secret = accounts.create_key(user, form.label.data or "", now=clock.now())
        db.session.flush()
        return _page(user, self.route_base, may_end=True, secret=secret, form=KeyForm(formdata=None))

    @expose("/revoke", methods=["POST"])
    def revoke(self) -> Any:
        """A key that opens nothing from now on."""
        user = signed_in()
        accounts.revoke_key(accounts.key_of(user, _key("key")), by=user, now=clock.now())
        flash(_("The key is revoked."), "success")
        return redirect(f"{self.route_base}/")


class UserAccessView(BaseView):
    """The sessions and keys of any user, for who administers accounts; he issues none in another's name."""

    route_base = "/accounts/access"
    class_permission_name = "account"

    @staticmethod
    def _user(pk: int) -> User:
        found = db.session.get(User, pk)
        if found is None:
            raise NotThere("")
        return found

    @expose("/<int:pk>", methods=["GET"])
    def index(self, pk: int) -> Any:
        """Where a user is signed in, and which programs act for him."""
        by = allowed("read", "account")
        user = self._user(pk)
        crumbs((_("Users and roles"), "/accounts/"), (user.username, None))
        return _page(user, f"{self.route_base}/{pk}", may_end=accounts.may_administer(by))

    @expose("/<int:pk>/end", methods=["POST"])
    def end(self, pk: int) -> Any:
        """End one session of a user, or all."""
        by, now = allowed("change", "account"), clock.now()
        user = self._user(pk)
        if request.form.get("session") == "others":
            accounts.end_sessions(user, now=now, but=session.get(SESSION_KEY) or "-")
        else:
            accounts.end_session_of(user, _key("session"), by=by, now=now)
        flash(_("Signed out there."), "success")
        return redirect(f"{self.route_base}/{pk}")

    @expose("/<int:pk>/revoke", methods=["POST"])
    def revoke(self, pk: int) -> Any:
        """A key of a user that opens nothing from now on."""
        by = allowed("change", "account")
        accounts.revoke_key(accounts.key_of(self._user(pk), _key("key")), by=by, now=clock.now())
        flash(_("The key is revoked."), "success")
        return redirect(f"{self.route_base}/{pk}")


def views() -> list[Any]:
    """The pages of sessions and keys."""
    return [OwnAccessView, UserAccessView]
