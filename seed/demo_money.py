"""The prices of the demonstration: costs and approvals of the price list, and quotations in every stage."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from extensions import db
from models.enums import RequestStatus
from models.equipment import PartPrice
from models.money_enums import AcceptChannel, CostCategory, PaidReason
from models.service_request import ServiceRequest
from seed.telling import Story, Teller
from services import clock, price_list, quotations, saving

# traffic, people, days, material and its price, how far it came
QUOTATIONS = (("120", 1, 1, "继电器 24 V 双开双闭 2 只", "36", "accepted"), ("860", 2, 3, "主控板 第三版", "4266", "waived"),
              ("64", 1, 1, "密封圈 氟橡胶 118", "36", "approved"), ("420", 1, 2, "步进电机 57 型", "380", "costed"),
              ("0", 1, 1, "限位开关 常开", "22", "drafted"), ("210", 2, 1, "触摸屏 7 寸", None, "drafted"))


class Prices(Teller):
    """Who sets prices, who approves them, what customers are quoted."""

    def stories(self) -> list[Story]:
        """The price list first, then the quotations."""
        return [self._list(), *(self._quote(place, *told[:5], far=told[5]) for place, told in enumerate(QUOTATIONS))]

    def _list(self) -> Story:
        yield self.now - timedelta(days=8)
        rows = list(db.session.scalars(select(PartPrice).order_by(PartPrice.id)))
        for place, price in enumerate(rows):
            cost = (Decimal(price.sale_price or 0) * Decimal("0.62")).quantize(Decimal("0.01"))
            saving.change(price, {"cost_price": cost, "list_price": price.sale_price}, by=self.by("buyer"))
            if place % 6 != 5:
                price_list.take_step(price, "approve", by=self.by("service_manager"), now=clock.now())

    def _quote(self, place: int, traffic: str, *people_and_part: Any, far: str) -> Story:
        yield self.now - timedelta(days=7 - place, hours=3)
        request = db.session.scalars(select(ServiceRequest).where(
            ServiceRequest.status.in_((RequestStatus.TRIAGED, RequestStatus.IN_PROGRESS, RequestStatus.VERIFIED)),
            ServiceRequest.id.not_in(self.told_of), ServiceRequest.contact_name.is_not(None)).order_by(ServiceRequest.id.desc())).first()
        if request is None:
            return
        self.told_of.add(request.id)
        people, days, part, price = people_and_part
        quote = self.begin("quotation_offer", request, "service_clerk")
        rows: list[dict[str, Any]] = [
            {"category": CostCategory.TRAFFIC, "unit_price": Decimal(traffic), "provided_by_customer": traffic == "0"}]
        rows += [{"category": one, "persons": Decimal(people), "days": Decimal(days)}
                 for one in (CostCategory.LODGING, CostCategory.MEALS, CostCategory.LABOUR)]
        rows.append({"category": CostCategory.MATERIAL, "note": part, "qty": Decimal(1), "unit_price": Decimal(price) if price else None})
        self.fill(quote, "quotation_offer", "service_clerk", {"lines": rows}, paid_reason=PaidReason.EXPIRED)
        if far == "drafted":
            return
        self.fill(quote, "quotation", "finance", finance_cost=quote.cost, finance_note="成本核算无误，按标准加成报价。")
        if far == "costed":
            return
        waived = far == "waived"
        if waived:
            self.fill(quote, "quotation", "service_manager", waiver_requested=True, waiver_reason="重点客户，本年度续签维保合同。")
        self.sign(quote, "quotation", "approver", "service_manager" if quote.approval_level == "manager" else "vice_president")
        if waived:
            self.sign(quote, "quotation", "waiver", "general_manager")
        if far == "accepted":
            quotations.take_step(quote, "send", by=self.by("service_clerk"), now=clock.now())
            self.fill(quote, "quotation_offer", "service_clerk", agreed_price=quote.price)
            quotations.take_step(quote, "accept", by=self.by("service_clerk"), now=clock.now(), accepted_at=clock.now(),
                                 accepted_by=request.contact_name or "客户代表", accept_channel=AcceptChannel.PHONE)
            self.sign(quote, "quotation", "recorder", "service_manager")
