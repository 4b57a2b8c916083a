"""A queue's days from its history: by the event regression and its witnesses, or more simply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecasting.combine import combine
from forecasting.events import OUTSIDE
from forecasting.parts import expected_contacts
from forecasting.pooling import with_lent
from forecasting.regression import by_part, regress
from forecasting.simpler import simpler

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.events import Event
    from forecasting.history import FloatArray, IntArray
    from forecasting.openings import DaySeries
    from forecasting.parts import DayForecast
    from forecasting.pooling import Curve
    from forecasting.regression import Regression

_MIN_DAYS, _MIN_CONTACTS = 56, 30.0

OTHERS = "other methods"
"""Name of the part that brings the regression's number to that of all methods together."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A queue's days with what its own history taught.

    Parameters
    ----------
    series
        Its days.
    found
        Its event regression; None where the history is too short for one.
    """

    series: DaySeries
    found: Regression | None


def fit_days(series: DaySeries) -> Fitted:
    """Return what a queue's own history teaches.

    The event regression needs eight weeks of known open days and thirty contacts.
    """
    days, contacts = int(series.known.sum()), float(np.nansum(series.contacts[series.known]))
    enough = days >= _MIN_DAYS and contacts >= _MIN_CONTACTS
    return Fitted(series, regress(series, series.learned) if enough else None)


def forecast_days(
    fitted: Fitted, horizon: slice, lent: Mapping[str, Curve] | None = None
) -> DayForecast:
    """Return the forecast of a queue's days, by part; the notes say which method and why.

    Parameters
    ----------
    horizon
        Elements of the days that are asked for.
    lent
        By event name the effect that other queues have seen.
    """
    lent = lent or {}
    series, found = fitted.series, fitted.found
    if found is None:
        one, notes = simpler(series), list[str]()
    else:
        found = with_lent(found, lent)
        one, notes = by_part(found), _break_notes(found)
    parts = dict(one.parts)
    learned = {name for name in parts if name.startswith("event ")}
    order = sorted(range(len(series.events)), key=lambda n: series.events[n].like is not None)
    for number in order:  # those that are like another come after it
        note = _add_event(parts, series, number, lent, learned)
        touched = bool(np.any(series.offsets[number, horizon] != OUTSIDE))
        notes += [note] if note and touched else []
    expected = expected_contacts(parts, series.is_open)
    combined = (
        None if found is None else combine(found, expected, max(horizon.stop - series.end, 1))
    )
    if combined is not None:
        some = expected > 0
        ratio = np.divide(combined.expected, expected, out=np.ones(len(some)), where=some)
        parts[OTHERS] = _shared_with_events(parts, series, ratio)
        expected = combined.expected
    notes = [*one.notes, *notes]
    return replace(one, parts=parts, expected=expected, notes=tuple(notes), combined=combined)


def _shared_with_events(
    parts: dict[str, FloatArray], series: DaySeries, ratio: FloatArray
) -> FloatArray:
    """Give events their share of what other methods say of their days, and return the rest [T].

    What last year says of a Valentine's Day it says of Valentine's, as far as the day is due to
    it: a multiplier then scales the event's whole effect, and nothing else.
    """
    names = [f"event {event.name}" for event in series.events]
    if not names:
        return ratio
    factors = np.stack([parts[name] for name in names])
    strongest = np.abs(np.log(np.maximum(factors, 1e-9))).argmax(axis=0)
    due = np.clip(1.0 - 1.0 / np.maximum(factors.max(axis=0), 1.0), 0.0, 1.0)
    own = np.maximum(ratio, 1e-9) ** due
    for number, name in enumerate(names):
        parts[name] = np.where(strongest == number, parts[name] * own, parts[name])
    rest: FloatArray = ratio / own
    return rest


def _add_event(
    parts: dict[str, FloatArray],
    series: DaySeries,
    number: int,
    lent: Mapping[str, Curve],
    learned: set[str],
) -> str:
    """Give an event that the history does not know its part, and return what to say of it."""
    event, offsets = series.events[number], series.offsets[number]
    name, size = f"event {event.name}", len(series.contacts)
    if name in parts:
        stated = "the stated uplift" if event.uplift is not None else "what it is said to be like"
        told = event.uplift is not None or event.like
        return f"{event.name}: learned from history, {stated} is not used" if told else ""
    if event.uplift is not None:
        parts[name] = 1.0 + (event.uplift - 1.0) * event.shape(offsets)
        return f"{event.name}: not in the history, stated uplift {event.uplift:g} used"
    if event.like:
        curve = _like(parts, series, event, lent, learned)
        if curve is not None:
            parts[name] = _at(curve, offsets, event.strength)
            return (
                f"{event.name}: taken to be like {event.like}, {event.strength:g} times as strong"
            )
    elif event.name in lent:
        parts[name] = lent[event.name].factor(offsets)
        count = lent[event.name].lenders
        return f"{event.name}: not in the history, effect as in {count} other queues"
    parts[name] = np.ones(size)
    return f"{event.name}: not in the history and no uplift stated, so no effect"


def _like(
    parts: Mapping[str, FloatArray],
    series: DaySeries,
    event: Event,
    lent: Mapping[str, Curve],
    learned: set[str],
) -> dict[int, float] | None:
    """Return the mean factor of the liked event by offset, None where nobody knows it."""
    names = [one.name for one in series.events]
    own = parts.get(f"event {event.like}")
    if own is None or event.like not in names:
        curve = lent.get(event.like or "")
        if curve is None:
            return None
        return dict(zip(curve.offsets.tolist(), curve.factor(curve.offsets).tolist(), strict=True))
    offsets = series.offsets[names.index(event.like)]
    inside = offsets != OUTSIDE
    if f"event {event.like}" in learned:
        inside &= series.known
    return {int(o): float(own[inside & (offsets == o)].mean()) for o in np.unique(offsets[inside])}


def _at(curve: Mapping[int, float], offsets: IntArray, strength: float) -> FloatArray:
    factor = np.array([curve.get(int(offset), 1.0) for offset in offsets])
    return np.maximum(1.0 + strength * (factor - 1.0), 0.0)


def _break_notes(found: Regression) -> list[str]:
    """Return the breaks of the level within the last year of history, in words."""
    sizes = np.exp(found.fit.coefficients[found.table.steps]) - 1.0
    return [
        f"the level changed by {size:+.0%} around {found.series.day(int(at))}"
        for at, size in zip(found.table.breaks, sizes, strict=True)
        if at > found.series.end - 365
    ]
