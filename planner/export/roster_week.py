"""A team's week for the screen: agents down, days across, each cell a shift in one line."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from planner.export.roster_words import clock_span, past_midnight
from planner.export.wording import Table, day_name, number

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from planner.export.tours import DutyRow, Team


def week_table(teams: Sequence[Team], days: Sequence[dt.date], caption: str) -> Table:
    """Return agents by days, each cell a shift or nothing, with the paid hours of these days.

    Agents without a shift on these days stand below those with one. Of several teams, the team's
    name stands beside the agent's; of a single day, the breaks beside the shift.
    """
    told: list[tuple[str, ...]] = []
    idle: list[tuple[str, ...]] = []
    for team in teams:
        own: dict[str, dict[dt.date, list[DutyRow]]] = {
            agent: defaultdict(list) for agent in team.agents
        }
        for row in team.rows:
            own[row.agent][row.day].append(row)
        for agent, by_day in own.items():
            cells = tuple("; ".join(map(shift_line, by_day[day])) for day in days)
            if len(days) == 1:
                cells = (*cells, "; ".join(map(breaks_line, by_day[days[0]])))
            hours = sum(row.paid_hours for day in days for row in by_day[day])
            beside = (team.pool,) if len(teams) > 1 else ()
            (told if any(cells) else idle).append(
                (agent, *beside, *cells, number(hours, 1) if hours else "0")
            )
    beside = ("team",) if len(teams) > 1 else ()
    breaks = ("breaks",) if len(days) == 1 else ()
    header = ("agent", *beside, *map(day_name, days), *breaks, "paid hours")
    return Table(caption, header, (*told, *idle), frozenset(range(len(header) - 1)))


def shift_line(row: DutyRow) -> str:
    """Return a shift in one line; ``+1`` is the next day.

    Examples
    --------
    >>> import datetime as dt
    >>> from planner.export.tours import DutyRow
    >>> begin, end, pause = (dt.datetime(2027, 3, *at) for at in ((1, 22), (2, 6, 45), (2, 2)))
    >>> breaks = ((pause, pause + dt.timedelta(minutes=45)),)
    >>> shift_line(DutyRow("Zoë", "paris", dt.date(2027, 3, 1), 1, begin, end, breaks, 8.0))
    '22:00-06:45 +1'
    """
    starts = "+1 " if row.start.date() > row.day else ""
    ends = " +1" if past_midnight(row) and not starts else ""
    return f"{starts}{clock_span(row.start, row.end)}{ends}"


def breaks_line(row: DutyRow) -> str:
    """Return a shift's breaks in one line."""
    return ", ".join(clock_span(*pause) for pause in row.breaks)
