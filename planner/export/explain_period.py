"""What one interval gives to the day or week over which its queue's service is promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    queue, need = plan.queues[place.queue], plan.requirement
    target = queue.target
    if not (isinstance(target, Target) and over_period(target)) or target.over == "interval":
        return None
    number_of = period_number(place.axis.day, target.over, plan.days[0])
    inside = np.zeros(len(plan.times), np.bool_)
    inside[place.axis.inside] = True
    rest = inside & (number_of == number_of[place.interval])
    rest[place.interval] = False
    contacts, aht_s = need.contacts[place.queue], need.aht_s[place.queue]

    def in_time(positions: npt.ArrayLike, at: npt.NDArray[np.bool_] | int) -> FloatArray:
        slots = np.asarray(positions, np.float64) * queue.concurrency
        got = service(
            slots, contacts[at], aht_s[at], plan.interval_s, target.answer_within_s,
            queue.patience_s, slowing=Slowing.of(queue.concurrency, aht_s[at], queue.aht_alone_s),
        )  # fmt: skip
        return np.asarray(got.service_level * contacts[at])

    others = in_time(need.positions[place.queue][rest], rest).sum()
    offered = contacts[rest].sum() + contacts[place.interval]
    return np.asarray((others + in_time(tries, place.interval)) / max(offered, 1e-300))


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
    return tuple(lines)
