"""What one interval gives to the day or week over which its queue's service is promised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from planner.export.steps import Place
from planner.export.wording import counted, percent
from planner.inputs import period_number
from staffing.erlang import service
from staffing.fewest import SLACK
from staffing.queues import Target
from staffing.requirement import BOUND_BY, over_period
from staffing.slowing import Slowing

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.plan import Plan

FloatArray = np.ndarray[tuple[int], np.dtype[np.float64]]

_WHOLE = 1e-5  # what is given has seven digits


def period_level(plan: Plan, place: Place, tries: npt.ArrayLike) -> FloatArray | None:
    """Return the share in time over the day or week, with so many positions in this interval.

    Parameters
    ----------
    plan, place
        The plan, and the interval in it; all others have the positions that they need.
    tries
        Numbers of positions.

    Returns
    -------
    ndarray or None
        One share for each number; None where the share is promised in every interval.
    """
    need, target = plan.requirement, plan.queues[place.queue].target
    if not (isinstance(target, Target) and over_period(target)) or target.over == "interval":
        return None
    rest = _in_period(plan, place, target)
    rest[place.interval] = False
    contacts = need.contacts[place.queue]
    others = _in_time(plan, place.queue, need.positions[place.queue][rest], rest).sum()
    offered = contacts[rest].sum() + contacts[place.interval]
    here = _in_time(plan, place.queue, tries, place.interval)
    return np.asarray((others + here) / max(offered, 1e-300))


def given_level(plan: Plan, place: Place) -> float | None:
    """Return the share in time over the day or week with the positions that the plan gives.

    A fraction of an agent is one who is there for that fraction of the time. None where the share
    is promised in every interval.
    """
    target = plan.queues[place.queue].target
    if not (isinstance(target, Target) and over_period(target)):
        return None
    at = _in_period(plan, place, target)
    given = np.asarray(plan.projection.positions[place.queue][at], np.float64)
    whole = np.floor(given + _WHOLE)
    low, high = (_in_time(plan, place.queue, whole + more, at) for more in (0.0, 1.0))
    in_time = low + np.maximum(given - whole, 0.0) * (high - low)
    return float(in_time.sum() / max(plan.requirement.contacts[place.queue][at].sum(), 1e-300))


def _in_period(plan: Plan, place: Place, target: Target) -> npt.NDArray[np.bool_]:
    """Return which intervals belong to the place's day or week, [I]."""
    over: Literal["day", "week"] = "week" if target.over == "week" else "day"
    number_of = period_number(place.axis.day, over, plan.days[0])
    inside = np.zeros(len(plan.times), np.bool_)
    inside[place.axis.inside] = True
    return np.asarray(inside & (number_of == number_of[place.interval]))


def _in_time(
    plan: Plan, q: int, positions: npt.ArrayLike, at: npt.NDArray[np.bool_] | int
) -> FloatArray:
    """Return the contacts that positions answer in time where they are."""
    queue, need = plan.queues[q], plan.requirement
    within_s = queue.target.answer_within_s if isinstance(queue.target, Target) else 0.0
    contacts, aht_s = need.contacts[q][at], need.aht_s[q][at]
    got = service(
        np.asarray(positions, np.float64) * queue.concurrency, contacts, aht_s, plan.interval_s,
        within_s, queue.patience_s,
        slowing=Slowing.of(queue.concurrency, aht_s, queue.aht_alone_s),
    )  # fmt: skip
    return np.asarray(got.service_level * contacts)


def period_lines(plan: Plan, place: Place, positions: float) -> tuple[str, ...]:
    """Return how the interval's number serves its day or week; nothing where that is not asked."""
    target = plan.queues[place.queue].target
    if positions <= 0 or not isinstance(target, Target):
        return ()
    found = period_level(plan, place, [max(positions - 1, 0.0), positions, positions + 1])
    if found is None:
        return ()
    fewer, level, more = (float(v) for v in found)
    promised = target.service_level or 0.0
    over = target.over
    lines = [
        f"with the positions needed in all of its intervals the {over} comes to "
        f"{percent(level, 2)}; one position fewer here would make it {percent(fewer, 2)}, one more "
        f"{percent(more, 2)}"
    ]
    bound = BOUND_BY[int(plan.requirement.bound_by[place.queue, place.interval])]
    if bound == "service_level" and positions > 1 and fewer >= promised - SLACK:
        lines.append(
            f"the {over} would do with one fewer here; but below {counted(positions, 'position')} "
            "the customers of this interval lose most by each that goes, so none is saved there"
        )
    given = given_level(plan, place)
    if given is not None:
        lines.append(
            "needed is what the queue would take by itself; the plan gives positions where whole "
            f"shifts buy most, and with those that it gives the {over} comes to {percent(given, 2)}"
        )
    return tuple(lines)
