"""The modules that declare rules and are called by nobody: imported once, by the wiring of the application."""

from __future__ import annotations

from services import (
    clock_hooks,
    complaints,
    contracts,
    daily_reports,
    inspection_plan,
    inspection_records,
    inspections,
    master_data,
    part_use,
    parts_shipments,
    surveys,
)

DECLARED = (clock_hooks, complaints, contracts, daily_reports, inspection_plan, inspection_records, inspections, master_data, part_use,
            parts_shipments, surveys)
