"""One queue answered at once by agents of its own, simulated contact by contact."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace

import numpy as np
import numpy.typing as npt

from staffing.drawn import Drawn, FloatArray, IntArray

BoolArray = npt.NDArray[np.bool_]

LOST = -1.0  # in the place of the moment at which a contact is taken up
_NEVER = 1e300  # seconds
Change = tuple[float, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time without a break in which a queue is open, in seconds.

    Parameters
    ----------
    first, last
        Contacts that come in it, as a range of their numbers.
    changes
        From when on how many contacts can be handled at once, ascending.
    closing
        When those who still wait are sent away.
    """

    first: int
    last: int
    changes: Sequence[Change]
    closing: float


def take_up(drawn: Drawn, stretches: Iterable[Stretch], seed: int) -> FloatArray:
    """Return when each contact is taken up ``[C]``, ``LOST`` for those who never are.

    Parameters
    ----------
    drawn
        The contacts.
    stretches
        Open times, ascending; contacts outside of them are lost.
    seed
        For the choice of the busy agents who leave when slots fall.

    Notes
    -----
    First come, first served. Customers are gone through in the order of their arrival: each meets
    the slot that is free first, after all before them have chosen, and takes it up unless their
    patience ends before. A slot is the moment at which it is free; as slots change only when
    nobody can be taken up before, that is exact. When slots fall, idle ones go first, and who is
    busy finishes the contact in hand.

    Examples
    --------
    One agent, handling 60 s each: the second waits 50 s, the third has not so much patience.

    >>> drawn = Drawn(np.array([0.0, 10.0, 20.0]), np.zeros(3, np.int64), np.full(3, 60.0),
    ...     np.array([90.0, 90.0, 90.0]))
    >>> take_up(drawn, [Stretch(0, 3, [(0.0, 1)], 900.0)], 1).tolist()
    [0.0, 60.0, -1.0]
    """
    taken = np.full(drawn.times.size, LOST)
    chance = random.Random(seed)
    for stretch in stretches:
        here = slice(stretch.first, stretch.last)
        taken[here] = _serve(
            zip(
                drawn.times[here].tolist(),
                drawn.handling_s[here].tolist(),
                drawn.patience_s[here].tolist(),
                strict=True,
            ),
            iter(stretch.changes),
            min(stretch.closing, _NEVER / 2),
            chance,
        )
    return taken


def _serve(
    customers: Iterable[tuple[float, float, float]],
    changes: Iterator[Change],
    closing: float,
    chance: random.Random,
) -> list[float]:
    """Return when each customer of one stretch is taken up."""
    free: list[float] = []  # a heap: when each slot is free again
    taken: list[float] = []
    keep = taken.append
    boundary, slots = next(changes)
    for now, handling, patience in customers:
        start = free[0] if free else _NEVER
        if start < now:
            start = now
        while start >= boundary:
            _change(free, boundary, slots - len(free), chance)
            boundary, slots = next(changes, (_NEVER * 2, 0))
            start = max(now, free[0]) if free else _NEVER
        if start >= closing or start - now > patience:
            keep(LOST)
        else:
            heapreplace(free, start + handling)
            keep(start)
    return taken


def _change(free: list[float], now: float, more: int, chance: random.Random) -> None:
    """Add slots, or take some away: idle ones first, then busy ones at random."""
    for _ in range(more):
        heappush(free, now)
    less = -more
    while less > 0 and free and free[0] <= now:
        heappop(free)
        less -= 1
    if less > 0:
        free[:] = chance.sample(free, len(free) - less)
        heapify(free)


def stretches_of(
    drawn: Drawn, slots: IntArray, is_open: BoolArray, interval_s: int
) -> Iterator[Stretch]:
    """Yield the stretches in which a queue is open.

    Parameters
    ----------
    drawn
        The contacts of R replications.
    slots
        Contacts handled at once, in each replication and interval ``[R, I]``.
    is_open
        When customers can queue ``[I]``. What is open at the end of the horizon stays so, with the
        slots of the last interval, until the last has left.
    """
    replications, intervals = slots.shape
    padded = np.concatenate([[False], is_open, [False]])
    opens, closes = (
        np.flatnonzero(padded[1:] & ~padded[:-1]),
        np.flatnonzero(~padded[1:] & padded[:-1]),
    )
    first_of = np.searchsorted(drawn.interval, np.arange(replications * intervals + 1))
    for r in range(replications):
        for start, stop in zip(opens.tolist(), closes.tolist(), strict=True):
            begin, end = r * intervals + start, r * intervals + stop
            first, last = int(first_of[begin]), int(first_of[end])
            if first == last:
                continue
            row = slots[r, start:stop]
            moves = [0, *(np.flatnonzero(np.diff(row)) + 1).tolist()]
            changes = [(float((begin + at) * interval_s), int(row[at])) for at in moves]
            closing = float(end * interval_s) if stop < intervals else np.inf
            yield Stretch(first, last, changes, closing)
