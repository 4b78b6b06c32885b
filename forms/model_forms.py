"""Forms made from the columns of a model: label, type, length and required-ness are written once, there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from sqlalchemy import Boolean, Date, Integer, String, Text, Time
from sqlalchemy import inspect as sa_inspect
from wtforms import BooleanField, Field, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Optional, StopValidation, ValidationError
from wtforms.widgets import TextInput

from extensions import gettext as _
from forms.base import AppForm
from models.base import EnumCode, FixedDecimal, UTCDateTime, field_info
from services import clock

LONGEST_TEXT = 5000
_INT_MAX = 2**31 - 1


class Required:
    """Something must be entered; says so in the user's language."""

    field_flags = {"required": True}

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data is None or (isinstance(field.data, str) and not field.data.strip()):
            raise StopValidation("" if field.errors else _("Please fill in."))


class CleanText(StringField):
    """A line of text without blanks at its ends; empty is None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        self.data = text or None


class LongText(TextAreaField):
    """Several lines of text; line ends as one character; empty is None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").replace("\r\n", "\n").strip()
        self.data = text or None


class _Typed(Field):
    """A field whose text is read as a value; what was typed stays when it cannot be."""

    widget = TextInput()
    input_type = "text"
    raw: str | None = None

    def read(self, text: str) -> Any:
        """The value of a text; ValueError with a sentence when it is none."""
        return text

    def write(self, value: Any) -> str:
        """The text of a value."""
        return str(value)

    def _value(self) -> str:
        if self.raw is not None:
            return self.raw
        return "" if self.data is None else self.write(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.raw = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if self.raw:
            self.data = self.read(self.raw)


class WholeNumber(_Typed):
    """A whole number that fits the column."""

    input_type = "number"

    def read(self, text: str) -> int:
        if not text.lstrip("-").isascii() or not text.lstrip("-").isdigit() or len(text) > 11 or abs(int(text)) > _INT_MAX:
            raise ValueError(_("Enter a whole number."))
        return int(text)


class DecimalNumber(_Typed):
    """An amount with a fixed number of places."""

    def __init__(self, *args: Any, places: int = 2, precision: int = 12, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.places, self.precision = places, precision

    def write(self, value: Any) -> str:
        return f"{value:.2f}" if self.places == 2 else f"{Decimal(value).normalize():f}"

    def read(self, text: str) -> Decimal:
        try:
            value = Decimal(text.replace(",", "").replace("，", "").lstrip("¥￥"))
        except InvalidOperation as error:
            raise ValueError(_("Enter a number.")) from error
        if not value.is_finite() or abs(value) >= 10 ** (self.precision - self.places):
            raise ValueError(_("This number is too large."))
        if value != round(value, self.places):
            raise ValueError(_("At most %(places)d decimal places.", places=self.places))
        return value


class Day(_Typed):
    """A date."""

    input_type = "date"

    def read(self, text: str) -> dt.date:
        try:
            value = dt.date.fromisoformat(text)
        except ValueError as error:
            raise ValueError(_("Enter a date such as 2025-03-07.")) from error
        if not 1900 <= value.year <= 2200:
            raise ValueError(_("This year cannot be right."))
        return value

    def write(self, value: Any) -> str:
        return str(value.isoformat())


class Moment(_Typed):
    """A date and time of the company's wall clock, unless it names its zone; an aware instant inside."""

    input_type = "datetime-local"

    def read(self, text: str) -> dt.datetime:
        try:
            value = dt.datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError(_("Enter date and time such as 2025-03-07 14:30.")) from error
        if not 1900 <= value.year <= 2200:
            raise ValueError(_("This year cannot be right."))
        return (value if value.tzinfo else value.replace(tzinfo=clock.ZONE)).astimezone(dt.UTC)

    def write(self, value: Any) -> str:
        return f"{clock.local(value):%Y-%m-%dT%H:%M}"


class TimeOfDay(_Typed):
    """A time of the company's wall clock."""

    input_type = "time"

    def read(self, text: str) -> dt.time:
        try:
            value = dt.time.fromisoformat(text)
        except ValueError as error:
            raise ValueError(_("Enter a time such as 14:30.")) from error
        return value.replace(second=0, microsecond=0, tzinfo=None)

    def write(self, value: Any) -> str:
        return f"{value:%H:%M}"


class Choice(_Typed):
    """One of a list; what is not in the list is refused and shown again. A list that has to be asked for is asked for when it is needed."""

    def __init__(self, *args: Any, choices: Iterable[tuple[str, Any]] | Callable[[], Iterable[tuple[str, Any]]], enum: Any = None,
                 **kw: Any) -> None:
        super().__init__(*args, **kw)
        self._choices, self.enum = choices, enum

    @cached_property
    def choices(self) -> list[tuple[str, Any]]:
        """(code, words) of the list."""
        return list(self._choices() if callable(self._choices) else self._choices)

    def read(self, text: str) -> Any:
        if text not in {code for code, _label in self.choices}:
            raise ValueError(_("Choose one of the values in the list."))
        return self.enum(text) if self.enum else text

    def write(self, value: Any) -> str:
        return str(getattr(value, "value", value))


class Ticked(Choice):
    """Any number of a list; kept as their codes in the order of the list, with commas between."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.raw = None
        codes = {code.strip() for text in valuelist for code in text.split(",")} - {""}
        for code in sorted(codes):
            self.read(code)
        self.data = ",".join(code for code, _label in self.choices if code in codes) or None


class Lookup(_Typed):
    """Another record, chosen by a remote select; only what the form may find is found."""

    def __init__(self, *args: Any, model: type[Any], url: str = "", **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.model, self.url = model, url

    @staticmethod
    def _is_key(text: str) -> bool:
        return text.isascii() and text.isdigit() and len(text) < 10

    def read(self, text: str) -> Any:
        found = None
        if self._is_key(text) and self.meta.find is not None:
            found = self.meta.find(self.model, int(text))
        if found is None:
            raise ValueError(_("Choose one from the list."))
        return found

    def write(self, value: Any) -> str:
        return str(value.id)

    @property
    def shown(self) -> str:
        """The name of what is chosen."""
        return "" if self.data is None else str(self.data)


class Several(Lookup):
    """Other records, any number of them, each chosen by the remote select."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        self.raw = None
        self.data = [self.read(text) for text in dict.fromkeys(text.strip() for text in valuelist) if text]


class TooLong(Length):
    """At most so many characters, said in the user's language."""

    def __init__(self, most: int) -> None:
        super().__init__(max=most)
        self.most = most

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data is not None and len(field.data) > self.most:
            raise ValidationError(_("At most %(max)d characters.", max=self.most))


def field_for(model: type[Any], name: str, *, lookup_url: str = "", choices: Iterable[tuple[str, Any]] | None = None, strict: bool = True,
              must: bool = False) -> Any:
    """The form field of a column or reference, to be filled in where the column says so (unless not `strict`) or the form asks for it
    (`must`); KeyError where the model has none of that name."""
    info = field_info(model, name)
    mapper = sa_inspect(model)
    validators: list[Any] = [Required() if must or (info.get("required") and strict) else Optional(strip_whitespace=False)]
    common: dict[str, Any] = {"label": info["label"], "description": info.get("hint") or ""}
    if name in mapper.relationships:
        kind = Several if mapper.relationships[name].uselist else Lookup
        return kind(**common, validators=validators, model=mapper.relationships[name].mapper.class_, url=lookup_url)
    type_ = mapper.columns[name].type
    if isinstance(type_, Boolean):
        return BooleanField(**common)
    if isinstance(type_, EnumCode):
        return Choice(**common, validators=validators, choices=type_.enum.choices(), enum=type_.enum)
    if choices is not None:
        return (Ticked if info.get("several") else Choice)(**common, validators=validators, choices=choices)
    return _plain(type_, common, validators)


def _plain(type_: Any, common: dict[str, Any], validators: list[Any]) -> Any:
    if isinstance(type_, Text):
        return LongText(**common, validators=[*validators, TooLong(LONGEST_TEXT)])
    if isinstance(type_, String):
        return CleanText(**common, validators=[*validators, TooLong(type_.length or 200)])
    if isinstance(type_, UTCDateTime):
        return Moment(**common, validators=validators)
    if isinstance(type_, Date):
        return Day(**common, validators=validators)
    if isinstance(type_, Time):
        return TimeOfDay(**common, validators=validators)
    if isinstance(type_, FixedDecimal):
        return DecimalNumber(**common, validators=validators, places=type_.places, precision=type_.precision)
    if isinstance(type_, Integer):
        return WholeNumber(**common, validators=validators)
    raise TypeError(f"no field for {type_!r}")


def model_form(model: type[Any], names: Iterable[str], *, lookup_base: str, dict_choices: Callable[[str], list[tuple[str, str]]],
               strict: bool = True) -> type[AppForm]:
    """A form class of these fields of a model, with the hidden marks against stale and repeated sending.

    Without `strict` a form may have gaps: the step that completes the record asks for what is missing.
    """
    fields: dict[str, Any] = {}
    for name in names:
        dict_type = field_info(model, name).get("dict_type")
        choices = dict_choices(dict_type) if dict_type else None
        fields[name] = field_for(model, name, lookup_url=f"{lookup_base}{name}", choices=choices if choices else None, strict=strict)
    fields["lock_version"] = HiddenField()
    fields["form_key"] = HiddenField()
    fields["seen"] = HiddenField()
    return type(f"{model.__name__}Form", (AppForm,), fields)


HIDDEN = ("csrf_token", "lock_version", "form_key", "seen")
