"""A roster in words: a shift in a cell, a person's calendar, and what an export is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.export.wording import MONTHS, counted, day_name, number
from staffing.shifts import day_start

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.export.tours import DutyRow, Team
    from staffing.roster import Unplaced

_NEXT = "+1"

STILL_KNOWN = "Who knows somebody's shifts can still tell which line is theirs."
"""What codes do not hide."""


@dataclass(frozen=True, slots=True)
class About:
    """What an export of a roster is of: the plan's title, and whether it is without names."""

    title: str
    anonymous: bool = False


def past_midnight(row: DutyRow) -> bool:
    """Whether a duty reaches beyond the midnight that ends its day."""
    midnight = row.day + dt.timedelta(days=1)
    return row.end.replace(tzinfo=None) > dt.datetime.combine(midnight, dt.time())


def cell_text(row: DutyRow) -> str:
    """Return a duty for a sheet: its hours, and a line for each break; ``+1`` is the next day.

    Examples
    --------
    >>> from planner.export.tours import DutyRow
    >>> begin, end, pause = (dt.datetime(2027, 3, *at) for at in ((1, 22), (2, 6, 45), (2, 2)))
    >>> breaks = ((pause, pause + dt.timedelta(minutes=45)),)
    >>> print(cell_text(DutyRow("Zoë", "paris", dt.date(2027, 3, 1), 1, begin, end, breaks, 8.0)))
    22:00-06:45 +1
    break 02:00-02:45
    """
    starts = f"{_NEXT} " if row.start.date() > row.day else ""
    ends = f" {_NEXT}" if past_midnight(row) and not starts else ""
    lines = [f"{starts}{clock_span(row.start, row.end)}{ends}", length_note(row.start, row.end)]
    for pause in row.breaks:
        lines += [f"break {clock_span(*pause)}", length_note(*pause)]
    return "\n".join(line for line in lines if line)


def clock_span(start: dt.datetime, end: dt.datetime) -> str:
    """Return two times of the wall clock, ``HH:MM-HH:MM``."""
    return f"{start:%H:%M}-{end:%H:%M}"


def length_note(start: dt.datetime, end: dt.datetime) -> str:
    """Return how long something takes over which the clocks change, in brackets; else nothing.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> begin = dt.datetime(2026, 10, 25, 2, 15, tzinfo=ZoneInfo("Europe/Paris"))
    >>> length_note(begin, dt.datetime(2026, 10, 25, 3, tzinfo=begin.tzinfo))
    '(1 h 45 min)'
    """
    if start.utcoffset() == end.utcoffset():
        return ""
    hours, minutes = divmod(round((end.timestamp() - start.timestamp()) / 60), 60)
    length = [f"{hours} h"] * (hours > 0) + [f"{minutes} min"] * (minutes > 0)
    return f"({' '.join(length)})"


def clock_changes(days: Sequence[dt.date], timezone: str) -> list[str]:
    """Return the days of a zone that have not 24 hours, in words.

    Examples
    --------
    >>> clock_changes([dt.date(2026, 10, 24), dt.date(2026, 10, 25)], "Europe/Paris")
    ['Sun 25 Oct has 25 hours']
    """
    changes = []
    for day in days:
        first, last = (day_start(day + dt.timedelta(days=d), timezone) for d in (0, 1))
        hours = (last - first).total_seconds() / 3600
        if hours != 24:
            changes.append(f"{day_name(day)} has {hours:g} hours")
    return changes


def span_name(days: Sequence[dt.date]) -> str:
    """Return the first and the last of some days as a person writes them.

    Examples
    --------
    >>> span_name([dt.date(2027, 3, 1), dt.date(2027, 3, 7)])
    '1 to 7 March 2027'
    >>> span_name([dt.date(2026, 12, 28), dt.date(2027, 1, 3)])
    '28 December 2026 to 3 January 2027'
    """
    first, last = days[0], days[-1]
    end = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return end
    begin = str(first.day)
    if (first.year, first.month) != (last.year, last.month):
        begin += f" {MONTHS[first.month - 1]}"
    if first.year != last.year:
        begin += f" {first.year}"
    return f"{begin} to {end}"


def about_lines(
    about: About, sheets: Mapping[str, Team], days: Sequence[dt.date]
) -> list[tuple[str, str]]:
    """Return what the first sheet of a roster's workbook says: names and texts."""
    lines = [("Roster", about.title), ("Days", span_name(days))]
    lines += [(f"Sheet {name}", _team_words(team)) for name, team in sheets.items()]
    lines += [
        ("A cell", "The shift from its start to its end, its breaks below. Empty: no shift."),
        (
            "+1",
            "After a time: the shift ends on the next day; such shifts are shaded. Before it: the "
            "shift starts after midnight, on the next day, and counts for the day of its column.",
        ),
        ("Hours", "Paid hours of each agent in the week, Monday to Sunday, within these days."),
        ("On paper", "A4, landscape, each week on pages of its own with the names beside it."),
    ]
    changes = {change for team in sheets.values() for change in clock_changes(days, team.timezone)}
    if changes:
        kept = "Shifts keep their length, so times after the change are those of the new clock."
        lines.append(("The clocks change", f"{'; '.join(sorted(changes))}. {kept}"))
    if about.anonymous:
        lines.append(("Codes", f"Codes stand for names. {STILL_KNOWN}"))
    missing = [one for team in sheets.values() for one in team.unplaced]
    if missing:
        lines.append(("Nobody could take", "\n".join(map(_missing_words, missing))))
    return lines


def _missing_words(one: Unplaced) -> str:
    told = f"{day_name(one.day)}, {one.pool}: {one.shift.label}, {counted(one.heads, 'head')}"
    reasons = ", ".join(f"{count} {reason}" for reason, count in one.hindered.items())
    return f"{told} (agents hindered: {reasons})" if reasons else told


def _team_words(team: Team) -> str:
    hours = sum(row.paid_hours for row in team.rows)
    return (
        f"{team.pool}: {counted(len(team.agents), 'agent')}, {counted(len(team.rows), 'shift')}, "
        f"{number(hours, 1)} paid hours. Times are those of {team.timezone}."
    )
