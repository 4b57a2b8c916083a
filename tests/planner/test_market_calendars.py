"""Which calendars a market has, and what the planner is told that they do not know."""

import datetime as dt

import pytest

from forecasting.published import public_years
from planner.circumstances import holidays_by_queue, school_by_queue
from planner.market_calendars import calendar_warnings
from planner.scenario.document import parse_yaml
from planner.scenario.model import load_scenario, scenario_of
from planner.service import make_plan
from planner.sources.table import load_history


def read(market, first="2027-02-01", days=28, more=""):
    text = f"""
horizon: {{first_day: {first}, days: {days}}}
history: {{file: contacts.csv}}
markets: {{M: {{timezone: Europe/Paris, {market}}}{more}}}
queues: [{{name: q, market: M}}, {{name: r, market: M}}]
"""
    return scenario_of(parse_yaml(text, "scenario.yaml"))


START = dt.date(2026, 1, 1)


@pytest.mark.parametrize(
    ("market", "counts"),
    [
        ("country: FR, subdivision: Zone A", True),
        ("country: FR, subdivision: Zone A, school_holidays: true", True),
        ("country: FR, subdivision: Zone A, school_holidays: false", False),
        ("country: FR, subdivision: Zone C", False),  # on holiday from 6 to 21 February
        ("country: FR", False),
        ("country: FR, subdivision: 57", False),
        ("country: IT", False),
        ("closed: []", False),
    ],
)
def test_school_holidays_count_where_they_are_known(market, counts):
    found = school_by_queue(read(market), START)
    assert (dt.date(2027, 2, 24) in found["q"]) == counts
    assert found["q"] == found["r"]


def test_school_holidays_reach_a_month_past_the_horizon():
    found = school_by_queue(read("country: FR, subdivision: Zone A", days=7), START)["q"]
    assert (min(found), max(found)) == (START, dt.date(2027, 2, 28))


def test_public_holidays_are_those_of_the_part():
    friday = dt.date(2027, 3, 26)
    assert friday in holidays_by_queue(read("country: FR, subdivision: Moselle"), START)["q"]
    assert friday not in holidays_by_queue(read("country: FR"), START)["q"]


@pytest.mark.parametrize(
    "market",
    [
        "country: FR",
        "country: FR, subdivision: Zone A",
        "country: FR, subdivision: 57",
        "country: IT, school_holidays: false",
        "closed: []",
    ],
)
def test_nothing_is_told_where_nothing_is_missing(market):
    assert calendar_warnings(read(market), START) == ()


@pytest.mark.parametrize(
    ("market", "first", "note"),
    [
        ("country: FR, subdivision: Zone A", "2028-08-20",
         "school holidays of FR/Zone A are published until 2028-08-31 only: days after it count "
         "as school days"),
        ("country: FR, school_holidays: true", "2027-02-01",
         "school holidays are asked for in market M, but not known for FR: every day counts as a "
         "school day; known in FR are those of Zone A, Zone B, Zone C"),
        ("country: IT, school_holidays: true", "2027-02-01",
         "school holidays are asked for in market M, but not known for IT: every day counts as a "
         "school day"),
        ("school_holidays: true", "2027-02-01",
         "school holidays are asked for in market M, which names no country: none are known"),
        ("country: LK", "2027-02-01",
         "public holidays of LK are published until 2026-12-31 only: days after it count as "
         "ordinary days"),
        ("country: UA", "2027-02-01",
         "no public holidays of UA are known for 2027: no day counts as one"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_told(market, first, note):
    assert calendar_warnings(read(market, first), START) == (note,)


def test_the_end_is_told_only_from_the_day_after():
    last = "country: FR, subdivision: Zone A"
    assert calendar_warnings(read(last, "2028-08-31", days=1)) == ()
    assert len(calendar_warnings(read(last, "2028-08-31", days=2))) == 1


def test_public_holidays_that_last_through_the_horizon_are_not_told():
    last = dt.date(public_years("LK")[1], 12, 31)
    assert calendar_warnings(read("country: LK", last, days=1)) == ()
    assert len(calendar_warnings(read("country: LK", last, days=2))) == 1


def test_a_history_from_before_the_school_calendar_is_told():
    scenario = read("country: AU, subdivision: NSW")
    (note,) = calendar_warnings(scenario, dt.date(2025, 12, 31))
    assert note.startswith("school holidays of AU/NSW are published from 2026-01-01 only")
    assert calendar_warnings(scenario, START) == ()


def test_estimated_holidays_are_named_up_to_four():
    (note,) = calendar_warnings(read("country: AE", "2027-03-01", days=100))
    assert note.startswith("public holidays of AE on 2027-03-09, 2027-03-10")
    assert "more days are estimated" in note
    assert calendar_warnings(read("country: AE", "2027-02-01", days=10)) == ()


def test_a_market_without_queues_is_passed_over():
    more = ", N: {timezone: Asia/Colombo, country: LK}"
    assert calendar_warnings(read("country: FR", more=more)) == ()


def test_a_plan_says_what_its_calendars_do_not_know(tmp_path):
    days = [dt.date(2027, 1, 4) + dt.timedelta(days=n) for n in range(35)]
    rows = [f"{day}T{hour:02d}:00,q,5" for day in days for hour in range(9, 17)]
    (tmp_path / "contacts.csv").write_text("\n".join(["start,queue,contacts", *rows]))
    (tmp_path / "scenario.yaml").write_text("""
horizon: {first_day: 2027-02-08, days: 1}
interval_minutes: 60
history: {file: contacts.csv}
markets: {M: {timezone: Europe/Paris, country: FR, school_holidays: true}}
queues: [{name: q, market: M, open: "09:00-17:00", aht_s: 300}]
pools: [{name: p, queues: [q], agents: 3, cost_per_hour: 30}]
""")
    scenario = load_scenario(tmp_path / "scenario.yaml")
    plan = make_plan(scenario, load_history(scenario))
    assert any("but not known for FR: every day counts" in note for note in plan.notes)
