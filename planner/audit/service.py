"""Service by day, week and horizon against the intervals that it adds up."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from planner.audit.books import Books
from planner.audit.files import PlanFiles, Seen, Service
from planner.audit.judged import Judged, near
from planner.audit.question import Question
from planner.errors import Fault

_SLACK = 2e-5


def service_sums(books: Books) -> Judged:
    """Contacts of a day, week or horizon = its intervals'; shares = theirs, contacts weighing."""
    asked, files = books.asked, books.files
    by_day = {queue: _by_day(asked, files, queue) for queue in asked.queues}
    faults = [
        Fault(files.path("service.csv"), row.line, column, message)
        for row in files.service
        for column, message in _against(asked, row, by_day[row.queue])
    ]
    return Judged("service", "days, weeks and horizons of a queue", len(files.service),
                  tuple(faults))  # fmt: skip


def _by_day(asked: Question, files: PlanFiles, queue: str) -> dict[dt.date, list[Seen]]:
    found: dict[dt.date, list[Seen]] = defaultdict(list)
    for interval, row in files.seen[queue].items():
        found[asked.day_of(queue, interval)].append(row)
    return found


def _against(
    asked: Question, row: Service, by_day: dict[dt.date, list[Seen]]
) -> Iterator[tuple[str, str]]:
    days = [row.first_day + dt.timedelta(days=day) for day in range(row.days)]
    some = [seen for day in days for seen in by_day.get(day, ())]
    contacts = sum(seen.contacts for seen in some)
    if not near(row.contacts, contacts, 3, 1e-4):
        yield "contacts", f"must be {contacts:.3f}, got {row.contacts:.3f}"
    if contacts <= 0:
        return
    answered = sum(seen.answered for seen in some)
    lost = 0.0 if asked.deferred(row.queue) else max(contacts - answered, 0.0)
    shares = {
        "service_level": (row.service_level, sum(seen.in_time for seen in some) / contacts),
        "abandonment": (row.abandonment, lost / contacts),
    }
    for column, (found, expected) in shares.items():
        if found is None or not near(found, expected, 4, _SLACK):
            yield column, f"must be {expected:.4f}, got {found}"
