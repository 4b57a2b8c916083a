"""What a day's contacts are made of: factors by part, and how far their product is believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.history import BoolArray, FloatArray, IntArray
    from forecasting.level import Level


@dataclass(frozen=True, slots=True)
class EventError:
    """What one occurrence of an event brought, against a forecast that had not seen its year."""

    event: int
    actual: FloatArray
    expected: FloatArray


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the past, forecast from its start without looking ahead.

    Parameters
    ----------
    start
        Element of the series from which nothing was known.
    days
        The known days in it, as elements [N].
    expected
        What each method expected of them [M, N], NaN where it says nothing.
    """

    start: int
    days: IntArray
    expected: FloatArray

    @property
    def seen(self) -> BoolArray:
        """Days that a year ago had already shown the like of [N]."""
        told: BoolArray = ~np.isnan(self.expected[1])
        return told


@dataclass(frozen=True, slots=True)
class Combined:
    """A weighted mean of methods.

    Parameters
    ----------
    expected
        Contacts of all days [T]; the regression's own before the end of history.
    ordinary, event
        Weight of each method on ordinary days and in event windows [M].
    windows
        The past windows that the weights were learned from.
    """

    expected: FloatArray
    ordinary: FloatArray
    event: FloatArray
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class DayForecast:
    """Expected contacts of all days of a series, by part.

    Parameters
    ----------
    parts
        Factor of each part [T]; their product is ``expected`` where the day is open. Multipliers
        of events are not in them.
    expected
        Expected contacts [T]; fitted in the past; 0 on closed days.
    weight
        How far a past day was believed, 0 to 1 [T]; 0 where unknown.
    dispersion
        Variance of a day's count over its mean, at least 1.
    inflation
        By how much squared errors ahead exceed fitted ones: days over days less parameters.
    level
        Error of the level at the end of history, and its spread.
    errors
        Past occurrences of events against forecasts that had not seen them.
    method, notes
        Name of the method, and what to know about it.
    combined
        The methods it was combined from, None where there is only one.
    """

    parts: Mapping[str, FloatArray]
    expected: FloatArray
    weight: FloatArray
    dispersion: float
    inflation: float
    level: Level
    errors: tuple[EventError, ...]
    method: str
    notes: tuple[str, ...]
    combined: Combined | None = None


def expected_contacts(parts: Mapping[str, FloatArray], is_open: BoolArray) -> FloatArray:
    """Return the product of the parts, 0 on closed days."""
    product = np.ones(len(is_open))
    for part in parts.values():
        product = product * part
    return np.where(is_open, product, 0.0)
