"""The numbers of a history table: counts, seconds and marks, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.sources.row_faults import RowFaults, shown

if TYPE_CHECKING:
    import pyarrow as pa

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

COUNTS = ("contacts", "answered", "abandoned", "answered_within")
MEANS = ("aht_s", "wait_s")
LEVELS = ("agents",)  # the same all through an interval
MOST_CONTACTS = 1e9  # of one row: a row may hold a day of the busiest service there is
MOST_SECONDS = 1e6


def read_numbers(
    column: pa.Array, name: str, faults: RowFaults, *, single: bool = False
) -> FloatArray:
    """Return a column's numbers, NaN where nothing is known, and tell those that are none.

    Where each row is a ``single`` contact, counts are marks: 0 or 1, false or true.
    """
    if single and name in COUNTS:
        return _marks(column, name, faults)
    value, empty, odd = _floats(column)
    wrong = odd | np.isinf(value) | (value < 0)
    if name == "contacts":
        wrong |= empty
    faults.add(np.flatnonzero(wrong), name, "be a number >= 0", lambda r: shown(column[r].as_py()))
    value[wrong] = np.nan
    most = MOST_CONTACTS if name in COUNTS else MOST_SECONDS
    high = np.flatnonzero(value > most)
    faults.add(high, name, f"be {most:.0f} at most", lambda r: shown(column[r].as_py()))
    if name == "aht_s":
        value[value == 0] = np.nan  # nobody was handled in no time: exports write 0 for unknown
    return value


def _marks(column: pa.Array, name: str, faults: RowFaults) -> FloatArray:
    """Return 0 or 1 per row, NaN where nothing is known, and tell what is neither."""
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = column
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        word = pc.utf8_lower(pc.utf8_trim_whitespace(column))
        said = pc.if_else(pc.equal(word, "false"), "0", word)
        column = pc.if_else(pc.equal(word, "true"), "1", said)
    elif pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    value, empty, _ = _floats(column)
    wrong = ~empty & (value != 0) & (value != 1)
    must = "be 0 or 1 where each row is one contact"
    faults.add(np.flatnonzero(wrong), name, must, lambda r: shown(cells[r].as_py()))
    value[wrong] = np.nan
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
