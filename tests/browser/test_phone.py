"""Day and visit on a phone: nothing is wider than the screen, every act is large enough for a thumb."""

from __future__ import annotations

import pytest

from tests.browser.conftest import PHONE
from tests.browser.test_main_job import Desk
from tests.views.test_visits import jobs  # noqa: F401  a fixture

LEAST = 44
SMALL = """() => [...document.querySelectorAll(".day a, .day button, .visit-page a, .visit-page button, .visit-page summary, .tabbar a")]
  .filter((act) => act.offsetParent && Math.min(act.getBoundingClientRect().height, act.getBoundingClientRect().width) < %d)
  .map((act) => `${act.className} ${act.textContent.trim()} ${act.getBoundingClientRect().height}`)"""


@pytest.mark.browser
def test_every_act_of_day_and_visit_is_large_enough_for_a_thumb(app, jobs, chromium):  # noqa: F811
    desk = Desk(chromium(PHONE), "service_engineer", "thumb")
    for url, what in (("/", "day"), ("/?day=all", "all"), (f"/work-orders/show/{jobs['W2']}", "visit"),
                      (f"/work-orders/show/{jobs['W3']}", "agreed")):
        desk.page.goto(url)
        assert desk.page.evaluate(SMALL % LEAST) == []
        desk.shot(what)
    thumb = desk.page.locator(".thumb-bar .thumb").bounding_box()
    assert thumb["height"] >= 56
    assert thumb["y"] > PHONE[1] / 2, "the next act lies at the thumb"
    assert desk.page.complaints == []
