"""A plan added up: by queue, market, channel, day and hour, for the summary and the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.export.axes import QueueAxis, by_local_day, queue_axes
from planner.export.wording import event_name
from planner.inputs import period_number
from staffing.queues import Promise, Target
from staffing.requirement import over_period

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.plan import Plan
    from staffing.queues import Queue

MISSED = -5e-4  # a promise missed by less is kept: what is shown is rounded
NOTICED_HOURS = 0.05  # fewer hours missing are none: they would be shown as 0.0
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
    deferred
        Whether the queue's work may wait, ``[Q]``.
    contacts, in_time, answered
        Contacts, those answered in time, and those answered at all, per queue and local day,
        ``[Q, D]``. Work that may wait is answered on the day that it is done, what waits when the
        horizon begins included.
    short_hours
        Hours of missing positions per queue and local day, ``[Q, D]``; of work that may wait, the
        hours that fall overdue.
    over
        Whether the share is promised in the interval, or over the day or week, ``[Q]``.
    week
        Number of each local day's week, Monday to Sunday, ``[D]``.
    """

    axes: tuple[QueueAxis, ...]
    promised: FloatArray
    deferred: npt.NDArray[np.bool_]
    contacts: FloatArray
    in_time: FloatArray
    answered: FloatArray
    short_hours: FloatArray
    over: tuple[str, ...]
    week: IntArray

    @property
    def service_level(self) -> FloatArray:
        """Share answered in time per queue and local day, NaN without contacts, ``[Q, D]``."""
        return ratio(self.in_time, self.contacts)

    def judged_level(self, queue: int) -> FloatArray | None:
        """Return the share that a queue's promise is judged by on each local day, ``[D]``.

        That of the day or week over which it was promised; None where promised in every interval.
        """
        over = self.over[queue]
        if over == "interval":
            return None
        period = self.week if over == "week" else np.arange(len(self.week))
        in_time, contacts = (
            np.bincount(period, values[queue])[period] for values in (self.in_time, self.contacts)
        )
        return ratio(in_time, contacts)

    def kept(self, queue: int) -> npt.NDArray[np.bool_] | None:
        """Return on which local days a promise over the day or week is kept; None: see there."""
        level = self.judged_level(queue)
        return None if level is None else ~(level - self.promised[queue] < MISSED)

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
        told = self.promised[chosen][weights > 0]
        total = np.array(contacts.sum())
        return Outcome(
            contacts=float(total),
            service_level=float(ratio(self.in_time[chosen].sum(), total)),
            promised=float(ratio((weights * promised).sum(), weights.sum())),
            promises=(float(told.min()), float(told.max())) if len(told) else (np.nan, np.nan),
            answered=float(self.answered[chosen].sum()),
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
    """What some queues were promised and get: contacts, shares as fractions, hours missing.

    ``promised`` is the mean over their contacts, ``promises`` the lowest and the highest of them.
    """

    contacts: float
    service_level: float
    promised: float
    promises: tuple[float, float]
    answered: float
    short_hours: float

    @property
    def mixed(self) -> bool:
        """Whether different shares are promised, so that nobody promised their mean."""
        lowest, highest = self.promises
        return highest - lowest > 1e-9

    @property
    def lost(self) -> float:
        """Contacts that are never answered, of queues answered at once."""
        return max(self.contacts - self.answered, 0.0)


def digest(plan: Plan) -> Digest:
    """Return the sums of a plan."""
    axes = queue_axes(plan.scenario, plan.times, plan.days, plan.interval_s)
    seen = plan.projection
    in_time = np.nan_to_num(seen.service_level) * seen.contacts
    deferred = np.array([queue.deferred for queue in plan.queues])
    stayed = seen.contacts * (1 - np.nan_to_num(seen.abandonment))
    answered = np.where(deferred[:, None], seen.answered, stayed)
    short = plan.allocation.understaffing * (plan.interval_s / 3600)
    return Digest(
        axes=axes,
        promised=np.array([promised_share(queue) for queue in plan.queues]),
        deferred=deferred,
        contacts=_daily(seen.contacts, axes, len(plan.days)),
        answered=_daily(answered, axes, len(plan.days)),
        in_time=_daily(in_time, axes, len(plan.days)),
        short_hours=_daily(short, axes, len(plan.days)),
        over=tuple(promised_over(queue) for queue in plan.queues),
        week=period_number(np.arange(len(plan.days)), "week", plan.days[0]),
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


def promised_over(queue: Queue) -> str:
    """Return whether a share is promised in the interval, or over the day or week.

    Examples
    --------
    >>> from staffing.queues import Queue, Target
    >>> promised_over(Queue("phone", Target(0.8, 20, over="week")))
    'week'
    """
    target = queue.target
    return target.over if isinstance(target, Target) and over_period(target) else "interval"


def missing_hours(plan: Plan) -> tuple[float, float]:
    """Return the position hours missing on the line, and the hours of work that fall overdue."""
    deferred = np.array([queue.deferred for queue in plan.queues])
    hours = plan.allocation.understaffing.sum(axis=1) * plan.interval_s / 3600
    return float(hours[~deferred].sum()), float(hours[deferred].sum())


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


def notes_of(plan: Plan) -> tuple[str, ...]:
    """Return the plan's notes as sentences begin; names of queues and pools stay as they are."""
    named = {f"{queue.name}:": "Queue " for queue in plan.scenario.queues}
    named |= {f"{pool.name}:": "Pool " for pool in plan.scenario.pools}
    named |= {f"{event.name}:": f"{event_name(event.name)}:" for event in plan.scenario.events}
    told = []
    for note in plan.notes:
        subject = next((name for name in named if note.startswith(name)), "")
        if named.get(subject, "").endswith(":"):
            told.append(named[subject] + note.removeprefix(subject))
        else:
            told.append(named[subject] + note if subject else note[:1].upper() + note[1:])
    return tuple(told)


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
