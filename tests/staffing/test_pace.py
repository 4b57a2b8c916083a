"""Newcomers in a plan: days on which a head gives less, by hand and as laws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.allocation import allocate
from staffing.costing import pool_costs
from staffing.demand import build_demand
from staffing.pools import Contract, ShiftRules
from staffing.queues import Promise, Queue
from staffing.roster import build_roster
from staffing.spare import settle
from tests.staffing.instances import PHONE, Centre, centre, team, vendor

DAY = ShiftRules(8 * 60, 12 * 60, 60, (4.0,))  # one shift, the day's opening hours
ANY_DAY = Contract(paid="scheduled", days_off_per_week=0, max_consecutive_days=7)
#: Twice the need at half the pace, four times at a quarter, out of reach in training.
PACE = np.array([1.0, 0.5, 0.25, 0.0, 0.8, 1.0, 0.75])
LOW = 1e-6


def one_shift_a_day(**other) -> Centre:
    """Return a centre that needs two positions of a pool with one shift a day."""
    pool = team(**{"agents": 20, "shifts": DAY, "contract": ANY_DAY, "shrinkage": 0.5, **other})
    return centre(pool, hours=(8, 12), phone=2.0, mail=0.0)


def test_heads_are_positions_over_shrinkage_and_pace():
    plan = one_shift_a_day(pace=PACE).plan(shortage_price=None)
    per_day = plan.heads[0].sum(axis=1)
    # 2 positions / (0.5 x pace), to the whole head next to it
    assert per_day.tolist() == [4, 8, 16, 0, 5, 4, pytest.approx(2 / 0.375, abs=1)]
    missing = plan.understaffing[0].reshape(7, 24).sum(axis=1)
    assert missing[3] == pytest.approx(4 * 2.0)
    assert missing[[0, 1, 2, 4, 5]] == pytest.approx(0.0, abs=LOW)
    open_ = plan.capacity[0].reshape(7, 24)[:, 8:12]
    assert open_ == pytest.approx(np.repeat(per_day * 0.5 * PACE, 4).reshape(7, 4))


def test_the_slowest_day_is_worth_its_shift():
    """The price of a missing position rises with the days on which a shift gives least."""
    slow = one_shift_a_day(pace=np.full(7, 0.1)).plan(shortage_price=None)
    assert slow.heads[0].sum() == 7 * 20  # all agents, 40 heads would be needed
    kept = one_shift_a_day(pace=np.full(7, 0.1)).plan(shortage_price=4 * 58 / 0.5)
    assert kept.heads[0].sum() < 7 * 20


@given(seed=st.integers(0, 100), agents=st.integers(1, 6))
@settings(max_examples=8, deadline=None)
def test_a_pace_of_one_changes_nothing(seed, agents):
    pools = [team(agents=agents), vendor()]
    paced = [replace(pool, pace=np.ones(7)) for pool in pools]
    plain, other = (centre(*some, seed=seed).plan() for some in (pools, paced))
    assert other.cost == plain.cost
    for mine, theirs in zip(other.heads, plain.heads, strict=True):
        assert (mine == theirs).all()
    assert (other.serve == plain.serve).all()


@given(
    seed=st.integers(0, 100),
    less=st.floats(0.0, 0.6),
    more=st.floats(0.0, 0.3),
    slower=st.lists(st.floats(0.1, 1.0), min_size=7, max_size=7),
)
@settings(max_examples=12, deadline=None)
def test_more_absence_or_slower_newcomers_never_need_less(seed, less, more, slower):
    """The relaxed week costs no less: what the smaller capacity can do, the larger can."""
    pools = [vendor(agents=8, shrinkage=share) for share in (less, less + more)]
    pools.append(replace(pools[0], pace=np.array(slower)))
    full, absent, newcomers = (centre(pool, seed=seed).plan().bound for pool in pools)
    assert absent >= full - 1e-6 * full
    assert newcomers >= full - 1e-6 * full


def test_what_the_roster_leaves_out_goes_at_the_pace_of_its_day():
    asked = one_shift_a_day(pace=PACE)
    plan = asked.plan(shortage_price=None)
    roster = build_roster(plan)
    settled = settle(plan, roster, asked.demand)
    assert settled.capacity == pytest.approx(plan.capacity)
    assert (settled.serve[0].sum(axis=0) <= settled.capacity[0] + LOW).all()


def test_productive_hours_are_those_at_full_pace():
    asked = one_shift_a_day(pace=np.full(7, 0.5))
    plan = asked.plan(shortage_price=None)
    (cost,) = pool_costs(plan, asked.demand, asked.projected(plan))
    assert cost.paid_hours == 7 * 8 * 4
    assert cost.productive_hours == pytest.approx(7 * 2 * 4)
    assert cost.cost_per_productive_hour == pytest.approx(58 / 0.5 / 0.5)


@pytest.mark.parametrize("priced", [{}, {"cost_per_contact": 4.0}])
@pytest.mark.parametrize("speed", [0.7, 1.0, 1.5])
def test_work_that_is_not_yet_due_is_done_within_the_horizon(priced, speed):
    """Leaving it undone at the end is never cheaper than a pool slower or faster than its AHT."""
    pool = vendor(agents=20, speed={"mail": speed}, **priced)
    asked = centre(pool)
    mail = Queue("mail", Promise(reply_within_hours=30))
    work = np.where(asked.is_open, np.array([[0.0], [2.0]]), 0.0)
    demand = build_demand((PHONE, mail), work, 5 * work, asked.is_open, 3600)
    plan = allocate(demand, asked.pools, asked.days, asked.times)
    left = demand.load[1].sum() - plan.given()[1].sum()
    assert -LOW * 168 <= left <= 0.02 * demand.load[1].sum()


def test_a_faster_pool_needs_fewer_heads_and_takes_more_contacts():
    fast, usual = (one_shift_a_day(speed={"phone": speed}) for speed in (2.0, 1.0))
    plan, plain = (asked.plan(shortage_price=None) for asked in (fast, usual))
    assert plan.heads[0].sum() * 2 == plain.heads[0].sum()
    assert plan.given()[0] == pytest.approx(plain.given()[0], abs=LOW)
    (cost,), (plain_cost,) = (
        pool_costs(found, asked.demand, asked.projected(found))
        for found, asked in ((plan, fast), (plain, usual))
    )
    assert cost.contacts == pytest.approx(plain_cost.contacts)
    assert cost.cost_per_contact == pytest.approx(plain_cost.cost_per_contact / 2)
