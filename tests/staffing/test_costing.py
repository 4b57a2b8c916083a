"""Invoices, recounted to the cent from the duties and the contract alone."""

import datetime as dt
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.costing import PoolCost, pool_costs
from staffing.pools import Contract, Penalty
from tests.staffing.instances import MONDAY, centre, duties_of, team, vendor, weeks

SCHEDULED = Contract(paid="scheduled")


def cents(money):
    return Decimal(repr(float(money))).quantize(Decimal("0.01"), ROUND_HALF_UP)


def same_to_the_cent(found, expected):
    return abs(cents(found) - cents(expected)) <= Decimal("0.01")


def costs_of(asked, plan=None, **seen):
    plan = plan or asked.plan()
    return pool_costs(plan, asked.demand, asked.projected(plan, **seen))


def hours_by_week(plan, p=0):
    """Return the hours scheduled in each week, from the duties."""
    found = dict.fromkeys(weeks(plan.days), Decimal(0))
    for day, shift, heads in duties_of(plan, p):
        found[day.isocalendar()[:2]] += Decimal(shift.paid_minutes) / 60 * heads
    return found


def sevenths(plan, p, hours_a_week):
    """Return each week's hours when each agent and day counts a seventh of a week."""
    agents = plan.pools[p].agents
    return {
        week: Decimal(str(hours_a_week)) * int(agents[days].sum()) / 7
        for week, days in weeks(plan.days).items()
    }


def test_hours_scheduled_are_paid_when_scheduled():
    asked = centre(vendor(agents=8), seed=1)
    plan = asked.plan()
    (cost,) = costs_of(asked, plan)
    hours = sum(hours_by_week(plan).values())
    assert cost.paid_hours == cost.billed_hours == pytest.approx(float(hours))
    assert same_to_the_cent(cost.cost, hours * 26)
    assert (cost.kind, cost.penalty) == ("vendor", 0.0)
    assert cost.cost_per_hour == pytest.approx(26.0)


@pytest.mark.parametrize("agents", [2, 8, 30])
def test_contracted_hours_are_paid_worked_or_not(agents):
    (cost,) = costs_of(centre(team(agents=agents), seed=1))
    assert same_to_the_cent(cost.cost, agents * 35 * 58)
    assert cost.paid_hours == pytest.approx(agents * 35)


def test_in_house_hours_may_be_paid_as_scheduled():
    asked = centre(team(agents=30, contract=SCHEDULED), seed=1)
    plan = asked.plan()
    (cost,) = costs_of(asked, plan)
    hours = sum(hours_by_week(plan).values())
    assert hours < 30 * 35
    assert same_to_the_cent(cost.cost, hours * 58)


@pytest.mark.parametrize("paid", ["contracted", "scheduled"])
def test_overtime_is_paid_at_its_factor(paid):
    contract = Contract(
        days_off_per_week=1, overtime_hours_per_week=7, overtime_cost_factor=1.5, paid=paid
    )
    asked = centre(team(agents=6, contract=contract, days=14), days=14, phone=9.0)
    plan = asked.plan()
    (cost,) = costs_of(asked, plan)
    expected, ordinary = Decimal(0), sevenths(plan, 0, 35)
    for week, hours in hours_by_week(plan).items():
        extra = max(hours - ordinary[week], Decimal(0))
        base = ordinary[week] if paid == "contracted" else hours - extra
        assert extra > 0
        expected += 58 * (base + extra * Decimal("1.5"))
    assert same_to_the_cent(cost.cost, expected)


def test_a_short_week_counts_a_seventh_for_each_day():
    first = MONDAY + dt.timedelta(days=1)
    asked = centre(team(agents=7, days=9), first=first, days=9, seed=2)
    plan = asked.plan()
    (cost,) = costs_of(asked, plan)
    paid = sum(
        max(hours, sevenths(plan, 0, 35)[week]) for week, hours in hours_by_week(plan).items()
    )
    assert paid >= 7 * 35 * 9 / 7
    assert same_to_the_cent(cost.cost, paid * 58)


def test_the_minimum_is_billed_week_by_week():
    first = MONDAY + dt.timedelta(days=3)
    # Four days, then a week: enough work in the first, none in the second.
    asked = centre(
        vendor(agents=20, days=11, minimum_hours_per_week=70), first=first, days=11, mail=0.0
    )
    asked.demand.positions[:, 4 * 24 :] = 0.0
    asked.demand.contacts[:, 4 * 24 :] = 0.0
    plan = asked.plan()
    (cost,) = costs_of(asked, plan)
    before, after = hours_by_week(plan).values()
    assert before > 40
    assert after == 0
    assert cost.paid_hours == pytest.approx(float(before))
    assert cost.billed_hours == pytest.approx(float(before) + 70)
    assert same_to_the_cent(cost.cost, 26 * (before + 70))


def test_a_minimum_without_work_is_billed():
    asked = centre(vendor(minimum_hours_per_week=200), phone=0.0, mail=0.0)
    (cost,) = costs_of(asked)
    assert (cost.paid_hours, cost.billed_hours, cost.contacts) == (0.0, 200.0, 0.0)
    assert same_to_the_cent(cost.cost, 5200)
    assert cost.cost_per_hour == cost.cost_per_productive_hour == cost.cost_per_contact == 0.0


def test_a_ramp_is_paid_by_its_agents():
    ramp = [0, 0, 0, 5, 5, 10, 10]
    (cost,) = costs_of(centre(team(agents=ramp), phone=0.0, mail=0.0))
    assert same_to_the_cent(cost.cost, sum(ramp) * 5 * 58)


def test_contacts_are_paid_by_those_handled():
    asked = centre(vendor(agents=60, cost_per_contact=4.1), seed=3)
    (cost,) = costs_of(asked, abandonment=0.1)
    handled = asked.demand.contacts.sum() * 0.9
    assert cost.contacts == pytest.approx(handled)
    assert same_to_the_cent(cost.cost, 4.1 * handled)
    assert cost.cost_per_contact == pytest.approx(4.1)


@pytest.mark.parametrize(("seen", "billed"), [(1.0, 1.0), (0.95, 0.95), (0.5, 0.9)])
def test_a_commitment_is_a_share_of_the_forecast_handed_over(seen, billed):
    pool = vendor(agents=60, cost_per_contact=4.0, committed_share_of_forecast=0.9)
    asked = centre(pool, seed=3)
    planned = asked.demand.contacts
    (cost,) = costs_of(asked, contacts=seen * planned)
    assert cost.contacts == pytest.approx(seen * planned.sum())
    assert same_to_the_cent(cost.cost, 4.0 * billed * planned.sum())


@pytest.mark.parametrize(
    ("service", "discount"),
    [(0.85, 0.0), (0.80, 0.0), (0.77, 0.03), (0.70, 0.10), (0.20, 0.10), (0.0, 0.10)],
)
def test_a_penalty_takes_points_off_the_invoice_up_to_its_cap(service, discount):
    pool = vendor(agents=8, penalty=Penalty(0.80, 0.01, 0.10))
    asked = centre(pool, seed=1)
    plan = asked.plan()
    (cost,) = costs_of(asked, plan, service_level=service)
    invoice = float(sum(hours_by_week(plan).values())) * 26
    assert same_to_the_cent(cost.penalty, invoice * discount)
    assert same_to_the_cent(cost.cost, invoice * (1 - discount))


def test_a_penalty_weighs_the_service_of_what_the_pool_handled():
    own = team(agents=20, speed={"mail": 1.0})
    pool = vendor(agents=20, speed={"phone": 1.0}, penalty=Penalty(0.80, 0.01, 1.0))
    asked = centre(own, pool)
    plan = asked.plan()
    seen = asked.projected(plan)
    level = np.where(np.arange(2)[:, None] == 0, 0.75, 0.10) * np.ones(seen.contacts.shape)
    _, cost = pool_costs(plan, asked.demand, replace(seen, service_level=level))
    assert cost.penalty / (cost.cost + cost.penalty) == pytest.approx(0.05)


def test_a_pool_that_handles_nothing_forgoes_nothing():
    pool = vendor(agents=0, penalty=Penalty(0.8, 0.01, 0.1), minimum_hours_per_week=10)
    (cost,) = costs_of(centre(pool), service_level=0.0)
    assert cost.penalty == 0.0
    assert same_to_the_cent(cost.cost, 260)


def test_without_agents_nothing_is_paid():
    for pool in (team(agents=0), vendor(agents=0), vendor(agents=0, cost_per_contact=4.0)):
        (cost,) = costs_of(centre(pool))
        assert (cost.cost, cost.paid_hours, cost.contacts) == (0.0, 0.0, 0.0)


def test_pools_take_contacts_by_what_they_give():
    slow, fast = team("slow", 1, speed={"phone": 0.5}), team("fast", 1, speed={"phone": 1.0})
    asked = centre(slow, fast, days=7, phone=3.0, mail=0.0)
    plan = asked.plan()
    serve = np.zeros_like(plan.serve)
    serve[:, 0, 8:12] = 1.0
    costs = costs_of(asked, replace(plan, serve=serve))
    # A third to the slow one; contacts of hours without agents are spread alike.
    assert costs[0].contacts * 2 == pytest.approx(costs[1].contacts)
    assert costs[0].contacts + costs[1].contacts == pytest.approx(asked.demand.contacts.sum())
    assert costs[0].productive_hours == pytest.approx(4.0)


@given(
    own=st.lists(st.integers(0, 6), min_size=9, max_size=9),
    minimum=st.sampled_from([0.0, 50.0, 200.0]),
    overtime=st.sampled_from([0.0, 5.0]),
    seed=st.integers(0, 99),
)
@settings(max_examples=10, deadline=None)
def test_a_centre_costs_what_its_duties_and_contracts_say(own, minimum, overtime, seed):
    contract = Contract(overtime_hours_per_week=overtime)
    pools = (
        team(agents=own, days=9, contract=contract),
        vendor(days=9, agents=5, minimum_hours_per_week=minimum),
        vendor("nice", days=9, agents=3, cost_per_contact=3.0),
    )
    asked = centre(*pools, days=9, seed=seed, first=MONDAY + dt.timedelta(days=2))
    plan = asked.plan()
    inside, hourly, by_contact = costs_of(asked, plan)
    paid = Decimal(0)
    for week, hours in hours_by_week(plan).items():
        ordinary = sevenths(plan, 0, 35)[week]
        days = weeks(plan.days)[week]
        here = [int((plan.pools[0].agents[days] > a).sum()) for a in range(max(own))]
        longest = max(shift.paid_hours for shift in plan.shifts[0])
        limit = sum(Decimal(str(min(35, n * longest))) for n in here)
        paid += max(hours, ordinary) + max(hours - limit, Decimal(0)) * Decimal("0.25")
    assert same_to_the_cent(inside.cost, paid * 58)
    billed = sum(
        max(hours, Decimal(str(minimum)) * len(weeks(plan.days)[week]) / 7)
        for week, hours in hours_by_week(plan, 1).items()
    )
    assert same_to_the_cent(hourly.cost, billed * 26)
    assert same_to_the_cent(by_contact.cost, by_contact.contacts * 3)
    served = [q for q in range(2) if plan.given()[q].sum() > 0]
    handled = sum(cost.contacts for cost in (inside, hourly, by_contact))
    assert handled == pytest.approx(asked.demand.contacts[served].sum())
    hours = plan.serve.sum(axis=(1, 2)) * asked.demand.interval_s / 3600
    found = [cost.productive_hours for cost in (inside, hourly, by_contact)]
    assert found == pytest.approx(hours.tolist(), rel=1e-5)


def test_prices_are_ratios():
    cost = PoolCost("lyon", "vendor", 100.0, 70.0, 120.0, 600.0, 3150.0, 50.0)
    assert cost.cost_per_hour == pytest.approx(31.5)
    assert cost.cost_per_productive_hour == pytest.approx(45.0)
    assert cost.cost_per_contact == pytest.approx(5.25)


def test_overtime_is_paid_by_agent_whoever_else_is_under_hours():
    asked = centre(team(agents=4))
    plan = asked.plan()
    seen = asked.projected(plan)
    (even,) = pool_costs(plan, asked.demand, seen)
    (bill,) = pool_costs(plan, asked.demand, seen, overtime=np.array([[2.0]]))
    assert even.overtime_hours == 0.0
    assert bill.paid_hours == even.paid_hours + 2
    assert bill.cost == pytest.approx(even.cost + 2 * 58 * 1.25)


def test_averaged_hours_are_paid_over_the_horizon_in_one():
    averaged = Contract(weekly_hours="averaged")
    asked = centre(team(agents=2, days=14, contract=averaged), days=14)
    plan = asked.plan()
    seven = next(s for s, one in enumerate(plan.shifts[0]) if one.paid_hours == 7)
    heads = np.zeros_like(plan.heads[0])
    heads[[0, 1, 2, 3, 4, 7, 8], seven] = 2
    heads[5, seven] = 2  # six days in the first week, two in the second
    plan = replace(plan, heads=(heads,))
    seen = asked.projected(plan)
    (bill,) = pool_costs(plan, asked.demand, seen, overtime=np.zeros((1, 2)))
    assert (bill.paid_hours, bill.cost) == (140.0, 140.0 * 58)
    weekly = replace(plan, pools=(replace(plan.pools[0], contract=Contract()),))
    (other,) = pool_costs(weekly, asked.demand, seen, overtime=np.zeros((1, 2)))
    assert other.paid_hours == 84 + 70
