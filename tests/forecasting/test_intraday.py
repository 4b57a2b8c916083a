"""A forecast re-anchored on what came: laws, cases by hand, habits found again, real days."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.history import History
from forecasting.intraday import Habits, anchor, handling_factor, learn_habits, outages

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HOURS = np.arange(8, 18)
MEAN = np.full(10, 40.0)
DAY = np.zeros(10, dtype=int)
SIGMA = np.full(10, 0.2)
UNKNOWN = np.full(10, np.nan)


def known_until(hour, ratio, mean=MEAN):
    return np.where(hour > HOURS, mean * ratio, np.nan)


def test_nothing_known_leaves_the_plan_as_it_is():
    found = anchor(MEAN, UNKNOWN, SIGMA, DAY, HOURS, Habits())
    assert (found.factor == 1).all()
    assert (found.kept == 1).all()
    assert (found.expected == MEAN).all()


def test_what_came_as_planned_leaves_the_plan_and_makes_it_surer():
    found = anchor(MEAN, known_until(12, 1.0), SIGMA, DAY, HOURS, Habits())
    assert found.factor == pytest.approx(np.ones(10))
    assert (found.kept < 1).all()


def test_a_day_worked_by_hand():
    # Prior variance 0.04 of one factor, 100 planned, 120 came, Poisson: 1 + 0.04 * 20 / (4 + 1).
    sure = np.full(2, np.sqrt(np.log1p(0.04)))
    steady = Habits(sd=0.0, noise=1.0)
    found = anchor([100, 50], [120, np.nan], sure, [0, 0], [9, 10], steady)
    assert found.factor == pytest.approx([1.16, 1.16])
    assert found.expected == pytest.approx([116, 58])
    assert found.spread[1, 1] == pytest.approx(0.04 - 4**2 / 500)  # 0.04 less what is explained


def test_a_surprise_far_beyond_the_forecast_is_believed_more():
    # The same, 200 came: z^2 = 100^2 / 500 = 20, so the variance is (4 + 20) / (4 + 1) times 0.04.
    sure = np.full(2, np.sqrt(np.log1p(0.04)))
    found = anchor([100, 50], [200, np.nan], sure, [0, 0], [9, 10], Habits(sd=0.0, noise=1.0))
    assert found.factor[1] == pytest.approx(1 + 0.192 * 100 / (19.2 + 1))


def test_noisier_counts_are_believed_less():
    quiet, noisy = (
        anchor(MEAN, known_until(12, 1.3), SIGMA, DAY, HOURS, Habits(noise=noise)).factor[-1]
        for noise in (1.0, 5.0)
    )
    assert 1 < noisy < quiet


def test_recent_hours_tell_more_of_the_next_ones():
    found = anchor(MEAN, known_until(12, 1.3), SIGMA, DAY, HOURS, Habits(sd=0.2, memory_h=2))
    later = found.factor[HOURS >= 12]
    assert (np.diff(later) < 0).all()


@given(ratio=st.floats(0.05, 4), hour=st.integers(9, 17), sd=st.floats(0, 0.4))
def test_the_factor_lies_between_the_plan_and_scaling(ratio, hour, sd):
    found = anchor(MEAN, known_until(hour, ratio), SIGMA, DAY, HOURS, Habits(sd=sd))
    rest = found.factor[hour <= HOURS]
    low, high = min(1, ratio), max(1, ratio)
    assert (rest >= low - 1e-9).all()
    assert (rest <= high + 1e-9).all()


@given(ratio=st.floats(0.05, 3), more=st.floats(0.01, 1), hour=st.integers(9, 17))
def test_more_that_came_never_lowers_what_is_expected(ratio, more, hour):
    less, most = (
        anchor(MEAN, known_until(hour, r), SIGMA, DAY, HOURS, Habits()).factor
        for r in (ratio, ratio + more)
    )
    assert (most >= less - 1e-12).all()


def test_a_surprise_carries_to_the_next_day_in_part_and_fades():
    days = np.repeat(np.arange(3), 10)
    actual = np.where(days == 0, 60.0, np.nan)
    found = anchor(np.tile(MEAN, 3), actual, np.full(30, 0.2), days, np.tile(HOURS, 3), Habits())
    today, next_day, after = (found.factor[days == d].mean() for d in range(3))
    assert 1 < after < next_day < today < 1.5


def test_without_carry_the_next_day_stays():
    days = np.repeat(np.arange(2), 10)
    actual = np.where(days == 0, 60.0, np.nan)
    habits = Habits(carry=0.0)
    found = anchor(np.tile(MEAN, 2), actual, np.full(20, 0.2), days, np.tile(HOURS, 2), habits)
    assert found.factor[days == 1] == pytest.approx(np.ones(10))


def test_a_rest_of_the_day_is_counted_with_its_band():
    found = anchor(MEAN, known_until(12, 1.2), SIGMA, DAY, HOURS, Habits())
    mean, low, high = found.total(HOURS >= 12)
    assert mean == pytest.approx(found.expected[HOURS >= 12].sum())
    assert low < mean < high
    assert found.total(HOURS > 99) == (0, 0, 0)


def test_the_band_of_the_rest_holds_eight_of_ten():
    rng = np.random.default_rng(5)
    habits, inside, days = Habits(sd=0.15, memory_h=2.0, noise=1.0), 0, 600
    apart = np.abs(HOURS[:, None] - HOURS[None, :])
    spread = 0.2**2 + 0.15**2 * np.exp(-apart / 2.0)
    total = np.full(10, np.sqrt(0.2**2 + 0.15**2 * np.exp(-apart / 2.0).mean()))
    rest = HOURS >= 12
    for _ in range(days):
        log = rng.multivariate_normal(np.zeros(10), spread)
        count = rng.poisson(MEAN * np.exp(log - np.diag(spread) / 2)).astype(float)
        found = anchor(MEAN, np.where(rest, np.nan, count), total, DAY, HOURS, habits)
        _, low, high = found.total(rest)
        inside += low <= count[rest].sum() <= high
    assert inside / days == pytest.approx(0.8, abs=3 * np.sqrt(0.16 / days) + 0.02)


def test_closed_hours_have_no_factor():
    mean = np.where(HOURS < 10, 0.0, MEAN)
    found = anchor(mean, np.where(HOURS < 12, 60.0, np.nan), SIGMA, DAY, HOURS, Habits())
    assert (found.factor[HOURS < 10] == 1).all()
    assert found.expected[HOURS < 10].sum() == 0


def test_a_stretch_of_nothing_in_an_open_queue_is_an_outage():
    actual = np.where((HOURS >= 10) & (HOURS < 12), 0.0, 40.0)
    assert outages(MEAN, actual, SIGMA, 1.0).nonzero()[0].tolist() == [2, 3]


def test_a_quiet_queue_has_no_outage():
    assert not outages(MEAN / 100, np.zeros(10), SIGMA, 1.0).any()


def test_closed_hours_do_not_part_an_outage():
    mean = np.array([4.0, 0.0, 4.0])
    assert outages(mean, np.zeros(3), np.full(3, 0.1), 1.0).tolist() == [True, False, True]


def test_handling_times_are_believed_by_half_after_a_hundred_contacts():
    assert handling_factor(30_000, 36_000, 100) == pytest.approx(1.1)
    assert handling_factor(300, 600, 1) == pytest.approx(1 + 1 / 101)
    assert handling_factor(0, 0, 0) == 1


def past(days=210, sd=0.2, noise=1, carry=0.0, seed=3):
    """Return a queue of 12 open hours whose days and hours stray as told."""
    rng = np.random.default_rng(seed)
    hours = np.arange(12)
    cover = sd**2 * np.exp(-np.abs(hours[:, None] - hours) / 2.0)
    level, counts = 0.0, np.zeros((days, 24))
    for d in range(days):
        level = carry * level + np.sqrt(1 - carry**2) * rng.normal(0, 0.15)
        log = level + rng.multivariate_normal(np.zeros(12), cover)
        counts[d, 8:20] = noise * rng.poisson(60 / noise * np.exp(log))
    is_open = np.zeros((7, 24), dtype=bool)
    is_open[:, 8:20] = True
    return History("q", "UTC", 3600, dt.date(2026, 1, 5), counts, None, is_open)


def test_habits_of_a_made_up_past_are_found_again():
    found = learn_habits(past())
    assert found.sd == pytest.approx(0.2, abs=0.05)
    assert found.memory_h in (1.0, 2.0, 4.0)
    assert found.noise < 2


def test_a_steady_past_has_no_wandering_hours():
    assert learn_habits(past(sd=1e-6)).sd < 0.06


def test_counts_that_come_in_clumps_are_noisy():
    assert learn_habits(past(sd=1e-6, noise=4)).noise == pytest.approx(4, abs=1)


def test_days_that_go_on_as_they_were_carry_more():
    apart, together = (learn_habits(past(sd=1e-6, carry=c)).carry for c in (0.0, 0.9))
    assert apart < 0.4 < together


@pytest.mark.parametrize("days", [0, 1, 6])
def test_a_past_too_short_tells_the_usual(days):
    assert learn_habits(past().until(dt.date(2026, 1, 5) + dt.timedelta(days=days))) == Habits()


def test_a_past_by_the_day_tells_nothing_of_hours():
    week = np.full((70, 1), 100.0)
    found = learn_habits(
        History("q", "UTC", 86_400, dt.date(2026, 1, 5), week, None, np.ones((7, 1), dtype=bool))
    )
    assert (found.sd, found.memory_h, found.noise) == (Habits().sd, Habits().memory_h, 1.0)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the real series of ../shared are not here")
@pytest.mark.parametrize("number", range(4))
def test_on_real_days_it_beats_waiting_and_scaling(number):
    from benchmarks.intraday import every_series, rests
    from forecasting.accuracy import wape

    found = rests(every_series()[number], 16)
    actual = [one.actual for one in found]
    plan, scaled, ours = (
        wape(actual, [getattr(one, name) for one in found]) for name in ("plan", "scaled", "ours")
    )
    assert ours < min(plan, scaled)
