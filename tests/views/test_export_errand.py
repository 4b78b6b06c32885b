"""A list too long for one answer is written in the background, for who asked and with the rights he has then (R1, R13)."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from sqlalchemy import select

from extensions import db
from models.job import Errand
from services import errands
from services.unit_of_work import unit_of_work
from tests.services.stock_world import user
from tests.views.test_lists import fill
from views import exports, listing

LIST = "/work-orders/list/"


@pytest.fixture
def long(app, monkeypatch):
    """Sixty work orders, more than fit one answer."""
    with app.app_context(), unit_of_work():
        fill(60)
    monkeypatch.setattr(listing, "COUNTED", 20)
    monkeypatch.setattr(exports, "XLSX_MOST", 40)
    monkeypatch.setattr(exports, "CHUNK", 25)


def asked(client, url="/work-orders/export/xlsx"):
    client.get(LIST)
    answer = client.post(url)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def rows_of(content):
    """The rows of a sheet, its head apart."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read("xl/worksheets/sheet1.xml").decode().count("<row ") - 1


def work(app):
    with app.app_context():
        return errands.run_next()


def test_a_long_list_offers_it_and_a_page_tells_how_far_it_is(app, as_role, long):
    clerk = as_role("service_clerk")
    assert re.search(r'<form method="post" action="/work-orders/export/xlsx"[^>]*>.*?XLSX（后台生成）', clerk.get(LIST).text)
    at = asked(clerk)
    begun = clerk.get(f"{at}/state").get_json()
    assert begun["finished"] is False
    assert begun["total"] > 40, "all rows, not those a list counts"
    assert clerk.get(f"{at}/file").status_code == 404
    assert work(app)
    state = clerk.get(f"{at}/state").get_json()
    assert state["finished"]
    assert state["done"] == state["total"] == rows_of(clerk.get(f"{at}/file").data) > 40
    assert f'href="{at}/file"' in clerk.get(at).text
    assert "xlsx" in clerk.get(f"{at}/file").headers["Content-Disposition"]


def test_it_holds_the_list_as_it_was_narrowed(app, as_role, long):
    clerk = as_role("service_clerk")
    everything, narrow = asked(clerk), asked(clerk, "/work-orders/export/xlsx?_flt_status=assigned")
    while work(app):
        pass
    count = rows_of(clerk.get(f"{narrow}/file").data)
    assert 0 < count < rows_of(clerk.get(f"{everything}/file").data)


def test_a_short_list_is_had_at_once_and_a_long_one_by_its_address_is_told(as_role, long):
    clerk = as_role("service_clerk")
    assert clerk.get("/work-orders/export/xlsx?_flt_status=assigned").data[:2] == b"PK"
    refused = clerk.get("/work-orders/export/xlsx")
    assert refused.status_code == 422
    assert "后台" in refused.text


def test_what_he_may_no_longer_do_is_not_written(app, as_role, long):
    at = asked(as_role("service_clerk"))
    with app.app_context(), unit_of_work():
        user("service_clerk").roles = []
    while work(app):
        pass
    with app.app_context(), unit_of_work(write=False):
        errand = db.session.scalar(select(Errand).where(Errand.id == int(at.rsplit("/", 1)[1])))
        assert errand.done_at is None
        assert "NotAllowed" in errand.error


def test_another_does_not_open_it_and_csv_is_not_written_so(as_role, long):
    clerk = as_role("service_clerk")
    at = asked(clerk)
    assert as_role("dispatch_supervisor").get(f"{at}/file").status_code == 404
    clerk.get(LIST)
    assert clerk.post("/work-orders/export/csv").status_code == 404
