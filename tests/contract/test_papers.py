"""What holds for every paper record, whoever adds the next one: filled, kept, printed by both engines, read back, in the rights table."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace

import pytest
from sqlalchemy import inspect, select

import models.records  # noqa: F401  declares the papers
from extensions import db, force_locale
from forms.records import is_stored
from models.enums import FaultLevel, InWarranty, PaperState, ProblemNature
from models.equipment import PartPrice
from models.paper import PAPERS, Cell, OnPaper, Row
from models.returns import SalesShipmentLine
from models.service_request import ServiceRequest
from services import access, audit, clock, paper_records, printing, rights, saving, sheets, signing
from services.unit_of_work import unit_of_work
from tests.contract.data_policy import ROLES
from tests.rig import world
from tests.rig.paper_values import line_values, values_for

OWN = [code for code, (model, _paper) in PAPERS.items() if issubclass(model, OnPaper)]
FULL_BY = ("service_manager", "dispatch_supervisor", "service_clerk", "tech_lead", "quality", "warehouse", "service_engineer", "finance",
           "buyer", "office", "sales", "project_manager")


@pytest.fixture
def filled_app(app):
    world.fill(app)
    with app.app_context(), unit_of_work(), clock.frozen(clock.at_local(2025, 3, 4, 10, 0)):
        complete()
        yield app
        db.session.rollback()


def complete():
    """The request of the small world as one that was taken properly, and a price for its part."""
    request = db.session.get(ServiceRequest, 1)
    request.site_id = request.product_model_id = request.equipment_id = 1
    request.contact_name, request.contact_phone, request.symptom = "某人", "0571-5550100", "示值漂移"
    request.in_warranty, request.problem_nature, request.fault_level = InWarranty.YES, ProblemNature.HARDWARE, FaultLevel.TWO
    db.session.get(PartPrice, 1).valid_from = clock.today()
    # A return is held against a sale: one of the batches the tests type.
    db.session.add_all(SalesShipmentLine(shipment_id=1, part_id=1, batch_no=f"第{place}项内容", qty=9) for place in range(2))
    db.session.flush()


def people(*names):
    from flask_appbuilder.security.sqla.models import User

    return [db.session.scalar(select(User).where(User.username == name)) for name in names or FULL_BY]


def begun(code):
    """A record of a paper, begun by whoever may from whatever it can be begun from."""
    model, paper = PAPERS[code]
    if not issubclass(model, OnPaper):
        return db.session.scalar(select(model).where(model.id == 1)), paper
    user = next(user for user in people() if access.can(user, "create", paper.noun))
    origins = paper_records.origins(model)
    origin = db.session.get(origins[next(iter(origins))], 1) if origins else None
    return paper_records.begin(model, paper, origin, by=user, now=clock.now()), paper


def fill_all(record, paper, lines=2):
    """Each person fills what is his; what was written."""
    written = {}
    for user in people():
        may = paper_records.may_edit(record, paper, user)
        mine = [name for name in paper.fields() if name in may]
        fresh = {name: value for name, value in values_for(type(record), mine).items() if name not in written}
        rows = {item.attribute: line_values(paper_records.line_model(type(record), item), item, lines) for item in paper.lists()
                if item.kept_in in paper_records.may_edit(record, paper, user) and item.attribute not in written}
        if fresh or rows:
            paper_records.fill(record, paper, fresh, rows, by=user, now=clock.now())
            written |= fresh | rows
    return written


@pytest.mark.every_paper
@pytest.mark.parametrize("code", list(PAPERS))
def test_what_is_filled_in_is_there_when_it_is_opened_again(filled_app, code):
    record, paper = begun(code)
    written = fill_all(record, paper)
    may_be_written = any(section.fields for section in paper.sections) or not paper.sections
    assert written or not may_be_written or not any(is_stored(PAPERS[code][0], name) for name in paper.fields()), "a view of a core thing"
    db.session.flush()
    key = record.id
    db.session.expire_all()
    record = db.session.get(type(record), key)
    for name, value in written.items():
        if any(item.attribute == name for item in paper.lists()):
            assert len(getattr(record, name)) == len(value), name
        elif not isinstance(value, list):
            assert saving.comparable(getattr(record, name)) == saving.comparable(value), name
    assert audit.entries(record) or not may_be_written, "its history is empty"


@pytest.mark.every_paper
@pytest.mark.parametrize("engine", ["pdfkit", "weasyprint"])
@pytest.mark.parametrize("code", list(PAPERS))
def test_a_filled_paper_prints_all_its_labels_and_values_on_both_engines(filled_app, tmp_path, code, engine):
    record, paper = begun(code)
    fill_all(record, paper)
    done = printing.to_print(paper, record, {}, model=type(record), number="N-1", engine=engine)
    path = tmp_path / "x.pdf"
    path.write_bytes(done.pdf)
    text = re.sub(r"\s", "", subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout)
    with force_locale("zh_Hans_CN"):
        filled = sheets.Filled(paper, record, {}, model=type(record))
        labels = [re.sub(r"\s", "", filled.label(name)) for name in paper.fields()]
        values = [re.sub(r"\s", "", filled.said(name)) for name in paper.fields()
                  if name in inspect(type(record)).columns and name not in paper.choices]
    assert [label for label in labels if label not in text] == []
    short = [value for value in values if value and len(value) < 14]  # longer ones are broken over lines of their cells
    assert [value for value in short if value not in text] == []
    assert not re.search("[\u2e80-\u2fdf]", text)
    assert done.engine == engine


@pytest.mark.every_paper
@pytest.mark.parametrize("code", [code for code in OWN if PAPERS[code][1].lists()])
def test_lines_of_any_number_stand_on_as_many_sheets_as_they_need(filled_app, code):
    record, paper = begun(code)
    block = next(block for block in paper.blocks if hasattr(block, "lists"))
    for count, pages in ((0, 1), (1, 1), (block.rows, 1), (block.rows + 1, 2), (3 * block.rows, 3)):
        trial = db.session.begin_nested()
        fill_all(record, paper, lines=count)
        assert len(sheets.Filled(paper, record, {}, model=type(record)).pages()) == pages * max(1, len(paper.copies)), count
        trial.rollback()


@pytest.mark.parametrize("code", list(PAPERS))
def test_a_paper_has_its_row_of_rights_its_series_and_its_place_in_the_catalogue(code):
    from services.numbering import DEFAULTS

    model, paper = PAPERS[code]
    assert paper.noun in rights.TABLE
    assert any(rights.letters_of(role, paper.noun) for role in ROLES)
    assert paper.series in {series for series, _label, _pattern in DEFAULTS}
    assert re.fullmatch(r"R-\d{3}", paper.record)
    assert str(paper.area)
    assert str(paper.purpose)
    assert set(paper.listed) <= {*inspect(model).columns.keys(), *inspect(model).relationships.keys()}


@pytest.mark.every_paper
@pytest.mark.parametrize("code", OWN)
def test_b205_a_void_paper_keeps_its_number_and_reason_and_may_be_issued_anew(filled_app, code):
    record, paper = begun(code)
    fill_all(record, paper)
    number = signing.ensure_number(record, paper, now=clock.now())
    user = next((user for user in people("admin", *FULL_BY) if access.can(user, "void", paper.noun)), None)
    if user is None:
        assert not any("V" in rights.letters_of(role, paper.noun) for role in ROLES)
        return
    paper_records.void(record, paper, by=user, now=clock.now(), reason="写错客户")
    assert (record.status, getattr(record, paper.number), record.void_reason) == (PaperState.VOID, number, "写错客户")
    assert not paper_records.may_edit(record, paper, user)
    maker = next(user for user in people() if access.can(user, "create", paper.noun))
    made = paper_records.reissue(record, paper, by=maker, now=clock.now())
    assert (made.replaces_id, getattr(made, paper.number), made.status) == (record.id, None, PaperState.DRAFT)
    again = signing.content_of(made, paper).replace('"number":null', "").replace(f'"number":"{number}"', "")
    assert again == signing.content_of(record, paper).replace(f'"number":"{number}"', "")


SLIP = PAPERS["repair_slip_3"][1]


@pytest.mark.parametrize(("broken", "words"), [
    ({"blocks": (Row(9, (Cell(4, ("x",)),)),)}, "fill the grid"),
    ({"blocks": SLIP.blocks * 3}, "do not fit the sheet"),
    ({"sheet": replace(SLIP.sheet, point=10.1)}, "0.75 pt"),
])
def test_a_broken_paper_is_refused_when_it_is_declared(broken, words):
    with pytest.raises(ValueError, match=words):
        replace(SLIP, **broken)


def test_the_check_of_values_bites_on_a_paper_that_forgets_one(filled_app, monkeypatch):
    real = paper_records.fill
    monkeypatch.setattr(paper_records, "fill", lambda record, paper, values, *args, **named: real(
        record, paper, {name: value for name, value in values.items() if name != "treatment"}, *args, **named))
    with pytest.raises(AssertionError, match="treatment"):
        test_what_is_filled_in_is_there_when_it_is_opened_again(filled_app, "repair_slip_3")
