"""Patience from waits of which many ended in an answer."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.patience import patience_from_totals, patience_from_waits, survival


def waits(patience, offered, rng):
    """Return waits and whether they ended in a hang-up: whichever comes first."""
    return np.minimum(patience, offered), patience < offered


@pytest.mark.parametrize("wait_s", [30.0, 180.0, 900.0])
def test_an_exponential_patience_is_found_within_three_standard_errors(wait_s):
    rng = np.random.default_rng(3)
    patience = rng.exponential(180.0, 4000)
    got = patience_from_waits(*waits(patience, rng.exponential(wait_s, 4000), rng))
    assert got.mean_s is not None
    assert got.standard_error_s is not None
    assert got.standard_error_s == pytest.approx(got.mean_s / math.sqrt(got.hangups))
    assert abs(got.mean_s - 180.0) < 3 * got.standard_error_s
    assert got.low_s < got.mean_s < got.high_s


def test_limits_hold_the_truth_as_often_as_they_say():
    rng, held = np.random.default_rng(5), 0
    for _ in range(1000):
        patience = rng.exponential(200.0, 60)
        got = patience_from_waits(*waits(patience, rng.exponential(50.0, 60), rng))
        held += got.low_s <= 200.0 <= got.high_s
    assert held / 1000 > 0.95 - 3 * math.sqrt(0.95 * 0.05 / 1000)


def test_the_mean_of_hang_ups_alone_would_be_far_too_short():
    rng = np.random.default_rng(7)
    wait, gone = waits(rng.exponential(300.0, 5000), rng.exponential(40.0, 5000), rng)
    got = patience_from_waits(wait, gone)
    assert wait[gone].mean() < 50 < 250 < (got.mean_s or 0)


def test_of_an_exponential_patience_the_median_and_the_bands_agree_with_the_mean():
    rng = np.random.default_rng(11)
    got = patience_from_waits(*waits(rng.exponential(100.0, 20_000), np.full(20_000, 400.0), rng))
    assert got.median_s == pytest.approx(got.exponential_median_s, rel=0.05)
    for band in got.bands:
        if band.hangups:
            error = (band.mean_s or 0) / math.sqrt(band.hangups)
            assert abs((band.mean_s or 0) - 100.0) < 4 * error
    assert sum(band.hangups for band in got.bands) == got.hangups
    assert sum(band.waited_s for band in got.bands) == pytest.approx(got.waited_s)


def test_a_patience_of_two_kinds_shows_in_the_bands():
    """Half would wait ten seconds on average, half ten minutes: nobody waits 200 s in between."""
    rng = np.random.default_rng(13)
    patience = rng.exponential(np.repeat([10.0, 600.0], 5000))
    got = patience_from_waits(*waits(patience, rng.exponential(200.0, 10_000), rng))
    first, last = (next(b for b in order if b.hangups) for order in (got.bands, got.bands[::-1]))
    assert (first.mean_s or 0) < 40 < 400 < (last.mean_s or 0)
    assert (got.median_s or 0) < 0.5 * (got.exponential_median_s or 0)


def test_half_that_is_never_seen_to_leave_is_not_known():
    got = patience_from_waits([10, 10, 10, 10], [True, False, False, False])
    assert got.median_s is None


def test_answers_and_hang_ups_at_once_change_nothing():
    wait, gone = [10.0, 20.0, 30.0], [True, False, True]
    got = patience_from_waits(wait, gone)
    more = patience_from_waits([*wait, 0, 0, float("nan")], [*gone, False, True, True])
    assert more == got


def test_nobody_hung_up_gives_a_lower_limit_and_no_number():
    got = patience_from_waits([100.0] * 30, [False] * 30)
    assert got.mean_s is None
    assert got.standard_error_s is None
    assert got.low_s == pytest.approx(3000 / 2.9957, rel=1e-4)
    assert math.isinf(got.high_s)


@given(st.lists(st.tuples(st.floats(0.1, 1e4), st.booleans()), min_size=1, max_size=40))
def test_contact_by_contact_and_totals_tell_the_same(contacts):
    wait, gone = np.array([w for w, _ in contacts]), np.array([g for _, g in contacts])
    single = patience_from_waits(wait, gone)
    whole = patience_from_totals(float(gone.sum()), float(wait.sum()))
    assert single.mean_s == pytest.approx(whole.mean_s) if gone.any() else single.mean_s is None
    times, left = survival(wait, gone)
    assert np.all(np.diff(left) <= 0)
    assert np.all((left >= 0) & (left <= 1))
    assert len(times) == len(set(wait[gone].tolist()))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: patience_from_totals(-1, 10), "hangups must be a number >= 0, got -1"),
        (lambda: patience_from_totals(1, 0), "waited_s must be a number > 0, got 0"),
        (lambda: patience_from_waits([1, 2], [True]), "hung_up must have the shape of wait_s"),
        (lambda: patience_from_waits([-1.0], [True]), "wait_s must be >= 0, got -1.0"),
        (lambda: patience_from_waits([0.0], [True]), "wait_s must hold a wait above 0, got none"),
    ],
)
def test_what_cannot_be_is_refused(ask, message):
    with pytest.raises(ValueError, match=message):
        ask()


@pytest.mark.parametrize("hangups", [1e18, 1e300])
def test_hangups_beyond_counting(hangups):
    got = patience_from_totals(hangups, 1e300)
    assert got.mean_s is not None
    assert got.low_s <= got.mean_s <= got.high_s
