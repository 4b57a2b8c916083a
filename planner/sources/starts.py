"""The starts of a history's intervals: text or local times into UTC, across clock changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.scenario.types import FIRST_DATE, LAST_DATE
from planner.sources.row_faults import RowFaults, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

MINUTE_US = 60_000_000
DAY_US = 1440 * MINUTE_US
SHORTEST_US = 5 * MINUTE_US  # of an interval; nobody counts contacts on a finer grid
EPOCH = 719_163  # the ordinal of 1 January 1970
THURSDAY = 3  # its weekday
NO_TIME = np.iinfo(np.int64).min  # pandas' and Arrow's own mark for a missing time
ZONED = r"[T ]\d\d(:?\d\d)?.*(Z|z|[+-]\d\d(:?\d\d)?)$"
MUST = "be ISO 8601 such as 2027-02-01T08:00 or 2027-02-01T08:00+01:00"


YEARS = "be a time from 1970 to 2199"
FIRST_US = (FIRST_DATE.toordinal() - EPOCH) * 24 * 60 * MINUTE_US
END_US = (LAST_DATE.toordinal() + 1 - EPOCH) * 24 * 60 * MINUTE_US


@dataclass(frozen=True, slots=True)
class Starts:
    """Starts of intervals ``[N]`` in microseconds: in UTC, and on the queue's own wall clock."""

    utc: IntArray
    wall: IntArray
    good: BoolArray


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows with their starts, their queues by position in the scenario, and numbers by column."""

    starts: Starts
    queue: IntArray
    columns: Mapping[str, FloatArray]

    def take(self, rows: IntArray) -> Rows:
        """Return some of the rows."""
        starts = Starts(self.starts.utc[rows], self.starts.wall[rows], self.starts.good[rows])
        return Rows(starts, self.queue[rows], {n: v[rows] for n, v in self.columns.items()})


def read_starts(
    column: pa.Array,
    zone: IntArray,
    zones: Sequence[str],
    queue: IntArray,
    faults: RowFaults,
    idle: BoolArray,
    clock: str | None = None,
) -> Starts:
    """Return the starts of a column, and tell the rows that have none.

    A time with an offset is taken at its word. A time without is local to its queue's zone,
    ``zones[zone[n]]``: one that the clocks skip is a fault, one that comes twice is the first
    occurrence in the row of a queue that comes first, and the second in the next; a midnight that
    the clocks skip names its day, which begins later. An ``idle`` row, without contacts, at a time
    that the clocks skip is no fault and not good: regular grids have such. Rows whose zone is -1
    keep their time as it is written. Where a ``clock`` is given, times without offset are of that
    zone, whatever their queue's.
    """
    stamp, zoned = stamps_of(column)
    good = _good(column, stamp, faults)

    def tell(where: IntArray, name: str) -> None:
        must = f"be a time that exists in {name}: the clocks skip it"
        faults.add(where[~idle[where]], "start", must, lambda row: shown(_text(_cell(column, row))))
        good[where] = False

    if clock is not None:
        plain, stamp = np.flatnonzero(good & ~zoned), stamp.copy()
        skipped, stamp[plain] = _utc(stamp[plain], clock, queue[plain])
        tell(plain[skipped], clock)
        zoned = np.ones(len(zoned), dtype=bool)
    utc, wall = stamp.copy(), stamp.copy()
    for z, name in enumerate(zones):
        here = good & (zone == z)
        aware, local = here & zoned, here & ~zoned
        if aware.any():
            rows = slice(None) if aware.all() else aware
            wall[rows] = wall_of(stamp[rows], name)
        if local.any():
            rows = slice(None) if local.all() else local
            skipped, utc[rows] = _utc(stamp[rows], name, queue[rows])
            tell(np.flatnonzero(local)[skipped], name)
    return Starts(utc, wall, good)


def _good(column: pa.Array, stamp: IntArray, faults: RowFaults) -> BoolArray:
    """Return which rows have a time of our years, and tell the others."""
    missing = stamp == NO_TIME
    distant = ~missing & ((stamp < FIRST_US) | (stamp >= END_US))
    if missing.any():
        asked = np.flatnonzero(missing)
        far = np.array([_names_far_year(_cell(column, row)) for row in asked.tolist()])
        distant[asked[far]] = True
        missing &= ~distant
    faults.add(np.flatnonzero(missing), "start", MUST, lambda row: shown(_cell(column, row)))
    faults.add(np.flatnonzero(distant), "start", YEARS, lambda row: shown(_cell(column, row)))
    good: BoolArray = ~missing & ~distant
    return good


def _cell(column: pa.Array, row: int) -> object:
    """Return a cell, or what Arrow says of a time that Python cannot hold."""
    try:
        return column[row].as_py()
    except (ValueError, OverflowError):
        return f"{column[row].value} in {column.type}"


def _names_far_year(value: object) -> bool:
    """Return whether a text that is no time begins with a year that is none of ours."""
    match = re.match(r"\s*(\d{4})-\d\d-\d\d", value) if isinstance(value, str) else None
    return match is not None and not FIRST_DATE.year <= int(match[1]) <= LAST_DATE.year


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def utc_of(wall: IntArray, zone: str) -> IntArray:
    """Return local times in UTC, the first of two, or the next where the clocks skip one."""
    distinct, back = np.unique(wall, return_inverse=True)
    summer = np.ones(len(distinct), dtype=bool)
    times = _index(distinct).tz_localize(zone, ambiguous=summer, nonexistent="shift_forward")
    return np.asarray(times.as_unit("us").asi8)[back]


def stamps_of(column: pa.Array) -> tuple[IntArray, BoolArray]:
    """Return microseconds as written (UTC where an offset is written), and where one is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind, count = column.type, len(column)
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        unit = pa.timestamp("us", getattr(kind, "tz", None))
        zoned = np.full(count, getattr(kind, "tz", None) is not None)
        return _integers(pc.cast(column, unit, safe=False)), zoned
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return np.full(count, NO_TIME), np.zeros(count, dtype=bool)
    zoned_first = bool(count) and re.search(ZONED, column[0].as_py() or "") is not None
    unit = pa.timestamp("us", "UTC" if zoned_first else None)
    try:  # most tables are all of one kind
        return _integers(pc.cast(column, unit)), np.full(count, zoned_first)
    except pa.ArrowInvalid:
        return _mixed_stamps(column)


def _integers(times: pa.Array) -> IntArray:
    import pyarrow as pa

    result = times.cast(pa.int64()).fill_null(NO_TIME).to_numpy(zero_copy_only=False)
    return np.asarray(result, dtype=np.int64)


def _mixed_stamps(column: pa.Array) -> tuple[IntArray, BoolArray]:
    """Return the same where rows differ, or where some are no times at all."""
    import pyarrow.compute as pc

    text = pc.utf8_trim_whitespace(column.fill_null(""))
    zoned = np.asarray(pc.match_substring_regex(text, ZONED).to_numpy(zero_copy_only=False))
    stamp = np.full(len(column), NO_TIME)
    for rows in (zoned, ~zoned):
        words = pd.Series(text.to_numpy(zero_copy_only=False)[rows], dtype=object)
        looks = words.str.match(r"\d{4}-?\d\d-?\d\d([T ]|$)").to_numpy(dtype=bool)
        times = pd.to_datetime(words.where(looks), format="ISO8601", errors="coerce", utc=True)
        known = times.notna().to_numpy()
        values = np.full(len(words), NO_TIME)
        values[known] = pd.DatetimeIndex(times[known]).as_unit("us").asi8
        stamp[rows] = values
    return stamp, zoned


def _index(stamp: IntArray) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(stamp.view("datetime64[us]"))


def wall_of(utc: IntArray, zone: str) -> IntArray:
    """Return the wall clock of a zone at times in UTC, microseconds both."""
    local = _index(utc).tz_localize("UTC").tz_convert(zone).tz_localize(None)
    return np.asarray(local.as_unit("us").asi8)


def _utc(wall: IntArray, zone: str, queue: IntArray) -> tuple[BoolArray, IntArray]:
    """Return which local times do not exist, and all of them in UTC."""
    local, count = _index(wall), len(wall)
    first, second = (
        local.tz_localize(zone, ambiguous=np.full(count, summer), nonexistent="NaT")
        .as_unit("us")
        .asi8
        for summer in (True, False)
    )
    result = np.array(first)
    twice = np.flatnonzero(first != second)
    if twice.size:
        keys = pd.DataFrame({"queue": queue[twice], "wall": wall[twice]})
        later = keys.groupby(["queue", "wall"]).cumcount().to_numpy() > 0
        result[twice[later]] = second[twice[later]]
    skipped = result == NO_TIME
    midnight = np.flatnonzero(skipped & (wall % DAY_US == 0))
    later_on = local[midnight].tz_localize(zone, nonexistent="shift_forward")
    result[midnight] = later_on.as_unit("us").asi8
    skipped[midnight] = False
    return skipped, result
