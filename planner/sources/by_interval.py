"""A source's rows as a history table: contacts by queue and interval, in local time with offset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.sources.adding_up import added_up, cells_of
from planner.sources.queue_words import UNKNOWN, words_of
from planner.sources.single import quiet_days
from planner.sources.starts import DAY_US, MINUTE_US, utc_of, wall_of

if TYPE_CHECKING:
    from planner.sources.raw_rows import RawRows

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def by_interval(rows: RawRows, zone: str, minutes: int | None) -> pd.DataFrame:
    """Return ``start``, ``queue``, ``contacts`` and, where known, ``aht_s``.

    Single contacts are counted; a queue's quiet days, of which the source tells by its other
    queues, have a row of none. Handling times are means weighted by the contacts handled.

    Parameters
    ----------
    rows
        Rows with starts in UTC, as ``planner.sources.tickets`` and ``interval_exports`` give them;
        a row without ``contacts`` is one.
    zone
        Whose clock the starts are written on.
    minutes
        Length of an interval; None leaves the starts as they are.
    """
    names, queue = words_of(rows.columns["queue"])
    if np.any(queue < 0):
        names, queue = [*names, UNKNOWN], np.where(queue < 0, len(names), queue)
    utc = np.asarray(rows.columns["start"].cast("int64").to_numpy(), dtype=np.int64)
    values = {
        name: np.asarray(rows.columns[name].to_numpy(zero_copy_only=False), dtype=np.float64)
        for name in ("contacts", "answered", "aht_s")
        if name in rows.columns
    }
    wall = wall_of(utc, zone)
    if "contacts" not in values:
        values["contacts"] = np.ones(len(queue))
        queue, utc, wall, values = _with_quiet_days(queue, utc, wall, values, len(names), zone)
    if minutes is not None:
        late = wall % (minutes * MINUTE_US)
        utc, wall = utc - late, wall - late
    order = np.argsort(np.argsort(np.array(names, dtype=object)))
    cells = cells_of(order[queue], utc)
    total = added_up(values, cells)
    frame = pd.DataFrame({
        "start": _stamps(cells.start, zone),
        "queue": np.array(sorted(names), dtype=object)[cells.queue],
        "contacts": _whole(total["contacts"]),
    })  # fmt: skip
    if "aht_s" in total:
        frame["aht_s"] = np.round(total["aht_s"], 1)
    return frame


def _with_quiet_days(
    queue: IntArray,
    utc: IntArray,
    wall: IntArray,
    values: dict[str, FloatArray],
    count: int,
    zone: str,
) -> tuple[IntArray, IntArray, IntArray, dict[str, FloatArray]]:
    quiet = quiet_days(queue, wall // DAY_US, count)
    midnight = np.concatenate(quiet)
    if not midnight.size:
        return queue, utc, wall, values
    first = utc_of(midnight, zone)
    whose = np.repeat(np.arange(count), [len(days) for days in quiet])
    more = {
        name: np.concatenate([value, np.full(len(first), 0.0 if name == "contacts" else np.nan)])
        for name, value in values.items()
    }
    return np.r_[queue, whose], np.r_[utc, first], np.r_[wall, wall_of(first, zone)], more


def _whole(contacts: FloatArray) -> npt.NDArray[np.generic]:
    """Return counts without a point where all are whole."""
    if np.all(contacts == np.round(contacts)):
        return contacts.astype(np.int64)
    return np.round(contacts, 3)


def _stamps(utc: IntArray, zone: str) -> npt.NDArray[np.object_]:
    """Return times as ISO 8601 with the zone's offset.

    Examples
    --------
    >>> noon = np.array(["2027-07-01T12:00"], dtype="M8[us]").view(np.int64)
    >>> _stamps(noon, "Europe/Paris")[0]
    '2027-07-01T14:00:00+02:00'
    """
    wall = wall_of(utc, zone)
    ahead = (wall - utc) // MINUTE_US
    texts = np.datetime_as_string(wall.view("datetime64[us]"), unit="s").astype(object)
    offsets = {a: f"{'-' if a < 0 else '+'}{abs(a) // 60:02d}:{abs(a) % 60:02d}"
               for a in np.unique(ahead).tolist()}  # fmt: skip
    told = np.array([offsets[a] for a in ahead.tolist()], dtype=object)
    result: npt.NDArray[np.object_] = texts + told
    return result
