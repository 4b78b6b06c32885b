"""Signing in, and the framework's security manager cut down to what we want of it (R9)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import flash, g, redirect, render_template, request, session
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_login import login_user, logout_user

from extensions import by_program
from extensions import gettext as _
from forms.account import LoginForm, NewPasswordForm, PasswordForm
from services import access, accounts, clock, unit_of_work
from services.errors import DomainError

SESSION_KEY = "sid"


def current_user() -> Any:
    """The user of this request, or None."""
    user = getattr(g, "user", None)
    if user is None or not user.is_authenticated:
        return None
    return user._get_current_object() if hasattr(user, "_get_current_object") else user


def begin(user: Any, secret: str) -> None:
    """Give the browser a fresh session for this user."""
    locale = session.get("locale")
    session.clear()
    g.pop("csrf_token", None)  # kept for the request by the form of the log-in; it belonged to the session before
    login_user(user)
    session[SESSION_KEY] = secret
    if locale:
        session["locale"] = locale
    unit = unit_of_work.current()
    if unit is not None:
        unit.actor_id = user.id


def safe_next(target: str | None) -> str:
    """Where to go after signing in: a path of ours, never another host."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target


class OurAuthView(BaseView):
    """Log-in, log-out, and setting a password by a one-time link or oneself."""

    route_base = ""
    class_permission_name = "session"

    @expose("/login/", methods=["GET", "POST"])
    def login(self) -> Any:
        """The log-in page; all failures look the same."""
        target = safe_next(request.args.get("next"))
        if current_user() is not None:
            return redirect(target)
        form, error = LoginForm(), None
        if request.method == "POST" and form.validate():
            try:
                user, secret = accounts.sign_in(form.username.data, form.password.data, ip=request.remote_addr or "-",
                                                agent=request.user_agent.string, now=clock.now())
            except DomainError as refusal:
                error = refusal.message  # the unit is kept: it counted the failure
            else:
                begin(user, secret)
                return redirect(target)
        return render_template("account/login.html", form=form, error=error), 200 if error is None and not form.errors else 422

    @expose("/login/again", methods=["POST"])
    def again(self) -> Any:
        """The password of a form whose session ended."""
        from views import resume

        return resume.again()

    @expose("/logout/", methods=["POST"])
    def logout(self) -> Any:
        """End this session here and in the database."""
        if session.get(SESSION_KEY):
            accounts.end_session(session[SESSION_KEY], now=clock.now())
        logout_user()
        session.clear()
        return redirect("/login/")

    @expose("/account/link/<secret>", methods=["GET", "POST"])
    def link(self, secret: str) -> Any:
        """Set a password by a one-time link."""
        now = clock.now()
        user = accounts.link_user(secret, now=now)
        form = NewPasswordForm()
        if request.method == "POST" and form.validate():
            try:
                accounts.use_link(secret, form.password.data, now=now)
            except DomainError as refusal:
                unit_of_work.abandon()
                form.password.errors = [*form.password.errors, str(refusal)]
            else:
                session.clear()
                flash(_("The password is set. Sign in with it."), "success")
                return redirect("/login/")
        return render_template("account/new_password.html", form=form, username=user.username), 422 if form.errors else 200

    @expose("/account/password", methods=["GET", "POST"])
    def password(self) -> Any:
        """The user's own new password; his other sessions end."""
        user = current_user()
        if user is None:
            return redirect("/login/?next=/account/password")
        form = PasswordForm()
        if request.method == "POST" and form.validate():
            try:
                accounts.change_password(user, current=form.current.data, new=form.password.data, now=clock.now(),
                                         keep=session.get(SESSION_KEY))
            except DomainError as refusal:
                unit_of_work.abandon()
                field = form.current if refusal.field == "current" else form.password
                field.errors = [*field.errors, str(refusal)]
            else:
                flash(_("The password is changed. Other devices are signed out."), "success")
                return redirect("/")
        return render_template("account/password.html", form=form), 422 if form.errors else 200


class OurSecurityManager(SecurityManager):
    """Users and roles of the framework, with sessions of ours and rights asked once per unit of work."""

    def register_views(self) -> None:
        """Only our own log-in; accounts have pages of their own."""
        self.auth_view = self.appbuilder.add_view_no_menu(OurAuthView())

    def create_login_manager(self, app: Any) -> Any:
        """As the framework's, sending strangers to our log-in."""
        manager = super().create_login_manager(app)
        manager.login_view = "OurAuthView.login"
        manager.session_protection = None
        manager.request_loader(self.load_program)
        return manager

    def load_user(self, pk: Any) -> Any:
        """The user of a living session, or nobody."""
        secret = session.get(SESSION_KEY)
        if by_program() or not secret or not str(pk).isdigit():
            return None
        return self._acting(accounts.session_user(int(pk), secret, now=clock.now()))

    def load_program(self, sent: Any) -> Any:
        """The user behind `Authorization: Bearer key_…`, for the API alone."""
        words = sent.headers.get("Authorization", "").split()
        if not by_program() or len(words) != 2 or words[0].lower() != "bearer":
            return None
        return self._acting(accounts.key_user(words[1]))

    @staticmethod
    def _acting(user: Any) -> Any:
        unit = unit_of_work.current()
        if user is not None and unit is not None:
            unit.actor_id = user.id
        return user

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Whether the user of this request holds a right."""
        user = current_user()
        return user is not None and (permission_name, view_name) in access.rights_of(user)

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:
        """The menu is ours; the framework's is not shown."""
        return set()

    def add_permissions_view(self, base_permissions: list[str], view_menu: str) -> None:
        """Rights are made by the release step, not by a worker that starts."""

    def add_permissions_menu(self, view_menu_name: str) -> None:
        """See add_permissions_view."""

    def security_cleanup(self, baseviews: Any, menus: Any) -> None:
        """Never: it would delete the rights of everything that is not a registered view (FAB 5.3)."""
