"""What one more is worth: never less than it saves, never more than one less would cost."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.binding import relaxed_worth, whole_worth
from staffing.pools import Contract
from staffing.solver import Program, Status
from staffing.worth import best_shifts
from tests.staffing.instances import SHORTAGE, centre, team, vendor
from tests.staffing.test_solver import glassworks
from tests.staffing.test_week import program_of

OVERTIME = Contract(hours_per_week=28, overtime_hours_per_week=4)


def asked(agents=4, minimum=60.0, share=0.3, phone=6.0):
    return centre(
        team(agents=agents, contract=OVERTIME),
        vendor(agents=5, minimum_hours_per_week=minimum, max_share=share),
        phone=phone,
        seed=3,
    )


def relaxed(question):
    week = program_of(question)
    assert week.program.solve("interior") is Status.OPTIMAL
    return week


def cost(question):
    """Return what the relaxed program minimises, without what contracts pay anyway."""
    return relaxed(question).program.objective


def found(question, kind, pool):
    """Return the worth of a kind of limit of a pool in its week, all queues together."""
    limits = relaxed_worth(relaxed(question)).limits
    return sum(one.worth for one in limits if (one.kind, one.pool) == (kind, pool))


def between(least, worth, most):
    """Hold a worth to what a step to each side changes: the cost is convex in every limit."""
    assert least - 1e-6 <= worth <= most + 1e-6


def test_duals_are_those_of_a_textbook():
    """One more hour is worth 3/2 in plant 2, 1 in plant 3, nothing in plant 1.

    Hillier and Lieberman, Introduction to Operations Research, the Wyndor Glass example.
    """
    program, _ = glassworks()
    program.solve()
    rows = program.rows(["plant 1", "plant 2", "plant 3", "plant 4"])
    assert rows.tolist() == [0, 1, 2, -1]
    assert program.duals(rows[:3]) == pytest.approx([0.0, -1.5, -1.0])
    assert program.activity(rows[:3]) == pytest.approx([2.0, 12.0, 18.0])
    assert program.bounds_of(rows[:3]) == pytest.approx([4.0, 12.0, 18.0])


def test_a_limit_of_a_variable_has_its_price():
    program = Program("p")
    numbers = program.variables("x", ["dear", "cheap"], cost=[5.0, 2.0], upper=[9.0, 3.0])
    program.at_least("enough", [(int(n), 1.0) for n in numbers], 8.0)
    program.solve()
    assert program.reduced_costs(numbers) == pytest.approx([0.0, -3.0])


@given(agents=st.integers(2, 8), phone=st.floats(2.0, 9.0))
@settings(max_examples=15, deadline=None)
def test_an_agent_is_worth_what_one_more_saves(agents, phone):
    costs = [cost(asked(agents=n, phone=phone)) for n in (agents - 1, agents, agents + 1)]
    worth = found(asked(agents=agents, phone=phone), "agent", "paris")
    between(costs[1] - costs[2], worth, costs[0] - costs[1])


@pytest.mark.parametrize("minimum", [50.0, 90.0, 130.0])
def test_a_minimum_is_worth_what_an_hour_less_saves(minimum):
    costs = [cost(asked(minimum=n, phone=1.5)) for n in (minimum - 1, minimum, minimum + 1)]
    worth = found(asked(minimum=minimum, phone=1.5), "minimum", "lyon")
    between(costs[1] - costs[0], worth, costs[2] - costs[1])


@pytest.mark.parametrize("share", [0.05, 0.2, 0.4])
def test_a_point_of_share_is_worth_what_it_saves(share):
    costs = [cost(asked(share=n)) for n in (share - 0.01, share, share + 0.01)]
    between(costs[1] - costs[2], found(asked(share=share), "share", "lyon"), costs[0] - costs[1])


def test_a_point_of_a_share_of_hours_is_worth_what_it_saves():
    def of_hours(share):
        question = asked(share=share)
        lyon = replace(question.pools[1], max_share_of="hours")
        return replace(question, pools=(question.pools[0], lyon))

    step = 1e-4  # the share is a factor of the rule: its worth holds for a small step
    costs = [cost(of_hours(n)) for n in (0.2 - step, 0.2, 0.2 + step)]
    (limit,) = [
        one for one in relaxed_worth(relaxed(of_hours(0.2))).limits if one.kind == "share of hours"
    ]
    assert limit.used == pytest.approx(0.2)
    steps = -np.diff(costs) * 0.01 / step
    assert steps.min() * 0.99 <= limit.worth <= steps.max() * 1.01


def test_overtime_is_worth_what_an_hour_more_saves():
    def each(hours):
        contract = replace(OVERTIME, overtime_hours_per_week=hours)
        question = asked()
        paris = replace(question.pools[0], contract=contract)
        return replace(question, pools=(paris, question.pools[1]))

    costs = [cost(each(n)) for n in (3.75, 4.0, 4.25)]  # for four agents: an hour in all
    between(costs[1] - costs[2], found(each(4.0), "overtime", "paris"), costs[0] - costs[1])


def held(question):
    """Return the week with its plan's whole heads held, and what it is worth."""
    plan, week = question.plan(), relaxed(question)
    worth = relaxed_worth(week)
    for variables, heads in zip(week.heads, plan.heads, strict=True):
        week.program.fix(variables, heads)
    assert week.program.solve() is Status.OPTIMAL
    return week, whole_worth(week, worth)


def test_a_position_missing_is_worth_its_price():
    """Where more than a tenth is missing, one more position on duty saves twice the price."""
    question = centre(team(agents=2), phone=6.0, mail=0.0)
    week, worth = held(question)
    missing = week.value_or_zero(week.short).sum(axis=0)[0]
    duty = (question.demand.positions[0] > 0) & (missing > 1)
    assert duty.any()
    assert worth.capacity[0][duty] == pytest.approx(2 * SHORTAGE)
    assert worth.need[0][duty] == pytest.approx(2 * SHORTAGE)


def test_where_agents_are_idle_nothing_is_worth_anything():
    week, worth = held(centre(team(agents=20), phone=2.0, mail=0.0))
    assert week.value_or_zero(week.short).sum() == pytest.approx(0.0)
    assert worth.capacity.max() == pytest.approx(0.0, abs=1e-6)


def test_the_best_shift_saves_what_its_hours_are_worth():
    """A day's best shift is on duty where positions are dearest, at the pool's shrinkage."""
    question = centre(team(agents=1, shrinkage=0.3, days=1), days=1)
    prices = np.zeros((1, len(question.times)), dtype=np.float32)
    prices[0, 9:13] = 100.0  # nine to one, local and UTC an hour apart
    (best,) = best_shifts(question.covers(), prices)
    assert best.worth == pytest.approx(0.7 * 4 * 100.0)
    assert best.pay == pytest.approx(best.paid_hours * 58.0)
    assert not best_shifts(question.covers(), np.zeros_like(prices))


def test_a_plan_tells_what_it_is_worth():
    """Weeks and components are put together; a stretch without a lack has no price."""
    question = asked(agents=3)
    worth = question.plan().worth
    assert worth.shortage_price == SHORTAGE
    assert worth.need.shape == question.demand.positions.shape
    assert worth.capacity.shape == (2, len(question.times))
    assert {one.pool for one in worth.limits} <= {"paris", "lyon"}
    assert all(one.worth > 0 for one in worth.limits)
    nobody = question.demand.positions[0] == 0
    assert not worth.relaxed_need[0][nobody].any()
