"""Tours recounted from their duties alone: nobody breaks a rule, nobody's head is lost."""

import datetime as dt
import itertools
from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.pools import Contract, ShiftRules
from staffing.roster import build_roster
from staffing.shifts import Shift
from tests.staffing.instances import MONDAY, centre, starts_at, team, vendor

ROUND_THE_CLOCK = ShiftRules(0, 30 * 60, 180, (4.0, 8.0))
SPRING, AUTUMN = dt.date(2027, 3, 26), dt.date(2027, 10, 29)
FREE = Contract(hours_per_week=168, days_off_per_week=0, max_consecutive_days=99)


def allocation_of(asked, heads):
    """Return an allocation that claims these heads, whether they make sense or not."""
    covers, size = asked.covers(), (len(asked.pools), len(asked.times))
    plan = replace(asked, pools=(team(agents=0, days=len(asked.days)),)).plan()
    return replace(
        plan,
        pools=asked.pools,
        shifts=tuple(cover.shifts for cover in covers),
        heads=tuple(heads),
        capacity=np.zeros(size),
    )


def check(allocation, roster):
    """Recount every rule from the duties."""
    claimed: Counter[tuple[str, dt.date, Shift]] = Counter()
    found: Counter[tuple[str, dt.date, Shift]] = Counter()
    for p, pool in enumerate(allocation.pools):
        for d, day in enumerate(allocation.days):
            for s, shift in enumerate(allocation.shifts[p]):
                claimed[pool.name, day, shift] += int(allocation.heads[p][d, s])
    for duty in roster.duties:
        found[duty.pool, duty.day, duty.shift] += 1
    for missing in roster.unplaced:
        assert missing.heads > 0
        found[missing.pool, missing.day, missing.shift] += missing.heads
    assert found == +claimed
    for pool in allocation.pools:
        tours = defaultdict(list)
        for duty in roster.duties:
            if duty.pool == pool.name:
                tours[duty.agent].append(duty)
        for agent, tour in tours.items():
            check_tour(pool, allocation.days, agent, sorted(tour, key=lambda duty: duty.day))


def check_tour(pool, days, agent, tour):
    contract = pool.contract
    number = pool.names.index(agent)
    worked = [duty.day for duty in tour]
    assert len(set(worked)) == len(worked), "one shift a day"
    assert all(pool.agents[days.index(day)] > number for day in worked), "employed that day"
    for before, after in itertools.pairwise(tour):
        length = dt.timedelta(minutes=before.shift.end_minute - before.shift.start_minute)
        end = starts_at(before.shift, before.day, pool.timezone) + length
        rest = starts_at(after.shift, after.day, pool.timezone) - end
        assert rest >= dt.timedelta(hours=contract.min_rest_hours), "rest"
    weeks = defaultdict(list)
    for duty in tour:
        weeks[duty.day.isocalendar()[:2]].append(duty.shift.paid_hours)
    for hours in weeks.values():
        assert len(hours) <= 7 - contract.days_off_per_week, "days a week"
        assert sum(hours) <= contract.hours_per_week + contract.overtime_hours_per_week + 1e-9
    run = 0
    for day in days:
        run = run + 1 if day in worked else 0
        assert run <= contract.max_consecutive_days, "run of days"


@given(
    first=st.sampled_from([MONDAY, MONDAY + dt.timedelta(days=1), SPRING, AUTUMN]),
    agents=st.lists(st.integers(0, 5), min_size=9, max_size=9),
    crowd=st.sampled_from([0.1, 0.4, 1.0]),
    contract=st.builds(
        Contract,
        hours_per_week=st.sampled_from([20.0, 35.0, 60.0]),
        min_rest_hours=st.sampled_from([0.0, 11.0, 14.0]),
        max_consecutive_days=st.integers(1, 6),
        days_off_per_week=st.integers(0, 5),
        overtime_hours_per_week=st.sampled_from([0.0, 4.0]),
    ),
    seed=st.integers(0, 999),
)
@settings(max_examples=40, deadline=None)
def test_a_roster_keeps_every_rule(first, agents, crowd, contract, seed):
    pools = [
        team(agents=agents, days=9, contract=contract, shifts=ROUND_THE_CLOCK),
        vendor(agents=agents[::-1], days=9, timezone="America/New_York", shifts=ROUND_THE_CLOCK),
    ]
    asked = centre(*pools, first=first, days=9)
    rng = np.random.default_rng(seed)
    heads = [rng.poisson(crowd / 2, (9, len(cover.shifts))) for cover in asked.covers()]
    allocation = allocation_of(asked, heads)
    check(allocation, build_roster(allocation))


@pytest.mark.parametrize("first", [MONDAY, MONDAY + dt.timedelta(days=1), SPRING, AUTUMN])
def test_a_roster_covers_what_the_program_claims(first):
    asked = centre(team(agents=9, days=14), vendor(agents=5, days=14), first=first, days=14)
    plan = asked.plan()
    roster = build_roster(plan)
    check(plan, roster)
    left_out = sum(missing.heads for missing in roster.unplaced)
    assert left_out <= 0.02 * sum(heads.sum() for heads in plan.heads)


def test_duties_are_in_order_and_the_same_each_time():
    plan = centre(team(), vendor(), seed=1).plan()
    one, two = build_roster(plan), build_roster(plan)
    assert one == two
    assert list(one.duties) == sorted(one.duties)


def one_pool(heads, agents=1, contract=FREE, first=MONDAY, shifts=ROUND_THE_CLOCK):
    """Return the allocation of one pool and its roster; heads by ``(day, start hour, hours)``."""
    days = max(day for day, _, _ in heads) + 1
    asked = centre(
        team(agents=agents, days=days, contract=contract, shifts=shifts), first=first, days=days
    )
    (cover,) = asked.covers()
    table = np.zeros((days, len(cover.shifts)), dtype=np.int64)
    for day, start, hours in heads:
        shift = Shift(start * 60, start * 60 + hours * 60, (), hours * 60)
        table[day, cover.shifts.index(shift)] += 1
    allocation = allocation_of(asked, [table])
    roster = build_roster(allocation)
    check(allocation, roster)
    return roster


def left_out(roster):
    return sum(missing.heads for missing in roster.unplaced)


def test_more_heads_than_agents_stay_unplaced():
    roster = one_pool([(0, 9, 4)] * 3, agents=2)
    assert len(roster.duties) == 2
    (missing,) = roster.unplaced
    assert (missing.pool, missing.day, missing.heads) == ("paris", MONDAY, 1)
    assert missing.shift.label == "09:00-13:00"


def test_without_agents_all_heads_are_unplaced():
    assert left_out(one_pool([(0, 9, 4)] * 3, agents=0)) == 3


@pytest.mark.parametrize(("start", "free"), [(9, 0), (12, 1)])
def test_rest_after_a_late_shift(start, free):
    # From 18:00 to 02:00, then eleven hours: until 13:00.
    assert left_out(one_pool([(0, 18, 8), (1, start, 4)])) == 1
    assert left_out(one_pool([(0, 15, 8), (1, start, 4)])) == 1 - free


@pytest.mark.parametrize(("first", "unplaced"), [(SPRING, 1), (MONDAY, 0), (AUTUMN, 0)])
def test_rest_is_counted_in_hours_that_pass(first, unplaced):
    # On Saturday until 22:00, on Sunday from 09:00: an hour less in the spring night.
    shifts = ShiftRules(14 * 60 - 300, 22 * 60, 300, (8.0,))  # 09:00 and 14:00
    roster = one_pool([(1, 14, 8), (2, 9, 8)], first=first, shifts=shifts)
    assert left_out(roster) == unplaced


def test_hours_a_week_begin_anew_on_monday():
    contract = replace(FREE, hours_per_week=16)
    friday = MONDAY + dt.timedelta(days=4)
    assert left_out(one_pool([(d, 9, 8) for d in range(3)], contract=contract, first=friday)) == 1
    assert (
        left_out(one_pool([(d, 9, 8) for d in range(1, 5)], contract=contract, first=friday)) == 0
    )


def test_days_off_a_week():
    contract = replace(FREE, days_off_per_week=3)
    assert left_out(one_pool([(d, 9, 4) for d in range(7)], contract=contract)) == 3


def test_a_run_of_days_goes_over_the_weeks_end():
    contract = replace(FREE, max_consecutive_days=4)
    thursday = MONDAY + dt.timedelta(days=3)
    assert left_out(one_pool([(d, 9, 4) for d in range(9)], contract=contract, first=thursday)) == 1


def test_two_agents_share_a_week_that_one_could_not_work():
    roster = one_pool([(d, 9, 8) for d in range(7)], agents=2, contract=Contract(35.0))
    assert left_out(roster) == 0
    hours: defaultdict[str, float] = defaultdict(float)
    for duty in roster.duties:
        hours[duty.agent] += duty.shift.paid_hours
    assert max(hours.values()) <= 32


def test_agents_of_a_ramp_begin_when_they_are_employed():
    asked = centre(vendor(agents=[1, 1, 3, 3, 3, 3, 3], shifts=ROUND_THE_CLOCK))
    heads = np.zeros((7, len(asked.covers()[0].shifts)), dtype=np.int64)
    heads[:5, 4] = 3
    allocation = allocation_of(asked, [heads])
    roster = build_roster(allocation)
    check(allocation, roster)
    assert [duty.agent for duty in roster.duties if duty.day == MONDAY] == ["lyon-0"]
    assert left_out(roster) == 2 + 2


def test_an_agent_keeps_the_hour_at_which_they_start():
    heads = [(d, start, 4) for d in range(5) for start in (6, 15)]
    roster = one_pool(heads, agents=2)
    starts = defaultdict(set)
    for duty in roster.duties:
        starts[duty.agent].add(duty.shift.start_minute)
    assert all(len(found) == 1 for found in starts.values())
