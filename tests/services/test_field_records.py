"""Records filled in outside: their numbers, what the clerk prepares, and how they come back (R-015, R-016; B-052, B-055, B-198)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from extensions import db
from forms.records import build_form
from models.account import Notification
from models.enums import OrderStatus, PaperState, ServiceCategory, SupplyMode
from models.equipment import ProductCategory
from models.field_enums import Attitude, Charging, Cleanliness, Contentment, Damage, DefectDisposal, DoneState
from models.number import NumberRule
from models.organisation import Department
from models.paper import PAPERS
from models.returns import ReturnLine
from services import clock, numbering, paper_records, parameters, signing
from services.errors import DomainError, NotAllowed
from tests.services.conftest import BEGIN
from tests.services.test_papers import part, sign
from tests.services.test_work_orders import go, on_site

MODEL, FIELD = PAPERS["field_service_record"]


def department(code):
    return db.session.scalar(select(Department).where(Department.code == code))


def field_record(story, code="SC", **values):
    order = on_site(story)
    record = paper_records.begin(MODEL, FIELD, order, by=story.user("service_clerk"), now=clock.now())
    paper_records.fill(record, FIELD, {"department": department(code), "charging": Charging.FREE}, by=story.user("service_clerk"),
                       now=clock.now())
    paper_records.fill(record, FIELD, {"finished_at": BEGIN + timedelta(hours=2), "treatment": "更换探测器，示值正常。", **values},
                       by=story.user("service_engineer"), now=clock.now())
    return record


def drawn(code, count):
    for _place in range(count):
        last = numbering.take("field_service_record", now=clock.now(), department=department(code)).number
    return last


def test_b198_the_seventh_record_of_production_in_march_is_sc250307_whatever_sheets_are_called(story):
    assert drawn("SC", 6) == "SC250306"
    assert numbering.take("service_info_sheet", now=clock.now(), department=department("SC")).number == "SC250301"
    record = field_record(story)
    assert signing.ensure_number(record, FIELD, now=clock.now()) == "SC250307"
    assert (record.field_record_no, record.record_no, record.number) == ("SC250307", None, "SC250307")


def test_b198_each_department_counts_for_itself_and_anew_each_month(story):
    assert (drawn("SC", 2), drawn("YF", 1), drawn("SJ", 1)) == ("SC250302", "YF250301", "SJ250301")
    with clock.frozen(BEGIN + timedelta(days=31)):
        assert drawn("SC", 1) == "SC250401"


def test_b199_the_hundredth_has_three_digits_or_is_refused(story):
    record = field_record(story)
    drawn("SC", 99)
    trial = db.session.begin_nested()
    assert signing.ensure_number(record, FIELD, now=clock.now()) == "SC2503100"
    trial.rollback()
    db.session.scalar(select(NumberRule).where(NumberRule.series == "field_service_record")).overflow = "block"
    with pytest.raises(DomainError) as refusal:
        signing.ensure_number(record, FIELD, now=clock.now())
    assert refusal.value.rule == "B-199"
    assert record.field_record_no is None


def test_b198_only_a_department_with_numbers_of_its_own_is_chosen(story):
    record = field_record(story)
    with pytest.raises(DomainError) as refusal:
        paper_records.fill(record, FIELD, {"department": department("ZB")}, by=story.user("service_clerk"), now=clock.now())
    assert (refusal.value.field, refusal.value.rule) == ("department", "B-198")


def test_r015_it_begins_with_who_is_sent_what_for_and_whether_it_is_paid(story):
    order = on_site(story)
    order.service_category, order.department = ServiceCategory.A, department("SC")
    record = paper_records.begin(MODEL, FIELD, order, by=story.user("service_clerk"), now=clock.now())
    assert [person.name for person in record.engineers] == [order.lead_engineer.name]
    assert (record.charging, record.service_description, record.department.code) == (Charging.PAID, "示值漂移", "SC")
    assert (record.contact_name, record.address, record.departed_at) == ("王主任", "栖霞岭路 3 号", order.departed_at)


def test_r015_a_paid_service_names_its_quotation_before_anybody_signs(story):
    record, clerk = field_record(story), story.user("service_clerk")
    paper_records.fill(record, FIELD, {"charging": Charging.PAID}, by=clerk, now=clock.now())
    with pytest.raises(DomainError) as refusal:
        sign(story, record, "engineer", paper=FIELD)
    assert refusal.value.field == "quotation_note"
    paper_records.fill(record, FIELD, {"quotation_note": "BJ-17，5973.10 元"}, by=clerk, now=clock.now())
    sign(story, record, "engineer", paper=FIELD)


def test_r015_signed_on_site_the_order_is_finished_and_the_clerk_takes_the_record_back(story):
    record = field_record(story)
    sign(story, record, "engineer", paper=FIELD)
    sign(story, record, "customer", paper=FIELD)
    assert record.status == PaperState.DRAFT
    go(story, record.order, "finish", leave_consent="电话，王主任，16:20")
    assert record.order.status == OrderStatus.FINISHED
    with clock.frozen(BEGIN + timedelta(hours=5)):
        sign(story, record, "clerk", by="service_clerk", paper=FIELD)
    assert (record.status, record.returned_to_clerk_at) == (PaperState.SIGNED, BEGIN + timedelta(hours=5))
    assert set(signing.signatures(record, FIELD)) == {"engineer", "customer", "clerk"}


def test_r015_times_follow_one_another(story):
    record = field_record(story)
    with pytest.raises(DomainError) as refusal:
        paper_records.fill(record, FIELD, {"arrived_at": BEGIN + timedelta(hours=3)}, by=story.user("service_engineer"), now=clock.now())
    assert refusal.value.field == "finished_at"


@pytest.mark.parametrize(("charging", "kind", "amount"), [
    (Charging.PAID, SupplyMode.CUSTOMER_PURCHASE, Decimal("72.00")), (Charging.FREE, SupplyMode.THREE_GUARANTEES, None)])
def test_r015_material_of_a_paid_service_is_bought_at_the_price_of_the_list(story, charging, kind, amount):
    record = field_record(story)
    paper_records.fill(record, FIELD, {"charging": charging}, {"part_lines": [{"part": part(), "qty": Decimal(2)}]},
                       by=story.user("service_clerk"), now=clock.now())
    assert [(line.kind, line.amount) for line in record.part_lines] == [(kind, amount)]


@pytest.mark.parametrize(("disposal", "owed"), [(DefectDisposal.LEFT, 0), (DefectDisposal.REPAIR, 1), (None, 1)])
def test_b052_what_is_left_with_the_customer_is_not_owed_to_the_store(story, disposal, owed):
    record, used = field_record(story, defect_disposal=disposal), part()
    used.defect_return = True
    paper_records.fill(record, FIELD, {}, {"part_lines": [{"part": used, "qty": Decimal(1)}]}, by=story.user("service_engineer"),
                       now=clock.now())
    for slot, by in (("engineer", "service_engineer"), ("customer", "service_engineer"), ("clerk", "service_clerk")):
        sign(story, record, slot, by=by, paper=FIELD)
    assert len(db.session.scalars(select(ReturnLine).where(ReturnLine.service_record_id == record.id)).all()) == owed


# --- installation, after-sales, repair

INSTALL = PAPERS["field_install_record"][1]
RATED = {"finished_on": BEGIN.date(), "install_type": "install,commission", "attitude": Attitude.GOOD, "damage": Damage.NONE,
         "cleanliness": Cleanliness.GOOD, "contentment": Contentment.SATISFIED, "done_state": DoneState.DONE}


def install_record(story, **values):
    order = on_site(story)
    category = ProductCategory(name="量热仪")
    order.request.product_model.category = category
    record = paper_records.begin(MODEL, INSTALL, order, by=story.user("service_clerk"), now=clock.now())
    paper_records.fill(record, INSTALL, {**RATED, **values}, by=story.user("service_engineer"), now=clock.now())
    return record


def test_r016_it_knows_customer_product_type_and_installer(story):
    record = install_record(story)
    assert (record.product_category.name, [person.name for person in record.engineers]) == ("量热仪", [record.order.lead_engineer.name])
    assert (record.layout, record.contact_phone, record.address) == ("field_install_record", "0571-5550100", "栖霞岭路 3 号")


def test_r016_with_the_customers_signature_alone_the_order_is_finished(story):
    record = install_record(story)
    with pytest.raises(DomainError) as refusal:
        go(story, record.order, "finish", leave_consent="电话，王主任，16:20")
    assert refusal.value.rule == "B-041"
    sign(story, record, "customer", paper=INSTALL)
    assert (record.status, record.record_no) == (PaperState.SIGNED, "RR2503-0001")
    go(story, record.order, "finish", leave_consent="电话，王主任，16:20")
    assert record.order.status == OrderStatus.FINISHED


def test_r016_the_customer_signs_only_what_he_rated(story):
    record = install_record(story, attitude=None)
    with pytest.raises(DomainError) as refusal:
        sign(story, record, "customer", paper=INSTALL)
    assert refusal.value.field == "attitude"


def told(story):
    return [row.text for row in db.session.scalars(select(Notification).where(
        Notification.user_id == story.user("service_manager").id, Notification.text.contains("两年内")))]


def test_b055_a_commitment_without_a_document_waits_for_a_managers_consent(story):
    record = install_record(story, commitment="两年内免费更换")
    assert len(told(story)) == 1
    sign(story, record, "customer", paper=INSTALL)
    assert record.status == PaperState.DRAFT
    with pytest.raises(NotAllowed):
        sign(story, record, "manager", paper=INSTALL)
    with pytest.raises(DomainError) as refusal:
        signing.carry_on_paper(record, INSTALL, by=story.user("service_engineer"), now=clock.now())
    assert refusal.value.rule == "B-055"
    sign(story, record, "manager", by="service_manager", paper=INSTALL)
    assert record.status == PaperState.SIGNED
    assert set(signing.signatures(record, INSTALL)) == {"customer", "manager"}


def test_b055_a_commitment_on_a_document_needs_no_consent(story):
    record = install_record(story, commitment="两年内免费更换", commitment_basis="质保协议 ZB-7")
    assert told(story) == []
    sign(story, record, "customer", paper=INSTALL)
    assert record.status == PaperState.SIGNED


@pytest.mark.parametrize(("sent", "kept"), [(["repair", "install"], "install,repair"), (["repair,install"], "install,repair"), ([], None)])
def test_r016_several_types_are_kept_in_the_order_of_the_list(story, sent, kept):
    form = build_form(INSTALL, MODEL, {"install_type"}, dict_choices=parameters.dict_choices)
    read = form(MultiDict([("install_type", code) for code in sent]), meta={"csrf": False})
    assert read.validate()
    assert read.install_type.data == kept
    assert parameters.dict_label("install_type", kept) == ("安装、维修" if kept else "")


def test_r016_a_type_that_is_not_in_the_list_is_refused(story):
    form = build_form(INSTALL, MODEL, {"install_type"}, dict_choices=parameters.dict_choices)
    assert not form(MultiDict([("install_type", "install,none of them")]), meta={"csrf": False}).validate()
