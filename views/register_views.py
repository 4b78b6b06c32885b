"""Every view of the product, in one list."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder

from views import (
    access_pages,
    accounts,
    api,
    attachments,
    board,
    clocks,
    contact_logs,
    customers,
    equipment,
    errands,
    follow_ups,
    inspection_tasks,
    organisation,
    paper_changes,
    paper_scans,
    paper_steps,
    parts,
    records,
    registers,
    returns,
    search,
    service_requests,
    slips,
    stock,
    work_orders,
)
from views.home import HomeView


def home() -> Any:
    """The view behind `/`."""
    return HomeView


def register(_app: Flask, appbuilder: AppBuilder) -> None:
    """Hang all pages onto the application; each class is made anew, because the framework writes into it (FAB 5.3)."""
    for module in (service_requests, work_orders, follow_ups, contact_logs, inspection_tasks, customers, equipment, parts, stock, returns,
                   organisation, records, paper_changes,
                   paper_scans, paper_steps, registers, search, accounts, access_pages, attachments, board, clocks, slips, errands):
        for view in module.views():
            appbuilder.add_view_no_menu(view)
    api.register(appbuilder)
