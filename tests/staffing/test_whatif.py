"""Another price or headcount: the answer is that of the program stated and solved afresh."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.components import components_of
from staffing.demand import build_demand
from staffing.pools import Contract
from staffing.queues import Promise, Queue, Target
from staffing.solver import Status
from staffing.stated import state_week
from staffing.week import Before, Prices, Window
from staffing.whatif import WhatIf
from tests.staffing.instances import SHORTAGE, Centre, axis, centre, days_from, team, vendor

OVERTIME = Contract(hours_per_week=35, overtime_hours_per_week=8)


def small(**other):
    """Return a team and two vendors, one paid by contact, over five days of a week and an end."""
    return centre(
        team(agents=5, days=5, contract=OVERTIME),
        vendor(agents=6, days=5, minimum_hours_per_week=60, max_share=0.5),
        vendor("tunis", 4, 5, cost_per_contact=6.0, speed={"phone": 0.8}),
        days=5,
        phone=7.0,
        seed=1,
        **other,
    )


def two_countries() -> Centre:
    """Return two teams that share no queue, and a queue that nobody serves."""
    names = ("fr", "fr-mail", "se", "alone")
    queues = tuple(Queue(name, Promise(4) if "mail" in name else Target()) for name in names)
    days = days_from(centre(days=1).days[0], 9)
    times = axis(days, 60)
    hour = np.asarray(times.tz_convert("Europe/Paris").hour)
    is_open = np.tile((hour >= 8) & (hour < 20), (4, 1))
    rng = np.random.default_rng(5)
    needed = np.where(is_open, np.ceil(rng.uniform(0, 1, is_open.shape) * [[6], [2], [4], [1]]), 0)
    demand = build_demand(queues, needed, 6 * needed, is_open, 3600)
    pools = (
        team(agents=7, days=9, speed={"fr": 1.0, "fr-mail": 1.0}, contract=OVERTIME),
        team("malmo", 5, 9, speed={"se": 1.0}, contract=OVERTIME),
        vendor(agents=8, days=9, speed={"fr": 0.9}, minimum_hours_per_week=50),
        vendor("oslo", 4, 9, speed={"se": 0.9}),
    )
    return Centre(days, times, demand, is_open, pools)


def afresh(asked):
    """Return the objective of one week's program, stated and solved for the whole centre."""
    covers, size, days = asked.covers(), len(asked.times), len(asked.days)
    week = state_week(
        Window(0, size, size, ((0, days),)),
        asked.demand,
        covers,
        Before(
            np.zeros((len(covers), size)),
            asked.demand.waiting,
            [np.zeros(days, dtype=np.int64)] * len(covers),
        ),
        Prices(SHORTAGE),
    )
    assert week.program.solve("interior") is Status.OPTIMAL
    return week.program.objective + sum(cover.sunk_cost((0, days)) for cover in covers)


def kept(asked, **other):
    return WhatIf(
        asked.demand, asked.pools, asked.days, asked.times, shortage_price=SHORTAGE, **other
    )


def changed(asked, prices, agents):
    """Return the centre with pools changed, as ``WhatIf.solve`` is asked to."""
    pools = []
    for pool in asked.pools:
        field = "cost_per_hour" if pool.cost_per_contact is None else "cost_per_contact"
        price = prices.get(pool.name, getattr(pool, field))
        employed = np.rint(pool.agents * agents.get(pool.name, 1.0)).astype(np.int64)
        pools.append(replace(pool, agents=employed, **{field: price}))
    return replace(asked, pools=tuple(pools))


SMALL = small()
KEPT = kept(SMALL)
FEW = st.fixed_dictionaries(
    {},
    optional={"paris": st.floats(0, 90), "lyon": st.floats(0, 60), "tunis": st.floats(0, 20)},
)
FACTORS = st.fixed_dictionaries(
    {}, optional={name: st.floats(0, 3) for name in ("paris", "lyon", "tunis")}
)


@given(prices=FEW, agents=FACTORS)
@settings(max_examples=40, deadline=None)
def test_answers_as_a_program_stated_afresh(prices, agents):
    """Whatever was asked before, the answer is that of the changed pools' own program."""
    answer = KEPT.solve(prices, agents)
    assert answer.objective == pytest.approx(afresh(changed(SMALL, prices, agents)), rel=1e-6)


@pytest.mark.parametrize("hours", [0.0, 40.0, 200.0])
@pytest.mark.parametrize("share", [0.1, 0.9, 1.0])
def test_other_commitments_are_answered_as_afresh(hours, share):
    lyon = replace(SMALL.pools[1], minimum_hours_per_week=hours, max_share=share)
    other = replace(SMALL, pools=(SMALL.pools[0], lyon, SMALL.pools[2]))
    answer = KEPT.solve(minimum_hours={"lyon": hours}, max_share={"lyon": share})
    assert answer.objective == pytest.approx(afresh(other), rel=1e-6)


@pytest.mark.parametrize("prices", [{"lyon": 40.0, "malmo": 20.0}, {"oslo": 5.0}])
def test_weeks_and_parts_are_answered_as_afresh(prices):
    """What a plan passes on stays; each week of each part answers the changed question."""
    asked = two_countries()
    plan = asked.plan()
    agents = {"paris": 0.8, "malmo": 1.2}
    there = kept(changed(asked, prices, agents), base=plan).solve()
    here = kept(asked, base=plan).solve(prices, agents)
    assert here.objective == pytest.approx(there.objective, rel=1e-6)


def test_unchanged_it_is_the_plans_bound_where_one_week_is_all():
    plan = SMALL.plan()
    assert KEPT.solve().cost == pytest.approx(plan.bound, rel=1e-6)


def test_parts_answer_as_the_whole():
    """A centre's parts apart cost together what the whole centre's program costs."""
    asked = two_countries()
    week = replace(
        asked,
        days=asked.days[:7],
        times=asked.times[: 7 * 24],
        demand=cut(asked.demand, 7 * 24),
        pools=tuple(replace(pool, agents=pool.agents[:7]) for pool in asked.pools),
    )
    assert len(components_of(week.demand, week.covers())) == 2
    assert kept(week).solve().objective == pytest.approx(afresh(week), rel=1e-6)


def cut(demand, intervals):
    """Return the demand of the first intervals."""
    names = ["positions", "load", "contacts", "contacts_per_position", "not_due", "unavoidable"]
    return replace(demand, **{name: getattr(demand, name)[:, :intervals] for name in names})


def test_hours_and_contacts_add_up():
    """Contacts of queues answered at once and what is missing of them are all that come."""
    asked = small(mail=0.0)
    answer = kept(asked).solve({"tunis": 3.0})
    missed = answer.shortage_hours * 6
    assert sum(answer.contacts.values()) + missed == pytest.approx(asked.demand.contacts.sum())
    given = [answer.productive_hours[name] * speed for name, speed in SPEEDS.items()]
    assert sum(given) + answer.shortage_hours == pytest.approx(asked.demand.positions.sum())
    assert answer.overdue_hours == 0.0
    assert answer.paid_hours["paris"] >= 5 * 35 * 5 / 7 - 1e-6  # contracted hours are paid anyway


SPEEDS = {"paris": 1.0, "lyon": 1.0, "tunis": 0.8}


def test_a_dearer_pool_works_no_more():
    """Hours paid of a vendor never rise with its price."""
    hours = [KEPT.solve({"lyon": price}).paid_hours["lyon"] for price in (5, 15, 26, 50, 80, 150)]
    assert all(np.diff(hours) <= 1e-6)
    assert hours[0] > hours[-1]


def test_nobody_at_all_leaves_everything_missing():
    answer = KEPT.solve(agents=dict.fromkeys(SPEEDS, 0.0))
    assert answer.shortage_hours == pytest.approx(SMALL.demand.positions.sum())
    assert answer.overdue_hours > 0


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"prices": {"rome": 1.0}}, "prices must be of one of the pools paris, lyon, tunis, got"),
        ({"agents": {"lyon": -1.0}}, "agents of lyon must be a number >= 0, got -1.0"),
        ({"prices": {"lyon": float("nan")}}, "prices of lyon must be a number >= 0, got nan"),
    ],
)
def test_a_question_that_cannot_be_is_refused(asked, message):
    with pytest.raises(ValueError, match=message):
        KEPT.solve(**asked)
