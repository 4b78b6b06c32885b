"""The catalogue of records: found by name, pinyin initials and id, with purpose, who signs, and “start one” for who may."""

from __future__ import annotations

import pytest
from flask_babel import force_locale

import models.records  # noqa: F401  declares the papers
import services.registers  # noqa: F401  declares the registers
from models.paper import PAPERS
from services.register import REGISTERS
from tests.contract.test_record_catalogue import RECORDS


@pytest.mark.parametrize("words", ["售后服务维修记录单", "shfwwxjld", "R-017", "r-017"])
def test_a_record_is_found_by_name_initials_and_id(as_role, words):
    page = as_role("service_clerk").get("/records/", query_string={"q": words}).text
    assert 'href="/records/repair_slip_3/"' in page
    assert 'href="/records/quotation/"' not in page
    assert 'href="/records/repair_slip_3/add"' in page
    assert 'href="/records/repair_slip_3/blank.pdf"' in page


def test_every_record_of_the_first_release_stands_in_it_with_its_purpose(as_role):
    page = as_role("service_manager").get("/records/").text
    assert [record for record in RECORDS if f">{record}<" not in page] == []
    assert page.count('class="hint"') >= len(PAPERS) + len(REGISTERS) - 1  # quality's costing apart, each row says when it is used


def test_each_record_says_who_fills_it_and_when_it_is_due(app, as_role):
    page, wrong = as_role("service_manager").get("/records/").text, []
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        for kind, records in (("records", [paper for _model, paper in PAPERS.values()]), ("registers", REGISTERS.values())):
            for record in records:
                row = page.partition(f'class="subject" href="/{kind}/{record.code}/"')[2].split("</tr>")[0]
                if not record.who or not record.when or str(record.who) not in row or str(record.when) not in row:
                    wrong.append(record.code)
    assert wrong == []


def test_a_record_says_who_signs_it_and_its_copies(as_role):
    page = as_role("service_clerk").get("/records/?paper=repair_slip_3").text
    aside = page[page.index('class="panel picked-card"'):]
    assert "售后服务人员" in aside
    assert all(copy in aside for copy in ("第一联", "第二联", "第三联"))


def test_what_a_role_may_not_read_is_not_in_it_and_only_who_may_begins_one(as_role):
    page = as_role("finance").get("/records/").text
    assert 'href="/records/site_survey/add"' not in page
    assert 'href="/records/inspection_record/"' not in page
