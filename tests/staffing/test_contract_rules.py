"""Terms of contracts in the week's program: each rule's inequality, recounted, where it binds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import tiers_reached
from staffing.costing import pool_costs
from staffing.pools import Contract, ShiftRules, SplitRule, Tier
from staffing.solver import Status
from tests.staffing.instances import centre, duties_of, team, vendor
from tests.staffing.test_week import FREE, NIGHT, SLACK, hours, program_of, solved

SCHEDULED = replace(FREE, paid="scheduled")


def settled(asked):
    """Return a week's program with its tiers reached or not, heads in fractions."""
    week = program_of(asked)
    assert week.program.solve("whole") is Status.OPTIMAL
    return week


def invoice(asked, plan, p):
    return pool_costs(plan, asked.demand, asked.projected(plan))[p].cost


def hours_of_days(plan, p):
    """Return the hours of each day ``[D]``, from the duties."""
    found = np.zeros(len(plan.days))
    for day, shift, heads in duties_of(plan, p):
        found[plan.days.index(day)] += heads * shift.paid_minutes / 60
    return found


def test_hours_ordered():
    """Paid hours over a week's days on notice <= hours ordered for them; later days are free."""
    pool = vendor(agents=9, notice_days=3, ordered_hours_per_week=70, contract=SCHEDULED)
    week = solved(centre(pool, phone=6.0, mail=0.0))
    a_day = hours(week)
    assert a_day[:3].sum() == pytest.approx(30.0)
    assert a_day[3:].min() > 40.0


def test_hours_ordered_are_billed_for_nothing_where_nobody_is_needed():
    pool = vendor(agents=9, notice_days=4, ordered_hours_per_week=70, contract=SCHEDULED)
    week = solved(centre(pool, phone=0.0, mail=0.0))
    assert week.program.objective == pytest.approx(4 * 10 * 26)


@pytest.mark.parametrize(("minimum", "billed"), [(35, 4 * 10 + 3 * 5), (140, 7 * 20)])
def test_hours_ordered_count_where_they_are_more_than_the_minimum(minimum, billed):
    pool = vendor(
        agents=9,
        notice_days=4,
        ordered_hours_per_week=70,
        minimum_hours_per_week=minimum,
        contract=SCHEDULED,
    )
    asked = centre(pool, phone=0.0, mail=0.0)
    assert solved(asked).program.objective == pytest.approx(billed * 26)
    assert invoice(asked, asked.plan(), 0) == pytest.approx(billed * 26)


def test_hours_ordered_hold_with_whole_heads_of_the_night():
    """Seven nights of eight hours; the fifth to the seventh day are free."""
    pool = vendor(
        agents=4,
        days=14,
        shifts=NIGHT,
        contract=SCHEDULED,
        notice_days=10,
        ordered_hours_per_week=100,
    )
    asked = centre(pool, days=14, hours=(0, 5), phone=3.0, mail=0.0)
    plan = asked.plan()
    a_day = hours_of_days(plan, 0)
    assert 0 < a_day[:7].sum() <= 100
    assert a_day[7:10].sum() <= 100 * 3 / 7
    assert a_day[10:].sum() > 100 * 4 / 7
    expected = 26 * (100 + 100 * 3 / 7 + a_day[10:].sum())
    assert invoice(asked, plan, 0) == pytest.approx(expected)


def test_share_of_hours():
    """Paid hours over a week <= the pool's largest share of those of all pools."""
    cheap = vendor(agents=9, max_share=0.25, max_share_of="hours", contract=SCHEDULED)
    own = team(agents=9, contract=SCHEDULED)
    week = solved(centre(own, cheap, seed=3))
    inside, outside = hours(week, 0).sum(), hours(week, 1).sum()
    assert outside == pytest.approx((inside + outside) * 0.25)


@given(st.integers(0, 999), st.sampled_from([0.1, 0.3, 0.6]))
@settings(max_examples=8, deadline=None)
def test_a_share_of_hours_holds_with_whole_heads(seed, share):
    limited = {"max_share": share, "max_share_of": "hours", "contract": SCHEDULED}
    pools = team(agents=6), vendor(**limited), vendor("nice", **limited, cost_per_contact=2.0)
    plan = centre(*pools, seed=seed, phone=7.0).plan()
    found = np.array([hours_of_days(plan, p).sum() for p in range(3)])
    assert (found[1:] <= share * found.sum() + 1e-6).all()


def test_a_share_of_hours_is_none_of_contacts():
    limited = vendor(agents=9, max_share=0.5, max_share_of="hours", speed={"phone": 1.0})
    own = team(agents=9, speed={"mail": 1.0})
    plan = centre(own, limited, phone=3.0, mail=4.0).plan()
    assert plan.serve[0, 0].sum() == 0
    assert plan.serve[1, 0].sum() > 0


def test_dearer_tiers():
    """Volume billed over a week - volume beyond a dearer tier <= where that tier begins."""
    pool = vendor(agents=9, tiers=(Tier(100, 30.0), Tier(200, 40.0)), contract=SCHEDULED)
    asked = centre(pool, seed=4, phone=5.0, mail=0.0)
    week = solved(asked)
    total = hours(week).sum()
    assert total > 250
    without = solved(replace(asked, pools=(replace(pool, tiers=()),)))
    assert hours(without).sum() == pytest.approx(total)
    more = week.program.objective - without.program.objective
    assert more == pytest.approx((total - 100) * 4 + (total - 200) * 10)


def test_cheaper_tiers():
    """Volume beyond a cheaper tier <= volume billed - where it begins, if it is reached."""
    pool = vendor(agents=9, tiers=(Tier(100, 24.0), Tier(200, 20.0)), contract=SCHEDULED)
    asked = centre(pool, seed=4, phone=5.0, mail=0.0)
    week, without = settled(asked), solved(replace(asked, pools=(replace(pool, tiers=()),)))
    total = hours(week).sum()
    less = without.program.objective - week.program.objective
    assert less == pytest.approx((total - 100) * 2 + (total - 200) * 4)
    relaxed = solved(asked)
    assert relaxed.program.objective <= week.program.objective + SLACK
    assert asked.plan().bound == pytest.approx(week.program.objective)


def test_a_tier_out_of_reach_saves_nothing():
    pool = vendor(agents=9, tiers=(Tier(300, 1.0),), contract=SCHEDULED)
    asked = centre(pool, hours=(8, 12), phone=5.0, mail=0.0)
    week, without = settled(asked), solved(replace(asked, pools=(replace(pool, tiers=()),)))
    assert hours(week).sum() < 300
    assert week.program.objective == pytest.approx(without.program.objective)


def test_a_week_cut_off_has_its_part_of_a_tier():
    pool = vendor(agents=9, days=2, tiers=(Tier(70, 20.0),), contract=SCHEDULED)
    asked = centre(pool, days=2, seed=4, phone=5.0, mail=0.0)
    plan = asked.plan()
    total = hours_of_days(plan, 0).sum()
    assert total > 20
    assert invoice(asked, plan, 0) == pytest.approx(20 * 26 + (total - 20) * 20)


@pytest.mark.parametrize(("prices", "wins"), [((26.0, 10.0), 0), ((26.0, 25.5), 1)])
def test_a_tier_that_falls_enough_draws_the_work(prices, wins):
    """Two alike, one at 24 whatever it brings: the other's second price decides who works."""
    first, second = prices
    tiered = vendor("tiered", 30, cost_per_hour=first, tiers=(Tier(100, second),))
    flat = vendor("flat", 30, cost_per_hour=24.0)
    pools = tuple(replace(pool, contract=SCHEDULED) for pool in (tiered, flat))
    plan = centre(*pools, phone=5.0, mail=0.0).plan()
    found = [hours_of_days(plan, p).sum() for p in range(2)]
    assert np.argmax(found) == wins
    assert min(found) < 0.1 * max(found)


def test_tiers_of_contacts():
    """Both a dearer and a cheaper tier, at a price per contact."""
    tiers = (Tier(400, 5.0), Tier(1000, 3.0))
    pool = vendor(agents=60, days=14, cost_per_contact=4.0, tiers=tiers, contract=SCHEDULED)
    asked = centre(pool, phone=4.0, mail=1.0, days=14)
    week, without = settled(asked), solved(replace(asked, pools=(replace(pool, tiers=()),)))
    taken = asked.demand.contacts.sum()  # as if the fortnight were one week: two times the volumes
    more = week.program.objective - without.program.objective
    assert taken > 2 * 1000
    assert more == pytest.approx((taken - 800) * 1 - (taken - 2000) * 2)
    plan = asked.plan()
    a_week = taken / 2
    expected = 2 * (400 * 4 + 600 * 5 + (a_week - 1000) * 3)
    assert invoice(asked, plan, 0) == pytest.approx(expected, abs=0.01)


@given(
    seed=st.integers(0, 999),
    above=st.sampled_from([30.0, 90.0, 150.0]),
    price=st.sampled_from([0.0, 15.0, 24.0]),
    notice=st.sampled_from([0, 5]),
    share=st.sampled_from([1.0, 0.5]),
)
@settings(max_examples=10, deadline=None)
def test_a_falling_tier_never_makes_the_program_dearer(seed, above, price, notice, share):
    outside = vendor(
        agents=5,
        contract=SCHEDULED,
        minimum_hours_per_week=40,
        notice_days=notice,
        ordered_hours_per_week=80,
        max_share=share,
        max_share_of="hours",
    )
    asked = centre(team(agents=5, contract=SCHEDULED), outside, seed=seed)
    tiered = replace(outside, tiers=(Tier(above, price),))
    cheaper = settled(replace(asked, pools=(asked.pools[0], tiered)))
    assert cheaper.program.objective <= solved(asked).program.objective + 0.01


@pytest.mark.parametrize("branched", [True, False])
@given(
    seed=st.integers(0, 999),
    price=st.sampled_from([10.0, 22.0]),
    above=st.integers(10, 250),
    minimum=st.sampled_from([0.0, 150.0]),
    notice=st.sampled_from([0, 3]),
)
@settings(max_examples=8, deadline=None)
def test_the_plan_s_cost_is_its_invoice(branched, seed, price, above, minimum, notice):
    """Whichever way the tiers are settled, whole heads are paid as they will be billed."""
    pool = vendor(
        agents=7,
        tiers=(Tier(above, price),),
        contract=SCHEDULED,
        minimum_hours_per_week=minimum,
        notice_days=notice,
        ordered_hours_per_week=210,
    )
    asked = centre(pool, seed=seed, phone=3.0, mail=0.0)
    with pytest.MonkeyPatch.context() as patch:
        if not branched:
            patch.setattr(tiers_reached, "_BRANCHED", 0)
        plan = asked.plan()
    a_day = hours_of_days(plan, 0)
    billed = max(a_day.sum(), 30 * notice + a_day[notice:].sum())
    billed = max(billed, (notice * max(minimum, 210) + (7 - notice) * minimum) / 7)
    expected = 26 * billed - (26 - price) * max(billed - above, 0.0)
    assert invoice(asked, plan, 0) == pytest.approx(expected)
    missing = plan.understaffing[0]
    small = np.minimum(missing, 0.1 * asked.demand.positions[0])
    shortage = 200 * (small + 2 * (missing - small)).sum()
    assert plan.cost == pytest.approx(expected + shortage, abs=0.02)


@pytest.mark.parametrize("seed", range(4))
def test_trying_tiers_one_by_one_finds_what_branching_finds(seed, monkeypatch):
    """Two vendors whose prices fall at different volumes, and more work than either may do."""
    pools = tuple(
        replace(vendor(name, 6, tiers=tiers), contract=SCHEDULED)
        for name, tiers in (
            ("lyon", (Tier(150, 20.0), Tier(260, 17.0))),
            ("nice", (Tier(200, 15.0),)),
        )
    )
    asked = centre(*pools, seed=seed, phone=4.0, mail=0.0)
    best = settled(asked).program.objective
    monkeypatch.setattr(tiers_reached, "_BRANCHED", 0)
    week = solved(asked)
    tiers_reached.settle_tiers(week, week.program.solve)
    assert week.program.objective >= best - SLACK
    assert week.program.objective <= best * 1.01


def test_a_split_shift_covers_two_peaks():
    """Lunch and dinner: who has a long pause between them serves both, for half the hours."""
    usual = ShiftRules(10 * 60, 22 * 60, 60, (6.0,))
    split = replace(usual, split=SplitRule((6.0,), (240, 300), (3.0, 3.0), 12))
    found = []
    for shifts in (usual, split):
        asked = centre(
            vendor(agents=20, shifts=shifts, contract=SCHEDULED), hours=(8, 21), mail=0.0
        )
        hour = np.asarray(asked.times.tz_convert("Europe/Paris").hour)
        asked.demand.positions[:, ~np.isin(hour, (11, 12, 13, 18, 19, 20))] = 0.0
        week = solved(asked)
        assert week.value_or_zero(week.short).sum() == pytest.approx(0.0, abs=SLACK)
        found.append(hours(week).sum())
    assert found[0] == pytest.approx(2 * found[1])


def test_pools_of_the_same_queues_may_have_contracts_of_their_own():
    """Full and part time: each keeps its own hours, and both are needed."""
    full = team("full", 2, contract=Contract(hours_per_week=35))
    part = team("part", 3, contract=Contract(hours_per_week=20), cost_per_hour=50.0)
    plan = centre(full, part, phone=9.0).plan()
    for p, limit in ((0, 2 * 35), (1, 3 * 20)):
        total = hours_of_days(plan, p).sum()
        assert limit - 7 <= total <= limit
