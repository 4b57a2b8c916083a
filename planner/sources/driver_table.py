"""A driver's table: its figure by day and market, past and planned, checked all at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from forecasting.drivers import allows, must_be
from planner.errors import Fault, InputError
from planner.scenario.telling import one_of
from planner.scenario.types import HIGHEST, read_date
from planner.sources.columns import Wanted
from planner.sources.raw_rows import RawRows, read_rows
from planner.sources.row_faults import MOST_PER_KIND, RowFaults, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

    from forecasting.drivers import Effect
    from planner.scenario.model import Scenario

MOST_BYTES = 20_000_000  # a century of days in ten markets is a tenth of it
MOST_ROWS = 1_000_000
COLUMNS = Wanted(("date", "value"), ("market",), "market", MOST_ROWS)
DATE = "be a date from 1970 to 2199 such as 2027-02-14"


@dataclass(frozen=True, slots=True)
class DriverTable:
    """A driver's values by day.

    Parameters
    ----------
    file
        Where they came from.
    by_market
        Values by market and day; those of a table without markets under the empty name.
    """

    file: str
    by_market: Mapping[str, Mapping[dt.date, float]]

    def of(self, market: str) -> Mapping[dt.date, float]:
        """Return the values that hold in a market, none where the table does not have it.

        Examples
        --------
        >>> table = DriverTable("orders.csv", {"": {dt.date(2027, 2, 1): 80.0}})
        >>> table.of("FR")
        {datetime.date(2027, 2, 1): 80.0}
        """
        return self.by_market.get("", self.by_market.get(market, {}))


def load_drivers(scenario: Scenario) -> dict[str, DriverTable]:
    """Return the tables of a scenario's drivers by name; paths are relative to the scenario file.

    Raises
    ------
    InputError
        With every fault of all of them, rows by their number in the file.
    """
    faults: list[Fault] = []
    result = {}
    for driver in scenario.drivers:
        path = scenario.folder / driver.file
        try:
            markets = list(scenario.markets)
            named = {str(ours): its for ours, its in driver.columns.items()}
            result[driver.name] = read_driver(path, driver.effect, markets, named)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return result


def read_driver(
    path: Path,
    effect: Effect,
    markets: Sequence[str],
    named: Mapping[str, str] = MappingProxyType({}),
) -> DriverTable:
    """Return the table in a CSV or Parquet file: ``date``, ``value`` and maybe ``market``.

    Parameters
    ----------
    path
        The file.
    effect
        How contacts follow it, which says what a value can be.
    markets
        Names of the markets that a row may be of.
    named
        The table's names of columns by ours, where they differ.

    Raises
    ------
    InputError
        With every fault of the table, rows by their number in the file.
    """
    _check_file(path)
    rows = read_rows(path, COLUMNS.with_names(named) if named else COLUMNS)
    faults = RowFaults(rows.file, rows.row_numbers, list(rows.faults))
    market = _markets(rows, markets, faults)
    days = _days(rows, faults)
    values = _values(rows, effect, faults)
    _check_unique(market, days, faults)
    if not market and not faults.found:
        faults.add_whole("", "must have rows below the column names, got none")
    if faults.found:
        raise InputError(faults.found)
    by_market: dict[str, dict[dt.date, float]] = defaultdict(dict)
    for name, day, value in zip(market, days, values, strict=True):
        if name is not None and day is not None and value is not None:  # else told above
            by_market[name][day] = value
    return DriverTable(rows.file, dict(by_market))


def _check_file(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError:
        return  # told where it is read
    if not path.is_file():
        raise InputError([Fault(str(path), None, "", "must be a file, got something else")])
    if size > MOST_BYTES:
        found = f"must be a file of {MOST_BYTES / 1e6:.0f} MB at most, got {size / 1e6:,.1f} MB"
        raise InputError([Fault(str(path), None, "", found)])


def _count(rows: RawRows) -> int:
    return len(next(iter(rows.columns.values()), ()))


def _markets(rows: RawRows, known: Sequence[str], faults: RowFaults) -> list[str | None]:
    """Return each row's market: the empty name without such a column, None where it is wrong.

    An unknown one is told in its first row, and one row stands for all beyond the twentieth.
    """
    column = rows.columns.get("market")
    if column is None:
        return [""] * _count(rows)
    found = [None if word is None else str(word).strip() for word in column.to_pylist()]
    faults.add([i for i, w in enumerate(found) if not w], "market", "be given", lambda _: "nothing")
    first: dict[str, int] = {}
    for row, word in enumerate(found):
        if word and word not in known:
            first.setdefault(word, row)
    told = list(first.items())[:MOST_PER_KIND]
    for word, row in told:
        faults.add([row], "market", one_of(known, word), lambda row: shown(found[row]))
    rest = list(first.values())[MOST_PER_KIND:]
    faults.add(rest[:1], "market", one_of(known, ""), lambda row: shown(found[row]))
    return [word if word in known else None for word in found]


def _days(rows: RawRows, faults: RowFaults) -> list[dt.date | None]:
    column = rows.columns.get("date")
    if column is None:
        return [None] * _count(rows)
    cells = [_cell(column, row) for row in range(len(column))]
    days = [_day(cell) for cell in cells]
    wrong = [row for row, day in enumerate(days) if day is None]
    faults.add(wrong, "date", DATE, lambda row: shown(cells[row]))
    return days


def _cell(column: pa.Array, row: int) -> object:
    """Return a cell, or what Arrow says of a date that Python cannot hold."""
    try:
        return column[row].as_py()
    except (ValueError, OverflowError):
        return f"{column[row].value} in {column.type}"


def _day(cell: object) -> dt.date | None:
    """Return the day that a cell is; a time is one where it is midnight, as spreadsheets write."""
    if isinstance(cell, str):
        try:
            cell = dt.datetime.fromisoformat(cell.strip())
        except ValueError:
            return None
    if isinstance(cell, dt.datetime):
        return read_date(cell.date()) if cell.time() == dt.time() else None
    return read_date(cell)


def _values(rows: RawRows, effect: Effect, faults: RowFaults) -> list[float | None]:
    column = rows.columns.get("value")
    if column is None:
        return [None] * _count(rows)
    cells = column.to_pylist()
    values = [_number(cell) for cell in cells]
    odd = [i for i, v in enumerate(values) if v is None or not allows(effect, v)]
    faults.add(odd, "value", must_be(effect), lambda row: shown(cells[row]))
    far = [i for i, v in enumerate(values) if v is not None and HIGHEST < abs(v) < float("inf")]
    must = f"be a number, at most {HIGHEST:g} from 0"
    faults.add(far, "value", must, lambda row: shown(cells[row]))
    return values


def _number(cell: object) -> float | None:
    """Return a cell's number; None where it is empty or none. Python's own 1_000 is none."""
    if cell is None or isinstance(cell, bool) or (isinstance(cell, str) and "_" in cell):
        return None
    try:
        return float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None


def _check_unique(
    market: Sequence[str | None], days: Sequence[dt.date | None], faults: RowFaults
) -> None:
    """Tell days that a market had before."""
    first: dict[tuple[str, dt.date], int] = {}
    again: dict[int, int] = {}
    for row, (name, day) in enumerate(zip(market, days, strict=True)):
        if name is not None and day is not None:
            before = first.setdefault((name, day), row)
            if before != row:
                again[row] = before
    must = "be unique" if all(name == "" for name in market) else "be unique for its market"
    faults.add(
        list(again),
        "date",
        must,
        lambda row: f"{days[row]} again (first in row {faults.number(again[row])})",
    )
