"""The regression against an independent implementation and planted truths."""

import numpy as np
import pytest

from forecasting.columns import Columns
from forecasting.ridge import Group, Prior, fit_ridge, refit, robust_dispersion


def plain(table: np.ndarray) -> Columns:
    return Columns.build(table, np.empty((len(table), 0)))


def prior(*penalty: float) -> Prior:
    return Prior(np.diag(penalty), np.zeros(len(penalty)))


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
    ours = fit_ridge(plain(columns), counts, np.ones(400), prior(1e-9, 1e-9, 1e-9))
    # Their weights are the belief in each row, so that both maximise the same likelihood.
    theirs = api.GLM(counts, columns, family=api.families.Poisson(), var_weights=ours.weight).fit()
    assert ours.coefficients == pytest.approx(theirs.params, abs=2e-3)


def test_outliers_are_forgotten():
    counts = np.full(200, 100.0) + np.tile([-10.0, 10.0], 100)
    counts[50:55] = 5_000
    fit = fit_ridge(plain(np.ones((200, 1))), counts, np.ones(200), prior(1e-6))
    assert np.exp(fit.coefficients[0]) == pytest.approx(100, rel=0.02)
    assert fit.weight[52] < 0.01


def test_a_column_without_rows_stays_at_zero():
    columns = Columns.build(np.ones((50, 1)), np.zeros((50, 1)))
    fit = fit_ridge(columns, np.full(50, 7.0), np.ones(50), prior(1e-6, 1.0))
    assert fit.coefficients[1] == 0
    again = refit(columns, np.full(50, 7.0), np.ones(50), fit)
    assert again[0] == pytest.approx(np.log(7))


def test_a_column_without_rows_stays_at_its_centre():
    columns = Columns.build(np.ones((50, 1)), np.zeros((50, 1)))
    thought = Prior(np.diag([1e-6, 1.0]), np.array([0.0, 0.4]))
    fit = fit_ridge(columns, np.full(50, 7.0), np.ones(50), thought)
    assert fit.coefficients[1] == pytest.approx(0.4)


def test_the_evidence_shrinks_what_is_noise_and_frees_what_is_not():
    rng = np.random.default_rng(8)
    flags = (rng.random((600, 20)) < 0.05).astype(float)
    true = np.r_[np.zeros(10), rng.normal(0, 0.8, 10)]  # ten columns of nothing, ten that matter
    counts = rng.poisson(np.exp(4 + flags @ true)).astype(float)
    penalty = np.diag(np.r_[1e-6, np.full(20, 4.0)])
    groups = (Group(slice(1, 11), 0.1, 1e3), Group(slice(11, 21), 0.1, 1e3))
    columns = Columns.build(np.ones((600, 1)), flags)
    fit = fit_ridge(columns, counts, np.ones(600), Prior(penalty, np.zeros(21), groups))
    scaled = np.diag(fit.prior.penalty)
    assert scaled[1] > 20 * scaled[11]
    without = fit_ridge(columns, counts, np.ones(600), Prior(penalty, np.zeros(21)))
    error = np.abs(fit.coefficients[1:] - true)[:10].mean()
    assert error < 0.6 * np.abs(without.coefficients[1:] - true)[:10].mean()


def test_dispersion_of_poisson_counts_is_one():
    rng = np.random.default_rng(5)
    for mean in (0.3, 2.0, 50.0):
        got = robust_dispersion(rng.poisson(mean, 20_000).astype(float), np.full(20_000, mean))
        assert got == pytest.approx(1.0, abs=0.12)  # a median of counts moves in steps
    rough = rng.poisson(rng.gamma(25, 2, 20_000)).astype(float)  # variance 50 + 100
    assert robust_dispersion(rough, np.full(20_000, 50.0)) == pytest.approx(3.0, abs=0.3)
