"""Invoices by terms of contracts, against sums done by hand."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from staffing.costing import PoolCost, pool_costs
from staffing.pools import Bonus, Contract, Penalty, Tier
from tests.staffing.instances import MONDAY, centre, vendor

SCHEDULED = Contract(paid="scheduled")


def cost_of(pool, heads_a_day, *, days=7, escalated=None, contacts=None, first=MONDAY, **seen):
    """Return the invoice of a pool whose shortest shift, of four hours, has heads on each day."""
    asked = centre(pool, days=days, first=first)
    plan = asked.plan()
    heads = np.zeros_like(plan.heads[0])
    shortest = [shift.paid_hours for shift in plan.shifts[0]].index(4.0)
    heads[:, shortest] = heads_a_day
    plan = replace(plan, heads=(heads,))
    (cost,) = pool_costs(
        plan, asked.demand, asked.projected(plan, contacts=contacts, **seen), escalated or {}
    )
    return cost


@pytest.mark.parametrize(
    ("heads", "money"),
    [
        (2, 2 * 28 * 26.0),  # 56 hours: no tier
        (4, 100 * 26 + 12 * 24),  # 112 hours
        (9, 100 * 26 + 100 * 24 + 52 * 22.5),  # 252 hours
    ],
)
def test_each_hour_costs_the_price_of_its_tier(heads, money):
    pool = vendor(agents=9, tiers=(Tier(100, 24.0), Tier(200, 22.5)))
    assert round(cost_of(pool, heads).cost, 2) == money


def test_prices_of_tiers_may_rise():
    pool = vendor(agents=9, tiers=(Tier(100, 30.0),))
    assert round(cost_of(pool, 4).cost, 2) == 100 * 26 + 12 * 30


def test_weeks_have_tiers_of_their_own_and_part_of_them_where_they_are_cut():
    # Friday to Sunday, a week, and Monday: thresholds 30, 70 and 10 of 70; 24, 56 and 8 of hours
    # a head of four a day each: 12, 28 and 4.
    pool = vendor(agents=9, days=11, tiers=(Tier(70, 20.0),))
    cost = cost_of(pool, 4, days=11, first=MONDAY + dt.timedelta(days=4))
    money = (30 * 26 + 18 * 20) + (70 * 26 + 42 * 20) + (10 * 26 + 6 * 20)
    assert round(cost.cost, 2) == money


def test_the_minimum_billed_fills_tiers_too():
    pool = vendor(agents=9, tiers=(Tier(100, 20.0),), minimum_hours_per_week=150)
    cost = cost_of(pool, 1)
    assert (round(cost.cost, 2), cost.paid_hours, cost.billed_hours) == (3600.0, 28.0, 150.0)


def test_overtime_is_dearer_than_the_tier_by_its_part_of_the_first_price():
    contract = Contract(7.0, paid="scheduled", overtime_hours_per_week=50, overtime_cost_factor=1.5)
    pool = vendor(agents=2, contract=contract, tiers=(Tier(40, 20.0),))
    # 56 hours, 14 of them ordinary: 42 of overtime.
    assert round(cost_of(pool, 2).cost, 2) == 40 * 26 + 16 * 20 + 42 * 13


@pytest.mark.parametrize(
    ("heads", "billed"),
    [
        (0, 70 + 0),  # ordered on seven of fourteen days
        (2, 70 + 7 * 8),  # 56 ordered hours of 70 worked
        (1, 70 + 7 * 4),
    ],
)
def test_hours_ordered_are_billed_worked_or_not(heads, billed):
    pool = vendor(agents=9, days=14, notice_days=7, ordered_hours_per_week=70)
    cost = cost_of(pool, heads, days=14)
    assert cost.billed_hours == pytest.approx(billed)
    assert round(cost.cost, 2) == billed * 26


def test_more_than_was_ordered_makes_up_for_no_other_day():
    # Three days on notice at 10 hours a day; 4 worked on each. The others: 4 hours, minimum 5.
    pool = vendor(agents=9, notice_days=3, ordered_hours_per_week=70, minimum_hours_per_week=35)
    assert cost_of(pool, 1).billed_hours == pytest.approx(3 * 10 + 4 * 5)
    assert cost_of(pool, 2).billed_hours == pytest.approx(3 * 10 + 4 * 8)


@pytest.mark.parametrize(
    ("service", "premium"), [(0.80, 0.0), (0.85, 0.0), (0.875, 0.025), (0.90, 0.05), (0.99, 0.05)]
)
def test_a_bonus_puts_points_on_the_invoice_up_to_its_cap(service, premium):
    pool = vendor(agents=9, bonus=Bonus(0.85, 0.01, 0.05))
    cost = cost_of(pool, 2, service_level=service)
    invoice = 56 * 26
    assert round(cost.bonus, 2) == round(invoice * premium, 2)
    assert round(cost.cost, 2) == round(invoice * (1 + premium), 2)
    assert cost.penalty == 0.0


def test_penalty_and_bonus_leave_the_levels_between_them_alone():
    pool = vendor(agents=9, penalty=Penalty(0.80, 0.01, 0.1), bonus=Bonus(0.85, 0.01, 0.05))
    found = [
        round(cost_of(pool, 2, service_level=level).cost / (56 * 26), 6)
        for level in (0.70, 0.78, 0.82, 0.86)
    ]
    assert found == [0.90, 0.98, 1.0, 1.01]


def test_contacts_cost_the_price_of_their_tier():
    pool = vendor(agents=30, cost_per_contact=4.0, tiers=(Tier(1000, 3.0),))
    asked = centre(pool, days=14, first=MONDAY)
    asked = replace(asked, pools=(replace(pool, agents=np.full(14, 30)),))
    plan = asked.plan()
    (cost,) = pool_costs(plan, asked.demand, asked.projected(plan))
    a_week = 7 * 12 * (4 * 6 + 1 * 5)
    assert cost.contacts == pytest.approx(2 * a_week)
    assert round(cost.cost, 2) == 2 * (1000 * 4 + (a_week - 1000) * 3)


@pytest.mark.parametrize("came", [0.5, 0.0])
def test_take_or_pay_of_contacts_fills_tiers_too(came):
    pool = vendor(
        agents=30,
        cost_per_contact=4.0,
        tiers=(Tier(1000, 3.0),),
        committed_share_of_forecast=0.9,
    )
    asked = centre(pool)
    plan = asked.plan()
    seen = asked.projected(plan, contacts=came * asked.demand.contacts)
    (cost,) = pool_costs(plan, asked.demand, seen)
    owed = 0.9 * 7 * 12 * 29
    assert cost.contacts == pytest.approx(came * 7 * 12 * 29)
    assert round(cost.cost, 2) == round(1000 * 4 + (owed - 1000) * 3, 2)


def test_what_is_solved_is_what_is_not_handed_on():
    pool = vendor(agents=9, speed={"phone": 1.0}, solved={"phone": 0.8})
    cost = cost_of(pool, 2, escalated={"phone": 0.25, "mail": 0.9})
    assert cost.contacts_solved == pytest.approx(0.6 * cost.contacts)
    assert cost.cost_per_contact_solved == pytest.approx(cost.cost_per_contact / 0.6)


def test_a_pool_solves_all_where_nothing_else_is_said():
    cost = cost_of(vendor(agents=9), 2)
    assert cost.contacts_solved == cost.contacts > 0


def test_no_contact_solved_has_no_price():
    assert PoolCost("a", "vendor", 1.0, 1.0, 1.0, 0.0, 26.0, 0.0).cost_per_contact_solved == 0.0
