"""Every address of the API for every role and method: nothing is open that the table of roles does not open (G1)."""

from __future__ import annotations

import pytest

from tests.contract.access_cells import DRAWN, cells
from tests.contract.data_policy import API_NEEDS, API_NEVER_ADDED, API_PAPERS, FAMILIES, PAPERS, RECORDS, ROLES, STEPS
from tests.rig.client import Client

BASE = "/api/v1"
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def doors(app):
    """(rule, methods, what it needs by method, letters by role) of each address of the API; None where the policy says nothing."""
    for rule in app.url_map.iter_rules():
        text = str(rule)
        if not text.startswith(BASE + "/") or text == f"{BASE}/_openapi":
            continue
        base, _sep, rest = text.removeprefix(BASE + "/").partition("/")
        base = f"/{base}"
        if base in FAMILIES:
            need = {method: API_NEEDS.get((method, rest)) for method in rule.methods & METHODS}
            if "<transition>" in rest:
                need["POST"] = STEPS[base][1] if base in STEPS else None
            if rest == "" and base in API_NEVER_ADDED and "POST" in need:
                need["POST"] = "-"
            yield text, need, FAMILIES[base].split()
        elif base in API_PAPERS:
            need = {method: API_PAPERS[base].get(method) for method in rule.methods & METHODS}
            if "<transition>" in rest:
                need = {"POST": STEPS[base][1] if base in STEPS else None}
            yield text, need, RECORDS[PAPERS[base[1:]]].split()
        else:
            yield text, {}, None


def address(text):
    base = text.removeprefix(BASE).split("/<")[0]
    return text.replace("<int:pk>", "1").replace("<transition>", STEPS.get(base, ("none",))[0])


def test_every_address_and_method_of_the_api_stands_in_the_policy(app):
    assert [(text, need) for text, need, letters in doors(app) if letters is None or None in need.values()] == []


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_a_role_opens_exactly_what_the_table_gives_it_in_the_api(app, place):
    client, wrong, seen = Client(app).sign_in(ROLES[place]), [], 0
    for text, need, letters in cells(app, place, doors(app)):
        for method, letter in need.items():
            headers = {} if method == "GET" else {"X-CSRFToken": client.token}
            answer = client.http.open(address(text), method=method, json=None if method == "GET" else {}, headers=headers)
            seen += 1
            may = letter != "-" and letter in letters[place]
            if (answer.status_code == 403) == may or answer.status_code >= 500 or answer.status_code == 405:
                wrong.append((method, text, letters[place], answer.status_code))
    assert wrong == []
    assert seen > (70 if app.config["DATABASE_URL"].startswith("sqlite") else DRAWN)


def test_strangers_and_browsers_without_token_change_nothing_in_the_api(app):
    stranger, browser, wrong = app.test_client(), Client(app).sign_in("admin"), []
    for text, need, _letters in doors(app):
        for method in need:
            answers = [stranger.open(address(text), method=method, json=None if method == "GET" else {})]
            expected = [401]
            if method != "GET":
                answers.append(browser.http.open(address(text), method=method, json={}))
                expected.append(400)
                answers.append(stranger.open(address(text), method=method, json={}, headers={"Authorization": "Bearer key_x"}))
                expected.append(401)
            if [answer.status_code for answer in answers] != expected:
                wrong.append((method, text, [answer.status_code for answer in answers]))
    assert wrong == []
