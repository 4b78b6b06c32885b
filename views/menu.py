"""The side navigation: eight areas of the business; an item is shown to those who may read its records."""

from __future__ import annotations

from dataclasses import dataclass

from extensions import _l


@dataclass(frozen=True)
class Item:
    """One entry; `noun` and `act` say whose it is."""

    label: object
    href: str
    noun: str | None = None
    act: str = "read"


@dataclass(frozen=True)
class Area:
    """A part of the business with its entries."""

    key: str
    label: object
    icon: str
    items: tuple[Item, ...]


MENU = (
    Area("work", _l("My work"), "home", (Item(_l("Work page"), "/"),)),
    Area("service", _l("Service"), "phone", (
        Item(_l("Service requests"), "/service-requests/list/", "service_request"),
        Item(_l("Work orders"), "/work-orders/list/", "work_order"),
        Item(_l("Follow-up calls"), "/follow-ups/list/", "follow_up"),
    )),
    Area("records", _l("Records"), "file", (Item(_l("All records"), "/records/", "service_record"),
                                            Item(_l("Repair slips"), "/records/repair_slip_3/", "service_record"))),
    Area("customers", _l("Customers and equipment"), "building", (
        Item(_l("Customers"), "/customers/list/", "customer"),
        Item(_l("Equipment"), "/equipment/list/", "equipment"),
        Item(_l("Product models"), "/product-models/list/", "equipment"),
    )),
    Area("stock", _l("Parts"), "package", (
        Item(_l("Part list"), "/parts/list/", "part"),
        Item(_l("Part prices"), "/part-prices/list/", "part_price"),
    )),
    Area("settings", _l("Settings"), "settings", (
        Item(_l("Users and roles"), "/accounts/", "account"),
        Item(_l("Rights"), "/rights/", "account"),
        Item(_l("Back office"), "/admin/", "reference"),
        Item(_l("Staff"), "/staff/list/", "staff"),
        Item(_l("Departments"), "/departments/list/", "department"),
        Item(_l("Regions"), "/regions/list/", "region"),
        Item(_l("Suppliers"), "/suppliers/list/", "supplier"),
    )),
)
