"""Papers: numbers, sections, signatures, frozen bytes, copies (R-014, R-017, R-004; B-041 to B-045, B-197, B-206)."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

import models.records  # noqa: F401  declares the papers
from extensions import db
from models.enums import PaperState, RepairResult
from models.equipment import Part, PartPrice
from models.number import FrozenPaper, PrintLog
from models.paper import PAPERS
from models.setting import Setting
from services import clock, paper_records, printing, service_records, signing, storage, work_orders
from services.errors import DomainError, NotAllowed
from services.unit_of_work import cache
from tests.services.conftest import BEGIN
from tests.services.test_work_orders import go, on_site

KEEP = Path(os.environ["KEEP_PDF"]) if "KEEP_PDF" in os.environ else None
SLIP = PAPERS["repair_slip_3"][1]
STROKES = "[[[10,20],[20,40],[40,60],[60,70],[80,60],[100,50],[120,60],[140,80],[160,90]]]"


def part(number="P-1", price=Decimal("36.00")):
    made = Part(part_no=number, name=f"综框导轨 {number}", unit="件")
    db.session.add(made)
    db.session.flush()
    if price is not None:
        db.session.add(PartPrice(part=made, sale_price=price, valid_from=clock.today()))
        db.session.flush()
    return made


def slip(story, **values):
    order = on_site(story)
    clerk = story.user("service_clerk")
    record = service_records.prepare(order, by=clerk, now=clock.now(), layout="repair_slip_3")
    header = {name: values.pop(name) for name in list(values) if name in SLIP.sections[0].fields}
    paper_records.fill(record, SLIP, {"invoice_no": "04587213", **header}, by=clerk, now=clock.now())
    written = {"started_at": BEGIN, "finished_at": BEGIN + timedelta(hours=2), "treatment": "更换综框导轨，试车正常。",
               "result": RepairResult.REPAIRED, "leave_consent": "电话，王主任，16:20", **values}
    paper_records.fill(record, SLIP, written, by=story.user("service_engineer"), now=clock.now())
    return record


def sign(story, record, slot, by="service_engineer", paper=SLIP, **more):
    from tests.rig.databases import PASSWORD

    side = paper.slot(slot).side
    data = {"drawn": STROKES, "name": "王主任"} if side == "customer" else {"password": PASSWORD}
    return signing.sign(record, paper, slot, by=story.user(by), now=clock.now(), **{**data, **more})


def text_of(pdf, tmp_path):
    path = tmp_path / "x.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout


def test_b043_the_engineer_does_not_touch_the_header(story):
    record = slip(story)
    with pytest.raises(NotAllowed):
        paper_records.fill(record, SLIP, {"symptom": "另一故障"}, by=story.user("service_engineer"), now=clock.now())


def test_b043_the_slip_begins_with_what_is_known(story):
    record = slip(story)
    assert (record.address, record.contact_name, record.symptom) == ("栖霞岭路 3 号", "王主任", "示值漂移")


def test_b042_customer_and_engineer_sign_and_the_job_may_be_finished(story):
    record = slip(story)
    sign(story, record, "engineer")
    with pytest.raises(DomainError):
        go(story, record.order, "finish")
    sign(story, record, "customer")
    go(story, record.order, "finish")
    assert record.order.finished_at == clock.now()


def test_b042_an_empty_drawing_is_no_signature(story):
    record = slip(story)
    for nothing in ("", "[]", "[[[1,2]]]", '{"a":1}', "[[[9999,1]]]", "[" * 2000):
        with pytest.raises(DomainError) as refusal:
            sign(story, record, "customer", drawn=nothing)
        assert refusal.value.field == "strokes"


def test_r10_the_password_is_asked_each_time(story):
    record = slip(story)
    with pytest.raises(DomainError) as refusal:
        sign(story, record, "engineer", password="wrong")
    assert refusal.value.field == "password"


def test_r10_nobody_signs_for_another(story):
    record = slip(story)
    for somebody in ("admin", "engineer2", "sales", "general_manager"):
        with pytest.raises(NotAllowed):
            sign(story, record, "engineer", by=somebody)
    with pytest.raises(NotAllowed):
        sign(story, record, "dept_head", by="warehouse")


def test_r10_a_later_edit_voids_the_stamps(story):
    record = slip(story)
    sign(story, record, "engineer")
    paper_records.fill(record, SLIP, {"treatment": "另作处理"}, by=story.user("service_engineer"), now=clock.now())
    assert signing.signatures(record, SLIP) == {}


def test_r017_a_gap_is_asked_for_before_anybody_signs(story):
    record = slip(story, treatment=None)
    with pytest.raises(DomainError) as refusal:
        sign(story, record, "engineer")
    assert refusal.value.field == "treatment"


def test_r017_the_price_of_a_bought_part_comes_from_the_list(story):
    record, item = slip(story), part()
    paper_records.fill(record, SLIP, {}, {"purchase_lines": [{"part": item, "qty": Decimal(2)}]},
                         by=story.user("service_engineer"), now=clock.now())
    assert (record.purchase_lines[0].unit_price, record.purchase_lines[0].amount) == (Decimal("36.00"), Decimal("72.00"))


def test_r017_a_part_without_quantity_or_price_is_refused_at_its_line(story):
    record, dear = slip(story), part("P-2", price=None)
    for name, entry, column in (("three_guarantee_lines", {"part": dear}, "qty"),
                                ("purchase_lines", {"part": dear, "qty": Decimal(1)}, "unit_price"),
                                ("three_guarantee_lines", {"qty": Decimal(1)}, "part")):
        trial = db.session.begin_nested()
        with pytest.raises(DomainError) as refusal:
            paper_records.fill(record, SLIP, {}, {name: [{}, entry]}, by=story.user("service_engineer"), now=clock.now())
        trial.rollback()
        assert refusal.value.field == f"line-{name}-1-{column}"


def test_r017_the_last_signature_freezes_the_bytes_and_they_are_served_ever_after(story):
    record, item = slip(story), part()
    paper_records.fill(record, SLIP, {}, {"three_guarantee_lines": [{"part": item, "qty": Decimal(1)}]},
                         by=story.user("service_engineer"), now=clock.now())
    for slot, by in (("engineer", "service_engineer"), ("repairer", "service_engineer"), ("customer", "service_engineer"),
                     ("warehouse", "warehouse"), ("dept_head", "service_manager")):
        assert record.status == PaperState.DRAFT
        sign(story, record, slot, by=by)
    kept = db.session.scalar(select(FrozenPaper))
    assert record.status == PaperState.SIGNED
    assert kept.pages == 3
    record.order.customer.name = "另一名称"
    if KEEP:
        (KEEP / "slip.pdf").write_bytes(storage.fetch(kept.pdf_sha256))
    assert signing.pdf_of(record, SLIP) == storage.fetch(kept.pdf_sha256)
    with pytest.raises(NotAllowed):
        paper_records.fill(record, SLIP, {"treatment": "改写"}, by=story.user("service_engineer"), now=clock.now())


def test_r017_the_store_signs_only_when_parts_were_used(story):
    record = slip(story)
    assert "warehouse" not in [slot.name for slot in signing.needed(record, SLIP)]


def test_b197_the_number_is_drawn_at_the_first_signature_not_before(story):
    record = slip(story)
    assert record.record_no is None
    sign(story, record, "engineer")
    assert record.record_no == "RR2503-0001"


def test_b206_three_pages_with_three_headings_and_a_second_print_is_a_reprint(story, tmp_path):
    record, clerk = slip(story), story.user("service_clerk")
    signing.log_print(record, SLIP, by=clerk, now=clock.now())
    signing.log_print(record, SLIP, by=clerk, now=clock.now())
    assert [row.is_reprint for row in db.session.scalars(select(PrintLog).order_by(PrintLog.id))] == [False, True]
    text = text_of(signing.pdf_of(record, SLIP), tmp_path)
    assert text.count("\f") == 3
    flat = re.sub(r"\s", "", text)
    assert "补打" in flat
    assert flat.count("RR2503-0001") == 3


@pytest.mark.every_paper
@pytest.mark.parametrize("engine", ["pdfkit", "weasyprint"])
@pytest.mark.parametrize("code", list(PAPERS))
def test_every_label_stands_on_the_blank_paper_in_ordinary_hanzi(unit, tmp_path, code, engine):
    from extensions import force_locale
    from services.sheets import Filled

    model, paper = PAPERS[code]
    done = printing.to_print(paper, None, {}, model=model, engine=engine)
    flat = re.sub(r"\s", "", text_of(done.pdf, tmp_path))
    assert done.engine == engine
    assert done.pages == max(1, len(paper.copies))
    assert not re.search("[\u2e80-\u2fdf]", flat)
    with force_locale("zh_Hans_CN"):
        filled = Filled(paper, None, {}, model=model)
        labels = [filled.label(name) for name in paper.fields()]
        assert [label for label in labels if re.sub(r"\s", "", label) not in flat] == []


@pytest.mark.parametrize(("count", "sheets"), [(0, 1), (1, 1), (3, 1), (4, 2), (9, 3)])
def test_more_lines_than_the_form_has_go_to_continuation_sheets(story, count, sheets):
    record = slip(story)
    items = [{"part": part(f"P-{place}"), "qty": Decimal(1)} for place in range(count)]
    paper_records.fill(record, SLIP, {}, {"three_guarantee_lines": items}, by=story.user("service_engineer"), now=clock.now())
    assert printing.to_print(SLIP, record, {}, model=type(record)).pages == 3 * sheets


def test_text_too_long_for_its_cell_stands_in_full_on_the_annex(story, tmp_path):
    long = "".join(f"第{place}步检查供电与信号线。" for place in range(120))
    record = slip(story, treatment=long)
    done = printing.to_print(SLIP, record, {}, model=type(record))
    flat = re.sub(r"\s", "", text_of(done.pdf, tmp_path))
    assert "全文见续页" in flat
    assert "第119步检查供电与信号线" in flat
    assert done.pages > 3


def test_what_is_typed_comes_out_as_plain_text(story, tmp_path):
    attack = '<meta name="pdfkit-page-size" content="A0"><script>document.write(1)</script><img src="http://127.0.0.1:9/x">'
    record = slip(story, treatment=attack)
    done = printing.to_print(SLIP, record, {}, model=type(record))
    assert "<script>" not in done.html
    assert "pdfkit-page-size" in text_of(done.pdf, tmp_path)


def test_work_orders_know_their_slip(story):
    record = slip(story)
    assert service_records.prepare(record.order, by=story.user("service_clerk"), now=clock.now(), layout="repair_slip_3") is record
    assert work_orders.MACHINE.transitions["finish"].guard is not None


@pytest.mark.parametrize(("mode", "draws", "carries"), [("image", True, False), ("scan", False, True), ("image_or_scan", True, True)])
def test_b042_the_company_says_how_its_customers_sign(story, mode, draws, carries):
    record = slip(story)
    db.session.scalar(select(Setting).where(Setting.key == "onsite.signature_mode")).value = mode
    db.session.flush()
    cache().clear()

    def refused_by(act):
        trial, rule = db.session.begin_nested(), None
        try:
            act()
        except DomainError as refusal:
            rule = refusal.rule
        trial.rollback()
        return rule

    carry = partial(signing.carry_on_paper, record, SLIP, by=story.user("service_engineer"), now=clock.now())
    assert refused_by(partial(sign, story, record, "customer")) == (None if draws else "B-042")
    assert refused_by(carry) == (None if carries else "B-042")
    assert refused_by(partial(sign, story, record, "engineer")) is None


def test_b042_a_slip_carried_on_paper_is_signed_numbered_and_not_frozen(story):
    record = slip(story)
    with pytest.raises(NotAllowed):
        signing.carry_on_paper(record, SLIP, by=story.user("engineer2"), now=clock.now())
    signing.carry_on_paper(record, SLIP, by=story.user("service_engineer"), now=clock.now())
    assert (record.status, record.record_no) == (PaperState.SIGNED, "RR2503-0001")
    assert {row.method for row in signing.signatures(record, SLIP).values()} == {"scan"}
    assert signing.frozen(record, SLIP) is None
    go(story, record.order, "finish")
