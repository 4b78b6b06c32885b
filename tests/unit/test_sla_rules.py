"""Which policy holds, and that clocks kept step by step are those reckoned at the end (B-203, §15)."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from services.clock import at_local
from services.sla_rules import Events, Facts, Kept, Policy, Span, choose, common_pauses, expected, reserve_of
from services.working_time import Calendar, Pause, Wish, parse_hours

OFFICE = parse_hours("08:30-12:00,13:00-17:30")
CALENDAR = Calendar((OFFICE,) * 5 + ((), ()), {dt.date(2025, 3, 5): ()})


def shipped():
    """The policies as the release ships them, read by hand."""
    rows = []
    data = yaml.safe_load((Path(__file__).resolve().parents[2] / "seed/data/sla.yaml").read_text(encoding="utf-8"))
    for place, (code, timer, _name, start, stop, kind, _rule, amounts, when) in enumerate(data["policies"]):
        for profile, amount in amounts.items():
            rows.append((code, Policy(
                len(rows), profile, timer, place, start, stop, kind, amount, None,
                when.get("warn") if profile in when.get("warn_for", amounts) else None,
                frozenset(filter(None, when.get("types", "").split(","))), when.get("level"), when.get("area"),
                when.get("complexity"), when.get("in_warranty"), when.get("near_site"),
                when.get("paid"), profile in when.get("at_most_general", ()))))
    return rows


SHIPPED = shipped()
POLICIES = [policy for _code, policy in SHIPPED]
CODES = {policy.key: code for code, policy in SHIPPED}

# (profile, level, area, in warranty, complexity): clock → minutes; None: no such clock. By hand from §15.
TABLE = {
    ("STD", None, None, False, None): {"notify": 10, "contact": 30, "arrive": 2880, "finish": 2880, "depart": None},
    ("STD", "1", "core_urban", False, None): {"contact": 10, "arrive": 120},
    ("STD", "1", "suburb", False, None): {"contact": 10, "arrive": 1440},
    ("STD", "2", "urban", True, "simple"): {"contact": 30, "arrive": 2880, "finish": 1440},
    ("STD", "3", None, False, "complex"): {"contact": 30, "arrive": 4320, "finish": 2880},
    ("STD", "4", None, False, None): {"contact": 30, "arrive": None},
    ("INS", "1", "core_urban", False, "simple"): {"notify": 10, "contact": 30, "arrive": 2880, "finish": 1440},
    ("INS", "4", None, False, None): {"arrive": 2880},
    ("ELE", "1", None, False, None): {"contact": 10, "arrive": 1440},
    ("ELE", "2", None, False, None): {"notify": 10, "contact": 60, "arrive": 2880},
    ("ELE", "3", None, False, None): {"contact": 120, "arrive": 4320},
    ("ELE", "4", None, False, None): {"contact": 120, "arrive": None},
    ("ELE", None, None, False, None): {"contact": 30, "arrive": 1440},
    ("DSP", None, "core_urban", False, None): {"contact": 30, "arrive": 360, "finish": 2880},
    ("DSP", "2", "urban", False, None): {"contact": 30, "arrive": 360},
    ("DSP", None, "suburb", False, None): {"arrive": 420},
    ("DSP", None, "remote", False, None): {"arrive": 2880},
    ("MED", None, None, True, None): {"notify": 10, "contact": 120, "arrive": 1440, "depart": 60, "finish": 1440, "oem_parts": 1440},
    ("MED", "2", None, False, "complex"): {"contact": 120, "arrive": 1440, "depart": 60, "finish": None},
    ("MED", "1", None, True, None): {"depart": 0, "contact": 120},
}


@pytest.mark.parametrize("job", TABLE, ids=lambda job: "-".join(map(str, job)))
def test_b203_each_profile_has_the_figures_of_the_table(job):
    profile, level, area, warranty, complexity = job
    facts = Facts(profile, "repair", level, area, complexity, warranty)
    found = {clock: choose(POLICIES, clock, facts) for clock in TABLE[job]}
    assert {clock: policy and policy.amount for clock, policy in found.items()} == TABLE[job]


def test_b012_dispatch_counts_office_hours_and_level_2_warns_after_twelve_hours():
    assert choose(POLICIES, "arrive", Facts("DSP", "repair", area="urban")).kind == "business"
    second = choose(POLICIES, "arrive", Facts("STD", "repair", level="2"))
    assert reserve_of(second, 75) == 36 * 60
    assert reserve_of(choose(POLICIES, "contact", Facts("STD", "repair")), 75) == 10  # B-010: told after 20 minutes
    assert reserve_of(choose(POLICIES, "arrive", Facts("STD", "repair")), 75) == 12 * 60


def test_b032_the_general_time_counts_only_while_it_is_shorter():
    longer = [replace(policy, amount=90) if CODES[policy.key] == "sla.repair.contact" else policy for policy in POLICIES]
    assert [choose(longer, "contact", Facts("STD", "repair", level=level)).amount for level in "123"] == [10, 60, 90]


def test_b005_commissioning_has_clocks_of_its_own_and_a_consultation_none():
    assert choose(POLICIES, "notify", Facts("STD", "commissioning")).amount == 60
    assert choose(POLICIES, "arrive", Facts("STD", "commissioning")) is None
    assert choose(POLICIES, "notify", Facts("STD", "consult")) is None


def at(day, hour=0, minute=0):
    return at_local(2025, 3, day, hour, minute)


KNOWN = frozenset({"notified", "contacted", "departed", "arrived"})
PART = Pause(at(4, 9), at(4, 12), "parts")


def clocks(events, facts=Facts("STD", "repair"), kept=None):
    return expected(events, facts, POLICIES, CALENDAR, kept=kept)


def test_s15_a_pause_never_excuses_telling_and_calling():
    found = clocks(Events({"reported": at(4, 8, 55)}, (PART,), known=KNOWN))
    assert (found["contact"].due, found["arrive"].due) == (at(4, 9, 25), at(6, 11, 55))


def test_d42_while_an_approval_is_awaited_only_the_finish_stands():
    pause = Pause(at(4, 9), at(4, 12), "approval")
    assert clocks(Events({"reported": at(3, 9)}, (pause,), known=KNOWN))["arrive"].due == at(5, 9)
    assert clocks(Events({"arrived": at(3, 9)}, (pause,), known=frozenset({"finished"})))["finish"].due == at(5, 12)


def test_d38_nobody_is_late_who_need_not_come_any_more():
    found = clocks(Events({"reported": at(3, 9), "notified": at(3, 9, 5), "contacted": at(3, 9, 20)}, (), (), {"arrive": at(3, 10)}, KNOWN))
    assert {name: clock.result for name, clock in found.items()} == {"notify": "met", "contact": "met", "arrive": "cancelled"}


def test_b032_another_level_counts_from_the_original_start():
    before = clocks(Events({"reported": at(3, 9)}, known=KNOWN), Facts("STD", "repair", "3"))
    after = clocks(Events({"reported": at(3, 9)}, known=KNOWN), Facts("STD", "repair", "1", "core_urban"), keep(before))
    assert (before["arrive"].due, after["arrive"].due, after["contact"].due) == (at(6, 9), at(3, 11), at(3, 9, 10))


def test_b203_a_changed_policy_touches_only_new_clocks():
    before = clocks(Events({"reported": at(3, 9)}, known=KNOWN))
    harder = [replace(policy, amount=60) if policy.clock == "arrive" else policy for policy in POLICIES]
    events = Events({"reported": at(3, 9)}, known=KNOWN)
    assert expected(events, Facts("STD", "repair"), harder, CALENDAR, kept=keep(before)) == before
    assert expected(events, Facts("STD", "repair"), harder, CALENDAR)["arrive"].due == at(3, 10)


def test_b202_a_changed_calendar_touches_open_clocks_alone():
    facts = Facts("DSP", "repair", area="urban")
    running = Events({"reported": at(4, 15, 30)}, known=KNOWN)
    stopped = replace(running, at={**running.at, "arrived": at(6, 8)})
    other = replace(CALENDAR, exceptions={}, version=2)
    for events, due in ((stopped, at(6, 13, 30)), (running, at(5, 13, 30))):
        before = clocks(events, facts)
        assert before["arrive"].due == at(6, 13, 30)
        assert expected(events, facts, POLICIES, other, kept=keep(before))["arrive"].due == due


def test_wf01_a_request_stands_only_while_all_its_orders_do():
    first = Span(at(3), None, (Pause(at(4), at(8), "parts"),))
    second = Span(at(5), at(7), (Pause(at(6), None, "customer"),))
    assert [(pause.begun, pause.ended) for pause in common_pauses([first])] == [(at(4), at(8))]
    assert [(pause.begun, pause.ended) for pause in common_pauses([first, second])] == [(at(4), at(5)), (at(6), at(8))]


# --- thousands of histories

def keep(found):
    """What the rows would keep of these clocks."""
    return {name: Kept(clock.policy, clock.kind, clock.amount, clock.reserve, clock.stopped, clock if clock.stopped else None)
            for name, clock in found.items()}


def history(pick):
    """A random life of a job: (moment, what) in order."""
    moment, order = at(pick.randrange(1, 25), pick.randrange(0, 24), pick.randrange(60)), []
    order.append((moment, "reported"))
    for what in ("notified", "contacted", "departed", "arrived", "finished"):
        for _pause in range(pick.choice([0, 0, 1, 2])):
            moment += dt.timedelta(minutes=pick.randrange(1, 3000))
            order.append((moment, pick.choice(["pause", "pause", "wish", "level", "level"])))
        moment += dt.timedelta(minutes=pick.choice([3, 25, 400, 2000, 4000]))
        order.append((moment, what))
    return order[:pick.randrange(1, len(order) + 1)]


@pytest.mark.parametrize("seed", range(4))
def test_2000_random_histories_kept_step_by_step_are_those_reckoned_at_the_end(seed):
    pick = random.Random(seed)
    wrong = [number for number in range(500) if not _agrees(pick)]
    assert wrong == []


def _agrees(pick, keep=keep):
    facts = Facts(pick.choice(["STD", "INS", "ELE", "DSP", "MED"]), pick.choice(["repair", "repair", "commissioning"]),
                  pick.choice([None, "1", "2", "3", "4"]), pick.choice([None, "core_urban", "urban", "suburb", "remote"]),
                  pick.choice([None, "simple", "complex"]), pick.choice([True, False]))
    events, found, at_stop = Events({}, known=KNOWN | {"finished"}), {}, {}
    for moment, what in history(pick):
        if what == "pause":
            open_one = bool(events.pauses) and events.pauses[-1].ended is None
            events = replace(events, pauses=(*events.pauses[:-1], replace(events.pauses[-1], ended=moment)) if open_one else (
                *events.pauses, Pause(moment, None, pick.choice(["parts", "customer", "approval"]))))
        elif what == "wish":
            events = replace(events, wishes=(*events.wishes, Wish(moment, moment + dt.timedelta(hours=pick.randrange(1, 200)))))
        elif what == "level":
            facts = replace(facts, level=pick.choice([None, "1", "2", "3", "4"]))
        else:
            events = replace(events, at={**events.at, what: moment})
        found = expected(events, facts, POLICIES, CALENDAR, kept=keep(found))
        for name, clock in found.items():
            at_stop.setdefault(name, clock) if clock.stopped else at_stop.pop(name, None)
    fresh = expected(events, facts, POLICIES, CALENDAR)
    running = {name: clock for name, clock in found.items() if clock.stopped is None}
    return (all(found[name] == clock for name, clock in at_stop.items())
            and running == {name: clock for name, clock in fresh.items() if name not in at_stop and clock.stopped is None}
            and all(clock.result == ("met" if clock.stopped <= clock.due else "breached") for clock in at_stop.values())
            and all(clock.warn <= clock.due for clock in found.values())
            and expected(events, facts, POLICIES, CALENDAR, kept=keep(found)) == found)


def test_the_check_of_histories_bites():
    def forgetful(found):
        return {name: replace(target, clock=None) for name, target in keep(found).items()}
    pick = random.Random(0)
    assert not all(_agrees(pick, forgetful) for _ in range(300))
