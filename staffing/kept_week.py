"""A week's relaxed program kept solved, to be asked again at other prices and limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.coverage import PoolCover
from staffing.demand import Demand
from staffing.recorded import Question, Recorded
from staffing.solver import Method, SolverError, Status
from staffing.stated import state_contract, state_week
from staffing.week import Before, Prices, WeekProgram, Window

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: Corners remembered: each takes about a megabyte in a week of 40,000 variables.
_CORNERS = 24


@dataclass(frozen=True, slots=True)
class _Corner:
    """Where a solve ended: what was asked, the basis, variables' values and rules' duals."""

    asked: Question
    basis: object
    values: npt.NDArray[np.float32]
    duals: FloatArray
    objective: float

    def cost_at(self, asked: Question) -> float:
        """Return what its values would cost, of the variables that are recorded."""
        return float(asked.costs @ self.values)

    def least_at(self, asked: Question) -> float:
        """Return what its duals promise: no answer within other limits costs less."""
        return self.objective + float((asked.limits - self.asked.limits) @ self.duals)


class KeptWeek:
    """One week's relaxed program; its variables and rules are stated once.

    Asked again, only what prices and headcounts may change is stated anew and compared, see
    ``state_contract``. The simplex method then starts from the corner, of those that earlier
    solves ended at, that does best at the new prices, or promises most within the new limits.
    """

    def __init__(
        self,
        window: Window,
        demand: Demand,
        covers: tuple[PoolCover, ...],
        before: Before,
        prices: Prices,
    ) -> None:
        self._window, self._demand, self._before, self._prices = window, demand, before, prices
        record = self._record(covers)
        self.week = state_week(window, demand, covers, before, prices)
        self._shape, self._rows = record.shape, record.rows_in(self.week.program)
        self._numbers = record.numbers_in(self.week.program)
        self._asked = record.question()
        self._corners: list[_Corner] = []
        self._other: KeptWeek | None = None
        self._solve("interior")

    def ask(self, covers: tuple[PoolCover, ...]) -> WeekProgram:
        """Return the week's program, solved for pools at other prices or limits.

        Where these change more than prices and limits, such as a share limited that was free, the
        program is stated and solved afresh, and kept beside the first.
        """
        record = self._record(covers)
        if record.shape != self._shape:
            if self._other is None or record.shape != self._other._shape:
                window, before = self._window, self._before
                self._other = KeptWeek(window, self._demand, covers, before, self._prices)
            return self._other.ask(covers)
        self.week.covers = covers
        self._answer(record.question())
        return self.week

    def _record(self, covers: tuple[PoolCover, ...]) -> Recorded:
        record = Recorded()
        week = WeekProgram(self._window, self._demand, covers, self._before, self._prices, record)
        for p in range(len(covers)):
            state_contract(week, p)
        return record

    def _answer(self, asked: Question) -> None:
        program, last = self.week.program, self._corners[-1]
        allowed = [c for c in self._corners if c.asked.as_limited_as(asked)]
        if allowed:
            corner = min(allowed, key=lambda corner: corner.cost_at(asked))
        else:
            alike = [c for c in self._corners if c.asked.costs_as(asked)] or self._corners
            corner = max(alike, key=lambda corner: corner.least_at(asked))
        if corner is not last:
            program.start_from(corner.basis)
        if not allowed:
            self._set(Question(corner.asked.costs, asked.uppers, asked.limits))
            self._solve("simplex")
        if allowed or not asked.costs_as(self._asked):
            self._set(asked)
            self._solve("primal")

    def _set(self, asked: Question) -> None:
        program, last = self.week.program, self._asked
        changed = asked.costs != last.costs
        program.set_costs(self._numbers[changed], asked.costs[changed])
        changed = asked.uppers != last.uppers
        if changed.any():
            program.bound(self._numbers[changed], np.zeros(changed.sum()), asked.uppers[changed])
        changed = asked.limits != last.limits
        program.set_rules(self._rows[changed], asked.limits[changed])
        self._asked = asked

    def _solve(self, method: Method) -> None:
        program = self.week.program
        status = program.solve(method)
        if status is not Status.OPTIMAL:
            message = f"the week's program ended {status.value}, it must have an answer"
            raise SolverError(message)
        values = program.values(self._numbers).astype(np.float32)
        duals, objective = program.duals(self._rows), program.objective
        corner = _Corner(self._asked, program.basis(), values, duals, objective)
        others = [c for c in self._corners if not _same(c.asked, self._asked)]
        self._corners = [*others[1 - _CORNERS :], corner]


def _same(one: Question, other: Question) -> bool:
    return one.as_limited_as(other) and one.costs_as(other)
