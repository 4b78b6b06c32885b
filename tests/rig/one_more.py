"""The program with one record more: `python -m tests.rig.one_more FOLDER` ends with 0 when all its doors know that record.

A process of its own, for it adds to the tables of the program.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import func, select

import models.records  # noqa: F401  the product's own first
from app import create_app
from extensions import db
from services import audit, numbering, rights
from services.unit_of_work import unit_of_work
from tests.rig.client import Client
from tests.rig.databases import PASSWORD, golden
from tests.rig.one_more_record import PAPER, ToolLoan

CLERK, KEEPER, STRANGER = "service_clerk", "warehouse", "finance"


def add() -> None:
    """The line of rights, the line of numbers, and the migration."""
    rights.TABLE["tool_loan"] = ("工具借用", "RP RAP RP CRUP CRUP R - - RAP - - R - R R")
    numbering.DEFAULTS += (("tool_loan", "工具借用单", "TL{yy}{mm}-{seq:04d}"),)  # type: ignore[assignment]
    product = flask_migrate.upgrade

    def upgrade(**how: Any) -> None:
        product(**how)
        ToolLoan.__table__.create(db.engine, checkfirst=True)  # type: ignore[attr-defined]

    flask_migrate.upgrade = upgrade


def words_of(pdf: bytes, folder: Path) -> str:
    """The text of a PDF without its spaces."""
    (folder / "x.pdf").write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-layout", str(folder / "x.pdf"), "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\s", "", told.stdout)


def live(app: Any, folder: Path) -> None:
    """From the catalogue to the frozen paper."""
    clerk, keeper = Client(app).sign_in(CLERK), Client(app).sign_in(KEEPER)
    labels = ("工具名称", "借用日期", "预计归还", "用途", "借用人", "仓库人员")
    assert "/records/tool_loan/add" in clerk.get("/records/", query_string={"q": "gjjyd"}).text, "found by its initials, begun there"
    assert all(label in words_of(clerk.get("/records/tool_loan/blank.pdf").data, folder) for label in labels)
    sheet = clerk.post("/records/tool_loan/add").headers["Location"]
    typed = {"tool": "扭矩扳手", "lent_on": "2026-03-02", "back_on": "2026-03-06", "reason": "现场更换泵头"}
    assert clerk.post(sheet, {**clerk.form(sheet), **typed}).status_code == 302
    assert all(value in clerk.get(sheet).text for value in typed.values())
    for client, slot in ((clerk, "borrower"), (keeper, "store")):
        at = f"{sheet}/sign/{slot}"
        assert client.post(at, {**client.form(at), "password": PASSWORD}).status_code == 302, slot
    printed = words_of(clerk.get(f"{sheet}/pdf").data, folder)
    assert all(words in printed for words in (*labels, "扭矩扳手", "TL"))
    assert clerk.get("/records/R-999/list/").status_code in (200, 302)
    assert clerk.get("/api/v1/tool_loan/1").get_json()["result"]["tool"] == "扭矩扳手"
    assert Client(app).sign_in(STRANGER).get(sheet).status_code in (403, 404)
    with app.app_context(), unit_of_work(write=False):
        record = db.session.scalar(select(ToolLoan))
        assert record is not None
        assert record.number
        assert audit.entries(record)
        assert db.session.scalar(select(func.count(ToolLoan.id))) == 1
    assert PAPER.noun == "tool_loan"


if __name__ == "__main__":
    home = Path(sys.argv[1])
    add()
    golden(home, f"sqlite:///{home / 'service.sqlite'}")
    live(create_app({"DATABASE_URL": f"sqlite:///{home / 'service.sqlite'}", "DATA_DIR": home, "PASSWORD_METHOD": "pbkdf2:sha256:1"}), home)
