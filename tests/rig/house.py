"""One application for each kind of database, moved from installation to installation.

Building it, compiling its templates and its statements takes longer than most tests; what belongs to an installation (its database, its
folder) is exchanged, and an application that a test has rebuilt (routes, hooks) or set otherwise is not used again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, make_url

_built: dict[str, tuple[Any, dict[str, Any], Any]] = {}


def moved_to(database: dict[str, Any]) -> Any:
    """An application on this installation, as if it had just been made."""
    kind = make_url(database["DATABASE_URL"]).get_backend_name()
    if kind not in _built:
        _built[kind] = _build(database)
    application, settings, _shape = _built[kind]
    application.config.clear()
    application.config.update(settings)
    application.config.update(database, SQLALCHEMY_DATABASE_URI=database["DATABASE_URL"])
    _engine(application).url = make_url(database["DATABASE_URL"])
    return application


def left(application: Any) -> None:
    """End all that holds on to the installation."""
    from extensions import db

    with application.app_context():
        db.session.remove()
        db.engine.dispose()
    for kind, (ours, _settings, shape) in list(_built.items()):
        if ours is application and shape != _shape(application):
            del _built[kind]


def built_on(database: dict[str, Any]) -> Any:
    """An application made for this installation."""
    from app import create_app

    return create_app({**database, "SECRET_KEY": "k" * 20 + "0123456789" * 4, "PASSWORD_METHOD": "pbkdf2:sha256:1"})


def _build(database: dict[str, Any]) -> tuple[Any, dict[str, Any], Any]:
    application = built_on(database)
    engine = _engine(application)

    def connect(dialect: Any, _record: Any, _words: Any, _named: Any) -> Any:
        words, named = dialect.create_connect_args(engine.url)
        return dialect.connect(*words, **named)

    event.listen(engine, "do_connect", connect)
    return application, dict(application.config), _shape(application)


def _engine(application: Any) -> Any:
    from extensions import db

    with application.app_context():
        return db.engine


def _shape(application: Any) -> Any:
    """All that a test may have built on or taken off."""
    hooks = (application.before_request_funcs, application.after_request_funcs, application.teardown_request_funcs,
             application.template_context_processors)
    return (len(list(application.url_map.iter_rules())), tuple(application.view_functions.items()), application.wsgi_app,
            application.debug, application.testing, *(tuple((name, tuple(funcs)) for name, funcs in hook.items()) for hook in hooks))
