"""A week's heads made whole: rounded, mended, and searched day by day for something better."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from staffing.rounding import respect_shares_of_hours, whole_heads
from staffing.solver import Method, SolverError, Status
from staffing.tiers_reached import follow_volumes, settle_tiers
from staffing.week import WeekProgram

IntArray = npt.NDArray[np.int64]

#: Heads of one shift that may be added to the rounded ones.
_ADDED = 3

#: Within this of the relaxation a week is good enough: nobody's forecast is that good.
GOOD_ENOUGH = 0.001

#: Nodes of a day's tree that are searched, how often each day is at most, and numbers of a program
#: beyond which rounding is near enough and a search would take minutes.
_NODES, _TIMES, _SMALL = 20, 2, 12_000


def relax(week: WeekProgram, stop: Callable[[], bool]) -> tuple[float, float] | None:
    """Return what the week's relaxed program costs, and of that what lies ahead of the week.

    Tiers of falling prices are settled, and held from here on. None: it was told to stop.
    """
    if not _solve(week, "interior", stop):
        return None
    relaxed = week.program.objective, week.cost_ahead()
    if settle_tiers(week, functools.partial(_require, week)):
        return week.program.objective, week.cost_ahead()
    return relaxed


def make_whole(week: WeekProgram, stop: Callable[[], bool]) -> bool:
    """Make the week's heads whole, add heads where that left a want, and solve for the rest.

    Returns whether it came to an end; where it did not, the program has no whole answer.
    """
    span = week.window.weeks[0]
    numbers = _decided(week)
    rounded = _rounded(week, numbers, span)
    for variables, least in zip(numbers, rounded, strict=True):
        week.program.bound(variables, least, least + _ADDED)
    if not _solve(week, "simplex", stop):
        return False
    for variables, whole in zip(numbers, _rounded(week, numbers, span), strict=True):
        week.program.fix(variables, whole)
    return _finish(week, stop)


def _finish(week: WeekProgram, stop: Callable[[], bool] | None = None) -> bool:
    """Solve for the rest, heads held; whole heads may reach other tiers than fractions did."""
    if not _solve(week, "simplex", stop):
        return False
    follow_volumes(week, functools.partial(_require, week))
    return True


def improve(
    week: WeekProgram, enough: float, stop: Callable[[], bool], *, worth: float = 0.0
) -> None:
    """Search for better whole heads near the week's, one day after the other.

    Each search frees a day's heads and whatever touches the day, holds the rest, and looks at so
    many nodes at most: the same answer on every machine. A day is searched again where one beside
    it has changed. It ends when nothing is left to search, when the objective is ``enough``, or
    when it is told to stop; a week of a large centre is left as it is, where whole heads cost next
    to nothing.

    Parameters
    ----------
    worth
        What a better day must save, in the objective's money, for a search to go on.
    """
    numbers, program = _decided(week), week.program
    if program.size > _SMALL:
        return
    days = _days(week)
    for variables in numbers:
        program.bound(variables, np.zeros(variables.shape), np.full(variables.shape, np.inf))
    waiting, left = list(range(days)), np.full(days, _TIMES)
    while waiting and not stop() and program.objective > enough:
        day = waiting.pop(0)
        left[day] -= 1
        heads = np.concatenate([variables[day] for variables in numbers])
        if program.search(week.elsewhere(day), heads, nodes=_NODES, gap=worth, stop=stop):
            beside = [d for d in (day - 1, day + 1) if 0 <= d < days and left[d] > 0]
            waiting += [d for d in beside if d not in waiting]
    for variables in numbers:
        program.fix(variables, np.rint(program.values(variables)))
    _finish(week)


def _days(week: WeekProgram) -> int:
    first, last = week.window.weeks[0]
    return last - first


def _decided(week: WeekProgram) -> list[IntArray]:
    """Return the variables of the heads that the week decides, per pool ``[days, shifts]``."""
    return [heads[: _days(week)] for heads in week.heads]


def _rounded(week: WeekProgram, numbers: list[IntArray], span: tuple[int, int]) -> list[IntArray]:
    relaxed = [week.program.values(variables) for variables in numbers]
    whole = [
        whole_heads(heads, cover, span, placed)
        for heads, cover, placed in zip(relaxed, week.covers, week.placed, strict=True)
    ]
    respect_shares_of_hours(whole, relaxed, week.covers)
    return whole


def _solve(week: WeekProgram, method: Method, stop: Callable[[], bool] | None = None) -> bool:
    """Solve, and return whether it came to an end before it was told to stop."""
    status = week.program.solve(method, gap=0.0, stop=stop)
    if status is Status.STOPPED and stop is not None and stop():
        return False
    if status is not Status.OPTIMAL:
        message = f"the week's program ended {status.value}, it must have an answer"
        raise SolverError(message)
    return True


def _require(week: WeekProgram, method: Method) -> None:
    _solve(week, method)
