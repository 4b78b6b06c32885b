"""Objects without the state of an application: database, forgery protection, migrations, and the words of the interface."""

from pathlib import Path
from typing import Any

from flask import g, request, session
from flask_appbuilder import Model
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.security.sqla import models as security_models  # noqa: F401  registers ab_user and its family in the metadata
from flask_babel import Domain, force_locale, get_locale
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from huey import Huey, RedisHuey, SqliteHuey


def by_program() -> bool:
    """Whether a request says who it is by a header: it is then judged by its key alone, a cookie beside it counts for nothing."""
    return request.path.startswith("/api/") and "Authorization" in request.headers


class Words(Domain):
    """The catalogue of a request, looked up once: a page asks for some two hundred words (Flask-Babel 4 asks for the locale each time)."""

    def get_translations(self) -> Any:
        """The translations of the locale in force."""
        if not g:
            return super().get_translations()
        locale = get_locale()
        kept = g.get("_words")
        if kept is None or kept[0] is not locale:
            kept = g._words = (locale, super().get_translations())
        return kept[1]


class Csrf(CSRFProtect):
    """Forgery protection on every address: what a signed-in browser sends carries the token of its session."""

    def protect(self, *args: Any, **kw: Any) -> None:
        """Ask for the token, but not where no cookie decides: a program has its key, a stranger to the API is told 401."""
        stranger = request.path.startswith("/api/") and "_user_id" not in session
        if not by_program() and not stranger:
            super().protect(*args, **kw)


def huey(data_dir: Path, redis_url: str | None) -> Huey:
    """The engine and the timetable of the worker: a file beside the data, or Redis where several machines share the work."""
    return RedisHuey("service", url=redis_url) if redis_url else SqliteHuey("service", filename=str(data_dir / "huey.sqlite"))


# With the default declarative base Flask-Migrate would see none of the tables (Flask-AppBuilder 5.3).
db = SQLA(model_class=Model)
csrf = Csrf()
migrate = Migrate()

__all__ = ["Model", "_l", "_lp", "by_program", "csrf", "db", "force_locale", "huey", "migrate"]
