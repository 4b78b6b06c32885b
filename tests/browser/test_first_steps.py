"""A clerk signs in and opens a customer's file, with mouse and keyboard, in a real browser."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from tests.rig.databases import PASSWORD

ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")


@pytest.fixture
def address(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desk", "phone"])
def page(request, address):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=list(QUIET))
        opened = browser.new_page(viewport={"width": request.param[0], "height": request.param[1]}, base_url=address)
        opened.set_default_timeout(8000)
        opened.complaints = []
        opened.on("console", lambda message: opened.complaints.append(message.text) if message.type == "error" else None)
        opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.size = request.param
        yield opened
        browser.close()


@pytest.mark.browser
def test_a_clerk_opens_a_customers_file(page):
    shots = ARTIFACTS / f"first-steps-{page.size[0]}"
    shots.mkdir(parents=True, exist_ok=True)

    def shot(name):
        page.screenshot(path=str(shots / f"{name}.png"))

    page.goto("/login/")
    shot("1-log-in")
    page.get_by_label("用户名").fill("service_clerk")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/")
    shot("2-work-page")
    page.goto("/customers/list/")
    page.locator("body").press("n")
    page.wait_for_url("**/customers/add")
    page.get_by_role("textbox", name="客户名称").fill("栖霞岭检测中心")
    page.get_by_role("textbox", name="地址").fill("杭州市栖霞岭路 3 号")
    page.get_by_role("textbox", name="电话").fill("1380013")
    page.get_by_role("combobox", name="区域").press_sequentially("hd")
    page.get_by_role("combobox", name="区域").fill("华东")
    page.get_by_role("option", name="华东区").click()
    shot("3-form")
    page.keyboard.press("Control+s")
    page.get_by_role("alert").wait_for()
    assert "手机号应为 11 位，现在是 7 位。" in page.get_by_role("alert").inner_text()
    assert page.get_by_role("textbox", name="客户名称").input_value() == "栖霞岭检测中心"
    shot("4-mistake")
    page.get_by_role("textbox", name="电话").fill("13800138000")
    page.keyboard.press("Control+s")
    page.wait_for_url("**/customers/show/1")
    assert "C00001" in page.content()
    shot("5-file")
    page.get_by_role("link", name="历史").click()
    page.get_by_text("苏晓棠").last.wait_for()
    shot("6-history")
    page.goto("/customers/list/?q=qxl")
    page.get_by_role("link", name="C00001").wait_for()
    shot("7-found")
    assert [text for text in page.complaints if "422" not in text] == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.size[0], "no page is wider than the screen"
