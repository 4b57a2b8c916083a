"""How good each method was in a backtest: by queue, and over all queues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.accuracy import bias, coverage, mase, pinball, wape
from forecasting.judged import COMBINED, HIGH, LOW

if TYPE_CHECKING:
    from forecasting.history import BoolArray, FloatArray, IntArray
    from forecasting.judged import Backtest


@dataclass(frozen=True, slots=True)
class Score:
    """One method's errors, over one queue or over all of them; NaN where nothing tells.

    Parameters
    ----------
    queue
        Name of the queue; empty for all of them, each of their days counted by itself.
    method
        Name of the method.
    days, contacts
        Days of queues that were judged, and what came on them.
    wape, bias
        Sum of the absolute errors, and of the errors, over the contacts.
    wape_events
        The same in the windows of yearly events alone.
    peak_error
        The same on the highest day of each such window that was judged from before to after.
    coverage
        Share of the open days inside the combination's band of 80 %.
    mase
        Mean absolute error over the mean change from week to week before the origin.
    pinball
        Mean pinball loss of the combination's quantiles, in contacts.
    """

    queue: str
    method: str
    days: int
    contacts: float
    wape: float
    bias: float
    wape_events: float
    peak_error: float
    coverage: float
    mase: float
    pinball: float


def scores(found: Backtest) -> tuple[Score, ...]:
    """Return the score of each method over all queues, then by queue.

    Examples
    --------
    >>> import datetime as dt
    >>> from forecasting.backtest import backtest
    >>> from forecasting.history import History
    >>> past = History("fr", "Europe/Paris", 86_400, dt.date(2024, 1, 1), np.ones((91, 1)) * 7,
    ...                None, np.ones((7, 1), dtype=bool))
    >>> total = scores(backtest([past], known={}, rng=np.random.default_rng(1)))[0]
    >>> total.method, total.days, total.contacts, total.wape
    ('seasonal naive', 56, 392.0, 0.0)
    """
    every = np.ones(len(found.queue), dtype=np.bool_)
    peaks = _peaks(found)
    groups = [("", every)]
    groups += [(name, found.queue == q) for q, name in enumerate(found.queues)]
    return tuple(
        _score(found, name, method, rows, peaks)
        for name, rows in groups
        if rows.any()
        for method in range(len(found.methods))
    )


def _score(found: Backtest, name: str, method: int, rows: BoolArray, peaks: IntArray) -> Score:
    actual, expected = found.actual[rows], found.expected[method, rows]
    in_event = found.event[rows] >= 0
    highest = peaks[rows[peaks]]
    combined = found.methods[method] == COMBINED
    low, high = found.quantiles[LOW][rows], found.quantiles[HIGH][rows]
    some = (actual > 0) | (high > 0)  # a day that is shut, as foreseen, is no merit
    told = actual[some]
    losses = [pinball(told, of[rows][some], q) for q, of in found.quantiles.items()]
    return Score(
        queue=name,
        method=found.methods[method],
        days=len(actual),
        contacts=float(actual.sum()),
        wape=wape(actual, expected),
        bias=bias(actual, expected),
        wape_events=wape(actual[in_event], expected[in_event]),
        peak_error=wape(found.actual[highest], found.expected[method, highest]),
        coverage=coverage(told, low[some], high[some]) if combined else np.nan,
        mase=mase(told, expected[some], found.scale[rows][some]),
        pinball=float(np.mean(losses)) if combined else np.nan,
    )


def _peaks(found: Backtest) -> IntArray:
    """Return the row of the highest day of each event window that was judged across its date."""
    inside = np.flatnonzero(found.event >= 0)
    keys = np.stack([found.queue[inside], found.event[inside], found.occurrence[inside]], axis=1)
    result = []
    for key in np.unique(keys, axis=0):
        mine = inside[(keys == key).all(axis=1)]
        offset: FloatArray = found.offset[mine].astype(np.float64)
        if offset.min() <= 0 <= offset.max():
            result.append(int(mine[found.actual[mine].argmax()]))
    return np.array(sorted(result), dtype=np.int64)
