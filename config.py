"""Settings from the environment. No secret stands here; keys are files of the installation that `flask upgrade` makes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent


def settings(env: dict[str, str] | None = None) -> dict[str, Any]:
    """The configuration of one application; `env` replaces the process environment in tests."""
    env = dict(os.environ) if env is None else env
    production = env.get("APP_ENV", "local") == "production"
    data_dir = Path(env.get("DATA_DIR", str(ROOT / "data"))).resolve()
    return {
        "APP_ENV": "production" if production else "local",
        "DATA_DIR": data_dir,
        "DATABASE_URL": env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'service.sqlite'}",
        "DATABASE_OWNER_URL": env.get("DATABASE_OWNER_URL") or None,
        "SECRET_KEY": env.get("SECRET_KEY") or None,
        "SECRET_KEY_FALLBACKS": [key.strip() for key in env.get("SECRET_KEY_FALLBACKS", "").split(",") if key.strip()],
        "AUDIT_KEY": env.get("AUDIT_KEY") or None,
        "BACKUP_DIR": env.get("BACKUP_DIR") or None,
        "BACKUP_PASSPHRASE_FILE": env.get("BACKUP_PASSPHRASE_FILE") or None,
        "UPGRADE_WITHOUT_BACKUP": env.get("UPGRADE_WITHOUT_BACKUP", "") in ("1", "true", "yes"),
        "SEED": env.get("SEED") or ("reference" if production else "demo"),
        "DEMO_PASSWORD": env.get("DEMO_PASSWORD") or None,
        "TRUSTED_HOSTS": [host.strip() for host in env.get("TRUSTED_HOSTS", "").split(",") if host.strip()] or None,
        "PROXY_HOPS": int(env.get("PROXY_HOPS", "0")),
        "WEB_WORKERS": int(env.get("WEB_WORKERS", "2")),
        "MAIL_FROM": env.get("MAIL_FROM", "after-sales@localhost"),
        **_mail(env),
        "WEBHOOK_URL": _web_address(env.get("WEBHOOK_URL") or ""),
        "REDIS_URL": env.get("REDIS_URL") or None,
        "PDF_ENGINE": env.get("PDF_ENGINE", "pdfkit"),
        "PDF_FALLBACK": env.get("PDF_FALLBACK", "weasyprint"),
        "PDF_WKHTMLTOPDF": env.get("PDF_WKHTMLTOPDF") or None,
        "PDF_TIMEOUT": float(env.get("PDF_TIMEOUT", "20")),
        "PDF_SLOTS": int(env.get("PDF_SLOTS", "2")),
    }


def _mail(env: dict[str, str]) -> dict[str, str | None]:
    """The mail server, from `SMTP_URL` (`smtp://user:password@host:port`) or from its parts."""
    url = urlsplit(env.get("SMTP_URL") or "")
    if url.hostname:
        return {"MAIL_SERVER": f"{url.hostname}:{url.port or 25}", "MAIL_USER": unquote(url.username) if url.username else None,
                "MAIL_PASSWORD": unquote(url.password) if url.password else None}
    return {name: env.get(name) or None for name in ("MAIL_SERVER", "MAIL_USER", "MAIL_PASSWORD")}


def _web_address(text: str) -> str | None:
    """An address of the web; ValueError for anything else, so that no file is ever opened by it."""
    if text and urlsplit(text).scheme not in ("http", "https"):
        raise ValueError("WEBHOOK_URL begins with https:// or http://")
    return text or None


def flask_settings(production: bool) -> dict[str, Any]:
    """What Flask and its extensions are told; the same for every installation."""
    return {
        "APP_NAME": "售后服务管理系统",
        "MAX_CONTENT_LENGTH": 25 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 2_000,
        "SESSION_COOKIE_NAME": "__Host-session" if production else "session",
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_CHECK_DEFAULT": True,
        "AUTH_TYPE": 1,
        "AUTH_USER_REGISTRATION": False,
        "AUTH_ROLE_ADMIN": "Admin",
        "AUTH_ROLE_PUBLIC": "Public",
        # Without these two the first worker makes tables behind the migrations' back and each start costs seconds (FAB 5.3).
        "FAB_CREATE_DB": False,
        "FAB_UPDATE_PERMS": False,
        "FAB_ADD_SECURITY_API": False,
        "FAB_ADD_SECURITY_VIEWS": False,
        "FAB_ADD_OPENAPI_VIEWS": False,
        "FAB_API_SWAGGER_UI": False,
        "FAB_ADD_MENU_API": False,
        "FAB_API_MAX_PAGE_SIZE": 100,
        "FAB_SAFE_REDIRECT_HOSTS": [],
        "RATELIMIT_ENABLED": False,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "BABEL_DEFAULT_FOLDER": "translations",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "LANGUAGES": {
            "zh_Hans_CN": {"flag": "cn", "name": "简体中文"},
            "en": {"flag": "gb", "name": "English"},
        },
    }
