"""The side navigation: eight areas of the business; an item is shown to those who may read its records."""

from __future__ import annotations

from dataclasses import dataclass

from extensions import _l


@dataclass(frozen=True)
class Item:
    """One entry; `noun` and `act` say whose it is, `counter` which figure of services/counters.py stands beside it."""

    label: object
    href: str
    noun: str | None = None
    act: str = "read"
    counter: str | None = None


@dataclass(frozen=True)
class Area:
    """A part of the business with its entries; one without any is not shown."""

    key: str
    label: object
    icon: str
    items: tuple[Item, ...]


MENU = (
    Area("work", _l("Work page"), "home", (Item(_l("Work page"), "/", counter="mine"),)),
    Area("service", _l("Service"), "headset", (
        Item(_l("Take a call"), "/service-requests/add", "service_request", "create"),
        Item(_l("Service requests"), "/service-requests/list/", "service_request", counter="requests"),
        Item(_l("Contact log"), "/contact-logs/list/", "contact_log"),
        Item(_l("Work orders"), "/work-orders/list/", "work_order", counter="orders"),
        Item(_l("Trips"), "/records/trip_application/", "trip"),
        Item(_l("Quotations"), "/records/quotation_offer/", "quotation"),
        Item(_l("Quotations with costing"), "/records/quotation/", "quotation_costing"),
        Item(_l("Customers' goods"), "/records/repair_item/", "repair_item"),
        Item(_l("Dispatch board"), "/dispatch/", "work_order", "create"),
        Item(_l("Clocks"), "/clocks/", "work_order"),
    )),
    Area("customers", _l("Customers and equipment"), "building", (
        Item(_l("Customers"), "/customers/list/", "customer"),
        Item(_l("Contacts"), "/customer-contacts/list/", "customer"),
        Item(_l("Equipment"), "/equipment/list/", "equipment"),
        Item(_l("Product models"), "/product-models/list/", "equipment"),
        Item(_l("Contracts"), "/records/service_contract/", "contract"),
    )),
    Area("stock", _l("Parts and returns"), "package", (
        Item(_l("Stock"), "/stock/list/", "stock"),
        Item(_l("Stock documents"), "/stock-docs/list/", "stock_doc"),
        Item(_l("Stock ledger"), "/stock-moves/list/", "stock"),
        Item(_l("Sales returns"), "/returns/list/", "return_order"),
        Item(_l("Return-zone record"), "/registers/return_custody/", "return_order"),
        Item(_l("Parts owed"), "/returns/owed/", "defective_part"),
        Item(_l("Receive returns"), "/returns/receiving/desk", "stock_doc", "change"),
        Item(_l("Defective parts"), "/defective-parts/list/", "defective_part"),
        Item(_l("Sales shipments"), "/sales-shipments/list/", "sales_shipment"),
        Item(_l("Part list"), "/parts/list/", "part"),
        Item(_l("Part prices"), "/part-prices/list/", "part_price"),
    )),
    Area("records", _l("Records"), "file-text", (
        Item(_l("All records"), "/records/", "service_record"),
        Item(_l("Call-in register"), "/registers/call_register/", "service_request"),
        Item(_l("Contact register"), "/registers/contact_register/", "contact_log"),
        Item(_l("Daily reports"), "/records/daily_report/", "daily_report"),
        Item(_l("Repair slips"), "/records/repair_slip_3/", "service_record"),
        Item(_l("Slips and returns"), "/slips/", "paper_copy"),
        Item(_l("Scans"), "/slips/scans/", "paper_copy", "change"),
    )),
    Area("quality", _l("Quality and follow-up"), "phone-check", (
        Item(_l("Follow-up calls"), "/follow-ups/list/", "follow_up", counter="calls"),
        Item(_l("Complaints"), "/records/complaint/", "complaint"),
        Item(_l("Inspection plan"), "/registers/inspection_plan/", "inspection_plan"),
        Item(_l("Inspections due"), "/inspection-tasks/list/", "inspection_plan"),
        Item(_l("Quality information"), "/records/quality_case/", "quality_case"),
        Item(_l("Changes of signed papers"), "/paper-changes/list/", "paper_change"),
        Item(_l("Nonconformity reports"), "/records/nonconformity_report/", "nonconformity"),
    )),
    Area("reports", _l("Reports"), "chart-bar", ()),
    Area("settings", _l("Administration"), "settings", (
        Item(_l("Users and roles"), "/accounts/", "account"),
        Item(_l("Rights"), "/rights/", "account"),
        Item(_l("Back office"), "/admin/", "reference"),
        Item(_l("Staff"), "/staff/list/", "staff"),
        Item(_l("Departments"), "/departments/list/", "department"),
        Item(_l("Regions"), "/regions/list/", "region"),
        Item(_l("Fee rates"), "/fee-rates/list/", "fee_rate"),
        Item(_l("Suppliers"), "/suppliers/list/", "supplier"),
        Item(_l("Warehouses"), "/warehouses/list/", "stock"),
    )),
)

# The bar at the foot of a phone: work page first, the call in the middle; the last one opens the navigation.
PHONE = (
    (_l("Work page"), "home", Item(_l("Work page"), "/")),
    (_l("Work orders"), "list-check", Item(_l("Work orders"), "/work-orders/list/", "work_order")),
    (_l("Take a call"), "phone-call", Item(_l("Take a call"), "/service-requests/add", "service_request", "create")),
    (_l("Records"), "file-text", Item(_l("Records"), "/records/", "service_record")),
)
