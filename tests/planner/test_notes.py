"""Notes of many queues: what is the same for several is told once, and nothing is lost."""

import datetime as dt

import numpy as np
import pytest

from planner.notes import queue_notes
from planner.scenario.document import parse_yaml
from planner.scenario.model import scenario_of
from planner.service import make_plan
from planner.sources.table import load_history

NOTE = "valentines_day: not in the history, effect as in {} other queues"
LEVEL = "the level changed by {} around {}"


def test_the_same_note_of_many_queues_is_told_once():
    told = [(f"q{n}", [NOTE.format(5)]) for n in range(12)] + [("other", [])]
    assert queue_notes(told) == (f"{NOTE.format(5)} (12 queues)",)
    assert queue_notes(told[:12]) == (f"{NOTE.format(5)} (all queues)",)
    assert queue_notes(told[11:]) == (f"{NOTE.format(5)} (q11)",)
    assert queue_notes(told[:1]) == (NOTE.format(5),)


def test_numbers_become_the_range_that_they_span():
    told = [("a", [NOTE.format(11)]), ("b", [NOTE.format(9)]), ("c", [])]
    assert queue_notes(told) == (f"{NOTE.format('9 to 11')} (a, b)",)


@pytest.mark.parametrize("sign", ["+", "-"])
def test_breaks_of_the_level_keep_sign_and_dates(sign):
    told = [
        ("fr-1", [LEVEL.format(f"{sign}12%", "2026-05-01")]),
        ("fr-2", [LEVEL.format(f"{sign}4%", "2026-03-01")]),
        ("fr-3", []),
    ]
    low, high = ("+4%", "+12%") if sign == "+" else ("-12%", "-4%")
    expected = LEVEL.format(f"{low} to {high}", "2026-03-01 to 2026-05-01")
    assert queue_notes(told) == (f"{expected} (fr-1, fr-2)",)


def test_different_notes_stay_apart_in_their_order():
    told = [("a", ["first", "second"]), ("b", ["second"]), ("c", ["c: of its own", "third"])]
    assert queue_notes(told) == ("first (a)", "second (a, b)", "c: of its own", "third (c)")


SCENARIO = """
horizon: {first_day: 2027-02-08, days: 7}
interval_minutes: 60
history: {file: contacts.csv}
markets: {FR: {timezone: Europe/Paris, country: FR, school_holidays: true}}
queues:
  - {name: phone, market: FR, aht_s: 300, open: {mon-fri: "09:00-17:00"}}
drivers: [{name: orders, file: orders.csv}]
overrides: [{day: 2027-01-01, add: 5, note: late}]
pools: [{name: team, queues: [phone], agents: 3, cost_per_hour: 30}]
"""


def test_a_plan_notes_what_is_odd_in_what_is_known_beforehand(tmp_path):
    first, rows, orders = dt.date(2026, 10, 5), [], []
    rng = np.random.default_rng(1)
    for n in range((dt.date(2027, 2, 10) - first).days):
        day = first + dt.timedelta(days=n)
        orders.append(f"{day},{100 + n % 7}")
        if day < dt.date(2027, 2, 8) and day.weekday() < 5:
            rows += [f"{day}T{h:02d}:00,phone,{rng.poisson(4)}" for h in range(9, 17)]
    (tmp_path / "contacts.csv").write_text("start,queue,contacts\n" + "\n".join(rows))
    (tmp_path / "orders.csv").write_text("date,value\n" + "\n".join(orders))
    scenario = scenario_of(parse_yaml(SCENARIO, str(tmp_path / "scenario.yaml")))
    plan = make_plan(scenario, load_history(scenario))
    said = "\n".join(plan.notes)
    assert "orders is known until 2027-02-09: later days count as its usual ones" in said
    assert "overrides.0 (late) changes nothing: its days lie outside the horizon" in said
    assert "but not known for FR: every day counts as a school day" in said
