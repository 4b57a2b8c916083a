"""A plan added up: by queue, market, channel, day and hour, for the summary and the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.export.axes import QueueAxis, by_local_day, queue_axes
from staffing.queues import Promise

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.plan import Plan
    from staffing.queues import Queue

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Digest:
    """Sums of a plan by queue and local day.

    Parameters
    ----------
    axes
        Where each queue's intervals lie.
    promised
        Share promised to be answered in time, ``[Q]``; NaN without such a promise.
    contacts, in_time
        Contacts, and those answered in time, per queue and local day, ``[Q, D]``.
    short_hours
        Hours of missing positions per queue and local day, ``[Q, D]``.
    """

    axes: tuple[QueueAxis, ...]
    promised: FloatArray
    contacts: FloatArray
    in_time: FloatArray
    short_hours: FloatArray

    @property
    def service_level(self) -> FloatArray:
        """Share answered in time per queue and local day, NaN without contacts, ``[Q, D]``."""
        return ratio(self.in_time, self.contacts)

    def queues(self, *, market: str | None = None, channel: str | None = None) -> IntArray:
        """Return the numbers of the queues of a market, a channel, or both."""
        chosen = [
            q
            for q, axis in enumerate(self.axes)
            if market in (None, axis.market) and channel in (None, axis.channel)
        ]
        return np.array(chosen, dtype=np.int64)

    def outcome(self, queues: Iterable[int]) -> Outcome:
        """Return what some queues were promised and get, weighted by their contacts."""
        chosen = np.array(list(queues), dtype=np.int64)
        contacts = self.contacts[chosen].sum(axis=1)
        bound = ~np.isnan(self.promised[chosen])
        weights = np.where(bound, contacts, 0.0)
        promised = np.where(bound, self.promised[chosen], 0.0)
        total = np.array(contacts.sum())
        return Outcome(
            contacts=float(total),
            service_level=float(ratio(self.in_time[chosen].sum(), total)),
            promised=float(ratio((weights * promised).sum(), weights.sum())),
            short_hours=float(self.short_hours[chosen].sum()),
        )

    @property
    def markets(self) -> tuple[str, ...]:
        """Markets, the one with the most contacts first."""
        return self._ranked([axis.market for axis in self.axes])

    @property
    def channels(self) -> tuple[str, ...]:
        """Channels, the one with the most contacts first."""
        return self._ranked([axis.channel for axis in self.axes])

    def _ranked(self, labels: list[str]) -> tuple[str, ...]:
        totals = dict.fromkeys(labels, 0.0)
        for label, contacts in zip(labels, self.contacts.sum(axis=1), strict=True):
            totals[label] += float(contacts)
        return tuple(sorted(totals, key=lambda label: -totals[label]))

    @property
    def peak_day(self) -> int:
        """Number of the local day with the most contacts."""
        return int(self.contacts.sum(axis=0).argmax())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What some queues were promised and get: contacts, shares as fractions, hours missing."""

    contacts: float
    service_level: float
    promised: float
    short_hours: float


def digest(plan: Plan) -> Digest:
    """Return the sums of a plan."""
    axes = queue_axes(plan.scenario, plan.times, plan.days, plan.interval_s)
    seen = plan.projection
    in_time = np.nan_to_num(seen.service_level) * seen.contacts
    short = plan.allocation.understaffing * (plan.interval_s / 3600)
    return Digest(
        axes=axes,
        promised=np.array([promised_share(queue) for queue in plan.queues]),
        contacts=_daily(seen.contacts, axes, len(plan.days)),
        in_time=_daily(in_time, axes, len(plan.days)),
        short_hours=_daily(short, axes, len(plan.days)),
    )


def promised_share(queue: Queue) -> float:
    """Return the share of contacts promised to be answered in time; NaN without such a promise.

    Examples
    --------
    >>> from staffing.queues import Queue, Target
    >>> promised_share(Queue("phone", Target(0.8, 20)))
    0.8
    """
    target = queue.target
    if isinstance(target, Promise):
        return target.share
    return np.nan if target.service_level is None else target.service_level


def understaffing_hours(plan: Plan) -> float:
    """Return the hours of positions missing over the whole plan."""
    return float(plan.allocation.understaffing.sum()) * plan.interval_s / 3600


def vendor_share(plan: Plan) -> float:
    """Return the share of handled contacts that vendors handle; 0 where nothing is handled."""
    handled = {"vendor": 0.0, "in_house": 0.0}
    for cost in plan.costs:
        handled[cost.kind] += cost.contacts
    total = sum(handled.values())
    return handled["vendor"] / total if total > 0 else 0.0


def total_cost(plan: Plan) -> float:
    """Return what all pools cost together, in the scenario's currency."""
    return float(sum(cost.cost for cost in plan.costs))


def ratio(part: npt.ArrayLike, whole: npt.ArrayLike) -> FloatArray:
    """Return part over whole, NaN where the whole is 0.

    Examples
    --------
    >>> ratio([1.0, 1.0], [2.0, 0.0]).tolist()
    [0.5, nan]
    """
    above, below = np.broadcast_arrays(np.asarray(part, np.float64), np.asarray(whole, np.float64))
    out = np.full(below.shape, np.nan)
    np.divide(above, below, out=out, where=below > 0)
    return out


def _daily(values: FloatArray, axes: tuple[QueueAxis, ...], days: int) -> FloatArray:
    return np.stack([by_local_day(values[q], axis, days) for q, axis in enumerate(axes)])
