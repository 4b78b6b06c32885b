"""The door for programs: `/api/v1/<noun>/` for every generated page and every record type."""

from __future__ import annotations

from typing import Any

from flask_appbuilder import AppBuilder

from views.api.base import AppModelApi, api_of
from views.api.openapi import OpenApiView
from views.api.papers import paper_apis
from views.base import AppModelView


def register(appbuilder: AppBuilder) -> None:
    """An adapter for each generated page that is registered, one for each paper, and the document that describes them."""
    pages = [view for view in appbuilder.baseviews if isinstance(view, AppModelView)]
    doors: list[Any] = [appbuilder.add_api(api) for api in [*map(api_of, pages), *paper_apis()]]
    appbuilder.add_view_no_menu(type("OpenApiView", (OpenApiView,), {"doors": doors}))


__all__ = ["AppModelApi", "register"]
