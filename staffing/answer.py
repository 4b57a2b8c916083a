"""What relaxed weeks answer: cost, hours and contacts of each pool, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.week import WeekProgram

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the weeks' relaxed programs say, heads in fractions; by pool name where there are pools.

    Parameters
    ----------
    cost
        As ``Allocation.bound``: what the pools are paid and what is missing at its price, without
        the days that a week's program only looks at.
    missing_cost
        The part of it that nobody is paid: the price of what is missing, late or put off.
    objective
        With the days looked at: what the programs minimise. It is concave in every price, ``cost``
        need not be.
    paid_hours
        Hours scheduled, or contracted where those are paid worked or not.
    productive_hours
        Position hours given to queues; what a queue gets beyond its need is not counted.
    contacts
        Contacts handled.
    shortage_hours
        Position hours missing of queues answered at once.
    overdue_hours
        Hours of work overdue, each times the hours for which it is.
    """

    cost: float
    missing_cost: float
    objective: float
    paid_hours: Mapping[str, float]
    productive_hours: Mapping[str, float]
    contacts: Mapping[str, float]
    shortage_hours: float
    overdue_hours: float


def answer_of(week: WeekProgram) -> Answer:
    """Return what a solved week says of the days that it decides."""
    w, d = week.window, week.demand
    count, blocks = w.keep - w.start, int(np.searchsorted(week.edges[:-1], w.keep))
    serve, each = _counted(week, count), d.contacts_per_position[:, w.start : w.keep]
    each = np.where(_over_a_period(week), _shared(week, serve), each)
    work = week.value_or_zero(week.work)[:, :, :blocks]
    span = w.weeks[0]
    paid, given, contacts, speeds = {}, {}, {}, _speeds(week)
    for p, cover in enumerate(week.covers):
        name, lengths = cover.pool.name, [shift.paid_hours for shift in cover.shifts]
        heads = week.value_or_zero(week.heads[p])[: span[1] - span[0]]
        paid[name] = float((heads @ lengths).sum()) if lengths else 0.0
        if cover.sunk:
            paid[name] = max(paid[name], cover.contracted_hours(span))
        given[name] = float(serve[p].sum() + work[p].sum()) * week.hours
        taken = (serve[p] * each).sum(axis=1) + work[p].sum(axis=1) * each[:, 0]
        contacts[name] = float(speeds[p] @ taken)
    late = sum(week.value_or_zero(part)[:, :blocks] for part in (week.late, week.given_up))
    lengths_of_blocks = np.diff(week.edges)[:blocks] * week.hours
    decided = week.program.objective - week.cost_ahead()
    sunk = sum(cover.sunk_cost(span) for cover in week.covers)
    ahead = sum(cover.sunk_cost(later) for cover in week.covers for later in w.weeks[1:])
    return Answer(
        cost=decided + sunk,
        missing_cost=_missing_cost(week, count, blocks),
        objective=week.program.objective + sunk + ahead,
        paid_hours=paid,
        productive_hours=given,
        contacts=contacts,
        shortage_hours=float(week.value_or_zero(week.short)[:, :, :count].sum()) * week.hours,
        overdue_hours=float((late * lengths_of_blocks).sum()) * week.hours,
    )


def _missing_cost(week: WeekProgram, count: int, blocks: int) -> float:
    """Return the price of what is missing, late or put off in the days that are decided."""
    waits = (week.waiting, week.late, week.giving_up, week.given_up)
    parts = [week.short[:, :, :count], *(part[:, :blocks] for part in waits)]
    numbers = np.concatenate([part.ravel() for part in parts])
    unserved = np.array(week.unserved[week.window.weeks[0]], dtype=np.int64)
    return week.program.cost_of(np.concatenate([numbers[numbers >= 0], unserved]))


def _counted(week: WeekProgram, count: int) -> FloatArray:
    """Return positions given ``[P, Q, count]``, without what is beyond an interval's need."""
    w = week.window
    serve = week.value_or_zero(week.serve)[:, :, :count]
    needed = week.demand.positions[:, w.start : w.keep]
    total = _given(week, serve)
    use = np.divide(needed, total, out=np.ones_like(total), where=total > needed)
    return np.asarray(serve * np.where(_over_a_period(week), 1.0, use))


def _shared(week: WeekProgram, serve: FloatArray) -> FloatArray:
    """Return contacts by position given where all are handled, by whoever is there, ``[Q, I]``."""
    total = _given(week, serve)
    contacts = week.demand.contacts[:, week.window.start : week.window.keep]
    return np.divide(contacts, total, out=np.zeros_like(total), where=total > 0)


def _given(week: WeekProgram, serve: FloatArray) -> FloatArray:
    """Return what pools give to queues, their speed included, ``[Q, I]``."""
    return np.asarray(np.einsum("pqi,pq->qi", serve, _speeds(week)))


def _speeds(week: WeekProgram) -> FloatArray:
    queues = range(len(week.demand.queues))
    return np.array([[cover.speeds.get(q, 0.0) for q in queues] for cover in week.covers])


def _over_a_period(week: WeekProgram) -> npt.NDArray[np.bool_]:
    """Return which queues buy their service over a day or week, ``[Q, 1]``."""
    return np.array([[q in week.demand.ladders] for q in range(len(week.demand.queues))])


def sum_of(answers: Sequence[Answer]) -> Answer:
    """Return the answer of several weeks and parts together."""
    return Answer(
        cost=sum(answer.cost for answer in answers),
        missing_cost=sum(answer.missing_cost for answer in answers),
        objective=sum(answer.objective for answer in answers),
        paid_hours=_by_pool(answer.paid_hours for answer in answers),
        productive_hours=_by_pool(answer.productive_hours for answer in answers),
        contacts=_by_pool(answer.contacts for answer in answers),
        shortage_hours=sum(answer.shortage_hours for answer in answers),
        overdue_hours=sum(answer.overdue_hours for answer in answers),
    )


def _by_pool(parts: Iterable[Mapping[str, float]]) -> Mapping[str, float]:
    total: dict[str, float] = {}
    for part in parts:
        for name, value in part.items():
            total[name] = total.get(name, 0.0) + value
    return total
