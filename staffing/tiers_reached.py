"""Which tiers of falling prices a week reaches: the only whole numbers of its relaxed program."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from staffing.solver import Method
from staffing.week import FallingTier, WeekProgram

FloatArray = npt.NDArray[np.float64]
Solve = Callable[[Method], None]

#: Variables of the largest program whose tiers are settled by branching: seconds, not minutes.
_BRANCHED = 20_000

#: What counts as none of a volume.
_NOTHING = 1e-6


def settle_tiers(week: WeekProgram, solve: Solve) -> bool:
    """Hold which tiers a relaxed week reaches, and solve for the rest.

    A small program says exactly which are best. A large one begins with those that its relaxation
    reaches; each that this uses, but not up to its volume, is then tried the other way, and stays
    so where that is cheaper.

    Parameters
    ----------
    week
        Its program, solved with every tier reached in part.
    solve
        Solves it by a method, or raises.

    Returns
    -------
    bool
        Whether they are the best, so that the solution bounds every plan of the week.
    """
    if not week.falling:
        return False
    if week.program.size <= _BRANCHED:
        solve("whole")
        _hold(week, np.rint(week.program.values(_variables(week))))
        solve("simplex")
        return True
    volumes = _volumes(week)
    reached = _follow(week.falling, volumes)
    best = _cost(week, reached, solve)
    for k, tier in enumerate(week.falling):
        if _NOTHING < volumes[k] < tier.above:
            other = reached.copy()
            other[k] = 1.0 - other[k]
            cost = _cost(week, other, solve)
            if cost < best:
                best, reached = cost, other
    _cost(week, reached, solve)
    return False


def follow_volumes(week: WeekProgram, solve: Solve) -> None:
    """Hold tiers as the volumes of the last solution reach them, and solve where that is news.

    What is billed up to a tier that was not reached saves nothing, so this is never dearer.
    """
    if not week.falling:
        return
    reached = _follow(week.falling, _volumes(week))
    if (reached != np.rint(week.program.values(_variables(week)))).any():
        _hold(week, reached)
        solve("simplex")


def hold_as_reached(week: WeekProgram) -> None:
    """Hold tiers as the volumes of the last solution reach them, in the solves to come."""
    if week.falling:
        _hold(week, _follow(week.falling, _volumes(week)))


def _cost(week: WeekProgram, reached: FloatArray, solve: Solve) -> float:
    _hold(week, reached)
    solve("interior")
    return week.program.objective


def _hold(week: WeekProgram, reached: FloatArray) -> None:
    week.program.fix(_variables(week), reached)


def _variables(week: WeekProgram) -> npt.NDArray[np.int64]:
    return np.array([tier.reached for tier in week.falling], dtype=np.int64)


def _volumes(week: WeekProgram) -> FloatArray:
    """Return what the last solution must bill of each tier's hours or contacts."""
    found = []
    for tier in week.falling:
        unused = max(tier.ordered - _sum(week, tier.on_notice), 0.0)
        found.append(max(_sum(week, tier.volume) + unused, tier.minimum))
    return np.array(found)


def _sum(week: WeekProgram, terms: tuple[tuple[int, float], ...]) -> float:
    variables = np.array([variable for variable, _ in terms], dtype=np.int64)
    factors = np.array([factor for _, factor in terms])
    return float(week.program.values(variables) @ factors)


def _follow(tiers: list[FallingTier], volumes: FloatArray) -> FloatArray:
    above = np.array([tier.above for tier in tiers])
    return np.asarray(volumes >= above - _NOTHING, dtype=np.float64)
