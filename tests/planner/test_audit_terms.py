"""What an auditor takes the scenario to say, against what the planning takes it to say."""

import datetime as dt
from fractions import Fraction
from importlib import resources

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.audit.clock import instant
from planner.audit.money import tiered
from planner.audit.question import question_of
from planner.audit.terms import terms_of
from planner.errors import InputError
from planner.examples import EXAMPLES
from planner.inputs import open_mask, time_axis
from planner.pool_inputs import staffing_pools
from planner.scenario.document import parse_yaml
from planner.scenario.model import load_scenario, scenario_of
from staffing.shifts import build_shifts

CENTRE = """
horizon: {{first_day: 2027-03-20, days: 14}}
interval_minutes: {minutes}
history: {{file: contacts.csv}}
markets:
  FR: {{timezone: Europe/Paris, closed: [2027-03-29]}}
  GB: {{timezone: Europe/London}}
  NP: {{timezone: Asia/Kathmandu}}
queues:
  - {{name: fr, market: FR, open: {{mon-fri: "08:00-20:00", sat: "22:00-06:00"}}}}
  - {{name: gb, market: GB, open: "09:10-17:20"}}
  - {{name: np, market: NP, channel: email, open: {{sun-thu: "10:00-17:00"}}}}
pools:
  - {{name: all, queues: [fr, gb, np], agents: 5, cost_per_hour: 50}}
  - {{name: far, queues: [np, gb], timezone: {zone}, agents: 5, cost_per_hour: 50{more}}}
"""


def centre(zone="Asia/Kathmandu", more="", minutes=15):
    text = CENTRE.format(zone=zone, minutes=minutes, more=more and f", {more}")
    return scenario_of(parse_yaml(text, "scenario.yaml"))


def same_terms(scenario):
    """Compare what both sides read into every pool of a scenario."""
    for pool, seen in zip(scenario.teams, staffing_pools(scenario), strict=True):
        terms = terms_of(scenario, pool)
        assert str(terms.zone) == seen.timezone
        assert (terms.earliest, terms.latest) == (
            seen.shifts.earliest_start,
            seen.shifts.latest_end,
        )
        assert list(terms.agents.values()) == seen.agents.tolist()
        assert list(terms.productive.values()) == pytest.approx(
            [seen.positions_per_head(day) for day in range(len(scenario.days))]
        )
        assert terms.contracted == (seen.contract.paid == "contracted")
        mine = {
            (start, start + p.span, tuple((start + a, start + b) for a, b in p.pauses), p.paid)
            for p in terms.patterns
            for start in terms.starts(p.span)
        }
        theirs = {
            (s.start_minute, s.end_minute, s.breaks, s.paid_minutes)
            for s in build_shifts(seen.shifts)
        }
        assert mine == theirs


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/New_York", "Pacific/Kiritimati"])
@pytest.mark.parametrize("minutes", [5, 15])
def test_the_axis_the_days_and_the_hours_of_queues(zone, minutes):
    scenario = centre(zone, minutes=minutes)
    asked, times = question_of(scenario), time_axis(scenario)
    assert asked.first * 60 == times[0].timestamp()
    assert asked.intervals == len(times)
    mask = open_mask(scenario, times)
    for q, queue in enumerate(scenario.queues):
        np.testing.assert_array_equal(asked.is_open(queue.name), mask[q])
        assert {asked.day_of(queue.name, i) for i in asked.inside(queue.name)} == set(asked.days)
    same_terms(scenario)


hours = st.sampled_from([3, 3.5, 4, 5.25, 6, 7, 7.333, 8, 11])


@given(
    paid=st.lists(hours, min_size=1, max_size=3, unique=True),
    breaks=st.lists(
        st.tuples(
            st.sampled_from([10, 15, 30, 45, 60]),
            st.booleans(),
            st.sampled_from([(1, 1), (1, 2.5), (2, 4), (3, 5)]),
        ),
        max_size=2,
    ),
    step=st.sampled_from([15, 30, 45, 60]),
    window=st.sampled_from([None, ("06:10", "21:00"), ("18:00", "30:30"), ("08:00", "12:00")]),
    split=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_the_shifts_that_rules_allow(paid, breaks, step, window, split):
    """Two ways to the same shifts, but for those that break the legal day of ten hours."""
    rules = [f"paid_hours: {paid}, start_every_minutes: {step}"]
    told = [
        f"{{minutes: {minutes}, paid: {str(is_paid).lower()}, after_hours: {list(after)}}}"
        for minutes, is_paid, after in breaks
    ]
    rules += [f"breaks: [{', '.join(told)}]"] if told else []
    rules += [f'earliest_start: "{window[0]}", latest_end: "{window[1]}"'] if window else []
    parts = "{paid_hours: [6], pause_minutes: [90, 200], after_hours: [2, 3], max_span_hours: 9}"
    rules += [f"split: {parts}"] if split else []
    try:
        scenario = centre(more=f"shifts: {{{', '.join(rules)}}}")
        staffing_pools(scenario)
    except InputError:
        assume(False)
    same_terms(scenario)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_pools_of_the_examples(name):
    path = str(resources.files("planner.examples").joinpath(f"{name.replace('-', '_')}.yaml"))
    scenario = load_scenario(path)
    same_terms(scenario)
    for variant in scenario.variants:
        same_terms(load_scenario(path, [variant]))


def test_a_night_over_a_clock_change_has_its_hours():
    """Paris goes from 02:00 to 03:00 on 28 March 2027: seven hours from 22:00 end at 06:00."""
    terms = question_of(centre("Europe/Paris")).pools["far"]
    begins = instant(dt.date(2027, 3, 27), 22 * 60, terms.zone)
    ends = instant(dt.date(2027, 3, 28), 6 * 60, terms.zone)
    assert ends - begins == 7 * 60


def test_tiers_are_marginal_and_cut_with_the_week():
    """Of 120 hours 50 cost 26, 50 cost 24 and 20 cost 22; of a day's 20, 50/7 cost 26."""
    more = "kind: vendor, tiers: [{above: 50, price: 24}, {above: 100, price: 22}]"
    terms = question_of(centre(more=more)).pools["far"]
    assert tiered(terms, Fraction(120), 7) == 50 * 50 + 50 * 24 + 20 * 22
    assert tiered(terms, Fraction(30), 7) == 30 * 50
    sevenths = 50 * 50 + 50 * 24 + (7 * 20 - 100) * 22
    assert tiered(terms, Fraction(20), 1) * 7 == sevenths
