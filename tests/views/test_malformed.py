"""Nonsense sent to every address is answered, never with a 500, and shows nothing of the inside (G5)."""

from __future__ import annotations

import random

from tests.contract.test_access_map import address, families

SEED, REQUESTS = 20261124, 1000
NONSENSE = ("", "\x00", "a\x00b", "\x1b[31m", "\u202eabc", "9" * 20, "-1", "1e400", "NaN", "0001-01-01", "2025-02-30", "9999-99-99T99:99",
            "<script>alert(1)</script>", "' OR 1=1 --", "%", "_", "\\", "x" * 6000, "{{7*7}}", "=1+1", "真", "\ufeff", "[]", "y", "1")
ARGUMENTS = ("q", "page", "psize", "_oc_", "_od_", "_flt_region", "_flt_name", "_flt_active", "from", "tab", "next", "_l_", "x")
INSIDE = ("Traceback", "[SQL", "psycopg", "sqlite3", "sqlalchemy")


def test_a_thousand_malformed_requests(app, as_role):
    chance, client, bad = random.Random(SEED), as_role("service_manager"), []
    rules = [(rule, address(text)) for rule, text, base in families(app) if base is not None]
    fields = {text: [name for view in app.appbuilder.baseviews if text.startswith(f"{view.route_base}/")
                     for section in getattr(view, "sections", ()) for name in section.fields] for _rule, text in rules}
    for _turn in range(REQUESTS):
        rule, url = chance.choice(rules)
        query = {chance.choice(ARGUMENTS): chance.choice(NONSENSE) for _ in range(chance.randrange(3))}
        if "POST" in rule.methods and chance.random() < 0.6:
            marks = client.form(url) if chance.random() < 0.5 and url.endswith("/add") and client.get(url).status_code == 200 else {}
            data = {name: chance.choice(NONSENSE) for name in fields[url] if chance.random() < 0.8}
            answer = client.post(url, {**marks, **data, "seen": chance.choice(NONSENSE), "form_key": chance.choice(NONSENSE)})
        else:
            answer = client.get(url, query_string=query)
        words = answer.text if answer.mimetype in ("text/html", "application/json") else ""
        if answer.status_code >= 500 or any(word in words for word in INSIDE):
            bad.append((rule, url, query, answer.status_code))
    assert bad == [], f"seed {SEED}"
