"""Users, their roles and links, and the matrix of rights: for those who hold the right on accounts."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.sqla.models import Role, User
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from extensions import _l, db
from extensions import gettext as _
from forms.account import AccountForm
from services import accounts, clock, rights, role_rights, unit_of_work
from services.errors import DomainError, NotThere
from views.base import allowed
from views.shell import crumbs

NOUN_GROUPS = (
    (_l("Customers and equipment"), ("customer", "service_hold", "equipment", "contract")),
    (_l("Calls and dispatch"), ("service_request", "service_info_sheet", "work_order", "service_record", "daily_report")),
    (_l("Parts and returns"), ("part", "part_price")),
    (_l("Quality and follow-up"), ("complaint", "follow_up", "survey", "inspection_plan", "inspection_record")),
    (_l("Our own house"), ("staff", "department", "region", "supplier")),
    (_l("Administration"), ("reference", "account", "audit")),
)
ROLE_CHOICES_WITHOUT = ("Admin", "Public")


def role_choices() -> list[tuple[str, Any]]:
    """Every role that may be given, the shipped ones first."""
    names = set(db.session.scalars(select(Role.name).where(Role.name.not_in(ROLE_CHOICES_WITHOUT))))
    order = [name for name in rights.ROLES if name in names] + sorted(names - rights.ROLES.keys())
    return [(name, accounts.role_label(name)) for name in order]


def noun_groups() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """The kinds of records by area of business; one that stands in no area comes last, so that none is ever left out."""
    left, groups = dict(rights.TABLE), []
    for label, nouns in NOUN_GROUPS:
        groups.append((label, [(noun, left.pop(noun)[0]) for noun in nouns if noun in left]))
    if left:
        groups.append((_("Other records"), [(noun, entry[0]) for noun, entry in left.items()]))
    return groups


def _user(pk: int) -> User:
    user = db.session.get(User, pk)
    if user is None:
        raise NotThere("")
    return user


class AccountsView(BaseView):
    """Who may sign in, and as what."""

    route_base = "/accounts"
    class_permission_name = "account"

    @expose("/", methods=["GET"])
    def index(self) -> Any:
        """All accounts."""
        by = allowed("read", "account")
        crumbs((_("Users and roles"), None))
        users = db.session.scalars(select(User).options(selectinload(User.roles)).order_by(User.active.desc(), User.username)).all()
        labels = dict(role_choices())
        return render_template("account/users.html", users=users, labels=labels, may_add=accounts.may_administer(by))

    @expose("/add", methods=["GET", "POST"])
    def add(self) -> Any:
        """A new account; its owner sets the password by a one-time link."""
        by = allowed("create", "account")
        crumbs((_("Users and roles"), "/accounts/"), (_("New user"), None))
        form = AccountForm()
        form.roles.choices = role_choices()
        if request.method == "POST" and form.validate():
            try:
                user = accounts.create_user(username=form.username.data, name=form.name.data, email=form.email.data or None,
                                            roles=form.roles.data)
                secret = accounts.issue_link(user, by=by, now=clock.now())
            except DomainError as refusal:
                unit_of_work.abandon()
                field = form[refusal.field or "username"]
                field.errors = [*field.errors, str(refusal)]
            else:
                return self._link_page(user, secret)
        return render_template("account/user_form.html", form=form, title=_("New user"), user=None), 422 if form.errors else 200

    @expose("/edit/<int:pk>", methods=["GET", "POST"])
    def edit(self, pk: int) -> Any:
        """The roles of an account."""
        by = allowed("change", "account")
        user = _user(pk)
        name = user.username
        crumbs((_("Users and roles"), "/accounts/"), (name, None))
        form = AccountForm(data={"username": name, "name": user.first_name, "email": user.email,
                                 "roles": [role.name for role in user.roles]})
        form.roles.choices = role_choices()
        del form.username, form.name, form.email
        if request.method == "POST" and form.validate():
            try:
                accounts.set_roles(user, form.roles.data, by=by, now=clock.now())
            except DomainError as refusal:
                unit_of_work.abandon()
                form.roles.errors = [*form.roles.errors, str(refusal)]
            else:
                flash(_("Saved. The user signs in anew."), "success")
                return redirect("/accounts/")
        return render_template("account/user_form.html", form=form, title=name, user=pk), 422 if form.errors else 200

    @expose("/link/<int:pk>", methods=["POST"])
    def link(self, pk: int) -> Any:
        """A one-time link, shown once."""
        by = allowed("change", "account")
        user = _user(pk)
        return self._link_page(user, accounts.issue_link(user, by=by, now=clock.now()))

    @expose("/active/<int:pk>", methods=["POST"])
    def active(self, pk: int) -> Any:
        """Close an account or open it again."""
        by = allowed("change", "account")
        user = _user(pk)
        accounts.set_active(user, not user.active, by=by, now=clock.now())
        flash(_("Saved."), "success")
        return redirect("/accounts/")

    @staticmethod
    def _link_page(user: User, secret: str) -> Any:
        crumbs((_("Users and roles"), "/accounts/"), (user.username, None))
        address = f"{request.host_url.rstrip('/')}/account/link/{secret}"
        return render_template("account/link.html", username=user.username, address=address, hours=accounts.LINK_HOURS)


class RightsView(BaseView):
    """The matrix: roles against kinds of records, six letters a cell."""

    route_base = "/rights"
    class_permission_name = "account"

    @expose("/", methods=["GET"])
    def index(self) -> Any:
        """The matrix of the rights in force."""
        by = allowed("read", "account")
        crumbs((_("Rights"), None))
        held, roles = role_rights.held(), role_choices()
        changes = sum(sorted(held.get(code, {}).get(noun, "")) != sorted(rights.letters_of(code, noun))
                      for code, _label in roles if code in rights.ROLES for noun in rights.TABLE)
        return render_template("account/rights.html", roles=roles, groups=noun_groups(), letters=rights.LETTER_NAMES, held=held,
                               shipped=rights, changes=changes, may_edit=accounts.may_administer(by))

    @expose("/edit/<role>", methods=["GET", "POST"])
    def edit(self, role: str) -> Any:
        """The rights of one role; no later release undoes what is set here."""
        allowed("change", "account")
        if role not in dict(role_choices()):
            raise NotThere("")
        crumbs((_("Rights"), "/rights/"), (accounts.role_label(role), None))
        if request.method == "POST":
            wanted = set()
            for cell in request.form.getlist("right"):
                noun, _sep, letter = cell.partition(":")
                if noun not in rights.TABLE or letter not in rights.LETTERS:
                    abort(400)
                wanted.add((noun, letter))
            scope = request.form.get("scope", "")
            if scope not in rights.SCOPES:
                abort(400)
            role_rights.change(role, wanted, scope=scope, cost_prices="cost" in request.form)
            flash(_("Saved."), "success")
            return redirect("/rights/")
        return render_template("account/role_rights.html", role=role, label=accounts.role_label(role), nouns=rights.TABLE,
                               letters=rights.LETTER_NAMES, held=role_rights.held().get(role, {}), scopes=rights.SCOPES,
                               scope=role_rights.scope_of(role), cost=role_rights.sees_cost(role))


def views() -> list[Any]:
    """The pages of accounts and rights."""
    return [AccountsView, RightsView]
