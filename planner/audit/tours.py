"""Tours against their contract beyond a day and a week: weekly rest, runs, weekends, nights."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from planner.audit.agents import hours_of
from planner.audit.books import Books
from planner.audit.clock import hhmm, instant, monday, wall, weeks
from planner.audit.judged import Judged
from planner.audit.people import Found, Tour, by_agent
from planner.audit.shifts import Worked
from planner.audit.terms import Terms

_DAY = dt.timedelta(days=1)
_NIGHT = (21 * 60, 30 * 60)
"""A night, minutes after midnight (Code du travail, L3122-20)."""
_NIGHT_WORK = 3 * 60
"""Minutes of it that make a shift one of the night (L3122-5)."""


def weekly_rest(books: Books) -> Judged:
    """Hours without work in a row that touch each whole calendar week >= the weekly rest."""
    return by_agent(
        books, _weekly_rest, "weekly rest", "agents with their weekly rest", "weekly_rest"
    )


def _weekly_rest(terms: Terms, tour: Tour) -> Found:
    least = 60 * terms.pool.contract.weekly_rest_hours
    ends = [shift.end for shift in tour]
    starts = [shift.start for shift in tour]
    for days in weeks(terms.agents):
        if len(days) < 7:
            continue
        begin, end = (instant(day, 0, terms.zone) for day in (days[0], days[-1] + _DAY))
        gaps = zip([float("-inf"), *ends], [*starts, float("inf")], strict=True)
        longest = max(stop - start for start, stop in gaps if start < end and stop > begin)
        if longest < least - 1e-9:
            here = [shift for shift in tour if monday(shift.row.date) == days[0]]
            message = (
                f"must leave {least / 60:g} hours without work in a row in the week of {days[0]}, "
                f"got {longest / 60:g} at most"
            )
            yield (here or tour)[-1], "end", message


def hours_on_average(books: Books) -> Judged:
    """Paid hours of an agent <= a seventh of the week's, and of overtime, a day of employment.

    Days of absence take their part of the week's; see ``ordinary_hours``.
    """
    return by_agent(
        books,
        _average,
        "hours on average",
        "agents within their hours on average",
        "hours_on_average",
        lambda terms: terms.pool.contract.weekly_hours == "averaged",
    )


def _average(terms: Terms, tour: Tour) -> Found:
    name = tour[0].row.agent
    overtime = Fraction(str(terms.pool.contract.overtime.max_hours_per_week))
    known = any(agent.worked for agent in terms.people.values())
    most = Fraction(0)
    for days in weeks(terms.agents):
        earlier = [monday(days[0]) + n * _DAY for n in range((days[0] - monday(days[0])).days)]
        week = terms.ordinary(name, [*(earlier if known else ()), *days])
        most += (week + overtime) * terms.days_employed(name, days) / 7
    hours = sum((shift.paid for shift in tour if shift.row.line), Fraction(0)) / 60
    if hours > most + Fraction(1, 60):
        message = f"must come to {float(most):g} hours at most over the horizon, got "
        yield tour[-1], "paid_hours", f"{message}{float(hours):g}"


def hours_exactly(books: Books) -> Judged:
    """Paid hours of an agent in a week of employment >= ordinary hours; fewer are told, no fault.

    It may be that there is not the work for more.
    """
    found = by_agent(
        books,
        _exact,
        "hours exactly",
        "agents with all their hours",
        applies=lambda terms: terms.pool.contract.weekly_hours == "exact",
    )
    return replace(found, faults=(), bent=found.faults)


def _exact(terms: Terms, tour: Tour) -> Found:
    name = tour[0].row.agent
    for days in weeks(terms.agents):
        if terms.days_employed(name, days) < 7:
            continue
        here = [shift for shift in tour if shift.row.date in days]
        hours, least = (
            sum((one.paid for one in here), Fraction(0)) / 60,
            terms.ordinary(name, days),
        )
        if hours < least - Fraction(1, 60):
            message = f"must come to {float(least):g} hours in the week of {days[0]}, got "
            yield (here or tour)[-1], "paid_hours", f"{message}{float(hours):g}"


def days_worked_in_a_row(books: Books) -> Judged:
    """Days of work in a row >= the fewest; a run that is not known to its end may go on."""
    return by_agent(
        books,
        _work,
        "fewest days in a row",
        "agents with enough days in a row",
        "days_of_work",
        lambda terms: terms.pool.contract.min_consecutive_days > 1,
    )


def _work(terms: Terms, tour: Tour) -> Found:
    least, days = terms.pool.contract.min_consecutive_days, list(terms.agents)
    for run in _runs([shift.row.date for shift in tour]):
        open_begin = run[0] == days[0] and not any(a.worked for a in terms.people.values())
        ended_before = run[-1] < days[0] - _DAY  # not by this plan
        if ended_before or run[-1] == days[-1] or open_begin or len(run) >= least:
            continue
        message = f"must end or follow a run of {least} days at least, got {len(run)}"
        own = [shift for shift in tour if shift.row.line]
        yield (_last_on(tour, run[-1]) if run[-1] >= days[0] else own[0]), "date", message


def days_off_in_a_row(books: Books) -> Judged:
    """Days off in a row >= the fewest; a run that is not known to its ends may go on."""
    return by_agent(
        books,
        _off,
        "fewest days off in a row",
        "agents with enough days off in a row",
        "days_off_in_a_row",
        lambda terms: terms.pool.contract.min_consecutive_days_off > 1,
    )


def _off(terms: Terms, tour: Tour) -> Found:
    least, first = terms.pool.contract.min_consecutive_days_off, next(iter(terms.agents))
    for before, after in itertools.pairwise(_runs([shift.row.date for shift in tour])):
        off = (after[0] - before[-1]).days - 1
        if off < least and after[0] >= first:
            message = f"must follow {least} days off at least, got {off}"
            yield _last_on(tour, after[0]), "date", message


def weekends(books: Books) -> Judged:
    """Weekends with a shift on Saturday or Sunday, of any four on end <= the most."""
    return by_agent(
        books,
        _weekends,
        "weekends",
        "agents with their free weekends",
        "weekends",
        lambda terms: terms.pool.contract.max_weekends_in_four < 4,
    )


def _weekends(terms: Terms, tour: Tour) -> Found:
    most = terms.pool.contract.max_weekends_in_four
    by_week: dict[dt.date, Worked] = {}
    for shift in tour:
        if shift.row.date.weekday() >= 5:
            by_week[monday(shift.row.date)] = shift
    for week, shift in by_week.items():
        four = [week - n * 7 * _DAY for n in range(4)]
        worked = sum(one in by_week for one in four)
        if worked > most:
            message = (
                f"must be on {most} weekends at most of the four to that of {week + 5 * _DAY}, "
                f"got {worked}"
            )
            yield shift, "date", message


def nights_in_a_row(books: Books) -> Judged:
    """Nights in a row <= the most: shifts with 3 hours or more from 21:00 to 06:00."""
    return by_agent(
        books,
        _nights,
        "nights in a row",
        "agents within their nights in a row",
        "nights_in_a_row",
        _nights_bind,
    )


def _nights_bind(terms: Terms) -> bool:
    """Return whether a run of nights may be too long where a run of days is not."""
    contract = terms.pool.contract
    shorter = contract.max_nights_in_row < contract.max_consecutive_days
    return shorter or "days_in_a_row" in contract.bend


def _nights(terms: Terms, tour: Tour) -> Found:
    most = terms.pool.contract.max_nights_in_row
    nights = [shift for shift in tour if _is_night(terms, shift)]
    for run in _runs([shift.row.date for shift in nights]):
        if len(run) > most:
            message = f"must end a run of {most} nights at most, got {len(run)}"
            yield _last_on(nights, run[most]), "date", message


def _is_night(terms: Terms, shift: Worked) -> bool:
    """Return whether enough of a shift, pauses in, lies in the night before its day or after it."""
    start, end = _minutes(terms, shift)
    nights = ((_NIGHT[0] + more, _NIGHT[1] + more) for more in (-1440, 0, 1440))
    return any(min(end, last) - max(start, first) >= _NIGHT_WORK for first, last in nights)


def successions(books: Books) -> Judged:
    """Start of the shift after one that ended late >= what the contract forbids before it."""
    return by_agent(
        books,
        _successions,
        "succession",
        "agents whose shifts may follow each other",
        "succession",
        lambda terms: bool(terms.pool.contract.forbidden_successions),
    )


def _successions(terms: Terms, tour: Tour) -> Found:
    for before, after in itertools.pairwise(tour):
        if after.row.date - before.row.date != _DAY:
            continue
        ended, starts = _minutes(terms, before)[1], _minutes(terms, after)[0]
        for pair in terms.pool.contract.forbidden_successions:
            if ended > pair.ends_after and starts < pair.starts_before:
                message = (
                    f"must be {hhmm(pair.starts_before)} or later after a shift that ended after "
                    f"{hhmm(pair.ends_after)}, got {hhmm(starts)}"
                )
                yield after, "start", message
                break


def times(books: Books) -> Judged:
    """Start and end of a shift within the times of its agent on the day on which it starts."""
    return by_agent(
        books,
        _times,
        "times",
        "agents who work within their times",
        "times",
        lambda terms: any(agent.times for agent in terms.people.values()),
    )


def _times(terms: Terms, tour: Tour) -> Found:
    for shift in tour:
        agent = terms.people.get(shift.row.agent)
        if agent is None:
            continue
        allowed, (start, end) = hours_of(agent, shift.row.date), _minutes(terms, shift)
        if allowed is None:
            yield shift, "date", f"must be a day on which the agent works, got {shift.row.date:%A}"
        elif start < allowed[0] or end > allowed[1]:
            message = f"must lie within {hhmm(allowed[0])}-{hhmm(allowed[1])}, got "
            yield shift, "start", f"{message}{hhmm(start)}-{hhmm(end)}"


def _minutes(terms: Terms, shift: Worked) -> tuple[int, int]:
    """Return a shift's start and end in minutes after its day's midnight, as its length counts."""
    begins = wall(shift.start, terms.zone)
    start = (begins.date() - shift.row.date).days * 1440 + begins.hour * 60 + begins.minute
    return start, start + shift.end - shift.start


def _runs(days: Sequence[dt.date]) -> Iterator[list[dt.date]]:
    """Yield the runs of days that follow each other."""
    run: list[dt.date] = []
    for day in sorted(set(days)):
        if run and day - run[-1] != _DAY:
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _last_on(tour: Tour, day: dt.date) -> Worked:
    return [shift for shift in tour if shift.row.date == day][-1]
