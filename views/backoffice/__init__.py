"""Flask-Admin at `/admin/`: dictionaries, parameters and number rules, for who may change reference data.

One base class; nothing of Flask-Admin's own model views, templates or scripts is used (they carry inline handlers, page sizes without
bounds and formulas in exports, 2.2): lists and forms are the house's own, saved by the same services as everywhere.
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, flash, jsonify, redirect, render_template, request
from flask_admin import Admin, AdminIndexView, BaseView, expose
from sqlalchemy import inspect, select

from extensions import _l, db
from extensions import gettext as _
from forms.model_forms import HIDDEN, Choice, model_form
from models.base import field_info
from models.custody import FormSetting, PrinterSetting
from models.number import NumberRule
from models.setting import DictItem, Setting
from services import access, clock, parameters, printing, saving, unit_of_work
from services.errors import DomainError, NotAllowed, NotThere
from views import shown
from views.base import allowed
from views.record_papers import pdf_file
from views.security import current_user
from views.shell import crumbs

NOUN = "reference"


class Guarded:
    """First in the order of bases: nobody without the right sees that a page exists in the menu, or opens it."""

    def is_accessible(self) -> bool:
        """Asked by Flask-Admin before each page."""
        allowed("read", NOUN)
        return True


class Front(Guarded, AdminIndexView):
    """`/admin/`: what can be set here."""

    def __init__(self) -> None:
        super().__init__(url="/admin", endpoint="admin")
        self.static_folder = None  # its own scripts and styles are not served: no page of ours uses them

    @expose("/")
    def index(self) -> Any:
        """The lists of the back office."""
        crumbs((_("Back office"), None))
        from views.backoffice import working_time

        return render_template("backoffice/index.html", pages=[(page.heading, page.hint, f"/admin/{page.key}/") for page in pages()],
                               banners=working_time.unknown_years())


class Reference(Guarded, BaseView):
    """The rows of one kind of reference data: list, change and, where it makes sense, add."""

    key: str
    heading: Any
    hint: Any
    model: type[Any]
    listed: tuple[str, ...]
    fields: tuple[str, ...]
    grouped: str | None = None
    adds = False

    def __init__(self) -> None:
        super().__init__(name=str(self.key), endpoint=f"backoffice_{self.key}", url=f"/admin/{self.key}")

    @expose("/")
    def index(self) -> Any:
        """All rows; these lists are short."""
        user = current_user()
        crumbs((_("Back office"), "/admin/"), (self.heading, None))
        words = request.args.get("q", "").strip()[:60].casefold()
        groups: dict[str, list[Any]] = {}
        for row in db.session.scalars(select(self.model).order_by(self.model.id)):
            cells = [self.cell(row, name) for name in self.listed]
            if words and not any(words in cell["text"].casefold() for cell in cells):
                continue
            groups.setdefault(str(getattr(row, self.grouped)) if self.grouped else "", []).append(
                {"id": row.id, "cells": cells, "links": self.links(row)})
        return render_template("backoffice/list.html", page=self, groups=groups, q=request.args.get("q", ""),
                               columns=[field_info(self.model, name)["label"] for name in self.listed],
                               may_change=access.can(user, "change", NOUN), may_add=self.adds and access.can(user, "create", NOUN))

    @expose("/add", methods=["GET", "POST"])
    def add(self) -> Any:
        """A new row."""
        user = allowed("create", NOUN)
        if not self.adds:
            raise NotThere("")
        return self._form(None, user)

    @expose("/edit/<int:pk>", methods=["GET", "POST"])
    def edit(self, pk: int) -> Any:
        """Change a row."""
        user = allowed("change", NOUN)
        record = db.session.get(self.model, pk)
        if record is None:
            raise NotThere("")
        return self._form(record, user)

    @expose("/lookup/<column>")
    def lookup(self, column: str) -> Any:
        """What a reference of the form may be."""
        allowed("change", NOUN)
        if column not in self.new_fields() or column not in inspect(self.model).relationships:
            raise NotThere("")
        target = inspect(self.model).relationships[column].mapper.class_
        words = request.args.get("q", "").strip().casefold()
        rows = [row for row in db.session.scalars(select(target).order_by(target.id)) if words in str(row).casefold()]
        return jsonify([{"id": row.id, "text": str(row), "hint": ""} for row in rows[:20]])

    def _form(self, record: Any, user: Any) -> Any:
        names = self.fields if record is not None else (*self.new_fields(), *self.fields)
        form_class = self.form_class(names, record)
        key, title = (record.id, str(record)) if record is not None else (None, _("New"))
        meaning = getattr(record, "label_zh", "") if record is not None else ""
        if request.method == "GET":
            form = form_class(obj=record, find=db.session.get)
            form.lock_version.data = str(getattr(record, "lock_version", 1))
            form.form_key.data = secrets.token_urlsafe(18)
        else:
            form = form_class(find=db.session.get)
            if form.validate() and self._keep(form, record, names, user):
                flash(_("Saved."), "success")
                return redirect(f"/admin/{self.key}/")
            if key is not None:
                record = db.session.get(self.model, key)
        crumbs((_("Back office"), "/admin/"), (self.heading, f"/admin/{self.key}/"), (title, None))
        errors = [item for item in form.error_list() if item[0] not in HIDDEN]
        page = {"title": meaning or title, "sections": [{"key": "row", "label": title, "fields": list(names)}], "form": form,
                "action": request.path, "cancel_href": f"/admin/{self.key}/", "submits": [("act", "save", _("Save"))], "conflicts": {},
                "aside": None, "errors": errors}
        return render_template("generated/form.html", page=page), 422 if errors else 200

    def form_class(self, names: tuple[str, ...], _record: Any) -> Any:
        """The form of a row."""
        return model_form(self.model, names, lookup_base=f"/admin/{self.key}/lookup/", dict_choices=parameters.dict_choices)

    def cell(self, row: Any, name: str) -> dict[str, Any]:
        """A value of the list."""
        return shown.cell(row, name)

    def links(self, _row: Any) -> list[tuple[Any, str]]:
        """What else can be opened of a row: (words, address)."""
        return []

    def banners(self) -> list[dict[str, Any]]:
        """Sentences above the list."""
        return []

    def new_fields(self) -> tuple[str, ...]:
        """Fields that are chosen once, when a row is made."""
        return ()

    @staticmethod
    def _version(form: Any) -> int:
        text = (form.lock_version.data or "").strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def _keep(self, form: Any, record: Any, names: tuple[str, ...], user: Any) -> bool:
        values = {name: form[name].data for name in names}
        try:
            if record is None:
                saving.create(self.model, values, by=user, now=clock.now())
            else:
                version = self._version(form) if hasattr(record, "lock_version") else None
                saving.change(record, values, by=user, version=version)
        except (NotAllowed, NotThere):
            raise
        except DomainError as refusal:
            unit_of_work.abandon()
            target = form[refusal.field if refusal.field in form._fields else names[0]]
            target.errors = [*target.errors, str(refusal)]
            return False
        return True


class Parameters(Reference):
    """The figures of the rules."""

    key, heading, hint = "parameters", _l("Parameters"), _l("Minutes, days, switches and names that the rules go by")
    model, listed, fields, grouped = Setting, ("label_zh", "value", "default", "rule", "key"), ("value",), "group"

    def cell(self, row: Any, name: str) -> dict[str, Any]:
        """Values in words."""
        cell = shown.cell(row, name)
        if name in ("value", "default"):
            cell["text"] = parameters.said(cell["text"])
        return cell

    def form_class(self, names: tuple[str, ...], record: Any) -> Any:
        """What has choices is chosen."""
        form, choices = super().form_class(names, record), parameters.options(record) if record is not None else []
        if not choices:
            return form
        return type("ParameterForm", (form,), {"value": Choice(label=_l("Value"), choices=choices)})


class NumberRules(Reference):
    """How numbers look."""

    key, heading, hint = "number-rules", _l("Number rules"), _l("Patterns of request, order and slip numbers")
    model, listed, fields = NumberRule, ("label_zh", "pattern", "overflow", "warn_at"), ("pattern", "overflow", "warn_at")

    def cell(self, row: Any, name: str) -> dict[str, Any]:
        """What happens when the digits run out, in words."""
        cell = shown.cell(row, name)
        if name == "overflow":
            cell["text"] = parameters.said(row.overflow)
        return cell

    def form_class(self, names: tuple[str, ...], record: Any) -> Any:
        """What happens when the digits run out is chosen."""
        choices = [(value, parameters.said(value)) for value in ("extend", "block")]
        return type("NumberRuleForm", (super().form_class(names, record),), {
            "overflow": Choice(label=_l("When the digits run out"), choices=choices)})


class Dictionaries(Reference):
    """The administrator's lists of choices."""

    key, heading = "dictionaries", _l("Lists of choices")
    hint = _l("Customer kinds, contact roles and others: taken out of use, never deleted")
    model, listed, fields = DictItem, ("label_zh", "label_en", "code", "sort", "active"), ("label_zh", "label_en", "sort", "active")
    grouped, adds = "type", True

    def new_fields(self) -> tuple[str, ...]:
        """List and code stay what they were when the choice was made."""
        return ("type", "code")


class Forms(Reference):
    """What the company calls its forms, and how they are laid on paper."""

    key, heading, hint = "forms", _l("Forms on paper"), _l("Form number, revision, several copies on one sheet")
    model, listed = FormSetting, ("label_zh", "form_no", "revision", "arrangement")
    fields = ("form_no", "revision", "arrangement")


class Printers(Reference):
    """Printers for pre-printed stock, with what they print beside."""

    key, heading, hint = "printers", _l("Printers for over-print"), _l("Millimetres a printer prints beside where it should")
    model, listed, fields, adds = PrinterSetting, ("name", "offset_x", "offset_y"), ("offset_x", "offset_y"), True

    def new_fields(self) -> tuple[str, ...]:
        """The name stays."""
        return ("name",)

    def links(self, row: Any) -> list[tuple[Any, str]]:
        """The sheet to measure by."""
        return [(_("Calibration sheet"), f"/admin/printers/calibration/{row.id}.pdf")]

    @expose("/calibration/<int:pk>.pdf")
    def calibration(self, pk: int) -> Any:
        """A4 with marks at known places."""
        allowed("read", NOUN)
        printer = db.session.get(PrinterSetting, pk)
        if printer is None:
            raise NotThere("")
        return pdf_file(printing.calibration(printer), f"{printer}.pdf")


def pages() -> tuple[Any, ...]:
    """All pages, in the order they are named."""
    from views.backoffice import care, working_time  # built on the base above

    return (Parameters, NumberRules, Dictionaries, Forms, Printers, *working_time.PAGES, *care.PAGES)


def register(app: Flask) -> None:
    """Mount the back office."""
    admin = Admin(app, name="backoffice", index_view=Front())
    for page in pages():
        admin.add_view(page())


__all__ = ["register"]
