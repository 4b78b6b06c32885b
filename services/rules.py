"""The modules that declare rules and are called by nobody: imported once, by the wiring of the application."""

from __future__ import annotations

from services import (
    acceptances,
    clock_hooks,
    contact_logs,
    inspections,
    master_data,
    order_papers,
    part_use,
    parts_shipments,
    service_plans,
    trips,
)

DECLARED = (acceptances, clock_hooks, contact_logs, inspections, master_data, order_papers, part_use, parts_shipments, service_plans, trips)
