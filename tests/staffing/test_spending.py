"""Where a pool's money goes, counted again; and penalties over sample paths, by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.costing import pool_costs
from staffing.daily import Daily
from staffing.missed import Spread, expected_penalties
from staffing.pools import Bonus, Contract, Penalty
from staffing.spending import spending
from tests.staffing.instances import centre, team, vendor


def spent(asked, **seen):
    plan = asked.plan()
    projection = asked.projected(plan, **seen)
    costs = pool_costs(plan, asked.demand, projection)
    aht_s = np.full(asked.demand.contacts.shape, 300.0)
    return plan, costs, spending(plan, asked.demand, projection, aht_s, costs)


def test_contracted_hours_without_a_shift_are_money_not_worked():
    asked = centre(team(agents=20), phone=2.0, mail=0.0)
    _, (cost,), (parts,) = spent(asked)
    assert cost.paid_hours == pytest.approx(700.0)
    assert parts.not_worked == pytest.approx(58 * (700 - parts.scheduled_hours))
    assert parts.away == pytest.approx(58 * 0.3 * parts.scheduled_hours)
    # 2 positions x 6 contacts an hour x 12 hours x 7 days, five minutes each
    assert parts.contact_hours == pytest.approx(2 * 6 * 12 * 7 * 300 / 3600)
    assert parts.on_contacts == pytest.approx(58 * parts.contact_hours)


def test_a_minimum_is_money_billed_for_nothing():
    asked = centre(vendor(agents=8, minimum_hours_per_week=1000.0), phone=2.0, mail=0.0)
    _, (cost,), (parts,) = spent(asked)
    assert parts.minimum == pytest.approx(26 * (1000 - parts.scheduled_hours))
    assert cost.cost == pytest.approx(26_000.0)
    assert parts.not_worked == 0.0


def test_who_is_paid_by_contact_waits_at_their_own_cost():
    pool = vendor(agents=8, cost_per_contact=4.0, committed_share_of_forecast=1.5)
    _, (cost,), (parts,) = spent(centre(pool, phone=2.0, mail=0.0))
    assert parts.on_contacts == pytest.approx(4 * cost.contacts)
    assert parts.minimum == pytest.approx(4 * 0.5 * cost.contacts)
    assert (parts.waiting, parts.away) == (0.0, 0.0)


def test_a_slower_pool_takes_longer():
    fast = spent(centre(vendor(agents=8, speed={"phone": 1.0}), phone=2.0, mail=0.0))[2][0]
    slow = spent(centre(vendor(agents=8, speed={"phone": 0.8}), phone=2.0, mail=0.0))[2][0]
    assert slow.contact_hours == pytest.approx(fast.contact_hours / 0.8)


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(["contracted", "scheduled"]),
    st.sampled_from([0.0, 4.0]),
    st.sampled_from([0.0, 300.0]),
    st.sampled_from([0.6, 0.85, 0.95]),
    st.integers(0, 9),
)
def test_the_parts_add_up_to_the_invoice(paid, overtime, minimum, service, seed):
    own = team(agents=4, contract=Contract(paid=paid, overtime_hours_per_week=overtime))
    bought = vendor(
        agents=6,
        minimum_hours_per_week=minimum,
        penalty=Penalty(0.8, 0.01, 0.1),
        bonus=Bonus(0.9, 0.01, 0.05),
    )
    _, costs, found = spent(centre(own, bought, phone=5.0, seed=seed), service_level=service)
    for cost, parts in zip(costs, found, strict=True):
        invoice = cost.cost + cost.penalty - cost.bonus
        assert sum(parts.parts) == pytest.approx(invoice, abs=0.005)
        assert min(parts.parts) >= -0.005


def test_penalties_over_paths_are_those_of_each_path():
    pool = vendor(agents=8, penalty=Penalty(0.8, 0.01, 0.05), bonus=Bonus(0.9, 0.02, 0.1))
    asked = centre(pool, phone=2.0, mail=0.0)
    plan = asked.plan()
    seen = asked.projected(plan, service_level=0.75)
    # service of 0.95, 0.85, 0.78, 0.60: a bonus of 10 %, nothing, 2 % off, 5 % off at the most
    levels = np.array([0.95, 0.85, 0.78, 0.60])
    contacts = np.zeros((4, 2, 7))
    contacts[:, 0] = 100.0
    expected = np.array([[100.0] * 7, [0.0] * 7])
    daily = Daily(expected, 0.75 * expected, contacts, contacts * levels[:, None, None])
    seen = replace(seen, daily=daily)
    costs = pool_costs(plan, asked.demand, seen)
    ((penalty, bonus),) = expected_penalties(plan, asked.demand, seen, costs)
    invoice = costs[0].cost + costs[0].penalty
    assert penalty.planned == pytest.approx(0.05 * invoice)
    assert penalty.mean == pytest.approx(invoice * (0 + 0 + 0.02 + 0.05) / 4)
    assert bonus.mean == pytest.approx(invoice * 0.10 / 4)
    assert [bonus.p10, bonus.p90] == pytest.approx([0.0, 0.10 * invoice])


def test_an_invoice_by_contact_grows_with_the_path():
    pool = vendor(agents=8, cost_per_contact=4.0, penalty=Penalty(0.8, 0.01, 0.5))
    asked = centre(pool, phone=2.0, mail=0.0)
    plan = asked.plan()
    seen = asked.projected(plan)
    usual = seen.daily.contacts
    paths = np.stack([usual, 2 * usual])
    seen = replace(seen, daily=Daily(usual, 0.7 * usual, paths, 0.7 * paths))
    costs = pool_costs(plan, asked.demand, seen)
    ((penalty, _),) = expected_penalties(plan, asked.demand, seen, costs)
    assert penalty.mean == pytest.approx(0.10 * 1.5 * 4 * costs[0].contacts)


def test_without_paths_the_middle_forecast_is_all_there_is():
    assert Spread.over(12.0, np.zeros(0)) == Spread(12.0, 12.0, 12.0, 12.0)
