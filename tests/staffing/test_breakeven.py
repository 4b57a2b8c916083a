"""The price at which a mix switches: worked out by hand, and the laws of such curves."""

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.breakeven import Bought, PriceCurve, price_curve
from staffing.pools import ShiftRules
from tests.staffing.instances import SHORTAGE, centre, vendor
from tests.staffing.mix_afresh import Afresh

SHORT = ShiftRules(8 * 60, 12 * 60, 60, (4.0,))  # one shift a day, as long as the queues are open


def curve_of(asked, name, *, low=10.0, high=80.0, points=14):
    mix = Afresh(asked.demand, asked.pools, asked.days, asked.times, shortage_price=SHORTAGE)

    def buy(price):
        found = mix.solve(prices={name: price})
        return Bought(price, found.paid_hours[name], found.cost)

    *_, curve = price_curve(buy, low, high, points=points)
    return curve


def two_vendors(agents=5, **second):
    """Return four positions of telephone from 8 to 12 on seven days, for either of two vendors."""
    same: dict[str, Any] = {"shrinkage": 0.2, "shifts": SHORT, "speed": {"phone": 1.0}}
    first, other = vendor("lyon", agents, **same), vendor("lille", agents, **{**same, **second})
    return centre(first, other, hours=(8, 12), phone=4.0, mail=0.0)


def test_vendors_alike_switch_at_the_other_s_price():
    curve = curve_of(two_vendors(cost_per_hour=24.0), "lyon")
    prices = (curve.all_below, curve.half_at, curve.none_above)
    assert prices == pytest.approx((24.0, 24.0, 24.0), abs=0.01)
    # four positions take five heads a day net of 20 %; five agents have 25 days of four hours in a
    # week, so that ten heads are left to the other whatever they cost
    assert (curve.most, curve.least) == pytest.approx((4 * 25, 4 * 10))


def test_a_slower_vendor_switches_at_his_speed_times_the_other_s_price():
    asked = two_vendors(20, cost_per_hour=20.0, speed={"phone": 0.8})
    assert curve_of(asked, "lille").half_at == pytest.approx(0.8 * 26.0, abs=0.01)
    assert curve_of(asked, "lyon").half_at == pytest.approx(20.0 / 0.8, abs=0.01)


def test_hours_do_not_fall_below_a_minimum():
    asked = two_vendors(cost_per_hour=24.0)
    asked = replace(asked, pools=(replace(asked.pools[0], minimum_hours_per_week=60.0),
                                  asked.pools[1]))  # fmt: skip
    curve = curve_of(asked, "lyon")
    assert curve.least == pytest.approx(60.0)
    assert curve.half_at == pytest.approx(24.0, abs=0.3)


@pytest.mark.slow
def test_cost_is_concave_and_hours_fall_with_the_price():
    speed = {"phone": 0.9, "mail": 1.1}
    other = vendor("lille", 6, cost_per_hour=24.0, speed=speed, minimum_hours_per_week=20.0)
    asked = centre(vendor("lyon", 8), other, seed=3)
    curve = curve_of(asked, "lyon", points=9)
    for left, right in itertools.pairwise(curve.points):
        assert right.amount <= left.amount + 1e-6
        assert right.cost >= left.cost - 1e-6
    for one, two, three in zip(curve.points, curve.points[1:], curve.points[2:], strict=False):
        first = (two.cost - one.cost) / (two.price - one.price)
        second = (three.cost - two.cost) / (three.price - two.price)
        assert second <= first + 1e-6


MIXES = st.lists(st.tuples(st.floats(0, 500), st.floats(0, 20_000)), min_size=1, max_size=6)


def buyer(mixes):
    """Return who buys the cheapest of mixes (amount of the pool, cost of the rest)."""

    def buy(price):
        amount, rest = min(mixes, key=lambda mix: (mix[1] + mix[0] * price, mix[0]))
        return Bought(price, amount, rest + amount * price)

    return buy


@given(MIXES, st.integers(2, 30))
def test_curves_fall_and_their_prices_are_in_order(mixes, points):
    curves = list(price_curve(buyer(mixes), 10.0, 80.0, points=points))
    for curve in curves:
        amounts = [amount for _, amount in curve.corners()]
        assert amounts == sorted(amounts, reverse=True)
        assert [price for price, _ in curve.corners()] == sorted(p for p, _ in curve.corners())
        if curve.moves:
            assert 10.0 <= curve.all_below <= curve.half_at <= curve.none_above <= 80.0
    assert len(curves[-1].points) <= max(points, 2)


@given(st.floats(11, 79), st.floats(20, 500), st.floats(0, 10))
def test_a_single_switch_is_found_to_the_cent_in_few_solves(at, most, least):
    mixes = [(most, 0.0), (least, (most - least) * at)]
    *_, curve = price_curve(buyer(mixes), 10.0, 80.0, points=30)
    assert curve.half_at == pytest.approx(at, abs=0.005)
    assert len(curve.points) <= 3


def test_what_nobody_buys_does_not_move():
    *_, curve = price_curve(buyer([(0.0, 100.0)]), 10.0, 80.0)
    assert not curve.moves
    assert (curve.most, curve.least, len(curve.points)) == (0.0, 0.0, 2)


def test_known_prices_are_not_solved_again():
    asked = []

    def buy(price):
        asked.append(price)
        return Bought(price, 1.0, price)

    *_, curve = price_curve(buy, 10.0, 80.0, (Bought(26.0, 1.0, 26.0),))
    assert asked == [10.0, 80.0]
    assert [point.price for point in curve.points] == [10.0, 26.0, 80.0]


@pytest.mark.parametrize(("low", "high", "points"), [(10, 10, 5), (20, 10, 5), (10, 80, 1)])
def test_a_range_must_be_one(low, high, points):
    with pytest.raises(ValueError, match="the range must have low < high"):
        list(price_curve(lambda price: Bought(price, 0.0, 0.0), low, high, points=points))


def test_a_curve_of_one_price_is_flat():
    curve = PriceCurve((Bought(26.0, 5.0, 1.0),))
    assert (curve.moves, curve.corners(), curve.half_at) == (False, [(26.0, 5.0)], 26.0)
