"""The history table: rows read, checked all at once, and brought onto the intervals."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.errors import Fault, InputError
from planner.scenario.telling import one_of
from planner.sources.adding_up import added_up, cells_of
from planner.sources.beginnings import since_first_contact
from planner.sources.coarse import spread_coarse
from planner.sources.columns import HISTORY, OPTIONAL, Wanted, missing_column
from planner.sources.data_report import DataReport
from planner.sources.in_our_words import Words, in_our_words
from planner.sources.numbers import COUNTS, LEVELS, MEANS, read_numbers
from planner.sources.outcomes import Contacts, check_outcomes, single_contacts
from planner.sources.raw_rows import RawRows, read_rows, read_sql
from planner.sources.row_faults import RowFaults, shown
from planner.sources.single import are_contacts, count_contacts
from planner.sources.starts import MINUTE_US, Rows, Starts, read_starts
from planner.sources.steps import DAY_MINUTES, check_grid, check_unique, steps_of
from planner.sources.table_notes import notes_of
from planner.sources.tickets import Asked, read_tickets

if TYPE_CHECKING:
    from planner.scenario.history import ReadAs
    from planner.scenario.model import Scenario

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

HOW_TO_MAP = " (history.queues puts such a word in yours, history.ignore leaves it out)"
SEVERAL = 3  # unknown words, above which they are another vocabulary, not a slip of the pen


@dataclass(frozen=True, slots=True)
class HistoryTable:
    """The past of all queues on the scenario's intervals.

    Parameters
    ----------
    frame
        Columns ``queue`` (categories: the scenario's queues, in order), ``start`` (UTC; for a
        forecast by day the local date at 00:00 UTC),
        ``contacts``, ``aht_s`` (seconds, NaN where unknown) and, where the table has them,
        ``answered``, ``abandoned``, ``answered_within``, ``wait_s``, ``agents``; sorted by queue
        and start. What they mean: ``planner.sources.columns``.
    notes
        What is worth knowing and no fault: gaps, contacts outside opening hours.
    file
        Where it came from, as the user named it.
    contacts
        The contacts one by one, where the table has a row for each.
    data
        What became of the source's columns and rows; None where nobody counted.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...]
    file: str
    contacts: Contacts | None = None
    data: DataReport | None = None

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
    return table_of(history_rows(scenario), scenario)


def history_rows(scenario: Scenario) -> RawRows:
    """Return the rows of the history that a scenario names, not yet looked at.

    Raises
    ------
    InputError
        If they cannot be read, or lack a column.
    """
    history, folder = scenario.history, scenario.folder
    if history.zendesk is not None:
        return read_tickets([folder / name for name in history.zendesk], Asked.of(history))
    if history.sql is None:
        return _rows_as(folder / (history.file or ""), history)
    rows = read_sql(history.sql, history.query or "", folder, _wanted(history))
    return in_our_words(rows, Words.of(history))


def read_like(path: Path, scenario: Scenario) -> tuple[RawRows, HistoryTable]:
    """Return another table of a centre, read as its history is, or with our own names.

    Returns
    -------
    tuple
        The rows as they were read, and the history that they tell.

    Raises
    ------
    InputError
        With every fault of the table, read as the history is.
    """
    how = scenario.history.read_as or scenario.history
    like = scenario.model_copy(
        update={"history": scenario.history.model_copy(update=dict(how) | {"read_as": None})}
    )
    try:
        rows = _rows_as(path, how) if how.zendesk is None else read_tickets([path], Asked.of(how))
        return rows, table_of(rows, like)
    except InputError:
        if how.zendesk is None and not how.columns:
            raise
        with suppress(InputError):
            rows = read_rows(path)
            return rows, table_of(rows, scenario)
        raise


def _wanted(how: ReadAs) -> Wanted:
    wanted = HISTORY.with_names(how.columns) if how.columns else HISTORY
    return replace(wanted, broken=how.broken_rows or 0.0)


def _rows_as(path: Path, how: ReadAs) -> RawRows:
    return in_our_words(read_rows(path, _wanted(how)), Words.of(how))


def table_of(rows: RawRows, scenario: Scenario) -> HistoryTable:
    """Return the history that a table's rows tell.

    Finer rows than the scenario's intervals are added up, their handling times weighted by the
    contacts answered; coarser ones, by the hour or the day, are spread evenly over the intervals
    that they cover and in which their queue is open. A table without ``contacts``, whose starts lie
    off any grid or come twice, holds one row per contact: they are counted, ``aht_s`` and
    ``wait_s`` are means over the contacts that have one, and ``answered`` and ``abandoned`` are 0
    or 1.

    Raises
    ------
    InputError
        With every fault of the table, rows by their number in the file.
    """
    faults = RowFaults(rows.file, rows.row_numbers, list(rows.faults))
    queue, word = _queues(rows, scenario, faults)
    zones = sorted({scenario.market_of(q).timezone for q in scenario.queues})
    by_queue = [zones.index(scenario.market_of(q).timezone) for q in scenario.queues]
    unknown = 0 if len(zones) == 1 else -1  # queue -1 has no zone but the only one
    zone = np.array([*by_queue, unknown], dtype=np.int64)[queue]
    values, uncounted = {}, RowFaults(rows.file, rows.row_numbers)
    if "contacts" in rows.columns:
        values["contacts"] = read_numbers(rows.columns["contacts"], "contacts", uncounted)
    idle = values.get("contacts", np.ones(len(queue))) == 0
    clock = scenario.history.timezone
    starts = _starts(rows, zone, zones, word, faults, idle, clock)
    what = "contacts" if scenario.history.zendesk is not None else scenario.history.rows
    single = _single(rows, starts, word, faults, what)
    faults.found += uncounted.found
    for name, column in rows.columns.items():
        if name in _numeric(single) and name not in values:
            values[name] = read_numbers(column, name, faults, single=single)
    check_outcomes(values, faults, single=single)
    steps = np.zeros(len(scenario.queues), dtype=np.int64)
    if not single:
        steps = steps_of(starts, queue, scenario, faults)
        check_grid(starts, queue, steps, faults)
        check_unique(starts, word, faults)
    if not starts.good.any() and not faults.found:
        faults.add_whole("", "must have rows below the column names, got none")
    elif len(queue) and "queue" in rows.columns:
        faults.found += _absent_queues(queue, scenario, rows.file)
    if faults.found:
        raise InputError(faults.found)
    table = _history(Rows(starts, queue, values), scenario, rows.file, steps, single=single)
    table = replace(table, data=rows.data)
    if not single:
        return table
    return replace(table, contacts=single_contacts(values, rows.columns, starts, queue))


def _numeric(single: bool) -> tuple[str, ...]:
    """Return the columns of numbers that a row has."""
    return COUNTS + MEANS if single else COUNTS + MEANS + LEVELS


def _history(
    rows: Rows, scenario: Scenario, file: str, steps: IntArray, *, single: bool
) -> HistoryTable:
    """Return the history that rows without fault tell."""
    name = Path(file).name  # where it lies is no part of what is known about it
    said = []
    if single:
        rows, notes = count_contacts(rows, scenario)
        said += [f"{name}: {note}" for note in notes]
    skipped = int((~rows.starts.good).sum())
    if skipped:
        said.append(f"{name}: {skipped} rows without contacts at times that the clocks skip")
        rows = rows.take(np.flatnonzero(rows.starts.good))
    rows = spread_coarse(rows, steps, scenario)
    frame, wall, began = since_first_contact(*_frame(rows, scenario, again=single))
    said += [f"{name}: {note}" for note in began]
    notes = notes_of(frame, wall, scenario, steps, name)
    return HistoryTable(frame, (*said, *notes), file)


def _single(
    rows: RawRows, starts: Starts, word: IntArray, faults: RowFaults, what: str | None
) -> bool:
    """Return whether each row is one contact; a table that lacks its counts is a fault."""
    told = any(fault.field == "contacts" for fault in rows.faults)
    if "contacts" in rows.columns or told or not len(word):
        return False
    if what == "contacts" or (what is None and are_contacts(starts, word)):
        return True
    why = ", with rows in regular steps and none twice, so that a row is not one contact"
    faults.found.append(missing_column(rows.file, "contacts", list(rows.names), why))
    return False


def _starts(
    rows: RawRows,
    zone: IntArray,
    zones: list[str],
    word: IntArray,
    faults: RowFaults,
    idle: BoolArray,
    clock: str | None,
) -> Starts:
    if "start" in rows.columns:
        return read_starts(rows.columns["start"], zone, zones, word, faults, idle, clock)
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
    strange, mapped = set(words) - set(index), scenario.history.queues or scenario.history.columns
    hint = HOW_TO_MAP if len(strange) >= SEVERAL or (strange and mapped) else ""
    for i, word in enumerate(words):
        if word not in index:
            where = np.flatnonzero(codes == i)
            if where.size:
                more = f" in {where.size} rows" if where.size > 1 else ""
                must = f"must {one_of(known, word)}, got {shown(word)}{more}{hint}"
                hint = ""
                faults.add_whole("queue", must, faults.number(int(where[0])))
    faults.add(np.flatnonzero(codes == -1), "queue", "be given", lambda row: "nothing")
    return result, number[codes]


def _absent_queues(queue: IntArray, scenario: Scenario, file: str) -> list[Fault]:
    """Return a fault for each queue without rows whose rows may be those of an unknown name.

    Where every row has a queue of the scenario's, a queue without any is not a misspelled one: it
    is new, and planned from zero.
    """
    present = set(np.unique(queue).tolist())
    if -1 not in present:
        return []
    fed = {q.escalates.to for q in scenario.queues if q.escalates}
    return [
        scenario.fault(
            ("queues", i, "name"), f"must have rows in {file} or be escalated to, got none"
        )
        for i, q in enumerate(scenario.queues)
        if i not in present and q.name not in fed
    ]


def _frame(rows: Rows, scenario: Scenario, *, again: bool) -> tuple[pd.DataFrame, IntArray]:
    """Return the rows by queue and start on the scenario's intervals, and their wall clocks.

    Rows of one interval are added up: finer ones, and where a start may come ``again``.
    """
    starts, queue, columns = rows.starts, rows.queue, dict(rows.columns)
    late = starts.wall % (scenario.interval_minutes * MINUTE_US)
    finer = again or bool(late.any())
    utc, wall = (starts.utc - late, starts.wall - late) if finer else (starts.utc, starts.wall)
    if scenario.interval_minutes == DAY_MINUTES:
        utc = wall  # a local day has no one length: it is named by its date at 00:00 UTC
    if finer:
        cells = cells_of(queue, utc)
        columns = added_up(columns, cells)
        walls = np.empty(len(cells.start), dtype=np.int64)
        walls[cells.place] = wall
        queue, utc, wall = cells.queue, cells.start, walls
    elif np.any(np.diff(queue) < 0) or np.any(np.diff(utc)[np.diff(queue) == 0] <= 0):
        order = np.lexsort((utc, queue))
        queue, utc, wall = queue[order], utc[order], wall[order]
        columns = {name: value[order] for name, value in columns.items()}
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
