"""What a plan says of itself, counted again by the simplest means: shifts, rest, contacts."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from planner.plan import Plan
from staffing.pools import Pool
from staffing.roster import Duty
from staffing.shifts import shift_start

_CLOSE = 1e-3  # positions, hours, contacts that rounding may differ by


@dataclass(frozen=True, slots=True)
class Count:
    """One thing counted again.

    Parameters
    ----------
    what
        What was counted, in words.
    number
        How many there are of it.
    faults
        What does not agree, in words; empty: all of it does.
    """

    what: str
    number: float
    faults: tuple[str, ...] = ()


def recount(plan: Plan) -> tuple[Count, ...]:
    """Return what was counted again in a plan, its roster shift by shift.

    Nothing of the program or of the matching is used: shifts are counted, clocks and calendars
    compared, positions and contacts added up.
    """
    return (
        _shifts(plan),
        _tours(plan),
        _positions(plan),
        _contacts(plan),
    )


def _shifts(plan: Plan) -> Count:
    """Count the shifts that agents have against the heads that the plan pays."""
    had = Counter((duty.pool, duty.day, duty.shift) for duty in plan.roster.duties)
    solved = plan.allocation
    wanted = {
        (pool.name, plan.days[d], solved.shifts[p][s]): int(solved.heads[p][d, s])
        for p, pool in enumerate(solved.pools)
        for d, s in zip(*np.nonzero(solved.heads[p]), strict=True)
    }
    faults = [
        f"{pool}, {day.isoformat()}, {shift.label}: {wanted.get((pool, day, shift), 0)} planned, "
        f"{had[pool, day, shift]} rostered"
        for pool, day, shift in sorted({*had, *wanted})
        if had[pool, day, shift] != wanted.get((pool, day, shift), 0)
    ]
    return Count("shifts, each with an agent", len(plan.roster.duties), tuple(faults))


def _tours(plan: Plan) -> Count:
    """Count each agent's rest, hours and days against the contract."""
    pools = {pool.name: pool for pool in plan.pools}
    tours: dict[tuple[str, str], list[Duty]] = defaultdict(list)
    for duty in plan.roster.duties:
        tours[duty.pool, duty.agent].append(duty)
    faults = [
        f"{agent} of {name}: {fault}"
        for (name, agent), duties in sorted(tours.items())
        for fault in _against_contract(pools[name], sorted(duties, key=lambda duty: duty.day))
    ]
    return Count("agents, within their contract", len(tours), tuple(faults))


def _against_contract(pool: Pool, tour: Sequence[Duty]) -> Iterator[str]:
    """Yield what a tour, by day, breaks of its pool's contract."""
    contract = pool.contract
    for before, after in pairwise(tour):
        if before.day == after.day:
            yield f"two shifts on {after.day.isoformat()}"
            continue
        start = shift_start(after.shift, after.day, pool.timezone)
        end = shift_start(before.shift, before.day, pool.timezone) + dt.timedelta(
            minutes=before.shift.end_minute - before.shift.start_minute
        )
        rest = (start - end).total_seconds() / 3600
        if rest < contract.min_rest_hours - _CLOSE:
            yield f"{rest:.1f} hours of rest before {after.day.isoformat()}"
    weeks: dict[dt.date, list[Duty]] = defaultdict(list)
    for duty in tour:
        weeks[duty.day - dt.timedelta(days=duty.day.weekday())].append(duty)
    most = contract.hours_per_week + contract.overtime_hours_per_week
    for monday, duties in weeks.items():
        hours = sum(duty.shift.paid_hours for duty in duties)
        if hours > most + _CLOSE:
            yield f"{hours:.1f} hours in the week of {monday.isoformat()}, at most {most:g}"
        if len(duties) > 7 - contract.days_off_per_week:
            yield f"{len(duties)} days in the week of {monday.isoformat()}"
    run = 1
    for before, after in pairwise(tour):
        run = run + 1 if (after.day - before.day).days == 1 else 1
        if run == contract.max_consecutive_days + 1:
            yield f"{run} days in a row up to {after.day.isoformat()}"


def _positions(plan: Plan) -> Count:
    """Count the positions given to queues against those on duty, in every interval."""
    solved = plan.allocation
    given = solved.serve.astype(np.float64).sum(axis=1)
    faults = [
        f"{pool.name}, {plan.times[i]:%Y-%m-%d %H:%M} UTC: {given[p, i]:.3f} given to queues, "
        f"{solved.capacity[p, i]:.3f} on duty"
        for p, pool in enumerate(solved.pools)
        for i in np.flatnonzero(given[p] > solved.capacity[p] * (1 + 1e-5) + _CLOSE).tolist()
    ]
    hours = given.sum() * plan.interval_s / 3600
    return Count("position hours, none given twice", float(hours), tuple(faults))


def _contacts(plan: Plan) -> Count:
    """Count contacts: who comes, or waits at the start, is answered, lost, or waits at the end."""
    seen = plan.projection
    came = seen.contacts.sum(axis=1) + np.array([queue.backlog.contacts for queue in plan.queues])
    ended = (seen.answered + seen.abandoned).sum(axis=1) + seen.backlog[:, -1]
    faults = [
        f"{queue}: {came[q]:,.2f} come, {ended[q]:,.2f} are answered, lost or left"
        for q, queue in enumerate(seen.queues)
        if abs(came[q] - ended[q]) > _CLOSE * (1 + came[q])
    ]
    return Count("contacts, each answered, lost or waiting", float(came.sum()), tuple(faults))
