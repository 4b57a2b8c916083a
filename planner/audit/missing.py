"""What queues miss: positions on the line, and work that falls overdue, the oldest done first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from planner.audit.books import Books
from planner.audit.judged import Judged, near
from planner.audit.question import Question
from planner.errors import Fault
from planner.scenario.queues import Promise, Queue
from planner.scenario.types import MOST_AGE_HOURS

_TOO_FEW = 1e-4  # positions that nobody notices missing
_PARTS = 1000  # that what waits at the start is followed in


@dataclass(frozen=True, slots=True)
class _Lot:
    """Work in positions for an interval: when it came, and the interval by whose end it is due."""

    work: float
    came: int
    due: int


def understaffing(books: Books) -> Judged:
    """Positions told missing in an interval = those needed - given, or work that falls overdue.

    Where service is promised over the day or week, the fewest further positions that would keep it
    follow from a curve that no file holds: they are at most those that lack for what the queue
    would take by itself.
    """
    place, count = books.files.path("projection.csv"), 0
    faults: list[Fault] = []
    for queue, rows in books.files.seen.items():
        count += len(rows)
        lack = lacking(books, queue)
        if _over_period(books.asked.queues[queue]):
            told = sum(row.understaffing for row in rows.values())
            line = max((row.line for row in rows.values()), default=None)
            if told > sum(lack.values()) + _TOO_FEW * (1 + len(rows)):
                most = f"{sum(lack.values()):.4f} positions of {queue}"
                message = f"must add up to the {most} lacking at most, got {told:.4f}"
                faults.append(Fault(place, line, "understaffing", message))
            continue
        for interval, row in rows.items():
            if abs(row.understaffing - lack.get(interval, 0.0)) > 2 * _TOO_FEW:
                message = f"must be {lack.get(interval, 0.0):.4f}, got {row.understaffing:.4f}"
                faults.append(Fault(place, row.line, "understaffing", message))
    what = "intervals of a queue, what they miss as told"
    return Judged("missing", what, count, tuple(faults))


def missing_hours(books: Books) -> Judged:
    """Hours missing of the summary = positions missing in all intervals, times their length."""
    asked, told = books.asked, books.files.summary
    hours = {
        queue: asked.hours * sum(row.understaffing for row in rows.values())
        for queue, rows in books.files.seen.items()
    }
    overdue = sum(some for queue, some in hours.items() if asked.deferred(queue))
    services = told.get("service")
    checks = [
        ("understaffing_hours", told.get("understaffing_hours"), sum(hours.values())),
        (
            "understaffing_hours_on_the_line",
            told.get("understaffing_hours_on_the_line"),
            sum(hours.values()) - overdue,
        ),
        ("overdue_work_hours", told.get("overdue_work_hours"), overdue),
    ]
    for queue, some in hours.items():
        own = services.get(queue) if isinstance(services, dict) else None
        value = own.get("understaffing_hours") if isinstance(own, dict) else None
        checks.append((f"service.{queue}.understaffing_hours", value, some))
    faults = [
        Fault(books.files.path("summary.json"), None, field, f"must be {some:.2f}, got {value}")
        for field, value, some in checks
        if not isinstance(value, int | float) or not near(value, some, 2, 1e-4)
    ]
    what = "sums of the summary, hours missing"
    return Judged("missing hours", what, len(checks), tuple(faults))


def lacking(books: Books, queue: str) -> dict[int, float]:
    """Return the positions that a queue misses by interval; too few to be noticed are none."""
    rule = _overdue if books.asked.deferred(queue) else _short
    return {interval: some for interval, some in rule(books, queue) if some > _TOO_FEW}


def _over_period(queue: Queue) -> bool:
    target = queue.target
    if isinstance(target, Promise) or target.service_level is None:
        return False
    return target.over != "interval"


def _short(books: Books, queue: str) -> Iterator[tuple[int, float]]:
    for interval, need in books.files.need[queue].items():
        yield interval, need.positions - books.given[queue].get(interval, 0.0)


def _overdue(books: Books, queue: str) -> Iterator[tuple[int, float]]:
    """Yield the work that falls overdue in each interval.

    The oldest is done first. What was overdue before the horizon, and what falls due with nobody
    there between its coming and its deadline, is nobody's lack.
    """
    asked, lots = books.asked, list(_lots(books, queue))
    there = _anybody(asked, queue)
    seen = [0, *accumulate(there)]
    falls = [0.0] * asked.intervals
    excused = [0.0] * asked.intervals
    old = 0.0
    for lot in lots:
        if lot.due < 0:
            old += lot.work
        elif lot.due < asked.intervals:
            falls[lot.due] += lot.work
            if seen[lot.due + 1] == seen[lot.came]:
                excused[lot.due] += lot.work
    due, done = old, 0.0
    for interval in range(asked.intervals):
        due += falls[interval]
        done += books.given[queue].get(interval, 0.0)
        yield interval, min(max(due - done, 0.0), falls[interval]) - excused[interval]


def _lots(books: Books, name: str) -> Iterator[_Lot]:
    """Yield what waits at the start in equal parts, then what comes in each interval."""
    asked, queue, rows = books.asked, books.asked.queues[name], books.files.need[name]
    promise = queue.target
    if not isinstance(promise, Promise):
        return
    is_open = asked.is_open(name)
    waits = queue.backlog
    if waits is not None and waits.contacts > 0:
        each = work_of_a_contact(books, name)
        midnight = asked.inside(name).start * asked.step
        for due in _standing(asked, queue, promise, is_open, midnight):
            late = due < midnight
            at = min(max(int(due // asked.step) - 1, 0), asked.intervals)
            yield _Lot(waits.contacts * each / _PARTS, 0, -1 if late else at)
    for interval, need in sorted(rows.items()):
        yield _Lot(need.positions, interval, _due(promise, is_open, interval, asked))


def work_of_a_contact(books: Books, name: str) -> float:
    """Return the positions, for an interval, that a contact of the queue takes."""
    rows = books.files.need[name].values()
    contacts, work = sum(row.contacts for row in rows), sum(row.positions for row in rows)
    if work > 0 and contacts > 0:
        return work / contacts
    asked, queue = books.asked, books.asked.queues[name]
    busy = queue.target.max_occupancy or 1.0
    aht_s = [row.aht_s for row in rows if row.aht_s]
    return sum(aht_s) / max(len(aht_s), 1) / (asked.step * 60 * busy * queue.concurrency)


def _due(promise: Promise, is_open: Sequence[bool], interval: int, asked: Question) -> int:
    """Return the last interval that ends before the deadline of what comes as an interval begins.

    At least the interval itself, on a clock that counts open hours the next open one.
    """
    length = max(int(promise.reply_within_hours * 60 // asked.step), 1)
    if promise.clock == "calendar":
        return min(interval + length - 1, asked.intervals)
    left = length
    for later in range(interval, asked.intervals):
        left -= is_open[later]
        if left == 0:
            return later
    return asked.intervals


def _standing(
    asked: Question, queue: Queue, promise: Promise, is_open: Sequence[bool], midnight: int
) -> Iterator[float]:
    """Yield the deadlines of equal parts of what waits, minutes after the axis begins."""
    age = None if queue.backlog is None else queue.backlog.oldest_hours
    oldest = min(promise.reply_within_hours, MOST_AGE_HOURS) if age is None else age
    ages = [60 * oldest * (1 - (part + 0.5) / _PARTS) for part in range(_PARTS)]
    within = promise.reply_within_hours * 60
    if promise.clock == "calendar":
        yield from (midnight - one + within for one in ages)
        return
    first, step = midnight // asked.step, asked.step
    week = is_open[first : first + 7 * 1440 // step]
    again = -int(-(first * step - (midnight - max(ages))) // (len(week) * step))
    ticks = [*(list(week) * again), *is_open[first:]]
    begins = first * step - again * len(week) * step
    clock = [0.0, *accumulate(step * float(tick) for tick in ticks)]
    for one in ages:
        at, part = divmod(midnight - one - begins, step)
        wanted = clock[int(at)] + part * ticks[int(at)] + within
        last = bisect_right(clock, wanted) - 1
        yield begins + last * step + wanted - clock[last]


def _anybody(asked: Question, queue: str) -> list[bool]:
    """Return when somebody who serves a queue can be on duty; always where nobody ever can."""
    there = [False] * asked.intervals
    for terms in asked.pools.values():
        if queue not in terms.speed:
            continue
        for begins, ends in set(terms.reach(asked.days)):
            first, last = begins - asked.first, ends - asked.first
            for interval in range(max(first // asked.step, 0), -(-last // asked.step)):
                if interval < asked.intervals and first < last:
                    there[interval] = True
    return there if any(there) else [True] * asked.intervals
