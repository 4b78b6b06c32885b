"""The part list, its prices, and the fee table."""

from __future__ import annotations

from typing import Any

from extensions import _l
from models.equipment import Part, PartPrice
from models.fee_rate import FeeRate
from models.stock import StockBalance, StockMovement
from services import price_list
from views.base import AppModelView, Related, Section
from views.steps import Stepping


def views() -> list[Any]:
    """The generated pages of parts."""

    class PartView(AppModelView):
        """Spare parts."""

        model = Part
        route_base = "/parts"
        heading, adding = _l("Part list"), _l("New part")
        empty_text = _l("No parts yet. Add the first one.")
        listed = ("part_no", "name", "spec", "unit", "category", "product_model", "is_key", "active")
        filtered = ("category", "product_model", "supplier", "is_wear_part", "is_key", "active")
        order = ("part_no",)
        sections = (Section("part", _l("Part"), ("part_no", "name", "spec", "unit", "category", "product_model", "supplier",
                                                 "is_wear_part", "is_key", "is_consumable", "active")),
                    Section("store", _l("Store"), ("track", "defect_return", "min_qty", "max_qty")))
        related = (Related("prices", _l("Prices"), PartPrice, "part_id",
                           ("sale_price", "list_price", "cost_price", "valid_from", "valid_to"), "/part-prices"),
                   Related("stock", _l("Stock"), StockBalance, "part_id", ("zone", "batch_no", "serial_no", "on_hand"), "/stock", add=False,
                           leads_to="/stock/list/?_flt_part={row.part_id}"),
                   Related("moves", _l("Stock ledger"), StockMovement, "part_id",
                           ("moved_at", "doc", "qty", "zone_from", "zone_to", "serial_no"), "/stock-moves", add=False,
                           leads_to="/stock-docs/show/{row.doc_id}"))

    class PartPriceView(Stepping, AppModelView):
        """Prices with the days they hold; another person approves them."""

        model = PartPrice
        machine = price_list.MACHINE
        badge = "status"
        route_base = "/part-prices"
        heading, adding = _l("Part prices"), _l("New price")
        empty_text = _l("No prices yet. Add the first one on the page of a part.")
        listed = ("part", "sale_price", "list_price", "cost_price", "valid_from", "valid_to", "status")
        filtered = ("part", "status")
        order = ("-valid_from",)
        sections = (Section("price", _l("Price"), ("part", "sale_price", "list_price", "cost_price", "valid_from", "valid_to")),)

        def step(self, record: Any, name: str, **data: Any) -> None:
            price_list.take_step(record, name, **data)

        def show_page(self, record: Any, user: Any, counts: dict[str, Any]) -> dict[str, Any]:
            page = super().show_page(record, user, counts)
            page["transitions"] = self.transitions(record, user)
            return page

    class FeeRateView(AppModelView):
        """The fee table, version by version."""

        model = FeeRate
        route_base = "/fee-rates"
        heading, adding = _l("Fee rates"), _l("New rate")
        empty_text = _l("No rates yet. Add the first one.")
        listed = ("category", "rate_kind", "rate_value", "note", "customer_may_provide", "may_lower", "version", "valid_from", "valid_to")
        filtered = ("category", "version")
        order = ("-valid_from",)
        about = "category"
        sections = (Section("rate", _l("Rate"), ("version", "category", "rate_kind", "rate_value", "note", "customer_may_provide",
                                                 "may_lower", "valid_from", "valid_to")),)

    return [PartView, PartPriceView, FeeRateView]
