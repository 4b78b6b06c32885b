"""Objects without the state of an application: database, forgery protection, migrations, and the words of the interface."""

from __future__ import annotations

import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request, session
from flask.globals import _cv_app
from flask.templating import Environment
from flask_appbuilder import Model
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.security.sqla import models as security_models  # noqa: F401  registers ab_user and its family in the metadata
from flask_babel import Domain, force_locale, get_locale, get_translations
from flask_babel.speaklater import LazyString
from flask_sqlalchemy.session import Session
from flask_wtf import CSRFProtect
from jinja2 import Template
from markupsafe import Markup
from sqlalchemy.sql.selectable import SelectLabelStyle


def by_program() -> bool:
    """Whether a request says who it is by a header: it is then judged by its key alone, a cookie beside it counts for nothing."""
    return request.path.startswith("/api/") and "Authorization" in request.headers


if TYPE_CHECKING:
    from collections.abc import Callable

    from huey import Huey
    from sqlalchemy import Engine


class Words(Domain):
    """The catalogue of a request, looked up once: a page asks for some two hundred words (Flask-Babel 4 asks for the locale each time)."""

    def get_translations(self) -> Any:
        """The translations of the locale in force."""
        if not g:
            return super().get_translations()
        found = _words_at_hand()
        if found is None:
            found = super().get_translations()
            g._words = (get_locale(), found)
        return found


def _words_at_hand() -> Any:
    """The catalogue this request has looked up already; None before that, and when `force_locale` has put another locale there."""
    context = _cv_app.get(None)  # `g` without its proxy, which asks three times as long
    here = vars(context.g) if context is not None else {}
    kept = here.get("_words")
    return kept[1] if kept is not None and kept[0] is getattr(here["_flask_babel"], "babel_locale", None) else None


def words() -> Any:
    """The catalogue in force; of two hundred words of a page all but the first find it in one step."""
    found = _words_at_hand()
    return get_translations() if found is None else found


def gettext(text: str, /, **variables: Any) -> str:
    """A text in the language of the user, by the short way."""
    found = str(words().ugettext(text))
    return found % variables if variables else found


def _said_in(context: str, text: str, /, **variables: Any) -> str:
    found = str(words().upgettext(context, text))
    return found % variables if variables else found


def _l(text: str, /, **variables: Any) -> LazyString:
    """A text that is translated when it is shown."""
    return LazyString(gettext, text, **variables)


def _lp(context: str, text: str, /, **variables: Any) -> LazyString:
    """The same, where one English word has several translations."""
    return LazyString(_said_in, context, text, **variables)


def _written(text: str, /, **variables: Any) -> Markup:
    found = Markup(words().ugettext(text))  # noqa: S704  our own catalogue; what is filled in is escaped
    return found % variables if variables or "%" in found else found


class Page(Template):
    """A template; what it imports is the same for all, so that none has to be compared with what the page at hand knows (Jinja 3.1)."""

    def _get_default_module(self, _ctx: Any = None) -> Any:
        return super()._get_default_module()


class Templates(Environment):
    """The templates: what they read of a page is dictionaries, so that these are asked for their entries first and not for an attribute
    that is not there, two thousand times a page (Jinja 3.1).
    """

    template_class = Page

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An entry or an attribute."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)


def speak(templates: Environment) -> None:
    """Give templates, which are all HTML, the words by the short way."""
    templates.globals["_"] = _written


class Csrf(CSRFProtect):
    """Forgery protection on every address: what a signed-in browser sends carries the token of its session.

    The token of a session is signed anew every few minutes instead of for each page; it is good for an hour.
    """

    AGAIN, MOST = 300.0, 1000  # seconds; sessions

    def __init__(self) -> None:
        super().__init__()
        self.signed: dict[str, tuple[float, str]] = {}

    def init_app(self, app: Flask) -> None:
        """Beside the question for the token, the memory of those that were signed."""
        super().init_app(app)
        app.before_request(self._at_hand)
        app.after_request(self._remember)

    def _at_hand(self) -> None:
        if not request.cookies or request.endpoint is None or request.endpoint.endswith("static"):
            return
        until, token = self.signed.get(session.get("csrf_token", ""), (0.0, ""))
        if until > time.monotonic():
            g.csrf_token = token

    def _remember(self, response: Response) -> Response:
        token = g.get("csrf_token")
        known = session.get("csrf_token", "") if token else ""
        if known and self.signed.get(known, (0.0, ""))[1] != token:
            if len(self.signed) >= self.MOST:
                self.signed.clear()
            self.signed[known] = time.monotonic() + self.AGAIN, token
        return response

    def protect(self, *args: Any, **kw: Any) -> None:
        """Ask for the token, but not where no cookie decides: a program has its key, a stranger to the API is told 401."""
        stranger = request.path.startswith("/api/") and "_user_id" not in session
        if not by_program() and not stranger:
            super().protect(*args, **kw)


def migrations(app: Flask) -> None:
    """Make an application ready to migrate, once: with Alembic and Mako that takes 9 MB, which a web worker keeps free."""
    from flask_migrate import Migrate

    if "migrate" not in app.extensions:
        Migrate(app, db, directory=str(Path(app.root_path) / "migrations"), render_as_batch=False, compare_type=True)


def huey(data_dir: Path, redis_url: str | None) -> Huey:
    """The engine and the timetable of the worker: a file beside the data, or Redis where several machines share the work."""
    from huey import RedisHuey, SqliteHuey  # the worker's alone: a web worker saves its memory

    return RedisHuey("service", url=redis_url) if redis_url else SqliteHuey("service", filename=str(data_dir / "huey.sqlite"))


# A statement made once is found again by its parts, among them this code, whose hash is that of its name, in Python (SQLAlchemy 2.1).
SelectLabelStyle.__hash__ = object.__hash__  # type: ignore[method-assign]


class OneDatabase(Session):
    """The session of an installation, which has one database: the library looks for it anew for each statement (Flask-SQLAlchemy 3.1).

    `asks` is shown each statement before it is sent. A listener of `do_orm_execute` would do the same and have the library prepare each
    question twice (SQLAlchemy 2.1).
    """

    asks: Callable[[Any], None]

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **kw: Any) -> Any:
        """The engine."""
        if clause is not None:
            self.asks(clause)
        return self.engine if bind is None else bind

    @cached_property
    def engine(self) -> Engine:
        """The engine of the application at hand, for which the session was made."""
        return self._db.engine


# With the default declarative base Flask-Migrate would see none of the tables (Flask-AppBuilder 5.3).
db = SQLA(model_class=Model, session_options={"class_": OneDatabase})
csrf = Csrf()

__all__ = ["Model", "Templates", "_l", "_lp", "by_program", "csrf", "db", "force_locale", "gettext", "huey", "migrations", "speak"]
