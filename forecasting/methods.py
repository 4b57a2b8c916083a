"""Each method for a queue's days: history and calendar in, expected contacts by part out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecasting.events import OUTSIDE
from forecasting.openings import MARGIN_DAYS
from forecasting.parts import expected_contacts
from forecasting.regression import by_part, regress
from forecasting.simpler import simpler

if TYPE_CHECKING:
    from forecasting.events import Event
    from forecasting.history import BoolArray, FloatArray, IntArray
    from forecasting.openings import DaySeries
    from forecasting.parts import DayForecast

_MIN_DAYS, _MIN_CONTACTS = 56, 30.0


def forecast_days(series: DaySeries) -> DayForecast:
    known = series.known
    days, contacts = int(known.sum()), float(np.nansum(series.contacts[known]))
    learned, notes = learned_events(series), list[str]()
    if days >= _MIN_DAYS and contacts >= _MIN_CONTACTS:
        found = regress(series, learned)
        one = by_part(found)
    else:
        one = simpler(series); learned[:]=False
    parts = dict(one.parts)
    for number, event in enumerate(series.events):
        notes += _event_notes(series, number, bool(learned[number]))
        if not learned[number]:
            parts[f"event {event.name}"] = _unlearned_part(event, series.offsets[number])
    return replace(one, parts=parts, expected=expected_contacts(parts, series.is_open), notes=(*one.notes, *notes))


def learned_events(series: DaySeries) -> BoolArray:
    """Return which events history shows at least once [E]."""
    learned = np.zeros(len(series.events), dtype=np.bool_)
    for number, _event in enumerate(series.events):
        occurrence = series.occurrence[number]
        whole = np.bincount(occurrence[occurrence >= 0], minlength=1)
        part = np.bincount(occurrence[(occurrence >= 0) & series.known], minlength=len(whole))
        learned[number] = bool(np.any((part > 0) & (2 * part >= whole)))
    return learned


def _event_notes(series: DaySeries, number: int, learned: bool) -> list[str]:
    """Return what to say of an event's effect, nothing when it does not touch the days ahead."""
    event = series.events[number]
    if not np.any(series.offsets[number, series.end : -MARGIN_DAYS] != OUTSIDE):
        return []
    if learned:
        if event.uplift is None:
            return []
        return [f"{event.name}: learned from history, the stated uplift is not used"]
    if event.uplift is None:
        return [f"{event.name}: not in the history and no uplift stated, so no effect"]
    return [f"{event.name}: not in the history, stated uplift {event.uplift:g} used"]


def _unlearned_part(event: Event, offsets: IntArray) -> FloatArray:
    """Return the factor [T] of an event that history knows nothing of."""
    if event.uplift is None:
        return np.ones(len(offsets))
    return 1.0 + (event.uplift - 1.0) * event.shape(offsets)
