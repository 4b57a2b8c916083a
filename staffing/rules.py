"""What a contract asks of one agent's tour: one rule, one function."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from staffing.pools import Contract

_SLACK = 1e-9


@dataclass(frozen=True, slots=True, order=True)
class Work:
    """One shift of a tour: its local day, start and end in hours of one clock, and paid hours."""

    day: dt.date
    start: float
    end: float
    paid_hours: float


Tour = Sequence[Work]  # in the order of days
Rule = Callable[[Tour, Contract], bool]


def rests_between(tour: Tour, contract: Contract) -> bool:
    """Return whether every rest lasts as long as the contract says.

    French labour code, article L3131-1: eleven hours in a row.
    """
    rest = contract.min_rest_hours - _SLACK
    return all(after.start - before.end >= rest for before, after in pairwise(tour))


def works_days_a_week(tour: Tour, contract: Contract) -> bool:
    """Return whether every week, Monday to Sunday, leaves the contract's days off."""
    worked = Counter(work.day.isocalendar()[:2] for work in tour)
    return all(days <= 7 - contract.days_off_per_week for days in worked.values())


def works_hours_a_week(tour: Tour, contract: Contract) -> bool:
    """Return whether every week keeps to the contract's hours and overtime.

    French labour code, articles L3121-27 (35 hours) and L3121-20 (48 at most).
    """
    worked: dict[tuple[int, int], float] = {}
    for work in tour:
        week = work.day.isocalendar()[:2]
        worked[week] = worked.get(week, 0.0) + work.paid_hours
    most = contract.hours_per_week + contract.overtime_hours_per_week + _SLACK
    return all(hours <= most for hours in worked.values())


def works_days_in_a_row(tour: Tour, contract: Contract) -> bool:
    """Return whether no run of days is longer than the contract's.

    French labour code, article L3132-1: six days a week at most.
    """
    run, last = 0, None
    for work in tour:
        follows = last is not None and (work.day - last).days == 1
        run, last = run + 1 if follows else 1, work.day
        if run > contract.max_consecutive_days:
            return False
    return True


RULES: tuple[Rule, ...] = (
    rests_between,
    works_days_a_week,
    works_hours_a_week,
    works_days_in_a_row,
)


def keeps_rules(tour: Tour, contract: Contract) -> bool:
    """Return whether a tour keeps every rule.

    Examples
    --------
    >>> days = [dt.date(2027, 2, day) for day in range(1, 8)]
    >>> week = [Work(day, 24.0 * k + 9, 24.0 * k + 16, 7.0) for k, day in enumerate(days)]
    >>> keeps_rules(week[:5], Contract()), keeps_rules(week, Contract())
    (True, False)
    """
    return all(rule(tour, contract) for rule in RULES)
