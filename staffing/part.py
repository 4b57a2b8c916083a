"""A part of a larger program: rules written for a program of their own, stated within another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from staffing.solver import FloatArray, Program, Term


class Part(Program):
    """Variables and rules of a larger program, their names beginning with the part's.

    What the part costs counts by a ``share`` in the whole; ``cost_of`` tells it in full.

    Parameters
    ----------
    whole
        The program that is solved.
    name
        What names begin with.
    share
        Factor on the part's costs in the whole's objective.
    costs
        Costs by number of variables of the whole that the part uses too, in full.

    Examples
    --------
    Bread is baked before anyone knows whether it rains; guests come or not:

    >>> whole = Program("bakery")
    >>> bread = whole.variables("bread", ["loaves"], cost=1.0)
    >>> parts = [Part(whole, name, 0.5) for name in ("rain", "sun")]
    >>> for part, guests in zip(parts, [2.0, 10.0]):
    ...     sold_out = part.variables("sold", ["out"], cost=3.0)
    ...     part.at_least("guests", [(bread[0], 1.0), (sold_out[0], 1.0)], guests)
    >>> whole.solve().value, whole.values(bread).tolist(), whole.objective
    ('optimal', [10.0], 10.0)
    """

    def __init__(
        self, whole: Program, name: str, share: float, costs: Mapping[int, float] | None = None
    ) -> None:
        self._all, self._name, self._share = whole, name, share
        self._shared = dict(costs or {})
        self._own: dict[int, float] = {}

    def variables(
        self,
        prefix: str,
        keys: Sequence[str],
        *,
        cost: float | Sequence[float] | FloatArray = 0.0,
        upper: Sequence[float] | FloatArray | None = None,
        whole: bool = False,
    ) -> npt.NDArray[np.int64]:
        """Return the numbers of new variables of the whole, see ``Program.variables``."""
        each = np.broadcast_to(np.asarray(cost, dtype=float), len(keys))
        name = f"{self._name}_{prefix}"
        cost = self._share * each
        numbers = self._all.variables(name, keys, cost=cost, upper=upper, whole=whole)
        self._own.update(zip(numbers.tolist(), each.tolist(), strict=True))
        return numbers

    def at_least(self, name: str, terms: Iterable[Term], bound: float) -> None:
        """Add a rule to the whole, see ``Program.at_least``."""
        self._all.at_least(f"{self._name}_{name}", terms, bound)

    def at_most(self, name: str, terms: Iterable[Term], bound: float) -> None:
        """Add a rule to the whole, see ``Program.at_most``."""
        self._all.at_most(f"{self._name}_{name}", terms, bound)

    def equal(self, name: str, terms: Iterable[Term], value: float) -> None:
        """Add a rule to the whole, see ``Program.equal``."""
        self._all.equal(f"{self._name}_{name}", terms, value)

    def values(self, variables: npt.NDArray[np.int64]) -> FloatArray:
        """Return variables' values in the whole's last optimal solution, in the shape given."""
        return self._all.values(variables)

    def bound(
        self,
        variables: npt.NDArray[np.int64],
        low: npt.NDArray[Any],
        high: npt.NDArray[Any],
    ) -> None:
        """Set limits of variables in the whole's solves to come, see ``Program.bound``."""
        self._all.bound(variables, low, high)

    def cost_of(self, variables: npt.NDArray[np.int64]) -> float:
        """Return what some of the part's variables, given once each, cost it in full."""
        known = self._shared | self._own
        each = np.array([known[int(v)] for v in variables])
        return float(each @ self.values(variables)) if len(each) else 0.0

    @property
    def cost(self) -> float:
        """What the last solution costs the part in full, variables that it shares included."""
        return self.cost_of(np.array([*self._shared, *self._own], dtype=np.int64))

    def own_terms(self) -> list[Term]:
        """Return what the part's own variables cost, as a rule's terms."""
        return [(v, cost) for v, cost in self._own.items() if cost]
