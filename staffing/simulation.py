"""The floor contact by contact: the judge of the projection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.backlog import desk
from staffing.drawn import Drawn, FloatArray, IntArray, draw, whole
from staffing.floor_simulation import Arrivals, Crew, Line, run_floor
from staffing.line_simulation import stretches_of, take_up
from staffing.queues import Promise, Queue, Target
from staffing.simulated import Lives, Simulated, count
from staffing.slowing import Slowing
from staffing.teams import Team, check_numbers, check_shapes

__all__ = ["Team", "simulate"]

BoolArray = npt.NDArray[np.bool_]

_WEEK_S = 7 * 86_400


def simulate(
    queues: Sequence[Queue],
    contacts: FloatArray,
    aht_s: FloatArray,
    teams: Sequence[Team],
    interval_s: int,
    *,
    is_open: BoolArray,
    rng: np.random.Generator,
    replications: int = 1,
    spread: float = 1.0,
) -> Simulated:
    """Return what happens on a floor, contact by contact.

    Parameters
    ----------
    queues
        Q queues.
    contacts
        Expected, ``[Q, I]``, or those of each replication ``[R, Q, I]``: the number that comes is
        drawn.
    aht_s
        Average handling time in seconds ``[Q, I]``.
    teams
        Who serves them.
    interval_s
        Length of an interval in seconds.
    is_open
        When customers can queue ``[Q, I]``; work that may wait always can.
    rng
        Source of chance.
    replications
        How often the whole is drawn, unless the contacts say so.
    spread
        Standard deviation of handling times over their mean: 1 exponential, 0 all alike.

    Returns
    -------
    Simulated
        Counts ``[R, Q, I]``.

    Notes
    -----
    Every queue opens empty, and who still waits when it closes is lost. Fractions of an agent are
    there in that fraction of the time. What is left at the end of the horizon is worked off by the
    last week's teams, repeated. Queues and teams that have nothing to do with each other are
    simulated one after the other; a queue with a team of its own in a loop that knows nothing else
    (``staffing.line_simulation``), the others in one that knows teams, skills, priorities, places
    and quotas (``staffing.floor_simulation``).

    Examples
    --------
    Ten days of a queue that Erlang C serves at 88.8 % (``staffing.erlang.service``):

    >>> calls, row = Queue("calls", Target(0.8, 20)), np.ones((1, 480))
    >>> got = simulate([calls], 100 * row, 180 * row, [Team(14 * row[0], {0: 1.0})], 1800,
    ...     is_open=row > 0, rng=np.random.default_rng(1))
    >>> round(float(got.in_time.sum() / got.contacts.sum()), 2)
    0.89
    """
    expected = np.asarray(contacts, np.float64)
    if expected.ndim == 2:
        expected = np.broadcast_to(expected, (replications, *expected.shape))
    check_shapes(queues, expected, aht_s, teams, is_open)
    check_numbers(expected, aht_s, teams, interval_s, spread)
    given = _Given(tuple(queues), expected, aht_s, tuple(teams), is_open, interval_s, spread)
    seen = Simulated.empty(*expected.shape)
    for rows, crew in _apart(len(queues), teams):
        if _is_line(given, rows, crew):
            _run_line(given, rows[0], crew, rng, seen)
        else:
            _run_shared(given, rows, crew, rng, seen)
    return seen


@dataclass(frozen=True, slots=True)
class _Given:
    """What ``simulate`` was asked."""

    queues: tuple[Queue, ...]
    contacts: FloatArray
    aht_s: FloatArray
    teams: tuple[Team, ...]
    is_open: BoolArray
    interval_s: int
    spread: float

    def open_at(self, row: int) -> BoolArray:
        """Return when customers of a queue answered at once can queue ``[I]``."""
        served = [team.positions > 0 for team in self.teams if row in team.speed]
        opened: BoolArray = np.logical_or.reduce([self.is_open[row], *served])
        return opened

    def drawn(self, row: int, rng: np.random.Generator) -> Drawn:
        """Return the contacts of a queue, drawn."""
        return draw(
            np.maximum(self.contacts[:, row], 0.0),
            self.aht_s[row],
            self.queues[row].patience_s,
            self.interval_s,
            rng,
            spread=self.spread,
        )


def _apart(queues: int, teams: Sequence[Team]) -> list[tuple[list[int], list[Team]]]:
    """Return queues and teams in groups that have nothing to do with each other.

    Examples
    --------
    >>> some = [Team(np.ones(1), {0: 1.0, 2: 1.0}), Team(np.ones(1), {1: 1.0})]
    >>> [rows for rows, _ in _apart(3, some)]
    [[0, 2], [1]]
    """
    group = list(range(queues))
    for team in teams:
        served = sorted(team.speed)
        for q in served[1:]:
            old, new = group[q], group[served[0]]
            group = [new if g == old else g for g in group]
    found = dict.fromkeys(group)
    return [
        (
            [q for q in range(queues) if group[q] == g],
            [team for team in teams if team.speed and group[min(team.speed)] == g],
        )
        for g in found
    ]


def _is_line(given: _Given, rows: Sequence[int], teams: Sequence[Team]) -> bool:
    """Whether a queue answered at once has agents of its own, all alike."""
    queue = given.queues[rows[0]]
    alone = len(rows) == 1 and not queue.deferred
    return alone and len(teams) <= 1 and len(set(_paces(given, rows[0]))) == 1


def _paces(given: _Given, row: int) -> tuple[float, ...]:
    """Return how fast each of an agent's 1, 2, 3 ... contacts is handled, against all at once."""
    queue, aht_s = given.queues[row], given.aht_s[row]
    known = aht_s[np.isfinite(aht_s) & (aht_s > 0)]
    mean = float(known.mean()) if known.size else float(given.interval_s)
    outputs = Slowing.outputs(queue.concurrency, mean, queue.aht_alone_s)
    return tuple((outputs / np.arange(1.0, queue.concurrency + 1.0)).tolist())


def _run_line(
    given: _Given, row: int, teams: Sequence[Team], rng: np.random.Generator, seen: Simulated
) -> None:
    """Simulate one queue with a team of its own."""
    queue, interval_s = given.queues[row], given.interval_s
    replications, _, intervals = given.contacts.shape
    drawn = given.drawn(row, rng)
    positions, speed = np.zeros(intervals), 1.0
    for team in teams:
        positions, speed = team.positions, team.speed[row]
    drawn = Drawn(drawn.times, drawn.interval, drawn.handling_s / speed, drawn.patience_s)
    offset = np.asarray(rng.random(replications))
    slots = whole(positions, offset, interval_s) * queue.concurrency
    is_open = given.open_at(row)
    stretches = stretches_of(drawn, slots, is_open, interval_s)
    taken = take_up(drawn, stretches, int(rng.integers(2**32)))
    answered = taken >= 0
    closing = _closing(is_open, replications, interval_s)[drawn.interval]
    gone = np.minimum(drawn.times + drawn.patience_s, np.maximum(closing, drawn.times))
    lives = Lives(
        interval=drawn.interval,
        times=drawn.times,
        taken=taken,
        left=np.where(answered, taken, gone),
        done=taken + drawn.handling_s,
        answered=answered,
        in_time=answered & (taken - drawn.times <= _within(queue)),
    )
    count(seen, row, lives, interval_s)


def _closing(is_open: BoolArray, replications: int, interval_s: int) -> FloatArray:
    """Return when the queue closes next after each interval ``[R I]``; infinite: not again."""
    intervals = is_open.size
    shut = np.where(is_open, intervals, np.arange(intervals))
    first = np.minimum.accumulate(shut[::-1])[::-1]
    start = np.repeat(np.arange(replications) * intervals, intervals)
    first = np.tile(first, replications)
    return np.where(first < intervals, (start + first) * float(interval_s), np.inf)


def _within(queue: Queue) -> float:
    return queue.target.answer_within_s + 1e-9 if isinstance(queue.target, Target) else np.inf


def _run_shared(
    given: _Given,
    rows: Sequence[int],
    teams: Sequence[Team],
    rng: np.random.Generator,
    seen: Simulated,
) -> None:
    """Simulate queues that share teams, one replication after the other."""
    replications, _, intervals = given.contacts.shape
    drawn = [given.drawn(row, rng) for row in rows]
    due = [_due(given, row, one) for row, one in zip(rows, drawn, strict=True)]
    tail = _tail(given, rows)
    lines = [_line(given, row) for row in rows]
    lives: list[list[Lives]] = [[] for _ in rows]
    end = (intervals + tail) * float(given.interval_s)
    for r in range(replications):
        crews = [_crew(team, rows, tail, given.interval_s, rng) for team in teams]
        some, which = _merged(given, rows, drawn, due, r)
        found = run_floor(lines, crews, some, given.interval_s, int(rng.integers(2**32)))
        shift = r * intervals * float(given.interval_s)
        for n, row in enumerate(rows):
            own = some.queue == n
            times, deferred = some.times[own] + shift, given.queues[row].deferred
            answered = found.taken[own] >= 0
            taken = np.where(answered, found.taken[own], end) + shift
            soon = taken - times <= _within(given.queues[row])
            soon &= found.done[own] <= some.due[own] + 1e-6
            lives[n].append(
                Lives(
                    interval=which[own],
                    times=times,
                    taken=taken,
                    left=found.left[own] + shift,
                    done=found.done[own] + shift,
                    answered=answered | deferred,
                    in_time=answered & soon,
                )
            )
    for row, parts in zip(rows, lives, strict=True):
        count(seen, row, _joined(parts), given.interval_s)


def _joined(parts: Sequence[Lives]) -> Lives:
    """Return the contacts of several replications as one."""
    return Lives(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("interval", "times", "taken", "left", "done", "answered", "in_time")
        )
    )


def _line(given: _Given, row: int) -> Line:
    queue = given.queues[row]
    if queue.deferred:
        return Line(deferred=True, priority=0, paces=(1.0,), closings=())
    is_open = given.open_at(row)
    closes = np.flatnonzero(is_open[:-1] & ~is_open[1:]) + 1
    moments = tuple((closes * float(given.interval_s)).tolist())
    return Line(deferred=False, priority=queue.priority, paces=_paces(given, row), closings=moments)


def _due(given: _Given, row: int, drawn: Drawn) -> FloatArray:
    """Return when a reply to each contact is due, in seconds; infinite where nothing may wait."""
    promise, interval_s = given.queues[row].target, given.interval_s
    if not isinstance(promise, Promise):
        return np.full(drawn.times.size, np.inf)
    is_open = given.is_open[row]
    within = promise.reply_within_hours * 3600.0
    at = desk(np.zeros(is_open.size), is_open, interval_s, within, promise.clock)
    share = drawn.times / interval_s - drawn.interval
    place = drawn.interval % is_open.size
    start = (drawn.interval - place) * float(interval_s)
    due: FloatArray = start + at.due_first[place] * (1.0 - share) + at.due_last[place] * share
    return due


def _tail(given: _Given, rows: Sequence[int]) -> int:
    """Return for how many intervals work is followed beyond the horizon."""
    deferred = any(given.queues[row].deferred for row in rows)
    return _WEEK_S // given.interval_s if deferred else 0


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
    given: _Given, rows: Sequence[int], drawn: Sequence[Drawn], due: Sequence[FloatArray], r: int
) -> tuple[Arrivals, IntArray]:
    """Return one replication's contacts of all queues in order, and their intervals."""
    intervals = given.contacts.shape[-1]
    shift = r * intervals * float(given.interval_s)
    parts = []
    for n, (row, one) in enumerate(zip(rows, drawn, strict=True)):
        first, last = np.searchsorted(one.interval, [r * intervals, (r + 1) * intervals])
        here = slice(int(first), int(last))
        times = one.times[here] - shift
        queue = given.queues[row]
        shut = ~given.open_at(row)[one.interval[here] - r * intervals] & (not queue.deferred)
        leaves = np.where(shut, times, times + one.patience_s[here])
        number = np.full(times.size, n, np.int64)
        # work enough lies there to have all contacts open: one at a time, so many times as fast
        handling = one.handling_s[here] / (queue.concurrency if queue.deferred else 1)
        parts.append((times, number, handling, leaves, due[n][here] - shift, one.interval[here]))
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(joined[0], kind="stable")
    times, queue_of, handling, leaves, until, which = (column[order] for column in joined)
    return Arrivals(times, queue_of, handling, leaves, until), which
