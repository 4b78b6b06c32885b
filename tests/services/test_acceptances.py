"""Acceptance of equipment: what it begins with, its warranty, and the unit's file after it (R-013; B-045, B-047, B-087)."""

from __future__ import annotations

import datetime as dt

import pytest

from extensions import db
from models.enums import PaperState, WorkType
from models.equipment import Equipment
from models.onsite_enums import AcceptanceKind, AcceptanceResult, CanOperate, UnpackState
from models.paper import PAPERS
from services import clock, custody, paper_records, signing, storage
from services.errors import DomainError, NotAllowed
from tests.rig.databases import PASSWORD
from tests.services.conftest import BEGIN
from tests.services.test_order_papers import WAVES
from tests.services.test_work_orders import on_site

MODEL, PAPER = PAPERS["acceptance"]
DONE = {"unpack_state": UnpackState.SOUND, "commission_result": "运行正常", "training_content": "操作与保养", "trainees": "化验员二人",
        "can_operate": CanOperate.YES, "conclusion": AcceptanceResult.PASSED, "product_name": "量热仪"}


def begun(story, **more):
    order = on_site(story)
    order.work_type = WorkType.COMMISSIONING
    request = order.request
    unit = Equipment(equipment_no="E-7", serial_no="S-7", product_model=request.product_model, customer=request.customer)
    db.session.add(unit)
    request.equipment = unit
    db.session.flush()
    record = paper_records.begin(MODEL, PAPER, order, by=story.user("service_engineer"), now=clock.now())
    fill(story, record, {**DONE, "started_at": BEGIN, "finished_at": BEGIN + dt.timedelta(hours=3), **more})
    return record


def fill(story, record, values, lines=None):
    paper_records.fill(record, PAPER, values, lines, by=story.user("service_engineer"), now=clock.now())


def sign(story, record, slot="engineer"):
    given = {"password": PASSWORD} if slot == "engineer" else {"drawn": WAVES, "name": "王主任"}
    signing.sign(record, PAPER, slot, by=story.user("service_engineer"), now=clock.now(), **given)


def test_r013_it_begins_with_what_the_order_says(story):
    record = begun(story)
    assert (record.kind, record.customer, record.address, record.contact_name) == (
        AcceptanceKind.INSTALLATION, record.order.customer, "栖霞岭路 3 号", "王主任")
    assert (record.equipment.serial_no, record.qty, record.product_model) == ("S-7", 1, record.order.request.product_model)
    assert paper_records.begin(MODEL, PAPER, record.order, by=story.user("service_engineer"), now=clock.now()) is record


def test_b087_the_warranty_runs_from_the_end_of_the_installation_for_the_months_of_the_unit(story):
    record = begun(story)
    sign(story, record)
    assert (record.warranty_start, record.warranty_end) == (dt.date(2025, 3, 3), dt.date(2026, 3, 2))


def test_b087_a_shorter_warranty_is_refused_unless_it_is_specially_noted(story):
    record = begun(story, warranty_start=dt.date(2025, 3, 3), warranty_end=dt.date(2025, 9, 2))
    with pytest.raises(DomainError) as refusal:
        sign(story, record)
    assert (refusal.value.rule, refusal.value.field) == ("B-087", "warranty_end")
    fill(story, record, {"open_points": "特别注明：样机，质保六个月"})
    sign(story, record)
    assert record.warranty_end == dt.date(2025, 9, 2)


def test_b045_the_customer_signs_after_the_consent_to_leave_is_written_down(story):
    record = begun(story)
    sign(story, record)
    with pytest.raises(DomainError) as refusal:
        sign(story, record, "customer")
    assert refusal.value.field == "leave_consent"
    fill(story, record, {"leave_consent": "电话，王主任，16:20"})
    sign(story, record, "customer")
    assert (record.status, record.number) == (PaperState.SIGNED, "AC2503-0001")


@pytest.mark.parametrize(("conclusion", "day"), [(AcceptanceResult.PASSED, dt.date(2025, 3, 3)), (AcceptanceResult.FAILED, None)])
def test_b047_the_file_of_an_accepted_unit_holds_its_days(story, conclusion, day):
    record = begun(story, conclusion=conclusion, leave_consent="电话，王主任，16:20")
    sign(story, record)
    sign(story, record, "customer")
    assert (record.equipment.installed_on, record.equipment.accepted_on) == (day, day)


@pytest.mark.parametrize(("values", "field"), [({"finished_at": BEGIN - dt.timedelta(hours=1)}, "finished_at"), ({"qty": 0}, "qty")])
def test_r013_what_cannot_be_is_refused_at_its_field(story, values, field):
    record = begun(story)
    with pytest.raises(DomainError) as refusal:
        fill(story, record, values)
    assert refusal.value.field == field


def test_r013_a_measured_figure_names_its_item(story):
    record = begun(story)
    with pytest.raises(DomainError) as refusal:
        fill(story, record, {}, {"test_lines": [{"measured": "0.2"}]})
    assert refusal.value.field == "line-test_lines-0-item"


def accepted(story):
    """A signed acceptance whose copies were printed."""
    record = begun(story, leave_consent="电话，王主任，16:20")
    signing.log_print(record, PAPER, by=story.user("service_engineer"), now=clock.now())
    sign(story, record)
    sign(story, record, "customer")
    return record


def afterwards(story, record, by="service_clerk", **values):
    paper_records.fill(record, PAPER, values, by=story.user(by), now=clock.now())


def test_b048_the_day_the_original_came_back_is_written_on_the_signed_paper_and_touches_nothing_that_was_signed(story):
    record = accepted(story)
    kept = signing.frozen(record, PAPER)
    bytes_before, sums = storage.fetch(kept.pdf_sha256), (kept.content_sha256, signing.digest_of(record, PAPER))
    assert paper_records.may_edit(record, PAPER, story.user("service_clerk")) == {"paper_returned_on"}
    afterwards(story, record, paper_returned_on=dt.date(2025, 3, 31))
    assert (record.status, record.paper_returned_on) == (PaperState.SIGNED, dt.date(2025, 3, 31))
    assert (kept.content_sha256, signing.digest_of(record, PAPER)) == sums == (sums[0], sums[0])
    assert signing.pdf_of(record, PAPER) == bytes_before
    assert signing.signatures(record, PAPER).keys() == {"engineer", "customer"}


def test_b048_before_it_is_signed_no_original_came_back_and_who_keeps_no_slips_does_not_write_it(story):
    record = begun(story)
    with pytest.raises(NotAllowed):
        afterwards(story, record, paper_returned_on=dt.date(2025, 3, 31))
    record = accepted_again(story, record)
    for values in ({"paper_returned_on": dt.date(2025, 3, 31)}, {"open_points": "无"}):
        with pytest.raises(NotAllowed):
            afterwards(story, record, by="service_engineer", **values)
    with pytest.raises(NotAllowed):
        afterwards(story, record, open_points="无")


def accepted_again(story, record):
    fill(story, record, {"leave_consent": "电话，王主任，16:20"})
    sign(story, record)
    sign(story, record, "customer")
    return record


def test_b048_the_day_follows_from_the_copy_that_came_back_where_one_was_printed(story):
    record = accepted(story)
    with clock.frozen(clock.at_local(2025, 3, 20, 9)):
        custody.receive(custody.copies_of("acceptance_record", record.id)[0], by=story.user("service_clerk"), now=clock.now())
    assert record.paper_returned_on == dt.date(2025, 3, 20)


def test_b205_a_paper_issued_anew_has_not_come_back_yet(story):
    record = accepted(story)
    afterwards(story, record, paper_returned_on=dt.date(2025, 3, 31))
    story.agreed_change(record, PAPER)
    paper_records.void(record, PAPER, by=story.user("admin"), now=clock.now(), reason="机号有误")
    made = paper_records.reissue(record, PAPER, by=story.user("service_engineer"), now=clock.now())
    assert (made.paper_returned_on, made.conclusion) == (None, AcceptanceResult.PASSED)
