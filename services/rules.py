"""The modules that declare rules and are called by nobody: imported once, by the wiring of the application."""

from __future__ import annotations

from services import (
    acceptances,
    clock_hooks,
    complaints,
    contact_logs,
    contracts,
    daily_reports,
    inspection_plan,
    inspection_records,
    inspections,
    master_data,
    order_papers,
    part_use,
    parts_shipments,
    price_list,
    quality_cases,
    quotations,
    repairs,
    service_plans,
    surveys,
    trips,
)

DECLARED = (acceptances, clock_hooks, complaints, contact_logs, contracts, daily_reports, inspection_plan, inspection_records, inspections,
            master_data, order_papers, part_use, parts_shipments, price_list, quality_cases, quotations, repairs, service_plans, surveys,
            trips)
