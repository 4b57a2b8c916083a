"""How far a forecast was from what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.history import FloatArray


def _known(actual: npt.ArrayLike, predicted: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    a, p = np.asarray(actual, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    if a.shape != p.shape:
        msg = f"actual and predicted must have one shape, got {a.shape} and {p.shape}"
        raise ValueError(msg)
    both = ~(np.isnan(a) | np.isnan(p))
    return a[both], p[both]


def _share(error: FloatArray, actual: FloatArray) -> float:
    total = float(actual.sum())
    return float(error.sum()) / total if total > 0 else float("nan")


def wape(actual: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """Return the weighted absolute percentage error as a fraction: sum|a - p| / sum a.

    Pairs with an unknown (NaN) are left out; NaN when nothing happened at all.

    Raises
    ------
    ValueError
        When the shapes differ.

    Examples
    --------
    >>> wape([10, 0, 30], [12, 2, 30])
    0.1
    """
    a, p = _known(actual, predicted)
    return _share(np.abs(p - a), a)


def bias(actual: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """Return the share by which the forecast is too high: sum(p - a) / sum a.

    Raises
    ------
    ValueError
        When the shapes differ.

    Examples
    --------
    >>> bias([10, 0, 30], [12, 2, 30])
    0.1
    """
    a, p = _known(actual, predicted)
    return _share(p - a, a)


def coverage(actual: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> float:
    """Return the share of what happened that lies in [low, high]; NaN when nothing is known.

    Examples
    --------
    >>> coverage([1, 5, 9], [0, 0, 0], [2, 6, 8])
    0.6666667
    """
    a, lo, hi = (np.asarray(x, dtype=np.float64) for x in (actual, low, high))
    known = ~np.isnan(a)
    inside = (a >= lo) & (a <= hi)
    return float(inside[known].mean()) if known.any() else float("nan")


def naive_error(past: npt.ArrayLike, season: int = 7) -> float:
    """Return the mean absolute change from one season to the next: what MASE counts in.

    Pairs with an unknown (NaN) are left out; NaN where there is no pair.

    Source: Hyndman and Koehler (2006), Another look at measures of forecast accuracy.

    Examples
    --------
    >>> naive_error([10, 20, 12, 24], season=2)
    3.0
    """
    values = np.asarray(past, dtype=np.float64)
    change = np.abs(values[season:] - values[:-season])
    known = ~np.isnan(change)
    return float(change[known].mean()) if known.any() else float("nan")


def mase(actual: npt.ArrayLike, predicted: npt.ArrayLike, scale: npt.ArrayLike) -> float:
    """Return the mean absolute scaled error: 1 is as wrong as the seasonal naive in its past.

    Parameters
    ----------
    actual, predicted
        What happened and what was expected [N]; pairs with an unknown are left out.
    scale
        ``naive_error`` of the past of each [N], or one number; not above 0: left out.

    Examples
    --------
    >>> mase([10, 20], [13, 14], naive_error([10, 20, 12, 24], season=2))
    1.5
    """
    a, p, by = np.broadcast_arrays(
        *(np.asarray(x, dtype=np.float64) for x in (actual, predicted, scale))
    )
    known = ~(np.isnan(a) | np.isnan(p)) & (by > 0)
    return float((np.abs(p - a)[known] / by[known]).mean()) if known.any() else float("nan")


def pinball(actual: npt.ArrayLike, quantile: npt.ArrayLike, q: float) -> float:
    """Return the mean pinball loss of the quantile ``q``, in the unit of what happened.

    q (a - p) where more happened, (1 - q) (p - a) where less: least in the mean for the true
    quantile. Pairs with an unknown (NaN) are left out; NaN where nothing is known.

    Raises
    ------
    ValueError
        When the shapes differ or ``q`` is not in (0, 1).

    Examples
    --------
    Ten above a 90 % quantile costs nine, ten below it one:

    >>> pinball([110], [100], 0.9), pinball([90], [100], 0.9)
    (9.0, 1.0)
    """
    if not 0 < q < 1:
        msg = f"q must be in (0, 1), a fraction, got {q}"
        raise ValueError(msg)
    a, p = _known(actual, quantile)
    loss = np.maximum(q * (a - p), (q - 1) * (a - p))
    return float(loss.mean()) if len(loss) else float("nan")
