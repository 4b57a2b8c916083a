"""Ridge-penalised quasi-Poisson regression that forgets outliers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array
from scipy.sparse.linalg import splu

if TYPE_CHECKING:
    from forecasting.columns import Columns
    from forecasting.history import FloatArray

_ROUNDS, _LIMIT = 4, 2.0  # rounds of reweighting; standard deviations that are believed in full
_MEDIAN_CHI2 = 0.455  # median of a squared standard normal
_LOG_LIMIT = 30.0
_RARE = 3.0  # below this median count a median of squares says nothing


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
    """

    coefficients: FloatArray
    weight: FloatArray
    dispersion: float
    inflation: float


def mean_of(columns: Columns, coefficients: FloatArray) -> FloatArray:
    """Return expected counts [N] of rows [N, K], kept finite."""
    return exp(columns.times(coefficients))


def exp(log: FloatArray) -> FloatArray:
    """Return the exponential, kept within e**-30 and e**30."""
    return np.exp(np.clip(log, -_LOG_LIMIT, _LOG_LIMIT))


def fit_ridge(columns: Columns, counts: FloatArray, memory: FloatArray, penalty: FloatArray) -> Fit:
    """Return the fit of counts on columns.

    Newton's method on the quasi-likelihood of ``log E[count] = columns @ coefficients`` with
    variance ``dispersion * mean``, less ``penalty * coefficients**2 / 2``. Rows beyond two
    standard deviations are weighted down by the square of their excess, in four rounds.

    Parameters
    ----------
    columns
        Regressors [N, K].
    counts
        Counts, zero or more [N].
    memory
        Weight of each row by age [N].
    penalty
        Ridge penalty of each coefficient [K], all positive.

    Examples
    --------
    >>> from forecasting.columns import Columns
    >>> level = Columns.build(np.ones((3, 1)), np.empty((3, 0)))
    >>> fit = fit_ridge(level, np.array([9.0, 10, 11]), np.ones(3), np.array([1e-9]))
    >>> float(np.exp(fit.coefficients[0]))
    10.0
    """
    start = np.log((counts + counts.mean()) / 2 + 1e-9)
    gram = columns.gram(memory) + np.diag(penalty)
    coefficients = _solve(gram, columns.across(memory * start))
    dispersion = max(1.0, 0.05 * float(counts.mean()))
    for _ in range(4):
        coefficients = _newton(columns, counts, memory / dispersion, penalty, coefficients)
    robust = np.ones(len(counts))
    for _ in range(_ROUNDS):
        robust, dispersion = _belief(counts, mean_of(columns, coefficients))
        for _ in range(2):
            weight = memory * robust / dispersion
            coefficients = _newton(columns, counts, weight, penalty, coefficients)
    mean = mean_of(columns, coefficients)
    information = columns.gram(memory * robust * mean / dispersion)
    used = float(np.trace(_solve(information + np.diag(penalty), information)))
    inflation = len(counts) / max(len(counts) - used, 0.5 * len(counts))
    return Fit(coefficients, robust, dispersion, inflation)


def refit(
    columns: Columns, counts: FloatArray, memory: FloatArray, penalty: FloatArray, near: Fit
) -> FloatArray:
    """Return coefficients for rows that differ a little from those of a fit: two steps from it."""
    robust, dispersion = _belief(counts, mean_of(columns, near.coefficients))
    coefficients = near.coefficients
    for _ in range(2):
        weight = memory * robust / dispersion
        coefficients = _newton(columns, counts, weight, penalty, coefficients)
    return coefficients


def _solve(matrix: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solution of ``matrix @ x = right``.

    Sparse factors, because most pairs of flags never meet, and because threaded dense solvers
    were seen to take twenty times as long where other work shares the processor.
    """
    solution: FloatArray = splu(csc_array(matrix)).solve(right)
    return solution


def _belief(counts: FloatArray, mean: FloatArray) -> tuple[FloatArray, float]:
    """Return robust weights [N] and the dispersion they rest on."""
    dispersion = robust_dispersion(counts, mean)
    score = np.abs(counts - mean) / np.sqrt(dispersion * mean)
    return np.minimum(1.0, (_LIMIT / np.maximum(score, 1e-9)) ** 2), dispersion


def _newton(
    columns: Columns,
    counts: FloatArray,
    weight: FloatArray,
    penalty: FloatArray,
    coefficients: FloatArray,
) -> FloatArray:
    """Return coefficients after one step, bounded so that a bad start cannot run away."""
    mean = mean_of(columns, coefficients)
    gradient = columns.across(weight * (counts - mean)) - penalty * coefficients
    hessian = columns.gram(weight * mean) + np.diag(penalty)
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
