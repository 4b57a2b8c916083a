"""The columns of a table as they stand in a CSV, a Parquet file or a database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from planner.errors import Fault, InputError
from planner.scenario.telling import plain
from planner.sources.columns import HISTORY, Wanted, check_columns
from planner.sources.csv_lines import (
    first_line,
    header_of,
    line_numbers,
    read_columns,
    width_faults,
)
from planner.sources.data_report import DataReport, refusing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa
    import sqlalchemy as sa

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RawRows:
    """A table's known columns, not yet looked at, and the way back to its row numbers.

    Parameters
    ----------
    file
        The table as the user named it.
    columns
        Arrow arrays by name, ``[N]`` each; ``queue``, or the words wanted, is a dictionary array,
        and of people there are numbers alone, null where a cell is empty.
    row_numbers
        Gives each row's number in the file, ``[N]``.
    faults
        What could not be read at all.
    names
        Names of all columns that the table has.
    data
        What became of the source's columns and rows; None where nobody counted.
    """

    file: str
    columns: Mapping[str, pa.Array]
    row_numbers: Callable[[], IntArray]
    faults: tuple[Fault, ...] = ()
    names: tuple[str, ...] = ()
    data: DataReport | None = None


def read_rows(path: Path, wanted: Wanted = HISTORY) -> RawRows:
    """Return the known columns of a CSV or Parquet file.

    Raises
    ------
    InputError
        When the file cannot be read or lacks a column.
    """
    file = str(path)
    try:
        with path.open("rb") as content:
            magic = content.read(4)
    except OSError as error:
        message = f"must be a file that can be read, got: {error.strerror}"
        raise InputError([Fault(file, None, "", message)]) from None
    return _read_parquet(path, wanted) if magic == b"PAR1" else _read_csv(path, wanted)


def rows_of_table(
    file: str,
    table: pa.Table,
    known: Mapping[str, str],
    row_numbers: Callable[[], IntArray],
    wanted: Wanted = HISTORY,
) -> RawRows:
    """Return the columns of an Arrow table, named by ``known``; those of words as a dictionary."""
    import pyarrow as pa

    columns: dict[str, pa.Array] = {}
    faults: list[Fault] = []
    for name, its_name in known.items():
        column = table.column(its_name)
        if pa.types.is_string_view(column.type):
            column = column.cast(pa.string())
        words = name in wanted.dictionaries
        if words or name in wanted.people:
            try:
                column = _words(column) if words else _codes(column)
            except pa.ArrowException:
                message = f"must be a column of text, got {plain(str(column.type))}"
                faults.append(Fault(file, None, name, message))
                continue
        if pa.types.is_dictionary(column.type):
            column = column.unify_dictionaries()
        whole = column.combine_chunks()
        if isinstance(whole, pa.ChunkedArray):
            whole = whole.chunk(0) if whole.num_chunks else pa.array([], type=whole.type)
        if pa.types.is_dictionary(whole.type) and not words:
            whole = whole.dictionary_decode()
        columns[name] = whole
    return RawRows(file, columns, row_numbers, tuple(faults))


def _words(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as a dictionary of text."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type):
        return column
    return column.cast(pa.string()).dictionary_encode()


def _codes(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a number for each different cell in place of who it names; null where empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    words = pc.utf8_trim_whitespace(column.cast(pa.string()))
    known = pc.if_else(pc.equal(words, ""), None, words)
    return pa.chunked_array([known.combine_chunks().dictionary_encode().indices])


def _read_parquet(path: Path, wanted: Wanted) -> RawRows:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = str(path)
    try:
        schema = pq.read_schema(path)
        known, faults = check_columns(file, schema.names, wanted)
        _check_length(file, pq.read_metadata(path).num_rows, wanted)
        asked = [known[name] for name in wanted.dictionaries if name in known]
        words = [name for name in asked if pa.types.is_string(schema.field(name).type)]
        table = pq.read_table(path, columns=list(known.values()), read_dictionary=words or None)
    except (pa.ArrowException, OSError) as error:
        message = f"must be a Parquet file, got: {first_line(error)}"
        raise InputError([Fault(file, None, "", message)]) from None
    rows = rows_of_table(file, table, known, lambda: np.arange(1, table.num_rows + 1), wanted)
    return _told(rows, faults, schema.names, known)


def _told(
    rows: RawRows, faults: list[Fault], names: list[str], known: Mapping[str, str]
) -> RawRows:
    """Return rows with what was wrong with their columns, and what became of these."""
    used = tuple(known.values())
    dropped = tuple(plain(name) for name in names if name not in used)
    count = len(next(iter(rows.columns.values()), ()))
    file = PurePath(rows.file.partition("?")[0]).name  # of a database, no more than its name
    data = DataReport((file,), count, count, used, dropped)
    return replace(rows, faults=(*faults, *rows.faults), names=tuple(names), data=data)


def _check_length(file: str, rows: int, wanted: Wanted) -> None:
    if wanted.most_rows is not None and rows > wanted.most_rows:
        message = f"must have {wanted.most_rows:,} rows at most, got {rows:,}"
        raise InputError([Fault(file, None, "", message)])


def _read_csv(path: Path, wanted: Wanted) -> RawRows:
    import pyarrow as pa

    file = str(path)
    header, delimiter = header_of(path)
    known, faults = check_columns(file, header, wanted)
    text = pa.string()
    words = pa.dictionary(pa.int32(), text)
    kinds = {its: words if name in wanted.dictionaries else text for name, its in known.items()}
    table, bad = read_columns(path, header, delimiter, kinds)
    rows = rows_of_table(
        file, table, known, lambda: line_numbers(path, delimiter, table.num_rows), wanted
    )
    if not bad:
        return _told(rows, faults, header, known)
    widths = width_faults(path, delimiter, len(header))
    if bad > wanted.broken * (bad + table.num_rows):
        return _told(rows, [*faults, *widths], header, known)
    rows = _told(rows, faults, header, known)
    return replace(rows, data=refusing(rows.data, widths, bad))


def read_sql(url: str, query: str, folder: Path, wanted: Wanted = HISTORY) -> RawRows:
    """Return the known columns of a query's result; ``url`` is SQLAlchemy's.

    A relative SQLite file is looked for in ``folder``.

    Raises
    ------
    InputError
        When the database does not answer, or a column is missing.
    """
    import pandas as pd
    import pyarrow as pa
    import sqlalchemy as sa
    from sqlalchemy.exc import SQLAlchemyError

    address = _address(url)
    label = address.set(query={}).render_as_string(hide_password=True)  # a password may stand there
    try:
        if address.get_backend_name() == "sqlite" and address.database:
            place = folder / address.database
            if not place.exists():
                message = f"must name a database that exists, got {place}"
                raise InputError([Fault(label, None, "", message)])
            address = address.set(database=str(place))
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")  # the driver of [postgres]
        engine = sa.create_engine(address)
        try:
            with engine.connect() as connection:
                _only_read(connection)
                frame = pd.read_sql(sa.text(query), connection)
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError, OSError, ValueError, OverflowError) as error:
        found = first_line(error)
        for secret in _secrets(address):
            found = found.replace(secret, "***")
        raise InputError([Fault(label, None, "", f"must answer the query, got: {found}")]) from None
    names = [str(name) for name in frame.columns]
    known, faults = check_columns(label, names, wanted)
    columns: dict[str, Any] = {name: _arrow_column(frame[name]) for name in known.values()}
    count = len(frame)
    rows = rows_of_table(label, pa.table(columns), known, lambda: np.arange(1, count + 1), wanted)
    return _told(rows, faults, names, known)


def _address(url: str) -> sa.URL:
    """Return a database's address; one that is none is told without showing it."""
    import sqlalchemy as sa

    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        must = "must be an address such as postgresql://user@host/calls, got another text"
        raise InputError([Fault("history.sql", None, "", must)]) from None
    if "@" in (address.host or ""):
        must = "must write an @ within its password as %40, got it as it is"
        raise InputError([Fault("history.sql", None, "", must)])
    return address


def _only_read(connection: sa.Connection) -> None:
    """Let a connection change nothing, whatever its query says."""
    orders = {
        "sqlite": "pragma query_only = on",
        "postgresql": "set session characteristics as transaction read only",
    }
    order = orders.get(connection.dialect.name)
    if order is not None:
        connection.exec_driver_sql(order)
        connection.commit()


def _secrets(address: sa.URL) -> list[str]:
    """Return what a database's own words about an address may not repeat."""
    result = [address.password] if address.password else []
    for key, told in address.query.items():
        if any(part in key.lower() for part in ("pass", "pwd", "secret", "token")):
            result += [text for text in ((told,) if isinstance(told, str) else told) if text]
    return result


def _arrow_column(values: pd.Series[Any]) -> pa.Array:
    """Return a column as Arrow has it, as text where its values are of several kinds."""
    import pyarrow as pa

    try:
        return pa.Array.from_pandas(values)
    except pa.ArrowException:
        return pa.array([None if v is None else str(v) for v in values], type=pa.string())
