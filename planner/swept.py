"""A sweep: what is varied, what came out of each task, and of each point over all its tasks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from planner.outcome import Outcome, Service

Status = Literal["done", "refused", "failed"]

MEETS = 0.9
"""Share of a point's paths on which every promise must be kept, for the point to count as good."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that is varied, with the values that it takes.

    Parameters
    ----------
    name
        Its path in the scenario, such as ``pools.paris.agents``; or ``variants``.
    labels
        The values as they were written, in order.
    texts
        What each value is applied as: a variant's name, or ``PATH=VALUE``; "" changes nothing.
    """

    name: str
    labels: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What came out of one task: a plan's outcome, or why there is none.

    ``number`` is the task's: the point's number times the paths there are, plus the path's.
    ``refused`` is a scenario with a fault, ``failed`` a fault of the program or a worker that died.
    """

    number: int
    status: Status
    outcome: Mapping[str, Any] | None = None
    message: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure over the paths: mean and the quantiles 0.1 and 0.9; all alike without paths.

    Examples
    --------
    >>> spread_of([1.0, 2.0, 3.0])
    Spread(mean=2.0, p10=1.2, p90=2.8)
    """

    mean: float
    p10: float
    p90: float


@dataclass(frozen=True, slots=True)
class Point:
    """One combination of values, and what came out of it.

    Parameters
    ----------
    number
        From 0, in the order of the cross product.
    values
        A label for each axis.
    status
        ``done`` where every task has a plan; otherwise what keeps it from that, ``failed`` before
        ``refused``, and ``missing`` where a task was not run.
    message
        Why there is no plan.
    outcomes
        Of its tasks with a plan, in the order of the paths.
    """

    number: int
    values: tuple[str, ...]
    status: Literal["done", "refused", "failed", "missing"]
    message: str
    outcomes: tuple[Outcome, ...]

    @property
    def name(self) -> str:
        """The values as one reads them."""
        return ", ".join(self.values)

    @property
    def cost(self) -> Spread:
        """What all pools cost."""
        return spread_of([one.cost for one in self.outcomes])

    @property
    def paid_hours(self) -> Spread:
        """Paid hours of all pools."""
        return spread_of([one.paid_hours for one in self.outcomes])

    @property
    def understaffing_hours(self) -> Spread:
        """Hours missing in all."""
        return spread_of([one.understaffing_hours for one in self.outcomes])

    @property
    def service(self) -> Spread:
        """Share answered in time over all queues that promise one, contacts weighing."""
        return spread_of([service_of(one.queues) for one in self.outcomes])

    def channel(self, name: str) -> Spread:
        """Return the share answered in time of a channel, NaN where there is none such."""
        return spread_of(
            [service_of([c for c in one.channels if c.name == name]) for one in self.outcomes]
        )

    @property
    def share_kept(self) -> float:
        """Share of the paths on which every queue gets what it was promised."""
        return sum(one.promises_met for one in self.outcomes) / max(len(self.outcomes), 1)

    @property
    def meets(self) -> bool:
        """Whether the promises are kept: on nine of ten paths, where there are paths."""
        return self.status == "done" and self.share_kept >= MEETS


@dataclass(frozen=True, slots=True)
class Swept:
    """A sweep with everything that came out of it; the same whatever order it ran in.

    ``paths`` is the number of demand paths that each point is planned for, 0 for its forecast.
    """

    title: str
    currency: str
    first_day: str
    days: int
    identity: str
    axes: tuple[Axis, ...]
    paths: int
    points: tuple[Point, ...]

    @property
    def done(self) -> tuple[Point, ...]:
        """The points with a plan on every path."""
        return tuple(point for point in self.points if point.status == "done")

    @property
    def channels(self) -> tuple[str, ...]:
        """Channels of all points, in the order in which they first come."""
        found = (c.name for point in self.points for one in point.outcomes for c in one.channels)
        return tuple(dict.fromkeys(found))

    @property
    def good(self) -> tuple[Point, ...]:
        """The points that keep their promises, the cheapest first."""
        return tuple(sorted((p for p in self.done if p.meets), key=lambda p: p.cost.mean))

    @property
    def frontier(self) -> tuple[Point, ...]:
        """The points than which no other is both cheaper and better, the cheapest first."""
        return frontier_of(self.done)


def frontier_of(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the points of mean cost and mean service that no other beats in one without the other.

    A point is beaten by one that costs no more and serves no worse, and is strictly better in one
    of them; points alike in both stay together. Those without service are left out.
    """
    known = [p for p in points if not math.isnan(p.service.mean)]
    rows = [(round(p.cost.mean, 2), -round(p.service.mean, 4), p.number, p) for p in known]
    kept: list[Point] = []
    best: tuple[float, float] | None = None
    for cost, loss, _, point in sorted(rows, key=lambda row: row[:3]):
        if best is None or loss < best[1] or (cost, loss) == best:
            kept.append(point)
            best = (cost, loss)
    return tuple(kept)


def spread_of(values: Sequence[float]) -> Spread:
    """Return the mean and the quantiles 0.1 and 0.9 of some values, NaN of none."""
    if not values:
        return Spread(math.nan, math.nan, math.nan)
    low, high = np.quantile(values, [0.1, 0.9])
    return Spread(float(np.mean(values)), float(low), float(high))


def service_of(parts: Sequence[Service]) -> float:
    """Return the share answered in time of those that promise one, contacts weighing; else NaN."""
    told = [p for p in parts if not (math.isnan(p.promised) or math.isnan(p.service_level))]
    contacts = sum(p.contacts for p in told)
    if not contacts > 0:
        return math.nan
    return sum(p.contacts * p.service_level for p in told) / contacts
