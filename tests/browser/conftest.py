"""A server for the browser, and browsers at the two sizes that count."""

from __future__ import annotations

import os
import threading

import pytest
from werkzeug.serving import make_server

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")
DESK, PHONE = (1440, 900), (390, 844)


@pytest.fixture
def address(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def chromium(address):
    """`chromium(size)` opens a page of its own session; what the console complains of is kept in `complaints`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=list(QUIET))

        def opened(size):
            context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", base_url=address, has_touch=size == PHONE,
                                          viewport={"width": size[0], "height": size[1]})
            page = context.new_page()
            page.set_default_timeout(8000)
            page.complaints = []
            page.on("response", lambda answer: answer.status >= 400 and page.complaints.append(f"{answer.status} {answer.url}"))
            page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: page.complaints.append(str(error)))
            page.size = size
            return page

        yield opened
        browser.close()


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(request, chromium):
    return chromium(request.param)
