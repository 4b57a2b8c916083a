"""Queues that share teams, simulated: what comes, by when it is due, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from staffing.backlog import desk
from staffing.drawn import Drawn, FloatArray, IntArray, strayed, whole
from staffing.floor import Floor
from staffing.floor_simulation import Arrivals, Crew, Line, run_floor
from staffing.queues import Promise
from staffing.simulated import Lives, Simulated, count
from staffing.starting import standing
from staffing.teams import Team

_WEEK_S = 7 * 86_400


def run_shared(
    floor: Floor,
    rows: Sequence[int],
    teams: Sequence[Team],
    rng: np.random.Generator,
    seen: Simulated,
) -> None:
    """Simulate queues that share teams, one replication after the other, and write the counts."""
    replications, _, intervals = floor.contacts.shape
    drawn = [floor.drawn(row, rng) for row in rows]
    due = [_due(floor, row, one) for row, one in zip(rows, drawn, strict=True)]
    tail = _tail(floor, rows)
    lines = [_line(floor, row) for row in rows]
    lives: list[list[Lives]] = [[] for _ in rows]
    end = (intervals + tail) * float(floor.interval_s)
    for r in range(replications):
        crews = [_crew(team, rows, tail, floor.interval_s, rng) for team in teams]
        some, which = _merged(floor, rows, drawn, due, r, rng)
        found = run_floor(lines, crews, some, floor.interval_s, int(rng.integers(2**32)))
        shift = r * intervals * float(floor.interval_s)
        for n, row in enumerate(rows):
            own = some.queue == n
            times, deferred = some.times[own] + shift, floor.queues[row].deferred
            answered = found.taken[own] >= 0
            taken = np.where(answered, found.taken[own], end) + shift
            soon = taken - times <= floor.within_s(row)
            soon &= found.done[own] <= some.due[own] + 1e-6
            lives[n].append(
                Lives(
                    interval=which[own],
                    early=some.times[own] < 0.0,
                    times=times,
                    taken=taken,
                    left=found.left[own] + shift,
                    done=found.done[own] + shift,
                    answered=answered | deferred,
                    in_time=answered & soon,
                )
            )
    for row, parts in zip(rows, lives, strict=True):
        count(seen, row, _joined(parts), floor.interval_s)


def _joined(parts: Sequence[Lives]) -> Lives:
    """Return the contacts of several replications as one."""
    return Lives(
        *(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Lives))
    )


def _line(floor: Floor, row: int) -> Line:
    queue = floor.queues[row]
    if queue.deferred:
        return Line(deferred=True, priority=0, paces=(1.0,), closings=())
    is_open = floor.open_at(row)
    closes = np.flatnonzero(is_open[:-1] & ~is_open[1:]) + 1
    moments = tuple((closes * float(floor.interval_s)).tolist())
    return Line(deferred=False, priority=queue.priority, paces=floor.paces(row), closings=moments)


def _due(floor: Floor, row: int, drawn: Drawn) -> FloatArray:
    """Return when a reply to each contact is due, in seconds; infinite where nothing may wait."""
    promise, interval_s = floor.queues[row].target, floor.interval_s
    if not isinstance(promise, Promise):
        return np.full(drawn.times.size, np.inf)
    is_open = floor.is_open[row]
    within = promise.reply_within_hours * 3600.0
    at = desk(np.zeros(is_open.size), is_open, interval_s, within, promise.clock)
    share = drawn.times / interval_s - drawn.interval
    place = drawn.interval % is_open.size
    start = (drawn.interval - place) * float(interval_s)
    due: FloatArray = start + at.due_first[place] * (1.0 - share) + at.due_last[place] * share
    return due


def _waiting(floor: Floor, row: int) -> tuple[FloatArray, FloatArray]:
    """Return when the contacts came that wait when the horizon begins, and when they are due."""
    queue = floor.queues[row]
    promise, number = queue.target, round(queue.backlog.contacts)
    if not isinstance(promise, Promise) or not number:
        return np.zeros(0), np.zeros(0)
    within = promise.reply_within_hours * 3600.0
    is_open = floor.is_open[row]
    at = standing(queue.backlog, is_open, floor.interval_s, within, promise.clock)
    share = (np.arange(number) + 0.5) / number
    came = at.came_s(share * at.contacts)
    part = np.minimum((share * at.due_s.size).astype(np.int64), at.due_s.size - 1)
    # counted before the horizon even where the market's day begins a little later
    return np.minimum(came - queue.backlog.counted_s, -1e-6), at.due_s[part]


def _tail(floor: Floor, rows: Sequence[int]) -> int:
    """Return for how many intervals work is followed beyond the horizon."""
    deferred = any(floor.queues[row].deferred for row in rows)
    return _WEEK_S // floor.interval_s if deferred else 0


def _crew(
    team: Team, rows: Sequence[int], tail: int, interval_s: int, rng: np.random.Generator
) -> Crew:
    """Return a team's whole agents in one replication, its last week repeated beyond the end."""
    number = {row: n for n, row in enumerate(rows)}

    def longer(positions: FloatArray) -> FloatArray:
        week = positions[-tail:] if tail else positions[:0]
        return np.concatenate([positions, np.resize(week, tail)])

    return Crew(
        whole(longer(team.positions), rng.random(1), interval_s)[0],
        {number[row]: longer(planned) for row, planned in team.quota.items()},
        {number[row]: speed for row, speed in team.speed.items()},
    )


def _merged(
    floor: Floor,
    rows: Sequence[int],
    drawn: Sequence[Drawn],
    due: Sequence[FloatArray],
    r: int,
    rng: np.random.Generator,
) -> tuple[Arrivals, IntArray]:
    """Return one replication's contacts of all queues in order, and their intervals.

    What waits at the start comes before, at times below 0.
    """
    intervals = floor.contacts.shape[-1]
    shift = r * intervals * float(floor.interval_s)
    parts = []
    for n, (row, one) in enumerate(zip(rows, drawn, strict=True)):
        first, last = np.searchsorted(one.interval, [r * intervals, (r + 1) * intervals])
        here = slice(int(first), int(last))
        times = one.times[here] - shift
        queue = floor.queues[row]
        shut = ~floor.open_at(row)[one.interval[here] - r * intervals] & (not queue.deferred)
        leaves = np.where(shut, times, times + one.patience_s[here])
        number = np.full(times.size, n, np.int64)
        # work enough lies there to have all contacts open: one at a time, so many times as fast
        at_once = queue.concurrency if queue.deferred else 1
        handling = one.handling_s[here] / at_once
        parts.append((times, number, handling, leaves, due[n][here] - shift, one.interval[here]))
        early, until = _waiting(floor, row)
        if early.size:
            which = np.full(early.size, r * intervals)
            mean = np.full(early.size, floor.aht_s[row, 0] / at_once)
            handling = strayed(mean, floor.spread, rng)
            parts.append((early, which * 0 + n, handling, early + np.inf, until, which))
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(joined[0], kind="stable")
    times, queue_of, handling, leaves, until, which = (column[order] for column in joined)
    return Arrivals(times, queue_of, handling, leaves, until), which
