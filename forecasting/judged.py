"""What a backtest found: a row per queue and day, with what every method had expected of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.history import FloatArray, IntArray
from forecasting.rivals import RIVALS

OURS, COMBINED = "event regression", "combined"
METHODS = (*RIVALS, OURS, COMBINED)
"""Names of the methods that are tried, the one that the planner uses last."""

QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)
LOW, HIGH = 0.1, 0.9

DayArray = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Centre:
    """All queues of a trial added up, day by day [K].

    Parameters
    ----------
    origin, day
        First day of the trial, and the day.
    expected, low, high
        Contacts expected by the combination, and its band of 80 %.
    actual
        Contacts that came.
    """

    origin: DayArray
    day: DayArray
    expected: FloatArray
    low: FloatArray
    high: FloatArray
    actual: FloatArray


@dataclass(frozen=True, slots=True)
class Backtest:
    """What each method expected of past days, and what came: a row per queue and day [N].

    Parameters
    ----------
    queues, methods
        Names [Q] and [M].
    queue
        Number of the row's queue.
    origin, day
        First day of the trial, from which on nothing was known, and the day; each day of a queue
        is judged once.
    expected
        Contacts expected by each method [M, N].
    actual
        Contacts that came in open slots [N].
    quantiles
        By probability the combination's quantiles of the day's count [N].
    scale
        Mean absolute change from week to week before the origin [N].
    event, offset, occurrence
        Number of the nearest yearly event, -1 outside of all, the open days from it, and which
        of its dates it is [N].
    event_names
        Names of the events.
    centre
        All queues added up.
    weights
        By queue, and by the methods that are combined, the weight on ordinary days and in event
        windows at the latest origin [Q].
    notes
        What to know about it.
    """

    queues: tuple[str, ...]
    methods: tuple[str, ...]
    queue: IntArray
    origin: DayArray
    day: DayArray
    expected: FloatArray
    actual: FloatArray
    quantiles: Mapping[float, FloatArray]
    scale: FloatArray
    event: IntArray
    offset: IntArray
    occurrence: IntArray
    event_names: tuple[str, ...]
    centre: Centre
    weights: tuple[Mapping[str, tuple[float, float]], ...]
    notes: tuple[str, ...]

    def frame(self) -> pd.DataFrame:
        """Return the long table: queue, origin, day, method, expected, actual, low, high, event.

        The band is the combination's, NaN for other methods; ``in_event`` is empty outside of
        events.
        """
        count, names = len(self.methods), np.array([*self.event_names, ""], dtype=object)
        combined = np.arange(count)[:, None] == self.methods.index(COMBINED)
        band = {
            name: np.where(combined, self.quantiles[q], np.nan).T.ravel()
            for name, q in (("low", LOW), ("high", HIGH))
        }
        return pd.DataFrame(
            {
                "queue": np.repeat(np.array(self.queues, dtype=object)[self.queue], count),
                "origin": np.repeat(self.origin.astype(str).astype(object), count),
                "day": np.repeat(self.day.astype(str).astype(object), count),
                "method": np.tile(np.array(self.methods, dtype=object), len(self.queue)),
                "expected": self.expected.T.ravel(),
                "actual": np.repeat(self.actual, count),
                **band,
                "in_event": np.repeat(names[self.event], count),
            }
        )
