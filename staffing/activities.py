"""What each agent does when: a queue, a break, or nothing planned, in stretches of an hour."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from staffing.allocation import Allocation
from staffing.crew import Duty
from staffing.roster import Roster
from staffing.shifts import duty_profile, shift_start

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: Activities that are no queue: a break of the shift, and time that the plan gives to no queue.
BREAK, SPARE = -1, -2

#: Minutes that an agent stays with one activity where the plan allows it.
STRETCH = 60

#: Positions of a pool, as a share of those on duty, too few to be worth an agent.
_NOTHING = 1e-6
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Activities:
    """Stretches of agents' days, in the roster's order of duties and by their start.

    Parameters
    ----------
    duty
        Number of the stretch's duty in the roster, ``[N]``.
    start_minute, end_minute
        From the start of the plan's first interval on, ``[N]``.
    activity
        Number of the queue, ``BREAK`` or ``SPARE``, ``[N]``.
    """

    duty: IntArray
    start_minute: IntArray
    end_minute: IntArray
    activity: IntArray


def activities(
    allocation: Allocation, roster: Roster, interval_s: int, pools: Sequence[str] | None = None
) -> Activities:
    """Return what each agent does when, so that every queue gets what the plan gives it.

    Of a pool's agents on duty in an interval, each queue gets the share that it has of the pool's
    positions: agents are away from contacts (shrinkage) in the midst of their queue. Shares become
    whole agents, each queue's rounded up or down; what that gives too much or too little is carried
    on and made good later, once it comes to half an hour of an agent. Agents stay with their
    activity while its number allows it; those who must change have been with it the longest, and of
    those who take another, who has had least of it for the share of the pool's time that it got
    while they were on duty.

    Parameters
    ----------
    interval_s
        Length of the plan's intervals in s.
    pools
        Names of the pools that are looked at; left out, all.

    Notes
    -----
    Where a pool serves several queues at once, an agent's activity is the main one. Before the
    first interval of the plan and after its last, the shares are those of that interval.
    """
    duties: dict[str, list[int]] = defaultdict(list)
    for number, duty in enumerate(roster.duties):
        duties[duty.pool].append(number)
    rows: dict[int, list[tuple[int, int, int]]] = {}
    for p, pool in enumerate(allocation.pools):
        if pool.name not in duties or (pools is not None and pool.name not in pools):
            continue
        numbers = duties[pool.name]
        own = [roster.duties[number] for number in numbers]
        floor = _Floor.of(allocation, p, own, interval_s)
        told = _stretches(floor, _chosen(floor, max(STRETCH * 60 // interval_s, 1)))
        rows |= dict(zip(numbers, told, strict=True))
    flat = [(number, *stretch) for number in sorted(rows) for stretch in rows[number]]
    columns = np.array(flat, dtype=np.int64).reshape(-1, 4).T
    return Activities(*columns)


@dataclass(frozen=True, slots=True)
class _Floor:
    """A pool's floor: who is on duty in which interval, and which share each activity has.

    ``cells`` are ``(interval, duty)`` on duty, by interval, with their ``weight``: the part of the
    interval on duty. ``kinds[k]`` is what activity ``k`` is called, ``share[k]`` its share of the
    pool's positions in each interval of the axis.
    """

    duties: list[Duty]
    agent: IntArray
    begin: IntArray
    step: int
    cells: IntArray
    weight: FloatArray
    kinds: IntArray
    share: FloatArray

    @classmethod
    def of(cls, allocation: Allocation, p: int, duties: list[Duty], interval_s: int) -> _Floor:
        pool, step = allocation.pools[p], interval_s // 60
        serve, there = allocation.serve[p].astype(np.float64), allocation.capacity[p]
        queues = np.flatnonzero(serve.any(axis=1))
        share = np.divide(serve[queues], there, out=np.zeros((len(queues), len(there))),
                          where=there > _NOTHING)  # fmt: skip
        share[share < _NOTHING] = 0.0
        share /= np.maximum(share.sum(axis=0), 1.0)
        spare = 1.0 - share.sum(axis=0)
        spare[spare < _NOTHING] = 0.0
        names = {name: number for number, name in enumerate(sorted({d.agent for d in duties}))}
        begins = [shift_start(duty.shift, duty.day, pool.timezone) for duty in duties]
        begin = np.array([(at - allocation.times[0]).total_seconds() // 60 for at in begins])
        found = [_on_duty(duty, int(at), step) for duty, at in zip(duties, begin, strict=True)]
        number = np.repeat(np.arange(len(duties)), [len(cells) for cells, _ in found])
        interval = np.concatenate([cells for cells, _ in found])
        order = np.lexsort((number, interval))
        return cls(
            duties,
            np.array([names[duty.agent] for duty in duties]),
            begin.astype(np.int64),
            step,
            np.stack((interval, number))[:, order],
            np.concatenate([weight for _, weight in found])[order],
            np.array([*queues, SPARE]),
            np.vstack((share, spare)),
        )


def _on_duty(duty: Duty, begin: int, step: int) -> tuple[IntArray, FloatArray]:
    """Return the intervals in which a duty is on, and the part of each."""
    first, offset = divmod(begin, step)
    profile = duty_profile(duty.shift, step * 60, offset * 60)
    at = np.flatnonzero(profile > _NOTHING)
    return first + at, profile[at]


def _chosen(floor: _Floor, stretch: int) -> IntArray:
    """Return the activity of every cell, as a number of ``kinds``.

    ``stretch`` is the number of intervals that an agent stays with an activity where it can.
    """
    interval, duty = floor.cells
    chosen = np.full(len(duty), _NOBODY)
    state = _State.fresh(floor, stretch)
    bounds = np.flatnonzero(np.r_[True, np.diff(interval) > 0, True])
    last = floor.share.shape[1] - 1
    left = _left(floor.cells)
    for first, stop in itertools.pairwise(bounds.tolist()):
        here, i = slice(first, stop), int(interval[first])
        share = floor.share[:, min(max(i, 0), last)]
        chosen[here] = state.step(i, duty[here], floor.weight[here], left[here], share)
    return chosen


def _left(cells: IntArray) -> IntArray:
    """Return for how many intervals, each cell's among them, its duty goes on without a gap."""
    interval, duty = cells
    order = np.lexsort((interval, duty))
    ends = np.r_[(np.diff(duty[order]) != 0) | (np.diff(interval[order]) != 1), True]
    ending = np.flatnonzero(ends)
    last = interval[order][ending[np.searchsorted(ending, np.arange(len(order)))]]
    left = np.empty(len(order), dtype=np.int64)
    left[order] = last - interval[order] + 1
    return left


@dataclass(slots=True)
class _State:
    """Where the floor stands: what each duty is at, and what queues and agents are owed.

    ``owed[k]`` are head-intervals that activity ``k`` should have had more so far, ``due[a, k]``
    those that agent ``a`` should have done more of it.
    """

    stretch: int
    agent: IntArray
    at: IntArray
    since: IntArray
    seen: IntArray
    owed: FloatArray
    due: FloatArray

    @classmethod
    def fresh(cls, floor: _Floor, stretch: int) -> _State:
        duties, kinds = len(floor.duties), len(floor.kinds)
        return cls(
            stretch,
            floor.agent,
            np.full(duties, _NOBODY),
            np.zeros(duties, dtype=np.int64),
            np.full(duties, np.iinfo(np.int64).min),
            np.zeros(kinds),
            np.zeros((int(floor.agent.max()) + 1, kinds)),
        )

    def step(
        self, i: int, duty: IntArray, weight: FloatArray, left: IntArray, share: FloatArray
    ) -> IntArray:
        """Return the activities of those on duty in an interval, and take them down.

        Who leaves or comes within it counts by the part of it. Who leaves before half a stretch is
        over keeps the activity; then
        those who are there all along, then those who come, make up what is wanted.
        """
        at = np.where(self.seen[duty] == i - 1, self.at[duty], _NOBODY)
        ripe = (i - self.since[duty] >= self.stretch) & (left >= self.stretch)
        due = self.due[self.agent[duty]]
        leaves = (weight < min(self.stretch / 2, 1.0)) & (at >= 0) & (share[at] > 0)
        comes = (weight < 1.0) & ~leaves
        after, wanted = np.where(leaves, at, _NOBODY), share * weight.sum()
        for part, later in ((~leaves & ~comes, comes), (comes, np.zeros_like(comes))):
            if part.any():
                have = np.bincount(after[after >= 0], weight[after >= 0], len(share))
                rest = np.maximum(wanted - have - share * weight[later].sum(), 0.0)
                counts = self._counts(rest * (part.sum() / max(rest.sum(), _NOTHING)), at[part])
                staying = _staying(at[part], counts, ripe[part], due[part])
                after[part] = _filled(staying, counts, due[part])
        changed = after != at
        self.since[duty[changed]] = i
        self.at[duty], self.seen[duty] = after, i
        done = np.zeros((len(duty), len(share)))
        done[np.arange(len(duty)), after] = weight
        self.owed += wanted - done.sum(axis=0)
        np.add.at(self.due, self.agent[duty], weight[:, None] * share - done)
        return after

    def _counts(self, exact: FloatArray, at: IntArray) -> IntArray:
        held = np.bincount(at[at >= 0], minlength=len(exact))
        return heads_each(exact, self.owed, held, self.stretch)


def heads_each(exact: FloatArray, owed: FloatArray, held: IntArray, stretch: float) -> IntArray:
    """Return whole heads for each activity, its exact number rounded up or down, ``[K]``.

    Rounded up are those that are owed most. An activity that holds more heads already than its
    number rounded down keeps them until another is owed ``stretch`` head-intervals more than it:
    with two of them, none is ever owed more than about half of that.

    Parameters
    ----------
    exact
        Heads for each activity, a whole number in all.
    owed
        Head-intervals that each should have had more so far.
    held
        Heads that are at it from the interval before.

    Examples
    --------
    >>> heads_each(np.array([2.5, 0.5]), np.array([-1.0, 1.0]), np.array([3, 0]), 4).tolist()
    [3, 0]
    >>> heads_each(np.array([2.5, 0.5]), np.array([-2.0, 2.1]), np.array([3, 0]), 4).tolist()
    [2, 1]
    """
    counts = np.floor(exact + _NOTHING).astype(np.int64)
    part = exact - counts
    score = owed + part + stretch * (held > counts)
    score[part <= _NOTHING] = -np.inf
    more = round(float(exact.sum())) - int(counts.sum())
    counts[np.argsort(-score, kind="stable")[:more]] += 1
    return counts


def _staying(
    at: IntArray, counts: IntArray, long_enough: npt.NDArray[np.bool_], due: FloatArray
) -> IntArray:
    """Return what each head stays with, ``_NOBODY`` where it must change, ``[H]``."""
    staying = at.copy()
    for k, count in enumerate(counts):
        heads = np.flatnonzero(at == k)
        if len(heads) > count:
            order = np.lexsort((due[heads, k], ~long_enough[heads]))
            staying[heads[order[: len(heads) - count]]] = _NOBODY
    return staying


def _filled(staying: IntArray, counts: IntArray, due: FloatArray) -> IntArray:
    """Return everybody's activity: who is free takes what it has had too little of."""
    free = np.flatnonzero(staying == _NOBODY)
    if not len(free):
        return staying
    held = np.bincount(staying[staying >= 0], minlength=len(counts))
    places = np.repeat(np.arange(len(counts)), np.maximum(counts - held, 0))
    rows, columns = linear_sum_assignment(-due[np.ix_(free, places)])
    after = staying.copy()
    after[free[rows]] = places[columns]
    return after


def _stretches(floor: _Floor, chosen: IntArray) -> Iterator[list[tuple[int, int, int]]]:
    """Yield each duty's stretches: first and last minute, and what they are."""
    interval, duty = floor.cells
    order = np.lexsort((interval, duty))
    bounds = np.searchsorted(duty[order], np.arange(len(floor.duties) + 1))
    for number, one in enumerate(floor.duties):
        cells = order[bounds[number] : bounds[number + 1]]
        shift, begin = one.shift, int(floor.begin[number])
        end = begin + shift.end_minute - shift.start_minute
        offset = begin - shift.start_minute
        pauses = [(first + offset, last + offset) for first, last in shift.breaks]
        kinds, starts = floor.kinds[chosen[cells]], interval[cells] * floor.step
        found = [(first, last, BREAK) for first, last in pauses]
        edges = [begin, *(edge for pause in pauses for edge in pause), end]
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            if first < last:
                found += _runs(first, last, starts, kinds, floor.step)
        yield sorted(found)


def _runs(
    first: int, last: int, starts: IntArray, kinds: IntArray, step: int
) -> Iterator[tuple[int, int, int]]:
    """Yield the stretches of one activity between two minutes without a break."""
    here = np.flatnonzero((starts < last) & (starts + step > first))
    changes = here[np.r_[True, np.diff(kinds[here]) != 0]]
    froms = [first, *(int(starts[cell]) for cell in changes[1:])]
    yield from zip(froms, [*froms[1:], last], kinds[changes].tolist(), strict=True)
