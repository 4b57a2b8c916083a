"""When a queue began: zeros that a table writes for the time before are no history of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.sources.starts import DAY_US, EPOCH

if TYPE_CHECKING:
    import pandas as pd

IntArray = npt.NDArray[np.int64]

MISSED = 8.0  # contacts that the zeros would have brought, above which they are not chance
ROUNDING = 1e-6  # contacts: days spread over their intervals add up to a whole number only nearly


def since_first_contact(
    frame: pd.DataFrame, wall: IntArray
) -> tuple[pd.DataFrame, IntArray, tuple[str, ...]]:
    """Return the rows from each queue's first day with contacts on, and notes.

    Earlier zeros stay where they may be chance: where at the rate of the days since they would
    have brought no more than eight contacts.

    Parameters
    ----------
    frame, wall
        Rows sorted by queue and start, and their wall clocks ``[N]``.
    """
    codes, contacts = frame["queue"].cat.codes.to_numpy(), frame["contacts"].to_numpy()
    names, day = list(frame["queue"].cat.categories), wall // DAY_US
    bounds = np.searchsorted(codes, np.arange(len(names) + 1))
    kept, notes = np.ones(len(frame), dtype=bool), []
    for q, name in enumerate(names):
        mine = slice(bounds[q], bounds[q + 1])
        some = np.flatnonzero(contacts[mine] > 0)
        if not some.size or not some[0]:
            continue
        days = day[mine]
        first = days[some[0]]
        before = len(np.unique(days[days < first]))
        rate = contacts[mine].sum() / len(np.unique(days[days >= first]))
        if before * rate > MISSED + ROUNDING:
            kept[mine] = days >= first
            began = dt.date.fromordinal(EPOCH + int(first))
            notes.append(f"{name} began on {began}: its zeros before are left aside")
    if not notes:
        return frame, wall, ()
    return frame[kept].reset_index(drop=True), wall[kept], tuple(notes)
