"""`make bench`: make the data, start the three, measure them side by side, print the table. SCALE=0.1 makes it smaller."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import select

from app import create_app
from bench.data import RARE, Company, differs
from extensions import db
from models.organisation import Region, Staff
from models.stock import StockZone
from services.unit_of_work import unit_of_work
from tests.rig.databases import Postgres, golden
from tests.rig.server import Browser, Server

# Before it is measured, each worker of each rival has seen a case often enough to have compiled and prepared its statements: these are
# days of work, not the first minute after a start.
TURNS, WARM = int(os.environ.get("TURNS", "40")), 40
SCALE = float(os.environ.get("SCALE", "1"))
KEY = "bench" * 12 + "0123456789abcdef"


@dataclass
class Case:
    """One thing to do at each rival; `must` is the figure of the table for ours, `rival` what tuned Flask-Admin took there."""

    name: str
    ours: Callable[[Browser, int], object]
    admin: Callable[[Browser, int], object] | None = None
    limit: Callable[[Browser, int], object] | None = None
    must: float | None = None
    rival: float | None = None
    turns: int = TURNS
    took: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)


def get(url: str, status: int = 200) -> Callable[[Browser, int], object]:
    """Fetch a page; `{turn}` in its address counts."""
    def act(browser: Browser, turn: int) -> None:
        found = browser.ask("GET", url.replace("{turn}", str(turn * 13 + 20)))
        if found != status:
            raise RuntimeError(f"{url}: {found} instead of {status}")
    return act


def send(form: str, fields: Callable[[Browser, int], dict[str, str]]) -> Callable[[Browser, int], object]:
    """Open a form and send it."""
    def act(browser: Browser, turn: int) -> None:
        url = form.replace("{turn}", str(turn * 13 + 20))
        get(url)(browser, turn)
        found = browser.ask("POST", url, {**browser.marks(), **fields(browser, turn)})
        if found != 302:
            raise RuntimeError(f"{url}: {found}: {browser.body.decode()[-3000:]}")
    return act


ORDER = {"work_type": "onsite_repair", "due_at": "2026-03-01T09:00", "service_category": "A", "solution": "更换密封圈并重新标定"}


def _ours_order(_browser: Browser, turn: int) -> dict[str, str]:
    return {**ORDER, "symptom": f"开机自检报错 {turn}"}


def _admin_order(_browser: Browser, turn: int) -> dict[str, str]:
    day = "2026-03-01 09:00:00"
    return {**ORDER, "symptom": f"开机自检报错 {turn}", "due_at": day, "issued_at": day, "customer": "1", "lead_engineer": "1",
            "work_order_no": f"X{time.time_ns() % 10**12}"}


def _ours_call(_browser: Browser, turn: int) -> dict[str, str]:
    return {"reported_at": "2026-03-01T09:00", "channel": "phone", "request_type": "repair", "customer": str(turn + 30),
            "site": str(turn + 30), "contact_name": "主任", "contact_phone": "13900000001", "product_model": "1",
            "symptom": f"基线噪声大 {turn}", "requested_at": "2026-03-03T09:00", "act": "draft"}


def cases(last: int) -> list[Case]:
    """Everything that is measured."""
    word, rare, common = quote("密封"), quote(RARE), quote("自检")
    return [
        Case("list, first page", get("/work-orders/list/"), get("/orders/"), get("/orders/"), 17.85, 17),
        Case(f"list, page {last}", get(f"/work-orders/list/?page={last}"), get(f"/orders/?page={last}"), get(f"/orders/?page={last}"),
             25, 91),
        Case("search, 2 characters, common", get(f"/work-orders/list/?q={common}"), get(f"/orders/?search={common}"),
             get(f"/orders/?search={common}"), 25, 21),
        Case("search, 1 character", get(f"/work-orders/list/?q={quote('漂')}"), get(f"/orders/?search={quote('漂')}"), None, 25, 21),
        Case("search, 3 characters, rare", get(f"/work-orders/list/?q={rare}"), get(f"/orders/?search={rare}"),
             get(f"/orders/?search={rare}"), 25, 128),
        Case("search, nothing found", get(f"/work-orders/list/?q={word}{rare}"), get(f"/orders/?search={word}{rare}")),
        Case("list, one state", get("/work-orders/list/?_flt_status=form_returned")),
        Case("list, one customer", get("/work-orders/list/?_flt_customer={turn}")),
        Case("list, sorted by another column", get("/work-orders/list/?_oc_=next_due_at&_od_=desc")),
        Case("list of an engineer", get("/work-orders/list/")),
        Case("show page", get("/work-orders/show/{turn}"), get("/orders/details/?id={turn}"), get("/orders/{turn}"), 8, 5.3),
        Case("edit: form and save", send("/work-orders/edit/{turn}", _ours_order), send("/orders/edit/?id={turn}", _admin_order),
             None, 14, 11),
        Case("create: form and save", send("/service-requests/add", _ours_call), send("/orders/new/", _admin_order), None, 9, 7.9),
        Case("on hand, every part and zone", get("/stock/list/"), get("/onhand/"), get("/onhand/"), 12, 69),
        Case("on hand of one part", get("/parts/show/7?tab=stock")),
        Case("ledger, first page", get("/stock-moves/list/"), get("/moves/"), None, 17.85, 17),
        Case("ledger of one part", get("/stock-moves/list/?_flt_part=7")),
        Case("parts that come back", get("/defective-parts/list/"), None, None, 18),
        Case("who still owes what", get("/returns/owed/"), None, None, 40),
        Case("work page of a clerk", get("/"), None, None, 40),
        Case("sheet of a slip on screen", get("/records/repair_slip_3/{turn}"), None, None, 40),
        Case("slip as PDF", get("/records/repair_slip_3/{turn}/pdf"), None, None, 250, None, 8),
    ]


def measure(found: list[Case], servers: dict[str, Server], browsers: dict[str, dict[str, Browser]]) -> None:
    """Each case at each rival in turns of five, so that all see the same weather."""
    for case in found:
        acts = {name: act for name, act in (("ours", case.ours), ("admin", case.admin), ("limit", case.limit)) if act is not None}
        who = {"work page of a clerk": "service_clerk", "list of an engineer": "service_engineer"}.get(case.name, "service_manager")
        for start in range(-WARM, case.turns, 5):
            for name, act in acts.items():
                browser = browsers[name].get(who) or browsers[name]["anybody"]
                before = servers[name].cpu()
                for turn in range(start, min(start + 5, case.turns)):
                    began = time.perf_counter()
                    act(browser, turn + WARM)
                    if start >= 0:
                        case.took.setdefault(name, []).append((time.perf_counter() - began) * 1000)
                if start >= 0:
                    case.cpu[name] = case.cpu.get(name, 0.0) + servers[name].cpu() - before
        print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def middle(values: list[float] | None) -> float | None:
    """p50."""
    return statistics.median(values) if values else None


def cell(case: Case, name: str) -> str:
    """p50 / p95 · CPU."""
    took = sorted(case.took.get(name, []))
    if not took:
        return "–"
    return f"{middle(took):.1f} / {took[int(len(took) * 0.95) - 1]:.1f} · {case.cpu[name] / len(took):.1f}"


def verdict(case: Case, drift: float) -> tuple[str, str]:
    """The ratio to tuned Flask-Admin, and the figure to be reached with whether it is: scaled by what that took in this run.

    Its cost of a far page and of a search grows with the table, so that these scale only at the full size.
    """
    ours, admin = middle(case.took["ours"]), middle(case.took.get("admin"))
    ratio = f"{ours / admin:.2f}" if ours and admin else "–"
    if case.must is None or ours is None:
        return ratio, "–"
    grows = SCALE != 1 and case.name.startswith(("list, page", "search"))
    must = case.must / case.rival * admin if case.rival and admin and not grows else case.must * drift
    return ratio, f"≤ {must:.1f} {'✓' if ours <= must else '✗'}"


def table(found: list[Case]) -> list[str]:
    """The result as Markdown. Figures without a rival are scaled by what the first page of its list took."""
    first = middle(found[0].took["admin"])
    drift = (first or 17.0) / 17.0
    lines = ["| case | ours | Flask-Admin, tuned | limit | ours : Flask-Admin | to be reached |", "|---|---|---|---|---|---|"]
    for case in found:
        ratio, must = verdict(case, drift)
        lines.append(f"| {case.name} | {cell(case, 'ours')} | {cell(case, 'admin')} | {cell(case, 'limit')} | {ratio} | {must} |")
    return lines


def exported(servers: dict[str, Server], browsers: dict[str, dict[str, Browser]]) -> list[str]:
    """The whole list as a file: first byte, all of it, and how much a worker grew."""
    lines = ["", "| CSV of all work orders | first byte, ms | whole, s | MiB sent | worker grew, MiB |", "|---|---|---|---|---|"]
    for name, url in (("ours", "/work-orders/export/csv"), ("admin", "/orders/export/csv/"), ("limit", "/csv")):
        browser = browsers[name].get("service_manager") or browsers[name]["anybody"]
        before, began = servers[name].memory(), time.perf_counter()
        if browser.ask("GET", url) != 200:
            raise RuntimeError(f"export of {name}")
        lines.append(f"| {name} | {browser.first_byte:.0f} | {time.perf_counter() - began:.1f} | {browser.size / 2**20:.1f} | "
                     f"{max(servers[name].memory() - before, 0):.0f} |")
    return lines


def main() -> None:
    """Everything; ends the servers it started."""
    with tempfile.TemporaryDirectory() as folder:
        postgres, servers = Postgres(Path(folder)), {}
        postgres.start()
        try:
            began = time.perf_counter()
            postgres.create("ours")
            golden(Path(folder), postgres.url("ours"))
            company = _fill(postgres.url("ours"), Path(folder))
            postgres.create("rival TEMPLATE ours")
            _tune(postgres.url("rival"))
            print(f"data: {company.orders:,} work orders in {time.perf_counter() - began:.0f} s", file=sys.stderr)
            common = {"BENCH_KEY": KEY, "SECRET_KEY": KEY, "DATA_DIR": folder}
            for name, application in (("ours", "app:create_app()"), ("admin", "bench.rivals:admin()"), ("limit", "bench.rivals:limit()")):
                url = postgres.url("ours" if name == "ours" else "rival")
                servers[name] = Server(name, application, {**common, "DATABASE_URL": url}, Path(folder) / f"{name}.log")
            browsers = {name: {"anybody": Browser(server.port)} for name, server in servers.items()}
            for who in ("service_manager", "service_clerk", "service_engineer"):
                browsers["ours"][who] = Browser(servers["ours"].port)
                browsers["ours"][who].sign_in(who)
            found = cases(company.orders // 25 // 4)
            wanted = os.environ.get("ONLY")
            found = found if not wanted else [case for case in found if case is found[0] or wanted in case.name]
            measure(found, servers, browsers)
            lines = [*table(found), *([] if wanted else exported(servers, browsers)), "",
                     "Workers, MiB (their part of what they share): " + ", ".join(
                         f"{name} {server.memory():.0f} ({server.memory('Pss'):.0f})" for name, server in servers.items())]
            print("\n".join(lines))
        except Exception:
            for server in servers.values():
                print(server.name, server.log.read_text()[-3000:], file=sys.stderr)
            raise
        finally:
            for server in servers.values():
                server.stop()
            postgres.stop()


def _fill(url: str, folder: Path) -> Company:
    app = create_app({"DATABASE_URL": url, "DATA_DIR": folder, "SECRET_KEY": KEY})
    with app.app_context():
        with unit_of_work(write=False):
            regions = list(db.session.scalars(select(Region.id).order_by(Region.id)))
            engineers = list(db.session.scalars(select(Staff.id).where(Staff.is_engineer).order_by(Staff.id)))
            rows = db.session.execute(select(StockZone.id, StockZone.kind).order_by(StockZone.id.desc()))
            zones = {str(kind.value): key for key, kind in rows}
        company = Company(SCALE, regions, engineers, zones)
        company.load(url)
        with unit_of_work(write=False):
            wrong = differs()
        db.engine.dispose()
    if wrong:
        raise RuntimeError(f"the data is not what the product writes: {wrong}")
    return company


def _tune(url: str) -> None:
    """What an expert of Flask-Admin would add for its search."""
    import psycopg

    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for table_, column in (("work_order", "symptom"), ("work_order", "work_order_no"), ("customer", "name")):
            connection.execute(f"CREATE INDEX bench_{table_}_{column} ON {table_} USING gin ({column} gin_trgm_ops)")  # type: ignore[arg-type]
        connection.execute("CREATE INDEX bench_order_list ON work_order (issued_at DESC, id DESC)")
        connection.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    main()
