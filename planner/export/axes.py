"""Where each queue's intervals lie in its market's days and wall-clock slots."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from forecasting.history import DAY_S, local_slots
from planner.inputs import zone_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import pandas as pd

    from planner.scenario.model import Scenario

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class QueueAxis:
    """One queue on the interval axis.

    Parameters
    ----------
    queue, market, channel, timezone
        What the scenario says of the queue, and the IANA zone of its market.
    stamps
        ISO 8601 start of each interval with the market's offset, ``[I]``.
    day, slot
        Local day, counted from the horizon's first, and wall-clock slot of each interval, ``[I]``.
    inside
        Numbers of the intervals that lie in the horizon's local days.
    """

    queue: str
    market: str
    channel: str
    timezone: str
    stamps: npt.NDArray[np.str_]
    day: IntArray
    slot: IntArray
    inside: IntArray


def queue_axes(
    scenario: Scenario, times: pd.DatetimeIndex, days: Sequence[dt.date], interval_s: int
) -> tuple[QueueAxis, ...]:
    """Return every queue's axis, in the scenario's order."""

    @functools.cache
    def in_zone(
        timezone: str, counted_in: str
    ) -> tuple[npt.NDArray[np.str_], IntArray, IntArray, IntArray]:
        day, slot = local_slots(times, counted_in, interval_s, days[0])
        inside = np.flatnonzero((day >= 0) & (day < len(days)))
        starts = times
        if interval_s == DAY_S:  # the axis names days, and stands for those of every market
            wall = times.tz_localize(None)
            starts = wall.tz_localize(timezone, nonexistent="shift_forward", ambiguous=wall < wall)
        return local_stamps(starts, timezone), day, slot, inside

    axes = []
    for queue in scenario.queues:
        zone = scenario.market_of(queue).timezone
        where = in_zone(zone, zone_of(scenario, queue))
        axes.append(QueueAxis(queue.name, queue.market, queue.channel, zone, *where))
    return tuple(axes)


def local_stamps(times: pd.DatetimeIndex, timezone: str) -> npt.NDArray[np.str_]:
    """Return ISO 8601 instants with the zone's offset, to the second, ``[I]``.

    Examples
    --------
    >>> import pandas as pd
    >>> times = pd.DatetimeIndex(["2027-02-14T09:00Z", "2027-07-14T09:00Z"])
    >>> local_stamps(times, "Europe/Paris").tolist()
    ['2027-02-14T10:00:00+01:00', '2027-07-14T11:00:00+02:00']
    """
    local = times.tz_convert(timezone)
    return np.array([stamp.isoformat(timespec="seconds") for stamp in local], dtype=np.str_)


def by_local_day(values: FloatArray, axis: QueueAxis, days: int) -> FloatArray:
    """Return the sums of ``[I]`` values over each local day of the horizon, ``[D]``.

    Intervals outside the horizon's local days are left out.
    """
    inside = axis.inside
    totals = np.bincount(axis.day[inside], weights=values[inside], minlength=days)
    return np.asarray(totals, dtype=np.float64)
