"""Shifts as calendars, one an agent: every calendar program shows them at the right instants.

What a calendar program does with a file that it has read before decides how it is written. An event
is known by its UID: here a hash of pool, agent, day and the number of the shift on that day, so a
later plan replaces what an earlier one wrote. It replaces it only where SEQUENCE is higher, or
DTSTAMP later: both are the time at which the plan was written, so the same plan gives the same
bytes, and an earlier one never wins. Nothing takes away an event that a later file does not name:
so a day without a shift is named too, as a day off that takes no time.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections import Counter, defaultdict
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from planner.export.files import file_names
from planner.export.roster_words import clock_span, length_note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.export.tours import DutyRow, Team

PRODID = "-//contact-centre-planner//shifts//EN"
"""Who wrote a calendar, as it says itself."""

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "contact-centre-planner:shift")
_COUNTED_FROM = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def roster_calendars(
    teams: Sequence[Team], days: Sequence[dt.date], written: dt.datetime
) -> dict[str, bytes]:
    """Return each agent's calendar over some days by its file's name.

    Parameters
    ----------
    written
        When the plan was written, with its zone: of two plans the later one wins.
    """
    everyone = [(team, agent) for team in teams for agent in team.agents]
    times = Counter(agent for _, agent in everyone)
    labels = [agent if times[agent] == 1 else f"{agent} ({team.pool})" for team, agent in everyone]
    by_agent: dict[tuple[str, str], list[DutyRow]] = defaultdict(list)
    for team in teams:
        for row in team.rows:
            by_agent[team.pool, row.agent].append(row)
    zones = {team.timezone: zone_block(team.timezone, days) for team in teams}
    return {
        name: _calendar(
            agent, team, by_agent[team.pool, agent], days, written, zones[team.timezone]
        ).to_ical()
        for name, (team, agent) in zip(file_names(labels, ".ics"), everyone, strict=True)
    }


def zone_block(timezone: str, days: Sequence[dt.date]) -> Timezone:
    """Return a zone's offsets over the years of some days, for programs that do not know it.

    icalendar (7.3) makes such blocks too, but tells a change to summer time an hour late, and
    misses a change that is undone within weeks, as in Morocco. An onset is told on the clock before
    it (RFC 5545, section 3.6.5).
    """
    zone = ZoneInfo(timezone)
    at = dt.datetime(days[0].year, 1, 1, tzinfo=dt.UTC) - dt.timedelta(days=2)
    last = dt.datetime(days[-1].year + 1, 1, 31, tzinfo=dt.UTC)
    block = Timezone()
    block.add("tzid", timezone)
    block.add_component(_observance(at, at, zone))
    while at < last:
        after = at + dt.timedelta(days=1)
        if _offset(at, zone) != _offset(after, zone):
            block.add_component(_observance(*_change(at, after, zone), zone))
        at = after
    return block


def _offset(at: dt.datetime, zone: ZoneInfo) -> dt.timedelta:
    return at.astimezone(zone).utcoffset() or dt.timedelta()


def _change(
    before: dt.datetime, after: dt.datetime, zone: ZoneInfo
) -> tuple[dt.datetime, dt.datetime]:
    """Return the second before a zone's offset changes between two instants, and that after."""
    while after - before > dt.timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _offset(middle, zone) == _offset(before, zone):
            before = middle
        else:
            after = middle
    return before, after


def _observance(
    before: dt.datetime, onset: dt.datetime, zone: ZoneInfo
) -> TimezoneStandard | TimezoneDaylight:
    local = onset.astimezone(zone)
    part = TimezoneDaylight() if local.dst() else TimezoneStandard()
    part.add("dtstart", (onset + _offset(before, zone)).replace(tzinfo=None))
    part.add("tzoffsetfrom", _offset(before, zone))
    part.add("tzoffsetto", _offset(onset, zone))
    part.add("tzname", local.tzname())
    return part


def _calendar(
    agent: str,
    team: Team,
    rows: Sequence[DutyRow],
    days: Sequence[dt.date],
    written: dt.datetime,
    zone: Timezone,
) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    name = _line(f"Shifts of {agent}, {team.pool}")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", team.timezone)
    if rows:
        calendar.add_component(zone)
    by_day: dict[dt.date, list[DutyRow]] = defaultdict(list)
    for row in rows:
        by_day[row.day].append(row)
    events = [
        event
        for day in days
        for event in [_shift(row, team.timezone) for row in by_day[day]]
        or [_day_off(agent, team.pool, day)]
    ]
    stamp = written.astimezone(dt.UTC).replace(microsecond=0)
    for event in events:
        event.add("dtstamp", stamp)
        event.add("last-modified", stamp)
        event.add("sequence", max(0, (stamp - _COUNTED_FROM) // dt.timedelta(minutes=1)))
        calendar.add_component(event)
    return calendar


def _shift(row: DutyRow, timezone: str) -> Event:
    event = Event()
    event.add("uid", shift_uid(row.pool, row.agent, row.day, row.number))
    event.add("summary", _line(f"{clock_span(row.start, row.end)} {row.pool}"))
    start, end = _moments(row)
    event.add("dtstart", start)
    event.add("dtend", end)
    told = [f"Break {clock_span(*pause)} {length_note(*pause)}".strip() for pause in row.breaks]
    told += [f"{row.paid_hours:g} hours paid", f"Times are those of {timezone}"]
    if row.start.utcoffset() != row.end.utcoffset():
        told.append(f"The clocks change: it lasts {length_note(row.start, row.end).strip('()')}")
    event.add("description", "\n".join(told))
    event.add("transp", "OPAQUE")
    return event


def _moments(row: DutyRow) -> tuple[dt.datetime, dt.datetime]:
    """Return start and end on the local clock, or in UTC where one falls in an hour that is twice.

    A local time in iCalendar is always the first of the two.
    """
    twice = any(
        at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()
        for at in (row.start, row.end)
    )
    if twice:
        return row.start.astimezone(dt.UTC), row.end.astimezone(dt.UTC)
    return row.start, row.end


def _day_off(agent: str, pool: str, day: dt.date) -> Event:
    event = Event()
    event.add("uid", shift_uid(pool, agent, day, 1))
    event.add("summary", "No shift")
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    event.add("description", _line(f"No shift planned, {pool}"))
    event.add("transp", "TRANSPARENT")
    return event


def shift_uid(pool: str, agent: str, day: dt.date, number: int) -> str:
    """Return what a shift is known by in every calendar: the same for the same place in a roster.

    Examples
    --------
    >>> one = shift_uid("paris", "Zoë", dt.date(2027, 3, 1), 1)
    >>> one == shift_uid("paris", "Zoë", dt.date(2027, 3, 1), 1), len(one)
    (True, 36)
    >>> one == shift_uid("paris", "Zoë", dt.date(2027, 3, 1), 2)
    False
    """
    told = json.dumps([pool, agent, day.isoformat(), number])
    return str(uuid.uuid5(_SPACE, told))


def _line(text: str) -> str:
    """Return text as one line: signs that no program shows would break a calendar's lines."""
    return "".join(c if c.isprintable() else " " for c in text)
