"""Forms of the log-in and of passwords."""

from __future__ import annotations

from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo

from extensions import _l
from forms.base import AppForm, at_most, needed


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
