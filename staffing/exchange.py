"""Parts of tours exchanged between agents: for any days, the best exchange of all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from staffing.goals import HARD, UNPLACED, Goals
from staffing.tours import IntArray, Terms

FloatArray = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

_LONGEST_RELEASE = 7  # days

BETTER = 1e-6
"""A gain that counts."""


@dataclass(slots=True)
class Draft:
    """Tours being looked for: the kind of each day and agent, and the heads that nobody has.

    Parameters
    ----------
    kinds
        ``[D, A]``.
    left
        Heads of each kind and day that nobody has, ``[D, K]``.
    """

    kinds: IntArray
    left: Numbers


def exchange(
    terms: Terms, goals: Goals, draft: Draft, group: Numbers, first: int, stop: int
) -> float:
    """Exchange what agents of a group do from day ``first`` until ``stop``; return the gain.

    What each of them does over these days is given to the one for whom it is best, all at once: the
    cheapest assignment. The draft is never worse after it.
    """
    parts = draft.kinds[first:stop, group]
    patterns, which = np.unique(parts, axis=1, return_inverse=True)
    which = which.ravel()
    table = _costs(terms, goals, draft, group, first, patterns)[:, which]
    rows, taken = linear_sum_assignment(table)
    gain = float(np.trace(table) - table[rows, taken].sum())
    if gain <= BETTER:
        return 0.0
    draft.kinds[first:stop, group[rows]] = patterns[:, which[taken]]
    return gain


def give_day(
    terms: Terms,
    goals: Goals,
    draft: Draft,
    group: Numbers,
    day: int,
    turn: FloatArray | None = None,
) -> float:
    """Give a day's heads, those that nobody has too, to the agents of a group; return the gain.

    ``turn`` is what work on this day costs each agent of the group besides, ``[A]``.
    """
    own = draft.kinds[day, group]
    heads = np.concatenate([own[own != terms.off], _listed(draft.left[day])])
    every, place = np.unique(np.append(heads, terms.off), return_inverse=True)
    costs = _costs(terms, goals, draft, group, day, every[None, :].astype(np.int32))
    if turn is not None:
        costs[:, every != terms.off] += turn[:, None]
    before = costs[np.arange(len(group)), np.searchsorted(every, own)].sum()
    before -= UNPLACED * np.count_nonzero(own != terms.off)
    columns = np.append(place[:-1], np.full(len(group), place[-1]))
    table = costs[:, columns]
    table[:, : len(heads)] -= UNPLACED
    rows, taken = linear_sum_assignment(table)
    gain = float(before - table[rows, taken].sum())
    if gain <= BETTER:
        return 0.0
    draft.kinds[day, group[rows]] = every[columns[taken]]
    missing = np.delete(heads, taken[taken < len(heads)])
    draft.left[day] = np.bincount(missing, minlength=terms.off + 1)
    return gain


def release(terms: Terms, goals: Goals, draft: Draft) -> None:
    """Leave heads to nobody where a tour breaks a rule that is not to be bent.

    Of all ways to be off for up to a week on end the cheapest is taken, and so on until no such
    rule is broken, or none less is: a single day might leave another one too short a run.
    """
    everybody = np.arange(terms.agents)
    spans = [
        (first, first + length)
        for length in range(1, _LONGEST_RELEASE + 1)
        for first in range(len(draft.kinds) - length + 1)
    ]
    cost = goals.cost(terms.tours(everybody, draft.kinds), draft.kinds)
    for a in np.flatnonzero(cost >= HARD).tolist():
        while True:
            kinds = np.repeat(draft.kinds[:, [a]], len(spans) + 1, axis=1)
            for n, (first, stop) in enumerate(spans):
                kinds[first:stop, n] = terms.off
            lost = (kinds != draft.kinds[:, [a]]).sum(axis=0)
            tours = terms.tours(np.full(len(spans) + 1, a), kinds)
            best = int(np.argmin(goals.cost(tours, kinds) + UNPLACED * lost))
            if not lost[best]:
                break
            for day in np.flatnonzero(kinds[:, best] != draft.kinds[:, a]).tolist():
                draft.left[day, draft.kinds[day, a]] += 1
            draft.kinds[:, a] = kinds[:, best]


def _costs(
    terms: Terms, goals: Goals, draft: Draft, group: Numbers, first: int, patterns: IntArray
) -> FloatArray:
    """Return what tours cost with each pattern ``[d, U]`` from a day on, ``[A, U]``."""
    size, count = len(group), patterns.shape[1]
    kinds = np.repeat(draft.kinds[:, group], count, axis=1)
    kinds[first : first + len(patterns)] = np.tile(patterns, size)
    tours = terms.tours(np.repeat(group, count), kinds)
    return goals.cost(tours, kinds).reshape(size, count)


def _listed(counts: Numbers) -> Numbers:
    return np.repeat(np.arange(len(counts)), counts)


def windows(terms: Terms) -> Iterator[tuple[int, int]]:
    """Yield ranges of the horizon's days: two, three, weeks, and all from a Monday on.

    One begins on every day, the last too: on it begins a single day.
    """
    count = len(terms.days) - terms.before
    yield count - 1, count
    for length in (2, 3):
        yield from ((day, day + length) for day in range(count - length + 1))
    for monday in (int(week) - terms.before for week in terms.weeks):
        if 0 <= monday < count:
            yield monday, min(monday + 7, count)
        if 0 < monday < count:
            yield monday, count


def groups(agents: int, most: int, rng: np.random.Generator) -> Sequence[Numbers]:
    """Return the agents in groups of at most so many, others each time."""
    if agents <= most:
        return [np.arange(agents)]
    return np.array_split(rng.permutation(agents), -(-agents // most))
