"""A clerk signs in and opens a customer's file, with mouse and keyboard, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rig.databases import PASSWORD

ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"


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
