"""A pool's first roster: its heads given out one day after the other, days off in turn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from staffing.exchange import Draft, give_day
from staffing.goals import Goals
from staffing.tours import IntArray, Terms

FloatArray = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

#: Price of work on a day on which it is an agent's turn to be off: more than any other goal's.
_TURN = 1e3


def first_roster(terms: Terms, goals: Goals, heads: Numbers) -> Draft:
    """Return a roster of heads ``[D, K]``, each day's given out at the least cost so far.

    Days off rotate: who needs most of them in the rest of the week is off first, and of those who
    has waited longest. Then any stretch of days whose heads leave k days off per agent gives k to
    each, so that limits that the heads keep together, each agent keeps too.
    """
    days, agents = len(heads), terms.agents
    draft = Draft(np.full((days, agents), terms.off, dtype=np.int32), heads.copy())
    waited = np.arange(agents)  # who has waited longest for a day off has the lowest number
    everybody = np.arange(agents)
    for d in range(days):
        if agents:
            so_far = Draft(draft.kinds[: d + 1], draft.left[: d + 1])
            turn = _TURN * _off(terms, draft.kinds, d, int(heads[d].sum()), waited)
            give_day(terms.until(d), goals, so_far, everybody, d, turn)
        off = draft.kinds[d] == terms.off
        # Those off go to the end of the line, in the order in which they stood.
        waited[off] = waited.max(initial=0) + 1 + np.argsort(np.argsort(waited[off]))
    return draft


def _off(terms: Terms, kinds: IntArray, d: int, heads: int, waited: Numbers) -> FloatArray:
    """Return 1 for whose turn it is to be off on a day of so many heads, ``[A]``."""
    day = terms.before + d
    week = terms.week_of(day)
    monday = int(terms.weeks[week])
    sunday = int(terms.weeks[week + 1]) if week + 1 < len(terms.weeks) else len(terms.days)
    there = terms.latest > terms.earliest
    worked = (kinds[max(monday - terms.before, 0) : d] != terms.off).sum(axis=0)
    worked += (terms.past.start[monday : terms.before] >= 0).sum(axis=0)
    needed = there[day:sunday].sum(axis=0) - (terms.days_a_week[week] - worked)
    order = np.lexsort((waited, -needed))
    here = order[there[day, order]]
    off = np.zeros(terms.agents)
    off[here[: max(len(here) - heads, 0)]] = 1.0
    return off
