"""Shifts decided ahead against several demand paths, held against what a person can reckon."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.demand import build_demand
from staffing.paths_program import (
    Decided,
    PathsProgram,
    decide_ahead,
    hold_ahead,
    steps,
)
from staffing.pools import Contract, ShiftRules, Tier
from staffing.several import PathCosts, Several, centred, evenly_chosen, joined, worst_mean
from staffing.solver import Status
from staffing.stated import state_week
from staffing.week import Before, Prices, Window
from staffing.weekly import Found, Watch
from tests.staffing.instances import SHORTAGE, centre, team, vendor

SLACK = 1e-6
HOUR = ShiftRules(9 * 60, 10 * 60, 60, (1.0,))
SCHEDULED = Contract(hours_per_week=40, days_off_per_week=0, paid="scheduled")
DEMANDS = [10, 12, 14, 16, 18, 20, 22, 24]
DEAR = 1000.0  # a missing hour, so that nobody is left out


def own(**other):
    """Return a pool of one-hour shifts at 10 an hour, all of its time on contacts."""
    usual = {"contract": SCHEDULED, "shifts": HOUR, "shrinkage": 0.0, "cost_per_hour": 10.0}
    return team("own", **{"agents": 40, "days": 1, **usual, **other})


def bought(price, **other):
    """Return a vendor called on the day, at a price per hour."""
    more = {"cost_per_hour": price, "contract": SCHEDULED, "shifts": HOUR, "shrinkage": 0.0}
    return vendor("bought", 40, 1, decided="on_the_day", **{**more, **other})


def with_phone(asked, positions):
    """Return the demand of a centre with other positions of the phone ``[I]``."""
    needed = np.vstack([positions, np.zeros(len(positions))])
    return build_demand(
        asked.demand.queues, needed, 6 * needed, asked.is_open, asked.demand.interval_s
    )


def scaled(asked, factor):
    """Return a centre's demand times a factor."""
    d = asked.demand
    return build_demand(
        d.queues, (d.positions + d.load) * factor, d.contacts * factor, asked.is_open, d.interval_s
    )


def at_nine(*pools):
    """Return a day on which the phone rings from nine to ten."""
    return centre(*pools, days=1, hours=(9, 10), phone=14.0, mail=0.0)


def hour_paths(asked, demands, **risk):
    rings = asked.demand.positions[0] > 0
    return Several(tuple(with_phone(asked, np.where(rings, d, 0.0)) for d in demands), **risk)


def stated(asked, several, price=SHORTAGE):
    """Return the program of all days at once, as if they were one week."""
    covers, count, days = asked.covers(), len(asked.times), len(asked.days)
    before = Before(
        np.zeros((len(covers), count)),
        np.zeros(len(asked.demand.queues)),
        [np.zeros(days, dtype=np.int64)] * len(covers),
    )
    window = Window(0, count, count, ((0, days),))
    return PathsProgram(window, several, covers, before, Prices(price))


def solved(asked, several, price=SHORTAGE):
    program = stated(asked, several, price)
    program.solve("interior")
    return program


def own_heads(program, p=0):
    return float(program.program.values(program.ahead[p]).sum())


def quantile(demands, ratio):
    """Return the least demand that at least a share ``ratio`` of all is not above."""
    return sorted(demands)[int(np.ceil(ratio * len(demands) - 1e-9)) - 1]


@pytest.mark.parametrize("later", [40.0, 24.0, 15.0, 11.0])
def test_the_newsvendor(later):
    """Own hours at 10 against bought ones: the quantile (later - 10) / later of the demand."""
    asked = at_nine(own(), bought(later))
    program = solved(asked, hour_paths(asked, DEMANDS), DEAR)
    best = quantile(DEMANDS, (later - 10) / later)
    cost = 10 * best + later * np.mean([max(d - best, 0) for d in DEMANDS])
    assert program.program.objective == pytest.approx(cost)
    assert program.costs().expected == pytest.approx(cost)
    if (later - 10) / later * len(DEMANDS) % 1:  # else two neighbours cost the same
        assert own_heads(program) == pytest.approx(best)


def test_the_newsvendor_who_misses_what_he_has_not(monkeypatch):
    """Own hours at 10, a missing one at 40: three quarters of the demands are met, or all but."""
    monkeypatch.setattr(Prices, "SMALL", 1.0)  # every missing hour at the plain price
    asked = at_nine(own())
    program = solved(asked, hour_paths(asked, [10, 12, 14, 16, 18]), 40.0)
    assert own_heads(program) == pytest.approx(16)
    assert program.program.objective == pytest.approx(160 + 40 * 2 / 5)
    assert program.costs().shortage_hours[:, 0] == pytest.approx([0, 0, 0, 0, 2])


def test_on_the_day_a_cheap_vendor_leaves_less_to_own_staff():
    def heads_at(price):
        asked = at_nine(own(), bought(price))
        return own_heads(solved(asked, hour_paths(asked, [10, 12, 14, 16, 18]), DEAR))

    assert [heads_at(price) for price in (15.0, 23.0, 60.0)] == pytest.approx([12, 14, 18])


def test_all_weight_on_the_worst_staffs_the_worst():
    asked = at_nine(own(), bought(15.0))
    paths = hour_paths(asked, DEMANDS, worst=0.1, weight=1.0)
    assert own_heads(solved(asked, paths, DEAR)) == pytest.approx(max(DEMANDS))


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.7, 1.0])
@pytest.mark.parametrize("worst", [0.125, 0.3, 1.0])
def test_the_worst_share_weighs_as_a_search_of_all_answers_finds(weight, worst):
    """The rows of Rockafellar and Uryasev 2000 against every number of heads, one by one."""
    asked = at_nine(own(), bought(15.0))
    program = solved(asked, hour_paths(asked, DEMANDS, worst=worst, weight=weight), DEAR)

    def weighed(heads):
        costs = np.array([10 * heads + 15 * max(d - heads, 0) for d in DEMANDS], dtype=float)
        return max(1 - weight, 1e-3) * costs.mean() + weight * worst_mean(costs, worst)

    assert program.program.objective == pytest.approx(min(weighed(h) for h in range(41)))
    costs = program.costs()
    found = max(1 - weight, 1e-3) * costs.expected + weight * costs.in_the_worst
    assert found == pytest.approx(program.program.objective)


def test_the_worst_costs_less_and_the_mean_more_the_more_it_weighs():
    asked = at_nine(own(), bought(15.0))
    every = [
        solved(asked, hour_paths(asked, DEMANDS, worst=0.25, weight=w), DEAR).costs()
        for w in (0.0, 0.5, 1.0)
    ]
    means, worst = [c.expected for c in every], [c.in_the_worst for c in every]
    assert means == sorted(means)
    assert means[0] < means[-1]
    assert worst == sorted(worst, reverse=True)
    assert worst[0] > worst[-1]


OVERTIME = Contract(hours_per_week=28, overtime_hours_per_week=7, overtime_cost_factor=1.5)
MIXED = (
    team(agents=6, contract=OVERTIME),
    vendor(agents=4, decided="on_the_day", max_share=0.3),
    vendor("nice", 3, cost_per_contact=4.0, speed={"phone": 0.8}),
)


def plain(asked):
    """Return the ordinary program of the same days."""
    return solved(asked, Several((asked.demand,)))


@pytest.mark.parametrize("weight", [0.0, 0.5])
def test_identical_paths_are_the_ordinary_program(weight):
    from tests.staffing.test_week import solved as ordinary

    asked = centre(*MIXED, phone=6.0, mail=2.0, seed=3)
    paths = solved(asked, Several((asked.demand,) * 3, weight=weight))
    week = ordinary(asked)
    sunk = sum(cover.sunk_cost((0, 7)) for cover in asked.covers())
    cost = week.program.objective + sunk
    assert week.value_or_zero(week.overtime[0, (0, 7)])[0] > 1  # else overtime is not tried
    assert paths.costs().cost[:, 0] == pytest.approx([cost] * 3, rel=1e-6)
    assert paths.program.objective == pytest.approx(week.program.objective, rel=1e-6)


def test_heads_decided_ahead_are_the_same_on_all_paths():
    asked = centre(*MIXED, phone=6.0, mail=2.0, seed=3)
    program = solved(asked, Several(tuple(scaled(asked, f) for f in (0.3, 0.6, 1.0))))
    for p in range(3):
        heads = np.array([program.program.values(week.heads[p]) for week in program.weeks])
        own = program.ahead[p]
        if p == 1:  # on the day
            assert own is None
            assert np.abs(heads[0] - heads[2]).sum() > 1
        elif p == 2:  # paid by the contact, no overtime
            assert (heads == heads[0]).all()
        else:
            ahead = program.program.values(own)
            assert (heads >= ahead - SLACK).all()
            paid = np.array([shift.paid_hours for shift in program.covers[p].shifts])
            later = ((heads - ahead) @ paid).sum(axis=1)
            overtime = [w.program.values(w.overtime[p, (0, 7)])[0] for w in program.weeks]
            assert (later <= np.array(overtime) + SLACK).all()
            assert (ahead @ paid).sum() <= 6 * 28 + SLACK
            assert program.costs().later_hours[:, 0, 0] == pytest.approx(later, abs=1e-6)
            assert later[2] > later[0] + 1


def test_overtime_is_called_on_high_paths_alone():
    """An hour decided ahead costs 10, one of overtime 15 where it is needed."""
    contract = Contract(
        hours_per_week=1, days_off_per_week=0, paid="scheduled",
        overtime_hours_per_week=1, overtime_cost_factor=1.5,
    )  # fmt: skip
    asked = at_nine(own(contract=contract))
    program = solved(asked, hour_paths(asked, [10, 12, 14, 16, 18]), DEAR)
    assert own_heads(program) == pytest.approx(12)  # (15 - 10) / 15 of five paths
    assert program.costs().later_hours[:, 0, 0] == pytest.approx([0, 0, 2, 4, 6])
    assert program.program.objective == pytest.approx(120 + 15 * 12 / 5)


def contacts_of_vendor(share, price=15.0 / 6):
    """Return own heads, and contacts handled and paid for nothing on each path."""
    seller = bought(None, cost_per_contact=price, committed_share_of_forecast=share)
    asked = at_nine(own(), seller)
    program = solved(asked, hour_paths(asked, [10, 12, 14, 16, 18]), DEAR)
    handled = [6.0 * float(week.value_or_zero(week.serve)[1, 0].sum()) for week in program.weeks]
    return own_heads(program), np.array(handled), program.costs().unhandled[:, 1, 0]


def test_take_or_pay_makes_a_vendor_less_used():
    free, committed = contacts_of_vendor(0.0), contacts_of_vendor(1.0)
    assert committed[1].mean() < free[1].mean() - 1
    assert committed[0] > free[0] + 1


def test_take_or_pay_binds_on_low_paths():
    """Contacts handled on a path + paid for nothing >= the share committed of their mean."""
    heads, handled, nothing = contacts_of_vendor(0.5)
    assert heads < 14
    assert nothing == pytest.approx(np.maximum(0.5 * handled.mean() - handled, 0.0), abs=1e-6)
    assert nothing.max() > 1


def test_independent_noise_makes_the_risk_vanish():
    """The same spread of each interval: pooled over a day it is little, correlated it stays."""
    rules = ShiftRules(8 * 60, 20 * 60, 240, (4.0,))
    asked = centre(own(shifts=rules), bought(15.0, shifts=rules), days=1, phone=14.0, mail=0.0)
    rings, rng = asked.demand.positions[0] > 0, np.random.default_rng(5)
    spread = np.linspace(0.7, 1.3, 7)
    alone = np.array([rng.permutation(spread) for _ in rings]).T
    alike = np.repeat(spread[:, None], len(rings), axis=1)

    def spread_of(factors):
        paths = tuple(with_phone(asked, np.where(rings, 14.0 * row, 0.0)) for row in factors)
        costs = solved(asked, Several(paths), DEAR).costs().cost[:, 0]
        return float(np.std(costs))

    assert spread_of(alone) < 0.6 * spread_of(alike)


@given(st.lists(st.floats(0.5, 1.8), min_size=2, max_size=4), st.sampled_from([0.0, 0.4, 1.0]))
@settings(max_examples=8, deadline=None)
def test_planning_for_the_paths_never_costs_more_than_planning_for_another(factors, weight):
    """The two stages' answer is the best for its paths: the middle's heads are no better."""
    asked = centre(*MIXED, days=2, phone=5.0, mail=1.0, seed=2)
    asked = replace(asked, pools=tuple(replace(p, agents=p.agents[:2]) for p in asked.pools))
    several = Several(tuple(scaled(asked, f) for f in factors), weight=weight)
    paths = solved(asked, several)
    best = paths.program.objective
    middle = solved(asked, Several((asked.demand,)))
    paths.hold(tuple(None if a is None else middle.program.values(a) for a in middle.ahead))
    paths.solve("simplex")
    assert paths.program.objective >= best - 1e-6 * best


def test_a_plan_holds_what_was_decided_ahead():
    """The plan of the middle keeps the heads decided ahead; the rest is made for its demand."""
    pools = (team(agents=6, days=9), vendor(agents=18, days=9, decided="on_the_day"))
    asked = centre(*pools, days=9, phone=4.0, mail=1.0, seed=4)
    told: list[Found] = []
    several = Several(tuple(scaled(asked, f) for f in (0.7, 1.0, 1.3)))
    plan = asked.plan(several=several, watch=Watch(see=told.append))
    paths = plan.paths
    assert paths is not None
    assert [found.done for found in told] == [*range(2 * (3 + steps(several)) + 1)]
    assert paths.cost.shape == paths.contacts.shape == (3, 2)
    assert paths.later_hours.shape == (3, 2, 2)
    assert (paths.later_hours[:, 0] == 0).all()  # no overtime
    assert (np.diff(paths.later_hours[:, 1].sum(axis=1)) > 0).all()
    assert paths.contacts.sum(axis=1) == pytest.approx(
        np.array([0.7, 1.0, 1.3]) * asked.demand.contacts.sum()
    )
    assert asked.plan(several=several).heads[0].tolist() == plan.heads[0].tolist()


def test_the_plan_has_the_heads_that_the_program_decides():
    asked = centre(*MIXED, phone=6.0, mail=2.0, seed=3)
    several = Several(tuple(scaled(asked, f) for f in (0.6, 1.0, 1.5)))
    program = stated(asked, several)
    decided = decide_ahead(
        program.window, asked.demand, several, program.covers, program.before, Prices(SHORTAGE)
    )
    plan = asked.plan(several=several)
    assert decided is not None
    overtime, on_the_day, by_contact = decided.heads
    assert overtime is not None
    assert on_the_day is None
    assert (plan.heads[2] == by_contact).all()
    assert (plan.heads[0] >= overtime).all()
    assert (overtime @ [shift.paid_hours for shift in plan.shifts[0]]).sum() <= 6 * 28


def test_told_to_stop_there_is_a_plan_and_no_word_of_the_paths():
    """What is decided ahead is not known for every week: nothing is claimed of it."""
    asked = centre(*MIXED, phone=6.0, mail=2.0, seed=3)
    several = Several(tuple(scaled(asked, f) for f in (0.6, 1.0, 1.5)))
    program, asks = stated(asked, several), iter([False] * 3)
    decided = decide_ahead(
        program.window, asked.demand, several, program.covers, program.before, Prices(SHORTAGE),
        stop=lambda: next(asks, True),
    )  # fmt: skip
    assert decided is None


def test_a_share_of_hours_is_kept_by_whole_heads_on_every_path():
    """A vendor with a share of all hours, of which some are decided later."""
    small = vendor(agents=5, max_share=0.2, max_share_of="hours")
    own_pool = team(agents=9, contract=OVERTIME)
    late = vendor("nice", 4, decided="on_the_day")
    asked = centre(own_pool, small, late, phone=5.0, mail=1.0, seed=7)
    plan = asked.plan(several=Several(tuple(scaled(asked, f) for f in (0.7, 1.0, 1.3))))
    hours = [
        float((heads @ [shift.paid_hours for shift in shifts]).sum())
        for heads, shifts in zip(plan.heads, plan.shifts, strict=True)
    ]
    assert 0 < hours[1] <= 0.2 * sum(hours) + SLACK


def test_falling_tiers_are_billed_as_they_are_reached():
    """Hours of a day beyond 12 at 5, the others at 20: no path has them cheaper than that."""
    cheap = own(cost_per_hour=20.0, tiers=(Tier(12.0 * 7, 5.0),))  # a seventh a day
    asked = at_nine(cheap)
    program = solved(asked, hour_paths(asked, [8, 14, 16]), 18.0)
    heads = program.make_whole()
    program.settle()
    (ahead,) = heads
    assert ahead is not None
    count = int(ahead.sum())
    costs = program.costs().cost[:, 0]
    paid = 20 * min(count, 12) + 5 * max(count - 12, 0)
    missing = np.array([max(d - count, 0) for d in (8, 14, 16)])
    small = np.minimum(missing, 0.1 * np.array([8, 14, 16]))
    assert costs == pytest.approx(paid + 18 * small + 36 * (missing - small))


def test_one_path_that_is_the_middle_changes_next_to_nothing():
    asked = centre(team(agents=6), vendor(agents=4), phone=5.0, mail=1.0, seed=6)
    with_path, without = asked.plan(several=Several((asked.demand,))), asked.plan()
    assert with_path.cost == pytest.approx(without.cost, rel=0.01)
    paths = with_path.paths
    assert paths is not None
    assert paths.expected == pytest.approx(paths.expected_of_middle)
    assert paths.saved == pytest.approx(0.0, abs=1e-6)
    assert 0 <= paths.gap < 0.01


def held_at(asked, whole, price=DEAR):
    """Return the ordinary program of one day with the first pool's heads held at a number."""
    count = len(asked.times)
    before = Before(np.zeros((1, count)), np.zeros(2), [np.zeros(1, dtype=np.int64)])
    window = Window(0, count, count, ((0, 1),))
    no, none = np.zeros((1, 1)), np.zeros((1, 1, 1))
    nothing = PathCosts(no, no, no, no, no, none, none, worst=1.0, weight=0.0)
    week = state_week(window, asked.demand, asked.covers(), before, Prices(price))
    hold_ahead(week, Decided((np.array([[whole]]),), nothing))
    assert week.program.solve() is Status.OPTIMAL
    return week


def test_held():
    """Heads of a shift = those decided ahead; where there is overtime, >= them."""
    week = held_at(at_nine(own()), 9)  # of 14 needed
    assert week.program.values(week.heads[0]).tolist() == [[9.0]]
    more = held_at(at_nine(own(contract=replace(SCHEDULED, overtime_hours_per_week=1))), 9)
    assert more.program.values(more.heads[0]).sum() == pytest.approx(14)
    over = held_at(at_nine(own(contract=replace(SCHEDULED, overtime_hours_per_week=1))), 20)
    assert over.program.values(over.heads[0]).sum() == pytest.approx(20)


def test_called_at_its_price():
    """Paid hours over a week - those decided ahead - overtime <= hours paid as overtime is."""
    contract = replace(SCHEDULED, overtime_hours_per_week=1, overtime_cost_factor=1.5)
    week = held_at(at_nine(own(contract=contract)), 9)  # ordinary hours are left over
    assert week.program.objective == pytest.approx(9 * 10 + 5 * 15)


def test_names_can_be_read(tmp_path):
    asked = at_nine(own(), bought(15.0))
    stated(asked, hour_paths(asked, [10, 12], weight=0.5)).program.write(tmp_path / "two.lp")
    text = (tmp_path / "two.lp").read_text(encoding="utf-8")
    for name in ("heads_own_2027_02_01_09.00_10.00", "path_2_need_phone_9", "worst_threshold"):
        assert name in text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"worst": 0.0}, "worst must be in (0, 1], a fraction, got 0.0"),
        ({"worst": 1.5}, "worst must be in (0, 1], a fraction, got 1.5"),
        ({"weight": -0.1}, "weight must be in [0, 1], a fraction, got -0.1"),
        ({"weight": float("nan")}, "weight must be in [0, 1], a fraction, got nan"),
        ({"demands": ()}, "demands must be one or more, got none"),
    ],
)
def test_what_no_risk_can_be(wrong, told):
    asked = at_nine(own())
    with pytest.raises(ValueError) as caught:
        Several(**{"demands": (asked.demand,), **wrong})
    assert told in str(caught.value)


def test_paths_are_of_one_centre():
    one, other = at_nine(own()), centre(own(days=2), days=2)
    with pytest.raises(ValueError, match="same queues and intervals"):
        Several((one.demand, other.demand))


def test_paths_are_chosen_evenly():
    totals = np.random.default_rng(1).permutation(50).astype(float)
    assert sorted(evenly_chosen(totals, 50)) == list(range(50))
    assert totals[evenly_chosen(totals, 5)].tolist() == [5, 15, 25, 35, 45]
    for count in (0, 51):
        with pytest.raises(ValueError, match="count must be from 1 to 50"):
            evenly_chosen(totals, count)


def test_chosen_paths_have_the_mean_of_the_forecast():
    rng = np.random.default_rng(2)
    paths, mean = rng.lognormal(size=(4, 2, 3)), rng.uniform(1, 5, (2, 3))
    assert centred(paths, mean).mean(axis=0) == pytest.approx(mean)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=9), st.floats(0.01, 1.0))
def test_the_worst_share_costs_at_least_the_mean(costs, worst):
    costs = np.array(costs)
    found = worst_mean(costs, worst)
    assert costs.mean() - 1e-6 <= found <= costs.max() + 1e-6


def test_weeks_are_joined_and_saved_money_is_weighed():
    cost, middle = np.array([[1.0], [3.0]]), np.array([[1.0], [5.0]])
    zero = np.zeros((2, 1, 1))
    week = PathCosts(cost, cost, middle, cost / 2, cost, zero, zero, worst=0.5, weight=0.25)
    both = joined([week, week])
    assert both is not None
    assert (both.expected, both.in_the_worst) == (4.0, 6.0)
    assert (both.expected_of_middle, both.in_the_worst_of_middle) == (6.0, 10.0)
    assert both.saved == 0.75 * 2 + 0.25 * 4
    assert both.gap == 1.0
    assert joined([]) is None
