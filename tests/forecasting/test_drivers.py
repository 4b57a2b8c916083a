"""Drivers as regressors: in their own units, known or usual, never from the days to come."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.drivers import Driver

MONDAY = dt.date(2027, 2, 1)
counts = st.lists(st.floats(1.0, 1e6), min_size=14, max_size=40)


def driver(values, effect="rate", lag_days=0, first=MONDAY):
    by_day = {first + dt.timedelta(days=i): v for i, v in enumerate(values) if v is not None}
    return Driver("orders", by_day, effect, lag_days)


@given(counts, st.floats(0.1, 10.0))
def test_a_rate_has_no_unit_and_twice_the_orders_are_a_log_of_two_more(values, unit):
    column, known = driver(values).column(MONDAY, len(values), 14)
    assert known.all()
    assert np.exp(column[:14]).mean() >= 0.99  # the mean of the past is 1, floors apart
    other, _ = driver([unit * v for v in values]).column(MONDAY, len(values), 14)
    np.testing.assert_allclose(other, column, atol=1e-9)
    doubled, _ = driver([*values[:14], *(2 * v for v in values[14:])]).column(
        MONDAY, len(values), 14
    )
    np.testing.assert_allclose(doubled[:14], column[:14])
    floor = np.mean(values[:14]) / 100
    above = np.array(values[14:]) >= floor
    np.testing.assert_allclose(doubled[14:][above] - column[14:][above], np.log(2))


@given(counts, st.sampled_from(["rate", "log", "linear"]), st.integers(0, 20))
def test_a_lag_moves_the_days_and_nothing_else(values, effect, lag):
    plain, known = driver(values, effect).column(MONDAY, len(values), 14)
    late, late_known = driver(values, effect, lag).column(
        MONDAY + dt.timedelta(days=lag), len(values), 14
    )
    assert (late_known == known).all()
    np.testing.assert_allclose(late, plain)


@given(counts, st.sampled_from(["rate", "log", "linear"]), st.floats(1.0, 1e6))
def test_days_to_come_do_not_change_the_past(values, effect, other):
    before, _ = driver(values, effect).column(MONDAY, len(values), 14)
    after, _ = driver([*values[:14], *[other] * len(values[14:])], effect).column(
        MONDAY, len(values), 14
    )
    np.testing.assert_allclose(after[:14], before[:14])


def test_linear_counts_standard_deviations_of_its_past():
    column, known = driver([1.0, 3.0, 1.0, 3.0, 5.0, None], "linear").column(MONDAY, 6, 4)
    assert column.tolist() == [-1, 1, -1, 1, 3, 0]
    assert known.tolist() == [True] * 5 + [False]


def test_an_unknown_day_counts_as_usual_for_its_weekday():
    weeks = [100.0, 50.0, 50.0, 50.0, 50.0, 25.0, 25.0] * 4
    column, known = driver([*weeks, 100.0]).column(MONDAY, 35, 28)
    assert known.tolist() == [True] * 29 + [False] * 6
    np.testing.assert_allclose(column[28:], column[:7])
    alike, _ = driver([50.0] * 28).column(MONDAY, 35, 28)
    assert not alike.any()


def test_a_day_of_no_orders_is_the_quietest_and_no_end():
    column, known = driver([100.0, 100.0, 0.0, 1.0], "rate").column(MONDAY, 4, 2)
    np.testing.assert_allclose(np.exp(column), [1.0, 1.0, 0.01, 0.01])
    assert known.all()
    price, _ = driver([100.0, 100.0, 0.1], "log").column(MONDAY, 3, 2)
    np.testing.assert_allclose(np.exp(price[2]), 0.001)


@pytest.mark.parametrize(
    ("values", "effect"),
    [([], "rate"), ([None, None, 7.0], "rate"), ([0.0, 0.0, 7.0], "rate"),
     ([4.0, 4.0, 7.0], "linear"), ([None, None, 7.0], "log")],
)  # fmt: skip
def test_a_driver_that_says_nothing_of_its_past_is_unknown(values, effect):
    column, known = driver(values, effect).column(MONDAY, 3, 2)
    assert not column.any()
    assert not known.any()


@pytest.mark.parametrize(
    ("effect", "value", "must"),
    [("rate", -1.0, "be a number >= 0"), ("rate", np.nan, "be a number >= 0"),
     ("log", 0.0, "be a number > 0"), ("linear", np.inf, "be a number")],
)  # fmt: skip
def test_values_that_no_such_driver_has_are_refused(effect, value, must):
    with pytest.raises(ValueError, match=f"driver orders must {must}, got {value} on 2027-02-01"):
        driver([value], effect)


def test_wrong_effects_and_lags_are_refused():
    with pytest.raises(ValueError, match="must be one of rate, log, linear, got ratio"):
        driver([1.0], "ratio")
    with pytest.raises(ValueError, match="lag_days of driver orders must be 0 or more, got -1"):
        driver([1.0], lag_days=-1)


def test_the_last_day_counts_the_lag():
    assert driver([1.0, 2.0], lag_days=3).last_day == dt.date(2027, 2, 5)
    assert driver([]).last_day is None
