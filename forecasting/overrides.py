"""What a planner knows better: days scaled, added to or stated, kept apart from the model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.history import BoolArray, FloatArray

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Override:
    """One change of a queue's forecast by day.

    Exactly one of ``factor``, ``add`` and ``contacts`` is given.

    Parameters
    ----------
    first_day, last_day
        Days it holds for, both included; None: no bound on that side.
    event
        Name of an event: only the days that this event moves. A factor then scales the event's
        own effect: a factor f of the event becomes ``1 + factor * (f - 1)``, never below 0.
    factor
        What the day's contacts are multiplied by.
    add
        Contacts a day more, or fewer when negative; the day stays at 0 or above.
    contacts
        The day's contacts.
    note
        Why, for whoever reads the plan.

    Raises
    ------
    ValueError
        When none or several of the three are given, a factor or contacts are negative, or the
        days end before they begin.

    Examples
    --------
    >>> Override(factor=1.2, add=5)
    Traceback (most recent call last):
        ...
    ValueError: override must have one of factor, add, contacts, got factor, add
    """

    first_day: dt.date | None = None
    last_day: dt.date | None = None
    event: str | None = None
    factor: float | None = None
    add: float | None = None
    contacts: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        keys = ("factor", "add", "contacts")
        given = {key: getattr(self, key) for key in keys if getattr(self, key) is not None}
        if len(given) != 1:
            msg = f"override must have one of factor, add, contacts, got {', '.join(given) or None}"
            raise ValueError(msg)
        ((key, value),) = given.items()
        if not math.isfinite(value) or (value < 0 and key != "add"):
            must = "a number" if key == "add" else "0 or more"
            msg = f"{key} of an override must be {must}, got {value}"
            raise ValueError(msg)
        if self.first_day and self.last_day and self.last_day < self.first_day:
            msg = f"last_day of an override must be {self.first_day} or later, got {self.last_day}"
            raise ValueError(msg)

    def holds(self, days: Sequence[dt.date]) -> BoolArray:
        """Return which days lie within its bounds [D]."""
        low, high = self.first_day, self.last_day
        inside = [(low is None or low <= d) and (high is None or d <= high) for d in days]
        return np.array(inside, dtype=np.bool_)

    @property
    def names_one_day(self) -> bool:
        """Whether it is about one single day."""
        return self.first_day is not None and self.first_day == self.last_day


def apply_overrides(
    days: Sequence[dt.date],
    total: FloatArray,
    is_open: BoolArray,
    event_factors: Mapping[str, FloatArray],
    overrides: Sequence[Override],
) -> tuple[FloatArray, BoolArray]:
    """Return the days' contacts after a planner's overrides, and which days they act on.

    Each override acts on what the earlier ones left.

    Parameters
    ----------
    days
        Local days [D].
    total
        The model's contacts [D].
    is_open
        Whether the queue is open [D].
    event_factors
        By event name its factor in the model's total [D], multiplier included.
    overrides
        In the planner's order.

    Returns
    -------
    total, touched
        Arrays [D]: contacts, and whether an override acts on the day, be it to leave its number
        the same. A factor cannot act on a day of 0 contacts, nor an event's factor on an event
        whose own factor is 0.

    Notes
    -----
    A closed day stays at 0: neither a factor nor an added amount opens it, nor do the contacts
    stated for a run of days that it lies in. Contacts stated for that one day alone are taken at
    their word, for the planner then knows of an extra opening.

    Examples
    --------
    Saturday and Monday around a closed Sunday, a fifth more over the week-end, then 80 on Monday:

    >>> import datetime as dt
    >>> days = [dt.date(2027, 2, 13), dt.date(2027, 2, 14), dt.date(2027, 2, 15)]
    >>> after, touched = apply_overrides(
    ...     days, np.array([50.0, 0.0, 60.0]), np.array([True, False, True]), {},
    ...     [Override(days[0], days[2], factor=1.2), Override(days[2], days[2], contacts=80.0)])
    >>> after.tolist(), touched.tolist()
    ([60.0, 0.0, 80.0], [True, False, True])
    """
    result = np.array(total, dtype=np.float64)
    touched = np.zeros(len(result), dtype=np.bool_)
    factors = {name: np.array(f, dtype=np.float64) for name, f in event_factors.items()}
    for override in overrides:
        own = factors.get(override.event or "")
        acts = override.holds(days)
        if override.event is not None:
            acts &= np.zeros_like(acts) if own is None else own != 1.0
        if override.contacts is not None:
            acts &= is_open | override.names_one_day
            result[acts] = override.contacts
        elif override.add is not None:
            acts &= is_open
            result[acts] = np.maximum(result[acts] + override.add, 0.0)
        elif override.factor is not None:
            acts &= is_open & (result > 0)
            if own is not None:
                acts &= own > 0
                scaled = np.maximum(1.0 + override.factor * (own[acts] - 1.0), 0.0)
                result[acts] *= scaled / own[acts]
                own[acts] = scaled
            else:
                result[acts] *= override.factor
        touched |= acts
    return result, touched
