"""A browser without a screen: keeps the cookie and sends the token of the page."""

from __future__ import annotations

import re
from typing import Any

from tests.rig.databases import PASSWORD

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_HIDDEN = re.compile(r'<input id="(\w+)" name="\w+" type="hidden" value="([^"]*)">')


class Client:
    """Wraps Flask's test client; forgery protection stays on."""

    def __init__(self, app: Any) -> None:
        self.http, self.token = app.test_client(), ""

    def sign_in(self, username: str, password: str = PASSWORD) -> Client:
        """Sign in through the log-in page; fails when it refuses."""
        answer = self.log_in(username, password)
        assert answer.status_code == 302, answer.text
        return self

    def log_in(self, username: str, password: str) -> Any:
        """Send the log-in form."""
        self.get("/login/")
        answer = self.post("/login/", {"username": username, "password": password})
        if answer.status_code == 302:
            self.get("/")
        return answer

    def get(self, url: str, **kw: Any) -> Any:
        """Fetch a page and remember its token."""
        answer = self.http.get(url, buffered=True, **kw)
        if answer.mimetype == "text/html":
            match = _TOKEN.search(answer.text)
            self.token = match[1] if match else self.token
        return answer

    def post(self, url: str, data: dict[str, Any] | None = None, **kw: Any) -> Any:
        """Send a form with the token."""
        return self.http.post(url, buffered=True, data={"csrf_token": self.token, **(data or {})}, **kw)

    def form(self, url: str) -> dict[str, str]:
        """The hidden marks of a form page (version, key, what was shown)."""
        page = self.get(url)
        assert page.status_code == 200, (url, page.status_code)
        return dict(_HIDDEN.findall(page.text))
