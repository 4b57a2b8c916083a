"""Workbooks: tables as sheets, texts that stay texts, and the same bytes for the same content."""

from __future__ import annotations

import datetime as dt
import io
import math
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from planner.errors import PlannerError
from planner.export.files import distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

AUTHOR = "contact-centre-planner"
"""Who wrote a workbook, as its properties say."""

MOST_ROWS = 1_048_576
"""Of a sheet, its header among them: more no spreadsheet opens."""

_MOST_TEXT = 32_767  # characters of a cell
_NAME_LENGTH = 31  # of a sheet
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
_MOMENTS = frozenset({"start", "end", "startdatetime", "enddatetime"})
_DATES = frozenset({"date", "first_day"})
_MOMENT = "yyyy-mm-dd hh:mm"
_WIDEST = 40
_PAPER_A4 = 9


def new_workbook(room: io.BytesIO, title: str) -> Workbook:
    """Return a workbook that is written into ``room`` when it is closed.

    Text is never read as a formula, an address or a number, and no time of writing is kept.
    """
    book = xlsxwriter.Workbook(
        room,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    told = {"title": title[:250], "author": AUTHOR, "created": dt.datetime(2000, 1, 1)}  # noqa: DTZ001
    book.set_properties(told)
    return book


def tables_workbook(tables: Mapping[str, pd.DataFrame], title: str) -> bytes:
    """Return a workbook with one sheet a table, by the sheets' names.

    Times are dates of the spreadsheet on the wall clock, to be sorted and drawn; their offsets
    stand in a column of their own behind them, so that an hour which comes twice is told apart.

    Raises
    ------
    PlannerError
        If a table has more rows than a sheet can have.
    """
    for name, table in tables.items():
        if len(table) >= MOST_ROWS:
            message = (
                f"{name} has {len(table):,} rows, a sheet at most {MOST_ROWS - 1:,}: choose days "
                "with --from and --to, or --format csv"
            )
            raise PlannerError(message)
    room = io.BytesIO()
    book = new_workbook(room, title)
    for name, table in zip(sheet_names(tables), tables.values(), strict=True):
        _write_table(book, book.add_worksheet(name), table)
    book.close()
    return room.getvalue()


def sheet_names(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Return names that sheets may have, in the same order: short, of allowed signs, distinct.

    Examples
    --------
    >>> sheet_names(["paris", "Paris", "a/b", "'", "History"])
    ['paris', 'Paris (2)', 'a-b', 'sheet', 'History_']
    """
    clean = []
    for name in names:
        text = "".join(c for c in name.translate(_NOT_IN_NAMES) if c.isprintable())
        text = text[:_NAME_LENGTH].strip("' ") or "sheet"
        clean.append(f"{text}_" if text.casefold() == "history" else text)
    return distinct(clean, _NAME_LENGTH, taken)


def _write_table(book: Workbook, sheet: Worksheet, table: pd.DataFrame) -> None:
    head = book.add_format({"bold": True, "bottom": 1})
    formats = {
        "moment": book.add_format({"num_format": _MOMENT}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    columns = spread(table)
    for c, (name, values) in enumerate(columns.items()):
        sheet.write_string(0, c, name[:_MOST_TEXT], head)
        kind = "moment" if name in _MOMENTS else "date" if name in _DATES else ""
        sheet.set_column(c, c, _width(name, values, kind))
        for r, value in enumerate(values, start=1):
            write_value(sheet, r, c, value, formats.get(kind))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(table), 1), max(len(columns) - 1, 0))
    for_printing(sheet)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&RPage &P of &N")


def for_printing(sheet: Worksheet) -> None:
    """Set a sheet up for A4, landscape, with narrow margins."""
    sheet.set_landscape()
    sheet.set_paper(_PAPER_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)


def write_value(sheet: Worksheet, row: int, column: int, value: Any, shape: Any = None) -> None:  # noqa: ANN401
    """Write a number as a number, a text as a text; an unknown number leaves the cell empty."""
    if isinstance(value, str):
        if value:
            sheet.write_string(row, column, value[:_MOST_TEXT], shape)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, shape)
    elif math.isinf(value):
        sheet.write_string(row, column, "inf" if value > 0 else "-inf", shape)
    elif not math.isnan(value):
        sheet.write_number(row, column, value, shape)


def spread(table: pd.DataFrame) -> dict[str, list[Any]]:
    """Return a table's columns as a sheet keeps them: dates as dates, offsets apart.

    Examples
    --------
    >>> got = spread(pd.DataFrame({"start": ["2026-10-25T02:30:00+01:00"], "contacts": [1.5]}))
    >>> got["start"], got["start_offset"], got["contacts"]
    ([datetime.datetime(2026, 10, 25, 2, 30)], ['+01:00'], [1.5])
    """
    columns: dict[str, list[Any]] = {}
    for name in table.columns:
        values = table[name].tolist()
        if name in _MOMENTS:
            moments = [dt.datetime.fromisoformat(text) for text in values]
            columns[name] = [moment.replace(tzinfo=None) for moment in moments]
            columns[f"{name}_offset"] = [text[-6:] for text in values]
        elif name in _DATES:
            columns[name] = [dt.date.fromisoformat(text) for text in values]
        else:
            columns[str(name)] = values
    return columns


def _width(name: str, values: Sequence[Any], kind: str) -> int:
    if kind:
        return len(_MOMENT) if kind == "moment" else len("yyyy-mm-dd")
    longest = max((len(str(value)) for value in values[:1000]), default=0)
    return min(max(len(name) + 3, longest), _WIDEST) + 1
