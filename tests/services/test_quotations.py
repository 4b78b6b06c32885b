"""Quotations: formula, levels, waiver, told, talks, answers (R-067; B-073 to B-080, B-084, B-085, B-089, B-204; WF-14)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from extensions import db
from models.enums import InWarranty, PaperState
from models.equipment import PartPrice
from models.fee_rate import FeeRate
from models.money_enums import AcceptChannel, CostCategory, Decision, FeeCategory, Level, PaidReason, PriceScheme, QuotationStage, RateKind
from models.paper import PAPERS
from models.quotation import Quotation, QuotationLine
from models.records.site_survey import SiteSurvey, SurveyPart
from models.setting import Setting
from services import access, audit, clock, paper_records, quotations, saving, signing
from services.errors import DomainError, NotAllowed
from services.unit_of_work import cache
from tests.services.test_papers import part, sign

OFFER, OURS = PAPERS["quotation_offer"][1], PAPERS["quotation"][1]
CLERK = "service_clerk"


def fill(story, quote, by=CLERK, lines=None, paper=OFFER, **values):
    paper_records.fill(quote, paper, values, lines, by=story.user(by), now=clock.now())


def drafted(story, rows, **values):
    """A clerk's quotation with these lines: (category, persons, days, qty, price, provided)."""
    quote = paper_records.begin(Quotation, OFFER, story.triaged(), by=story.user(CLERK), now=clock.now())
    lines = [dict(zip(("category", "persons", "days", "qty", "unit_price", "provided_by_customer"), row, strict=True)) for row in rows]
    fill(story, quote, lines={"lines": lines}, paid_reason=PaidReason.EXPIRED, **values)
    return quote


def row(category, price=None, *, persons=None, days=None, qty=None, provided=False):
    return category, persons, days, qty, Decimal(price) if price is not None else None, provided


def amounting(story, direct, **values):
    return drafted(story, [row(CostCategory.MATERIAL, direct, qty=1)], **values)


def costed(story, quote):
    fill(story, quote, "finance", paper=OURS, finance_cost=quote.cost, finance_note="核算无误")


def approve(story, quote, by="service_manager"):
    sign(story, quote, "approver", by=by, paper=OURS)


def told(story, quote, by=CLERK):
    quotations.take_step(quote, "send", by=story.user(by), now=clock.now())


def approved(story, direct="600"):
    quote = amounting(story, direct)
    costed(story, quote)
    approve(story, quote)
    return quote


def accept(story, quote, by=CLERK, **values):
    quotations.take_step(quote, "accept", by=story.user(by), now=clock.now(), **{
        "accepted_by": "王主任", "accepted_at": clock.now(), "accept_channel": AcceptChannel.PHONE, **values})


def setting(key, value):
    db.session.scalar(select(Setting).where(Setting.key == key)).value = value
    db.session.flush()
    cache().pop("settings", None)


def test_b074_two_persons_for_three_days(story):
    people = {"persons": Decimal(2), "days": Decimal(3)}
    quote = drafted(story, [row(CostCategory.LODGING, **people), row(CostCategory.MEALS, **people), row(CostCategory.LABOUR, **people)])
    assert [line.amount for line in quote.lines] == [900, 300, 1200]


EXAMPLES = {
    "a": ([row(CostCategory.TRAFFIC, "860"), row(CostCategory.LODGING, "900"), row(CostCategory.MEALS, "300"),
           row(CostCategory.LABOUR, "1200"), row(CostCategory.MATERIAL, "450")], ("556.50", "4266.50", "1706.60", "5973.10")),
    "b": ([row(CostCategory.TRAFFIC, "80", provided=True), row(CostCategory.LODGING, provided=True),
           row(CostCategory.MEALS, persons=1, days=1), row(CostCategory.LABOUR, persons=1, days=1)],
          ("37.50", "287.50", "115.00", "402.50")),
    "c, manager": ([row(CostCategory.MATERIAL, "621.00")], ("93.15", "714.15", "285.66", "999.81")),
    "c, vice president": ([row(CostCategory.MATERIAL, "621.12")], ("93.17", "714.29", "285.72", "1000.01")),
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_b075_each_share_is_rounded_and_the_price_is_cost_and_management_fee(story, example):
    rows, wanted = EXAMPLES[example]
    quote = drafted(story, rows)
    assert (quote.tax, quote.cost, quote.mgmt_fee, quote.price) == tuple(map(Decimal, wanted))


def test_b075_the_flat_formula_and_the_amount_in_words(story):
    setting("quote.mode", "flat")
    quote = amounting(story, "3710.00")
    assert (quote.price, quote.price_words) == (Decimal("5750.50"), "伍仟柒佰伍拾元伍角整")


def test_b085_parts_at_cost(story):
    quote = drafted(story, [row(CostCategory.MATERIAL, "1000"), row(CostCategory.LABOUR, "200")], scheme=PriceScheme.AT_COST)
    assert (quote.tax, quote.mgmt_fee, quote.price) == (180, 80, 1460)
    fill(story, quote, scheme=PriceScheme.STANDARD)
    assert quote.price == 1932


def test_b084_a_quotation_is_reckoned_by_the_fee_table_of_its_day(story):
    saving.create(FeeRate, {"version": "2026", "category": FeeCategory.LABOUR, "rate_kind": RateKind.PER_DAY, "rate_value": Decimal(260),
                            "valid_from": dt.date(2026, 1, 1)}, by=story.user("finance"), now=clock.now())
    labour = []
    for day in (dt.date(2025, 12, 31), dt.date(2026, 1, 1)):
        with clock.frozen(clock.at_local(day.year, day.month, day.day, 9)):
            quote = Quotation(quoted_on=day, lines=[QuotationLine(category=CostCategory.LABOUR, position=0)])
            quotations.reckon(quote, now=clock.now())
            labour.append(quote.labor)
    assert labour == [200, 260]


def test_b077_a_quotation_begins_with_the_parts_of_the_survey_and_costing_waits_for_the_market_price(story):
    request, known, new = story.triaged(), part("P-8"), part("P-9", price=None)
    request.in_warranty = InWarranty.NO
    db.session.add(SiteSurvey(request=request, part_lines=[SurveyPart(part=known, qty=2), SurveyPart(part=new, qty=1)]))
    db.session.flush()
    quote = paper_records.begin(Quotation, OFFER, request, by=story.user(CLERK), now=clock.now())
    assert [(line.note, line.unit_price) for line in quote.lines if line.category == CostCategory.MATERIAL] == [
        ("综框导轨 P-8", 36), ("综框导轨 P-9", None)]
    assert (quote.paid_reason, quote.valid_until, quote.stage) == (PaidReason.EXPIRED, dt.date(2025, 4, 2), QuotationStage.DRAFT)
    with pytest.raises(DomainError) as refusal:
        costed(story, quote)
    assert (refusal.value.field, refusal.value.rule) == ("finance_cost", "B-077")


@pytest.mark.parametrize(("price", "level"), [("999.99", Level.MANAGER), ("1000.00", Level.VICE_PRESIDENT)])
def test_b078_the_level_follows_from_the_price(story, price, level):
    assert quotations.approval_level(Decimal(price)) == level


def test_b078_the_manager_does_not_sign_a_price_of_the_vice_president_and_an_edit_voids_the_approval(story):
    quote = amounting(story, "600")
    costed(story, quote)
    assert quote.stage == QuotationStage.APPROVING
    approve(story, quote)
    assert (quote.price, quote.stage, quote.decision) == (966, QuotationStage.APPROVED, Decision.AGREED)
    fill(story, quote, lines={"lines": [{"category": CostCategory.MATERIAL, "unit_price": Decimal(700)}]})
    assert (quote.price, quote.approval_level, quote.stage) == (1127, Level.VICE_PRESIDENT, QuotationStage.APPROVING)
    assert "approver" not in signing.signatures(quote, OURS)
    with pytest.raises(NotAllowed):
        sign(story, quote, "approver", by="service_manager", paper=OURS)
    sign(story, quote, "approver", by="vice_president", paper=OURS)
    assert quote.stage == QuotationStage.APPROVED


def test_b078_what_is_not_agreed_to_is_not_signed(story):
    quote = amounting(story, "600")
    costed(story, quote)
    fill(story, quote, "service_manager", paper=OURS, decision=Decision.REFUSED)
    with pytest.raises(DomainError) as refusal:
        sign(story, quote, "approver", by="service_manager", paper=OURS)
    assert refusal.value.field == "decision"


def test_b204_nobody_approves_his_own_quotation(story):
    quote = amounting(story, "600")
    quote.created_by_id = story.user("service_manager").id
    costed(story, quote)
    with pytest.raises(DomainError) as refusal:
        approve(story, quote)
    assert refusal.value.rule == "B-204"


@pytest.mark.parametrize(("price", "cost", "basis", "level"), [
    ("800", "571", "max", Level.MANAGER), ("5000.00", "3571", "max", Level.VICE_PRESIDENT),
    ("5973.10", "4266.50", "max", Level.GENERAL_MANAGER),
    ("5973.10", "4266.50", "cost", Level.VICE_PRESIDENT), ("1000", "900", "price", Level.VICE_PRESIDENT)])
def test_b079_who_waives_follows_from_the_larger_of_price_and_cost(story, price, cost, basis, level):
    setting("waiver.basis", basis)
    assert quotations.waiver_level(Decimal(price), Decimal(cost)) == level


def test_b079_a_waiver_says_why_and_is_signed_at_its_level(story):
    quote = amounting(story, "3710.00")
    costed(story, quote)
    approve(story, quote, by="vice_president")
    fill(story, quote, "service_manager", paper=OURS, waiver_requested=True)
    assert (quote.waiver_level, quote.stage) == (Level.GENERAL_MANAGER, QuotationStage.APPROVING)
    with pytest.raises(DomainError) as refusal:
        sign(story, quote, "waiver", by="general_manager", paper=OURS)
    assert refusal.value.field == "waiver_reason"
    fill(story, quote, "service_manager", paper=OURS, waiver_reason="重点客户，长期合作")
    with pytest.raises(NotAllowed):
        sign(story, quote, "waiver", by="vice_president", paper=OURS)
    sign(story, quote, "waiver", by="general_manager", paper=OURS)
    assert quote.stage == QuotationStage.WAIVED


def test_b080_less_than_approved_is_approved_anew_the_same_is_not(story):
    quote = amounting(story, "745.35")
    costed(story, quote)
    approve(story, quote, by="vice_president")
    with pytest.raises(NotAllowed):
        fill(story, quote, agreed_price=quote.price)
    told(story, quote)
    fill(story, quote, agreed_price=quote.price)
    assert (quote.concession, quote.stage) == (None, QuotationStage.SENT)
    fill(story, quote, agreed_price=Decimal(1100))
    assert (quote.concession, quote.stage) == (quote.price - 1100, QuotationStage.APPROVING)
    with pytest.raises(NotAllowed):
        sign(story, quote, "approver", by="service_manager", paper=OURS)
    sign(story, quote, "approver", by="vice_president", paper=OURS)
    assert (quote.stage, quote.sent_at) == (QuotationStage.APPROVED, None), "the lower price is told anew"


def test_b073_the_customer_signs_a_decided_price_and_then_nothing_is_changed(story):
    quote = amounting(story, "600")
    with pytest.raises(DomainError) as refusal:
        sign(story, quote, "customer", by=CLERK, paper=OFFER)
    assert refusal.value.rule == "B-073"
    costed(story, quote)
    approve(story, quote)
    with pytest.raises(DomainError) as refusal:
        sign(story, quote, "customer", by=CLERK, paper=OFFER)
    assert refusal.value.rule == "B-089"
    told(story, quote)
    sign(story, quote, "customer", by=CLERK, paper=OFFER)
    assert (quote.stage, quote.accepted_by, quote.accept_channel) == (QuotationStage.ACCEPTED, "王主任", AcceptChannel.SIGNATURE)
    assert not paper_records.may_edit(quote, OFFER, story.user(CLERK))
    assert quote.number == "QT2503-0001"
    sign(story, quote, "recorder", by="service_manager", paper=OURS)
    assert quote.status == PaperState.SIGNED


def test_a_line_taken_out_stands_in_the_history(story):
    quote = amounting(story, "600")
    gone = quote.lines[0]
    fill(story, quote, lines={"lines": [{"category": CostCategory.LABOUR, "unit_price": Decimal(200)}]})
    assert [line.category for line in quote.lines] == [CostCategory.LABOUR]
    assert audit.entries(gone)[0].action == "remove"


def test_an_acceptance_by_telephone_is_recorded(story):
    quote = approved(story)
    told(story, quote)
    with pytest.raises(NotAllowed):
        fill(story, quote, accepted_by="王主任")
    accept(story, quote)
    assert (quote.stage, quote.accept_channel) == (QuotationStage.ACCEPTED, AcceptChannel.PHONE)
    with pytest.raises(NotAllowed):
        fill(story, quote, agreed_price=quote.price)
    sign(story, quote, "recorder", by="service_manager", paper=OURS)
    assert quote.status == PaperState.SIGNED


def test_roles_costing_is_read_only_by_those_who_see_costs(story):
    readers = {name for name in ("service_manager", "finance", "buyer", "vice_president", "general_manager", CLERK, "sales", "admin",
                                 "service_engineer") if access.can(story.user(name), "read", OURS.noun)}
    assert readers == {"service_manager", "finance", "buyer", "vice_president", "general_manager"}
    assert "cost" not in OFFER.fields()
    assert "finance_cost" not in OFFER.fields()


def test_b085_a_part_at_cost_takes_its_cost_price(story):
    request, piece = story.triaged(), part("P-7")
    db.session.scalar(select(PartPrice).where(PartPrice.part_id == piece.id)).cost_price = Decimal(20)
    db.session.add(SiteSurvey(request=request, part_lines=[SurveyPart(part=piece, qty=1)]))
    setting("quote.scheme_default", "at_cost")
    quote = paper_records.begin(Quotation, OFFER, request, by=story.user(CLERK), now=clock.now())
    assert (quote.scheme, quote.lines[-1].unit_price) == (PriceScheme.AT_COST, 20)


def test_b089_an_engineer_does_not_tell_the_customer_a_price(story):
    quote = approved(story)
    for somebody in ("service_engineer", "quality", "sales", "finance", "tech_lead"):
        with pytest.raises(NotAllowed):
            told(story, quote, by=somebody)
    told(story, quote)
    assert (quote.stage, quote.sent_at, quote.sent_by_id) == (QuotationStage.SENT, clock.now(), story.staff(CLERK).id)


def test_b089_the_people_of_the_department_that_quotes_tell_it_too(story):
    quote, lead = approved(story), story.staff("tech_lead")
    assert quotations.issuing_department() == "售后服务部", "there is no 技术服务部 here"
    setting("quote.issuing_department", lead.department.name_zh)
    told(story, quote, by="tech_lead")
    assert quote.stage == QuotationStage.SENT


def test_wf14_a_price_that_is_not_approved_is_not_told_and_one_that_was_not_told_is_not_answered(story):
    quote = amounting(story, "600")
    with pytest.raises(DomainError):
        told(story, quote)
    costed(story, quote)
    approve(story, quote)
    for step in (accept, reject):
        with pytest.raises(DomainError):
            step(story, quote)
    assert quote.stage == QuotationStage.APPROVED


def reject(story, quote, reason="超出预算"):
    quotations.take_step(quote, "reject", by=story.user(CLERK), now=clock.now(), reason=reason)


def test_wf14_the_customer_rejects_with_a_reason_and_then_nothing_is_changed(story):
    quote = approved(story)
    told(story, quote)
    with pytest.raises(DomainError) as refusal:
        reject(story, quote, " ")
    assert refusal.value.field == "reason"
    reject(story, quote)
    assert (quote.stage, quote.reject_reason, quote.rejected_at) == (QuotationStage.REJECTED, "超出预算", clock.now())
    assert not paper_records.may_edit(quote, OFFER, story.user(CLERK))
    with pytest.raises(DomainError):
        accept(story, quote)
    with pytest.raises(DomainError):
        sign(story, quote, "customer", by=CLERK, paper=OFFER)


@pytest.mark.parametrize(("values", "field"), [({"accepted_by": " "}, "accepted_by"), ({"accept_channel": None}, "accept_channel"),
                                               ({"accepted_at": None}, "accepted_at")])
def test_r067_an_acceptance_says_who_when_and_how(story, values, field):
    quote = approved(story)
    told(story, quote)
    with pytest.raises(DomainError) as refusal:
        accept(story, quote, **values)
    assert refusal.value.field == field


def test_r067_an_acceptance_in_the_minute_the_price_was_told_counts(story):
    quote = approved(story)
    with clock.frozen(clock.now() + dt.timedelta(seconds=40)):
        told(story, quote)
        accept(story, quote, accepted_at=clock.now().replace(second=0))
    assert quote.stage == QuotationStage.ACCEPTED


def test_r067_the_customer_accepts_after_he_was_told_and_not_in_the_future(story):
    quote = approved(story)
    told(story, quote)
    for moment in (clock.now() - dt.timedelta(minutes=1), clock.now() + dt.timedelta(minutes=1)):
        with pytest.raises(DomainError) as refusal:
            accept(story, quote, accepted_at=moment)
        assert refusal.value.field == "accepted_at"


def test_wf14_a_quotation_nobody_answered_expires_after_its_last_day(story):
    quote, quiet = approved(story), amounting_for(story, "三墩水厂")
    told(story, quote)
    with clock.frozen(clock.at_local(2025, 4, 2, 23)):
        assert quotations.expire(now=clock.now()) == 0
    with clock.frozen(clock.at_local(2025, 4, 3, 0, 20)):
        with pytest.raises(DomainError) as refusal:
            accept(story, quote)
        assert refusal.value.field == "valid_until"
        assert (quotations.expire(now=clock.now()), quotations.expire(now=clock.now())) == (1, 0)
        assert (quote.stage, quote.expired_at) == (QuotationStage.EXPIRED, clock.now())
        assert quiet.stage != QuotationStage.EXPIRED, "what was never told does not expire"
        with pytest.raises(DomainError):
            accept(story, quote)
        assert not paper_records.may_edit(quote, OFFER, story.user(CLERK))


def amounting_for(story, name):
    quote = paper_records.begin(Quotation, OFFER, story.triaged(name=name), by=story.user(CLERK), now=clock.now())
    fill(story, quote, paid_reason=PaidReason.EXPIRED)
    return quote


def test_r067_a_quotation_whose_last_day_is_over_is_not_told(story):
    quote = approved(story)
    with clock.frozen(clock.at_local(2025, 4, 3, 9)), pytest.raises(DomainError) as refusal:
        told(story, quote)
    assert refusal.value.field == "valid_until"


def test_b078_an_edit_after_the_price_was_told_takes_it_back_to_approval(story):
    quote = approved(story)
    told(story, quote)
    fill(story, quote, lines={"lines": [{"category": CostCategory.MATERIAL, "unit_price": Decimal(500)}]})
    assert (quote.stage, quote.sent_at) == (QuotationStage.APPROVING, None)
