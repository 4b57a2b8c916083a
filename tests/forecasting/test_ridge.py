"""The regression against an independent implementation and planted truths."""

import numpy as np
import pytest

from forecasting.columns import Columns
from forecasting.ridge import fit_ridge, refit, robust_dispersion


def plain(table: np.ndarray) -> Columns:
    return Columns.build(table, np.empty((len(table), 0)))


def test_products_are_those_of_dense_matrices():
    rng = np.random.default_rng(1)
    waves, flags = rng.normal(size=(40, 5)), (rng.random((40, 9)) < 0.2).astype(float)
    dense, columns = np.hstack([waves, flags]), Columns.build(waves, flags)
    weights, coefficients = rng.random(40), rng.normal(size=14)
    assert columns.gram(weights) == pytest.approx((dense * weights[:, None]).T @ dense)
    assert columns.times(coefficients) == pytest.approx(dense @ coefficients)
    assert columns.across(weights) == pytest.approx(dense.T @ weights)
    assert columns.rows(np.arange(3)).times(coefficients) == pytest.approx(dense[:3] @ coefficients)


def test_without_penalty_it_is_the_poisson_regression_of_statsmodels():
    api = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(3)
    columns = np.column_stack([np.ones(400), rng.normal(size=(400, 2))])
    counts = rng.poisson(np.exp(columns @ [3.0, 0.2, -0.1])).astype(float)
    ours = fit_ridge(plain(columns), counts, np.ones(400), np.full(3, 1e-9))
    # Their weights are the belief in each row, so that both maximise the same likelihood.
    theirs = api.GLM(counts, columns, family=api.families.Poisson(), var_weights=ours.weight).fit()
    assert ours.coefficients == pytest.approx(theirs.params, abs=2e-3)


def test_outliers_are_forgotten():
    counts = np.full(200, 100.0) + np.tile([-10.0, 10.0], 100)
    counts[50:55] = 5_000
    fit = fit_ridge(plain(np.ones((200, 1))), counts, np.ones(200), np.array([1e-6]))
    assert np.exp(fit.coefficients[0]) == pytest.approx(100, rel=0.02)
    assert fit.weight[52] < 0.01


def test_a_column_without_rows_stays_at_zero():
    columns = Columns.build(np.ones((50, 1)), np.zeros((50, 1)))
    fit = fit_ridge(columns, np.full(50, 7.0), np.ones(50), np.array([1e-6, 1.0]))
    assert fit.coefficients[1] == 0
    assert refit(columns, np.full(50, 7.0), np.ones(50), np.array([1e-6, 1.0]), fit)[
        0
    ] == pytest.approx(np.log(7))


def test_dispersion_of_poisson_counts_is_one():
    rng = np.random.default_rng(5)
    for mean in (0.3, 2.0, 50.0):
        got = robust_dispersion(rng.poisson(mean, 20_000).astype(float), np.full(20_000, mean))
        assert got == pytest.approx(1.0, abs=0.12)  # a median of counts moves in steps
    rough = rng.poisson(rng.gamma(25, 2, 20_000)).astype(float)  # variance 50 + 100
    assert robust_dispersion(rough, np.full(20_000, 50.0)) == pytest.approx(3.0, abs=0.3)
