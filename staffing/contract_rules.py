"""What contracts allow, and what they bill: one rule of the week's program a function."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from staffing.week import Span, WeekProgram, terms_of

IntArray = npt.NDArray[np.int64]


def agents_a_day(week: WeekProgram, p: int) -> None:
    """Heads on a day <= agents employed on that day."""
    for day, numbers in zip(week.window.days, week.heads[p], strict=True):
        cover = week.covers[p]
        name = f"agents_{cover.pool.name}_{cover.days[day]}"
        week.program.at_most(name, terms_of(numbers), float(cover.pool.agents[day]))


def _of_week(week: WeekProgram, p: int, span: Span) -> IntArray:
    first = week.window.days[0]
    return week.heads[p][span[0] - first : span[1] - first]


def days_a_week(week: WeekProgram, p: int, span: Span) -> None:
    """Heads that fall on agents of a step of the ramp, over a week <= the days they may work.

    On each day: heads that fall on them >= heads - agents of later steps.
    """
    cover, heads = week.covers[p], _of_week(week, p, span)
    for newer, most in cover.days_limits(span):
        key = f"{cover.pool.name}_{cover.days[span[0]]}"
        if not newer.any():
            week.program.at_most(f"days_{key}", terms_of(heads.ravel()), most)
            continue
        key = f"{key}_beyond_{newer.max()}"
        days = [f"{key}_{cover.days[d]}" for d in range(*span)]
        fall = week.program.variables("older", days)
        for day, variable, numbers, later in zip(days, fall, heads, newer, strict=True):
            terms = [(int(variable), 1.0), *terms_of(numbers, -1.0)]
            week.program.at_least(f"older_{day}", terms, -float(later))
        week.program.at_most(f"days_{key}", terms_of(fall), most)


def run_of_days(week: WeekProgram, p: int) -> None:
    """Heads over a day more than a run may last <= agents times the longest run."""
    cover, first = week.covers[p], week.window.days[0]
    for start, stop, most in cover.runs((first, week.window.days[-1] + 1)):
        before = int(week.placed[p][start:first].sum())
        heads = week.heads[p][max(start - first, 0) : stop - first]
        name = f"run_{cover.pool.name}_to_{cover.days[stop - 1]}"
        week.program.at_most(name, terms_of(heads.ravel()), float(most - before))


def hours_a_week(week: WeekProgram, p: int, span: Span) -> None:
    """Paid hours over a week - overtime <= ordinary hours; overtime <= its own limit.

    Paid hours - overtime - hours beyond the contract <= contracted hours, where these are paid
    anyway and fewer: in a week that the horizon cuts, or of an agent who comes in its middle.
    """
    cover, program = week.covers[p], week.program
    paid = [s.paid_hours for s in cover.shifts]
    heads = _of_week(week, p, span)
    terms = [(int(v), h) for row in heads for v, h in zip(row, paid, strict=True)]
    key = f"{cover.pool.name}_{cover.days[span[0]]}"
    extra = program.variables(
        "overtime", [key], cost=cover.overtime_price, upper=[cover.overtime_limit(span)]
    )
    week.overtime[p, span] = extra
    terms += terms_of(extra, -1.0)
    program.at_most(f"hours_{key}", terms, cover.hours_limit(span))
    if cover.sunk and cover.contracted_hours(span) < cover.hours_limit(span):
        rate = (cover.pool.cost_per_hour or 0.0) - cover.marginal_price
        beyond = program.variables("beyond_contract", [key], cost=rate)
        rule = [*terms, *terms_of(beyond, -1.0)]
        program.at_most(f"contract_{key}", rule, cover.contracted_hours(span))
        extra = np.concatenate([extra, beyond])
    week.extras[span] += extra.tolist()


def minimum_billing(week: WeekProgram, p: int, span: Span) -> None:
    """Paid hours over a week + hours billed for nothing >= minimum hours billed."""
    cover = week.covers[p]
    minimum = cover.minimum_hours(span)
    if minimum <= 0:
        return
    paid = [s.paid_hours for s in cover.shifts]
    terms = [(int(v), h) for row in _of_week(week, p, span) for v, h in zip(row, paid, strict=True)]
    key = f"{cover.pool.name}_{cover.days[span[0]]}"
    idle = week.program.variables("unused", [key], cost=cover.pool.cost_per_hour or 0.0)
    week.extras[span] += idle.tolist()
    week.program.at_least(f"minimum_{key}", [*terms, *terms_of(idle)], minimum)


def largest_share(week: WeekProgram, p: int) -> None:
    """Contacts that a pool takes of a queue in a week <= its largest share of the queue's."""
    cover, w, d = week.covers[p], week.window, week.demand
    if cover.pool.max_share >= 1.0:
        return
    for q, (start, stop) in itertools.product(cover.queue_numbers, w.spans):
        taken = cover.speeds[q] * d.contacts_per_position[q]
        if d.queues[q].deferred:
            here = np.flatnonzero((week.edges[:-1] >= start) & (week.edges[:-1] < stop))
            terms = list(terms_of(week.work[p, q, here], float(taken[start])))
        else:
            here = np.flatnonzero(week.serve[p, q, start - w.start : stop - w.start] >= 0) + start
            terms = [(int(week.serve[p, q, i - w.start]), float(taken[i])) for i in here]
        if terms:
            offered = float(d.contacts[q, start:stop].sum())
            if start == 0:  # what waits when the horizon begins is handed out in its first week
                offered += float(d.waiting[q] * d.contacts_per_position[q, 0])
            limit = cover.pool.max_share * offered
            name = f"share_{cover.pool.name}_{d.queues[q].name}_{start}"
            week.program.at_most(name, terms, limit)
