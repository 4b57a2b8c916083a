"""Run a linear program: build it with readable names, solve it, fix a part, solve again."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pulp

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Term = tuple[int, float]
Method = Literal["simplex", "primal", "interior"]


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
        self._variables: list[pulp.LpVariable] = []
        self._costs: list[tuple[pulp.LpVariable, float]] = []
        self._variable_names: set[str] = set()
        self._rule_names: set[str] = set()
        self._blocks: dict[tuple[str, str], IntArray] = {}
        self._rules: dict[str, tuple[int, int]] = {}
        self._solver: Any = None
        self._values = np.empty(0)

    def variables(
        self,
        prefix: str,
        keys: Sequence[str],
        *,
        cost: float | Sequence[float] | FloatArray = 0.0,
        upper: Sequence[float] | FloatArray | None = None,
    ) -> npt.NDArray[np.int64]:
        """Return the numbers of new variables ``prefix_key``, each from 0 to its ``upper``."""
        first = len(self._variables)
        costs = np.broadcast_to(np.asarray(cost, dtype=float), len(keys))
        for k, key in enumerate(keys):
            bound = None if upper is None or not np.isfinite(upper[k]) else float(upper[k])
            name = new_name(f"{prefix}_{key}", self._variable_names)
            variable = self._problem.add_variable(name, 0, bound)
            self._variables.append(variable)
            if costs[k]:
                self._costs.append((variable, float(costs[k])))
        numbers = np.arange(first, len(self._variables))
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
        found = new_name(name, self._rule_names)
        self._problem.addConstraint(rule, found)
        self._rules[found] = (len(self._rules), sense)

    def write(self, path: Path) -> None:
        """Write the program in LP format, for a person to read."""
        self._state_objective()
        self._problem.writeLP(str(path))

    def solve(self, method: Method = "simplex") -> Status:
        """Solve and say how it ended.

        "simplex" starts from the last basis, and so does "primal", which suits changed costs as the
        former suits changed limits; "interior" starts afresh, walks through the inside
        and ends at a corner all the same: faster for a large program met for the first time.
        """
        if self._solver is None:
            self._state_objective()
            highs = pulp.HiGHS(msg=False, threads=1)
            highs.createAndConfigureSolver(self._problem)
            highs.buildSolverModel(self._problem)
            self._solver = self._problem.solverModel
            self._order = np.array([variable.index for variable in self._variables])
            costs = dict(self._costs)
            self._cost_array = np.array([costs.get(v, 0.0) for v in self._variables])
        solver = self._solver
        solver.setOptionValue("solver", "ipm" if method == "interior" else "simplex")
        solver.setOptionValue("simplex_strategy", _PRIMAL if method == "primal" else _DUAL)
        solver.run()
        status = _STATUS.get(solver.getModelStatus().name, Status.STOPPED)
        if status is Status.OPTIMAL:
            self._values = np.asarray(solver.getSolution().col_value)[self._order]
            self.objective = float(solver.getObjectiveValue())
        return status

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
        columns = self._order[variables.ravel()].astype(np.int32)
        limits = (np.asarray(limit, dtype=np.float64).ravel() for limit in (low, high))
        self._solver.changeColsBounds(len(columns), columns, *limits)

    def set_costs(self, variables: IntArray, costs: FloatArray) -> None:
        """Set what variables cost in the solves to come."""
        columns = self._order[variables].astype(np.int32)
        self._cost_array[variables] = costs
        self._solver.changeColsCost(len(columns), columns, np.asarray(costs, dtype=np.float64))

    def set_rules(self, names: Sequence[str], bounds: FloatArray) -> None:
        """Set the right-hand sides of rules, by name, in the solves to come."""
        for name, bound in zip(names, bounds, strict=True):
            row, sense = self._rules[name]
            low = -np.inf if sense == pulp.LpConstraintLE else bound
            high = np.inf if sense == pulp.LpConstraintGE else bound
            self._solver.changeRowBounds(row, low, high)

    def duals(self, names: Sequence[str]) -> FloatArray:
        """Return what the objective gains by one more on the right-hand side of rules, by name.

        They hold for the last solution of a program without whole variables.
        """
        rows = np.array([self._rules[name][0] for name in names], dtype=np.int64)
        return np.asarray(self._solver.getSolution().row_dual)[rows]

    def rules(self) -> tuple[str, ...]:
        """Return the names of the rules, in the order in which they were added."""
        return tuple(self._rules)

    def basis(self) -> object:
        """Return the corner at which the last solve ended, to start from again."""
        return self._solver.getBasis()

    def start_from(self, basis: object) -> None:
        """Start the next solve from a corner that an earlier one ended at."""
        self._solver.setBasis(basis)

    def _state_objective(self) -> None:
        self._problem.setObjective(pulp.LpAffineExpression(self._costs))


def new_name(name: str, taken: set[str]) -> str:
    """Return the name in the letters of the LP format, numbered where it is taken, and take it."""
    plain = found = re.sub(r"[^\w.]", "_", name.replace(":", "."))
    number = 1
    while found in taken:
        number += 1
        found = f"{plain}_{number}"
    taken.add(found)
    return found


#: HiGHS's numbers of its simplex methods.
_DUAL, _PRIMAL = 1, 4

_STATUS = {
    "kOptimal": Status.OPTIMAL,
    "kInfeasible": Status.INFEASIBLE,
    "kUnboundedOrInfeasible": Status.INFEASIBLE,
    "kUnbounded": Status.UNBOUNDED,
}
