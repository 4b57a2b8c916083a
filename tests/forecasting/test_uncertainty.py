"""Quantiles and sample paths against theory."""

import numpy as np
import pytest
from scipy import stats

from forecasting.uncertainty import Spread, count_quantile, day_factors


def spreads(
    days: int = 28, queues: int = 3, day: float = 0.1, drift: float = 0.1, event: float = 0.0
) -> list[Spread]:
    return [
        Spread(np.full(days, day), np.full(days, drift), 0.98, {"event x": np.full(days, event)})
        for _ in range(queues)
    ]


@pytest.mark.parametrize("mean", [2.0, 8.0, 60.0, 900.0])
@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_quantiles_of_poisson_counts(mean, q):
    exact = stats.poisson.ppf(q, mean)
    assert abs(float(count_quantile(q, mean, 0.0, 1.0)) - exact) <= 1.0


def test_quantiles_of_mixed_counts():
    rng = np.random.default_rng(2)
    counts = rng.poisson(80 * np.exp(0.2 * rng.standard_normal(100_000) - 0.02))
    for q in (0.1, 0.5, 0.9):
        got = float(count_quantile(q, 80.0, 0.2, 1.0))
        assert got == pytest.approx(np.quantile(counts, q), rel=0.03)


def test_zero_means_zero():
    assert count_quantile(0.9, np.zeros(3), 0.2, 1.0).tolist() == [0, 0, 0]


def test_paths_have_the_spread_and_correlation_asked_for():
    rng = np.random.default_rng(4)
    factors = day_factors(spreads(day=0.1, drift=0.0), 0.5, 8_000, rng)
    assert factors.mean(axis=0) == pytest.approx(np.ones((3, 28)), abs=1e-12)
    log = np.log(factors)
    assert log.std(axis=0).mean() == pytest.approx(0.1, rel=0.03)
    assert np.corrcoef(log[:, 0, 5], log[:, 1, 5])[0, 1] == pytest.approx(0.5, abs=0.04)
    assert np.corrcoef(log[:, 0, 5], log[:, 0, 6])[0, 1] == pytest.approx(0.0, abs=0.04)


def test_level_errors_last_from_day_to_day_and_events_as_a_whole():
    rng = np.random.default_rng(4)
    log = np.log(day_factors(spreads(day=0.0, drift=0.2), 0.0, 4_000, rng))
    assert np.corrcoef(log[:, 0, 5], log[:, 0, 6])[0, 1] == pytest.approx(0.98, abs=0.01)
    log = np.log(day_factors(spreads(day=0.0, drift=0.0, event=0.3), 0.0, 4_000, rng))
    assert np.corrcoef(log[:, 0, 0], log[:, 0, 27])[0, 1] == pytest.approx(1.0, abs=1e-6)
    assert log[:, 0, 0].std() == pytest.approx(0.3, rel=0.06)


@pytest.mark.parametrize("replications", [1, 2, 7])
def test_any_number_of_replications(replications):
    factors = day_factors(spreads(), 0.3, replications, np.random.default_rng(1))
    assert factors.shape == (replications, 3, 28)
    assert np.isfinite(factors).all()
