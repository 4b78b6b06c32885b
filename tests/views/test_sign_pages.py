"""Whoever signs reads what he signs, whatever kind of lines the paper has."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import inspect

import models.records  # noqa: F401  declares the papers
from extensions import db
from models.paper import PAPERS
from services import paper_records
from views.record_papers import said

LISTS = [(code, item.attribute) for code, (_model, paper) in sorted(PAPERS.items()) if paper.slots for item in paper.lists()
         if item.attribute == item.kept_in]


@pytest.mark.parametrize(("code", "name"), LISTS)
def test_the_lines_of_a_paper_are_told_to_who_signs_it(app, code, name):
    model, paper = PAPERS[code]
    item = next(one for one in paper.lists() if one.attribute == name)
    with app.test_request_context(), db.session.no_autoflush:
        line_model, record = paper_records.line_model(model, item), model()
        line = line_model()
        typed = next((column.field for column in item.columns if column.field in inspect(line_model).columns
                      and inspect(line_model).columns[column.field].type.python_type is str), None)
        if typed is not None:
            setattr(line, typed, "七〇二")
        if hasattr(line, "qty"):
            line.qty = Decimal(2)
        getattr(record, name).append(line)
        facts, _total = said(record, paper)
        db.session.expunge_all()
    shown = next((column for column in item.columns if column.field == typed), None)
    if typed is not None and not hasattr(line, "part") and not shown.shows:
        assert any("七〇二" in text for _label, text in facts)
