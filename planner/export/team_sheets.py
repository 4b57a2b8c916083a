"""The roster as a workbook: what it says first, then a sheet a team with agents down, days across.

A sheet is a roster on screen, its names and days held in view, and a page a week on paper.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_range

from planner.export.roster_words import about_lines, cell_text, past_midnight, span_name
from planner.export.wording import day_name
from planner.export.workbook import for_printing, new_workbook, sheet_names
from staffing.coverage import weeks_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from planner.export.roster_words import About
    from planner.export.tours import DutyRow, Team

_ABOUT = "About"
_TITLE, _HEAD, _FIRST = 0, 1, 2  # rows of a sheet
_LINE, _SPARE = 12.5, 4  # height of a line of a cell, and what is left around it, in points
_NAMES, _DAY, _HOURS = 18, 13, 8  # widths of columns: nine of them fill a page
_NAME_SIGNS, _CELL_SIGNS = 15, 18  # signs that a line of a cell holds
_SCALE = 90  # percent: so that a week's nine columns fit the width, whichever font is at hand
_NIGHT, _GREY = "#DCE3F4", "#EFEFEF"


@dataclass(frozen=True, slots=True)
class _Formats:
    """How cells look."""

    title: Format
    head: Format
    name: Format
    off: Format
    day: Format
    night: Format
    hours: Format
    foot: Format
    foot_hours: Format


def roster_workbook(teams: Sequence[Team], days: Sequence[dt.date], about: About) -> bytes:
    """Return the workbook of a roster: a sheet that says what it is, and a sheet for each team."""
    room = io.BytesIO()
    book = new_workbook(room, about.title)
    formats = _formats(book)
    names = sheet_names([team.pool for team in teams], taken=[_ABOUT])
    _about_sheet(book, about_lines(about, dict(zip(names, teams, strict=True)), days))
    for name, team in zip(names, teams, strict=True):
        _team_sheet(book.add_worksheet(name), team, days, formats)
    book.close()
    return room.getvalue()


def _formats(book: Workbook) -> _Formats:
    cell = {"border": 1, "border_color": "#BBBBBB", "valign": "vcenter"}
    shift = cell | {"align": "center", "text_wrap": True, "font_size": 9}
    foot = cell | {"bold": True, "bg_color": _GREY, "align": "center"}
    return _Formats(
        title=book.add_format({"bold": True, "font_size": 13, "align": "left"}),
        head=book.add_format(foot | {"text_wrap": True, "font_size": 10}),
        name=book.add_format(cell | {"bold": True, "text_wrap": True}),
        off=book.add_format(cell),
        day=book.add_format(shift),
        night=book.add_format(shift | {"bg_color": _NIGHT}),
        hours=book.add_format(cell | {"num_format": "0.0#", "align": "right", "indent": 1}),
        foot=book.add_format(foot),
        foot_hours=book.add_format(foot | {"num_format": "0.0#", "align": "right", "indent": 1}),
    )


def _about_sheet(book: Workbook, lines: Sequence[tuple[str, str]]) -> None:
    sheet = book.add_worksheet(_ABOUT)
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    text = book.add_format({"valign": "top", "text_wrap": True})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 95)
    for row, (name, said) in enumerate(lines):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, said, text)
        sheet.set_row(row, 15 * max(1, -(-len(said) // 95), said.count("\n") + 1))
    for_printing(sheet)
    sheet.fit_to_pages(1, 0)


def _team_sheet(sheet: Worksheet, team: Team, days: Sequence[dt.date], formats: _Formats) -> None:
    by_cell: dict[tuple[str, dt.date], list[DutyRow]] = {}
    for row in team.rows:
        by_cell.setdefault((row.agent, row.day), []).append(row)
    sheet.set_column(0, 0, _NAMES)
    sheet.write_string(_TITLE, 0, team.pool, formats.title)
    sheet.write_string(_HEAD, 0, "Agent", formats.head)
    foot = _FIRST + len(team.agents)
    for r, agent in enumerate(team.agents, start=_FIRST):
        sheet.write_string(r, 0, agent, formats.name)
        texts = [_text(by_cell.get((agent, day), ())) for day in days]
        lines = max(_lines(agent, _NAME_SIGNS), *(_lines(text, _CELL_SIGNS) for text in texts))
        sheet.set_row(r, lines * _LINE + _SPARE)
    sheet.write_string(foot, 0, "On duty", formats.foot)
    column, breaks = 1, []
    for start, stop in weeks_of(days):
        _week(sheet, team, days[start:stop], by_cell, column, formats)
        column += stop - start + 1
        breaks.append(column)
    sheet.set_row(_TITLE, 20)
    sheet.set_row(_HEAD, 30)
    sheet.freeze_panes(_FIRST, 1)
    sheet.repeat_rows(_TITLE, _HEAD)
    sheet.repeat_columns(0)
    sheet.set_v_pagebreaks(breaks[:-1])
    for_printing(sheet)
    sheet.set_print_scale(_SCALE)
    name = team.pool.replace("&", "&&")[:100]
    sheet.set_header(f'&L&"-,Bold"{name}&C{span_name(days)}&RPage &P of &N')
    sheet.set_footer(f"&L{team.timezone}, +1: the next day")


def _week(
    sheet: Worksheet,
    team: Team,
    days: Sequence[dt.date],
    by_cell: Mapping[tuple[str, dt.date], Sequence[DutyRow]],
    column: int,
    formats: _Formats,
) -> None:
    """Write one week's days and each agent's hours, from a column on."""
    last, foot = column + len(days) - 1, _FIRST + len(team.agents)
    sheet.set_column(column, last, _DAY)
    sheet.set_column(last + 1, last + 1, _HOURS)
    sheet.write_string(_TITLE, column, _week_name(days), formats.title)
    sheet.write_string(_HEAD, last + 1, "Hours", formats.head)
    for c, day in enumerate(days, start=column):
        sheet.write_string(_HEAD, c, day_name(day), formats.head)
        for r, agent in enumerate(team.agents, start=_FIRST):
            rows = by_cell.get((agent, day), ())
            text = _text(rows)
            if text:
                night = any(past_midnight(row) for row in rows)
                sheet.write_string(r, c, text, formats.night if night else formats.day)
            else:
                sheet.write_blank(r, c, None, formats.off)
        heads = sum((agent, day) in by_cell for agent in team.agents)
        counts = f"=COUNTA({xl_range(_FIRST, c, foot - 1, c)})"
        sheet.write_formula(foot, c, counts, formats.foot, heads)
    hours = [
        sum(row.paid_hours for day in days for row in by_cell.get((agent, day), ()))
        for agent in team.agents
    ]
    for r, worked in enumerate(hours, start=_FIRST):
        sheet.write_number(r, last + 1, round(worked, 2), formats.hours)
    total = f"=SUM({xl_range(_FIRST, last + 1, foot - 1, last + 1)})"
    sheet.write_formula(foot, last + 1, total, formats.foot_hours, round(sum(hours), 2))


def _text(rows: Sequence[DutyRow]) -> str:
    return "\n".join(cell_text(row) for row in rows)


def _lines(text: str, signs: int) -> int:
    """Return how many lines a text takes in a cell: nothing else sets a row's height."""
    return sum(max(1, -(-len(line) // signs)) for line in text.split("\n"))


def _week_name(days: Sequence[dt.date]) -> str:
    week = days[0].isocalendar().week
    return f"Week {week}: {span_name(days)}"
