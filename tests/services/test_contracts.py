"""Contracts and the notice before they end (R-070, R-071; B-086, B-204)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from extensions import db
from models.care_enums import NoticeChannel, RenewalResult
from models.enums import PaperState
from models.equipment import Equipment
from models.paper import PAPERS
from services import clock, contracts, inspection_plan, paper_records, signing
from services.errors import DomainError
from tests.rig.databases import PASSWORD
from tests.services.test_inspection_plan import tasks

MODEL, PAPER = PAPERS["service_contract"]
NOTICE, LETTER = PAPERS["contract_notice"]


def unit(request, number="S-1"):
    found = Equipment(equipment_no=number, serial_no=number, product_model=request.product_model, customer=request.customer)
    db.session.add(found)
    db.session.flush()
    return found


def contract(story, name="栖霞岭检测中心", **more):
    request = story.triaged(name=name)
    record = paper_records.begin(MODEL, PAPER, request.customer, by=story.user("service_clerk"), now=clock.now())
    fill(story, record, **({"contract_no": f"BY-{name[:2]}", "contract_type": "maintenance", "signed_on": dt.date(2025, 2, 20),
                            "start_on": dt.date(2025, 3, 1), "end_on": dt.date(2025, 12, 15), "scope": "每季度保养一次",
                            "amount": Decimal(12000), "units": [unit(request, f"S-{name[:2]}")]} | more))
    return record


def fill(story, record, **values):
    paper_records.fill(record, PAPER, values, by=story.user("service_clerk"), now=clock.now())


def approve(story, record, who="service_manager"):
    signing.sign(record, PAPER, "approver", by=story.user(who), now=clock.now(), password=PASSWORD)


@pytest.mark.parametrize(("end", "due"), [((2025, 6, 30), (2025, 5, 30)), ((2025, 3, 31), (2025, 2, 28)), ((2025, 12, 15), (2025, 11, 15))])
def test_b086_the_notice_is_due_a_month_before_the_end(story, end, due):
    assert contracts.notice_day(dt.date(*end)) == dt.date(*due)


def test_b086_the_day_of_the_notice_follows_from_the_end(story):
    assert contract(story).notice_due == dt.date(2025, 11, 15)


def test_r070_a_contract_is_known_by_its_own_number_and_no_other_bears_it(story):
    first = contract(story, contract_no="BY-2025-01")
    assert first.number == "BY-2025-01"
    with pytest.raises(DomainError) as refusal:
        contract(story, name="孤山化验室", contract_no="BY-2025-01")
    assert refusal.value.field == "contract_no"


def test_r070_b205_a_void_contract_keeps_its_number_and_its_own_number_serves_again(story):
    first = contract(story, contract_no="BY-2025-01")
    paper_records.void(first, PAPER, by=story.user("admin"), now=clock.now(), reason="金额有误")
    again = paper_records.reissue(first, PAPER, by=story.user("service_clerk"), now=clock.now())
    fill(story, again, contract_no="BY-2025-01")
    assert (first.number, again.number) == ("BY-2025-01", "BY-2025-01-2")


@pytest.mark.parametrize(("values", "field"), [({"end_on": dt.date(2025, 2, 1)}, "end_on"), ({"visit_interval_months": 0},
                                                                                             "visit_interval_months")])
def test_r070_it_ends_after_it_began_and_is_visited_at_most_monthly(story, values, field):
    with pytest.raises(DomainError) as refusal:
        contract(story, **values)
    assert refusal.value.field == field


def test_r070_only_units_of_the_customer_are_covered(story):
    record, foreign = contract(story), unit(story.triaged(name="孤山化验室"), "S-9")
    with pytest.raises(DomainError) as refusal:
        fill(story, record, units=[foreign])
    assert refusal.value.field == "units"


def test_b204_another_approves_the_contract_than_who_entered_it(story):
    record = contract(story)
    record.created_by_id = story.user("service_manager").id
    with pytest.raises(DomainError) as refusal:
        approve(story, record)
    assert refusal.value.rule == "B-204"
    approve(story, record, "general_manager")
    assert record.status == PaperState.SIGNED


def test_r070_a_visit_interval_plans_inspections_from_the_beginning_of_the_contract(story):
    record = contract(story, visit_interval_months=4)
    approve(story, record)
    inspection_plan.generate(now=clock.now())
    assert [task.due_on for task in tasks(record.units[0])] == [dt.date(2025, 7, 1), dt.date(2025, 11, 1)]


def notice(story, origin):
    return paper_records.begin(NOTICE, LETTER, origin, by=story.user("service_clerk"), now=clock.now())


def test_r071_a_notice_begins_with_contract_units_and_day_of_the_end(story):
    record = contract(story)
    letter = notice(story, record)
    assert (letter.customer, letter.contract, letter.end_on, letter.proposal_amount) == (
        record.customer, record, record.end_on, record.amount)
    assert [(line.equipment, line.term) for line in letter.equipment_lines] == [(record.units[0], record.term)]
    assert notice(story, record) is letter


def test_r071_from_a_customer_it_is_that_of_the_contract_that_ends_next(story):
    record = contract(story)
    approve(story, record)
    assert notice(story, record.customer).contract is record


def test_r071_the_letter_is_sent_first_and_visited_after(story):
    letter = notice(story, contract(story))
    clerk = story.user("service_clerk")
    paper_records.fill(letter, LETTER, {"sent_on": dt.date(2025, 11, 15), "sent_by_channel": NoticeChannel.POST,
                                        "owner": story.staff("sales")}, by=clerk, now=clock.now())
    signing.sign(letter, LETTER, "issuer", by=clerk, now=clock.now(), password=PASSWORD)
    with pytest.raises(DomainError) as refusal:
        paper_records.fill(letter, LETTER, {"visit_on": dt.date(2025, 11, 14)}, by=clerk, now=clock.now())
    assert refusal.value.field == "visit_on"
    paper_records.fill(letter, LETTER, {"visit_on": dt.date(2025, 11, 20), "result": RenewalResult.RENEWS}, by=clerk, now=clock.now())
    assert set(signing.signatures(letter, LETTER)) == {"issuer"}
    signing.sign(letter, LETTER, "renewal", by=clerk, now=clock.now(), password=PASSWORD)
    assert letter.status == PaperState.SIGNED
