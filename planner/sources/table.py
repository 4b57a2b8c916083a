"""The history table: rows read, checked all at once, and brought onto the intervals."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.errors import Fault, InputError
from planner.scenario.telling import one_of, quoted
from planner.sources.raw_rows import OPTIONAL, RawRows, read_rows, read_sql
from planner.sources.row_faults import RowFaults, shown
from planner.sources.starts import MINUTE_US, Starts, read_starts
from planner.sources.table_notes import notes_of

if TYPE_CHECKING:
    import pyarrow as pa

    from planner.scenario.model import Scenario

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

DAY_MINUTES = 1440
MOST = 1e6  # contacts of one row, and seconds
ENOUGH_ROWS = 20  # to tell a table in hours from a queue that happened to be asked on the hour
COUNTS = ("contacts", "answered", "abandoned", "answered_within")
MEANS = ("aht_s", "wait_s")


@dataclass(frozen=True, slots=True)
class HistoryTable:
    """The past of all queues on the scenario's intervals.

    Parameters
    ----------
    frame
        Columns ``queue`` (categories: the scenario's queues, in order), ``start`` (UTC; for a
        forecast by day the local date at 00:00 UTC),
        ``contacts``, ``aht_s`` (seconds, NaN where unknown) and, where the table has them,
        ``answered``, ``abandoned``, ``answered_within``, ``wait_s``; sorted by queue and start.
    notes
        What is worth knowing and no fault: gaps, contacts outside opening hours.
    file
        Where it came from, as the user named it.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...]
    file: str

    def rows_of(self, queue: str) -> pd.DataFrame:
        """Return the rows of one queue, by start; none when it is unknown."""
        codes = self.frame["queue"].cat.codes.to_numpy()
        known = list(self.frame["queue"].cat.categories)
        code = known.index(queue) if queue in known else len(known)
        first, end = np.searchsorted(codes, [code, code + 1])
        return self.frame.iloc[first:end]


def load_history(scenario: Scenario) -> HistoryTable:
    """Return the history that a scenario names: a file or a database.

    Raises
    ------
    InputError
        With every fault of the table, rows by their number in the file.
    """
    history = scenario.history
    if history.zendesk is not None:
        message = (
            "must first be made a table by 'planner import zendesk FILE --out contacts.csv' and "
            f"then named as file, got {history.zendesk!r}"
        )
        raise InputError([scenario.fault(("history", "zendesk"), message)])
    if history.sql is not None:
        rows = read_sql(history.sql, history.query or "", scenario.folder)
        return _table(rows, scenario)
    return read_table(scenario.folder / (history.file or ""), scenario)


def read_table(path: Path, scenario: Scenario) -> HistoryTable:
    """Return the history in a CSV or Parquet file.

    Finer rows than the scenario's intervals are added up, their handling times weighted by
    contacts.

    Raises
    ------
    InputError
        With every fault of the table, rows by their number in the file.
    """
    return _table(read_rows(path), scenario)


def _table(rows: RawRows, scenario: Scenario) -> HistoryTable:
    faults = RowFaults(rows.file, rows.row_numbers, list(rows.faults))
    queue, word = _queues(rows, scenario, faults)
    zones = sorted({scenario.market_of(q).timezone for q in scenario.queues})
    by_queue = [zones.index(scenario.market_of(q).timezone) for q in scenario.queues]
    unknown = 0 if len(zones) == 1 else -1  # queue -1 has no zone but the only one
    zone = np.array([*by_queue, unknown], dtype=np.int64)[queue]
    starts = _starts(rows, zone, zones, word, faults)
    values = {name: _numbers(rows.columns[name], name, faults) for name in rows.columns
              if name in COUNTS + MEANS}  # fmt: skip
    steps = _steps(starts, queue, scenario, faults)
    _check_grid(starts, queue, steps, faults)
    _check_unique(starts, word, faults)
    if len(queue) == 0 and not faults.found:
        faults.add_whole("", "must have rows below the column names, got none")
    elif len(queue) and "queue" in rows.columns:
        faults.found += _absent_queues(queue, scenario, rows.file)
    if faults.found:
        raise InputError(faults.found)
    frame, wall = _frame(starts, queue, values, scenario)
    name = Path(rows.file).name  # where it lies is no part of what is known about it
    notes = notes_of(frame, wall, scenario, steps, name)
    return HistoryTable(frame, notes, rows.file)


def _starts(
    rows: RawRows, zone: IntArray, zones: list[str], word: IntArray, faults: RowFaults
) -> Starts:
    if "start" in rows.columns:
        return read_starts(rows.columns["start"], zone, zones, word, faults)
    none = np.zeros(len(zone), dtype=np.int64)
    return Starts(none, none, np.zeros(len(zone), dtype=bool))


def _queues(rows: RawRows, scenario: Scenario, faults: RowFaults) -> tuple[IntArray, IntArray]:
    """Return each row's queue by position in the scenario, -1 for one it does not have.

    And a number for its word, which tells apart those that the scenario does not have too; -1 for
    a row without one.
    """
    if "queue" not in rows.columns:
        none = np.full(len(next(iter(rows.columns.values()), ())), -1, dtype=np.int64)
        return none, none
    column = rows.columns["queue"]
    words = [str(word).strip() for word in column.dictionary.to_pylist()]
    known = [queue.name for queue in scenario.queues]
    index = {name: i for i, name in enumerate(known)}
    place = np.array([*(index.get(word, -1) for word in words), -1], dtype=np.int64)
    others = {word: len(known) + i for i, word in enumerate(words) if word not in index}
    other_index = others | index
    number = np.array([*(other_index[word] for word in words), -1], dtype=np.int64)
    codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    result: IntArray = place[codes]
    for i, word in enumerate(words):
        if word not in index:
            where = np.flatnonzero(codes == i)
            if where.size:
                more = f" in {where.size} rows" if where.size > 1 else ""
                must = f"must {one_of(known, word)}, got {shown(word)}{more}"
                faults.add_whole("queue", must, faults.number(int(where[0])))
    faults.add(np.flatnonzero(codes == -1), "queue", "be given", lambda row: "nothing")
    return result, number[codes]


def _numbers(column: pa.Array, name: str, faults: RowFaults) -> FloatArray:
    """Return a column's numbers, NaN where nothing is known, and tell those that are none."""
    value, empty, odd = _floats(column)
    wrong = odd | np.isinf(value) | (value < 0)
    if name == "contacts":
        wrong |= empty
    faults.add(np.flatnonzero(wrong), name, "be a number >= 0", lambda r: shown(column[r].as_py()))
    value[wrong] = np.nan
    high = np.flatnonzero(value > MOST)
    faults.add(high, name, f"be {MOST:.0f} at most", lambda r: shown(column[r].as_py()))
    if name == "aht_s":
        value[value == 0] = np.nan  # nobody was handled in no time: exports write 0 for unknown
    return value


def _floats(column: pa.Array) -> tuple[FloatArray, BoolArray, BoolArray]:
    """Return a column as numbers, which of it is empty, and which is no number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind, none = column.type, np.zeros(len(column), dtype=bool)
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if text:
        column = pc.if_else(pc.equal(column, ""), None, column)
    elif pa.types.is_boolean(kind) or not (pa.types.is_primitive(kind) or _is_decimal(kind)):
        return np.full(len(column), np.nan), none, ~none
    try:
        floats = pc.cast(column, pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        if not text:
            return np.full(len(column), np.nan), none, ~none
        return _floats_of_text(column)
    value = np.array(floats.to_numpy(zero_copy_only=False), dtype=np.float64)
    return value, np.isnan(value), none


def _is_decimal(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_decimal(kind))


def _floats_of_text(column: pa.Array) -> tuple[FloatArray, BoolArray, BoolArray]:
    words = pd.Series(column.to_numpy(zero_copy_only=False), dtype=object).fillna("").str.strip()
    empty = (words == "").to_numpy(dtype=bool)
    value = np.array(pd.to_numeric(words, errors="coerce"), dtype=np.float64)
    return value, empty, np.isnan(value) & ~empty


def _steps(starts: Starts, queue: IntArray, scenario: Scenario, faults: RowFaults) -> IntArray:
    """Return the minutes between starts that each queue's rows keep to, ``[Q]``; 0 without rows.

    A step is the largest on which 99 of 100 rows lie; rows off it are faults of their own.
    """
    minute = starts.wall // MINUTE_US % DAY_MINUTES
    interval = scenario.interval_minutes
    result = np.zeros(len(scenario.queues), dtype=np.int64)
    order = np.argsort(queue, kind="stable") if np.any(np.diff(queue) < 0) else None
    ranked = queue if order is None else queue[order]
    bounds = np.searchsorted(ranked, np.arange(len(result) + 1))
    for q, (first, end) in enumerate(pairwise(bounds)):
        rows = slice(first, end) if order is None else order[first:end]
        minutes = minute[rows][starts.good[rows]]
        if not minutes.size:
            continue
        result[q] = _step(minutes, interval)
        coarse = result[q] > interval and minutes.size >= ENOUGH_ROWS
        if coarse or interval % min(result[q], interval):
            must = f"must come in steps of interval_minutes ({interval}) or of a part of it"
            name = quoted(scenario.queues[q].name)
            faults.add_whole("start", f"{must}, got steps of {result[q]} minutes for {name}")
            result[q] = 0
        result[q] = min(result[q], interval)
    return result


def _step(minutes: IntArray, interval: int) -> int:
    common = int(np.gcd(np.gcd.reduce(minutes[:2000]), DAY_MINUTES))
    if common >= interval or minutes.size > 2000:
        common = int(np.gcd(np.gcd.reduce(minutes), DAY_MINUTES))
    if common % interval == 0:
        return common
    counts = np.bincount(minutes, minlength=DAY_MINUTES)
    divisors = [n for n in range(DAY_MINUTES, 0, -1) if DAY_MINUTES % n == 0 and n <= interval]
    on_grid = (step for step in divisors if counts[::step].sum() >= 0.99 * minutes.size)
    return next(on_grid, 1)


def _check_grid(starts: Starts, queue: IntArray, steps: IntArray, faults: RowFaults) -> None:
    """Tell starts that lie between the intervals."""
    step = np.array([*steps, 0])[queue] * MINUTE_US
    asked = starts.good & (step > 0)
    off = asked & (starts.wall % np.where(asked, step, 1) != 0)
    for size in np.unique(step[off]):
        must = f"be on the grid of {size // MINUTE_US} minutes that the queue's other rows keep"
        where = np.flatnonzero(off & (step == size))
        faults.add(where, "start", must, lambda row: _clock(starts, row))
    starts.good[off] = False


def _clock(starts: Starts, row: int) -> str:
    return str(pd.Timestamp(int(starts.wall[row]), unit="us"))


def _check_unique(starts: Starts, queue: IntArray, faults: RowFaults) -> None:
    """Tell rows of a queue whose interval came before."""
    rows = np.flatnonzero(starts.good & (queue >= 0))
    where, utc = queue[rows], starts.utc[rows]
    same = np.diff(where) == 0
    if np.all(np.diff(where) >= 0) and np.all(np.diff(utc)[same] > 0):
        return  # sorted, as most tables are: nothing can come twice
    keys = pd.DataFrame({"queue": where, "utc": utc})
    again = np.flatnonzero(keys.duplicated().to_numpy())
    firsts = keys.reset_index().groupby(["queue", "utc"])["index"].transform("min") \
        if again.size else None  # fmt: skip

    def found(row: int) -> str:
        position = int(np.searchsorted(rows, row))
        first = faults.number(int(rows[firsts.iloc[position]])) if firsts is not None else 0
        return f"{_clock(starts, row)} again (first in row {first})"

    faults.add(rows[again], "start", "be unique for its queue", found)


def _absent_queues(queue: IntArray, scenario: Scenario, file: str) -> list[Fault]:
    """Return a fault for each queue that has no rows and that no other escalates to."""
    present = set(np.unique(queue).tolist())
    fed = {q.escalates.to for q in scenario.queues if q.escalates}
    return [
        scenario.fault(
            ("queues", i, "name"), f"must have rows in {file} or be escalated to, got none"
        )
        for i, q in enumerate(scenario.queues)
        if i not in present and q.name not in fed
    ]


def _frame(
    starts: Starts, queue: IntArray, values: dict[str, FloatArray], scenario: Scenario
) -> tuple[pd.DataFrame, IntArray]:
    """Return the rows by queue and start on the scenario's intervals, and their wall clocks."""
    late = starts.wall % (scenario.interval_minutes * MINUTE_US)
    finer = bool(late.any())
    utc, wall = (starts.utc - late, starts.wall - late) if finer else (starts.utc, starts.wall)
    if scenario.interval_minutes == DAY_MINUTES:
        utc = wall  # a local day has no one length: it is named by its date at 00:00 UTC
    columns = {name: values[name] for name in values}
    if np.any(np.diff(queue) < 0) or np.any(np.diff(utc)[np.diff(queue) == 0] <= 0):
        order = np.lexsort((utc, queue))
        queue, utc, wall = queue[order], utc[order], wall[order]
        columns = {name: value[order] for name, value in columns.items()}
    if finer:
        first = np.flatnonzero(np.r_[True, (np.diff(queue) != 0) | (np.diff(utc) != 0)])
        columns = _added_up(columns, first)
        queue, utc, wall = queue[first], utc[first], wall[first]
    names = [q.name for q in scenario.queues]
    frame = pd.DataFrame(
        {
            "queue": pd.Categorical.from_codes(queue, categories=pd.Index(names)),
            "start": pd.DatetimeIndex(utc.view("datetime64[us]")).tz_localize("UTC"),
            "contacts": columns["contacts"],
            "aht_s": columns.get("aht_s", np.full(len(queue), np.nan)),
        }
        | {name: columns[name] for name in OPTIONAL if name in columns and name != "aht_s"}
    )
    return frame, wall


def _added_up(columns: dict[str, FloatArray], first: IntArray) -> dict[str, FloatArray]:
    """Return counts added up and means weighted by contacts over runs that begin at ``first``."""
    result = {}
    for name, value in columns.items():
        known = ~np.isnan(value)
        weight = np.where(known, columns["contacts"] if name in MEANS else 1.0, 0.0)
        total = np.add.reduceat(np.nan_to_num(value) * weight, first)
        below = np.add.reduceat(weight, first)
        if name in MEANS:
            total = np.divide(total, below, out=np.full(len(first), np.nan), where=below > 0)
        result[name] = np.where(below > 0, total, np.nan)
    return result
