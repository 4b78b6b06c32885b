"""Papers begun by programs: each kind as on the screen, filled by whom it belongs to, refused at the field, never twice (R1, R5, B-043)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import func, select

import models.records  # noqa: F401  declares the papers
from extensions import db
from models.enums import PaperState
from models.money_enums import QuotationStage
from models.paper import PAPERS, OnPaper
from services import access, audit, clock, paper_records
from services.unit_of_work import unit_of_work
from tests.contract.test_papers import complete, people
from tests.rig import world
from tests.rig.paper_values import values_for
from tests.services.conftest import BEGIN, Story
from tests.services.test_quotations import approved
from tests.views.test_api import Program

BEGUN = [code for code, (model, paper) in PAPERS.items() if issubclass(model, OnPaper) and not paper.view]
OTHERS = sorted(PAPERS.keys() - BEGUN)


@pytest.fixture
def filled(app):
    """The small world, its request taken properly."""
    world.fill(app)
    with clock.frozen(clock.at_local(2025, 3, 4, 10, 0)):
        with app.app_context(), unit_of_work():
            complete()
        yield app


def sent(value):
    """A value as a program writes it."""
    if isinstance(value, list):
        return [item.id for item in value]
    if hasattr(value, "__table__"):
        return value.id
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value.value if hasattr(value, "value") else value


def begun_by(app, code):
    """(who may begin it, what it belongs to, a value for each field he may write then, what the sheet on the screen makes of them)."""
    model, paper = PAPERS[code]
    origins = paper_records.origins(model)
    with app.app_context(), unit_of_work(write=False):
        who, name = next((user.username, name) for user in people() if access.can(user, "create", paper.noun)
                         for name in (origins or {None: None}) if name is None or sees(user, origins[name]))
    with app.app_context(), unit_of_work():
        user = people(who)[0]
        record = paper_records.begin(model, paper, db.session.get(origins[name], 1) if name else None, by=user, now=clock.now())
        values = values_for(model, [field for field in paper.fields() if field in paper_records.may_edit(record, paper, user)])
        values = {field: value for field, value in values.items() if not hasattr(value, "__table__") or sees(user, type(value), value.id)}
        body = {field: sent(value) for field, value in values.items()}
        paper_records.fill(record, paper, values, by=user, now=clock.now())
        db.session.expire(record)
        kept = {field: sent(getattr(record, field)) for field in values}
        db.session.rollback()
    return who, {"from": {name: 1}} if name else {}, body, kept


def sees(user, kind, key=1):
    """Whether he may know of this record, the first of its kind when none is named."""
    return db.session.scalar(select(kind.id).where(kind.id == key, access.visible(user, kind))) is not None


def rows(app, code):
    with app.app_context(), unit_of_work(write=False):
        return db.session.scalar(select(func.count(PAPERS[code][0].id)))


@pytest.mark.every_paper
@pytest.mark.parametrize("code", BEGUN)
def test_a_program_begins_a_paper_with_its_fields_once(filled, code):
    who, origin, body, kept = begun_by(filled, code)
    program, before = Program(filled, who), rows(filled, code)
    first, second = (program.post(f"{code}/", {**origin, **body}, key="paper-0001") for _turn in range(2))
    assert first.status_code == 201, first.get_json()["errors"]
    key, stays = first.get_json()["id"], program.get(f"{code}/{first.get_json()['id']}").status_code == 200
    assert second.status_code == 201
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.get_json()["id"] == key
    assert second.get_json() == first.get_json() or not stays, "what he gave to somebody else is not told again"
    assert rows(filled, code) in (before, before + 1), "one, or the draft that was there already"
    with filled.app_context(), unit_of_work(write=False):
        record = db.session.get(PAPERS[code][0], key)
        assert record.status == PaperState.DRAFT
        assert {field: sent(getattr(record, field)) for field in body} == kept
        assert audit.entries(record)


@pytest.mark.every_paper
@pytest.mark.parametrize("code", BEGUN)
def test_a_paper_is_refused_at_the_field_and_nothing_is_begun(filled, code):
    who, origin, body, _kept = begun_by(filled, code)
    program, before = Program(filled, who), rows(filled, code)
    if origin:
        name = next(iter(origin["from"]))
        for wrong in ({}, {"from": {name: 99999}}):
            answer = program.post(f"{code}/", wrong)
            assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["from"])
            assert answer.get_json()["errors"]["from"][0].endswith("。")
        for wrong in (1, [], {}, {name: "1"}, {name: True}, {name: 1, "nonsense": 1}, {"nonsense": 1}, {name: 10**12}):
            assert program.post(f"{code}/", {"from": wrong}).status_code == 400, wrong
    for wrong in ({"nonsense": 1}, {"status": "signed"}, {"lines": {"nonsense": []}}):
        assert program.post(f"{code}/", {**origin, **wrong}).status_code == 400, wrong
    text = next((field for field, value in body.items() if isinstance(value, str) and value.startswith("第")), None)
    if text is not None:
        answer = program.post(f"{code}/", {**origin, **body, text: "长" * 20_000})
        assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [text])
    assert rows(filled, code) == before


@pytest.mark.every_paper
@pytest.mark.parametrize("code", BEGUN)
def test_who_may_not_begin_a_paper_on_the_screen_may_not_as_a_program(filled, code):
    with filled.app_context(), unit_of_work(write=False):
        barred = [user.username for user in people() if not access.can(user, "create", PAPERS[code][1].noun)]
    _who, origin, _body, _kept = begun_by(filled, code)
    for name in barred[:2]:
        assert Program(filled, name).post(f"{code}/", origin).status_code == 403
    assert barred


def test_a_field_of_somebody_elses_section_is_refused(filled):
    program, before = Program(filled, "service_clerk"), rows(filled, "quality_case")
    answer = program.post("quality_case/", {"from": {"customer": 1}, "cause": "线路老化"})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (400, ["cause"])
    assert rows(filled, "quality_case") == before


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_is_begun_on_a_view_of_a_file_or_on_a_further_paper(filled, code):
    assert Program(filled, "service_manager").post(f"{code}/", {}).status_code == 405


def test_the_document_says_what_a_paper_is_begun_from(filled):
    document = Program(filled, "service_clerk").get("_openapi").get_json()
    body = document["paths"]["/api/v1/repair_slip_3/"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["from"]
    assert body["properties"]["from"]["properties"].keys() >= {"work_order"}
    assert "purchase_lines" in body["properties"]["lines"]["properties"]
    begun = {path.split("/")[3] for path, how in document["paths"].items() if "post" in how and "/do/" not in path}
    assert begun & PAPERS.keys() == set(BEGUN)


@pytest.fixture
def quotation(app):
    """An approved quotation of 600 CNY, on Monday 2025-03-03."""
    with clock.frozen(BEGIN):
        with app.app_context(), unit_of_work():
            key = approved(Story()).id
        yield key


def test_wf14_a_program_tells_the_price_and_records_the_answer_as_on_the_screen(app, quotation):
    clerk, at = Program(app, "service_clerk"), f"quotation_offer/{quotation}"
    early = clerk.post(f"{at}/do/accept", {"accepted_by": "王主任", "accepted_at": "2025-03-03T09:00", "accept_channel": "phone"})
    assert early.status_code == 422, "not told yet"
    assert Program(app, "service_engineer").post(f"{at}/do/send", {}).status_code == 403, "B-089"
    told = [clerk.post(f"{at}/do/send", {}, key="tell-it-once") for _turn in range(2)]
    assert [answer.status_code for answer in told] == [200, 200]
    assert told[1].headers["Idempotent-Replayed"] == "true"
    missing = clerk.post(f"{at}/do/accept", {"accepted_by": "王主任"})
    assert (missing.status_code, set(missing.get_json()["errors"])) == (422, {"accepted_at", "accept_channel"})
    answer = clerk.post(f"{at}/do/accept", {"accepted_by": "王主任", "accepted_at": "2025-03-03T09:00", "accept_channel": "phone"})
    assert answer.status_code == 200, answer.text
    with app.app_context(), unit_of_work(write=False):
        found = db.session.get(PAPERS["quotation_offer"][0], quotation)
        assert (found.stage, found.accepted_by) == (QuotationStage.ACCEPTED, "王主任")
    assert clerk.post(f"{at}/do/reject", {"reason": "超出预算"}).status_code == 422, "it was accepted"
    told_of = [path for path in clerk.get("_openapi").get_json()["paths"] if "/quotation" in path and "/do/" in path]
    assert told_of == [f"/api/v1/quotation_offer/{{id}}/do/{name}" for name in ("accept", "reject", "send")]
