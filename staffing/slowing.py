"""Agents who handle several contacts at once and slow down with each: work done at every level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slowing:
    """How agents slow down, arrays of one shape (a number for each queue or interval).

    Parameters
    ----------
    concurrency
        Contacts that an agent handles at the same time at most, c.
    alone
        Handling time with one contact open over the one with c open, in [1 / c, 1]; 1: no slowing.

    Notes
    -----
    With j contacts open each takes h(j) = alone + (1 - alone) (j - 1) / (c - 1) of the handling
    time at full concurrency, so that an agent finishes j / h(j) contacts in that time: never less
    with more open (alone >= 1 / c), and less more with each. New contacts go to the agent with the
    fewest open, so that n contacts among N agents sit at two levels next to each other, and their
    work is linear in n between multiples of N.
    """

    concurrency: FloatArray
    alone: FloatArray

    @classmethod
    def of(
        cls, concurrency: ArrayLike, aht_s: ArrayLike, aht_alone_s: ArrayLike | None
    ) -> Slowing | None:
        """Return the slowing between two handling times, or None where nothing slows down.

        A time alone above ``aht_s`` or below ``aht_s / concurrency`` is read as that bound, an
        unknown one as ``aht_s``.

        Examples
        --------
        >>> Slowing.of(3, [420.0, 280.0], 300).alone.round(3).tolist()
        [0.714, 1.0]
        >>> Slowing.of(3, [420.0], None) is None, Slowing.of(1, [420.0], 300) is None
        (True, True)
        """
        if aht_alone_s is None:
            return None
        given = (concurrency, aht_s, aht_alone_s)
        most, aht, alone = np.broadcast_arrays(*(np.asarray(v, np.float64) for v in given))
        share = alone / np.where(aht > 0.0, aht, np.nan)
        share = np.where(np.isnan(share), 1.0, share)
        return cls(most, np.clip(share, 1.0 / np.maximum(most, 1.0), 1.0)).at(...)

    @classmethod
    def outputs(cls, concurrency: int, aht_s: float, aht_alone_s: float | None) -> FloatArray:
        """Return what an agent finishes per ``aht_s`` with 1, 2 .. concurrency contacts open.

        Examples
        --------
        >>> Slowing.outputs(3, 420, 300).round(3).tolist(), Slowing.outputs(2, 420, None).tolist()
        ([1.4, 2.333, 3.0], [1.0, 2.0])
        """
        levels = np.arange(1.0, concurrency + 1.0)
        how = cls.of(np.full(levels.size, float(concurrency)), aht_s, aht_alone_s)
        return levels if how is None else how.output(levels)

    def at(self, index: Any) -> Slowing | None:  # noqa: ANN401
        """Return the slowing of some queues, or None where none of them slows down."""
        alone = self.alone[index]
        return Slowing(self.concurrency[index], alone) if (alone < 1.0).any() else None

    def output(self, level: FloatArray) -> FloatArray:
        """Return contacts that an agent finishes per handling time, at a level of open contacts.

        Examples
        --------
        One open takes 300 s, two 360 s each, three 420 s each; per 420 s:

        >>> Slowing.of([3] * 5, 420, 300).output(np.array([0, 1, 1.5, 2, 3])).round(3).tolist()
        [0.0, 1.4, 1.867, 2.333, 3.0]
        """
        low = np.clip(np.floor(level), 0.0, self.concurrency - 1.0)
        below = self._whole(low)
        result: FloatArray = below + (level - low) * (self._whole(low + 1.0) - below)
        return result

    def gain(self, level: FloatArray) -> FloatArray:
        """Return what one more contact open adds to the output, from a whole level below c."""
        return self._whole(level + 1.0) - self._whole(level)

    def done(self, customers: FloatArray, slots: FloatArray) -> FloatArray:
        """Return the work done by all agents, in slots fully used: ``slots`` once all are taken.

        Parameters
        ----------
        customers
            Number in the queue or in service.
        slots
            Contacts that can be handled at the same time: agents times concurrency.
        """
        level = np.maximum(customers, 0.0) * (self.concurrency / np.where(slots > 0, slots, 1.0))
        work = slots / self.concurrency * self.output(np.minimum(level, self.concurrency))
        return np.where(customers < slots, work, slots)

    def balance(self, load: FloatArray, slots: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the number in service at which the work done is ``load``, and its gain there.

        All slots where the load is beyond them; the gain is that of the step up to that number.
        """
        agents = slots / self.concurrency
        each = np.minimum(load / np.where(agents > 0, agents, 1.0), self.concurrency)
        rise = (1.0 - self.alone) / np.maximum(self.concurrency - 1.0, 1.0)
        level = each * (self.alone - rise) / np.maximum(1.0 - each * rise, 1e-12)
        top = self.concurrency - 1.0
        low = np.where(load < slots, np.clip(np.ceil(level - 1e-9) - 1.0, 0.0, top), top)
        gain = self.gain(low)
        inside = (each - self._whole(low)) / np.where(gain > 0.0, gain, 1.0)
        number = agents * (low + np.clip(inside, 0.0, 1.0))
        return np.where(load < slots, number, slots), gain

    def _whole(self, level: FloatArray) -> FloatArray:
        """Return the output at a whole level."""
        rise = (1.0 - self.alone) / np.maximum(self.concurrency - 1.0, 1.0)
        time = self.alone + rise * np.maximum(level - 1.0, 0.0)
        return np.where(level >= self.concurrency, self.concurrency, level / time)
