"""Quotations: reckoned from lines and the fee table of their day, costed, approved at the level of the price.

R-067; B-073 to B-080, B-085, B-089.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import select

from extensions import _l, db
from models.enums import InWarranty, PaperState
from models.money_enums import AcceptChannel, CostCategory, Decision, FeeCategory, Level, PaidReason, PriceScheme, QuotationStage
from models.organisation import Department
from models.quotation import FEN, Quotation, QuotationLine
from models.records.quotation_papers import OFFER, QUOTATION, TALKS
from models.records.site_survey import SiteSurvey
from models.service_request import ServiceRequest
from services import access, clock, known, money_words, paper_checks, parameters, price_list, record_rules, signing, sla, two_persons
from services.errors import DomainError, NotAllowed
from services.rights import NO_RIGHT
from services.workflow import Machine, Transition

SERVICE = "售后服务部"
TRAVEL = (CostCategory.TRAFFIC, CostCategory.LODGING, CostCategory.MEALS)
S = QuotationStage
DECIDED = (S.APPROVED, S.WAIVED, S.SENT, S.ACCEPTED)
ENDED = (S.ACCEPTED, S.REJECTED, S.EXPIRED)
ANSWER = ("accepted_by", "accepted_at", "accept_channel")  # written by the step or the signature that accepts
COMPUTED = {*ANSWER, "material", "labor", "travel", "tax", "cost", "mgmt_fee", "price", "price_words", "approval_level", "waiver_level",
            "concession", "stage"}


@record_rules.begins(Quotation)
def prepare(origin: Any, *, by: Any, now: dt.datetime, layout: str) -> Quotation:
    """A draft for one person and one day by the fee table, with the parts a survey asked for (B-074, B-077)."""
    day = clock.today(now)
    made = Quotation(quoted_on=day, valid_until=day + dt.timedelta(days=parameters.number("quote.valid_days")))
    known.pour(made, origin)
    request = paper_checks.request_of(origin)
    made.scheme = _scheme(request)
    if request is not None and request.in_warranty == InWarranty.NO:
        made.paid_reason = PaidReason.EXPIRED
    made.lines = [QuotationLine(category=CostCategory.TRAFFIC)]
    made.lines += [QuotationLine(category=one, persons=Decimal(1), days=Decimal(1)) for one in (*TRAVEL[1:], CostCategory.LABOUR)]
    made.lines += _surveyed(request, made)
    for place, line in enumerate(made.lines):
        line.position = place
    db.session.add(made)
    reckon(made, now=now)
    db.session.flush()
    return made


def _scheme(request: ServiceRequest | None) -> PriceScheme:
    """The scheme of the house; medical devices get their parts at cost (B-085)."""
    code = "at_cost" if request is not None and sla.profile_of(request) == "MED" else parameters.text("quote.scheme_default")
    return next(scheme for scheme in PriceScheme if scheme.value == code)


def _surveyed(request: ServiceRequest | None, made: Quotation) -> list[QuotationLine]:
    """The parts of the last survey, at the price of the day; a part without one waits for the buyer (B-077)."""
    survey = db.session.scalar(select(SiteSurvey).where(SiteSurvey.request_id == request.id, SiteSurvey.status != PaperState.VOID)
                               .order_by(SiteSurvey.id.desc()).limit(1)) if request is not None else None
    if survey is None or made.quoted_on is None:
        return []
    prices = price_list.prices_on(made.quoted_on)
    found = []
    for part in (line for line in survey.part_lines if line.part is not None):
        price = prices.get(part.part_id)
        at_cost = made.scheme == PriceScheme.AT_COST
        found.append(QuotationLine(category=CostCategory.MATERIAL, note=str(part.part)[:120], qty=part.qty,
                                   unit_price=(price.cost_price if at_cost else price.sale_price) if price is not None else None))
    return found


# --- reckoning


def reckon(quotation: Quotation, *, now: dt.datetime) -> None:
    """Rates of the day of the quotation, amounts, totals, price in words, levels and stage; all of it follows (B-074, B-075, B-078)."""
    _rates(quotation, now=now)
    sums = {category: sum((line.amount or Decimal(0) for line in quotation.lines if line.category == category), Decimal(0))
            for category in CostCategory}
    material, labor, travel = sums[CostCategory.MATERIAL], sums[CostCategory.LABOUR], sum((sums[one] for one in TRAVEL), Decimal(0))
    direct, tax_rate, mgmt_rate = material + labor + travel, quotation.tax_rate or Decimal(0), quotation.mgmt_rate or Decimal(0)
    tax = _share(direct, tax_rate)
    base = direct + tax
    if quotation.scheme == PriceScheme.AT_COST:
        base = labor + travel
    elif parameters.text("quote.mode") == "flat":
        base = direct
    fee = _share(base, mgmt_rate)
    quotation.material, quotation.labor, quotation.travel, quotation.tax = material, labor, travel, tax
    quotation.cost, quotation.mgmt_fee, quotation.price = direct + tax, fee, direct + tax + fee
    quotation.price_words = money_words.in_words(quotation.price)
    quotation.approval_level = approval_level(quotation.price)
    quotation.waiver_level = waiver_level(quotation.price, quotation.cost) if quotation.waiver_requested else None
    quotation.concession = _concession(quotation)
    quotation.stage = stage_of(quotation)
    if quotation.stage not in (*DECIDED, *ENDED):
        quotation.sent_at = quotation.sent_by_id = None  # what is approved anew is told anew (B-080)


def _share(amount: Decimal, percent: Decimal) -> Decimal:
    return (amount * percent / 100).quantize(FEN, rounding=ROUND_HALF_UP)


def _rates(quotation: Quotation, *, now: dt.datetime) -> None:
    """The fee table of the day of the quotation, kept with it; lines without a price take theirs from it (B-074, B-084)."""
    rates = price_list.rates_on(quotation.quoted_on or clock.today(now))
    tax, management = rates.get(FeeCategory.TAX), rates.get(FeeCategory.MANAGEMENT)
    quotation.tax_rate, quotation.mgmt_rate = tax and tax.rate_value, management and management.rate_value
    quotation.fee_version = "、".join(sorted({rate.version for rate in rates.values()}))[:20] or None
    by_code = {category.value: rate for category, rate in rates.items()}
    for line in quotation.lines:
        rate = by_code.get(line.category.value) if line.category is not None else None
        if line.unit_price is None and rate is not None and not line.provided_by_customer:
            line.unit_price = rate.rate_value


def approval_level(price: Decimal) -> Level:
    """Below the limit the after-sales manager decides, from it on the vice president (B-078)."""
    return Level.MANAGER if price < parameters.number("quote.manager_limit") else Level.VICE_PRESIDENT


def waiver_level(price: Decimal, cost: Decimal) -> Level:
    """Who may waive: by the larger of price and cost, or what the company goes by (B-079)."""
    base = {"price": price, "cost": cost, "max": max(price, cost)}[parameters.text("waiver.basis")]
    if base < parameters.number("waiver.manager_limit"):
        return Level.MANAGER
    return Level.VICE_PRESIDENT if base <= parameters.number("waiver.vp_limit") else Level.GENERAL_MANAGER


def _concession(quotation: Quotation) -> Decimal | None:
    """How far the agreed price lies below what was approved, when that needs a new approval (B-080)."""
    if quotation.agreed_price is None or quotation.price is None:
        return None
    floor = quotation.price - _share(quotation.price, Decimal(parameters.number("quote.discount_without_approval")))
    return quotation.price - quotation.agreed_price if quotation.agreed_price < floor else None


def unpriced(quotation: Quotation) -> bool:
    """Whether a part still waits for its market price (B-077)."""
    return any(line.category == CostCategory.MATERIAL and line.amount is None for line in quotation.lines)


def stage_of(quotation: Quotation) -> QuotationStage:
    """Where a quotation stands (WF-14)."""
    if quotation.status == PaperState.VOID:
        return QuotationStage.VOIDED
    if not quotation.price or unpriced(quotation):
        return QuotationStage.DRAFT
    if quotation.finance_cost is None:
        return QuotationStage.COSTING
    signed = quotation.id is not None and signing.signed_as_it_reads(quotation, QUOTATION, "approver") is not None
    if not signed:
        return QuotationStage.APPROVING
    if quotation.waiver_requested and signing.signed_as_it_reads(quotation, QUOTATION, "waiver") is None:
        return QuotationStage.APPROVING
    if quotation.accepted_at is not None:
        return QuotationStage.ACCEPTED
    for done, stage in ((quotation.rejected_at, S.REJECTED), (quotation.expired_at, S.EXPIRED), (quotation.sent_at, S.SENT)):
        if done is not None:
            return stage
    return QuotationStage.WAIVED if quotation.waiver_requested else QuotationStage.APPROVED


# --- filled and signed


@record_rules.at("save", Quotation)
def _holds_together(quotation: Quotation, *, now: dt.datetime) -> None:
    """Request, unit and customer belong together; every cost has a category; costing waits for the market prices (B-077)."""
    customer, request, unit = quotation.customer, quotation.request, quotation.equipment
    if request is not None and customer is not None and request.customer_id not in (None, customer.id):
        raise DomainError(_l("The request is of another customer."), "request", rule="R-067")
    if unit is not None and customer is not None and unit.customer_id != customer.id:
        raise DomainError(_l("This belongs to another customer."), "equipment", rule="R-067")
    if quotation.quoted_on and quotation.valid_until and quotation.valid_until < quotation.quoted_on:
        raise DomainError(_l("The last day lies before the first."), "valid_until", rule="R-067")
    for line in quotation.lines:
        if line.category is None:
            raise DomainError(_l("What is this cost for?"), f"{line.typed_at or 'line'}-category", rule="R-067")
    reckon(quotation, now=now)
    if quotation.finance_cost is not None and unpriced(quotation):
        raise DomainError(_l("A part has no market price yet: ask the buyer first."), "finance_cost", rule="B-077")


@record_rules.limits(Quotation)
def _writable(quotation: Quotation, fields: set[str], user: Any) -> set[str]:
    """What follows is not written; talks begin when the price was told; what the customer answered or signed stays (B-080)."""
    told = quotation.number and signing.state_of(quotation, OFFER) == PaperState.SIGNED
    if quotation.status != PaperState.DRAFT or quotation.stage in ENDED or told:
        return set()
    return fields - COMPUTED - (set() if quotation.stage == S.SENT else set(TALKS))


@record_rules.at("sign", Quotation)
def _may_sign(quotation: Quotation, *, slot: str, by: Any, now: dt.datetime) -> None:
    """Agreed and by another person than its drafter (B-204); a waiver says why (B-079); the customer sees a decided price (B-073)."""
    if slot in ("approver", "waiver"):
        two_persons.require(quotation.created_by_id, by)
    if slot == "approver":
        quotation.decision = quotation.decision or Decision.AGREED  # who decides need not be one who fills the sheet
    if slot == "approver" and quotation.decision == Decision.REFUSED:
        raise DomainError(_l("A price that is not agreed to is not signed: it goes back with the opinion."), "decision", rule="B-078")
    if slot == "waiver" and not quotation.waiver_reason:
        raise DomainError(_l("Give the reason of the waiver."), "waiver_reason", rule="B-079")
    if slot in ("customer", "recorder") and quotation.stage not in DECIDED:
        raise DomainError(_l("The price is not approved yet."), rule="B-073")
    if slot in ("customer", "recorder") and quotation.stage not in (S.SENT, S.ACCEPTED):
        raise DomainError(_l("The quotation was not told to the customer yet."), rule="B-089")
    if slot == "customer":
        _still_valid(quotation, clock.today(now))
        quotation.accepted_at, quotation.accept_channel = quotation.accepted_at or now, quotation.accept_channel or AcceptChannel.SIGNATURE
        quotation.accepted_by = quotation.accepted_by or quotation.contact_name
        quotation.stage = QuotationStage.ACCEPTED


# --- told, accepted, rejected, expired


def issuing_department() -> str:
    """The department that quotes to the outside: the one the company names, or where it has none of that name the service department."""
    named = parameters.text("quote.issuing_department")
    there = db.session.scalar(select(Department.id).where(Department.name_zh == named).limit(1))
    return named if there is not None else SERVICE


def _quotes(quotation: Quotation, *, by: Any, now: dt.datetime, **_data: Any) -> None:
    """One department tells customers prices: its people, and the service clerks, who hand the quotation out (B-089)."""
    staff = access.staff_of(by)
    own = staff is not None and staff.department is not None and staff.department.name_zh == issuing_department()
    if not own and not access.can(by, "print", quotation.__noun__):
        raise NotAllowed(NO_RIGHT)
    _still_valid(quotation, clock.today(now))


def _still_valid(quotation: Quotation, day: dt.date) -> None:
    if quotation.valid_until is not None and quotation.valid_until < day:
        raise DomainError(_l("The quotation was valid until %(day)s. Issue it anew.", day=quotation.valid_until.isoformat()),
                          "valid_until", rule="R-067")


def _sent(quotation: Quotation, *, by: Any, now: dt.datetime, reason: str | None = None, **_data: Any) -> None:
    staff = access.staff_of(by)
    quotation.sent_at, quotation.sent_by_id = now, staff.id if staff is not None else None
    signing.ensure_number(quotation, OFFER, by=by, now=now)


def _answered(quotation: Quotation, *, by: Any, now: dt.datetime, accepted_by: str | None = None,
              accepted_at: dt.datetime | None = None, accept_channel: AcceptChannel | None = None, **_data: Any) -> None:
    """Who accepted, when and how is said; after it was told, within its validity, at the approved price (B-073, B-080)."""
    for name, value in (("accepted_by", (accepted_by or "").strip()), ("accepted_at", accepted_at), ("accept_channel", accept_channel)):
        if not value:
            raise DomainError(_l("Please fill in."), name, rule="R-067")
    told = quotation.sent_at.replace(second=0, microsecond=0) if quotation.sent_at is not None else None  # times are typed to the minute
    if accepted_at is not None and (accepted_at > now or (told is not None and accepted_at < told)):
        raise DomainError(_l("The customer accepts after he was told, and not in the future."), "accepted_at", rule="R-067")
    _still_valid(quotation, clock.today(accepted_at or now))


def _accepted(quotation: Quotation, *, by: Any, now: dt.datetime, accepted_by: str, accepted_at: dt.datetime,
              accept_channel: AcceptChannel, reason: str | None = None) -> None:
    quotation.accepted_by, quotation.accepted_at, quotation.accept_channel = accepted_by.strip(), accepted_at, accept_channel


def _rejected(quotation: Quotation, *, by: Any, now: dt.datetime, reason: str | None = None, **_data: Any) -> None:
    quotation.rejected_at, quotation.reject_reason = now, (reason or "")[:200]


MACHINE = Machine(
    Transition("send", (S.APPROVED, S.WAIVED), S.SENT, _l("Tell the customer the price"), guard=_quotes, effect=_sent),
    Transition("accept", (S.SENT,), S.ACCEPTED, _l("The customer accepts"), guard=_answered, effect=_accepted),
    Transition("reject", (S.SENT,), S.REJECTED, _l("The customer rejects"), effect=_rejected, reason=True, adverse=True),
    field="stage")


@record_rules.steps(Quotation, MACHINE)
def take_step(quotation: Quotation, name: str, *, by: Any, now: dt.datetime, reason: str | None = None, **data: Any) -> None:
    """Take a step of WF-14. NotAllowed without the right or for another department than the one that quotes (B-089), DomainError."""
    MACHINE.fire(quotation, name, by=by, now=now, reason=reason, **data)
    db.session.flush()


def expire(*, now: dt.datetime) -> int:
    """Quotations that were told and not answered until their last day are expired (WF-14); how many."""
    due = db.session.scalars(select(Quotation).where(Quotation.stage == S.SENT, Quotation.valid_until < clock.today(now)).order_by(
        Quotation.id)).all()
    for quotation in due:
        quotation.expired_at, quotation.stage = now, S.EXPIRED
    db.session.flush()
    return len(due)


@record_rules.at("stamped", Quotation)
def _stamped(quotation: Quotation, *, slot: str, by: Any, now: dt.datetime) -> None:
    """The stage follows each signature."""
    quotation.stage = stage_of(quotation)
    db.session.flush()


@record_rules.at("void", Quotation)
def _voided(quotation: Quotation, *, by: Any, now: dt.datetime) -> None:
    """A void quotation says so wherever its stage is shown (B-205)."""
    quotation.stage = QuotationStage.VOIDED
