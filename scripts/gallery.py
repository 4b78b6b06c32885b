"""Screenshots of every page as who works with it, at a desk and on a phone, and a contact sheet of every paper: `make gallery`.

On a fresh demonstration, in artifacts/gallery; starts and ends its own server.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from sqlalchemy import select

from app import create_app
from config import ROOT
from extensions import db
from models.paper import PAPERS
from services.rights import ROLES
from services.unit_of_work import unit_of_work
from tests.rig.crawl import addresses
from tests.rig.databases import PASSWORD
from tests.rig.server import Browser, Server

FOLDER = ROOT / "artifacts" / "gallery"
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
# Who is asked first for a page that many may open; a work page is taken of each role.
FITTING = ("service_clerk", "service_engineer", "dispatch_supervisor", "service_manager", "warehouse", "buyer", "admin")
NO_PAGE = re.compile(r"/lookup/|/export/|\.pdf$|/pdf$|^/static/|^/lang/|^/api/|^/healthz|^/readyz|/context$|^/back$|99999|/account/link/")


def _seeded(folder: Path) -> dict[str, str]:
    """The environment of a fresh demonstration."""
    env = {"DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'service.sqlite'}", "DEMO_PASSWORD": PASSWORD, "SEED": "demo",
           "APP_ENV": "local", "FLASK_APP": "app:create_app"}
    for words in (("upgrade",), ("seed", "demo")):
        command = [str(Path(sys.executable).with_name("flask")), *words]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, check=True, capture_output=True, timeout=600)
    return env


def _places(app: Any) -> list[str]:
    """Every address that may be a page; a step is opened on a record that may take it."""
    views = {view.route_base: view for view in app.appbuilder.baseviews}
    found = []
    for _method, place in addresses(app, {"GET"}):
        if NO_PAGE.search(place):
            continue
        step = re.fullmatch(r"(/[\w-]+)/1/do/(\w+)", place)
        machine = getattr(views.get(step[1]), "machine", None) if step else None
        if step and machine is not None:
            model = views[step[1]].model
            with app.app_context(), unit_of_work(write=False):
                states = machine.transitions[step[2]].sources
                key = db.session.scalar(select(model.id).where(model.status.in_(states)).order_by(model.id.desc()))
            place = f"{step[1]}/{key or 1}/do/{step[2]}"  # noqa: PLW2901
        found.append(place)
    return found


def _pages(app: Any, browsers: dict[str, Browser]) -> list[tuple[str, str]]:
    """(who, address) of every page."""
    pages = [(who, "/") for who in browsers]
    for place in _places(app):
        if place in ("/", "/login/"):
            continue
        who = next((who for who in FITTING if browsers[who].ask("GET", place) == 200), None)
        if who is not None:
            pages.append((who, place))
    return pages


def _name(who: str, place: str) -> str:
    return re.sub(r"[^\w-]+", "_", f"{place.strip('/') or 'work'}").strip("_") + f"--{who}"


def _shoot(port: int, pages: list[tuple[str, str]], browsers: dict[str, Browser]) -> None:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"])
        for size, (width, height) in SIZES.items():
            (FOLDER / size).mkdir(parents=True, exist_ok=True)
            for who in ("nobody", *browsers):
                context = chromium.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": width, "height": height})
                if who in browsers:
                    context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"}
                                         for name, value in browsers[who].cookies.items()])
                page = context.new_page()
                for place in [place for other, place in [("nobody", "/login/"), *pages] if other == who]:
                    page.goto(f"http://127.0.0.1:{port}{place}", wait_until="load")
                    page.screenshot(path=str(FOLDER / size / f"{_name(who, place)}.png"))
                context.close()
        _contact_sheet(chromium)
        chromium.close()


def _papers(app: Any, port: int, cookies: dict[str, str]) -> None:
    """Each paper blank and as its last record, as the engine prints it."""
    (FOLDER / "papers").mkdir(parents=True, exist_ok=True)
    for code, (model, _paper) in PAPERS.items():
        with app.app_context(), unit_of_work(write=False):
            key = db.session.scalar(select(model.id).order_by(model.id.desc()))
        for name, place in (("blank", f"/records/{code}/blank.pdf"), ("filled", f"/records/{code}/{key}/pdf")):
            target = FOLDER / "papers" / f"{code}-{name}.pdf"
            if _fetch(port, cookies, place, target):
                subprocess.run(["pdftoppm", "-png", "-r", "60", str(target), str(target.with_suffix(""))], check=True, timeout=60)


def _fetch(port: int, cookies: dict[str, str], place: str, target: Path) -> bool:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", place, headers={"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status == 200:
        target.write_bytes(body)
    return answer.status == 200


def _contact_sheet(chromium: Any) -> None:
    """All papers on one page, and that page as a picture."""
    pictures = sorted((FOLDER / "papers").glob("*.png"))
    figures = "".join(f"<figure><img src='papers/{picture.name}' height='340'><figcaption>{html.escape(picture.stem)}</figcaption></figure>"
                      for picture in pictures)
    sheet = FOLDER / "papers.html"
    sheet.write_text("<!doctype html><meta charset='utf-8'><title>papers</title><body style='font:12px sans-serif;background:#ddd'>"
                     f"<div style='display:flex;flex-wrap:wrap'>{figures}</div>", encoding="utf-8")
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.goto(sheet.as_uri())
    page.screenshot(path=str(FOLDER / "papers.png"), full_page=True)


def main() -> None:
    """Everything, afresh."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        env = _seeded(Path(folder))
        app = create_app({"DATA_DIR": Path(folder), "DATABASE_URL": env["DATABASE_URL"]})
        server = Server("gallery", "app:create_app()", env, Path(folder) / "server.log")
        try:
            browsers = {who: Browser(server.port).sign_in(who) for who in ROLES}
            pages = _pages(app, browsers)
            FOLDER.mkdir(parents=True, exist_ok=True)
            _papers(app, server.port, browsers["service_manager"].cookies)
            _shoot(server.port, pages, browsers)
        finally:
            server.stop()
    print(f"{len(pages) + 1} pages at {len(SIZES)} sizes, {len(PAPERS)} papers: artifacts/gallery")


if __name__ == "__main__":
    main()
