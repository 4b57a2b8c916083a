"""Positions: on duty, given to queues, and what queues get of them, interval by interval."""

from __future__ import annotations

from collections import defaultdict

from planner.audit.books import Books
from planner.audit.clock import wall
from planner.audit.files import Given
from planner.audit.judged import Judged, near
from planner.errors import Fault

_NOTICED = 2e-5  # positions: what pools give has seven digits


def served_queues(books: Books) -> Judged:
    """Queues that a pool gives positions to are those that it serves, each once in an interval."""
    asked, files, faults = books.asked, books.files, []
    place = files.path("coverage.csv")
    first: dict[tuple[str, str, int], int] = {}
    for given in files.coverage:
        if given.queue not in asked.pools[given.pool].speed:
            served = ", ".join(asked.pools[given.pool].speed)
            message = f"must be one that {given.pool} serves ({served}), got {given.queue}"
            faults.append(Fault(place, given.line, "queue", message))
        if given.positions < 0:
            message = f"must be 0 or more, got {given.positions:g}"
            faults.append(Fault(place, given.line, "positions", message))
        key = (given.queue, given.pool, given.interval)
        if key in first:
            message = f"must be there once, got it again (first on line {first[key]})"
            faults.append(Fault(place, given.line, "start", message))
        first.setdefault(key, given.line)
    return Judged("queues served", "rows of queues that the pool serves", len(first), tuple(faults))


def nobody_twice(books: Books) -> Judged:
    """Positions that a pool gives to queues in an interval <= its positions on duty."""
    asked, faults = books.asked, []
    rows: dict[tuple[str, int], list[Given]] = defaultdict(list)
    for given in books.files.coverage:
        rows[given.pool, given.interval].append(given)
    for (pool, interval), some in rows.items():
        there, spent = books.duty[pool].get(interval, 0.0), sum(given.positions for given in some)
        if spent > there + _NOTICED + 1e-6 * there:
            most = max(some, key=lambda given: given.line)
            begins = wall(asked.first + interval * asked.step, asked.pools[pool].zone)
            message = (
                f"must add up to the {there:.6f} positions of {pool} on duty at "
                f"{begins.isoformat(timespec='minutes')} at most, got {spent:.6f}"
            )
            faults.append(Fault(books.files.path("coverage.csv"), most.line, "positions", message))
    return Judged("positions", "intervals of a pool, nobody given twice", len(rows), tuple(faults))


def positions_projected(books: Books) -> Judged:
    """Positions that a queue's service is projected with = those given, times their speed."""
    faults, count = [], 0
    for queue, rows in books.files.seen.items():
        count += len(rows)
        for interval, row in rows.items():
            expected = books.given[queue].get(interval, 0.0)
            if not near(row.positions, expected, 3, 2e-5):
                message = f"must be {expected:.3f} as covered, got {row.positions:.3f}"
                place = books.files.path("projection.csv")
                faults.append(Fault(place, row.line, "positions", message))
    return Judged("covered", "intervals of a queue, covered as projected", count, tuple(faults))


def contacts_followed(books: Books) -> Judged:
    """Work waiting = before + contacts - answered; of others in time <= answered <= contacts."""
    asked, faults, count = books.asked, [], 0.0
    place = books.files.path("projection.csv")
    for queue, rows in books.files.seen.items():
        waits = asked.queues[queue].backlog
        before = waits.contacts if waits is not None and asked.deferred(queue) else 0.0
        for _, row in sorted(rows.items()):
            count += row.contacts
            left = before + row.contacts - row.answered
            if asked.deferred(queue) and not near(row.backlog, left, 3, 1e-3):
                message = f"must be {left:.3f}, what waited and came less answered, got "
                faults.append(Fault(place, row.line, "backlog", f"{message}{row.backlog:.3f}"))
            elif not asked.deferred(queue) and row.answered > row.contacts + 1e-5:
                message = f"must be {row.contacts:.3f} contacts at most, got {row.answered:.3f}"
                faults.append(Fault(place, row.line, "answered", message))
            if row.in_time > row.contacts + 1e-5:
                message = f"must be {row.contacts:.3f} contacts at most, got {row.in_time:.3f}"
                faults.append(Fault(place, row.line, "in_time", message))
            before = row.backlog
    return Judged("contacts", "contacts, each answered, lost or waiting", count, tuple(faults))
