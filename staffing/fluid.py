"""Rates of queues during an interval, and where they lead if nothing were random."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from staffing.slowing import Slowing

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates of several queues during one interval, arrays ``[B]``, per second.

    Parameters
    ----------
    arrival, service, leaving
        Contacts arriving, handled by one busy slot, and hanging up per waiting customer.
    slots
        Contacts that can be handled at the same time; fractions allowed.
    slowing
        How agents slow down with each contact open ``[B]``; None: they do not.
    """

    arrival: FloatArray
    service: FloatArray
    leaving: FloatArray
    slots: FloatArray
    slowing: Slowing | None = field(default=None, kw_only=True)

    def take(self, rows: IntArray) -> Rates:
        """Return the rates of some of the queues."""
        own = None if self.slowing is None else self.slowing.at(rows)
        kept = (self.arrival[rows], self.service[rows], self.leaving[rows], self.slots[rows])
        return Rates(*kept, slowing=own)

    def done(self, points: FloatArray) -> FloatArray:
        """Return the work done with so many customers ``[B, M]``, in slots fully used."""
        slots = self.slots[:, None]
        if self.slowing is None:
            return np.minimum(points, slots)
        how = Slowing(self.slowing.concurrency[:, None], self.slowing.alone[:, None])
        return how.done(points, slots)


def _grown(speed: FloatArray, seconds: FloatArray) -> FloatArray:
    """Return (1 - exp(-speed * seconds)) / speed, and ``seconds`` where speed is 0."""
    safe = np.where(speed > 0, speed, 1.0)
    return np.where(speed > 0, -np.expm1(-safe * seconds) / safe, seconds)


def fluid(customers: FloatArray, rates: Rates, seconds: float) -> FloatArray:
    """Return the number of customers after ``seconds`` if nothing were random.

    Parameters
    ----------
    customers
        Number in the queue or in service at the start ``[B]``.
    rates
        Rates of each queue ``[B]``.
    seconds
        Time that passes.

    Examples
    --------
    One contact a second more than the ten slots can handle, and nobody hangs up:

    >>> one = [np.array([value]) for value in (2.0, 0.1, 0.0, 10.0)]
    >>> float(fluid(np.array([10.0]), Rates(*one), 60.0)[0])
    70.0
    """
    if rates.slowing is not None:
        return _slowed_fluid(customers, rates, rates.slowing, seconds)
    slots, excess = rates.slots, rates.arrival - rates.slots * rates.service
    above = (customers > slots) | ((customers == slots) & (excess > 0))
    speed = np.where(above, rates.leaving, rates.service)
    drift = excess - speed * (customers - slots)
    time = np.full_like(customers, seconds)
    after = customers + drift * _grown(speed, time)
    crosses = (after - slots) * (customers - slots) < 0
    safe_drift = np.where(crosses, drift, 1.0)
    gap = (slots - customers) / safe_drift
    inside = np.where(crosses, speed * gap, 0.0)
    safe_speed = np.where(speed > 0, speed, 1.0)
    crossing = np.where(speed > 0, -np.log1p(-inside) / safe_speed, gap)
    other = np.where(above, rates.service, rates.leaving)
    left = np.maximum(time - crossing, 0.0)
    beyond = slots + excess * _grown(other, left)
    return np.where(crosses, beyond, after)


def _slowed_fluid(customers: FloatArray, rates: Rates, how: Slowing, seconds: float) -> FloatArray:
    """Return ``fluid`` with agents who slow down: from one level of open contacts to the next.

    Without chance the number only rises or only falls, so that each level is passed once.
    """
    slots, most = rates.slots, how.concurrency
    agents = slots / most

    def drift(number: FloatArray) -> FloatArray:
        out = rates.service * how.done(number, slots)
        return rates.arrival - out - rates.leaving * np.maximum(number - slots, 0.0)

    number, left = customers.astype(np.float64), np.full_like(customers, seconds, np.float64)
    rises = drift(number) > 0
    level = number / np.where(agents > 0, agents, 1.0)
    level = np.where(rises, np.floor(level + 1e-9), np.ceil(level - 1e-9) - 1.0)
    full = (agents <= 0) | (number > slots) | ((number >= slots) & rises)
    level = np.where(full, most, np.clip(level, 0.0, most - 1.0))
    for _ in range(int(most.max(initial=1.0)) + 1):
        full = level >= most
        gain = rates.service * how.gain(np.minimum(level, most - 1.0))
        speed = np.where(full, rates.leaving, gain)
        end = np.where(full, np.where(rises, np.inf, slots), agents * (level + rises))
        velocity = drift(number)
        after = number + velocity * _grown(speed, left)
        crosses = np.where(rises, after > end, after < end) & (velocity != 0)
        gap = np.where(crosses, end - number, 0.0) / np.where(crosses, velocity, 1.0)
        safe = np.where(speed > 0, speed, 1.0)
        inside = np.minimum(np.where(crosses, speed * gap, 0.0), 1.0 - 1e-15)
        taken = np.where(speed > 0, -np.log1p(-inside) / safe, gap)
        left = np.where(crosses, np.maximum(left - taken, 0.0), 0.0)
        number = np.where(crosses, end, after)
        level = np.where(crosses, level + np.where(rises, 1.0, -1.0), level)
        if not crosses.any():
            break
    return number
