"""What a program says of its costs and limits, taken down without the program itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.solver import Program, Term

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Question:
    """Numbers that may change while a program keeps its shape.

    Parameters
    ----------
    costs, uppers
        Of every variable recorded, in the order of their adding.
    limits
        Right-hand sides of every rule recorded.
    """

    costs: FloatArray
    uppers: FloatArray
    limits: FloatArray

    def as_limited_as(self, other: Question) -> bool:
        """Return whether an answer to the one is allowed by the other."""
        alike = np.array_equal(self.limits, other.limits)
        return alike and np.array_equal(self.uppers, other.uppers)

    def costs_as(self, other: Question) -> bool:
        """Return whether everything costs alike."""
        return np.array_equal(self.costs, other.costs)


class Recorded(Program):
    """Takes down what would be a program: to see which numbers another price changes.

    Examples
    --------
    >>> asked = []
    >>> for price in (2.0, 3.0):
    ...     record = Recorded()
    ...     loaves = record.variables("loaves", ["small", "large"], cost=[1.0, price])
    ...     record.at_least("guests", [(loaves[0], 1.0), (loaves[1], 2.0)], 10.0)
    ...     asked.append(record)
    >>> asked[0].shape == asked[1].shape
    True
    >>> asked[1].question().costs.tolist(), asked[1].question().limits.tolist()
    ([1.0, 3.0], [10.0])
    """

    def __init__(self) -> None:
        self._count = 0
        self._costs_of: list[FloatArray] = []
        self._uppers_of: list[FloatArray] = []
        self._limits: list[float] = []
        self._keys: list[tuple[str, tuple[str, ...], bool]] = []
        self._said: list[tuple[str, int, int]] = []

    def variables(
        self,
        prefix: str,
        keys: Sequence[str],
        *,
        cost: float | Sequence[float] | FloatArray = 0.0,
        upper: Sequence[float] | FloatArray | None = None,
        whole: bool = False,
    ) -> IntArray:
        """Return the numbers that the variables would have, see ``Program.variables``."""
        first = self._count
        self._count += len(keys)
        if len(keys):
            self._keys.append((prefix, tuple(keys), whole))
            self._costs_of.append(np.array(np.broadcast_to(cost, len(keys)), dtype=np.float64))
            limits = np.inf if upper is None else upper
            self._uppers_of.append(np.array(np.broadcast_to(limits, len(keys)), dtype=np.float64))
        return np.arange(first, self._count)

    def _add(self, name: str, terms: Iterable[Term], sense: int, bound: float) -> None:
        self._said.append((name, sense, hash(tuple((int(v), float(f)) for v, f in terms))))
        self._limits.append(float(bound))

    @property
    def shape(self) -> tuple[object, object]:
        """Everything but the numbers that may change: variables by name, rules with their terms."""
        return self._keys, self._said

    def question(self) -> Question:
        """Return the numbers that may change."""
        costs, uppers = np.concatenate(self._costs_of), np.concatenate(self._uppers_of)
        return Question(costs, uppers, np.array(self._limits))

    def rows_in(self, program: Program) -> IntArray:
        """Return the numbers that the rules have in a program that adds them too."""
        return program.rows([name for name, _, _ in self._said])

    def numbers_in(self, program: Program) -> IntArray:
        """Return the numbers that the variables have in a program that adds them too."""
        return np.concatenate([program.block(prefix, keys[0]) for prefix, keys, _ in self._keys])
