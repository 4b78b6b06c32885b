"""The modules that declare rules and are called by nobody: imported once, by the wiring of the application."""

from __future__ import annotations

from services import clock_hooks, inspections, master_data, part_use, parts_shipments, price_list, quality_cases, quotations, repairs

DECLARED = (clock_hooks, inspections, master_data, part_use, parts_shipments, price_list, quality_cases, quotations, repairs)
