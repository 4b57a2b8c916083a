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
