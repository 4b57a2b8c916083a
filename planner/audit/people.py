"""Agents against their contract: who is employed, rest, hours and days, one shift a day."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from planner.audit.agents import is_away, is_employed, week_of
from planner.audit.books import Books
from planner.audit.clock import monday
from planner.audit.files import ShiftRow
from planner.audit.judged import Judged
from planner.audit.shifts import Worked
from planner.audit.terms import Terms
from planner.errors import Fault

Tour = Sequence[Worked]
ShiftKey = tuple[str, dt.date, str, dt.datetime]
Found = Iterator[tuple[Worked, str, str]]  # the shift, the column, what is wrong


def heads_a_day(books: Books) -> Judged:
    """Heads on a day <= agents employed on it; of agents by name, those who are there."""
    total: Counter[tuple[str, dt.date]] = Counter()
    last: dict[tuple[str, dt.date], int] = {}
    for row in books.files.allocation:
        total[row.pool, row.date] += row.heads
        last[row.pool, row.date] = row.line
    faults = []
    for (pool, day), heads in total.items():
        most = books.asked.pools[pool].there(day)
        if heads > most:
            message = f"must add up to {most} agents of {pool} on {day} at most, got {heads}"
            place = books.files.path("allocation.csv")
            faults.append(Fault(place, last[pool, day], "heads", message))
    return Judged("heads", "days of a pool, no more heads than agents", len(total), tuple(faults))


def rostered(books: Books) -> Judged:
    """Agents that have a shift = heads of that shift."""
    wanted: Counter[ShiftKey] = Counter()
    had: Counter[ShiftKey] = Counter()
    last: dict[ShiftKey, ShiftRow] = {}
    for row in books.files.allocation:
        wanted[_key(row)] += row.heads
        last[_key(row)] = row
    for row in books.files.roster:
        had[_key(row)] += 1
        if had[_key(row)] > wanted[_key(row)]:
            last[_key(row)] = row
    faults = []
    for key, row in last.items():
        if wanted[key] != had[key]:
            column = "agent" if row.agent else "heads"
            message = f"must be {wanted[key]} agents for {row.shift!r}, got {had[key]} rostered"
            faults.append(Fault(row.file, row.line, column, message))
    return Judged("roster", "shifts, each with an agent", len(books.files.roster), tuple(faults))


def _key(row: ShiftRow) -> ShiftKey:
    return row.pool, row.date, row.shift, row.start


def employed(books: Books) -> Judged:
    """Agents who work on a day are employed on it and not away.

    Those of a ramp come in the order of their names.
    """
    faults = []
    for row in books.files.roster:
        terms = books.asked.pools[row.pool]
        if terms.people:
            faults += [
                Fault(row.file, row.line, "agent", message) for message in _not_there(terms, row)
            ]
            continue
        turn, there = terms.names.get(row.agent), terms.agents.get(row.date, 0)
        if turn is None:
            faults.append(
                Fault(row.file, row.line, "agent", f"must be of {row.pool}, got {row.agent}")
            )
        elif turn >= there:
            message = (
                f"must be one of the first {there} agents on {row.date}, got number {turn + 1}"
            )
            faults.append(Fault(row.file, row.line, "agent", message))
    return Judged(
        "employed", "shifts, each of an agent employed", len(books.files.roster), tuple(faults)
    )


def _not_there(terms: Terms, row: ShiftRow) -> Iterator[str]:
    agent = terms.people.get(row.agent)
    if agent is None:
        yield f"must be of {row.pool}, got {row.agent}"
    elif not is_employed(agent, row.date):
        yield f"must be employed on {row.date}, got {row.agent}, who is not"
    elif is_away(agent, row.date):
        yield f"must not be away on {row.date}, got {row.agent}, who is"


def one_shift_a_day(books: Books) -> Judged:
    """Shifts of an agent that begin on a day <= 1."""
    return by_agent(books, _once, "once a day", "agents with one shift a day")


def rest(books: Books) -> Judged:
    """Hours from the end of a shift to the start of the agent's next >= the contract's rest."""
    return by_agent(books, _rested, "rest", "agents with their rest between shifts", "rest")


def hours_a_week(books: Books) -> Judged:
    """Paid hours of an agent in a calendar week <= ordinary hours + overtime."""
    return by_agent(
        books, _hours, "hours a week", "agents within their hours a week", "hours_a_week"
    )


def days_a_week(books: Books) -> Judged:
    """Days that an agent works in a calendar week <= 7 - days off."""
    return by_agent(books, _days, "days a week", "agents with their days off", "days_a_week")


def days_in_a_row(books: Books) -> Judged:
    """Days that an agent works in a row <= the longest run."""
    return by_agent(
        books, _run, "days in a row", "agents within their longest run", "days_in_a_row"
    )


def by_agent(
    books: Books,
    rule: Callable[[Terms, Tour], Found],
    name: str,
    what: str,
    bends: str = "",
    applies: Callable[[Terms], bool] = lambda terms: True,
) -> Judged:
    """Return what a rule finds in every agent's tour, those worked before the first day included.

    Parameters
    ----------
    rule
        Yields shifts of a tour with the column and what is wrong; those before the first day are
        passed over.
    bends
        Name of the rule in the contract: where it has a price, what is broken is told as bent.
    applies
        Whether a pool has such a rule.
    """
    faults: list[Fault] = []
    bent: list[Fault] = []
    count = 0
    for (pool, agent), tour in books.tours.items():
        terms = books.asked.pools[pool]
        if not applies(terms):
            continue
        count += 1
        told = bent if bends in terms.pool.contract.bend else faults
        told += [
            Fault(shift.row.file, shift.row.line, column, f"{message} ({agent})")
            for shift, column, message in rule(terms, tour)
            if shift.row.line
        ]
    return Judged(name, what, count, tuple(faults), tuple(bent))


def _once(terms: Terms, tour: Tour) -> Found:
    del terms
    seen: dict[dt.date, int] = {}
    for shift in tour:
        if shift.row.date in seen:
            message = (
                f"must have one shift a day, got another (first on line {seen[shift.row.date]})"
            )
            yield shift, "date", message
        seen.setdefault(shift.row.date, shift.row.line)


def _rested(terms: Terms, tour: Tour) -> Found:
    least = terms.pool.contract.min_rest_hours
    for before, after in pairwise(tour):
        hours = (after.start - before.end) / 60
        if hours < least - 1e-9 and after.row.date != before.row.date:
            message = f"must be {least:g} hours after the shift before, got {hours:g}"
            yield after, "start", message


def _hours(terms: Terms, tour: Tour) -> Found:
    contract, agent = terms.pool.contract, terms.people.get(tour[0].row.agent)
    own = contract.hours_per_week if agent is None else float(week_of(agent, contract))
    most = own + contract.overtime.max_hours_per_week
    if contract.weekly_hours == "averaged":
        most = contract.max_hours_per_week
    for first, shifts in _by_week(tour):
        hours = float(sum(shift.paid for shift in shifts)) / 60
        if hours > most + 1e-6:
            message = f"must come to {most:g} hours at most in the week of {first}, got {hours:g}"
            yield shifts[-1], "paid_hours", message


def _days(terms: Terms, tour: Tour) -> Found:
    most = 7 - terms.pool.contract.days_off_per_week
    for first, shifts in _by_week(tour):
        days = len({shift.row.date for shift in shifts})
        if days > most:
            message = f"must be on {most} days at most in the week of {first}, got {days}"
            yield shifts[-1], "date", message


def _run(terms: Terms, tour: Tour) -> Found:
    longest = terms.pool.contract.max_consecutive_days
    run, last = 0, None
    for shift in tour:
        day = shift.row.date
        if day == last:
            continue
        run = run + 1 if last is not None and (day - last).days == 1 else 1
        last = day
        if run == longest + 1:
            yield shift, "date", f"must end a run of {longest} days at most, got {run}"


def _by_week(tour: Tour) -> Iterator[tuple[dt.date, list[Worked]]]:
    found: dict[dt.date, list[Worked]] = defaultdict(list)
    for shift in tour:
        found[monday(shift.row.date)].append(shift)
    yield from found.items()
