"""Agents with names against the same agents counted, and against every way to deal out days."""

import datetime as dt
import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from staffing.coverage import cover_of
from staffing.people import NEVER, Agent, Worked
from staffing.pools import Contract, ShiftRules
from tests.staffing.instances import MAIL, MONDAY, PHONE, axis, centre, days_from, team
from tests.staffing.test_week import heads, solved
from tests.staffing.test_worth import between, cost
from tests.staffing.test_worth import found as worth_found

WEEK = (0, 7)
FREE = Contract(hours_per_week=168, days_off_per_week=0, max_consecutive_days=100)


def named(*people, days=7, **other):
    """Return a pool of agents by name, from Monday on."""
    dates = days_from(MONDAY, days)
    employed = [sum(agent.employed_on(day) for agent in people) for day in dates]
    names = tuple(agent.name for agent in people)
    return team(agents=employed, days=days, names=names, people=people, **other)


def cover(pool):
    days = days_from(MONDAY, len(pool.agents))
    return cover_of(pool, (PHONE, MAIL), days, axis(days, 60), 60 * 60)


def of(found):
    assert found.staff is not None
    return found.staff


def day(number):
    return MONDAY + dt.timedelta(days=number)


def shift(number, hours=7.0):
    start = dt.datetime.combine(day(number), dt.time(8), dt.UTC)
    return Worked(day(number), start, start + dt.timedelta(hours=hours), hours)


@given(
    count=st.integers(1, 12),
    days=st.integers(1, 16),
    contract=st.builds(
        Contract,
        hours_per_week=st.sampled_from([21.0, 35.0, 60.0]),
        days_off_per_week=st.integers(0, 3),
        max_consecutive_days=st.integers(1, 6),
        overtime_hours_per_week=st.sampled_from([0.0, 5.0]),
    ),
    start=st.integers(0, 6),
)
@settings(max_examples=60, deadline=None)
def test_agents_of_whom_only_names_are_known_are_as_many_counted(count, days, contract, start):
    people = [Agent(f"a{n}") for n in range(count)]
    with_names = cover(named(*people, days=days, contract=contract))
    counted = cover(team(agents=count, days=days, contract=contract))
    span = (min(start, days - 1), days)
    assert with_names.heads_a_day.tolist() == counted.heads_a_day.tolist()
    assert with_names.contracted_hours(span) == pytest.approx(counted.contracted_hours(span))
    assert with_names.hours_limit(span) == pytest.approx(counted.hours_limit(span))
    assert with_names.overtime_limit(span) == pytest.approx(counted.overtime_limit(span))
    assert with_names.runs(span) == counted.runs(span)
    week = (span[0], min(span[0] + 7, span[1]))
    assert of(with_names).day_sets(week) == [tuple(range(*week))]
    ((newer, most),) = counted.days_limits(week)
    assert not newer.any()
    assert of(with_names).most_heads(week, range(*week)) == most


def test_hours_paid_are_each_agents_own():
    part = named(Agent("full"), Agent("part", hours_per_week=21.0))
    assert cover(part).contracted_hours(WEEK) == pytest.approx(56.0)
    assert cover(part).hours_limit(WEEK) == pytest.approx(56.0)
    assert cover(part).contracted_hours((0, 3)) == pytest.approx(56.0 * 3 / 7)


def test_whoever_comes_or_leaves_is_paid_for_the_days_employed():
    found = cover(named(Agent("old", last_day=day(1)), Agent("new", first_day=day(5))))
    assert found.contracted_hours(WEEK) == pytest.approx(35 * (2 + 2) / 7)
    assert found.heads_a_day.tolist() == [1, 1, 0, 0, 0, 1, 1]
    assert found.hours_limit(WEEK) == pytest.approx(4 * 7)


@pytest.mark.parametrize(
    ("last", "hours", "heads_left"), [(0, 28.0, 4), (2, 14.0, 2), (4, 0.0, 0), (6, 0.0, 0)]
)
def test_a_day_of_absence_is_paid_and_counts_as_worked(last, hours, heads_left):
    found = cover(named(Agent("ill", absences=((day(0), day(last)),))))
    assert found.contracted_hours(WEEK) == pytest.approx(35.0)
    assert found.hours_limit(WEEK) == pytest.approx(hours)
    assert of(found).most_heads(WEEK, range(7)) == heads_left
    assert found.heads_a_day.tolist() == [int(d > last) for d in range(7)]


def test_shifts_worked_in_the_first_week_before_the_first_day_count_in_it():
    pool = named(Agent("busy", worked=tuple(shift(n) for n in (0, 1, 2))), days=4,
                 contract=Contract(overtime_hours_per_week=2.0))  # fmt: skip
    days = days_from(day(3), 4)
    found = cover_of(pool, (PHONE,), days, axis(days, 60), 3600)
    assert found.hours_limit((0, 4)) == pytest.approx(14.0)
    assert found.overtime_limit((0, 4)) == pytest.approx(2.0)
    assert of(found).most_heads((0, 4), range(4)) == 2


def test_a_run_goes_on_from_what_was_worked():
    contract = Contract(days_off_per_week=0, hours_per_week=60.0, max_consecutive_days=6)
    worked = tuple(shift(-n) for n in range(1, 5))  # Thursday to Sunday
    found = cover(named(Agent("busy", worked=worked), Agent("fresh"), contract=contract))
    assert found.runs(WEEK) == [(0, 3, 2 + 3), (0, 4, 3 + 4), (0, 5, 4 + 5), (0, 6, 5 + 6),
                                (0, 7, 6 + 6)]  # fmt: skip


def deal(staff, wanted, span):
    """Return whether heads a day can be dealt out to agents, by a flow from agents to days."""
    agents, days = staff.there.shape[0], span[1] - span[0]
    most = [
        min(int(own[slice(*span)].sum()), 7 - staff.contract.days_off_per_week)
        for own in staff.there
    ]
    cells = list(itertools.product(range(agents), range(days)))
    upper = [int(staff.there[a, span[0] + d]) for a, d in cells]
    rows = [[int(c[0] == a) for c in cells] for a in range(agents)]
    columns = [[int(c[1] == d) for c in cells] for d in range(days)]
    found = linprog(
        np.zeros(len(cells)), A_ub=rows, b_ub=most, A_eq=columns, b_eq=wanted,
        bounds=[(0, u) for u in upper],
    )  # fmt: skip
    return bool(found.success)


@given(
    off=st.lists(st.sets(st.integers(0, 6), max_size=5), min_size=1, max_size=4),
    wanted=st.lists(st.integers(0, 3), min_size=7, max_size=7),
    days_off=st.integers(1, 4),
)
@settings(max_examples=80, deadline=None)
def test_heads_within_all_limits_of_days_can_be_dealt_out(off, wanted, days_off):
    people = [Agent(f"a{n}", times=dict.fromkeys(those, NEVER)) for n, those in enumerate(off)]
    contract = Contract(hours_per_week=100, days_off_per_week=days_off)
    found = cover(named(*people, contract=contract))
    staff = of(found)
    within = all(w <= h for w, h in zip(wanted, found.heads_a_day, strict=True)) and all(
        sum(wanted[d] for d in days) <= staff.most_heads(WEEK, days)
        for days in staff.day_sets(WEEK)
    )
    assert within == deal(staff, wanted, WEEK)


def test_few_limits_of_days_are_kept():
    weekdays = [Agent(f"w{n}", times={5: NEVER, 6: NEVER}) for n in range(5)]
    any_day = [Agent(f"a{n}") for n in range(5)]
    staff = of(cover(named(*weekdays, *any_day)))
    # the week, and each six days of it with the weekend: 45 days of work, where the week has 50
    assert [len(days) for days in staff.day_sets(WEEK)] == [7, 6, 6, 6, 6, 6]


def test_no_more_heads_than_are_there():
    """Heads on a day <= agents employed on that day; of agents by name, those who are there."""
    away = Agent("away", absences=((day(2), day(3)),))
    pool = named(away, Agent("never on Fridays", times={4: NEVER}), contract=FREE)
    a_day = heads(solved(centre(pool, phone=20.0))).sum(axis=1)
    assert a_day == pytest.approx([2, 2, 1, 1, 1, 2, 2])


def test_times_of_agents():
    """Heads on shifts for which only some of a day's agents have time <= how many these are."""
    rules = ShiftRules(8 * 60, 20 * 60, 60, (4.0,))
    mornings = [Agent(f"m{n}", times={0: (8 * 60, 14 * 60)}) for n in range(3)]
    pool = named(*mornings, Agent("any"), contract=FREE, shifts=rules)
    asked = centre(pool, phone=20.0)
    week = solved(asked)
    late = [s for s, one in enumerate(week.covers[0].shifts) if one.end_minute > 14 * 60]
    monday = heads(week)[0]
    assert monday.sum() == pytest.approx(4)
    assert monday[late].sum() == pytest.approx(1)


def test_days_of_agents_by_name():
    """Heads over some days of the week <= the days of agents by name that they may work."""
    contract = Contract(hours_per_week=100, days_off_per_week=4)
    weekend = [Agent(f"s{n}", times=dict.fromkeys(range(5), NEVER)) for n in range(3)]
    week = solved(centre(named(*weekend, Agent("any"), contract=contract), phone=20.0))
    a_day = heads(week).sum(axis=1)
    assert a_day.sum() == pytest.approx(3 * 2 + 3)
    assert max(a_day[5:]) <= 4 + 1e-6


def test_agents_asked_for_twice_are_twice_as_many():
    found = cover(named(Agent("one", absences=((day(0), day(0)),)), Agent("two")))
    twice = replace(found, staff=replace(of(found), size=2.0))
    assert twice.heads_a_day.tolist() == (2 * found.heads_a_day).tolist()
    assert twice.hours_limit(WEEK) == pytest.approx(2 * found.hours_limit(WEEK))


def test_one_more_agent_by_name_is_worth_what_one_saves():
    away = Agent("away", absences=((day(0), day(2)),))
    mornings = Agent("mornings", times={0: (480, 840), 4: (480, 840)})
    contract = Contract(hours_per_week=28, overtime_hours_per_week=4, max_consecutive_days=4)
    people = [away, mornings, Agent("x"), Agent("y")]
    few, more = (
        centre(named(*some, contract=contract), phone=3.0)
        for some in (people, [*people, Agent("z")])
    )
    fewer = centre(named(*people[:-1], contract=contract), phone=3.0)
    costs = [cost(question) for question in (fewer, few, more)]
    between(costs[1] - costs[2], worth_found(few, "agent", "paris"), costs[0] - costs[1])
