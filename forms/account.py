"""Forms of the log-in and of passwords."""

from __future__ import annotations

from wtforms import PasswordField, SelectMultipleField, StringField
from wtforms.validators import EqualTo, ValidationError

from extensions import _l
from extensions import gettext as _
from forms.base import AppForm, at_most, needed
from forms.model_forms import CleanText, Required, TooLong


class Roles(SelectMultipleField):
    """One or more roles, refused in the user's language."""

    def pre_validate(self, _form: object) -> None:
        """At least one, and only from the list."""
        known = {str(choice[0]) for choice in self.choices or ()}
        if not self.data or not set(self.data) <= known:
            raise ValidationError(_("Choose at least one role from the list."))


class AccountForm(AppForm):
    """An account: user name, printed name, address and roles."""

    username = StringField(_l("User name"), [needed(), at_most(64)])
    name = StringField(_l("Full name"), [needed(), at_most(40)])
    email = StringField(_l("E-mail"), [at_most(120)])
    roles = Roles(_l("Roles"))


class LoginForm(AppForm):
    """User name and password."""

    username = StringField(_l("User name"), [needed(), at_most(64)], render_kw={"autocomplete": "username", "autofocus": True})
    password = PasswordField(_l("Password"), [needed(), at_most(128)], render_kw={"autocomplete": "current-password"})


class NewPasswordForm(AppForm):
    """A new password, twice."""

    password = PasswordField(_l("New password"), [needed(), at_most(128)], render_kw={"autocomplete": "new-password"})
    again = PasswordField(_l("New password, again"),
                          [needed(), EqualTo("password", message=_l("The two passwords differ."))],
                          render_kw={"autocomplete": "new-password"})


class PasswordForm(NewPasswordForm):
    """The change of one's own password."""

    current = PasswordField(_l("Current password"), [needed(), at_most(128)], render_kw={"autocomplete": "current-password"})


class KeyForm(AppForm):
    """A key for a program: what it is for."""

    label = CleanText(_l("Purpose"), [Required(), TooLong(60)])
