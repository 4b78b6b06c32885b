"""Change of a signed paper: asked for, decided by quality, carried out by voiding and issuing anew (B-204, B-205)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from extensions import db
from models.account import Notification
from models.enums import PaperState
from models.number import IssuedPaper
from models.paper import PAPERS
from models.paper_change import ChangeState
from services import access, audit, clock, paper_changes, paper_records, signing
from services.errors import DomainError, NotAllowed
from tests.services.test_papers import sign, slip

SLIP, ANALYSIS = PAPERS["repair_slip_3"][1], PAPERS["fault_analysis"][1]
SIGNERS = (("engineer", "service_engineer"), ("customer", "service_engineer"), ("repairer", "service_engineer"),
           ("dept_head", "dispatch_supervisor"))


def signed(story):
    record = slip(story)
    for slot, by in SIGNERS:
        sign(story, record, slot, by)
    return record


def asked(story, record, by="service_engineer", paper=SLIP):
    return paper_changes.ask(record, paper, wanted="完成时间改为 11:30", reason="写错时间", by=story.user(by), now=clock.now())


def decide(story, change, step="approve", by="quality", **more):
    paper_changes.take_step(change, step, by=story.user(by), now=clock.now(), **more)


def void(story, record, by="service_manager"):
    paper_records.void(record, SLIP, by=story.user(by), now=clock.now(), reason="写错时间")


def test_b205_a_signed_paper_is_not_voided_while_quality_has_not_agreed(story):
    record = signed(story)
    with pytest.raises(DomainError) as refusal:
        void(story, record)
    assert refusal.value.rule == "B-205"
    change = asked(story, record)
    with pytest.raises(DomainError):
        void(story, record)
    decide(story, change, "refuse", reason="记录属实，不需更改")
    with pytest.raises(DomainError):
        void(story, record)
    assert record.status == PaperState.SIGNED


def test_b205_what_is_not_fully_signed_is_voided_as_before(story):
    record = slip(story)
    sign(story, record, "engineer")
    void(story, record)
    assert record.status == PaperState.VOID


def test_b205_an_agreed_change_voids_and_issues_anew_in_one_act_by_who_asked(story):
    record = signed(story)
    number, content = record.record_no, record.treatment
    change = asked(story, record)
    decide(story, change)
    made = paper_records.replace(record, SLIP, by=story.user("service_engineer"), now=clock.now())
    assert (record.status, record.record_no, record.void_reason) == (PaperState.VOID, number, "写错时间")
    assert (made.replaces_id, made.status, made.treatment, made.record_no) == (record.id, PaperState.DRAFT, content, None)
    assert paper_records.successor(record) is made
    assert (change.status, change.done_at) == (ChangeState.DONE, clock.now())
    assert db.session.scalar(select(IssuedPaper.state).where(IssuedPaper.number == number)) == PaperState.VOID
    assert audit.entries(record)[0].reason == "写错时间"


def test_b205_an_agreed_change_is_used_once(story):
    record = signed(story)
    decide(story, asked(story, record))
    made = paper_records.replace(record, SLIP, by=story.user("service_engineer"), now=clock.now())
    with pytest.raises(DomainError):
        paper_records.reissue(record, SLIP, by=story.user("service_engineer"), now=clock.now())
    for slot, by in SIGNERS:
        sign(story, made, slot, by)
    with pytest.raises(DomainError):
        void(story, made)


def test_b205_only_who_asked_or_may_void_carries_it_out(story):
    record = signed(story)
    with pytest.raises(DomainError):
        paper_records.replace(record, SLIP, by=story.user("service_engineer"), now=clock.now())
    decide(story, asked(story, record))
    with pytest.raises(NotAllowed):
        paper_records.replace(record, SLIP, by=story.user("service_clerk"), now=clock.now())


def test_b204_quality_decides_and_nobody_on_his_own_request(story):
    record = signed(story)
    change = asked(story, record)
    for somebody in ("admin", "service_manager", "service_engineer", "general_manager"):
        with pytest.raises(NotAllowed):
            decide(story, change, by=somebody)
    own = asked(story, signed_other(story), by="quality", paper=ANALYSIS)
    for step in ("approve", "refuse"):
        with pytest.raises(DomainError) as refusal:
            decide(story, own, step, reason="自己的申请")
        assert refusal.value.rule == "B-204"
    decide(story, change)
    assert (change.status, change.decided_by_id) == (ChangeState.AGREED, story.user("quality").id)
    notice = db.session.scalar(select(Notification).where(Notification.user_id == story.user("service_engineer").id,
                                                          Notification.href == change.href))
    assert record.record_no in notice.text


def signed_other(story):
    """Another signed paper, of another customer."""
    request = story.triaged(name="三墩水厂")
    return story.analysed(request)


def test_b205_a_request_is_for_a_signed_paper_says_what_and_why_and_is_one_at_a_time(story):
    draft = slip(story)
    with pytest.raises(DomainError):
        asked(story, draft)
    for slot, by in SIGNERS:
        sign(story, draft, slot, by)
    for empty in ("wanted", "reason"):
        with pytest.raises(DomainError) as refusal:
            paper_changes.ask(draft, SLIP, **{"wanted": "改时间", "reason": "写错", empty: " "}, by=story.user("service_engineer"),
                              now=clock.now())
        assert refusal.value.field == empty
    asked(story, draft)
    with pytest.raises(DomainError):
        asked(story, draft, by="service_clerk")
    with pytest.raises(NotAllowed):
        asked(story, signed_other(story), by="vice_president", paper=ANALYSIS)


def test_a_paper_carried_on_paper_is_signed_too(story):
    record = slip(story)
    signing.carry_on_paper(record, SLIP, by=story.user("service_clerk"), now=clock.now())
    with pytest.raises(DomainError) as refusal:
        void(story, record)
    assert refusal.value.rule == "B-205"


def test_a_refusal_says_why_and_a_decided_request_is_not_decided_again(story):
    change = asked(story, signed(story))
    with pytest.raises(DomainError) as refusal:
        decide(story, change, "refuse")
    assert refusal.value.field == "reason"
    decide(story, change, "refuse", reason="记录属实")
    with pytest.raises(DomainError):
        decide(story, change)
    assert audit.entries(change)[0].reason == "记录属实"


def test_roles_an_engineer_sees_his_own_requests_and_quality_all(story):
    mine = asked(story, signed(story))
    other = asked(story, signed_other(story), by="service_clerk", paper=ANALYSIS)

    def seen(by):
        from models.paper_change import PaperChange

        return set(db.session.scalars(select(PaperChange).where(access.visible(story.user(by), PaperChange))))
    assert (seen("service_engineer"), seen("quality")) == ({mine}, {mine, other})
