"""CSV files of a plan as rows with line numbers; what cannot be read is told, not guessed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from planner.errors import Fault, InputError
from planner.scenario.telling import quoted

Value = TypeVar("Value")

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Reader:
    """The files of one plan by name, and the cells that could not be read.

    Parameters
    ----------
    contents
        Bytes by name of file.
    folder
        Where they lie, for messages.
    """

    def __init__(self, contents: Mapping[str, bytes], folder: str) -> None:
        self.contents, self.folder = contents, folder
        self.faults: list[Fault] = []
        self.count = 0

    def path(self, name: str) -> str:
        """Return a file's name as it is told."""
        return f"{self.folder}/{name}" if self.folder else name

    def text(self, name: str) -> str:
        """Return a file's text.

        Raises
        ------
        InputError
            If there is no such file, or it is not UTF-8.
        """
        if name not in self.contents:
            message = "must be a file of the plan as `planner run` writes it, got none"
            raise InputError([Fault(self.path(name), None, "", message)])
        try:
            return self.contents[name].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            message = f"must be in UTF-8, got {error}"
            raise InputError([Fault(self.path(name), None, "", message)]) from None

    def rows(self, name: str, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
        """Yield the line number of each row and the cells of these columns.

        Raises
        ------
        InputError
            If the file is missing, or lacks a column.
        """
        lines = csv.reader(io.StringIO(self.text(name), newline=""))
        header = next(lines, [])
        lost = [column for column in columns if column not in header]
        if lost:
            faults = [Fault(self.path(name), 1, one, "must be a column, got none") for one in lost]
            raise InputError(faults)
        places = [header.index(column) for column in columns]
        for row in lines:
            self.count += 1
            if len(row) == len(header):
                yield lines.line_num, [row[place] for place in places]
            else:
                message = f"must have {len(header)} cells, got {len(row)}"
                self.faults.append(Fault(self.path(name), lines.line_num, "", message))

    def cell(
        self, place: tuple[str, int, str], read: Callable[[str], Value], text: str
    ) -> Value | None:
        """Return what a cell says; None, and a fault, where it cannot be read.

        Parameters
        ----------
        place
            File, line and column.
        read
            Reads the text; a ``ValueError`` of its says what is allowed.
        """
        try:
            return read(text)
        except ValueError as error:
            name, line, column = place
            message = f"must be {error}, got {quoted(text)}"
            self.faults.append(Fault(self.path(name), line, column, message))
            return None


def number(text: str) -> float:
    """Return a finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError("a finite number")
    return value


def amount(text: str) -> Fraction:
    """Return an amount of money or hours, exactly as it is written.

    Examples
    --------
    >>> amount("26.10")
    Fraction(261, 10)
    """
    number(text)
    try:
        return Fraction(text)
    except ValueError:
        raise ValueError("a finite number") from None


def amount_or_none(text: str) -> Fraction | None:
    """Return an amount, None for an empty cell."""
    return amount(text) if text else None


def heads(text: str) -> int:
    """Return a whole number of at least 1."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ValueError("a whole number of at least 1")
    return int(text)


def date(text: str) -> dt.date:
    """Return a date."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError("a date such as 2027-02-14") from None


def moment(text: str) -> dt.datetime:
    """Return an instant with its offset, in whole minutes."""
    allowed = "a time with its offset such as 2027-02-14T09:00:00+01:00"
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(allowed) from None
    if found.tzinfo is None or found.second or found.microsecond:
        raise ValueError(allowed)
    return found


def one_of(allowed: Mapping[str, object], what: str) -> Callable[[str], str]:
    """Return a reader of names out of some; the apostrophe before a formula's sign is taken off.

    Examples
    --------
    >>> one_of({"=gb": 1}, "queue")("'=gb")
    '=gb'
    """

    def read(text: str) -> str:
        name = plain_name(text)
        if name not in allowed:
            message = f"a {what} of the scenario"
            raise ValueError(message)
        return name

    return read


def plain_name(text: str) -> str:
    """Return a name without the apostrophe that keeps a spreadsheet from running it."""
    guarded = text.startswith("'") and text[1:].startswith(_FORMULA_STARTS)
    return text[1:] if guarded else text
