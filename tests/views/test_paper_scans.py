"""The page where a scan is linked to the cells it shows signed, and the link from the cell to the page (B-042, B-048)."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from extensions import db
from models.attachment import Attachment
from models.enums import FaultLevel
from models.paper import PAPERS
from models.records.fault_analysis import FaultAnalysis
from services.unit_of_work import unit_of_work
from tests.rig import world
from tests.rig.paper_values import values_for

PAPER = "/records/fault_analysis/1"


@pytest.fixture
def whole(app):
    """A paper of the small world that says what it must."""
    world.fill(app)
    with app.app_context(), unit_of_work():
        record = db.session.get(FaultAnalysis, 1)
        for name, value in values_for(FaultAnalysis, PAPERS["fault_analysis"][1].fields()).items():
            if getattr(record, name) in (None, ""):
                setattr(record, name, value)
        record.fault_level = FaultLevel.TWO
    return app


def send(client, *cells, name="分析表.png"):
    made = io.BytesIO()
    Image.new("L", (300, 400), 255).save(made, "PNG")
    return client.http.post(f"{PAPER}/do/on-paper", data={"csrf_token": client.token, "cells": list(cells),
                                                         "file": (io.BytesIO(made.getvalue()), name)})


def test_a_scan_sent_now_signs_the_cells_ticked_and_is_shown_from_them(whole, as_role):
    client = as_role("service_clerk")
    assert f'href="{PAPER}/do/on-paper"' in client.get(PAPER).text
    assert 'name="cells" value="analyst"' in client.get(f"{PAPER}/do/on-paper").text
    assert send(client, "analyst").headers["Location"] == PAPER
    assert client.get(PAPER).text.count(f'href="{PAPER}/proof/analyst"') == 2, "from the cell, and from the list of signatures"
    assert as_role("sales").get(f"{PAPER}/proof/analyst").status_code == 403, "a file follows the right to its record"
    proof = client.get(f"{PAPER}/proof/analyst")
    assert (proof.status_code, proof.mimetype) == (200, "image/png")
    assert proof.headers["Content-Disposition"].startswith("inline")
    assert client.get(f"{PAPER}/proof/none").status_code == 404


def test_nothing_ticked_or_sent_is_refused_and_keeps_no_file(whole, as_role):
    client = as_role("service_clerk")
    answer = send(client)
    assert answer.status_code == 422
    assert "这一页上哪些签字栏已签？" in answer.text
    bare = client.http.post(f"{PAPER}/do/on-paper", data={"csrf_token": client.token, "cells": ["x"]})
    assert bare.status_code == 422
    with whole.app_context(), unit_of_work(write=False):
        assert db.session.scalars(select(Attachment)).all() == []
