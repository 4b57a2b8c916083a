"""The floor contact by contact: the judge of the projection."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from staffing.drawn import Drawn, FloatArray, whole
from staffing.floor import BoolArray, Floor
from staffing.line_simulation import stretches_of, take_up
from staffing.queues import Queue
from staffing.shared_simulation import run_shared
from staffing.simulated import Lives, Simulated, count
from staffing.teams import Team, check_numbers, check_shapes

__all__ = ["Team", "simulate"]


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
        When customers can queue ``[Q, I]``, apart from when somebody who serves the queue is
        there; work that may wait always can.
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
    A queue answered at once opens empty, and who still waits when it closes is lost; work that may
    wait begins with the queue's ``backlog``, which no count of contacts holds. Fractions of an
    agent are there in that fraction of the time. What is left at the end of the horizon is worked
    off by the last week's teams, repeated. Queues and teams that have nothing in common are
    simulated one after the other; a queue with a team of its own in a loop that knows nothing else
    (``staffing.line_simulation``), the others in one that knows teams, skills, priorities, places
    and quotas (``staffing.floor_simulation``).

    Examples
    --------
    Ten days of a queue that Erlang C serves at 88.8 % (``staffing.erlang.service``):

    >>> from staffing.queues import Target
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
    floor = Floor(tuple(queues), expected, aht_s, tuple(teams), is_open, interval_s, spread)
    seen = Simulated.empty(*expected.shape)
    for rows, crew in _apart(len(queues), teams):
        if _is_line(floor, rows, crew):
            _run_line(floor, rows[0], crew, rng, seen)
        else:
            run_shared(floor, rows, crew, rng, seen)
    return seen


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


def _is_line(floor: Floor, rows: Sequence[int], teams: Sequence[Team]) -> bool:
    """Whether a queue answered at once has agents of its own, all alike."""
    queue = floor.queues[rows[0]]
    alone = len(rows) == 1 and not queue.deferred
    return alone and len(teams) <= 1 and len(set(floor.paces(rows[0]))) == 1


def _run_line(
    floor: Floor, row: int, teams: Sequence[Team], rng: np.random.Generator, seen: Simulated
) -> None:
    """Simulate one queue with a team of its own."""
    queue, interval_s = floor.queues[row], floor.interval_s
    replications, _, intervals = floor.contacts.shape
    drawn = floor.drawn(row, rng)
    positions, speed = np.zeros(intervals), 1.0
    for team in teams:
        positions, speed = team.positions, team.speed[row]
    drawn = Drawn(drawn.times, drawn.interval, drawn.handling_s / speed, drawn.patience_s)
    offset = np.asarray(rng.random(replications))
    slots = whole(positions, offset, interval_s) * queue.concurrency
    is_open = floor.open_at(row)
    stretches = stretches_of(drawn, slots, is_open, interval_s)
    taken = take_up(drawn, stretches, int(rng.integers(2**32)))
    answered = taken >= 0
    closing = _closing(is_open, replications, interval_s)[drawn.interval]
    gone = np.minimum(drawn.times + drawn.patience_s, np.maximum(closing, drawn.times))
    lives = Lives(
        interval=drawn.interval,
        early=np.zeros(drawn.times.size, np.bool_),
        times=drawn.times,
        taken=taken,
        left=np.where(answered, taken, gone),
        done=taken + drawn.handling_s,
        answered=answered,
        in_time=answered & (taken - drawn.times <= floor.within_s(row)),
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
