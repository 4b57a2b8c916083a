"""Tours of a pool's agents chosen together, where exchanges leave heads that nobody takes."""

from __future__ import annotations

import numpy as np

from staffing.crew_question import finder_of
from staffing.exchange import Draft, release
from staffing.goals import UNPLACED, Goals
from staffing.tour_dive import dive
from staffing.tour_master import Stop, TourMaster
from staffing.tour_terms import OFF, IntArray
from staffing.tours import Terms
from staffing.week_finder import WeekFinder

#: Agents chosen together at most, rounds of tours added each time; how often, and in vain.
_TOGETHER, _ROUNDS, _PARTS, _IN_VAIN = 100, 60, 12, 4
#: Tours are looked for that are better by this part of a head: they may cost the rest of it more.
_LESS = 0.4


def choose_together(terms: Terms, goals: Goals, draft: Draft, stop: Stop = lambda: False) -> bool:
    """Choose the tours of all agents anew, then of half of them a few times; return if it helped.

    Column generation finds the tours (``tour_master``), a dive makes them whole (``tour_dive``).
    The draft keeps them where its goals, and the heads that nobody takes, say that they are better.
    It ends once no tours can take more heads, or when told to ``stop``.
    """
    finder = finder_of(terms, goals, draft) if terms.agents else None
    if finder is None:
        return False
    rng = np.random.default_rng(len(draft.kinds))
    # Whose past breaks a rule already, whatever follows, keeps the tour of before.
    best = finder.best(np.arange(terms.agents), finder.terms.price)
    able = np.flatnonzero(np.isfinite(best.value))
    least, helped, in_vain = 0.0, False, 0
    for part in range(_PARTS if able.size else 0):
        if draft.left.sum() <= least or in_vain == _IN_VAIN or stop():
            break
        size = able.size if not part else -(-able.size // 2)
        group = np.sort(rng.choice(able, min(size, _TOGETHER), replace=False))
        chance = rng if part else None
        better, fewest = _choose(finder, terms, goals, draft, group, chance, stop)
        helped, in_vain = helped or better, 0 if better else in_vain + 1
        if group.size == terms.agents:
            least = fewest
    return helped


def _choose(
    finder: WeekFinder,
    terms: Terms,
    goals: Goals,
    draft: Draft,
    group: IntArray,
    rng: np.random.Generator | None,
    stop: Stop,
) -> tuple[bool, float]:
    """Choose the tours of a group anew; return if it helped, and the heads no tours of it take."""
    tours = np.where(terms.off == draft.kinds.T, OFF, draft.kinds.T).astype(np.int64)
    others = finder.terms.heads_of(np.delete(tours, group, axis=0))
    costs = finder.costs_of(group, tours[group])
    # A tour that breaks what could not be mended has no price here: anything is better.
    own = float(costs.sum())
    cutoff = own + UNPLACED * (float(draft.left.sum()) - _LESS)
    master = TourMaster(finder, group, None, others, np.ones(len(tours[0]), dtype=bool))
    known = np.flatnonzero(np.isfinite(costs))
    master.add(known, tours[group[known]])
    relaxed = master.improve(_ROUNDS, cutoff, stop)
    fewest = float(np.rint((float(relaxed.bound) - own) / UNPLACED))
    found = dive(master, relaxed, cutoff, rng, stop) if relaxed.bound < cutoff else None
    if found is None:
        return False, fewest
    new = Draft(draft.kinds.copy(), draft.left.copy())
    new.kinds[:, group] = np.where(found == OFF, terms.off, found).T
    _count(terms, draft, new)
    release(terms, goals, new)
    better = worth(terms, goals, new) < worth(terms, goals, draft)
    if better:
        draft.kinds, draft.left = new.kinds, new.left
    return better, fewest


def _count(terms: Terms, old: Draft, new: Draft) -> None:
    """Count the heads that nobody has in a new draft; who is one too many is off."""
    kinds = np.arange(terms.off)
    wanted = old.left[:, :-1] + (old.kinds[:, :, None] == kinds).sum(1)
    missing = wanted - (new.kinds[:, :, None] == kinds).sum(1)
    for day, kind in np.argwhere(missing < 0).tolist():
        here = np.flatnonzero(new.kinds[day] == kind)
        new.kinds[day, here[missing[day, kind] :]] = terms.off
    new.left[:, :-1] = np.maximum(missing, 0)


def worth(terms: Terms, goals: Goals, draft: Draft) -> float:
    """Return what a draft costs: its tours by their goals, and heads that nobody has."""
    tours = terms.tours(np.arange(terms.agents), draft.kinds)
    return float(goals.cost(tours, draft.kinds).sum()) + UNPLACED * float(draft.left.sum())
