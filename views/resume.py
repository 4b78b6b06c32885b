"""A form whose session ended is not lost: the password is asked for in place, then the same user's form is sent again (R9).

Only a form that carried the token of its session comes here, so nobody else can have a form sent in the user's name.
"""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, session
from flask_appbuilder.security.sqla.models import User

from extensions import db
from extensions import gettext as _
from forms.account import LoginForm
from services import accounts, clock, form_keys
from services.errors import DomainError
from views.security import begin, safe_next

SECRETS = frozenset({"csrf_token", "password", "current", "again"})
MARK = "resume"
MINUTES = 60
LARGEST = 200_000


def former_user() -> int | None:
    """The user whose session ended, as the signed cookie says."""
    key = str(session.get("_user_id") or "")
    return int(key) if key.isascii() and key.isdigit() and len(key) < 10 else None


def ask() -> str:
    """The page that asks for the password and keeps what was typed, but no passwords and files."""
    fields = [[name, text] for name, text in request.form.items(multi=True) if name not in SECRETS]
    owner = db.session.get(User, former_user() or 0)
    form = LoginForm(formdata=None, data={"username": owner.username if owner is not None else ""})
    if sum(len(name) + len(text) for name, text in fields) > LARGEST:
        return _page(form, "", error=None, files=False)
    kept = form_keys.sealed(_secret(), [MARK, former_user(), safe_next(request.full_path.rstrip("?")), fields,
                                        int(clock.now().timestamp())])
    return _page(form, kept, error=None, files=any(file.filename for file in request.files.values()))


def again() -> Any:
    """The password: right and of the same user, and the form is sent again; of another, and it is not."""
    marks = form_keys.opened(_secret(), request.form.get("kept"))
    if not isinstance(marks, list) or len(marks) != 5 or marks[0] != MARK or clock.now().timestamp() - marks[4] > MINUTES * 60:
        abort(400)
    _mark, owner, address, fields, _at = marks
    form = LoginForm()
    if not form.validate():
        return _page(form, request.form["kept"], error=None, files=False), 422
    try:
        user, secret = accounts.sign_in(form.username.data or "", form.password.data or "", ip=request.remote_addr or "-",
                                        agent=request.user_agent.string, now=clock.now())
    except DomainError as refusal:
        return _page(form, request.form["kept"], error=refusal.message, files=False), 422  # the unit is kept: it counted the failure
    begin(user, secret)
    if user.id != owner:
        flash(_("The form was filled in by somebody else, so it was not sent."), "danger")
        return redirect("/")
    return render_template("account/resume.html", address=address, fields=fields)


def _secret() -> list[str]:
    return list(current_app.config["SIGNING_KEYS"])


def _page(form: LoginForm, kept: str, *, error: Any, files: bool) -> str:
    return render_template("account/again.html", form=form, kept=kept, error=error, files=files)
