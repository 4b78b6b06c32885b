"""The form of a paper: an input for each cell the user may fill, and one small form for each line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import inspect
from wtforms import Form, HiddenField, PasswordField

from extensions import _l
from forms.base import AppForm, Finding
from forms.model_forms import CleanText, LongText, TooLong, field_for
from models.base import field_info
from models.paper import LineList, Paper

MOST_LINES = 60
Choices = Callable[[str], list[tuple[str, str]]]


def build_form(paper: Paper, model: type[Any], names: set[str], *, dict_choices: Choices) -> type[AppForm]:
    """A form of those fields of a paper that the user may fill, gaps allowed: what must not be empty is asked for at the signature."""
    fields = {name: _field(model, name, f"/records/{paper.code}/lookup/{name}", dict_choices)
              for name in paper.fields() if name in names and is_stored(model, name)}
    for name in paper.only.keys() & fields.keys():
        fields[name].kwargs["choices"] = [(member.value, member.label) for member in paper.only[name]]
    for name in ("lock_version", "form_key", "seen"):
        fields[name] = HiddenField()
    return type("PaperForm", (AppForm,), fields)


def is_stored(model: type[Any], name: str) -> bool:
    """Whether a field of a paper is a column or reference of the record, not something that follows from others."""
    mapper = inspect(model)
    return name in mapper.columns or name in mapper.relationships


def _field(model: type[Any], name: str, url: str, dict_choices: Choices) -> Any:
    dict_type = field_info(model, name).get("dict_type")
    return field_for(model, name, lookup_url=url, strict=False, choices=dict_choices(dict_type) if dict_type else None)


class Line(Finding, Form):
    """A line of a list, with the key of the row it was made from."""

    class Meta(AppForm.Meta):
        """Without a forgery token of its own: the form around it has one."""

        csrf = False

    def values(self) -> dict[str, Any]:
        """Field → value, and `id` of the row that was there."""
        found: dict[str, Any] = {field.short_name: field.data for field in self if field.short_name != "id"}
        text = str(self["id"].data or "")
        found["id"] = int(text) if re.fullmatch(r"\d{1,9}", text, re.ASCII) else None
        return found


def line_form(paper: Paper, item: LineList, model: type[Any], *, dict_choices: Choices) -> type[Line]:
    """The form of one line of a list; `model` is that of the lines."""
    fields = {column.field: _field(model, column.field, f"/records/{paper.code}/lookup/{item.attribute}.{column.field}", dict_choices)
              for column in item.columns if not column.fixed}
    return type("LineForm", (Line,), {**fields, "id": HiddenField()})


def typed_lines(form: Callable[..., Line], item: LineList, data: Any) -> list[Line]:
    """The lines of a list as they were sent, in order, up to the first place never sent; each is validated."""
    found = []
    for place in range(MOST_LINES):
        prefix = f"line-{item.attribute}-{place}-"
        if not any(name.startswith(prefix) for name in data):
            break
        line = form(data, prefix=prefix)
        line.validate()
        found.append(line)
    return found


def kept_lines(form: Callable[..., Line], item: LineList, lines: list[Any], *, more: int) -> list[Line]:
    """The lines of a list as they are kept, and `more` empty ones to write into."""
    return [form(obj=lines[place] if place < len(lines) else None, prefix=f"line-{item.attribute}-{place}-", data=None if place < len(lines)
                 else dict(item.preset)) for place in range(min(len(lines) + more, MOST_LINES))]


class PasswordSignForm(AppForm):
    """Our people sign by their password."""

    password = PasswordField(_l("Your password"), [TooLong(128)], render_kw={"autocomplete": "current-password"})


class CustomerSignForm(AppForm):
    """The customer reads, writes his opinion, signs."""

    opinion = LongText(_l("Opinion"), [TooLong(500)])
    name = CleanText(_l("Name of the person who signs"), [TooLong(40)])
    strokes = HiddenField(_l("Signature"))


class ChangeForm(AppForm):
    """What is to be changed in a signed paper, and why."""

    wanted = LongText(_l("What is to be changed"), [TooLong(500)])
    reason = CleanText(_l("Why"), [TooLong(200)])


class VoidForm(AppForm):
    """Why a paper is void."""

    reason = CleanText(_l("Reason"), [TooLong(200)])
