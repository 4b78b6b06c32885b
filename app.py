"""The wiring of the application, in order; nothing else."""

from __future__ import annotations

import gc
import os
import secrets
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_appbuilder import AppBuilder
from flask_babel import get_babel
from werkzeug.middleware.proxy_fix import ProxyFix

import config
import models.records  # noqa: F401  the layouts of the papers
import seed.commands
import seed.reference
import services.rules  # noqa: F401  declares the rules that nobody calls
from cli import register_commands
from extensions import Templates, Words, csrf, db, migrations, speak
from services import connections, deploy_check, release, unit_of_work
from views import backoffice, drawn, errors, guard, register_views
from views.record_names import OneAddress
from views.security import OurSecurityManager
from views.shell import add_shell

READING = ("GET", "HEAD", "OPTIONS")


class Application(Flask):
    """Flask, with one unit of work around each request; it is finished while errors can still be answered."""

    jinja_environment = Templates

    def full_dispatch_request(self) -> Any:
        reading = request.method in READING
        unit_of_work.open_unit(write=not reading, request_id=guard.request_id(), ip=request.remote_addr)
        try:
            return super().full_dispatch_request()
        finally:
            unit_of_work.close_unit()

    def dispatch_request(self) -> ResponseReturnValue:
        dispatch = super().dispatch_request

        def once() -> ResponseReturnValue:
            answer = self.make_response(dispatch())
            unit_of_work.finish()
            return answer

        if request.routing_exception is not None or request.endpoint is None or request.endpoint.endswith("static"):
            return dispatch()
        return unit_of_work.retrying(once)


class Builder(AppBuilder):
    """The framework's wiring without its page of going back, which keeps a trail of addresses in the cookie (FAB 5.3)."""

    def _add_admin_views(self) -> None:
        self._indexview = self.add_view_no_menu(self.indexview)
        self.bm.register_views()
        self.sm.register_views()


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """One application. `overrides` replaces settings of `config.settings()`, for tests and tools."""
    app = Application(__name__)
    settings = config.settings() | (overrides or {})
    production = settings["APP_ENV"] == "production"
    app.config.update(config.flask_settings(production))
    app.config.update(settings)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings["DATABASE_URL"]
    kept = settings["SECRET_KEY"] or release.secret_key(Path(settings["DATA_DIR"]))
    app.config["SECRET_KEY"] = kept or secrets.token_hex(48)  # before the first `flask upgrade` there is none to keep
    app.config["SECRET_KEY_IS_PASSING"] = kept is None
    former = [*release.former_keys(Path(settings["DATA_DIR"])), *settings["SECRET_KEY_FALLBACKS"]]
    app.config["SECRET_KEY_FALLBACKS"] = former
    # Sessions know the former keys by themselves; forms and their tokens are told (itsdangerous: the present one last).
    app.config["SIGNING_KEYS"] = app.config["WTF_CSRF_SECRET_KEY"] = [*former, app.config["SECRET_KEY"]]
    app.config["REFERENCE"] = seed.reference.load
    if settings["PROXY_HOPS"]:
        hops = settings["PROXY_HOPS"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    app.wsgi_app = OneAddress(app.wsgi_app)  # type: ignore[method-assign]

    Path(settings["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    csrf.init_app(app)  # before AppBuilder: it refuses GET deletes only where this extension is present (5.3)
    if os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        migrations(app)  # `flask db …`
    with app.app_context():
        connections.prepare_engine(db.engine)
        guard.protect(app)
        add_shell(app)
        drawn.add_drawn(app)
        appbuilder = Builder(app, db.session, security_manager_class=OurSecurityManager,
                             indexview=register_views.home(), base_template="layout/base.html")
        get_babel(app).instance.domain_instance = Words(domain=get_babel(app).default_domain)
        speak(app.jinja_env)
        register_views.register(app, appbuilder)
        backoffice.register(app)
        errors.register(app)
    register_commands(app)
    seed.commands.register(app)
    if production and os.environ.get("FLASK_RUN_FROM_CLI") != "true":  # a command may be what puts it right
        deploy_check.refuse_unsafe(app)
    # A page makes tens of thousands of objects that go by themselves; looking for circles after each 700 takes a tenth of its time.
    gc.set_threshold(20_000, 20, 20)
    return app
