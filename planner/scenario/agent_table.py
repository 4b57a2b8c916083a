"""A small CSV about agents as rows of text, with the place of everything that is wrong in it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from planner.errors import Fault
from planner.scenario.opening import minutes_of
from planner.scenario.telling import nearest, plain, printable, quoted
from planner.scenario.types import read_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MOST_BYTES = 20_000_000  # ten years of shifts of a thousand agents
MOST_PER_KIND = 20  # faults of one kind that are told
TWO_DAYS = 2 * 1440  # minutes


@dataclass(slots=True)
class AgentTable:
    """The rows of a CSV, and the faults found in it so far.

    Parameters
    ----------
    file
        The file as the user named it.
    rows
        Line number and cells by column, those of known columns alone, without blanks around.
    unknown
        Columns that are not read.
    comma
        What decimals may be written with beside a point: a comma, in files of semicolons.
    """

    file: str
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    unknown: tuple[str, ...] = ()
    comma: bool = False
    faults: list[Fault] = field(default_factory=list)
    _told: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, line: int, column: str, must: str, found: object) -> None:
        """Add a fault of a row: "must be ..., got ..."; of many alike, the first twenty."""
        self._told[column, must] += 1
        shown = "nothing" if found == "" else found if isinstance(found, Shown) else quoted(found)
        if self._told[column, must] <= MOST_PER_KIND:
            self.faults.append(Fault(self.file, line, column, f"must {must}, got {shown}"))

    def found(self) -> list[Fault]:
        """Return the faults, with how many more there are of a kind."""
        more = [
            Fault(self.file, None, column, f"must {must}, got {told - MOST_PER_KIND} more like it")
            for (column, must), told in self._told.items()
            if told > MOST_PER_KIND
        ]
        return [*self.faults, *more]

    def date(self, line: int, cells: dict[str, str], column: str) -> dt.date | None:
        """Return a cell's date; None for an empty one, or one that is told."""
        text = cells.get(column, "")
        day = read_date(text)
        if text and day is None:
            worded = not any(sign.isdigit() for sign in text)  # a reason that slipped, maybe
            found = Shown("words") if worded else text
            self.add(line, column, "be a date from 1970 to 2199 such as 2027-02-14", found)
        return day

    def number(
        self, line: int, cells: dict[str, str], column: str, low: float, high: float
    ) -> float | None:
        """Return a cell's number from ``low`` to ``high``; None for an empty one, or one told."""
        text = cells.get(column, "")
        if not text:
            return None
        try:
            value = float(text.replace(",", ".") if self.comma else text)
        except ValueError:
            value = math.nan
        if not low <= value <= high or "_" in text:
            self.add(line, column, f"be a number from {low:g} to {high:g}", text)
            return None
        return value

    def clock(self, line: int, cells: dict[str, str], column: str) -> int | None:
        """Return a cell's minutes after midnight; None for an empty one, or one that is told."""
        text = cells.get(column, "")
        minutes = minutes_of(text, TWO_DAYS)
        if text and minutes is None:
            must = "be a local time such as 08:00, or 30:00 for 06:00 on the next day"
            self.add(line, column, must, text)
        return minutes


class Shown(str):
    """What was found, in words that need no quotes."""

    __slots__ = ()


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> AgentTable:
    """Return the known columns of a CSV: UTF-8, with or without a mark, commas or semicolons.

    Semicolons part the cells where the line of names has them and no comma. A required column
    that is missing is a fault, and so is a row that does not have a cell for each name.
    """
    table = AgentTable(printable(str(path)))
    text = _text(path, table)
    if text is None:
        return table
    head = text.split("\n", 1)[0]
    table.comma = ";" in head and "," not in head
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if table.comma else ",")
    try:
        names = [name.strip() for name in next(reader, [])]
        if _good_names(names, required, optional, table):
            known = {*required, *optional}
            table.unknown = tuple(name for name in names if name and name not in known)
            table.rows = list(_rows(reader, names, known, table))
    except csv.Error as error:
        message = f"must be CSV, got: {error}"
        table.faults.append(Fault(table.file, reader.line_num, "", message))
    return table


def _text(path: Path, table: AgentTable) -> str | None:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        message = f"must be a CSV file in UTF-8, got: {reason}"
        table.faults.append(Fault(table.file, None, "", message))
        return None
    if len(content) > MOST_BYTES:
        message = f"must have at most {MOST_BYTES:,} bytes, got more"
        table.faults.append(Fault(table.file, None, "", message))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = f"must be a CSV file in UTF-8, got byte 0x{content[error.start]:02x}"
        table.faults.append(Fault(table.file, line, "", message))
        return None


def _good_names(
    names: list[str], required: Sequence[str], optional: Sequence[str], table: AgentTable
) -> bool:
    """Return whether the names of the columns can be read by; what cannot is told."""
    shown = ", ".join(plain(name) for name in names[:20]) or "no columns"
    if names and not {*required, *optional} & {*names}:
        shown = "a line with none of its names"  # of somebody, maybe: nothing of it is told
    for name in required:
        if name not in names:
            near = nearest(name, [other for other in names if other])
            hint = f" (nearest: {quoted(near)})" if near else ""
            message = f"must be a column of the file, got {shown}{hint}"
            table.faults.append(Fault(table.file, 1, name, message))
    known = [name for name in names if name in {*required, *optional}]
    twice = [name for name, count in Counter(known).items() if count > 1]
    table.faults += [Fault(table.file, 1, n, "must be one column, got it twice") for n in twice]
    return not table.faults


def _rows(
    reader: Iterator[list[str]], names: list[str], known: set[str], table: AgentTable
) -> Iterator[tuple[int, dict[str, str]]]:
    for row in reader:
        line: int = reader.line_num  # type: ignore[attr-defined]
        if not row or (len(row) > 1 and not any(cell.strip() for cell in row)):
            continue  # spreadsheets write rows of nothing
        if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
            table.add(line, "", f"have {len(names)} cells, as many as names", Shown(len(row)))
            continue
        cells = zip(names, row, strict=False)
        yield line, {name: cell.strip() for name, cell in cells if name in known}
