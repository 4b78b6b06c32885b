"""Every address for every identity: nothing is open that the table of roles does not open (G1)."""

from __future__ import annotations

import itertools

import pytest

from tests.contract.access_cells import cells
from tests.contract.data_policy import (
    ACCOUNT_LETTERS,
    ACCOUNTS,
    ASK_CHANGE,
    ATTACHED,
    ATTACHMENTS,
    BACKOFFICE,
    BOARD,
    CLOCKS,
    DESKS,
    ERRANDS,
    FAMILIES,
    FILES,
    ISSUE_BLANK,
    LOOKUPS,
    NEEDS,
    ON_PAPER,
    OPEN,
    PAPER_STEP,
    PAPERS,
    RECORD_NEEDS,
    RECORDS,
    REFERENCE_LETTERS,
    REGISTER_NEEDS,
    REGISTERS,
    ROLES,
    SIGNED_IN,
    SLIP_LETTERS,
    SLIPS,
    STEPS,
    VIEWS,
)
from tests.rig.client import Client

API_BASE = "/api/v1/"  # has a policy and tests of its own

FILL = {"<int:pk>": "1", "<int:key>": "1", "<kind>": "csv", "<column>": "region", "<path:filename>": "app.css", "<role>": "buyer"}


def families(app):
    for rule in app.url_map.iter_rules():
        text = str(rule)
        base = next((base for base in FAMILIES if text.startswith(base + "/")), None)
        yield rule, text, base


def address(text, base=None):
    text = text.replace("<transition>", STEPS[base][0] if base in STEPS else "none")
    text = text.replace("/context", "/context?customer=1")
    for name, value in FILL.items():
        text = text.replace(name, value)
    return text


def unknown(app):
    """The addresses the policy does not speak of."""
    return [text for _rule, text, base in families(app)
               if not text.startswith(API_BASE) and text not in OPEN | SIGNED_IN | {CLOCKS} | ACCOUNTS.keys() | BACKOFFICE.keys()
               | BOARD.keys() | REGISTER_NEEDS.keys() | SLIPS.keys() | ERRANDS | {ISSUE_BLANK, ASK_CHANGE, ON_PAPER, PAPER_STEP}
               | {need[1] for need in (*RECORD_NEEDS, *ATTACHMENTS, *FILES)}
               and (base is None or text.removeprefix(base + "/") not in {*NEEDS, LOOKUPS})]


def test_every_address_stands_in_the_policy(app):
    assert unknown(app) == []


@pytest.mark.rebuilds
def test_the_check_of_addresses_bites_on_one_nobody_wrote_down(app):
    app.get("/customers/secret")(lambda: "here")
    assert unknown(app) == ["/customers/secret"]


def opened_wrongly(app, place):
    """(method, address, letters, status) of what a role opens against the table, or does not open although it may."""
    client, wrong = Client(app).sign_in(ROLES[place]), []
    for rule, text, base in cells(app, place, families(app)):
        if base is None and text not in ACCOUNTS:
            continue
        need = ACCOUNTS[text] if base is None else NEEDS.get(text.removeprefix(base + "/"))
        if "<transition>" in text:
            need = STEPS[base][1]
        letters = (ACCOUNT_LETTERS if base is None else FAMILIES[base]).split()[place]
        for method in sorted(rule.methods & {"GET", "POST"}):
            answer = client.get(address(text, base)) if method == "GET" else client.post(address(text, base), {})
            may = need in letters if need else letters != "-"
            if (answer.status_code == 403) == may or answer.status_code >= 500:
                wrong.append((method, text, letters, answer.status_code))
    return wrong


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_a_role_opens_exactly_what_the_table_gives_it(app, place):
    assert opened_wrongly(app, place) == []


def test_the_access_map_bites_on_a_right_too_many_and_one_too_few(app):
    from flask_appbuilder.security.sqla.models import Permission, PermissionView, Role, ViewMenu
    from flask_appbuilder.security.sqla.models import assoc_permissionview_role as held
    from sqlalchemy import delete, insert, select

    from extensions import db
    from services.unit_of_work import unit_of_work

    with app.app_context(), unit_of_work(reason="tests"):
        role = db.session.scalar(select(Role.id).where(Role.name == "buyer"))
        key = {(permission, noun): key for permission, noun, key in db.session.execute(
            select(Permission.name, ViewMenu.name, PermissionView.id).join(PermissionView, PermissionView.permission_id == Permission.id)
            .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id))}
        db.session.execute(insert(held).values(role_id=role, permission_view_id=key["can_add", "equipment"]))
        db.session.execute(delete(held).where(held.c.role_id == role, held.c.permission_view_id == key["can_list", "part"]))
    wrong = opened_wrongly(app, ROLES.index("buyer"))
    if app.config["DATABASE_URL"].startswith("sqlite"):  # a draw may pass them by
        assert ("GET", "/equipment/add") in {cell[:2] for cell in wrong}
        assert ("GET", "/parts/list/") in {cell[:2] for cell in wrong}


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_a_role_sees_the_clocks_exactly_when_it_reads_work_orders(app, place):
    assert (Client(app).sign_in(ROLES[place]).get(CLOCKS).status_code == 200) == ("R" in FAMILIES["/work-orders"].split()[place])


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_a_role_opens_exactly_its_part_of_the_back_office(app, place):
    client, wrong = Client(app).sign_in(ROLES[place]), []
    for rule in cells(app, place, (rule for rule in app.url_map.iter_rules() if str(rule) in BACKOFFICE)):
        need = BACKOFFICE[str(rule)]
        for method in sorted(rule.methods & {"GET", "POST"}):
            answer = client.get(address(str(rule))) if method == "GET" else client.post(address(str(rule)), {})
            if (answer.status_code == 403) == (need in REFERENCE_LETTERS.split()[place]) or answer.status_code >= 500:
                wrong.append((method, str(rule), answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_a_role_opens_the_dispatch_board_exactly_where_the_table_lets_it_dispatch(app, place):
    client, letters, wrong = Client(app).sign_in(ROLES[place]), FAMILIES["/work-orders"].split()[place], []
    for rule in app.url_map.iter_rules():
        need = BOARD.get(str(rule))
        for method in sorted(rule.methods & {"GET", "POST"}) if need else ():
            answer = client.get(str(rule)) if method == "GET" else client.post(str(rule), {})
            if (answer.status_code == 403) == (need in letters) or answer.status_code >= 500:
                wrong.append((method, str(rule), answer.status_code))
    assert wrong == []


def test_every_paper_is_of_the_noun_the_policy_says():
    import models.records  # noqa: F401  declares the papers
    from models.paper import PAPERS as DECLARED

    assert {code: paper.noun for code, (_model, paper) in DECLARED.items()} == PAPERS


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_a_role_opens_exactly_the_papers_the_table_gives_it(app, place):
    client, wrong = Client(app).sign_in(ROLES[place]), []
    one_each = {noun: code for code, noun in reversed(PAPERS.items())}  # rights are those of the noun, whatever is printed of it
    for ((method, text), need), (noun, code) in cells(app, place, itertools.product(RECORD_NEEDS.items(), one_each.items())):
        if need == "C" and noun in (*VIEWS, "stock_doc", "defective_part", "return_order"):
            continue
        path = text.replace("<code>", code)
        reference = "request" if code == "site_survey" else "customer"
        for place_, value in {"<int:pk>": "1", "<slot>": "engineer", "<kind>": "csv", "<column>": reference}.items():
            path = path.replace(place_, value)
        answer = client.get(path) if method == "GET" else client.post(path, {})
        if (answer.status_code == 403) == (need in RECORDS[noun].split()[place]) or answer.status_code >= 500:
            wrong.append((method, path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_a_role_opens_exactly_the_registers_of_what_it_reads(app, place):
    client, wrong = Client(app).sign_in(ROLES[place]), []
    for text, need in REGISTER_NEEDS.items():
        for code, base in REGISTERS.items():
            answer = client.get(text.replace("<code>", code))
            if (answer.status_code == 403) == (need in (FAMILIES | RECORDS)[base].split()[place]) or answer.status_code >= 500:
                wrong.append((code, text, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_a_role_keeps_printed_slips_exactly_as_the_table_says(app, place):
    client, letters, wrong = Client(app).sign_in(ROLES[place]), SLIP_LETTERS.split()[place], []
    for rule in (rule for rule in app.url_map.iter_rules() if str(rule) in SLIPS):
        text = str(rule).replace("<int:pk>", "1").replace("<act>", "file" if "/scans/" in str(rule) else "receive")
        for method in sorted(rule.methods & {"GET", "POST"}):
            answer = client.get(text) if method == "GET" else client.post(text, {})
            if (answer.status_code == 403) == (SLIPS[str(rule)] in letters) or answer.status_code >= 500:
                wrong.append((method, text, answer.status_code))
    for code, noun in PAPERS.items():
        may = "C" in letters and "P" in RECORDS[noun].split()[place]
        if (client.get(ISSUE_BLANK.replace("<code>", code)).status_code == 403) == may:
            wrong.append(("GET", code))
    wrong += [("GET", text) for text in ERRANDS if client.get(text.replace("<int:pk>", "1")).status_code != 404]
    assert wrong == []


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_a_role_asks_for_a_change_and_files_scans_of_exactly_the_papers_it_reads(app, place):
    client, wrong = Client(app).sign_in(ROLES[place]), []
    doors = ((ASK_CHANGE, "C" in FAMILIES["/paper-changes"].split()[place]), (ON_PAPER, "U" in SLIP_LETTERS.split()[place]))
    for (door, opens), (code, noun) in itertools.product(doors, PAPERS.items()):
        path, may = door.replace("<code>", code).replace("<int:pk>", "1"), opens and "R" in RECORDS[noun].split()[place]
        codes = [client.get(path).status_code, client.post(path, {}).status_code]
        if any((status == 403) == may or status >= 500 for status in codes):
            wrong.append((path, codes))
    assert wrong == []


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_a_role_takes_the_steps_of_a_quotation_exactly_where_the_table_lets_it_change_one(app, place):
    client, wrong, letters = Client(app).sign_in(ROLES[place]), [], RECORDS["quotation"].split()[place]
    for code, name in itertools.product(("quotation_offer", "quotation"), ("accept", "reject")):
        path = PAPER_STEP.replace("<code>", code).replace("<int:pk>", "1").replace("<name>", name)
        may = "U" in letters and "R" in RECORDS[PAPERS[code]].split()[place]
        codes = [client.get(path).status_code, client.post(path, {}).status_code]
        if any((status == 403) == may or status >= 500 for status in codes):
            wrong.append((path, codes))
    assert wrong == []


@pytest.mark.parametrize("place", range(len(ROLES)), ids=ROLES)
def test_a_role_reaches_the_files_of_exactly_the_records_it_may(app, place):
    client, wrong = Client(app).sign_in(ROLES[place]), []
    owners = {kind: FAMILIES[base] for kind, base in ATTACHED.items()} | {"service_record": RECORDS["service_record"]}
    for (method, text), need in ATTACHMENTS.items():
        for kind, letters in owners.items():
            path = text.replace("<kind>", kind).replace("<int:pk>", "1")
            answer = client.get(path) if method == "GET" else client.post(path, {})
            if (answer.status_code == 403) == (need in letters.split()[place]) or answer.status_code >= 500:
                wrong.append((method, path, answer.status_code))
    for method, text in FILES:
        path = text.replace("<int:key>", "1")
        if (client.get(path) if method == "GET" else client.post(path, {"reason": "x"})).status_code != 404:
            wrong.append((method, path))
    assert wrong == []


def test_strangers_reach_no_files(app):
    client = Client(app)
    client.get("/login/")
    for method, text in (*ATTACHMENTS, *FILES):
        path = text.replace("<kind>", "customer").replace("<int:pk>", "1").replace("<int:key>", "1")
        assert (client.get(path) if method == "GET" else client.post(path, {})).status_code == 302


def test_strangers_are_sent_to_the_log_in(app):
    client, wrong = Client(app), []
    for rule, text, base in families(app):
        if base is None and text not in ACCOUNTS:
            continue
        client.get("/login/")
        for method in sorted(rule.methods & {"GET", "POST"}):
            answer = client.get(address(text, base)) if method == "GET" else client.post(address(text, base), {})
            if answer.status_code != 302 or not answer.headers["Location"].startswith("/login/"):
                wrong.append((method, text, answer.status_code))
    assert wrong == []


def test_a_closed_account_opens_nothing(app):
    from flask_appbuilder.security.sqla.models import User
    from sqlalchemy import select

    from extensions import db
    from services.unit_of_work import unit_of_work

    client = Client(app).sign_in("service_manager")
    with app.app_context(), unit_of_work():
        db.session.scalar(select(User).where(User.username == "service_manager")).active = False
    for base in FAMILIES:
        assert client.get(DESKS.get(base, f"{base}/list/")).status_code == 302


def test_without_a_token_nothing_is_taken(app):
    client = Client(app).sign_in("admin")
    for rule, text, base in families(app):
        if "POST" in rule.methods:
            assert client.http.post(address(text, base)).status_code == 400, text
