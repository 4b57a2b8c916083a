"""Several demand paths to plan against at once, and what a plan costs on each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.demand import Demand

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Several:
    """Demand paths, equally likely, and how much the worst of them weigh.

    Parameters
    ----------
    demands
        The demand on each path, all of the same queues and intervals.
    worst
        Share of the paths that are the worst, in (0, 1].
    weight
        Weight of the mean cost of the worst share, in [0, 1]; the mean cost of all has the rest.
    """

    demands: tuple[Demand, ...]
    worst: float = 0.2
    weight: float = 0.0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` with everything that is wrong."""
        faults = []
        if not self.demands:
            faults.append("demands must be one or more, got none")
        shapes = {(demand.positions.shape, demand.queues) for demand in self.demands}
        if len(shapes) > 1:
            faults.append("demands must be of the same queues and intervals, got others")
        if not 0 < self.worst <= 1:
            faults.append(f"worst must be in (0, 1], a fraction, got {self.worst}")
        if not 0 <= self.weight <= 1:
            faults.append(f"weight must be in [0, 1], a fraction, got {self.weight}")
        if faults:
            raise ValueError("; ".join(faults))

    @property
    def mean_weight(self) -> float:
        """Weight of the mean cost: never quite nothing, so that no path wastes what it need not."""
        return max(1.0 - self.weight, 1e-3)


@dataclass(frozen=True, slots=True)
class PathCosts:
    """What a plan costs on each of several demand paths; arrays are of R paths and W weeks.

    What is decided ahead is the same on all paths; the rest is chosen on each, heads in fractions.

    Parameters
    ----------
    contacts
        Contacts that arrive ``[R, W]``.
    cost, cost_of_middle
        The cost of this plan, and of the one that staffs the middle of the forecast alone, missing
        positions at their price ``[R, W]``.
    cost_in_fractions
        The cost of this plan before its heads decided ahead are made whole ``[R, W]``.
    shortage_hours
        Position hours missing on the line ``[R, W]``.
    later_hours
        Paid hours decided once demand is known ``[R, P, W]``: overtime, and all hours of a pool
        decided on the day.
    unhandled
        Contacts paid by a commitment, not handled ``[R, P, W]``.
    worst, weight
        As asked, see ``Several``.
    """

    contacts: FloatArray
    cost: FloatArray
    cost_of_middle: FloatArray
    cost_in_fractions: FloatArray
    shortage_hours: FloatArray
    later_hours: FloatArray
    unhandled: FloatArray
    worst: float
    weight: float

    @property
    def expected(self) -> float:
        """Mean cost of the plan over the paths."""
        return float(self.cost.sum(axis=1).mean())

    @property
    def in_the_worst(self) -> float:
        """Mean cost of the plan over the worst share of the paths."""
        return worst_mean(self.cost.sum(axis=1), self.worst)

    @property
    def expected_of_middle(self) -> float:
        """Mean cost over the paths of the plan that staffs the middle alone."""
        return float(self.cost_of_middle.sum(axis=1).mean())

    @property
    def in_the_worst_of_middle(self) -> float:
        """Mean cost over its worst share of the paths of the plan that staffs the middle alone."""
        return worst_mean(self.cost_of_middle.sum(axis=1), self.worst)

    @property
    def saved(self) -> float:
        """What planning against the paths saves, mean and worst share at their weights."""
        return self._weighed(self.cost_of_middle) - self._weighed(self.cost)

    @property
    def gap(self) -> float:
        """How much more whole heads decided ahead cost than fractions, a share of the latter."""
        bound = self._weighed(self.cost_in_fractions)
        return (self._weighed(self.cost) - bound) / bound if bound > 0 else 0.0

    def _weighed(self, cost: FloatArray) -> float:
        """Return the mean of costs ``[R, W]`` over the paths and of the worst, at their weights."""
        totals = cost.sum(axis=1)
        worst = worst_mean(totals, self.worst)
        return (1.0 - self.weight) * float(totals.mean()) + self.weight * worst


def joined(weeks: Sequence[PathCosts]) -> PathCosts | None:
    """Return the costs of weeks one after the other; None where there are none."""
    if not weeks:
        return None
    return PathCosts(
        contacts=np.concatenate([week.contacts for week in weeks], axis=-1),
        cost=np.concatenate([week.cost for week in weeks], axis=-1),
        cost_of_middle=np.concatenate([week.cost_of_middle for week in weeks], axis=-1),
        cost_in_fractions=np.concatenate([week.cost_in_fractions for week in weeks], axis=-1),
        shortage_hours=np.concatenate([week.shortage_hours for week in weeks], axis=-1),
        later_hours=np.concatenate([week.later_hours for week in weeks], axis=-1),
        unhandled=np.concatenate([week.unhandled for week in weeks], axis=-1),
        worst=weeks[0].worst,
        weight=weeks[0].weight,
    )


def worst_mean(costs: FloatArray, worst: float) -> float:
    """Return the mean of the dearest share of equally likely costs, a path counted in part.

    Examples
    --------
    >>> worst_mean(np.array([1.0, 4.0, 2.0, 3.0]), 0.5)
    3.5
    >>> round(worst_mean(np.array([1.0, 4.0, 2.0, 3.0]), 0.3), 6)  # all of 4 and a fifth of 3
    3.833333
    """
    size = worst * len(costs)
    share = np.clip(size - np.arange(len(costs)), 0.0, 1.0)
    return float(np.sort(costs)[::-1] @ share / size)


def evenly_chosen(totals: FloatArray, count: int) -> IntArray:
    """Return the numbers of paths that stand for all: the middle ones of groups alike in size.

    The paths are sorted by their totals and cut into ``count`` groups of equal size.

    Raises
    ------
    ValueError
        Unless there are as many paths.

    Examples
    --------
    >>> evenly_chosen(np.array([30.0, 10.0, 50.0, 20.0, 60.0, 40.0]), 2).tolist()
    [3, 2]
    """
    if not 1 <= count <= len(totals):
        message = f"count must be from 1 to {len(totals)}, as many as there are paths, got {count}"
        raise ValueError(message)
    place = np.floor((np.arange(count) + 0.5) * len(totals) / count).astype(np.int64)
    return np.asarray(np.argsort(totals, kind="stable")[place])


def centred(paths: FloatArray, mean: FloatArray) -> FloatArray:
    """Return paths ``[R, ...]`` scaled so that they have a given mean everywhere.

    A few paths of many have a mean of their own, which nobody forecast.

    Examples
    --------
    >>> centred(np.array([[1.0, 0.0], [3.0, 0.0]]), np.array([4.0, 1.0])).tolist()
    [[2.0, 1.0], [6.0, 1.0]]
    """
    own = paths.mean(axis=0)
    factor = np.divide(mean, own, out=np.ones_like(own), where=own > 0)
    return np.where(own > 0, paths * factor, mean)
