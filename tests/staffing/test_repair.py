"""A repaired roster: what has to change does, next to nothing else, and it is told."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from staffing.crew import Duty
from staffing.people import Agent
from staffing.pools import Contract
from staffing.repair import changes, counted_people, repaired, with_absence
from staffing.roster import Roster, build_roster
from staffing.tour_report import breaches
from staffing.tours import week_limits
from tests.staffing.instances import MONDAY, centre, days_from, team, vendor


@pytest.fixture(scope="module")
def plan():
    return centre(team(agents=12, days=14, contract=Contract()), vendor(days=14), days=14).plan()


def again(plan, roster, pools=None, heads=None):
    return repaired(roster, pools or plan.pools, plan.shifts, heads or plan.heads, plan.days)


def test_a_roster_that_fits_stays_as_it_is(plan):
    roster = build_roster(plan)
    assert again(plan, roster) == roster


@pytest.mark.parametrize("which", [0, 7, 23, 40])
def test_a_sick_day_is_taken_over_by_somebody_who_may(plan, which):
    roster = build_roster(plan)
    ill = [duty for duty in roster.duties if duty.pool == "paris"][which]
    pools = with_absence(plan.pools, plan.days, roster, "paris", ill.agent, ill.day, ill.day)
    found = again(plan, roster, pools)
    told = changes(roster, found)
    assert (ill.pool, ill.day, ill.agent, ill.shift, None) in [
        (c.pool, c.day, c.agent, c.before, c.after) for c in told
    ]
    assert len(told) <= 4
    assert breaches(found, pools, plan.shifts, plan.days) == ()
    count = sum(left.heads for left in found.unplaced)
    assert len(found.duties) + count == len(roster.duties)
    assert count == 0 or sum(found.unplaced[0].hindered.values()) == 12


def test_heads_that_come_on_top_change_nobody_elses_days(plan):
    roster = build_roster(plan)
    free = replace(plan.pools[0].contract, hours_per_week=60, days_off_per_week=1)
    pools = (replace(plan.pools[0], contract=free), *plan.pools[1:])
    heads = [own.copy() for own in plan.heads]
    quiet = int(np.argmin(heads[0].sum(axis=1)))
    busiest = int(np.argmax(heads[0][quiet]))
    heads[0][quiet, busiest] += 1
    (change,) = changes(roster, again(plan, roster, pools, heads))
    assert (change.day, change.before, change.after) == (
        plan.days[quiet],
        None,
        plan.shifts[0][busiest],
    )


def test_heads_that_go_are_taken_from_somebody(plan):
    roster = build_roster(plan)
    heads = [own.copy() for own in plan.heads]
    busiest = int(np.argmax(heads[0][3]))
    heads[0][3, busiest] -= 1
    (change,) = changes(roster, again(plan, roster, heads=heads))
    assert (change.day, change.after) == (plan.days[3], None)


def test_nobody_works_after_the_last_day_of_employment(plan):
    roster = build_roster(plan)
    people = [Agent(name) for name in plan.pools[0].names]
    agent = max(people, key=lambda one: sum(d.agent == one.name for d in roster.duties)).name
    last = MONDAY + dt.timedelta(days=4)
    people = [replace(one, last_day=last) if one.name == agent else one for one in people]
    pools = (replace(plan.pools[0], people=tuple(people)), *plan.pools[1:])
    found = again(plan, roster, pools)
    assert all(duty.day <= last for duty in found.duties if duty.agent == agent)
    assert breaches(found, pools, plan.shifts, plan.days) == ()


def test_changes_name_who_comes_and_who_goes():
    early = centre(team()).plan().shifts[0][0]
    was = replace(build_roster(centre(team()).plan()), duties=(Duty("p", MONDAY, early, "Ada"),))
    now = replace(was, duties=(Duty("p", MONDAY, early, "Bo"),))
    assert [(c.agent, c.before, c.after) for c in changes(was, now)] == [
        ("Ada", early, None),
        ("Bo", None, early),
    ]


def test_agents_that_are_counted_are_employed_on_the_days_of_the_ramp():
    pool = team(agents=[1, 2, 1, 2, 0], days=5)
    days = days_from(MONDAY, 5)
    one, two = counted_people(pool, days)
    employed = [[a.times_on(day)[1] > 0 for day in days] for a in (one, two)]
    assert employed == [[True, True, True, True, False], [False, True, False, True, False]]


def test_nobody_of_that_name():
    pools = (team(),)
    with pytest.raises(ValueError, match="agent must be one of a pool, got 'Zoe' of 'paris'"):
        with_absence(pools, days_from(MONDAY, 7), Roster((), ()), "paris", "Zoe", MONDAY, MONDAY)


def test_ill_on_a_day_off_changes_nothing_and_counts_as_no_work(plan):
    roster = build_roster(plan)
    agent = plan.pools[0].names[0]
    works = {duty.day for duty in roster.duties if duty.agent == agent}
    free = next(day for day in plan.days if day not in works)
    pools = with_absence(plan.pools, plan.days, roster, "paris", agent, free, free)
    assert again(plan, roster, pools) == roster
    assert breaches(roster, pools, plan.shifts, plan.days) == ()
    assert pools[0].people[0].times_on(free) == (0, 0)


def test_a_shift_outside_of_times_that_may_be_bent_stays(plan):
    roster = build_roster(plan)
    agent = next(duty.agent for duty in roster.duties if duty.pool == "paris")
    never = Agent(agent, times=dict.fromkeys(range(7), (0, 60)))
    people = tuple(never if name == agent else Agent(name) for name in plan.pools[0].names)
    bent = replace(plan.pools[0], people=people, contract=Contract(bend={"times": 2e4}))
    assert again(plan, roster, (bent, *plan.pools[1:])) == roster
    strict = (replace(bent, contract=Contract()), *plan.pools[1:])
    assert changes(roster, again(plan, roster, strict))


def test_days_before_the_first_that_may_change_stay(plan):
    roster = build_roster(plan)
    agent, since = plan.pools[0].names[0], plan.days[7]
    gone = Agent(agent, last_day=plan.days[0])
    people = (gone, *(Agent(name) for name in plan.pools[0].names[1:]))
    pools = (replace(plan.pools[0], people=people), *plan.pools[1:])
    found = repaired(roster, pools, plan.shifts, plan.heads, plan.days, since)
    told = changes(roster, found)
    assert {change.day for change in told if change.agent == agent} == {
        duty.day for duty in roster.duties if duty.agent == agent and duty.day >= since
    }
    assert min(change.day for change in told) >= since


def test_agents_of_a_ramp_with_a_gap_may_work_the_week_that_they_did():
    pool = team(agents=[1, 2, 1, 2, 2, 2, 2], days=7)
    named = replace(pool, people=counted_people(pool, days_from(MONDAY, 7)))
    limits = [week_limits(one, days_from(MONDAY, 7), [(0, 7)]) for one in (pool, named)]
    assert np.array_equal(limits[0], limits[1])
