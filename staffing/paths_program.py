"""Two stages: shifts decided ahead for several demand paths at once, the rest on each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from staffing import path_rules
from staffing.coverage import PoolCover
from staffing.demand import Demand
from staffing.part import Part
from staffing.rounding import respect_shares_of_hours, whole_heads
from staffing.several import PathCosts, Several
from staffing.solver import Method, Program, SolverError, Status
from staffing.stated import state_week
from staffing.tiers_reached import follow_volumes, hold_as_reached
from staffing.week import Before, Prices, WeekProgram, Window, place_heads

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Heads = tuple[IntArray | None, ...]

#: Heads of one shift that may be added to the rounded ones.
_ADDED = 3


@dataclass(frozen=True, slots=True)
class Decided:
    """What one week decides ahead, and what it then costs on each path.

    ``heads`` are whole, per pool ``[days, shifts]``; None for pools decided on the day.
    """

    heads: Heads
    costs: PathCosts


class StoppedError(Exception):
    """A solve of several paths was told to stop before it had an answer."""


class PathsProgram:
    """One week on several demand paths: heads decided ahead once, everything else on each path.

    ``ahead`` are the variables of the heads decided ahead, per pool ``[days, shifts]``, None where
    a pool is decided on the day. A pool that may work overtime has heads of its own on each path
    beside them: those, and more.

    Raises
    ------
    SolverError
        From ``solve``, where the solver fails.
    StoppedError
        From ``solve``, where it is told to ``stop``.
    """

    def __init__(
        self,
        window: Window,
        several: Several,
        covers: tuple[PoolCover, ...],
        before: Before,
        prices: Prices,
        told: Callable[[], None] = lambda: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.window, self.several, self.covers, self.before = window, several, covers, before
        self.stop = stop
        self.program = Program(f"paths_from_{covers[0].days[window.days[0]]}")
        self._decide_ahead()
        self.parts: list[Part] = []
        self.weeks: list[WeekProgram] = []
        for number, demand in enumerate(several.demands, 1):
            share = several.mean_weight / len(several.demands)
            part = Part(self.program, f"path_{number}", share, self._shared_costs)
            self.parts.append(part)
            self.weeks.append(self._on_path(part, demand, prices))
            told()
        self._commit()
        if several.weight > 0:
            path_rules.worst_share(self.program, self.parts, several.worst, several.weight)

    def _decide_ahead(self) -> None:
        """Add the heads decided ahead, at their price where no path has others beside them."""
        self.ahead: list[IntArray | None] = []
        self._shared_costs: dict[int, float] = {}
        counted = self.several.mean_weight + self.several.weight
        for p, cover in enumerate(self.covers):
            if cover.pool.decided == "on_the_day":
                self.ahead.append(None)
                continue
            factor = 0.0 if self._has_overtime(p) else 1.0
            numbers = place_heads(self.program, cover, self.window.days, factor * counted)
            self.ahead.append(numbers)
            each = [factor * s.paid_hours * cover.marginal_price for s in cover.shifts]
            costs = np.tile(each, len(numbers))
            self._shared_costs.update(zip(numbers.ravel().tolist(), costs.tolist(), strict=True))

    def _has_overtime(self, p: int) -> bool:
        return any(self.covers[p].overtime_limit(span) > 0 for span in self.window.weeks)

    def _on_path(self, part: Part, demand: Demand, prices: Prices) -> WeekProgram:
        """State the week on one path, with what ties it to the heads decided ahead."""
        given = [a if not self._has_overtime(p) else None for p, a in enumerate(self.ahead)]
        week = state_week(self.window, demand, self.covers, self.before, prices, part, given)
        for p, ahead in enumerate(self.ahead):
            if ahead is not None and self._has_overtime(p):
                path_rules.never_fewer(week, p, ahead)
                for span in self.window.weeks:
                    path_rules.called_later(week, p, ahead, span)
                    if not self.weeks:  # the same on every path
                        path_rules.ordinary_hours(self.program, week, p, ahead, span)
        return week

    def _commit(self) -> None:
        """Add what pools paid by the contact are owed by their commitments."""
        self._unhandled: dict[int, IntArray] = {}
        for p, cover in enumerate(self.covers):
            if cover.pool.cost_per_contact and cover.pool.committed_share_of_forecast > 0:
                handled = [path_rules.handed_over(week, p) for week in self.weeks]
                owed = [
                    path_rules.commitment(week, p, own, handled)
                    for week, own in zip(self.weeks, handled, strict=True)
                ]
                self._unhandled[p] = np.array(owed, dtype=np.int64)

    def solve(self, method: Method) -> None:
        """Solve, or raise."""
        status = self.program.solve(method, stop=self.stop)
        if status is Status.STOPPED and self.stop():
            raise StoppedError
        if status is not Status.OPTIMAL:
            message = f"the program of several paths ended {status.value}, it must have an answer"
            raise SolverError(message)

    def settle(self) -> None:
        """Solve for what the heads held leave, tiers of falling prices as far as they are reached.

        Fractions of heads reach tiers in part; what is billed reaches them or does not.
        """
        reached = [tier.reached for week in self.weeks for tier in week.falling]
        tiers = np.array(reached, dtype=np.int64)
        self.program.bound(tiers, np.zeros(len(tiers)), np.ones(len(tiers)))
        self.solve("simplex")
        for week in self.weeks:
            hold_as_reached(week)
        if reached:
            self.solve("simplex")
        for week in self.weeks:
            follow_volumes(week, self.solve)

    def make_whole(self) -> Heads:
        """Return whole heads decided ahead near the last solution's, held from now on."""
        numbers = self._decided_numbers()
        for one, least in zip(numbers, self._whole(numbers), strict=True):
            if one is not None and least is not None:
                self.program.bound(one, least, least + _ADDED)
        self.solve("simplex")
        whole = self._whole(numbers)
        self.hold(whole)
        return whole

    def hold(self, heads: Heads) -> None:
        """Hold the week's heads decided ahead at whole numbers in the solves to come."""
        for one, whole in zip(self._decided_numbers(), heads, strict=True):
            if one is not None and whole is not None:
                self.program.fix(one, whole)

    def _decided_numbers(self) -> Heads:
        count = self.window.weeks[0][1] - self.window.weeks[0][0]
        return tuple(None if ahead is None else ahead[:count] for ahead in self.ahead)

    def _whole(self, numbers: Heads) -> Heads:
        span = self.window.weeks[0]
        whole, heads, covers = [], [], []
        for own, cover, placed in zip(numbers, self.covers, self.before.placed, strict=True):
            if own is not None:
                covers.append(_without_overtime(cover))
                heads.append(self.program.values(own))
                whole.append(whole_heads(heads[-1], covers[-1], span, placed))
        # Of these hours alone; those decided later leave a share of all more room.
        respect_shares_of_hours(whole, heads, covers)
        found = iter(whole)
        return tuple(None if own is None else next(found) for own in numbers)

    def costs(self) -> PathCosts:
        """Return what the last solution costs on each path, of one week, and all others as much."""
        span = self.window.weeks[0]
        sunk = sum(cover.sunk_cost(span) for cover in self.covers)
        each = zip(self.parts, self.weeks, strict=True)
        cost = np.array([[part.cost - week.cost_ahead() + sunk] for part, week in each])
        keep = slice(self.window.start, self.window.keep)
        contacts = [[float(week.demand.contacts[:, keep].sum())] for week in self.weeks]
        unhandled = np.zeros((len(self.weeks), len(self.covers), 1))
        for p, numbers in self._unhandled.items():
            unhandled[:, p, 0] = np.maximum(self.program.values(numbers), 0.0)
        return PathCosts(
            contacts=np.array(contacts),
            cost=cost,
            cost_of_middle=cost,
            cost_in_fractions=cost,
            shortage_hours=np.array([[_shortage_hours(week)] for week in self.weeks]),
            later_hours=np.array(
                [[[self._later(week, p)] for p in range(len(self.covers))] for week in self.weeks]
            ),
            unhandled=unhandled,
            worst=self.several.worst,
            weight=self.several.weight,
        )

    def _later(self, week: WeekProgram, p: int) -> float:
        """Return the hours of a pool on a path that nobody decided ahead."""
        count = self.window.weeks[0][1] - self.window.weeks[0][0]
        ahead, paid = self.ahead[p], [shift.paid_hours for shift in self.covers[p].shifts]
        heads = self.program.values(week.heads[p][:count])
        if ahead is not None:
            heads = heads - self.program.values(ahead[:count])
        return max(round(float((heads @ paid).sum()), 6), 0.0)


def _shortage_hours(week: WeekProgram) -> float:
    kept = week.window.keep - week.window.start
    return float(week.value_or_zero(week.short)[:, :, :kept].sum()) * week.hours


def _without_overtime(cover: PoolCover) -> PoolCover:
    """Return a pool whose agents work ordinary hours alone: all that is decided ahead."""
    contract = replace(cover.pool.contract, overtime_hours_per_week=0.0)
    return replace(cover, pool=replace(cover.pool, contract=contract))


def steps(several: Several) -> int:
    """Return how often ``decide_ahead`` tells that it has come further."""
    return len(several.demands) + 4


def decide_ahead(
    window: Window,
    middle: Demand,
    several: Several,
    covers: tuple[PoolCover, ...],
    before: Before,
    prices: Prices,
    told: Callable[[], None] = lambda: None,
    stop: Callable[[], bool] = lambda: False,
) -> Decided | None:
    """Return the heads that a week decides ahead, whole, and what it costs on each path.

    None where it is told to stop before it has an answer.

    Parameters
    ----------
    window
        The week.
    middle
        The demand of the middle of the forecast; the plan that staffs it alone is held against the
        same paths.
    several
        The paths.
    covers, before, prices
        As for a week's program, see ``WeekProgram``.
    told
        Called ``steps(several)`` times.
    stop
        Asked now and then whether to stop.

    Raises
    ------
    SolverError
        If the solver fails.
    """
    try:
        alone = PathsProgram(window, Several((middle,)), covers, before, prices, stop=stop)
        alone.solve("interior")
        heads_of_middle = alone.make_whole()
        told()
        paths = PathsProgram(window, several, covers, before, prices, told, stop)
        paths.solve("interior")
        in_fractions = paths.costs().cost
        told()
        heads = paths.make_whole()
        paths.settle()
        found = paths.costs()
        told()
        paths.hold(heads_of_middle)
        paths.settle()
        told()
    except StoppedError:
        return None
    of_middle = paths.costs().cost
    costs = replace(found, cost_of_middle=of_middle, cost_in_fractions=in_fractions)
    return Decided(heads, costs)


def hold_ahead(week: WeekProgram, decided: Decided) -> None:
    """Hold a week's heads decided ahead, so that only what is decided later stays free."""
    span = week.window.weeks[0]
    for p, whole in enumerate(decided.heads):
        if whole is not None:
            path_rules.held(week, p, whole, span)
            path_rules.called_at_its_price(week, p, whole, span)
