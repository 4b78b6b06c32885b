"""Printed slips: where each copy is, the month and its close, scans that file themselves, batches (B-048, B-205, B-206)."""

from __future__ import annotations

import io
import time

import pypdfium2
import pytest
from flask_appbuilder.security.sqla.models import User
from PIL import Image
from sqlalchemy import func, select

import models.records  # noqa: F401  declares the papers
from extensions import db
from models.custody import Arrangement, CopyState, FormSetting, PaperCopy, PrinterSetting, ScanPage, ScanState
from models.enums import PaperState
from models.job import Errand
from models.number import IssuedPaper
from models.organisation import Staff
from models.paper import PAPERS
from models.service_record import ServiceRecord
from models.setting import Setting
from services import batches, clock, custody, errands, imposition, numbers, paper_records, printing, scans, signing, storage, unit_of_work
from services.errors import DomainError
from services.unit_of_work import unit_of_work as unit_
from tests.rig import world
from tests.services.test_papers import sign, slip

SLIP = PAPERS["repair_slip_3"][1]
MARCH = clock.at_local(2025, 3, 12, 10, 0)


def who(name="service_clerk"):
    return db.session.scalar(select(User).where(User.username == name))


def engineers(count=1):
    found = list(db.session.scalars(select(Staff).where(Staff.is_engineer).order_by(Staff.id)))
    while len(found) < count:
        made = Staff(name=f"工程师{len(found)}", is_engineer=True, department=found[0].department, staff_no=f"T{len(found)}")
        db.session.add(made)
        db.session.flush()
        found.append(made)
    return found[:count]


def set_(key, value):
    db.session.scalar(select(Setting).where(Setting.key == key)).value = value
    db.session.flush()
    unit_of_work.cache().clear()


def test_b048_what_was_signed_in_a_month_is_due_on_its_last_day(unit):
    assert custody.due_at(custody.month_of(clock.at_local(2025, 3, 12))) == clock.at_local(2025, 3, 31, 17, 30)


def test_b048_signed_after_hours_on_the_last_day_is_overdue_at_once_and_grace_moves_it(unit):
    signed = clock.at_local(2025, 3, 31, 18, 0)
    assert custody.due_at(custody.month_of(signed)) < signed
    set_("forms.return_grace_days", "3")
    assert custody.due_at(custody.month_of(signed)) == clock.at_local(2025, 4, 3, 17, 30)


def test_b048_the_last_working_day_of_may_2025_is_the_thirtieth(unit):
    set_("forms.return_day", "last_workday")
    assert custody.due_at(custody.month_of(clock.at_local(2025, 5, 6))) == clock.at_local(2025, 5, 30, 17, 30)


def test_b206_each_printed_copy_is_known_once_with_who_carries_it(story):
    record = slip(story)
    for _turn in range(2):
        signing.log_print(record, SLIP, by=story.user("service_clerk"), now=clock.now())
    copies = custody.copies_of("service_record", record.id)
    assert [(copy.copy_no, copy.state, copy.holder) for copy in copies] == [
        (number, CopyState.CARRIED, record.engineer) for number in (1, 2, 3)]
    assert custody.found(f"repair_slip_3/{record.record_no}/2") is copies[1]
    assert custody.found(f"{record.record_no}/3") is copies[2]
    assert custody.found(record.record_no) is None, "which of the three?"


def test_b048_signed_copies_wait_to_come_back_and_the_customer_keeps_his(story):
    record = slip(story)
    signing.log_print(record, SLIP, by=story.user("service_clerk"), now=clock.now())
    for slot, by in (("engineer", "service_engineer"), ("customer", "service_engineer"), ("repairer", "service_engineer"),
                     ("dept_head", "dispatch_supervisor")):
        sign(story, record, slot, by)
    states = [copy.state for copy in custody.copies_of("service_record", record.id)]
    assert states == [CopyState.SIGNED, CopyState.SIGNED, CopyState.LEFT]
    assert record.status == PaperState.SIGNED
    signing.log_print(record, SLIP, by=story.user("service_clerk"), now=clock.now())
    assert len(custody.copies_of("service_record", record.id)) == 3, "a print of what is signed is no original"


def test_b205_a_void_paper_is_waited_for_no_longer_and_says_so_on_each_page(story):
    record = slip(story)
    signing.log_print(record, SLIP, by=story.user("service_clerk"), now=clock.now())
    paper_records.void(record, SLIP, by=story.user("service_manager"), now=clock.now(), reason="写错客户")
    assert {copy.state for copy in custody.copies_of("service_record", record.id)} == {CopyState.VOID}
    document = pypdfium2.PdfDocument(signing.pdf_of(record, SLIP))
    texts = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    assert ["作废" in text for text in texts] == [True] * 3
    assert any(gap.number == record.record_no and gap.reason == "写错客户" for gap in numbers.gaps(custody.month_of(clock.now())))


def test_b048_the_close_report_of_200_slips_lists_exactly_the_void_and_the_missing(unit):
    clerk, people = who(), engineers(4)
    taken = [issued for person in people for issued in custody.issue_blank(SLIP, 50, holder=person, by=clerk, now=MARCH)]
    assert len({issued.number for issued in taken}) == 200
    void, missing = set(taken[::20]), set(taken[7::25])
    assert (len(void), len(missing)) == (10, 8)
    for issued in taken:
        if issued in void:
            custody.void_blank(issued, by=clerk, reason="填写错误")
        elif issued not in missing:
            for number in (1, 2):
                custody.receive(custody.found(f"repair_slip_3/{issued.number}/{number}"), by=clerk, now=MARCH)
    accounts = custody.report(custody.month_of(MARCH))
    assert {copy.issued.number for account in accounts for copy in account.void} == {issued.number for issued in void}
    assert {copy.issued.number for account in accounts for copy in account.missing} == {issued.number for issued in missing}
    assert {account.holder for account in accounts} == set(people)
    assert sum(len(account.slips) for account in accounts) == 200

    supervisor = who("dispatch_supervisor")
    with pytest.raises(DomainError) as refusal:
        custody.close(custody.month_of(MARCH), by=supervisor, now=MARCH)
    assert refusal.value.rule == "B-048"
    for copy in custody.unexplained(accounts):
        custody.explain(copy, "客户处遗失" if copy.copy_no == 1 else "随车未带回", lost=copy.copy_no == 1, by=clerk)
    done = custody.close(custody.month_of(MARCH), by=supervisor, now=MARCH)
    assert (done.slips, done.missing) == (200, 24)
    with pytest.raises(DomainError):
        custody.close(custody.month_of(MARCH), by=supervisor, now=MARCH)


def test_b205_the_report_of_gaps_names_blank_void_and_lost_numbers(unit):
    clerk = who()
    taken = custody.issue_blank(SLIP, 3, holder=engineers()[0], by=clerk, now=MARCH)
    custody.void_blank(taken[1], by=clerk, reason="撕破")
    found = {gap.number: (str(gap.why), gap.reason) for gap in numbers.gaps(custody.month_of(MARCH))}
    assert found[taken[1].number][1] == "撕破"
    assert found[taken[0].number][1] == engineers()[0].name
    with pytest.raises(DomainError):
        custody.void_blank(taken[2], by=clerk, reason=" ")


def test_b197_a_record_takes_the_number_of_the_blank_slip_it_was_filled_on(story):
    clerk = story.user("service_clerk")
    blank = custody.issue_blank(SLIP, 1, holder=story.staff("service_engineer"), by=clerk, now=clock.now())[0]
    record = slip(story)
    custody.adopt(record, SLIP, blank.number.lower())
    assert (record.record_no, blank.owner_id) == (blank.number, record.id)
    assert len(custody.copies_of("service_record", record.id)) == 3
    other = ServiceRecord(work_order_id=record.work_order_id, customer_id=record.customer_id, layout="repair_slip_3")
    db.session.add(other)
    db.session.flush()
    with pytest.raises(DomainError) as refusal:
        custody.adopt(other, SLIP, blank.number)
    assert refusal.value.field == "number"


def scanned(pdf, count):
    """What a scanner makes of printed pages: 200 dpi, grey, every third one 3° askew, one upside down."""
    pages = []
    for place, page in enumerate(pypdfium2.PdfDocument(pdf)):
        image = page.render(scale=200 / 72, grayscale=True).to_pil().convert("L")
        angle = {1: 3, 2: -3}.get(place % 3, 180 if place == 6 else 0)
        pages.append(image.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=245).point(lambda grey: 18 + grey * 0.88))
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:count], resolution=200)
    return out.getvalue()


def test_a_mixed_scan_files_itself_and_what_cannot_be_read_goes_to_the_tray(app):
    with app.app_context():
        with unit_():
            clerk = who()
            taken = custody.issue_blank(SLIP, 20, holder=engineers()[0], by=clerk, now=MARCH)
            errand = batches.ask_blank(SLIP, taken, by=clerk, now=MARCH)
            key, expected = errand.id, [(issued.number, number) for issued in taken for number in (1, 2, 3)]
        assert errands.run_next()
        with unit_(write=False):
            done = db.session.get(Errand, key)
            assert (done.done, done.result["pages"]) == (20, 60)
            pile = scanned(storage.fetch(done.result["pdf"]), 60)
        foreign = Image.new("L", (400, 400), 255)
        picture = io.BytesIO()
        foreign.save(picture, "PNG")
        with unit_():
            scans.receive("三月返单.pdf", pile, by=who(), now=MARCH)
            scans.receive("别的.png", picture.getvalue(), by=who(), now=MARCH)
        while errands.run_next():
            pass
        with unit_(write=False):
            pages = db.session.scalars(select(ScanPage).order_by(ScanPage.id)).all()
            filed = [page for page in pages if page.state == ScanState.FILED]
            wrong = [page for page in filed if (page.copy.issued.number, page.copy.copy_no) != expected[page.page_no - 1]]
            assert (len(pages), wrong) == (61, [])
            assert len(filed) >= 58
            assert any(page.file_name == "别的.png" and page.state == ScanState.TRAY and page.reason for page in pages)
            states = dict(db.session.execute(select(PaperCopy.state, func.count()).group_by(PaperCopy.state)).all())
            assert states.get(CopyState.RETURNED, 0) + states.get(CopyState.LEFT, 0) >= 58
        with unit_():
            page = scans.tray()[0]
            with pytest.raises(DomainError) as refusal:
                scans.file(page, "RR9999-0001/1", by=who(), now=MARCH)
            assert refusal.value.field == "code"
            scans.file(page, f"{expected[0][0]}/1", by=who(), now=MARCH)
            assert page.state == ScanState.FILED


def test_a_page_with_the_codes_of_two_papers_is_never_filed(app):
    with app.app_context():
        with unit_():
            taken = custody.issue_blank(SLIP, 2, holder=engineers()[0], by=who(), now=MARCH)
            both = Image.new("L", (900, 500), 255)
            for place, issued in enumerate(taken):
                code = Image.open(io.BytesIO(__import__("base64").b64decode(printing.qr(f"repair_slip_3/{issued.number}/1").split(",")[1])))
                both.paste(code.convert("L").resize((300, 300)), (50 + place * 450, 100))
            out = io.BytesIO()
            both.save(out, "PNG")
            scans.receive("两张.png", out.getvalue(), by=who(), now=MARCH)
        assert errands.run_next()
        with unit_(write=False):
            page = db.session.scalar(select(ScanPage))
            assert (page.state, page.copy_id) == (ScanState.TRAY, None)


def test_b206_a_batch_is_printed_in_the_background_and_nobody_waits_for_it(app, monkeypatch):
    world.fill(app)
    with app.app_context():
        with unit_():
            db.session.add_all(ServiceRecord(work_order_id=1, customer_id=1, layout="repair_slip_3") for _turn in range(24))
            db.session.flush()
            records = list(db.session.scalars(select(ServiceRecord).order_by(ServiceRecord.id)))
            key = batches.ask(SLIP, records, by=who("service_manager"), now=MARCH).id
            assert {record.record_no is not None for record in records} == {True}
        steps, real = [], printing.to_pdf

        def printing_while_others_write(*args, **named):
            unit_of_work.aside(lambda session: session.add(Errand(
                kind="none", title="meanwhile", created_at=MARCH, payload={}, done_at=MARCH, total=0, done=0, attempts=0, result={})))
            steps.append(unit_of_work.aside(lambda session: session.get(Errand, key).done))
            return real(*args, **named)

        monkeypatch.setattr(printing, "to_pdf", printing_while_others_write)
        assert errands.run_next()
        with unit_(write=False):
            errand = db.session.get(Errand, key)
            assert steps == [0, 20], "it says how far it is"
            assert (errand.done, errand.total, errand.result["pages"]) == (25, 25, 75)
            assert len(pypdfium2.PdfDocument(storage.fetch(errand.result["pdf"]))) == 75


@pytest.mark.long
def test_r13_a_hundred_slips_cost_less_than_half_of_a_hundred_single_prints(app, record_property):
    world.fill(app)
    with app.app_context():
        with unit_():
            db.session.add_all(ServiceRecord(work_order_id=1, customer_id=1, layout="repair_slip_3") for _turn in range(99))
            db.session.flush()
            records = list(db.session.scalars(select(ServiceRecord).order_by(ServiceRecord.id)))
            key = batches.ask(SLIP, records, by=who("service_manager"), now=MARCH).id
            begun = time.perf_counter()
            for record in records[:5]:
                printing.to_print(SLIP, record, {}, model=ServiceRecord, number=record.record_no)
            single = (time.perf_counter() - begun) / 5
        begun = time.perf_counter()
        assert errands.run_next()
        whole = time.perf_counter() - begun
        with unit_(write=False):
            assert db.session.get(Errand, key).result["pages"] == 300
    record_property("seconds for 100 slips", round(whole, 1))
    assert whole < 100 * single / 2


def test_an_errand_whose_worker_died_is_taken_up_again_and_given_up_after_three_attempts(app):
    with app.app_context():
        with unit_():
            key = errands.ask("broken", "坏的", {}, total=1, by=who(), now=MARCH).id
        errands.KINDS["broken"] = lambda _key: 1 / 0
        try:
            assert [errands.run_next() for _turn in range(4)] == [True, True, True, False]
        finally:
            del errands.KINDS["broken"]
        with unit_(write=False):
            assert "ZeroDivisionError" in db.session.get(Errand, key).error


def test_r13_pages_are_laid_three_on_one_and_on_a5_and_moved_by_millimetres(unit):
    pdf = printing.to_print(SLIP, None, {}, model=ServiceRecord, number="RR2503-0001").pdf
    three = pypdfium2.PdfDocument(imposition.arranged(pdf, Arrangement.THREE))
    assert [tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in three] == [(210, 297)]
    small = pypdfium2.PdfDocument(imposition.arranged(pdf, Arrangement.A5))
    assert {tuple(sorted(round(side / 72 * 25.4) for side in page.get_size())) for page in small} == {(148, 210)}
    printer = PrinterSetting(name="窗口针打", offset_x=2, offset_y=-1)
    straight = PrinterSetting(name="零", offset_x=0, offset_y=0)
    here, there = (_ink(pypdfium2.PdfDocument(printing.calibration(one))[0]) for one in (straight, printer))
    assert (there[0] - here[0], there[1] - here[1]) == pytest.approx((2, -1), abs=0.2)


def _ink(page):
    """Where the printing of a page begins, in mm from its left and upper edge."""
    image = page.render(scale=10 / 72 * 25.4, grayscale=True).to_pil().convert("L").point(lambda grey: 255 if grey < 128 else 0)
    left, top, _right, _bottom = image.getbbox()
    return left / 10, top / 10


def test_r13_over_print_leaves_only_what_is_filled_in(story):
    record = slip(story)
    pdf = printing.to_print(SLIP, record, {}, model=ServiceRecord, number="RR2503-0001", over=True).pdf
    page = pypdfium2.PdfDocument(pdf)[0]
    plain = pypdfium2.PdfDocument(printing.to_print(SLIP, record, {}, model=ServiceRecord, number="RR2503-0001").pdf)[0]
    dark = [sum(value < 100 for value in one.render(scale=1, grayscale=True).to_pil().convert("L").tobytes()) for one in (page, plain)]
    assert 0 < dark[0] < dark[1] * 0.4
    assert "更换综框导轨" in page.get_textpage().get_text_range()


def test_r13_the_company_s_form_number_and_revision_stand_in_the_head(unit):
    setting = db.session.scalar(select(FormSetting).where(FormSetting.form_code == "repair_slip_3"))
    setting.form_no, setting.revision = "QR-8.2-17", "A/1"
    set_("company.hotline", "400-800-0000")
    db.session.flush()
    text = pypdfium2.PdfDocument(printing.to_print(SLIP, None, {}, model=ServiceRecord).pdf)[0].get_textpage().get_text_range()
    assert "QR-8.2-17 · A/1" in text
    assert "服务热线 400-800-0000" in text


def test_every_number_taken_is_known_by_its_series_and_place(unit):
    assert db.session.scalar(select(func.count()).select_from(IssuedPaper)) == db.session.scalar(
        select(func.count(func.distinct(IssuedPaper.series + IssuedPaper.number))))


def test_b048_the_original_handed_in_with_the_order_takes_its_copies_back(story):
    from services import work_orders

    record = slip(story)
    clerk = story.user("service_clerk")
    signing.log_print(record, SLIP, by=clerk, now=clock.now())
    signing.carry_on_paper(record, SLIP, by=clerk, now=clock.now())
    work_orders.take_step(record.order, "finish", by=story.user("service_engineer"), now=clock.now(), solution="更换")
    for step in ("strike_off", "return_form"):
        work_orders.take_step(record.order, step, by=clerk, now=clock.now())
    assert [copy.state for copy in custody.copies_of("service_record", record.id)] == [
        CopyState.RETURNED, CopyState.RETURNED, CopyState.LEFT]
