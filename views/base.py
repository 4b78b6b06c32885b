"""The one base of all generated pages: Flask-AppBuilder's ModelView with its defects repaired.

What the framework does wrong here and what stands instead: lists that load whole tables (keys first, then exactly the listed
columns), filters of all requests in one object (read per request), arguments without bounds (unknown or out of bounds is 400),
commits inside the view (the unit of work alone commits), refusals that lose what was typed (the form is shown again), stale
edits that overwrite silently (merged or told), repeats that make two records (the form's key is claimed once).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from flask import abort, current_app, flash, jsonify, make_response, redirect, render_template, request
from flask_appbuilder import ModelView, expose
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import joinedload, selectinload

from extensions import db
from extensions import gettext as _
from forms.model_forms import HIDDEN, model_form
from models.base import field_info
from services import access, attachments, audit, clock, counters, form_keys, parameters, saving, search, unit_of_work
from services.counters import Figure, Figures
from services.errors import Conflict, DomainError, NotThere
from services.kept import built
from views import attachments as files
from views import exports, lookups, resume, shown
from views.declared import Related, Section
from views.listing import Listing, Saved
from views.security import current_user
from views.shell import crumbs


def signed_in() -> Any:
    """The user of this request; strangers are sent to the log-in, a form whose session ended asks for the password in place (R9)."""
    user = current_user()
    if user is None:
        if request.method == "POST" and resume.former_user():
            abort(make_response(resume.ask(), 401))
        wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
        abort(redirect(f"/login/?next={wanted}"))
    return user


def allowed(act: str, noun: str) -> Any:
    """The user of this request, who may do this; raises NotAllowed."""
    user = signed_in()
    access.require(user, act, noun)
    return user


LATEST = 4  # events beside the facts of a record


class AppModelView(ModelView):
    """List, read, add, change, look up and export the records of one model. The rest is declarations."""

    model: type[Any]
    heading: object  # not `title`: the framework writes its own English into that name (FAB 5.3)
    adding: object
    sections: tuple[Section, ...]
    listed: tuple[str, ...]
    filtered: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    badge: str | None = None
    default_flags: tuple[tuple[str, Any], ...] = ()
    empty_text: object = ""
    saved_views: tuple[Saved, ...] = ()
    clock: str | None = None  # the column that says until when
    rarely: tuple[str, ...] = ()  # lists of a record that are mostly empty: asked for where the figures of the page say there is something
    about: str | None = "customer"  # the column that heads a card on a phone
    strict = True

    list_template = show_template = add_template = edit_template = "generated/list.html"
    exclude_route_methods = {"delete", "download", "action", "action_post", "muldelete", "api", "api_read", "api_get", "api_create",
                             "api_update", "api_delete", "api_column_add", "api_column_edit", "api_readvalues"}

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        if "model" in cls.__dict__:
            cls.datamodel = SQLAInterface(cls.model)
            cls.class_permission_name = cls.model.__noun__
            cls.list_columns = list(cls.listed)
            cls.search_columns = []
            cls.list_title = str(cls.model.__name__)
            cls.label_columns = {}

    def _init_forms(self) -> None:
        """None of the framework's: they load every row of every referenced table (FAB 5.3)."""
        self.add_form = self.edit_form = self.search_form = None

    def _init_properties(self) -> None:
        """Columns are declared; nothing is guessed."""
        self._related_views = []

    def get_uninit_inner_views(self) -> Any:
        """None: related records are tabs of ours, which ask for the user's rights."""
        return []

    # --- what the declarations mean

    @property
    def noun(self) -> str:
        """The subject of the rights on these records."""
        return str(self.model.__noun__)

    def fields(self) -> list[str]:
        """All fields of the form, in order."""
        return [name for section in self.sections for name in section.fields if self.may_see(name)]

    def may_see(self, name: str) -> bool:
        """Whether the user may see a field at all; cost prices are for few."""
        return name != "cost_price" or access.sees_cost_prices(current_user())

    def columns(self) -> tuple[str, ...]:
        """The columns of the list that the user may see."""
        return tuple(name for name in self.listed if self.may_see(name))

    def adds(self, user: Any) -> bool:
        """Whether the user may begin a new record here."""
        return access.can(user, "create", self.noun)

    def base_query(self, user: Any) -> Any:
        """Where-clauses of the rows the user may know of."""
        return access.visible(user, self.model)

    def get_or_404(self, key: int, user: Any) -> Any:
        """A record the user may know of; the same 404 for hidden and absent."""
        return self._found(key, built(("record", self.route_base, access.sight(user)), lambda: self._by_key(user)))

    def to_be_saved(self, key: int, user: Any) -> Any:
        """The same, locked, with what its saving reads: the second of two who save it at once waits here for the first, and is then told
        what that one wrote; what this unit knew of the record before (the editor himself, his department) is read anew.
        """
        return self._found(key, built(("to be saved", self.route_base, access.sight(user)), lambda: self._by_key(user).options(
            *self.read_by_saving()).with_for_update(of=self.model).execution_options(populate_existing=True)))

    def _by_key(self, user: Any) -> Any:
        return select(self.model).where(self.model.id == counters.RECORD, self.base_query(user))

    @staticmethod
    def _found(key: int, query: Any) -> Any:
        record = db.session.scalar(query, {"record": key})
        if record is None:
            raise NotThere("")
        return record

    def loads(self) -> tuple[Any, ...]:
        """Loader options: what the page of a record shows beside it, asked for with it."""
        shown_names = [name for section in self.sections for name in section.fields]
        return tuple(joinedload(getattr(self.model, name)) for name in shown_names if name in inspect(self.model).relationships)

    def for_page(self, page: str, key: int, user: Any, loads: Callable[[], tuple[Any, ...]] = tuple,
                 figures: Figures | None = None) -> tuple[Any, dict[str, Any]]:
        """A record with what its page shows beside it, and the figures of that page: by one statement, which is made once, for a dozen
        options take longer to make than to read; NotThere as by `get_or_404`.
        """
        found = counters.with_record(user, lambda: self._by_key(user).options(*loads()), figures or {}, page=(page, self.route_base),
                                     record=key)
        if found is None:
            raise NotThere("")
        return found

    def read_by_saving(self) -> tuple[Any, ...]:
        """Loader options: what the words of the search box are taken from when a record is saved."""
        return ()

    def row_actions(self, record: Any, user: Any) -> list[dict[str, Any]]:
        """Up to three acts at the end of a row of the list; no question to the database here."""
        return []

    def at(self, record: Any) -> str:
        """The address of a record's page."""
        return f"{self.route_base}/show/{record.id}"

    # --- pages

    @expose("/list/", methods=["GET"])
    def list(self) -> Any:
        """The list with search, filters, order and pages."""
        user = allowed("read", self.noun)
        listing = Listing(self, user)
        crumbs((self.heading, None))
        page = listing.page()
        page["add_href"] = f"{self.route_base}/add" if self.adds(user) else None
        page["add_label"] = self.adding
        if access.can(user, "export", self.noun):
            page["exports"] = exports.offered(listing, page)
            page["bulk"] = [{"label": _("Export the chosen (%(kind)s)", kind=kind.upper()), "href": f"{self.route_base}/export/{kind}"}
                            for kind in ("csv", "xlsx")]
        return render_template("generated/list.html", page=page)

    @expose("/export/<kind>", methods=["GET", "POST"])
    def export(self, kind: str) -> Any:
        """All rows of the list as it is filtered, as CSV or XLSX; sent, a long XLSX is written in the background."""
        return exports.answer(Listing(self, allowed("export", self.noun)), kind, what=self.noun, name=str(self.heading))

    @expose("/show/<int:pk>", methods=["GET"])
    def show(self, pk: int) -> Any:
        """One record with its tabs."""
        user = allowed("read", self.noun)
        record, counts = self.for_page("page", pk, user, self.loads, self.page_figures(user))
        counters.known_empty(record, (name for name in self.rarely if not counts[f"any {name}"]))
        crumbs((self.heading, f"{self.route_base}/list/"), (str(record), None))
        return render_template("generated/show.html", page=self.show_page(record, user, counts), record=record)

    def page_figures(self, user: Any) -> Figures:
        """What the page of a record counts: its tabs, its lists that are mostly empty, and what a kind of records counts besides."""
        found = {tab.key: Figure(partial(self._count, tab, user)) for tab in self.related if access.can(user, "read", tab.model.__noun__)}
        if files.carries(self.model):
            found["files"] = Figure(lambda: attachments.figure(self.model.__tablename__, counters.RECORD))
        found |= {f"any {name}": counters.any_of(self.model, name) for name in self.rarely} | self.figures(user)
        if "tab" not in request.args or request.args["tab"] == "facts":
            found["latest"] = Figure(lambda: audit.entries_of(self.model, counters.RECORD, limit=LATEST), read=audit.LATEST.read)
        return found

    def show_page(self, record: Any, user: Any, counts: dict[str, Any]) -> dict[str, Any]:
        """What the page of a record shows; `counts` answers `page_figures`. Subclasses add banners, steps and acts."""
        chosen = request.args.get("tab", "facts")
        tabs = [{"key": "facts", "label": _("Overview")}]
        tabs += [{"key": tab.key, "label": tab.label} for tab in self.related if tab.key in counts]
        tabs += [{"key": "files", "label": _("Files")}] if "files" in counts else []
        tabs.append({"key": "history", "label": _("History")})
        if chosen not in {tab["key"] for tab in tabs}:
            abort(400)
        for tab in tabs:
            tab.update(href=f"{self.at(record)}?tab={tab['key']}", active=tab["key"] == chosen, count=counts.get(tab["key"]))
        page: dict[str, Any] = {
            "title": str(record), "noun": self.noun, "kind": self.heading, "number": getattr(record, "number", None), "tags": [],
            "rail": [], "panels": [], "recent": [],
            "badge": shown.badge(getattr(record, self.badge)) if self.badge else None, "banners": self.banners(record), "tabs": tabs,
            "tab": chosen, "actions": [], "steps": [], "transitions": [], "sections": [], "history": [], "related": None,
        }
        if access.can(user, "change", self.noun):
            page["actions"].append({"label": _("Edit"), "href": f"{self.route_base}/edit/{record.id}", "key": "E"})
        if chosen == "facts":
            page["sections"] = [{"key": section.key, "label": section.label, "facts": self._facts(section, record)}
                                for section in self.sections]
            page["recent"] = shown.history(record, counts["latest"], brief=True)
        elif chosen == "history":
            page["history"] = shown.history(record)
        elif chosen == "files" and files.carries(self.model):
            page["attachments"] = files.panel(record, user)
        else:
            page["related"] = self._rows(next(tab for tab in self.related if tab.key == chosen), record, user)
        return page

    def figures(self, user: Any) -> Figures:
        """Further figures that the page of a record needs, asked for by the statement that brings it."""
        return {}

    def banners(self, record: Any) -> list[dict[str, Any]]:
        """Sentences above everything else on the page of a record."""
        return []

    def _facts(self, section: Section, record: Any) -> list[Any]:
        return [shown.fact(record, name) for name in section.fields if self.may_see(name)]

    @staticmethod
    def _count(tab: Related, user: Any) -> Any:
        back = getattr(tab.model, tab.back) == counters.RECORD
        return select(func.count(tab.model.id)).where(back, access.visible(user, tab.model)).scalar_subquery()

    def _rows(self, tab: Related, record: Any, user: Any) -> dict[str, Any]:
        names = [name for name in tab.columns if self.may_see(name)]
        relations = [selectinload(getattr(tab.model, name)) for name in names if name in inspect(tab.model).relationships]
        rows = db.session.scalars(select(tab.model).where(getattr(tab.model, tab.back) == record.id, access.visible(user, tab.model))
                                  .order_by(tab.model.id.desc()).limit(100).options(*relations)).all()
        add = None
        if tab.add and access.can(user, "create", tab.model.__noun__):
            add = f"{tab.base}/add?from={self.model.__tablename__}:{record.id}"
        return {"label": tab.label, "columns": [field_info(tab.model, name)["label"] for name in names], "add_href": add,
                "rows": [{"href": tab.href(row), "cells": [shown.cell(row, name) for name in names]} for row in rows]}

    # --- forms

    def form_class(self, user: Any, names: list[str] | None = None, record: Any = None) -> Any:
        """What makes the form of these records for a user, or of the one he changes; of some fields alone when they are named."""
        find, kind = access.finder(user, record), ("form", self.route_base, *self.fields())
        if names is not None:
            return partial(self.made_form(names), find=find)
        return partial(built(kind, lambda: self.made_form(self.fields(), whole=True)), find=find, kind=kind)

    def made_form(self, names: Iterable[str], *, whole: bool = False) -> type[Any]:
        """The form of some fields, or of all (`whole`) with what else stands on the page; the same for all users who see these fields."""
        return model_form(self.model, names, lookup_base=f"{self.route_base}/lookup/", dict_choices=parameters.dict_choices,
                          strict=self.strict)

    def completed(self, record: Any, user: Any) -> None:
        """Fill in what is known of a record besides what its form said, before it is held against the rules and written."""

    def saved(self, record: Any, user: Any, *, new: bool) -> None:
        """What happens in the same unit once a form was saved; a refusal shows the form again."""

    def form_aside(self) -> dict[str, Any] | None:
        """What stands beside the form: a template and its values."""
        return None

    def leads_to(self, record: Any) -> str:
        """Where a saved form leads."""
        return self.at(record)

    def submits(self, record: Any) -> list[tuple[str, str, Any]]:
        """(name, value, label) of the buttons of the form, the main one last."""
        return [("act", "save", _("Save"))]

    @expose("/add", methods=["GET", "POST"])
    def add(self) -> Any:
        """A new record."""
        user = allowed("create", self.noun)
        self._no_filters()
        form = self.form_class(user)(data=self._defaults(user)) if request.method == "GET" else self.form_class(user)()
        crumbs((self.heading, f"{self.route_base}/list/"), (self.adding, None))
        if request.method == "POST":
            answer = self._save(form, None, user)
            if answer is not None:
                return answer
        else:
            form.form_key.data = secrets.token_urlsafe(18)
        return self._form_page(form, self.adding, f"{self.route_base}/list/", None, self.submits(None))

    @expose("/edit/<int:pk>", methods=["GET", "POST"])
    def edit(self, pk: int) -> Any:
        """Change a record; a stale form is merged, or told what somebody else made of its fields."""
        user = allowed("change", self.noun)
        self._no_filters()
        record = self.to_be_saved(pk, user) if request.method == "POST" else self.for_page("form", pk, user)[0]
        where, name, buttons = self.at(record), str(record), self.submits(record)
        crumbs((self.heading, f"{self.route_base}/list/"), (name, where), (_("Edit"), None))
        conflicts: dict[str, Any] = {}
        if request.method == "POST":
            form = self.form_class(user, record=record)()
            answer = self._save(form, record, user, conflicts)
            if answer is not None:
                return answer
        else:
            form = self.form_class(user)(obj=record)
            self._mark(form, record)
        return self._form_page(form, _("Edit %(kind)s", kind=self.heading), where, conflicts, buttons, about=name)

    def _mark(self, form: Any, record: Any) -> None:
        form.lock_version.data = str(record.lock_version)
        form.form_key.data = secrets.token_urlsafe(18)
        shown_values = {name: saving.comparable(getattr(record, name)) for name in self.fields()}
        form.seen.data = form_keys.sealed(current_app.config["SIGNING_KEYS"], [record.id, record.lock_version, shown_values])

    def _save(self, form: Any, record: Any, user: Any, conflicts: dict[str, Any] | None = None) -> Any:
        """The answer to a form that was saved; None when it must be shown again."""
        if not form.validate():
            return None
        now = clock.now()
        values, complete = {name: form[name].data for name in self.fields()}, partial(self.completed, user=user)
        try:
            claimed = form_keys.claim(user, form.form_key.data or secrets.token_urlsafe(18), now=now,
                                      result=self.at(record) if record is not None else None)
            if isinstance(claimed, str):
                return redirect(claimed or f"{self.route_base}/list/")
            if record is None:
                record = saving.create(self.model, values, by=user, now=now, complete=complete)
                self.saved(record, user, new=True)
                flash(_("Saved: %(name)s", name=str(record)), "success")
            else:
                version, seen = self._seen(form, record)
                saving.change(record, values, by=user, version=version, seen=seen, complete=complete)
                self.saved(record, user, new=False)
                flash(_("Saved."), "success")
            claimed.leads_to(self.leads_to(record))
        except Conflict as refusal:
            self._show_conflict(form, record, refusal, conflicts)
            return None
        except DomainError as refusal:
            unit_of_work.abandon()
            target = form[refusal.field] if refusal.field in form._fields else form[self.fields()[0]]
            target.errors = [*target.errors, str(refusal)]
            return None
        return redirect(claimed.result)

    @staticmethod
    def _seen(form: Any, record: Any) -> tuple[int, dict[str, Any] | None]:
        marks = form_keys.opened(current_app.config["SIGNING_KEYS"], form.seen.data)
        if not isinstance(marks, list) or len(marks) != 3 or marks[0] != record.id:
            abort(400)
        return int(marks[1]), marks[2]

    def _show_conflict(self, form: Any, record: Any, refusal: Conflict, conflicts: dict[str, Any] | None) -> None:
        key = record.id
        theirs = {name: {"who": item.who, "at": shown.moment(item.at), "value": shown.text(item.value),
                         "raw": saving.comparable(item.value)} for name, item in refusal.theirs.items()}
        unit_of_work.abandon()
        if conflicts is not None:
            conflicts.update(theirs)
        for name in theirs:
            form[name].errors = [*form[name].errors, _("%(who)s changed this meanwhile.", who=theirs[name]["who"])]
        fresh = db.session.get(self.model, key)
        self._mark(form, fresh)
        form.form_key.data = secrets.token_urlsafe(18)

    def _form_page(self, form: Any, title: Any, cancel: str, conflicts: dict[str, Any] | None, buttons: Any, *,
                   about: str = "") -> Any:
        visible = [{"key": section.key, "label": section.label, "fields": [name for name in section.fields if name in form._fields]}
                   for section in self.sections]
        page = {"title": title, "about": about, "sections": visible,
                "form": form, "action": request.full_path.rstrip("?"), "cancel_href": cancel,
                "submits": buttons, "errors": [item for item in form.error_list() if item[0] not in HIDDEN],
                "conflicts": conflicts or {}, "aside": self.form_aside()}
        return render_template("generated/form.html", page=page), 422 if page["errors"] else 200

    def _no_filters(self) -> None:
        if any(name.startswith(("_flt_", "_oc_", "_od_")) for name in request.args):
            abort(400)

    def _defaults(self, user: Any) -> dict[str, Any]:
        """What a new form begins with: the parent it was opened from, and the columns' own defaults."""
        values: dict[str, Any] = {}
        for column in inspect(self.model).columns:
            if column.default is not None and column.default.is_scalar and column.key in self.fields():
                values[column.key] = column.default.arg
        values.update(dict(self.default_flags))
        origin = request.args.get("from", "")
        if origin:
            kind, _sep, key = origin.partition(":")
            for relation in inspect(self.model).relationships:
                if relation.mapper.class_.__tablename__ == kind and not relation.uselist and relation.key in self.fields():
                    parent = relation.mapper.class_
                    if not key.isascii() or not key.isdigit() or len(key) > 9:
                        abort(400)
                    values[relation.key] = access.get(user, parent, int(key))
        return values

    # --- remote selects

    @expose("/lookup/<column>", methods=["GET"])
    def lookup(self, column: str) -> Any:
        """Up to 20 records for a reference of the form that contain what was typed, as far as the user may see them."""
        user = signed_in()
        if not (access.can(user, "create", self.noun) or access.can(user, "change", self.noun)):
            access.require(user, "read", self.noun)
        relations = inspect(self.model).relationships
        if column not in relations or column not in (*self.fields(), *self.filtered):
            raise NotThere("")
        target = relations[column].mapper.class_
        return jsonify(lookups.offered(target, user, *lookups.of_customer(target)))

    matching: Any = staticmethod(search.within)
