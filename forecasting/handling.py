"""Handling times of the days ahead: recent level, weekday and slot, and what events change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.history import weekdays_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.history import BoolArray, FloatArray, History, IntArray

_SHAPE_HALF_LIFE_DAYS, _LEVEL_HALF_LIFE_DAYS = 180.0, 28.0
_POOLING = 30.0  # contacts that a slot borrows from all weekdays, and these from the queue
_LEVEL_POOLING, _EVENT_POOLING = 100.0, 200.0
_EVENT_FACTOR = 1.2  # an event day below this factor says little about the event


def handling_times(
    history: History,
    ordinary: BoolArray,
    past: Mapping[str, FloatArray],
    ahead: Mapping[str, FloatArray],
    weekday: IntArray,
) -> FloatArray | None:
    """Return the handling time in seconds of days ahead per slot [H, S], or None if unknown.

    A product of a recent level (half-life four weeks), the shape of weekday and slot (contact-
    weighted means of half a year, drawn towards the slot's mean and that towards the queue's), and
    for each event the ratio of its days to ordinary ones, which grows with the event's share of
    the day.

    Parameters
    ----------
    ordinary
        Past days without event or holiday [D].
    past, ahead
        Factor of each event on past days [D] and on days ahead [H].
    weekday
        Of the days ahead [H].

    Examples
    --------
    Three weeks at 300 s, the last at 330 s:

    >>> import datetime as dt
    >>> from forecasting.history import History
    >>> counts = np.full((21, 1), 1000.0)
    >>> aht_s = np.concatenate([np.full((14, 1), 300.0), np.full((7, 1), 330.0)])
    >>> history = History("q", "UTC", 86_400, dt.date(2024, 1, 1), counts, aht_s,
    ...                   np.ones((7, 1), dtype=bool))
    >>> handling_times(history, np.ones(21, dtype=bool), {}, {}, np.array([0])).round().tolist()
    [[312.0]]
    """
    if history.aht_s is None:
        return None
    contacts = np.nan_to_num(history.contacts)
    known = ~np.isnan(history.aht_s) & (contacts > 0)
    if not known.any():
        return None
    seconds = np.nan_to_num(history.aht_s)
    count = np.where(known, contacts, 0.0)
    age = np.arange(len(count), 0, -1, dtype=np.float64)[:, None]
    usual = ordinary[:, None] if (count * ordinary[:, None]).any() else np.ones((len(count), 1))
    shape = _shape(history, count * usual * 0.5 ** (age / _SHAPE_HALF_LIFE_DAYS), seconds)
    expected = shape[weekdays_from(history.first_day, len(count))]
    level = _ratio(count * usual * 0.5 ** (age / _LEVEL_HALF_LIFE_DAYS), seconds, expected)
    result: FloatArray = shape[weekday] * level
    for name, factor in past.items():
        share = np.clip(1.0 - 1.0 / np.maximum(factor, 1.0), 0.0, 1.0)  # of the day due to it
        change = _change(
            count, seconds, expected * level, np.where(factor > _EVENT_FACTOR, share, 0)
        )
        to_come = np.clip(1.0 - 1.0 / np.maximum(ahead[name], 1.0), 0.0, 1.0)
        result *= 1.0 + change * to_come[:, None]
    return result


def _shape(history: History, weight: FloatArray, seconds: FloatArray) -> FloatArray:
    """Return mean seconds per weekday and slot [7, S]."""
    work = weight * seconds
    mean = work.sum() / weight.sum()
    slot = (work.sum(axis=0) + _POOLING * mean) / (weight.sum(axis=0) + _POOLING)
    weekday = weekdays_from(history.first_day, len(weight))
    rows = []
    for w in range(7):
        mine = weekday == w
        below = weight[mine].sum(axis=0) + _POOLING
        rows.append((work[mine].sum(axis=0) + _POOLING * slot) / below)
    return np.stack(rows)


def _ratio(weight: FloatArray, seconds: FloatArray, expected: FloatArray) -> float:
    """Return actual over expected work, drawn towards 1."""
    if weight.sum() <= 0:
        return 1.0
    usual = float((weight * expected).sum())
    lent = _LEVEL_POOLING * usual / float(weight.sum())
    return (float((weight * seconds).sum()) + lent) / (usual + lent)


def _change(
    count: FloatArray, seconds: FloatArray, expected: FloatArray, share: FloatArray
) -> float:
    """Return by how much an event's own contacts differ from ordinary ones, drawn towards 0."""
    weight = count * share[:, None]
    if weight.sum() <= 0:
        return 0.0
    usual = float((weight * share[:, None] * expected).sum())
    lent = _EVENT_POOLING * float((weight * expected).sum() / weight.sum())
    return float((weight * (seconds - expected)).sum()) / (usual + lent)
