"""A history's rows as they were read, in bytes that give the same history again."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.sources.raw_rows import RawRows


def snapshot(rows: RawRows) -> bytes:
    """Return a history's known columns as a Parquet file; people are numbers in them.

    Columns that the program does not read are not kept.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    room = io.BytesIO()
    pq.write_table(pa.table(dict(rows.columns)), room, compression="zstd")
    return room.getvalue()
