"""Which limits of a solved week bind, and what its positions are worth: the program's duals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from staffing.contract_rules import day_sets, time_groups
from staffing.coverage import PoolCover
from staffing.week import Span, WeekProgram
from staffing.worth import NOTICED, Kind, Limit, Worth

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_POINT = 0.01


@dataclass(frozen=True, slots=True)
class WeekWorth:
    """What a week's positions and limits are worth, see ``Worth``; arrays end at ``keep``."""

    start: int
    need: FloatArray
    capacity: FloatArray
    relaxed_need: FloatArray
    relaxed_capacity: FloatArray
    limits: tuple[Limit, ...]


def relaxed_worth(week: WeekProgram) -> WeekWorth:
    """Return what the relaxed week says, just solved; prices with whole heads are not known yet."""
    need, capacity = _prices(week)
    nothing = np.zeros_like(need), np.zeros_like(capacity)
    limits = tuple(limit for limit in _limits(week) if abs(limit.worth) >= NOTICED)
    return WeekWorth(week.window.start, *nothing, need, capacity, limits)


def whole_worth(week: WeekProgram, relaxed: WeekWorth) -> WeekWorth:
    """Return the same with the prices of the week as it is now, heads held."""
    need, capacity = _prices(week)
    return replace(relaxed, need=need, capacity=capacity)


def worth_of(
    parts: Sequence[tuple[Sequence[int], Sequence[int], Sequence[WeekWorth]]],
    size: tuple[int, int, int],
    shortage_price: float,
) -> Worth:
    """Return the worth of a plan from its components': pools, queues and weeks of each.

    ``size`` is that of the plan: pools, queues, intervals.
    """
    pools, queues, intervals = size
    shapes = (queues, pools, queues, pools)
    need, capacity, relaxed_need, relaxed_capacity = (
        np.zeros((rows, intervals), dtype=np.float32) for rows in shapes
    )
    for own, served, weeks in parts:
        for week in weeks:
            here = slice(week.start, week.start + week.need.shape[1])
            need[list(served), here], capacity[list(own), here] = week.need, week.capacity
            relaxed_need[list(served), here] = week.relaxed_need
            relaxed_capacity[list(own), here] = week.relaxed_capacity
    limits = tuple(limit for *_, weeks in parts for week in weeks for limit in week.limits)
    return Worth(shortage_price, need, capacity, relaxed_need, relaxed_capacity, limits)


def _prices(week: WeekProgram) -> tuple[FloatArray, FloatArray]:
    """Return what one more position needed adds, and one more on duty saves, up to ``keep``."""
    w, d = week.window, week.demand
    here = range(w.start, w.keep)
    block = np.searchsorted(week.edges, np.arange(w.start, w.keep), side="right") - 1
    need = np.zeros((len(d.queues), len(here)))
    for q, queue in enumerate(d.queues):
        if queue.deferred:
            rows = week.program.rows([f"waiting_{queue.name}_{at}" for at in week.edges[:-1]])
            need[q] = _duals(week, rows)[block]
        else:
            need[q] = _duals(week, week.program.rows([f"need_{queue.name}_{i}" for i in here]))
    names = [[f"capacity_{cover.pool.name}_{i}" for i in here] for cover in week.covers]
    capacity = np.array([-_duals(week, week.program.rows(each)) for each in names])
    return np.maximum(need, 0.0), np.maximum(capacity, 0.0)


def _duals(week: WeekProgram, rows: IntArray) -> FloatArray:
    return np.where(rows >= 0, week.program.duals(np.maximum(rows, 0)), 0.0)


def _limits(week: WeekProgram) -> Iterator[Limit]:
    for p in range(len(week.covers)):
        yield from _agents(week, p)
        yield from _hours(week, p)
        yield from _billed(week, p)
        yield from _shares(week, p)
    for q, queue in enumerate(week.demand.queues):
        if q in week.demand.ladders:
            yield from _promised(week, q, queue.name)


def _agents(week: WeekProgram, p: int) -> Iterator[Limit]:
    """Yield what one more agent is worth, on each day and all week, and one more day at work."""
    cover, span = week.covers[p], week.window.weeks[0]
    name, first = cover.pool.name, cover.days[span[0]]
    for day in range(*span):
        yield from _row(week, p, "agents", f"agents_{name}_{cover.days[day]}", (day, day + 1))
    yield from _row(week, p, "days", f"days_{name}_{first}", span)
    longest = cover.pool.contract.max_consecutive_days
    for _, stop, _ in cover.runs(span):
        yield from _row(week, p, "run", f"run_{name}_to_{cover.days[stop - 1]}",
                        (max(stop - longest - 1, 0), stop))  # fmt: skip
    most = float(cover.heads_a_day[slice(*span)].max(initial=0))
    working = [week.value_or_zero(heads).sum() for heads in week.heads[p][: span[1] - span[0]]]
    yield Limit("agent", name, "", first, span[1] - span[0], float(max(working, default=0.0)),
                most, _agent_worth(week, p))  # fmt: skip


def _agent_worth(week: WeekProgram, p: int) -> float:
    """Return what one more agent is worth, employed for the week, before being paid."""
    cover, span = week.covers[p], week.window.weeks[0]
    staff = None if cover.staff is None else cover.staff.with_one_more()
    more = replace(cover, pool=replace(cover.pool, agents=cover.pool.agents + 1), staff=staff)
    name, key = cover.pool.name, f"{cover.pool.name}_{cover.days[span[0]]}"
    saved = sum(_worth(week, f"agents_{name}_{cover.days[day]}") for day in range(*span))
    saved += sum(_worth(week, row) * by for row, by in _more_days(cover, more, span))
    saved += _worth(week, f"hours_{key}") * (more.hours_limit(span) - cover.hours_limit(span))
    contracted = more.contracted_hours(span) - cover.contracted_hours(span)
    saved += _worth(week, f"contract_{key}") * contracted
    overtime = more.overtime_limit(span) - cover.overtime_limit(span)
    beyond = -float(week.program.reduced_costs(week.overtime[p, span])[0])
    saved += max(beyond, 0.0) * overtime  # where it is not used up, more of it is worth nothing
    for (_, stop, most), (_, _, then) in zip(cover.runs(span), more.runs(span), strict=True):
        saved += _worth(week, f"run_{name}_to_{cover.days[stop - 1]}") * (then - most)
    return saved


def _more_days(cover: PoolCover, more: PoolCover, span: Span) -> Iterator[tuple[str, int]]:
    """Yield the rules of days and times of a week, and how far one more agent eases each."""
    if cover.staff is not None and more.staff is not None:
        for name, days in day_sets(cover, cover.staff, span):
            yield (
                name,
                more.staff.most_heads(span, days) - cover.staff.most_heads(span, days),
            )
        for day in range(*span):
            yield from ((name, 1) for name, _, _ in time_groups(cover, day))
        return
    key = f"{cover.pool.name}_{cover.days[span[0]]}"
    steps = zip(cover.days_limits(span), more.days_limits(span), strict=True)
    for (newer, most), (_, then) in steps:
        yield f"days_{key}" + (f"_beyond_{newer.max()}" if newer.any() else ""), then - most


def _hours(week: WeekProgram, p: int) -> Iterator[Limit]:
    """Yield what one more hour is worth: ordinary, contracted, overtime."""
    cover, span = week.covers[p], week.window.weeks[0]
    key = f"{cover.pool.name}_{cover.days[span[0]]}"
    yield from _row(week, p, "hours", f"hours_{key}", span)
    yield from _row(week, p, "contract", f"contract_{key}", span)
    extra = week.overtime[p, span]
    allowed = cover.overtime_limit(span)
    if allowed > 0:
        worth = -float(week.program.reduced_costs(extra)[0])
        used = float(week.value_or_zero(extra)[0])
        first, days = cover.days[span[0]], span[1] - span[0]
        yield Limit("overtime", cover.pool.name, "", first, days, used, allowed, max(worth, 0.0))


def _billed(week: WeekProgram, p: int) -> Iterator[Limit]:
    """Yield what one hour less is worth of those billed at least, or ordered."""
    cover, span = week.covers[p], week.window.weeks[0]
    key = f"{cover.pool.name}_{cover.days[span[0]]}"
    yield from _row(week, p, "minimum", f"minimum_{key}", span)
    yield from _row(week, p, "ordered", f"ordered_billed_{key}", span)


def _shares(week: WeekProgram, p: int) -> Iterator[Limit]:
    """Yield what one more point of a largest share is worth, of contacts or of hours."""
    cover, span, w = week.covers[p], week.window.weeks[0], week.window
    share, name = cover.pool.max_share, cover.pool.name
    if share >= 1.0:
        return
    for q in cover.queue_numbers:
        queue = week.demand.queues[q].name
        for limit in _row(week, p, "share", f"share_{name}_{queue}_{w.start}", span):
            offered = limit.allowed / share if share > 0 else 0.0
            part = limit.used / offered if offered > 0 else 0.0
            yield replace(limit, queue=queue, used=part, allowed=share,
                          worth=limit.worth * offered * _POINT)  # fmt: skip
    key = f"hours_share_{name}_{cover.days[span[0]]}"
    for limit in _row(week, p, "share of hours", key, span):
        hours = [_paid(week, other) for other in range(len(week.covers))]
        used = hours[p] / sum(hours) if sum(hours) > 0 else 0.0
        yield replace(limit, used=used, allowed=share, worth=limit.worth * sum(hours) * _POINT)


def _promised(week: WeekProgram, q: int, queue: str) -> Iterator[Limit]:
    """Yield what one more point of a share promised over a day or week costs."""
    ladder, w = week.demand.ladders[q], week.window
    for number in np.unique(ladder.period[w.start : w.keep]):
        those = np.flatnonzero(ladder.period == number)
        those = those[(those >= w.start) & (those < w.keep)]
        if number < 0 or not those.size:
            continue
        rows = week.program.rows([f"service_{queue}_{those[0]}"])
        cost = float(_duals(week, rows)[0]) * float(ladder.contacts[those].sum()) * _POINT
        midnights = week.covers[0].midnights
        first = int(np.searchsorted(midnights, those[0], side="right")) - 1
        last = int(np.searchsorted(midnights, those[-1], side="right")) - 1
        share = float(ladder.share[those[0]])
        day = week.covers[0].days[max(first, 0)]
        yield Limit("service", "", queue, day, last - max(first, 0) + 1, share, share, cost)


def _paid(week: WeekProgram, p: int) -> float:
    span = week.window.weeks[0]
    lengths = np.array([shift.paid_hours for shift in week.covers[p].shifts])
    return float((week.value_or_zero(week.heads[p])[: span[1] - span[0]] @ lengths).sum())


def _row(week: WeekProgram, p: int, kind: Kind, name: str, span: Span) -> Iterator[Limit]:
    """Yield the limit that a rule of a pool states, by name, where it is stated."""
    rows = week.program.rows([name])
    if rows[0] < 0:
        return
    cover, program = week.covers[p], week.program
    used, allowed = float(program.activity(rows)[0]), float(program.bounds_of(rows)[0])
    worth = abs(float(program.duals(rows)[0]))
    first, days = cover.days[span[0]], span[1] - span[0]
    yield Limit(kind, cover.pool.name, "", first, days, used, allowed, worth)


def _worth(week: WeekProgram, name: str) -> float:
    """Return what one more on the right-hand side of a rule takes off the cost, 0 for no rule."""
    return -float(_duals(week, week.program.rows([name]))[0])
