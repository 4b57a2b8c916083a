"""Laws that every allocation keeps, whatever it is asked."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.pools import BreakRule, Contract, ShiftRules
from staffing.roster import build_roster
from staffing.spare import settle
from staffing.weekly import Found, Watch
from tests.staffing.instances import (
    MONDAY,
    SHORTAGE,
    centre,
    duties_of,
    recounted_positions,
    team,
    vendor,
    weeks,
)

NIGHT = ShiftRules(22 * 60, 30 * 60, 60, (8.0,))
LUNCH = BreakRule(45, False, (3.0, 4.0))
SLACK = 1e-3  # served positions have seven digits

ramps = st.lists(st.integers(0, 5), min_size=9, max_size=9)
SHIFTS = [
    ShiftRules(8 * 60, 20 * 60, 60, (4.0, 7.0)),
    ShiftRules(6 * 60, 22 * 60, 120, (7.0,), (LUNCH,)),
    ShiftRules(14 * 60, 30 * 60, 120, (4.0, 8.0)),
]


@st.composite
def centres(draw):
    contract = Contract(
        hours_per_week=draw(st.sampled_from([20.0, 35.0])),
        days_off_per_week=draw(st.integers(1, 3)),
        overtime_hours_per_week=draw(st.sampled_from([0.0, 4.0])),
        paid=draw(st.sampled_from(["contracted", "scheduled"])),
    )
    priced = draw(st.sampled_from([{}, {"cost_per_contact": 4.0}, {"minimum_hours_per_week": 60}]))
    own = team(agents=draw(ramps), days=9, contract=contract, shifts=draw(st.sampled_from(SHIFTS)))
    bought = vendor(
        agents=draw(ramps),
        days=9,
        shifts=draw(st.sampled_from(SHIFTS)),
        speed={"phone": 0.8, "mail": 1.1},
        max_share=draw(st.sampled_from([0.3, 1.0])),
        **priced,
    )
    return centre(
        own,
        bought,
        first=draw(st.sampled_from([MONDAY, dt.date(2027, 3, 23), dt.date(2027, 10, 28)])),
        days=9,
        hours=draw(st.sampled_from([(8, 20), (0, 24)])),
        seed=draw(st.integers(0, 99)),
    )


def check_limits(asked, plan):
    for p, pool in enumerate(plan.pools):
        heads, contract = plan.heads[p], pool.contract
        assert (heads >= 0).all()
        assert (heads.sum(axis=1) <= pool.agents).all()
        paid = heads @ np.array([shift.paid_hours for shift in plan.shifts[p]])
        for here in weeks(plan.days).values():
            employed = [(pool.agents[here] > a).sum() for a in range(pool.agents.max())]
            longest = max(shift.paid_hours for shift in plan.shifts[p])
            ordinary = sum(min(n * longest, contract.hours_per_week) for n in employed)
            extra = contract.overtime_hours_per_week * sum(n > 0 for n in employed)
            assert paid[here].sum() <= ordinary + extra + 1e-6
            most = sum(min(n, 7 - contract.days_off_per_week) for n in employed)
            assert heads[here].sum() <= most


def check_services(asked, plan):
    demand = asked.demand
    for p, pool in enumerate(plan.pools):
        on_duty = recounted_positions(pool, duties_of(plan, p), plan.times)
        assert plan.capacity[p] == pytest.approx(on_duty)
    assert (plan.serve >= -SLACK).all()
    assert (plan.serve.sum(axis=1) <= plan.capacity + SLACK).all()
    given_, missing = plan.given(), plan.understaffing
    assert (missing >= -SLACK).all()
    assert (demand.positions <= given_ + missing + SLACK)[0].all()
    # Offered = done + waiting, and nothing is done before it comes: here, interval by interval.
    waiting = np.cumsum(demand.load[1] - given_[1])
    assert (waiting >= -SLACK * len(waiting)).all()
    assert given_[1].sum() <= demand.load[1].sum() + SLACK * len(waiting)


def check_shares(plan, asked):
    per_position, contacts = asked.demand.contacts_per_position, asked.demand.contacts
    local = plan.times.tz_convert("Europe/Paris").isocalendar()
    for p, pool in enumerate(plan.pools):
        speed = np.array([pool.speed[q] for q in plan.queues])[:, None]
        taken = plan.serve[p] * speed * per_position
        for week in local["week"].unique():
            here = (local["week"] == week).to_numpy()
            most = pool.max_share * contacts[:, here].sum(axis=1)
            if pool.max_share < 1:
                assert (taken[:, here].sum(axis=1) <= most + 0.01).all()


@given(centres())
@settings(max_examples=15, deadline=None)
def test_keeps_the_laws(asked):
    plan = asked.plan()
    check_limits(asked, plan)
    check_services(asked, plan)
    check_shares(plan, asked)
    assert plan.cost >= plan.bound - 1e-6 * abs(plan.bound)
    assert plan.gap == pytest.approx((plan.cost - plan.bound) / plan.bound)


def test_the_same_question_has_the_same_answer():
    asked = centre(team(days=9), vendor(days=9), days=9, seed=1)
    one, two = asked.plan(), asked.plan()
    assert one.cost == two.cost
    assert all((a == b).all() for a, b in zip(one.heads, two.heads, strict=True))
    assert (one.serve == two.serve).all()


def test_tells_its_progress_by_weeks():
    seen: list[Found] = []
    asked = centre(team(days=9), first=MONDAY + dt.timedelta(days=1), days=9)
    plan = asked.plan(watch=Watch(see=seen.append))
    assert [(found.done, found.steps) for found in seen] == [(n, 6) for n in range(7)]
    assert (seen[-1].cost, seen[-1].bound) == (plan.cost, plan.bound)
    assert seen[3].cost < plan.cost
    assert not plan.stopped


def test_stopped_at_once_there_is_a_plan_within_the_contracts():
    asked = centre(team(agents=20), vendor(agents=9), phone=4.0, mail=2.0)
    plan = asked.plan(watch=Watch(stop=lambda: True))
    assert plan.stopped
    assert plan.quality.startswith("feasible, with shifts of 1 week")
    check_limits(asked, plan)
    settled = settle(plan, build_roster(plan), asked.demand)
    assert settled.understaffing.sum() < 0.3 * asked.demand.positions.sum()


def test_stopped_after_the_first_week_the_others_get_heads_at_a_glance():
    told: list[Found] = []
    asked = centre(team(agents=20, days=14), phone=4.0, mail=2.0, days=14)
    watch = Watch(see=told.append, stop=lambda: told[-1].done >= 3)
    plan, whole = asked.plan(watch=watch), asked.plan()
    assert (plan.heads[0][:7] == whole.heads[0][:7]).all()
    assert plan.heads[0][7:].sum() > 0
    check_limits(asked, plan)


def test_enough_agents_leave_nobody_waiting():
    plan = centre(team(agents=45), phone=4.0, mail=2.0).plan()
    # Whole heads may miss half a position here and there.
    assert plan.understaffing[0].max() <= 0.5 + 1e-6
    assert plan.understaffing.sum() < 0.02 * 7 * 12 * (4.0 + 2.0)
    assert plan.quality.startswith("within ")
    assert plan.quality.endswith(" % of the relaxation")


def test_more_agents_never_cost_more_when_hours_are_paid_as_scheduled():
    bounds = [centre(vendor(agents=n), seed=2).plan().bound for n in (0, 2, 5, 9, 30)]
    assert bounds == sorted(bounds, reverse=True)


def test_without_agents_everything_is_missing_and_the_cost_is_finite():
    asked = centre(team(agents=0), vendor(agents=0), phone=10.0, mail=1.0)
    plan = asked.plan()
    assert plan.capacity.sum() == plan.serve.sum() == 0
    assert plan.understaffing[0] == pytest.approx(asked.demand.positions[0])
    # Work of the last hours is not due before the horizon ends; the rest falls overdue.
    due = asked.demand.load[1].sum() - asked.demand.not_due[1, -1]
    assert plan.understaffing[1].sum() == pytest.approx(due)
    phone = 7 * 12 * (1 * SHORTAGE + 9 * 2 * SHORTAGE)
    assert phone < plan.cost < np.inf
    assert plan.gap == pytest.approx(0.0)


def test_without_shifts_a_pool_does_nothing():
    useless = vendor(shifts=ShiftRules(480, 600, 60, (4.0,)), minimum_hours_per_week=70)
    plan = centre(team(agents=20), useless).plan()
    assert plan.heads[1].shape == (7, 0)
    assert plan.capacity[1].sum() == 0


def test_without_demand_nobody_comes():
    plan = centre(vendor(), phone=0.0, mail=0.0).plan()
    assert plan.heads[0].sum() == 0
    assert (plan.cost, plan.bound, plan.gap) == (0.0, 0.0, 0.0)


def test_nights_cross_midnight_and_the_week():
    contract = Contract(hours_per_week=56, days_off_per_week=0, max_consecutive_days=7)
    pool = team(agents=4, days=9, shifts=NIGHT, contract=contract, shrinkage=0.0)
    asked = centre(
        pool, first=MONDAY - dt.timedelta(days=2), days=9, hours=(0, 24), phone=2.0, mail=0.0
    )
    plan = asked.plan()
    check_services(asked, plan)
    hour = np.asarray(plan.times.tz_convert("Europe/Paris").hour)
    night = (hour >= 22) | (hour < 6)
    night[:6] = False  # nobody began on the evening before the horizon
    missing = plan.understaffing[0]
    assert missing[night] == pytest.approx(0.0, abs=SLACK)
    assert missing[~night] == pytest.approx(2.0)
    # On Sunday at 22:00, in the first week, begins what serves on Monday, in the second.
    assert plan.given()[0, 48:54] == pytest.approx(2.0, abs=SLACK)


@pytest.mark.parametrize(
    ("first", "intervals"), [(dt.date(2027, 3, 27), 71), (dt.date(2027, 10, 30), 73)]
)
def test_days_of_23_and_25_hours(first, intervals):
    contract = Contract(hours_per_week=168, max_hours_per_day=24, days_off_per_week=0)
    rules = ShiftRules(0, 24 * 60, 60, (8.0,))
    pool = team(agents=30, days=3, shifts=rules, contract=contract)
    asked = centre(pool, first=first, days=3, hours=(0, 24))
    plan = asked.plan()
    assert len(plan.times) == intervals
    check_services(asked, plan)
    assert plan.understaffing[0].max() < SLACK


def test_a_horizon_from_tuesday():
    first = MONDAY + dt.timedelta(days=1)
    asked = centre(team(agents=7, days=14), first=first, days=14, phone=20.0)
    plan = asked.plan()
    check_limits(asked, plan)
    check_services(asked, plan)
    a_week = [plan.heads[0][here].sum() for here in weeks(plan.days).values()]
    assert len(a_week) == 3
    assert a_week[2] <= 7


def test_a_vendor_ramps_up():
    asked = centre(vendor(agents=[2, 2, 2, 2, 8, 8, 8], shrinkage=0.0), phone=6.0, mail=0.0)
    plan = asked.plan()
    a_day = plan.heads[0].sum(axis=1)
    assert (a_day[:4] <= 2).all()
    assert a_day[4:].max() > 2


@pytest.mark.parametrize("zones", [("Europe/Paris", "Asia/Kolkata"), ("Asia/Kolkata",)])
def test_work_passes_from_week_to_week_as_it_is(zones):
    """Even where the axis begins at half past, in the time of another zone."""
    evening = ShiftRules(16 * 60, 24 * 60, 60, (8.0,))
    contract = Contract(hours_per_week=56, days_off_per_week=0, max_consecutive_days=9)
    pool = team(agents=20, days=9, timezone=zones[0], shifts=evening, contract=contract)
    first = MONDAY - dt.timedelta(days=3)
    asked = centre(pool, first=first, days=9, zones=zones, minutes=30, hours=(0, 24), phone=0.0)
    arrived = np.cumsum(asked.demand.load[1])
    done = np.cumsum(asked.plan().given()[1])
    # Work is given out by the hour, counted from Monday's midnight; by its end it has come.
    monday = int(asked.times.searchsorted(pd.Timestamp(MONDAY).tz_localize(zones[0])))
    ends = slice(monday - 1, None, 2)
    assert (done[ends] <= arrived[ends] + SLACK * len(done)).all()
    assert (done[ends] >= arrived[ends] - 2 * 24 - 1).all()


def test_a_pool_abroad_works_by_its_own_clock():
    manila = vendor(agents=9, timezone="Asia/Manila", shifts=ShiftRules(540, 1080, 60, (8.0,)))
    asked = centre(manila, hours=(0, 24))
    plan = asked.plan()
    check_services(asked, plan)
    hours = set(np.asarray(plan.times.tz_convert("Asia/Manila").hour)[plan.capacity[0] > 0])
    assert hours == set(range(9, 18))


def test_a_pool_paid_by_contact_leaves_what_paid_hours_can_do():
    own = team(agents=20, speed={"phone": 1.0, "mail": 1.0})
    helpers = vendor(agents=20, cost_per_contact=4.0)
    plan = centre(own, helpers).plan()
    assert plan.serve[1].sum() < 0.02 * plan.serve[0].sum()
    alone = centre(team(agents=0), replace(helpers, agents=helpers.agents * 2)).plan()
    assert alone.serve[1, 0].sum() == pytest.approx(4.0 * 12 * 7, rel=0.02)


def test_arrays_have_the_shapes_they_say():
    asked = centre(team(days=9), vendor(days=9), days=9, minutes=30)
    plan = asked.plan()
    intervals = len(asked.times)
    assert plan.queues == ("phone", "mail")
    assert plan.capacity.shape == (2, intervals)
    assert plan.serve.shape == (2, 2, intervals)
    assert plan.understaffing.shape == plan.given().shape == (2, intervals)
    assert [h.shape for h in plan.heads] == [(9, len(s)) for s in plan.shifts]


def test_a_shortage_is_dear_enough_to_call_a_shift_for_one_hour():
    """One busy hour at noon: agents who could come do come."""
    asked = centre(vendor(agents=60, shifts=ShiftRules(480, 1200, 60, (7.0,))), mail=0.0)
    hour = np.arange(asked.demand.positions.shape[1]) % 24
    asked.demand.positions[0] = np.where(hour == 12, 9, 0)
    plan = asked.plan(shortage_price=None)
    # A position less in part may be missing: its price is that of a shift for a whole one.
    assert plan.understaffing.sum() < 0.1 * asked.demand.positions.sum()


def test_at_a_glance_pools_paid_by_contact_and_with_a_share_serve_too():
    """A guess gives what each pool makes to its queues; a share is kept in every interval."""
    bought = vendor(agents=30, cost_per_contact=4.0, max_share=0.3)
    asked = centre(bought, phone=4.0, mail=2.0)
    plan = asked.plan(watch=Watch(stop=lambda: True))
    given_, wanted = plan.given(), asked.demand.positions + asked.demand.load
    assert given_.sum() > 0.5 * 0.3 * wanted.sum()
    assert (given_ <= 0.3 * wanted + SLACK).all()
    used = np.einsum("pqi->pi", plan.serve)
    assert (used <= plan.capacity + SLACK).all()
