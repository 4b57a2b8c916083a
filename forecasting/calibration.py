"""Bands set against what past windows brought: how much wider or narrower they should have been."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.aligned import nearest_event
from forecasting.combine import mean_in
from forecasting.uncertainty import spread

if TYPE_CHECKING:
    from forecasting.history import BoolArray, FloatArray, IntArray
    from forecasting.openings import DaySeries
    from forecasting.parts import DayForecast

_BELIEF_ORDINARY, _BELIEF_EVENT = 30.0, 30.0  # days' worth of trust in the spread as it stands
_INNER, _OUTER = 1.2816, 1.96  # standard errors that hold 80 and 95 % of a normal distribution
_LOW, _HIGH, _MOST_TAIL = 0.6, 2.5, 1.6
_LEAST_DAYS = 60  # ordinary days without which nothing is said of tails


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a queue's spread is multiplied by.

    Parameters
    ----------
    ordinary, event
        Factor of the log standard deviation on ordinary days and in event windows.
    tail
        How much farther out the 95 % band lies, in standard errors, than a normal's would.
    """

    ordinary: float = 1.0
    event: float = 1.0
    tail: float = 1.0

    def scale(self, in_event: BoolArray) -> FloatArray:
        """Return the factor of each day [D]."""
        return np.where(in_event, self.event, self.ordinary)


def calibrate(series: DaySeries, fitted: DayForecast, dispersion: float) -> Calibration:
    """Return how far the spread was from what past windows brought, drawn towards 1.

    Parameters
    ----------
    dispersion
        Variance of a count over its mean.

    Notes
    -----
    Errors of the combined forecast over the standard error that was foreseen: the widest four
    fifths of ordinary days and of event windows say how wide an 80 % band should have been. The
    tail is how much farther the widest twentieth of all past ordinary days lies out.
    """
    combined = fitted.combined
    if combined is None:
        return Calibration()
    in_event = nearest_event(series)[0] >= 0
    errors: list[FloatArray] = []
    inside: list[BoolArray] = []
    for window in combined.windows:
        expected = mean_in(window, combined, in_event)
        error = _errors(series, fitted, dispersion, window.start, window.days, expected)
        event = in_event[window.days]
        fair = ~event | window.seen  # a first encounter says nothing of the next
        errors.append(error[fair])
        inside.append(event[fair])
    if not errors:
        return Calibration()
    every, events = np.concatenate(errors), np.concatenate(inside)
    days = np.flatnonzero(series.ordinary)
    past = _errors(series, fitted, dispersion, series.end, days, fitted.expected[days])
    return Calibration(
        _scale(every[~events], _BELIEF_ORDINARY), _scale(every[events], _BELIEF_EVENT), _tail(past)
    )


def _errors(
    series: DaySeries,
    fitted: DayForecast,
    dispersion: float,
    origin: int,
    days: IntArray,
    expected: FloatArray,
) -> FloatArray:
    """Return absolute errors in standard errors, as they were foreseen at ``origin``."""
    factors = {n: f[days] for n, f in fitted.parts.items() if n.startswith("event ")}
    foreseen = spread(series, fitted, origin, days, factors, dispersion).total
    mean = np.maximum(expected, 1e-9)
    variance = dispersion * mean + mean**2 * np.expm1(foreseen**2)
    errors: FloatArray = np.abs(series.contacts[days] - mean) / np.sqrt(variance)
    return errors


def _scale(error: FloatArray, belief: float) -> float:
    if len(error) == 0:
        return 1.0
    inner = float(np.quantile(error, 0.8)) / _INNER
    return float(np.clip((len(error) * inner + belief) / (len(error) + belief), _LOW, _HIGH))


def _tail(error: FloatArray) -> float:
    if len(error) < _LEAST_DAYS:
        return 1.0
    inner, outer = np.quantile(error, [0.8, 0.95])
    return float(np.clip(outer / _OUTER / max(inner / _INNER, 1e-9), 1.0, _MOST_TAIL))
