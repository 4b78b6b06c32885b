"""Forms of the custody of slips: who carries a copy, why one is missing, numbers of blank slips."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from wtforms import BooleanField

from extensions import _l
from forms.base import AppForm
from forms.model_forms import CleanText, Required, TooLong, WholeNumber
from forms.steps import Pick

People = Callable[[], Iterable[tuple[Any, str]]]


class MissingForm(AppForm):
    """Why a copy is missing."""

    reason = CleanText(_l("Why it is missing"), [Required(), TooLong(200)])
    lost = BooleanField(_l("Lost for good"))


class VoidSlipForm(AppForm):
    """Why a blank slip is spoiled."""

    reason = CleanText(_l("Reason"), [Required(), TooLong(200)])


class NumberForm(AppForm):
    """The number of a blank slip."""

    number = CleanText(_l("Number on the slip"), [Required(), TooLong(40)])


def hand_out_form(people: People) -> type[AppForm]:
    """Who takes a copy."""
    return type("HandOutForm", (AppForm,), {"holder": Pick(_l("Carried by"), [Required()], things=people)})


def blank_form(people: People) -> type[AppForm]:
    """How many blank slips somebody takes."""
    return type("BlankForm", (AppForm,), {"count": WholeNumber(_l("How many"), [Required()]),
                                          "holder": Pick(_l("Carried by"), [Required()], things=people)})
