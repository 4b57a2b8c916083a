"""Rows of several files as one table, and what became of all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from planner.sources.data_report import MOST_TOLD, DataReport
from planner.sources.raw_rows import RawRows


def joined_rows(parts: Sequence[RawRows]) -> RawRows:
    """Return the rows of several tables, one after the other, with the columns that all have."""
    import pyarrow as pa

    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    names = [name for name in first.columns if all(name in part.columns for part in parts)]
    tables = [pa.table({name: part.columns[name] for name in names}) for part in parts]
    whole = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    columns = {name: whole.column(name).combine_chunks() for name in names}
    if whole.num_rows:
        columns = {
            name: column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
            for name, column in columns.items()
        }
    return replace(
        first,
        file=f"{first.file} and {len(parts) - 1} more",
        columns=columns,
        row_numbers=lambda: np.concatenate([part.row_numbers() for part in parts]),
        faults=tuple(fault for part in parts for fault in part.faults),
        data=joined_reports([part.data for part in parts if part.data is not None]),
    )


def joined_reports(reports: Sequence[DataReport]) -> DataReport:
    """Return what became of all of several sources.

    Examples
    --------
    >>> first, second = DataReport(("a",), 3, 2, left_out={"deleted": 1}), DataReport(("b",), 1, 1)
    >>> print(joined_reports([first, second]).text())
    read      a, b: 4 rows, 3 kept
    left out  1 row: deleted
    """
    return DataReport(
        tuple(file for report in reports for file in report.files),
        sum(report.rows for report in reports),
        sum(report.kept for report in reports),
        tuple(dict.fromkeys(name for report in reports for name in report.columns)),
        tuple(dict.fromkeys(name for report in reports for name in report.dropped)),
        _summed([report.left_out for report in reports]),
        _summed([report.repaired for report in reports]),
        tuple(place for report in reports for place in report.refused)[:MOST_TOLD],
        sum(report.refused_rows for report in reports),
        tuple(dict.fromkeys(note for report in reports for note in report.notes)),
    )


def _summed(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(total)
