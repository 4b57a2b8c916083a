"""Run a linear program: build it with readable names, solve it, fix a part, solve again."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import highspy
import numpy as np
import numpy.typing as npt
import pulp

from staffing.program_names import new_name

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Term = tuple[int, float]
Method = Literal["simplex", "primal", "interior", "inside", "whole"]


class Status(enum.Enum):
    """How a solve ended, in our words."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    STOPPED = "stopped"


class SolverError(RuntimeError):
    """The solver gave no usable answer to a program that must have one."""


class Program:
    """A program to minimise: variables by number, rules by name, HiGHS underneath through pulp.

    Variables are never negative. The solver object is kept between solves, so that fixing or
    freeing variables starts from the last basis.

    Examples
    --------
    >>> program = Program("bakery")
    >>> loaves = program.variables("loaves", ["small", "large"], cost=[2.0, 3.0])
    >>> program.at_least("hungry guests", [(loaves[0], 1.0), (loaves[1], 2.0)], 10.0)
    >>> program.solve(), program.objective
    (<Status.OPTIMAL: 'optimal'>, 15.0)
    >>> program.values(loaves).tolist()
    [0.0, 5.0]
    >>> program.fix(loaves[1:], np.array([4.0]))
    >>> program.solve(), program.objective
    (<Status.OPTIMAL: 'optimal'>, 16.0)
    """

    def __init__(self, name: str) -> None:
        self._problem = pulp.LpProblem(name.replace(" ", "_"), pulp.LpMinimize)
        self._variables: list[pulp.LpVariable | None] = []
        self._costs: list[tuple[pulp.LpVariable, float]] = []
        self._variable_names: set[str] = set()
        self._rule_names: set[str] = set()
        self._blocks: dict[tuple[str, str], IntArray] = {}
        self._rows: dict[str, int] = {}
        self._senses: list[int] = []
        self._bounds: list[float] = []
        self._whole: list[npt.NDArray[np.int64]] = []
        self._solver: Any = None
        self._values = np.empty(0)

    def variables(
        self,
        prefix: str,
        keys: Sequence[str],
        *,
        cost: float | Sequence[float] | FloatArray = 0.0,
        upper: Sequence[float] | FloatArray | None = None,
        whole: bool = False,
    ) -> npt.NDArray[np.int64]:
        """Return the numbers of new variables ``prefix_key``, each from 0 to its ``upper``.

        Those that are ``whole`` are so where "whole" solves; other methods do not mind.
        """
        first = len(self._variables)
        costs = np.broadcast_to(np.asarray(cost, dtype=float), len(keys))
        kind = pulp.LpInteger if whole else pulp.LpContinuous
        for k, key in enumerate(keys):
            bound = None if upper is None or not np.isfinite(upper[k]) else float(upper[k])
            name = new_name(f"{prefix}_{key}", self._variable_names)
            variable = self._problem.add_variable(name, 0, bound, kind)
            self._variables.append(variable)
            if costs[k]:
                self._costs.append((variable, float(costs[k])))
        numbers = np.arange(first, len(self._variables))
        if whole:
            self._whole.append(numbers)
        if len(keys):
            self._blocks[prefix, keys[0]] = numbers
        return numbers

    def block(self, prefix: str, key: str) -> IntArray:
        """Return the numbers of variables added together, by their prefix and their first key."""
        return self._blocks[prefix, key]

    def at_least(self, name: str, terms: Iterable[Term], bound: float) -> None:
        """Add the rule: sum of ``factor * variable`` over the terms >= bound."""
        self._add(name, terms, pulp.LpConstraintGE, bound)

    def at_most(self, name: str, terms: Iterable[Term], bound: float) -> None:
        """Add the rule: sum of ``factor * variable`` over the terms <= bound."""
        self._add(name, terms, pulp.LpConstraintLE, bound)

    def equal(self, name: str, terms: Iterable[Term], value: float) -> None:
        """Add the rule: sum of ``factor * variable`` over the terms == value."""
        self._add(name, terms, pulp.LpConstraintEQ, value)

    def _add(self, name: str, terms: Iterable[Term], sense: int, bound: float) -> None:
        variables = self._variables
        expression = pulp.LpAffineExpression([(variables[v], float(f)) for v, f in terms])
        rule = pulp.LpConstraint(expression, sense, rhs=float(bound))
        self._problem.addConstraint(rule, new_name(name, self._rule_names))
        self._rows[name] = len(self._senses)
        self._senses.append(sense)
        self._bounds.append(float(bound))

    @property
    def size(self) -> int:
        """Number of variables."""
        return len(self._variables)

    def write(self, path: Path) -> None:
        """Write the program in LP format, for a person to read."""
        self._state_objective()
        self._problem.writeLP(str(path))

    def solve(
        self,
        method: Method = "simplex",
        *,
        gap: float = 1e-4,
        nodes: int = 2**31 - 1,
        stop: Callable[[], bool] | None = None,
    ) -> Status:
        """Solve and say how it ended.

        "simplex" starts from the last basis, and so does "primal", which is faster where costs have
        changed; "interior" starts afresh, walks through the inside and ends at a corner all the
        same: faster for a large program met for the first time.
        "inside" is content with a point near the best, not a corner: faster still, for a bound.
        "whole" searches for whole values of the variables that are to be so, until it is within
        ``gap`` of the bound or has searched ``nodes``. ``stop`` is asked all the while, and ends
        any solve: it has then ended "stopped", with values where "whole" has found any.
        """
        if self._solver is None:
            self._prepare()
        solver = self._solver
        solver.setOptionValue("solver", _SOLVER[method])
        solver.setOptionValue("run_crossover", "off" if method == "inside" else "on")
        solver.setOptionValue("simplex_strategy", _PRIMAL if method == "primal" else _DUAL)
        self._want_whole(method == "whole")
        if method == "whole":
            solver.setOptionValue("mip_rel_gap", gap)
            solver.setOptionValue("mip_abs_gap", 1e-6)
            solver.setOptionValue("mip_max_nodes", nodes)
        self._run(stop)
        status = _STATUS.get(solver.getModelStatus().name, Status.STOPPED)
        found = method == "whole" and solver.getInfo().primal_solution_status == _FEASIBLE
        if status is Status.OPTIMAL or found:
            self._values = np.asarray(solver.getSolution().col_value)[self._order]
            self.objective = float(solver.getObjectiveValue())
        return status

    def _run(self, stop: Callable[[], bool] | None) -> None:
        """Run the solver, which asks now and then whether to stop."""
        if stop is None:
            self._solver.run()
            return
        calls = [0]

        def ask(event: Any) -> None:  # noqa: ANN401 - the solver has no types
            calls[0] += 1
            if calls[0] % _ASKED_EVERY == 0 and stop():
                event.interrupt()

        asked = ("cbSimplexInterrupt", "cbIpmInterrupt", "cbMipInterrupt")
        for name in asked:
            getattr(self._solver, name).subscribe(ask)
        try:
            self._solver.run()
        finally:
            for name in asked:
                getattr(self._solver, name).unsubscribe(ask)

    def search(
        self,
        held: npt.NDArray[np.int64],
        whole: npt.NDArray[np.int64],
        *,
        nodes: int,
        gap: float = 0.0,
        stop: Callable[[], bool] | None = None,
    ) -> bool:
        """Look for a better answer near the last one and return whether there is one.

        It ends after so many ``nodes`` of the search tree, or within ``gap`` of the best, in units
        of the objective.

        Variables ``held`` stay at their values; those among ``whole`` get whole values. The last
        answer must be one itself, whole values included. Where none is better, values and objective
        stay.
        """
        solver, before, values = self._solver, self.objective, self._values.copy()
        columns = self._order[held].astype(np.int32)
        program = solver.getLp()
        limits = np.asarray(program.col_lower_)[columns], np.asarray(program.col_upper_)[columns]
        solver.changeColsBounds(len(columns), columns, values[held], values[held])
        kinds = self._order[whole].astype(np.int32)
        solver.changeColsIntegrality(len(kinds), kinds, np.ones(len(kinds), dtype=np.uint8))
        start = _solution(values, self._order)
        solver.setOptionValue("solver", "choose")
        solver.setOptionValue("mip_rel_gap", 1e-4)
        solver.setOptionValue("mip_abs_gap", gap)
        solver.setOptionValue("mip_max_nodes", nodes)
        solver.setSolution(start)
        self._run(stop)
        found = solver.getInfo().primal_solution_status == _FEASIBLE
        better = found and float(solver.getObjectiveValue()) < before - _WORTH * abs(before)
        if better:
            self._values = np.asarray(solver.getSolution().col_value)[self._order]
            self.objective = float(solver.getObjectiveValue())
        solver.changeColsIntegrality(len(kinds), kinds, np.zeros(len(kinds), dtype=np.uint8))
        solver.changeColsBounds(len(columns), columns, *limits)
        return better

    def _prepare(self) -> None:
        """Hand the program to the solver."""
        self._state_objective()
        highs = pulp.HiGHS(msg=False, threads=1)
        highs.createAndConfigureSolver(self._problem)
        highs.buildSolverModel(self._problem)
        self._solver = self._problem.solverModel
        self._order = np.array([v.index for v in self._variables if v is not None])
        costs = dict(self._costs)
        self._cost_array = np.array([costs.get(v, 0.0) for v in self._variables])

    def _want_whole(self, wanted: bool) -> None:
        if self._whole:
            columns = self._order[np.concatenate(self._whole)].astype(np.int32)
            kinds = np.full(len(columns), int(wanted), dtype=np.uint8)
            self._solver.changeColsIntegrality(len(columns), columns, kinds)

    def add_columns(self, costs: FloatArray, rows: Sequence[IntArray]) -> IntArray:
        """Return the numbers of new variables from 0 up, each once in the rules with its numbers.

        They are known to the solver alone, so the next solve starts from the last corner; a program
        that is written does not have them.
        """
        if self._solver is None:
            self._prepare()
        count, first = len(rows), self._solver.getNumCol()
        starts = np.cumsum([0, *(len(r) for r in rows)])[:-1].astype(np.int32)
        places = np.concatenate([np.empty(0, np.int32), *rows]).astype(np.int32)
        self._solver.addCols(
            count,
            np.asarray(costs, dtype=np.float64),
            np.zeros(count),
            np.full(count, highspy.kHighsInf),
            len(places),
            starts,
            places,
            np.ones(len(places)),
        )
        numbers = np.arange(self.size, self.size + count)
        self._order = np.append(self._order, np.arange(first, first + count))
        self._cost_array = np.append(self._cost_array, costs)
        self._variables += [None] * count
        return numbers

    def dual_bound(self, most: float) -> float:
        """Return what no answer can cost less than, by the last solution's duals.

        It holds whether or not these are the best: each rule times its dual is added up, and what
        is then left of a variable's cost counts at the end of its range that is cheaper.

        Parameters
        ----------
        most
            A number that no variable without an upper limit need ever pass.
        """
        self._solver.ensureColwise()
        program = self._solver.getLp()
        duals = np.asarray(self._solver.getSolution().row_dual)
        low, high = np.asarray(program.row_lower_), np.asarray(program.row_upper_)
        side = np.where(duals > 0, low, high)
        duals, side = np.where(np.isfinite(side), (duals, side), 0.0)
        matrix = program.a_matrix_
        columns = np.repeat(np.arange(program.num_col_), np.diff(matrix.start_))
        parts = np.asarray(matrix.value_) * duals[np.asarray(matrix.index_)]
        left = np.asarray(program.col_cost_) - np.bincount(columns, parts, program.num_col_)
        top = np.minimum(np.asarray(program.col_upper_), most)
        end = np.where(left > 0, np.asarray(program.col_lower_), top)
        return float(program.offset_ + duals @ side + left @ end)

    def values(self, variables: npt.NDArray[np.int64]) -> FloatArray:
        """Return the variables' values in the last optimal solution, in the shape given."""
        return np.asarray(self._values[variables])

    def cost_of(self, variables: npt.NDArray[np.int64]) -> float:
        """Return what some variables, given once each, add to the objective."""
        return float(self._cost_array[variables] @ self._values[variables])

    def fix(self, variables: npt.NDArray[np.int64], values: npt.NDArray[Any]) -> None:
        """Hold variables at values in the solves to come."""
        self.bound(variables, values, values)

    def bound(
        self,
        variables: npt.NDArray[np.int64],
        low: npt.NDArray[Any],
        high: npt.NDArray[Any],
    ) -> None:
        """Set the limits of variables in the solves to come; all arrays of one shape."""
        if self._solver is None:
            self._prepare()
        columns = self._order[variables.ravel()].astype(np.int32)
        limits = (np.asarray(limit, dtype=np.float64).ravel() for limit in (low, high))
        self._solver.changeColsBounds(len(columns), columns, *limits)

    def set_costs(self, variables: IntArray, costs: FloatArray) -> None:
        """Set what variables cost in the solves to come."""
        columns = self._order[variables].astype(np.int32)
        self._cost_array[variables] = costs
        self._solver.changeColsCost(len(columns), columns, np.asarray(costs, dtype=np.float64))

    def rows(self, names: Sequence[str]) -> IntArray:
        """Return the numbers of rules, in the order of their adding, by name; -1 for none."""
        return np.array([self._rows.get(name, -1) for name in names], dtype=np.int64)

    def set_rules(self, rows: IntArray, bounds: FloatArray) -> None:
        """Set the right-hand sides of rules, by number, in the solves to come."""
        for row, bound in zip(rows, bounds, strict=True):
            sense = self._senses[row]
            low = -np.inf if sense == pulp.LpConstraintLE else bound
            high = np.inf if sense == pulp.LpConstraintGE else bound
            self._solver.changeRowBounds(int(row), low, high)
            self._bounds[row] = float(bound)

    def bounds_of(self, rows: IntArray) -> FloatArray:
        """Return the right-hand sides of rules."""
        return np.array(self._bounds)[rows]

    def activity(self, rows: IntArray) -> FloatArray:
        """Return the left-hand sides of rules in the last solution."""
        return np.asarray(self._solver.getSolution().row_value)[rows]

    def duals(self, rows: IntArray) -> FloatArray:
        """Return what one more on the right-hand side of rules adds to the objective.

        They are the last solution's, and mean something where nothing was searched for whole.
        """
        return np.asarray(self._solver.getSolution().row_dual)[rows]

    def reduced_costs(self, variables: IntArray) -> FloatArray:
        """Return what one more of a variable that is at a limit adds to the objective."""
        reduced = np.asarray(self._solver.getSolution().col_dual)
        return np.asarray(reduced[self._order[variables]])

    def basis(self) -> object:
        """Return the corner at which the last solve ended, to start from again."""
        return self._solver.getBasis()

    def start_from(self, basis: object) -> None:
        """Start the next solve from a corner that an earlier one ended at."""
        self._solver.setBasis(basis)

    def _state_objective(self) -> None:
        self._problem.setObjective(pulp.LpAffineExpression(self._costs))


#: HiGHS's own words: "choose" alone minds whole values.
_SOLVER = dict.fromkeys(("simplex", "primal"), "simplex")
_SOLVER |= {"interior": "ipm", "inside": "ipm", "whole": "choose"}
_DUAL, _PRIMAL = 1, 4
_FEASIBLE = 2
_ASKED_EVERY = 20  # calls of the solver's, several a millisecond
_WORTH = 1e-7  # of the objective: less is no better answer


def _solution(values: FloatArray, order: npt.NDArray[np.int64]) -> highspy.HighsSolution:
    """Return values as a solution to start from, in the solver's own order of columns."""
    start = highspy.HighsSolution()
    columns = np.empty(len(values))
    columns[order] = values
    start.col_value = columns.tolist()
    return start


_STATUS = dict.fromkeys(("kInfeasible", "kUnboundedOrInfeasible"), Status.INFEASIBLE)
_STATUS |= {"kOptimal": Status.OPTIMAL, "kUnbounded": Status.UNBOUNDED}
