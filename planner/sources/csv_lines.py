"""The lines of a CSV file: its header, where each record begins, and which are broken."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.errors import Fault, InputError
from planner.scenario.telling import printable
from planner.sources.row_faults import RowFaults

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pyarrow as pa
    from pyarrow.csv import InvalidRow

LONGEST_FILE_CELL = 2**31 - 1  # where Arrow read what that module would not
LONGEST_CELL = 131_072  # the csv module's own limit
IntArray = npt.NDArray[np.int64]


def first_line(error: BaseException) -> str:
    """Return the first line of what a library says."""
    text = str(error).strip().splitlines()
    return printable(text[0]) if text else type(error).__name__


def header_of(path: Path) -> tuple[list[str], str]:
    """Return the column names of a CSV and what separates them."""
    file = str(path)
    try:
        with path.open("rb") as content:
            start = content.read(LONGEST_CELL)
        first = re.split(b"[\r\n]", start)[0].decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError([Fault(file, 1, "", "must be UTF-8 text, got other bytes")]) from None
    if not first.strip():
        message = "must begin with the column names, got an empty line or file"
        raise InputError([Fault(file, 1, "", message)])
    if len(first) >= LONGEST_CELL - 3:  # less its byte order mark
        message = f"must begin with the column names, got a line of over {len(first)} characters"
        raise InputError([Fault(file, 1, "", message)])
    delimiter = max(",;\t", key=first.count)
    return [name.strip() for name in next(csv.reader([first], delimiter=delimiter))], delimiter


def read_columns(
    path: Path,
    header: list[str],
    delimiter: str,
    kinds: Mapping[str, pa.DataType],
    *,
    newlines: bool = False,
) -> tuple[pa.Table, int]:
    """Return some columns of a CSV, and how many lines have not as many cells as the header.

    Parameters
    ----------
    kinds
        Arrow's type of each column, by the file's name.
    newlines
        Whether cells in quotes may hold line breaks.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    import pyarrow as pa
    from pyarrow import csv as pacsv

    bad: list[int] = []

    def skip(row: InvalidRow) -> str:
        bad.append(row.actual_columns)
        return "skip"

    def read(handler: Callable[[InvalidRow], str] | None) -> pa.Table:
        return pacsv.read_csv(
            path,
            read_options=pacsv.ReadOptions(column_names=header, skip_rows=1),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter, invalid_row_handler=handler, newlines_in_values=newlines
            ),
            convert_options=pacsv.ConvertOptions(
                include_columns=list(kinds), column_types=dict(kinds)
            ),
        )

    try:
        return read(None), 0
    except pa.ArrowException as error:  # once more, past broken lines: Arrow shows us text alone
        fault = csv_fault(path, error)
        if "UTF-8" in fault.message:
            raise InputError([fault]) from None
    try:
        return read(skip), len(bad)
    except pa.ArrowException as error:
        raise InputError([csv_fault(path, error)]) from None


def csv_fault(path: Path, error: BaseException) -> Fault:
    """Return why Arrow could not read a CSV: bytes that are no UTF-8, or no rows at all."""
    content = path.read_bytes()
    try:
        content.decode()
    except UnicodeDecodeError as wrong:
        line = content[: wrong.start].count(b"\n") + 1
        message = f"must be UTF-8 text, got byte 0x{content[wrong.start]:02x}"
        return Fault(str(path), line, "", message)
    if len(content.strip().splitlines()) <= 1:
        return Fault(str(path), 1, "", "must have rows below the column names, got none")
    return Fault(str(path), None, "", f"must be a CSV file, got: {first_line(error)}")


def _records(path: Path, delimiter: str) -> list[tuple[int, int]]:
    """Return (line number, number of cells) of each record below the header, empty ones aside."""
    limit = csv.field_size_limit(LONGEST_FILE_CELL)
    try:
        return _counted(path, delimiter)
    finally:
        csv.field_size_limit(limit)


def _counted(path: Path, delimiter: str) -> list[tuple[int, int]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        reader = csv.reader(lines, delimiter=delimiter)
        next(reader)
        result = []
        line = reader.line_num + 1
        for record in reader:
            if record:
                result.append((line, len(record)))
            line = reader.line_num + 1
    return result


def line_numbers(path: Path, delimiter: str, count: int) -> IntArray:
    """Return the line that each row read begins on."""
    records = _records(path, delimiter)
    width = len(header_of(path)[0])
    lines = [line for line, cells in records if cells == width]
    if len(lines) != count:  # never seen; plain counting is near enough to find the row
        return np.arange(2, count + 2)
    return np.array(lines, dtype=np.int64)


def width_faults(path: Path, delimiter: str, width: int) -> tuple[Fault, ...]:
    """Return a fault for each record that has not as many cells as there are column names."""
    records = _records(path, delimiter)
    wrong = [i for i, (_, cells) in enumerate(records) if cells != width]
    faults = RowFaults(str(path), lambda: np.array([line for line, _ in records], dtype=np.int64))
    faults.add(wrong, "", f"have {width} cells like the column names", lambda i: str(records[i][1]))
    return tuple(faults.found)
