"""What all forms share: errors in the user's language, collected for the summary."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, Length

from extensions import gettext as _


class _Words:
    """The validators' own sentences in the user's language."""

    def gettext(self, text: str) -> str:
        return str(_(text))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return str(_(singular if number == 1 else plural))


Find = Callable[[type[Any], int], Any]


class Finding:
    """A form that is told who may be referred to: `find` brings a record by its kind and key, or None. The form itself is the same for
    all users; one that is made once says by its `kind` which it is."""

    def __init__(self, *args: Any, find: Find | None = None, kind: Hashable = None, meta: dict[str, Any] | None = None, **kw: Any) -> None:
        super().__init__(*args, meta={**(meta or {}), "find": find, "kind": kind}, **kw)  # type: ignore[call-arg]


class AppForm(Finding, FlaskForm):
    """Forgery token, errors, and their list for the head of the page."""

    class Meta(FlaskForm.Meta):
        """Our words instead of the library's English."""

        find: Find | None = None
        kind: Hashable = None

        def get_translations(self, form: Any) -> Any:
            return _Words()

    def error_list(self) -> list[tuple[str, str, str]]:
        """(field id, label, sentence) of each error, in the order of the form."""
        return [(field.id, str(field.label.text), str(text)) for field in self for text in _flat(field.errors)]


def _flat(errors: Any) -> list[Any]:
    if isinstance(errors, dict):
        return [text for part in errors.values() for text in _flat(part)]
    return [text for item in errors for text in (_flat(item) if isinstance(item, list | dict | tuple) else [item])]


def needed() -> DataRequired:
    """A field that must be filled, with our sentence."""
    return DataRequired(message=_lazy("Please fill in."))


def at_most(length: int) -> Length:
    """A text of at most so many characters."""
    return Length(max=length, message=_lazy("At most %(max)d characters."))


def _lazy(text: str) -> Any:
    from extensions import _l

    return _l(text) if "%" not in text else _Keep(text)


class _Keep(str):
    """A sentence the validator fills with its figure; translated when the error is made."""

    __slots__ = ()

    def __mod__(self, values: Any) -> str:
        return str(str(_(str(self))) % values)


# Words for the extraction of messages.
def _words() -> tuple[Any, ...]:
    return _("Please fill in."), _("At most %(max)d characters.")
