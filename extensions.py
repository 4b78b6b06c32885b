"""Objects without the state of an application: database, forgery protection, migrations, and the words of the interface."""

from flask_appbuilder import Model
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.security.sqla import models as security_models  # noqa: F401  registers ab_user and its family in the metadata
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

# With the default declarative base Flask-Migrate would see none of the tables (Flask-AppBuilder 5.3).
db = SQLA(model_class=Model)
csrf = CSRFProtect()
migrate = Migrate()

__all__ = ["Model", "_l", "_lp", "csrf", "db", "force_locale", "migrate"]
