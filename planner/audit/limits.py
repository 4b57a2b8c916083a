"""What a contract allows of a pool's hours in a week: those ordered, a share of all."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from planner.audit.books import Books
from planner.audit.clock import monday, weeks
from planner.audit.judged import Judged
from planner.audit.money import exact, ordered_hours, paid_minutes
from planner.errors import Fault

_NOTICED = 1e-6  # hours


def hours_ordered(books: Books) -> Judged:
    """Hours paid over the days of a week on notice <= hours ordered for them."""
    minutes, faults, count = paid_minutes(books), [], 0
    for name, terms in books.asked.pools.items():
        for days in weeks(books.asked.days):
            on_notice = terms.on_notice(days)
            if not on_notice:
                continue
            count += 1
            hours = sum((minutes[name][day] for day in on_notice), Fraction(0)) / 60
            most = ordered_hours(terms, days)
            if hours > most + _NOTICED:
                what = f"{float(most):.2f} hours ordered of {name}"
                faults.append(_too_many(books, name, on_notice, what, float(hours)))
    return Judged("ordered", "weeks within the hours ordered", count, tuple(faults))


def share_of_hours(books: Books) -> Judged:
    """Hours that a pool is scheduled in a week <= its largest share of those of all pools."""
    minutes, faults, count = paid_minutes(books), [], 0
    for name, terms in books.asked.pools.items():
        pool = terms.pool
        if pool.max_share >= 1 or pool.max_share_of != "hours":
            continue
        for days in weeks(books.asked.days):
            count += 1
            hours = sum((minutes[name][day] for day in days), Fraction(0)) / 60
            total = sum((own[day] for own in minutes.values() for day in days), Fraction(0)) / 60
            most = exact(pool.max_share) * total
            if hours > most + _NOTICED:
                what = f"{float(most):.2f} hours of {name}, {pool.max_share:g} of all,"
                faults.append(_too_many(books, name, days, what, float(hours)))
    return Judged("share of hours", "weeks within a pool's share of all hours", count,
                  tuple(faults))  # fmt: skip


def _too_many(books: Books, pool: str, days: list[dt.date], what: str, hours: float) -> Fault:
    rows = [row.line for row in books.files.allocation if row.pool == pool and row.date in days]
    message = f"must keep to the {what} at most in the week of {monday(days[0])}, got {hours:.2f}"
    return Fault(books.files.path("allocation.csv"), max(rows), "paid_hours", message)
