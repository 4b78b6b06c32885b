"""Cells signed on the paper, proved by a scan of it: whose right, in which order, what stays of it (B-042, B-048, B-055; R10)."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from extensions import db
from models.custody import ScanPage, ScanState
from models.enums import AttachmentKind, PaperState
from models.job import Errand
from models.paper import PAPERS
from models.setting import Setting
from services import attachments, clock, custody, paper_records, paper_scans, signing, storage
from services.errors import DomainError, NotAllowed, NotThere
from services.unit_of_work import cache
from tests.services.test_papers import sign, slip

SLIP = PAPERS["repair_slip_3"][1]
CLERK = "service_clerk"


def picture():
    made = io.BytesIO()
    Image.new("L", (300, 400), 255).save(made, "JPEG")
    return made.getvalue()


def filed(story, record):
    """A scanned page of the first copy, filed by its code."""
    signing.log_print(record, SLIP, by=story.user(CLERK), now=clock.now())
    copy = custody.copies_of(record.__tablename__, record.id)[0]
    errand = Errand(kind="scan", title="三月返单.pdf", created_at=clock.now(), payload={}, total=1, done=1, attempts=1, result={})
    db.session.add(errand)
    db.session.flush()
    page = ScanPage(errand_id=errand.id, page_no=1, file_name="三月返单.pdf", sha256=storage.keep(picture()), copy=copy,
                    state=ScanState.FILED)
    db.session.add(page)
    db.session.flush()
    return page


def on_paper(story, record, page, *cells, by=CLERK, **more):
    return paper_scans.sign(record, SLIP, cells, page, by=story.user(by), now=clock.now(), **more)


def test_b042_cells_shown_signed_on_a_filed_page_are_signed_with_it_as_their_proof(story):
    record = slip(story)
    page = filed(story, record)
    made = on_paper(story, record, page, "customer", "engineer", sealed=True)
    assert [(row.slot, row.method, row.signer_name, row.sealed) for row in made] == [
        ("engineer", "scan", "纸质签字", True), ("customer", "scan", "纸质签字", True)]
    proof, = {file.id: file for file in paper_scans.proofs(record, SLIP).values()}.values()
    assert (proof.sha256, proof.kind, proof.owner_id) == (page.sha256, AttachmentKind.SEALED_SCAN, record.id)
    assert {row.witness_id for row in made} == {story.user(CLERK).id}


def test_r10_a_cell_is_not_signed_before_those_the_record_asks_first(story):
    record = slip(story)
    page = filed(story, record)
    later = SLIP.slot("dept_head")
    with pytest.raises(DomainError) as refusal:
        on_paper(story, record, page, later.name)
    assert refusal.value.rule == "R10"
    made = on_paper(story, record, page, later.name, *later.after)
    assert made[-1].slot == later.name, "the order is the record's, not that of the boxes"
    with pytest.raises(DomainError) as refusal:
        on_paper(story, record, page, later.name)
    assert refusal.value.rule == "R10"


def test_b055_an_approval_is_never_given_on_paper(story):
    code, paper, slot = next((code, paper, slot) for code, (_model, paper) in PAPERS.items() for slot in paper.slots
                             if slot.approves and code == "service_plan")
    record = PAPERS[code][0]()
    db.session.add(record)
    db.session.flush()
    file = attachments.keep(record, "方案.jpg", picture(), "image/jpeg", by=story.user(CLERK))
    with pytest.raises(DomainError) as refusal:
        paper_scans.sign(record, paper, [slot.name], file, by=story.user(CLERK), now=clock.now())
    assert refusal.value.rule == "B-055"


def test_b048_only_who_files_scans_says_what_they_show(story):
    record = slip(story)
    page = filed(story, record)
    for somebody in ("service_engineer", "sales", "warehouse", "admin"):
        with pytest.raises(NotAllowed):
            on_paper(story, record, page, "engineer", by=somebody)
    assert signing.signatures(record, SLIP) == {}


def test_a_page_of_another_paper_proves_nothing(story):
    record = slip(story)
    page = filed(story, record)
    page.copy = None
    with pytest.raises(NotThere):
        on_paper(story, record, page, "engineer")
    with pytest.raises(DomainError) as refusal:
        on_paper(story, record, page)
    assert refusal.value.field == "cells"


def test_r017_a_gap_is_asked_for_before_a_scan_counts(story):
    record = slip(story, treatment=None)
    page = filed(story, record)
    with pytest.raises(DomainError) as refusal:
        on_paper(story, record, page, "engineer")
    assert refusal.value.field == "treatment"


def test_r10_a_later_edit_voids_a_cell_signed_by_scan_and_the_proof_stays(story):
    record = slip(story)
    on_paper(story, record, filed(story, record), "engineer")
    proof = paper_scans.proofs(record, SLIP)["engineer"]
    paper_records.fill(record, SLIP, {"treatment": "另作处理"}, by=story.user("service_engineer"), now=clock.now())
    assert signing.signatures(record, SLIP) == {}
    with pytest.raises(DomainError) as refusal:
        attachments.take_away(proof, record, reason="重复", by=story.user("service_manager"), now=clock.now())
    assert refusal.value.rule == "B-042"


def test_r10_some_sign_here_and_some_on_the_paper_and_the_last_one_freezes_it(story):
    record = slip(story)
    page = filed(story, record)
    sign(story, record, "engineer")
    on_paper(story, record, page, "customer")
    sign(story, record, "repairer")
    sign(story, record, "dept_head", by="dispatch_supervisor")
    assert record.status == PaperState.SIGNED
    assert signing.frozen(record, SLIP) is not None
    assert paper_scans.open_cells(record, SLIP) == []


def test_b042_where_customers_sign_on_the_screen_no_scan_stands_for_them(story):
    record = slip(story)
    page = filed(story, record)
    db.session.scalar(select(Setting).where(Setting.key == "onsite.signature_mode")).value = "image"
    db.session.flush()
    cache().clear()
    with pytest.raises(DomainError) as refusal:
        on_paper(story, record, page, "customer")
    assert refusal.value.rule == "B-042"
    assert [row.slot for row in on_paper(story, record, page, "engineer")] == ["engineer"]
