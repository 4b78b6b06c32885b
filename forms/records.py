"""The form of a paper: an input for each cell the user may fill, and its lines."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from wtforms import HiddenField, PasswordField

from extensions import _l
from forms.base import AppForm
from forms.model_forms import CleanText, Load, LongText, TooLong, field_for
from models.enums import SupplyMode
from models.equipment import Part
from models.paper import Lines, Paper

MOST_LINES = 60


def build_form(paper: Paper, model: type[Any], names: set[str], *, load: Load) -> type[AppForm]:
    """A form of those fields of a paper that the user may fill, gaps allowed: what must not be empty is asked for at the signature."""
    fields = {name: field_for(model, name, load=load, lookup_url=f"/records/lookup/{name}", strict=False)
              for name in paper.fields() if name in names}
    fields["lock_version"] = HiddenField()
    fields["form_key"] = HiddenField()
    return type("PaperForm", (AppForm,), fields)


class TypedLine:
    """A line as the browser sent it: raw texts, the values read from them, and what is wrong."""

    def __init__(self, raw: dict[str, str], kind: SupplyMode, load: Load) -> None:
        self.raw, self.kind, self.errors = raw, kind, {}  # type: dict[str, str], SupplyMode, dict[str, str]
        self.part = self._part(raw.get("part_name", ""), load)
        self.qty = self._number("qty", 3)
        self.unit_price = self._number("unit_price", 2)
        if raw.get("kind"):
            try:
                self.kind = SupplyMode(raw["kind"])  # type: ignore[call-arg]
            except ValueError:
                self.errors["kind"] = _("Choose one of the values in the list.")

    def _part(self, text: str, load: Load) -> Any:
        if not text:
            return None
        found = load(Part, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else None
        if found is None:
            self.errors["part_name"] = _("Choose one from the list.")
        return found

    def _number(self, name: str, places: int) -> Decimal | None:
        text = self.raw.get(name, "").strip().lstrip("¥￥").replace(",", "").replace("，", "")
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            self.errors[name] = _("Enter a number.")
            return None
        if not value.is_finite() or abs(value) >= 10**8 or value < 0:
            self.errors[name] = _("This number is too large.") if value.is_nan() or value >= 0 else _("Enter a number.")
            return None
        if value != round(value, places):
            self.errors[name] = _("At most %(places)d decimal places.", places=places)
            return None
        return value


def typed_lines(paper: Paper, read: Callable[[str], str | None], *, load: Load) -> dict[str, list[TypedLine]]:
    """The lines of each list of a paper, out of the form `read` looks into, in order, up to the first place never sent."""
    found: dict[str, list[TypedLine]] = {}
    for block in paper.blocks:
        for item in block.lists if isinstance(block, Lines) else ():
            lines = []
            for place in range(MOST_LINES):
                raw = {column.field: read(f"line-{item.attribute}-{place}-{column.field}") for column in item.columns}
                if all(value is None for value in raw.values()):
                    break
                lines.append(TypedLine({name: value or "" for name, value in raw.items()}, SupplyMode(item.kind), load))  # type: ignore[call-arg]
            found[item.attribute] = lines
    return found


class PasswordSignForm(AppForm):
    """Our people sign by their password."""

    password = PasswordField(_l("Your password"), [TooLong(128)], render_kw={"autocomplete": "current-password"})


class CustomerSignForm(AppForm):
    """The customer reads, writes his opinion, signs."""

    opinion = LongText(_l("Opinion"), [TooLong(500)])
    name = CleanText(_l("Name of the person who signs"), [TooLong(40)])
    strokes = HiddenField(_l("Signature"))
