"""Rows of one queue and interval added up: counts as sums, means weighted by contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.sources.numbers import LEVELS, MEANS
from planner.sources.starts import SHORTEST_US

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MOST_CELLS = 20_000_000  # of queues by intervals, counted without sorting


@dataclass(frozen=True, slots=True)
class Cells:
    """The queues and intervals that rows have, ``[G]``, and which of them each row is of, ``[N]``.

    They are sorted by queue and start.
    """

    queue: IntArray
    start: IntArray
    place: IntArray


def cells_of(queue: IntArray, start: IntArray) -> Cells:
    """Return the queues and starts, microseconds, that rows have.

    Examples
    --------
    >>> cells = cells_of(np.array([1, 0, 1, 1]), np.array([9, 9, 3, 9]))
    >>> cells.queue.tolist(), cells.start.tolist(), cells.place.tolist()
    ([0, 1, 1], [9, 3, 9], [2, 0, 1, 2])
    """
    first = start.min() if start.size else 0
    late = start - first
    unit = 1 if np.any(late % SHORTEST_US) else SHORTEST_US
    late //= unit
    width = int(late.max(initial=0)) + 1
    key = queue * width + late
    if (int(queue.max(initial=0)) + 1) * width <= MOST_CELLS:
        filled = np.zeros(int(key.max(initial=0)) + 1, dtype=bool)
        filled[key] = True
        present = np.flatnonzero(filled)
        place = (np.cumsum(filled) - 1)[key]
    else:
        present, place = np.unique(key, return_inverse=True)
    return Cells(present // width, present % width * unit + first, place)


def added_up(columns: Mapping[str, FloatArray], cells: Cells) -> dict[str, FloatArray]:
    """Return the columns by cell: counts added up, means weighted by contacts.

    Handling times are weighted by the contacts answered where these are known. Of agents on duty
    it is the mean over the rows. What is unknown in all of a cell's rows is unknown.

    Examples
    --------
    Two rows of one interval, of 10 contacts at 300 s and 30 at 100 s:

    >>> rows = {"contacts": np.array([10.0, 30.0]), "aht_s": np.array([300.0, 100.0])}
    >>> added_up(rows, cells_of(np.array([0, 0]), np.array([0, 0])))
    {'contacts': array([40.]), 'aht_s': array([150.])}
    """
    count = len(cells.queue)
    result = {}
    for name, value in columns.items():
        known = ~np.isnan(value)
        weight = known.astype(np.float64)
        if name in MEANS:
            weight = np.where(known, _weight(name, columns), 0.0)
        total = np.bincount(cells.place, np.where(known, value, 0.0) * weight, count)
        below = np.bincount(cells.place, weight, count)
        if name in MEANS + LEVELS:
            total = np.divide(total, below, out=np.full(count, np.nan), where=below > 0)
        result[name] = np.where(below > 0, total, np.nan)
    return result


def _weight(name: str, columns: Mapping[str, FloatArray]) -> FloatArray:
    contacts = columns["contacts"]
    if name == "aht_s" and "answered" in columns:
        return np.where(np.isnan(columns["answered"]), contacts, columns["answered"])
    return contacts
