"""Which pool handles how many of each queue's contacts, and what of them it may at most."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping

from planner.audit.books import Books
from planner.audit.clock import monday
from planner.audit.judged import Judged
from planner.audit.missing import work_of_a_contact
from planner.audit.question import Question
from planner.audit.terms import Terms
from planner.errors import Fault

_NOTICED = 0.01  # contacts
_WORK = 1e-3  # positions of work that rounding may have done before it came

ByInterval = Mapping[int, float]


#: Contacts that each pool takes of each queue, by interval.
Taken = dict[str, dict[str, dict[int, float]]]


def contacts_planned(books: Books) -> Taken:
    """Return the contacts planned for, of requirement.csv, by the pool that takes them."""
    need = books.files.need
    return _taken(books, {q: {i: r.contacts for i, r in rows.items()} for q, rows in need.items()})


def contacts_handled(books: Books) -> Taken:
    """Return the contacts answered, of projection.csv, by the pool that takes them."""
    seen = books.files.seen
    return _taken(books, {q: {i: r.answered for i, r in rows.items()} for q, rows in seen.items()})


def _taken(books: Books, contacts: Mapping[str, ByInterval]) -> Taken:
    """Return how many contacts each pool takes of each queue.

    On the line, of an interval's contacts in proportion to what pools give in it, speed included;
    of work that may wait, of all contacts in proportion to all that they give, when they give it.
    Contacts that come while nobody is there are spread like the rest.
    """
    found: Taken = {pool: {} for pool in books.asked.pools}
    for queue, came in contacts.items():
        own, total = books.given_by_pool[queue], books.given[queue]
        if books.asked.deferred(queue):
            part = own
        else:
            part = {
                pool: {i: came.get(i, 0.0) * g / total[i] for i, g in given.items() if g}
                for pool, given in own.items()
            }
        reached = sum(sum(given.values()) for given in part.values())
        scale = sum(came.values()) / reached if reached > 0 else 0.0
        for pool, given in part.items():
            found[pool][queue] = {i: some * scale for i, some in given.items()}
    return found


def largest_share(books: Books) -> Judged:
    """Contacts handed to a pool of a queue in a calendar week <= its largest share of them.

    On the line an interval's contacts are handed out in proportion to the positions given, or to
    those needed where that is more: nobody is handed what is left for want of agents. Of work that
    may wait, what a position's time takes off the queue; what waits when the horizon begins counts
    to its first week.
    """
    faults: list[Fault] = []
    count = 0
    for name, terms in books.asked.pools.items():
        for queue in terms.speed if _limited(terms) else ():
            own = books.given_by_pool[queue].get(name, {})
            offered = _offered(books, queue)
            handed = _by_week(books.asked, queue, dict(_handed(books, queue, own)))
            for first, some in handed.items():
                count += 1
                most = terms.pool.max_share * offered[first]
                if some > most + _NOTICED + 1e-6 * most:
                    message = (
                        f"must hand {name} {most:.2f} contacts of {queue} at most in the week of "
                        f"{first}, {terms.pool.max_share:g} of them, got {some:.2f}"
                    )
                    line = _last_line(books, name, queue, first)
                    place = books.files.path("coverage.csv")
                    faults.append(Fault(place, line, "positions", message))
    return Judged("share", "weeks of a queue within a pool's largest share", count, tuple(faults))


def _limited(terms: Terms) -> bool:
    return terms.pool.max_share < 1 and terms.pool.max_share_of == "contacts"


def _offered(books: Books, queue: str) -> dict[dt.date, float]:
    """Return a queue's contacts by week, what waits when the horizon begins in the first."""
    rows, waits = books.files.need[queue], books.asked.queues[queue].backlog
    offered = _by_week(books.asked, queue, {i: row.contacts for i, row in rows.items()})
    if waits is not None and books.asked.deferred(queue):
        offered[monday(books.asked.days[0])] += waits.contacts
    return offered


def _handed(books: Books, queue: str, own: ByInterval) -> Iterator[tuple[int, float]]:
    """Yield how many contacts a pool is handed in each interval."""
    need, total = books.files.need[queue], books.given[queue]
    work = sum(row.positions for row in need.values())
    each = sum(row.contacts for row in need.values()) / work if work > 0 else 0.0
    for interval, some in own.items():
        if books.asked.deferred(queue):
            yield interval, some * each
        elif interval in need and some > 0:
            row = need[interval]
            yield interval, row.contacts * some / max(row.positions, total[interval])


def _by_week(asked: Question, queue: str, values: ByInterval) -> dict[dt.date, float]:
    found: dict[dt.date, float] = defaultdict(float)
    for interval, value in values.items():
        found[monday(asked.day_of(queue, interval))] += value
    return found


def _last_line(books: Books, pool: str, queue: str, first: dt.date) -> int | None:
    """Return the last line on which a pool gives positions to a queue in a week."""
    lines = [
        given.line
        for given in books.files.coverage
        if (given.pool, given.queue) == (pool, queue)
        and monday(books.asked.day_of(queue, given.interval)) == first
    ]
    return max(lines, default=None)


def work_after_it_came(books: Books) -> Judged:
    """Work that may wait and is done by the end of an interval <= what has come within the hour.

    The program pours such work into blocks of an hour.
    """
    faults: list[Fault] = []
    count = 0
    for queue in filter(books.asked.deferred, books.asked.queues):
        given, come = books.given[queue], _come(books, queue)
        done = 0.0
        for interval in sorted(given):
            done += given[interval]
            count += 1
            if done > come[interval] + _WORK * (1 + come[interval]):
                lines = [
                    g.line
                    for g in books.files.coverage
                    if (g.queue, g.interval) == (queue, interval)
                ]
                message = (
                    f"must have done {come[interval]:.3f} positions of work at most, all that has "
                    f"come to {queue}, got {done:.3f}"
                )
                place = books.files.path("coverage.csv")
                faults.append(Fault(place, max(lines), "positions", message))
                break
    what = "intervals of work that may wait, done after it came"
    return Judged("work", what, count, tuple(faults))


def _come(books: Books, queue: str) -> list[float]:
    """Return the work that has come within an hour of the start of each interval, since ever."""
    need, waits = books.files.need[queue], books.asked.queues[queue].backlog
    some = 0.0 if waits is None else waits.contacts * work_of_a_contact(books, queue)
    intervals, block = books.asked.intervals, max(60 // books.asked.step, 1)
    come = [some]
    for interval in range(intervals):
        come.append(come[-1] + (need[interval].positions if interval in need else 0.0))
    return [come[min(interval + block, intervals)] for interval in range(intervals)]
