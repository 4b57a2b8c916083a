"""How far the sum of several queues may stray, where a plan's sample paths are not at hand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from forecasting.uncertainty import SHARED

FloatArray = npt.NDArray[np.float64]

NORMAL_P90 = 1.2816


def summed_band(
    mean: npt.ArrayLike, sigma: npt.ArrayLike, dispersion: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return quantiles 0.1 and 0.9 of the sum of queues' counts.

    Errors of two queues are taken to correlate as their levels and events at least do in the
    forecast's own paths, ``forecasting.uncertainty.SHARED``; counts beyond that are independent.

    Parameters
    ----------
    mean, sigma
        Expected counts, and standard deviation of the log of their mean [Q, N].
    dispersion
        Variance over mean of a count whose mean is certain [Q].

    Examples
    --------
    >>> low, high = summed_band([[100.0], [100.0]], [[0.0], [0.0]], [1.0, 1.0])
    >>> round(float(low[0])), round(float(high[0]))
    (182, 218)
    """
    mu, sd = np.asarray(mean, np.float64), np.asarray(sigma, np.float64)
    noise = np.asarray(dispersion, np.float64)[:, None] * mu
    spread = mu * np.sqrt(np.expm1(sd**2))
    variance = SHARED * spread.sum(axis=0) ** 2 + (1 - SHARED) * (spread**2).sum(axis=0)
    reach = NORMAL_P90 * np.sqrt(variance + noise.sum(axis=0))
    middle = mu.sum(axis=0)
    return np.maximum(middle - reach, 0.0), middle + reach
