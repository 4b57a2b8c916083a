"""What agents do against their shifts, and against the positions that queues are given."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence

from planner.audit.books import Books
from planner.audit.clock import wall
from planner.audit.files import Stretch
from planner.audit.judged import Judged
from planner.audit.shifts import Worked
from planner.errors import Fault

#: Hours that an agent stays with one queue: with an interval more, what a queue may be owed by, or
#: owe, a pool when a day begins and when it ends, as agents are whole.
STRETCH_HOURS = 1.0
_FILE = "activities.csv"
_Key = tuple[str, str, dt.date]
_Spent = dict[tuple[str, int], dict[str, int]]


def shifts_filled(books: Books) -> Judged:
    """Rows of an agent's shift follow each other from its start to its end, breaks as rostered."""
    place, faults = books.files.path(_FILE), []
    rows: dict[_Key, list[Stretch]] = defaultdict(list)
    for row in books.files.activities or ():
        rows[row.pool, row.agent, row.date].append(row)
    for shift in books.roster:
        own = rows.pop((shift.row.pool, shift.row.agent, shift.row.date), [])
        if not own:
            message = f"must be told for the shift {shift.row.shift!r}, got nothing"
            faults.append(Fault(shift.row.file, shift.row.line, "agent", message))
        faults += [Fault(place, *one) for one in _gaps(books, shift, own)]
    for (_, agent, day), own in rows.items():
        message = f"must have a shift on {day} in roster.csv, got none"
        faults.append(Fault(place, own[0].line, "agent", f"{message} ({agent})"))
    number = len(books.files.roster)
    return Judged("activities", "shifts filled from start to end", number, tuple(faults))


def _gaps(books: Books, shift: Worked, own: Sequence[Stretch]) -> Iterator[tuple[int, str, str]]:
    """Yield line, column and message of what leaves a gap in a shift, overlaps or lies outside."""
    zone = books.asked.pools[shift.row.pool].zone

    def clock(minute: int) -> str:
        return wall(minute, zone).isoformat(timespec="minutes")

    at = shift.start
    for row in own:
        if row.start != at:
            yield row.line, "start", f"must be {clock(at)}, got {clock(row.start)} ({row.agent})"
        if row.end <= row.start:
            yield row.line, "end", f"must be after the start, got {clock(row.end)} ({row.agent})"
        at = row.end
    if own and at != shift.end:
        message = f"must be {clock(shift.end)}, when the shift ends, got {clock(at)}"
        yield own[-1].line, "end", f"{message} ({own[-1].agent})"
    pauses = [(row.start, row.end) for row in own if row.kind == "break"]
    if own and pauses != list(shift.pauses):
        told = [
            ", ".join(f"{wall(first, zone):%H:%M}-{wall(last, zone):%H:%M}" for first, last in some)
            for some in (shift.pauses, pauses)
        ]
        message = f"must have the roster's breaks, {told[0] or 'none'}, got {told[1] or 'none'}"
        yield own[0].line, "activity", f"{message} ({own[0].agent})"


def own_queues(books: Books) -> Judged:
    """Activities are queues that the agent's pool serves, of their kind; breaks or spare time."""
    asked, faults = books.asked, []
    for row in books.files.activities or ():
        if row.kind in ("break", "spare"):
            allowed = {row.kind}
        else:
            deferred = row.kind == "deferred"
            served = asked.pools[row.pool].speed
            allowed = {name for name in served if asked.deferred(name) == deferred}
        if row.activity not in allowed:
            names = ", ".join(sorted(allowed)) or "none"
            message = f"must be {row.kind} and {row.pool}'s own ({names}), got {row.activity}"
            faults.append(Fault(books.files.path(_FILE), row.line, "activity", message))
    number = len(books.files.activities or ())
    return Judged("own queues", "stretches with a queue of the pool", number, tuple(faults))


def hours_as_covered(books: Books) -> Judged:
    """Hours of a pool's agents with a queue on a day = the queue's share of their hours on duty.

    Its share in an interval is that of the pool's positions that it is given; twice a stretch and
    an interval of one agent on a day are rounding.
    """
    asked, spent = books.asked, _spent(books)
    inside = {queue: asked.inside(queue) for queue in asked.queues}
    found: dict[tuple[str, str, dt.date], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for (pool, interval), own in spent.items():
        for queue, minutes in own.items():
            if interval in inside.get(queue, ()):
                found[pool, queue, asked.day_of(queue, interval)][0] += minutes / 60
    for given in books.files.coverage:
        there = books.duty[given.pool].get(given.interval, 0.0)
        hours = sum(spent[given.pool, given.interval].values()) / 60
        day = asked.day_of(given.queue, given.interval)
        found[given.pool, given.queue, day][1] += given.positions / there * hours if there else 0.0
    most, faults = 2 * (STRETCH_HOURS + asked.hours), []
    for (pool, queue, day), (got, planned) in sorted(found.items()):
        if abs(got - planned) > most:
            message = (
                f"must come to {planned:.2f} hours of {pool} with {queue} on {day}, "
                f"{most:g} more or less, got {got:.2f}"
            )
            faults.append(Fault(books.files.path(_FILE), None, "activity", message))
    what = "days of a queue with its hours of a pool"
    return Judged("queue hours", what, len(found), tuple(faults))


def _spent(books: Books) -> _Spent:
    """Return the minutes of a pool's agents in an interval by queue; "" is spare time."""
    step, first = books.asked.step, books.asked.first
    after = books.asked.intervals * step
    spent: _Spent = defaultdict(lambda: defaultdict(int))
    for row in books.files.activities or ():
        if row.kind == "break":
            continue
        queue = "" if row.kind == "spare" else row.activity
        at, last = max(row.start - first, 0), min(row.end - first, after)
        while at < last:
            until = min((at // step + 1) * step, last)
            spent[row.pool, at // step][queue] += until - at
            at = until
    return spent
