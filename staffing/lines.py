"""Queues answered at once as a table: contacts, slots, opening hours, and the slots yet to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.fluid import FloatArray, IntArray, Rates
from staffing.slowing import Slowing

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lines:
    """Queues answered at once and what is given to them; arrays ``[N, I]`` and ``[N]``.

    Parameters
    ----------
    contacts, aht_s
        Offered per interval, and seconds that one occupies a slot ``[N, I]``.
    slots
        Contacts that can be handled at the same time: positions times concurrency ``[N, I]``.
    is_open
        Whether customers can queue ``[N, I]``.
    answer_within_s, patience_s
        Threshold of the service level and mean patience in seconds ``[N]``.
    interval_s
        Length of an interval in seconds.
    slowing
        How agents slow down with each contact open ``[N, I]``; None: they do not.
    """

    contacts: FloatArray
    aht_s: FloatArray
    slots: FloatArray
    is_open: BoolArray
    answer_within_s: FloatArray
    patience_s: FloatArray
    interval_s: int
    slowing: Slowing | None = None

    @property
    def occupied(self) -> FloatArray:
        """Share of the slots that the contacts of each interval ask for ``[N, I]``."""
        load = self.contacts * self.aht_s / self.interval_s
        endless = np.where(load > 0, np.inf, 0.0)
        safe = np.where(self.slots > 0, self.slots, 1.0)
        return np.where(self.slots > 0, load / safe, endless)

    def rates(self, row: IntArray, interval: IntArray) -> Rates:
        """Return the rates of some queues, each in an interval of its own."""
        return Rates(
            self.contacts[row, interval] / self.interval_s,
            1.0 / self.aht_s[row, interval],
            1.0 / self.patience_s[row],
            self.slots[row, interval],
            slowing=None if self.slowing is None else self.slowing.at((row, interval)),
        )


def stacked(parts: Sequence[Lines]) -> Lines:
    """Return several sets of queues as one."""
    return Lines(
        np.concatenate([part.contacts for part in parts]),
        np.concatenate([part.aht_s for part in parts]),
        np.concatenate([part.slots for part in parts]),
        np.concatenate([part.is_open for part in parts]),
        np.concatenate([part.answer_within_s for part in parts]),
        np.concatenate([part.patience_s for part in parts]),
        parts[0].interval_s,
        _stacked_slowing(parts),
    )


def _stacked_slowing(parts: Sequence[Lines]) -> Slowing | None:
    if all(part.slowing is None for part in parts):
        return None
    none = [np.ones_like(part.slots) for part in parts]
    each = [part.slowing or Slowing(one, one) for part, one in zip(parts, none, strict=True)]
    return Slowing(
        np.concatenate([slowing.concurrency for slowing in each]),
        np.concatenate([slowing.alone for slowing in each]),
    )


@dataclass(frozen=True, slots=True)
class Ahead:
    """Contacts that the slots yet to come can finish, for waits that outlast an interval."""

    done: FloatArray
    clock: FloatArray
    closing: FloatArray
    row_done: float
    row_s: float
    interval_s: int

    @classmethod
    def of(cls, lines: Lines) -> Ahead:
        """Return the cumulated capacity of each queue and when it closes next."""
        rows, intervals = lines.contacts.shape
        served = np.where(lines.is_open, lines.slots / lines.aht_s, 0.0) * lines.interval_s
        come = np.maximum(np.diff(lines.slots, axis=1), 0.0)
        # two points a boundary: before and after new slots take one contact each
        done = np.zeros((rows, 2 * intervals))
        done[:, 1::2] = served
        done[:, 2::2] = come
        np.cumsum(done, axis=1, out=done)
        number = np.arange(intervals)
        shut = np.where(lines.is_open, intervals, number)
        closing = np.minimum.accumulate(shut[:, ::-1], axis=1)[:, ::-1] * float(lines.interval_s)
        row_done = float(done[:, -1].max(initial=0.0)) + 1.0
        row_s = float(intervals + 1) * lines.interval_s
        clock = np.repeat(np.arange(intervals + 1) * float(lines.interval_s), 2)[1:-1]
        offset = np.arange(rows)[:, None]
        return cls(
            (done + offset * row_done).ravel(),
            (clock + offset * row_s).ravel(),
            closing,
            row_done,
            row_s,
            lines.interval_s,
        )

    def wait(self, queue: FloatArray, row: IntArray, interval: IntArray) -> FloatArray:
        """Return seconds ``[B, M]`` until so many contacts are finished, closing at the latest."""
        width = 2 * (round(self.row_s / self.interval_s) - 1)
        start = row * width + 2 * interval
        middle = (self.done[start] + self.done[start + 1]) / 2.0
        now = (interval + 0.5) * self.interval_s
        room = (row + 1) * self.row_done - 0.5 - middle
        target = middle[:, None] + np.minimum(queue, room[:, None])
        then = np.interp(target, self.done, self.clock) - (row * self.row_s)[:, None]
        wait = np.minimum(then, self.closing[row, interval][:, None]) - now[:, None]
        result: FloatArray = np.where(queue > 0, np.maximum(wait, 0.0), 0.0)
        return result


def check_shapes(shape: tuple[int, int], **arrays: npt.NDArray[np.generic] | None) -> None:
    """Raise ValueError when an array does not have the shape [Q, I]; all of them are told."""
    faults = [
        f"{name} must have shape {shape}, got {array.shape}"
        for name, array in arrays.items()
        if array is not None and array.shape != shape
    ]
    if faults:
        raise ValueError("; ".join(faults))


def known_aht(aht_s: FloatArray, interval_s: int) -> FloatArray:
    """Return handling times ``[Q, I]`` above 0: unknown ones are the queue's mean, or an interval.

    Examples
    --------
    >>> known_aht(np.array([[300.0, np.nan], [np.nan, 0.0]]), 900).tolist()
    [[300.0, 300.0], [900.0, 900.0]]
    """
    known = np.isfinite(aht_s) & (aht_s > 0)
    count = known.sum(axis=1, keepdims=True)
    total = np.where(known, aht_s, 0.0).sum(axis=1, keepdims=True)
    mean = np.where(count > 0, total / np.maximum(count, 1), float(interval_s))
    return np.where(known, aht_s, mean)
