"""The level of recent ordinary days: its error, how long such errors last, how far they stray."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecasting.history import FloatArray, IntArray
    from forecasting.openings import DaySeries

AHEAD_DAYS = 28
"""Days after which ``persistence`` of a level error is left."""
LEVEL_SD = 0.12
"""How far recent levels are thought to stray before history has spoken, on the log scale."""

_ORDINARY_DAYS = 36
_PRIOR_ORIGINS = 8.0
_PRIOR_PERSISTENCE = 0.5
_MIN_SD = 0.03


@dataclass(frozen=True, slots=True)
class Level:
    """The error of the level at the end of history.

    Parameters
    ----------
    error
        Log of actual over fitted contacts on the last ordinary days, drawn towards 0.
    persistence
        Share of such an error that is left after ``AHEAD_DAYS``.
    sd
        Standard deviation of the level's error over the days ahead, on the log scale.
    """

    error: float = 0.0
    persistence: float = _PRIOR_PERSISTENCE
    sd: float = LEVEL_SD

    def ahead(self, days: FloatArray) -> FloatArray:
        """Return what is left of the error so many days later, on the log scale."""
        left: FloatArray = self.error * self.persistence ** (days / AHEAD_DAYS)
        return left


def recent_level(
    series: DaySeries, mean: FloatArray, weight: FloatArray, dispersion: float
) -> Level:
    """Return the level error that the last 36 ordinary days show.

    Parameters
    ----------
    mean, weight
        Fitted contacts, and how far each day is believed [T].
    dispersion
        Variance of a day's count over its mean.

    Notes
    -----
    Persistence is the slope of the level error of the four weeks after a past day on that of the
    36 ordinary days before it. Fitted errors forget faster than real ones, so a prior of one half
    counts for eight such days.
    """
    days = np.flatnonzero(series.ordinary)
    actual = np.concatenate([[0.0], np.cumsum((weight * series.contacts)[days])])
    fitted = np.concatenate([[0.0], np.cumsum((weight * mean)[days])])
    width = min(_ORDINARY_DAYS, len(days))
    recent = float(fitted[-1] - fitted[-1 - width])
    if recent <= 0:
        return Level()
    ahead = max(1, min(AHEAD_DAYS, width) * 5 // 7)  # ordinary days in four weeks
    origins = np.arange(width, len(days) - ahead + 1, 7)
    before = _log_ratio(actual, fitted, origins - width, origins)
    after = _log_ratio(actual, fitted, origins, origins + ahead)
    prior = LEVEL_SD**2 * _PRIOR_ORIGINS
    slope = (before @ after + _PRIOR_PERSISTENCE * prior) / (before @ before + prior)
    persistence = float(np.clip(slope, 0.2, 0.95))
    left = after - persistence * before
    noise = dispersion / max(float(np.diff(fitted).mean()) * ahead, 1e-9)
    variance = float(left @ left + prior / 2) / (len(left) + _PRIOR_ORIGINS) - noise
    now = np.array([len(days)])
    error = float(_log_ratio(actual, fitted, now - width, now)[0])
    belief = LEVEL_SD**2 / (LEVEL_SD**2 + dispersion / recent)
    return Level(error * belief, persistence, float(np.sqrt(max(variance, _MIN_SD**2))))


def _log_ratio(actual: FloatArray, fitted: FloatArray, low: IntArray, high: IntArray) -> FloatArray:
    above, below = actual[high] - actual[low], fitted[high] - fitted[low]
    ratio: FloatArray = np.clip(np.log((above + 0.5) / (below + 0.5)), -1.0, 1.0)
    return ratio
