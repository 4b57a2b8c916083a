"""A pool on the interval axis, against a count of every minute."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.coverage import cover_of, weeks_of
from staffing.pools import BreakRule, Contract, ShiftRules
from tests.staffing.instances import (
    MAIL,
    MONDAY,
    PHONE,
    axis,
    centre,
    days_from,
    recounted_positions,
    team,
    vendor,
)

TUESDAY = dt.date(2027, 2, 2)
LUNCH = BreakRule(45, False, (3.0, 4.0))


def cover(pool, first=MONDAY, minutes=60, zones=("Europe/Paris",)):
    days = days_from(first, len(pool.agents))
    return cover_of(pool, (PHONE, MAIL), days, axis(days, minutes, zones), minutes * 60)


@given(
    first=st.sampled_from([MONDAY, dt.date(2027, 3, 27), dt.date(2027, 10, 30)]),
    zone=st.sampled_from(["Europe/Paris", "Europe/London", "Asia/Kolkata", "America/New_York"]),
    minutes=st.sampled_from([15, 30, 60]),
    start=st.integers(0, 23),
    seed=st.integers(0, 1000),
)
@settings(max_examples=25, deadline=None)
def test_positions_are_those_of_every_minute(first, zone, minutes, start, seed):
    rules = ShiftRules(start * 60, start * 60 + 660, 60, (4.0, 7.0), (LUNCH,))
    pace = np.array([0.25, 1.0, 0.5])
    found = cover(
        team(timezone=zone, days=3, shifts=rules, shrinkage=0.2, pace=pace),
        first=first,
        minutes=minutes,
    )
    heads = np.random.default_rng(seed).integers(0, 3, (3, len(found.shifts)))
    duties = [
        (day, shift, float(heads[d, s] * pace[d]))
        for d, day in enumerate(found.days)
        for s, shift in enumerate(found.shifts)
    ]
    times = axis(found.days, minutes)
    expected = recounted_positions(found.pool, duties, times)
    assert found.positions(heads) == pytest.approx(expected)
    assert (found.reach(range(3)) | (expected == 0)).all()


@pytest.mark.parametrize(
    ("first", "intervals"), [(dt.date(2027, 3, 28), 23), (dt.date(2027, 10, 31), 25)]
)
def test_clock_changes_keep_the_start_and_the_length(first, intervals):
    rules = ShiftRules(0, 8 * 60, 60, (8.0,))
    found = cover(team(days=1, shifts=rules, shrinkage=0.0), first=first)
    assert found.intervals == intervals
    assert found.positions(np.array([[1]])).tolist() == [1.0] * 8 + [0.0] * (intervals - 8)
    morning = cover(
        team(days=1, shifts=ShiftRules(540, 780, 60, (4.0,)), shrinkage=0.0), first=first
    )
    wall = axis(morning.days, 60).tz_convert("Europe/Paris").hour
    assert wall[morning.positions(np.array([[1]])) > 0].tolist() == [9, 10, 11, 12]


def test_a_night_runs_into_the_next_day_and_off_the_axis():
    night = ShiftRules(22 * 60, 30 * 60, 60, (8.0,))
    found = cover(team(days=2, shifts=night, shrinkage=0.5))
    on = found.positions(np.array([[2], [4]]))
    assert np.flatnonzero(on).tolist() == [*range(22, 30), 46, 47]
    assert on[22] == 1.0
    assert on[46] == 2.0


def test_a_night_keeps_the_pace_of_the_day_on_which_it_starts():
    night = ShiftRules(22 * 60, 30 * 60, 60, (8.0,))
    found = cover(team(days=2, shifts=night, shrinkage=0.5, pace=np.array([0.4, 1.0])))
    on = found.positions(np.array([[2], [4]]))
    assert on[22:30] == pytest.approx(2 * 0.5 * 0.4)
    assert on[46:] == pytest.approx(4 * 0.5)


def test_a_position_is_priced_at_the_slowest_day_on_which_somebody_works():
    pool = team(agents=[4, 4, 0], days=3, shrinkage=0.25, pace=np.array([1.0, 0.5, 0.1]))
    assert cover(pool).position_price == pytest.approx(58 / 0.75 / 0.5)
    training = team(agents=4, days=2, shrinkage=0.25, pace=np.array([0.0, 0.8]))
    assert cover(training).position_price == pytest.approx(58 / 0.75 / 0.8)
    nobody = team(agents=4, days=2, shrinkage=0.25, pace=np.zeros(2))
    assert cover(nobody).position_price == pytest.approx(58 / 0.75)


def test_work_costs_most_where_the_pool_is_slowest():
    found = cover(team(shrinkage=0.25, speed={"phone": 1.25, "mail": 0.8}))
    assert found.work_price(5.0) == pytest.approx(58 / 0.75 / 0.8)
    assert cover(vendor(cost_per_contact=4.0)).work_price(5.0) == 2 * 4.0 * 5.0


@pytest.mark.parametrize("pace", [[1.0], [1.0, -0.1], [1.0, np.nan]])
def test_a_pace_is_a_number_for_each_day(pace):
    with pytest.raises(ValueError, match=r"pace must be a number >= 0 for each of 2 days, got"):
        team(days=2, pace=np.array(pace))


def test_a_pool_abroad_may_start_before_the_axis():
    found = cover(team(days=1, timezone="Asia/Manila", shifts=ShiftRules(0, 540, 60, (9.0,))))
    assert found.midnights.tolist() == [-7]
    assert np.flatnonzero(found.positions(np.array([[1]]))).tolist() == [0, 1]


def test_serves_the_queues_that_it_names():
    found = cover(team(speed={"mail": 0.9, "elsewhere": 1.0}))
    assert found.queue_numbers == (1,)
    assert found.speeds == {1: 0.9}


def test_leaves_out_shifts_longer_than_a_legal_day():
    rules = ShiftRules(480, 1200, 60, (7.0, 11.0))
    found = cover(team(shifts=rules, contract=Contract(max_hours_per_day=10)))
    assert {shift.paid_hours for shift in found.shifts} == {7.0}


def test_a_full_week_has_the_contracts_days_and_hours():
    found = cover(team(agents=6, contract=Contract(hours_per_week=35, overtime_hours_per_week=8)))
    assert found.days_limits((0, 7))[-1][1] == 6 * 5
    assert found.hours_limit((0, 7)) == pytest.approx(6 * 35)
    assert found.overtime_limit((0, 7)) == pytest.approx(6 * 8)


def test_hours_limit_the_days_that_can_be_worked():
    rules = ShiftRules(480, 1200, 60, (10.0,))
    found = cover(team(agents=2, shifts=rules, contract=Contract(hours_per_week=35)))
    assert found.days_limits((0, 7))[-1][1] == 2 * 3


def test_a_horizon_from_tuesday_begins_with_a_short_week():
    found = cover(vendor(agents=7, days=9, minimum_hours_per_week=70), first=TUESDAY)
    assert weeks_of(found.days) == [(0, 6), (6, 9)]
    assert found.days_limits((0, 6))[-1][1] == 7 * 5
    assert found.days_limits((6, 9))[-1][1] == 7 * 3
    assert found.hours_limit((0, 6)) == 7 * 35
    assert found.hours_limit((6, 9)) == 7 * 3 * max(s.paid_hours for s in found.shifts)
    assert found.contracted_hours((0, 6)) == pytest.approx(7 * 35 * 6 / 7)
    assert found.minimum_hours((6, 9)) == pytest.approx(30)


def test_a_ramp_counts_each_day_by_its_agents():
    found = cover(vendor(agents=[2, 2, 2, 9, 9, 9, 9]))
    # Two agents work five of their seven days, seven others all of their four.
    assert found.days_limits((0, 7))[-1][1] == 2 * 5 + 7 * 4
    longest = max(s.paid_hours for s in found.shifts)
    assert found.hours_limit((0, 7)) == 2 * 35 + 7 * min(35, 4 * longest)
    assert found.contracted_hours((0, 7)) == pytest.approx(42 * 5)


def test_a_run_of_days_may_begin_in_the_week_before():
    found = cover(team(agents=3, days=14, contract=Contract(max_consecutive_days=6)))
    assert found.runs((0, 7)) == [(0, 7, 18)]
    assert found.runs((7, 14)) == [(start, start + 7, 18) for start in range(1, 8)]
    assert found.runs((0, 6)) == []


def test_contracted_hours_are_sunk():
    contract = Contract(overtime_hours_per_week=4, overtime_cost_factor=1.25)
    found = cover(team(agents=6, shrinkage=0.25, contract=contract))
    assert found.sunk
    assert found.sunk_cost((0, 7)) == pytest.approx(6 * 35 * 58)
    assert found.marginal_price == pytest.approx(0.58)
    assert found.marginal_price + found.overtime_price == pytest.approx(58 * 1.25)
    assert found.position_price == pytest.approx(58 / 0.75)
    assert found.contact_price == 0.0


@pytest.mark.parametrize("pool", [vendor(), team(contract=Contract(paid="scheduled"))])
def test_scheduled_hours_are_paid_when_scheduled(pool):
    found = cover(pool)
    assert not found.sunk
    assert found.sunk_cost((0, 7)) == 0.0
    assert found.marginal_price == pool.cost_per_hour


def test_contacts_may_be_what_is_paid():
    found = cover(vendor(cost_per_contact=4.1))
    assert (found.contact_price, found.marginal_price, found.position_price) == (
        4.1,
        pytest.approx(0.41),
        0.0,
    )


@given(st.dates(dt.date(2026, 1, 1), dt.date(2028, 1, 1)), st.integers(1, 40))
def test_weeks_share_out_the_days(first, count):
    days = days_from(first, count)
    spans = weeks_of(days)
    assert [d for start, stop in spans for d in range(start, stop)] == list(range(count))
    for start, stop in spans:
        assert len({day.isocalendar()[:2] for day in days[start:stop]}) == 1
    assert all(days[start].weekday() == 0 for start, _ in spans[1:])


def test_profiles_are_read_only():
    profile = centre(team()).covers()[0].on_duty(0, 0)[1]
    with pytest.raises(ValueError, match="read-only"):
        profile[0] = 2.0
