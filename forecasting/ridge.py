"""Ridge-penalised quasi-Poisson regression that forgets outliers and weighs its own penalties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import solve

if TYPE_CHECKING:
    from forecasting.columns import Columns
    from forecasting.history import FloatArray

_ROUNDS, _LIMIT = 4, 2.0  # rounds of reweighting; standard deviations that are believed in full
_MEDIAN_CHI2 = 0.455  # median of a squared standard normal
_LOG_LIMIT = 30.0
_RARE = 3.0  # below this median count a median of squares says nothing
_DOUBT = 0.5  # columns' worth of evidence that stand behind a penalty as it is stated


@dataclass(frozen=True, slots=True)
class Group:
    """Columns whose penalty the data may scale: how much of them there is, they tell themselves.

    Parameters
    ----------
    columns
        The columns.
    low, high
        Least and largest scale of the stated penalty.
    """

    columns: slice
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Prior:
    """What is thought of the coefficients before the data speak.

    Parameters
    ----------
    penalty
        Inverse covariance on the log scale [K, K], positive definite.
    centre
        Expected coefficients [K].
    groups
        Columns whose penalty is scaled by the evidence.
    """

    penalty: FloatArray
    centre: FloatArray
    groups: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """What a regression found.

    Parameters
    ----------
    coefficients
        On the log scale [K].
    weight
        How far each row is believed, 0 to 1 [N].
    dispersion
        Variance over mean, at least 1.
    inflation
        Rows over rows less parameters used: by how much squared errors ahead exceed fitted ones.
    prior
        The prior with its penalties as the evidence scaled them.
    variance
        Variance of each coefficient given the data [K].
    """

    coefficients: FloatArray
    weight: FloatArray
    dispersion: float
    inflation: float
    prior: Prior
    variance: FloatArray


def mean_of(columns: Columns, coefficients: FloatArray) -> FloatArray:
    """Return expected counts [N] of rows [N, K], kept finite."""
    return exp(columns.times(coefficients))


def exp(log: FloatArray) -> FloatArray:
    """Return the exponential, kept within e**-30 and e**30."""
    return np.exp(np.clip(log, -_LOG_LIMIT, _LOG_LIMIT))


def fit_ridge(columns: Columns, counts: FloatArray, memory: FloatArray, prior: Prior) -> Fit:
    """Return the fit of counts on columns.

    Newton's method on the quasi-likelihood of ``log E[count] = columns @ coefficients`` with
    variance ``dispersion * mean``, less half the prior's squared distance. Rows beyond two
    standard deviations are weighted down by the square of their excess, in four rounds; after
    each, the penalties of the prior's groups are scaled by the evidence (MacKay's rule: columns
    that the data determine over the sum of their squares), so that events which do not matter
    to a queue fade away.

    Parameters
    ----------
    columns
        Regressors [N, K].
    counts
        Counts, zero or more [N].
    memory
        Weight of each row by age [N]; rows of weight 0 teach nothing.
    prior
        Penalties and expected coefficients.

    Examples
    --------
    >>> from forecasting.columns import Columns
    >>> level = Columns.build(np.ones((3, 1)), np.empty((3, 0)))
    >>> flat = Prior(np.array([[1e-9]]), np.zeros(1))
    >>> fit = fit_ridge(level, np.array([9.0, 10, 11]), np.ones(3), flat)
    >>> float(np.exp(fit.coefficients[0]))
    10.0
    """
    start = np.log((counts + counts.mean()) / 2 + 1e-9)
    gram = columns.gram(memory) + prior.penalty
    target = columns.across(memory * start) + prior.penalty @ prior.centre
    coefficients = _solve(gram, target)
    dispersion = max(1.0, 0.05 * float(counts.mean()))
    for _ in range(4):
        coefficients = _newton(columns, counts, memory / dispersion, prior, coefficients)
    robust, covariance = np.ones(len(counts)), gram
    for _ in range(_ROUNDS):
        robust, dispersion = _belief(counts, mean_of(columns, coefficients))
        weight = memory * robust / dispersion
        for _ in range(2):
            coefficients = _newton(columns, counts, weight, prior, coefficients)
        information = columns.gram(weight * mean_of(columns, coefficients))
        covariance = np.asarray(np.linalg.inv(information + prior.penalty), dtype=np.float64)
        used = float(np.sum(covariance * information))
        prior = _by_evidence(prior, covariance, coefficients)
    inflation = len(counts) / max(len(counts) - used, 0.5 * len(counts))
    return Fit(coefficients, robust, dispersion, inflation, prior, np.diag(covariance).copy())


def refit(
    columns: Columns, counts: FloatArray, memory: FloatArray, near: Fit, prior: Prior | None = None
) -> FloatArray:
    """Return coefficients for a memory or a prior that differ a little from those of a fit.

    Two steps of Newton's method from it; rows are believed as they were, and the penalties are
    the fit's unless ``prior`` states others.
    """
    coefficients, weight = near.coefficients, memory * near.weight / near.dispersion
    for _ in range(2):
        coefficients = _newton(columns, counts, weight, prior or near.prior, coefficients)
    return coefficients


def _by_evidence(prior: Prior, covariance: FloatArray, coefficients: FloatArray) -> Prior:
    """Return the prior with each group's penalty scaled by what the data say of its size."""
    penalty = prior.penalty.copy()
    groups = []
    for group in prior.groups:
        own = group.columns
        part, away = prior.penalty[own, own], (coefficients - prior.centre)[own]
        determined = len(away) - float(np.sum(part * covariance[own, own]))
        scale = (max(determined, 0.0) + _DOUBT) / (float(away @ part @ away) + _DOUBT)
        scale = min(max(scale, group.low), group.high)
        penalty[own, own] = part * scale
        groups.append(Group(own, group.low / scale, group.high / scale))
    return Prior(penalty, prior.centre, tuple(groups))


def _solve(matrix: FloatArray, right: FloatArray) -> FloatArray:
    solution: FloatArray = solve(matrix, right, assume_a="pos", check_finite=False)
    return solution


def _belief(counts: FloatArray, mean: FloatArray) -> tuple[FloatArray, float]:
    """Return robust weights [N] and the dispersion they rest on."""
    dispersion = robust_dispersion(counts, mean)
    sd = np.sqrt(dispersion * mean)
    score = np.abs(counts - mean) / sd
    limit = (
        _LIMIT + 1.0 / sd
    )  # small counts are skewed: one where a tenth is expected is no outlier
    return np.minimum(1.0, (limit / np.maximum(score, 1e-9)) ** 2), dispersion


def _newton(
    columns: Columns,
    counts: FloatArray,
    weight: FloatArray,
    prior: Prior,
    coefficients: FloatArray,
) -> FloatArray:
    """Return coefficients after one step, bounded so that a bad start cannot run away."""
    mean = mean_of(columns, coefficients)
    pull = prior.penalty @ (coefficients - prior.centre)
    gradient = columns.across(weight * (counts - mean)) - pull
    hessian = columns.gram(weight * mean) + prior.penalty
    step: FloatArray = np.clip(_solve(hessian, gradient), -2.0, 2.0)
    return coefficients + step


def robust_dispersion(counts: FloatArray, mean: FloatArray) -> float:
    """Return variance over mean, at least 1, that outliers do not move.

    The median of squared errors where counts are large enough for one, else their bounded mean.
    """
    square = (counts - mean) ** 2 / mean
    if float(np.median(mean)) >= _RARE:
        return max(1.0, float(np.median(square)) / _MEDIAN_CHI2)
    return max(1.0, float(np.mean(np.minimum(square, 9.0))))
