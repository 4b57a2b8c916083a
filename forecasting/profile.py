"""A day's total and its slots: weekday profiles, and the own shapes of events and holidays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.history import weekdays_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.history import BoolArray, FloatArray, History, IntArray

_HALF_LIFE_DAYS = 120.0
_POOLING = 100.0  # contacts that all weekdays together lend to one weekday's profile
_FLAT = 0.25  # contacts per open slot that stand for knowing nothing
_SMOOTH_BELOW = 40.0  # a slot with fewer contacts than this looks at its neighbours
_KINDS = 3  # of days around holidays
_EVENT_FACTOR = 1.2  # an event day below this factor says little about the event's shape


@dataclass(frozen=True, slots=True)
class Profiles:
    """How a queue's day spreads over its slots.

    Parameters
    ----------
    weekday
        Share of an ordinary day's contacts per slot [7, S]; rows sum to 1, or 0 when closed.
    events
        By event name the contacts per slot [S] that it brought on top, summed over its days.
    holidays
        Contacts per slot [K, S] on past days of each kind around holidays; row 0 is empty.
    is_open
        Slots in which contacts can arrive [7, S].
    """

    weekday: FloatArray
    events: Mapping[str, FloatArray]
    holidays: FloatArray
    is_open: BoolArray

    def usual(self, weekday: IntArray, kind: IntArray) -> FloatArray:
        """Return each day's shares per slot without events [D, S], by weekday and holiday kind."""
        ordinary = self.weekday[weekday]
        seen = np.where(self.is_open[weekday], self.holidays[kind], 0.0)
        return np.where((kind > 0)[:, None], _to_one(seen + _POOLING * ordinary), ordinary)


def learn_profiles(
    history: History,
    believed: FloatArray,
    ordinary: BoolArray,
    expected: FloatArray,
    event_factors: Mapping[str, FloatArray],
    kind: IntArray,
) -> Profiles:
    """Return the profiles that a history shows.

    Parameters
    ----------
    believed
        How far each day is believed, 0 to 1 [D].
    ordinary
        Days without event or holiday [D].
    expected
        Fitted contacts of each day [D].
    event_factors
        Fitted factor of each event on each day [D].
    kind
        Kind of each day around holidays [D], see ``forecasting.openings``.

    Notes
    -----
    A weekday's counts are drawn towards those of all weekdays, sparse slots towards their
    neighbours. An event's shape is what its days brought on top of ordinary days.
    """
    contacts = np.nan_to_num(history.contacts)
    days, slots = contacts.shape
    weekday = weekdays_from(history.first_day, days)
    age = np.arange(days, 0, -1, dtype=np.float64)
    weight = believed * 0.5 ** (age / _HALF_LIFE_DAYS)
    if (weight * ordinary).any():
        weight = weight * ordinary
    sums = np.zeros((7, slots))
    np.add.at(sums, weekday, weight[:, None] * contacts)
    sums = np.where(history.is_open, sums, 0.0)
    profile = _weekday_profiles(sums, history.is_open)
    total = np.ones(days)
    for factor in event_factors.values():
        total = total * factor
    base = np.divide(expected, total, out=np.zeros(days), where=total > 0)
    extra = {}
    for name, factor in event_factors.items():
        mine = np.flatnonzero((factor > _EVENT_FACTOR) & (believed > 0))
        excess = (contacts[mine] - base[mine, None] * profile[weekday[mine]]).sum(axis=0)
        extra[name] = np.maximum(_smooth(excess, np.ones(slots, dtype=np.bool_)), 0.0)
    around = np.zeros((max(int(kind.max(initial=0)), _KINDS) + 1, slots))
    apart = (kind > 0) & ~_in_events(event_factors, days)
    np.add.at(around, kind[apart], contacts[apart])
    return Profiles(profile, extra, around, history.is_open)


def _in_events(event_factors: Mapping[str, FloatArray], days: int) -> BoolArray:
    """Return the days that an event changes much [D]."""
    inside = np.zeros(days, dtype=np.bool_)
    for factor in event_factors.values():
        inside |= factor > _EVENT_FACTOR
    return inside


def _weekday_profiles(sums: FloatArray, is_open: BoolArray) -> FloatArray:
    """Return shares [7, S] from weighted counts, drawn towards weekdays of the same hours."""
    result = np.zeros(sums.shape)
    for hours in np.unique(is_open, axis=0):
        if not hours.any():
            continue
        alike = np.flatnonzero((is_open == hours).all(axis=1))
        # Hours of its own: other weekdays lend where both are open.
        pool = _smooth(sums[alike].sum(axis=0), hours) + _FLAT * hours
        pool = pool / pool.sum()
        for w in alike:
            row = _smooth(sums[w], hours) + _POOLING * pool
            result[w] = row / row.sum()
    return result


def _smooth(counts: FloatArray, hours: BoolArray) -> FloatArray:
    """Return counts averaged with neighbouring open slots, the wider the fewer there are."""
    number = int(hours.sum())
    mean = float(np.abs(counts[hours]).sum()) / max(number, 1)
    reach = int(np.ceil(np.sqrt(_SMOOTH_BELOW / max(mean, 1e-9)))) - 1
    reach = min(reach, max(number // 16, 0))
    if reach <= 0:
        return np.where(hours, counts, 0.0)
    kernel = np.bartlett(2 * reach + 3)[1:-1]
    above = np.convolve(np.where(hours, counts, 0.0), kernel, mode="full")[reach:-reach]
    below = np.convolve(hours.astype(np.float64), kernel, mode="full")[reach:-reach]
    smooth = np.where(hours, above / np.maximum(below, 1e-9), 0.0)
    total = float(smooth.sum())
    wanted = float(counts[hours].sum())
    return smooth * (wanted / total) if total > 0 else smooth


def day_shares(
    profiles: Profiles,
    weekday: IntArray,
    kind: IntArray,
    is_open: BoolArray,
    event_factors: Mapping[str, FloatArray],
    existing: BoolArray,
) -> FloatArray:
    """Return the share of each day's contacts per slot [D, S]; rows sum to 1, or 0 when closed.

    Parameters
    ----------
    weekday, kind, is_open
        Of each day [D]: its weekday, its kind around holidays, whether it is open.
    event_factors
        Factor of each event on each day [D], multipliers included.
    existing
        Whether the slot exists on that day [D, S]: clocks going forward skip some.

    Notes
    -----
    A day of factor F is one part ordinary day and F - 1 parts event, each with its own shape.
    """
    ordinary = profiles.usual(weekday, kind)
    product = np.prod([np.ones(len(weekday)), *event_factors.values()], axis=0)
    rises = {name: np.maximum(factor - 1.0, 0.0) for name, factor in event_factors.items()}
    every = np.sum([np.zeros(len(weekday)), *rises.values()], axis=0)
    # Two events on one day multiply: what they bring together is split by their own rises.
    extra = np.maximum(product - 1.0, 0.0) / np.where(every > 0, every, np.inf)
    mixed = ordinary * np.maximum(product, 1.0)[:, None]
    for name, rise in rises.items():
        if name in profiles.events and bool((rise > 0).any()):
            hours = profiles.is_open[weekday]
            shape = np.where(hours, profiles.events[name] + _POOLING * ordinary, 0.0)
            mixed += (extra * rise)[:, None] * (_to_one(shape) - ordinary)
    return _to_one(np.where(existing & is_open[:, None], mixed, 0.0))


def _to_one(rows: FloatArray) -> FloatArray:
    """Return rows that sum to 1, or to 0 where there is nothing to share."""
    sums = rows.sum(axis=1, keepdims=True)
    shares: FloatArray = np.divide(rows, sums, out=np.zeros_like(rows), where=sums > 0)
    return shares
