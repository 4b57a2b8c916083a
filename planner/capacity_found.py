"""What a planner is told of capacity: the weeks, who is decided when, and what else it might be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from planner.scenario.model import Scenario
from staffing.capacity import CapacityPlan

FloatArray = npt.NDArray[np.float64]
Kind = Literal["class", "release", "order"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Something to decide by a day.

    Parameters
    ----------
    by
        The last day to decide it.
    kind, pool
        A class, a release or an order, and whose.
    amount
        People, or hours a week ordered.
    starts
        When the class begins, the people are gone, or the order holds.
    on_contacts
        When the class is on contacts.
    worth
        What one more place in the class would save; 0 where nothing.
    """

    by: dt.date
    kind: Kind
    pool: str
    amount: float
    starts: dt.date
    on_contacts: dt.date | None = None
    worth: float = 0.0


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The same weeks with other heads: money, and position hours missing."""

    money: float
    missing_hours: float


@dataclass(frozen=True, slots=True)
class Capacity:
    """A centre's capacity over many weeks.

    Parameters
    ----------
    scenario
        The question, its horizon that of the weeks.
    weeks
        First day of each week ``[W]``.
    plan
        What is decided.
    deferred
        Whether each queue's work may wait ``[Q]``.
    service
        Share answered in time of queues on the line, share done of work that may wait ``[Q, W]``;
        NaN where no contacts come.
    fit_weeks
        The typical weeks in which the loss from shifts was measured, each with its factor.
    decisions
        In order of the day to decide them.
    nothing
        With nobody hired and nobody let go.
    peak
        With the busiest week's heads there all the time.
    notes
        What is assumed, and what to know of the forecast.
    """

    scenario: Scenario
    weeks: tuple[dt.date, ...]
    plan: CapacityPlan
    deferred: npt.NDArray[np.bool_]
    service: FloatArray
    fit_weeks: tuple[tuple[dt.date, float], ...]
    decisions: tuple[Decision, ...]
    nothing: Otherwise
    peak: Otherwise
    notes: tuple[str, ...]

    @property
    def missing_by_week(self) -> FloatArray:
        """Position hours missing of all queues, ``[W]``."""
        return np.asarray(self.plan.missing.sum(axis=0))

    @property
    def worst_week(self) -> int:
        """Number of the week in which most is missing of what is needed."""
        need = np.maximum(self.plan.question.need.sum(axis=0), 1e-9)
        return int(np.argmax(self.missing_by_week / need))


def total_service(found: Capacity) -> tuple[FloatArray, FloatArray]:
    """Return what is answered in time on the line, and done of what may wait, ``[W]`` each.

    Contacts weigh; NaN where no such contacts come.
    """
    return _mean(found, ~found.deferred), _mean(found, found.deferred)


def _mean(found: Capacity, which: npt.NDArray[np.bool_]) -> FloatArray:
    contacts = found.plan.question.contacts[which]
    whole = contacts.sum(axis=0)
    reached = np.nan_to_num(found.service[which] * contacts).sum(axis=0)
    mean = np.full(len(whole), np.nan)
    np.divide(reached, whole, out=mean, where=whole > 0)
    return mean
