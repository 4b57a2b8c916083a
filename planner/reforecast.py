"""A plan's forecast after what came so far: queues re-anchored, and how honest the band was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from forecasting.history import local_slots
from forecasting.intraday import Anchored, Habits, anchor, handling_factor, learn_habits, outages
from forecasting.uncertainty import count_quantile
from planner.inputs import escalations, local_days, open_mask, period_number, zone_of

if TYPE_CHECKING:
    from planner.actuals import Actuals
    from planner.plan import Plan

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Rest = Literal["day", "week"]

_WEEK_DAYS = 7  # of which handling times are believed


@dataclass(frozen=True, slots=True)
class Reforecast:
    """What is expected now, arrays ``[Q, I]``.

    Parameters
    ----------
    contacts
        Contacts that came where that is known, and expected now everywhere else.
    low, high
        Quantiles 0.1 and 0.9 of them; what came, where it is known.
    factor
        Expected now over planned.
    aht_s
        Handling times: as they were where known, and expected now.
    aht_factor
        By what each queue's handling times are multiplied from now on ``[Q]``.
    outage
        Intervals of nothing that chance does not explain: no level is learned from them.
    rest
        The intervals looked at: from now to the end of the day, or of the week.
    day
        Each interval's local day, -1 outside of the horizon.
    anchored
        Each queue's hours, see ``forecasting.intraday`` [Q].
    """

    contacts: FloatArray
    low: FloatArray
    high: FloatArray
    factor: FloatArray
    aht_s: FloatArray
    aht_factor: FloatArray
    outage: BoolArray
    rest: BoolArray
    day: IntArray
    anchored: tuple[Anchored, ...]


def reforecast(plan: Plan, actuals: Actuals, rest: Rest = "day") -> Reforecast:
    """Return a plan's forecast re-anchored on what came so far.

    Parameters
    ----------
    rest
        Whether the rest of today is looked at, or that of the week, to its Sunday.
    """
    told, day = plan.forecast, local_days(plan.scenario, plan.times)
    is_open = open_mask(plan.scenario, plan.times)
    hour = np.zeros_like(day)
    for q, queue in enumerate(plan.scenario.queues):
        zone = zone_of(plan.scenario, queue)
        slot = local_slots(plan.times, zone, plan.interval_s, plan.days[0])[1]
        hour[q] = slot * plan.interval_s // 3600
    habits = _habits(plan)
    outage = np.zeros(day.shape, dtype=bool)
    anchored = []
    for q, own in enumerate(habits):
        mean = np.where(is_open[q], told.contacts[q], 0.0)
        outage[q] = outages(mean, actuals.contacts[q], told.sigma[q], own.noise)
        seen = np.where(outage[q], np.nan, actuals.contacts[q])
        anchored.append(
            anchor(told.contacts[q], seen, told.sigma[q], np.maximum(day[q], 0), hour[q], own)
        )
    factor = np.array([one.factor for one in anchored])
    _follow(plan, actuals, factor, day)
    expected = told.contacts * factor
    sigma = told.sigma * np.array([one.kept for one in anchored])
    over = np.array([one.dispersion for one in told.by_queue])[:, None]
    low, high = (count_quantile(q, expected, sigma, over) for q in (0.1, 0.9))
    known = actuals.known
    contacts, low, high = (
        np.where(known, actuals.contacts, value) for value in (expected, low, high)
    )
    aht_factor = _handling(plan, actuals)
    aht_s = np.where(
        np.isnan(actuals.aht_s), plan.requirement.aht_s * aht_factor[:, None], actuals.aht_s
    )
    past = np.arange(len(plan.times)) < actuals.now
    aht_s = np.where(past & np.isnan(actuals.aht_s), plan.requirement.aht_s, aht_s)
    chosen = rest_of(plan, actuals, day, rest)
    return Reforecast(
        contacts, low, high, factor, aht_s, aht_factor, outage, chosen, day, tuple(anchored)
    )


def rest_of(plan: Plan, actuals: Actuals, day: IntArray, rest: Rest) -> BoolArray:
    """Return the intervals from now to the end of each queue's day, or week ``[Q, I]``.

    Where nobody comes any more today, or in this week, the next day or week with contacts.
    """
    future = (np.arange(len(plan.times)) >= actuals.now) & (day >= 0)
    last = day[:, min(actuals.now, len(plan.times)) - 1][:, None]
    if rest == "week":
        day, last = (period_number(number, "week", plan.days[0]) for number in (day, last))
    comes = future & (plan.forecast.contacts > 0)
    found = future & (day == last)
    if comes.any() and not (comes & found).any():
        found = future & (day == day[comes].min())
    return np.asarray(found, dtype=bool)


def _habits(plan: Plan) -> list[Habits]:
    """Return how each queue strays; the usual ones where it has no past of its own."""
    past = {history.queue: history for history in plan.histories}
    return [learn_habits(past[name]) if name in past else Habits() for name in plan.forecast.queues]


def _follow(plan: Plan, actuals: Actuals, factor: FloatArray, day: IntArray) -> None:
    """Let queues that nothing is known of follow those that hand on to them, day by day."""
    told, names = plan.forecast, plan.forecast.queues
    hands_on = escalations(plan.scenario)
    for q, name in enumerate(names):
        sources = [(names.index(s), share) for s, (to, share) in hands_on.items() if to == name]
        if not sources or actuals.known[q].any():
            continue
        for d in range(len(plan.days)):
            was = sum(share * told.contacts[s, day[s] == d].sum() for s, share in sources)
            now = sum(
                share * (told.contacts[s] * factor[s])[day[s] == d].sum() for s, share in sources
            )
            if was > 0:
                factor[q, day[q] == d] = now / was


def _handling(plan: Plan, actuals: Actuals) -> FloatArray:
    """Return by what each queue's handling times are multiplied, from the last seven days."""
    recent = np.arange(len(plan.times)) >= actuals.now - _WEEK_DAYS * 86_400 // plan.interval_s
    found = []
    for q in range(len(plan.queues)):
        handled, planned = actuals.aht_s[q], plan.requirement.aht_s[q]
        seen = recent & (actuals.contacts[q] > 0) & ~np.isnan(handled) & (planned > 0)
        count = actuals.contacts[q, seen]
        found.append(
            handling_factor(
                float(count @ planned[seen]), float(count @ handled[seen]), float(count.sum())
            )
        )
    return np.array(found)


@dataclass(frozen=True, slots=True)
class Honesty:
    """How often what came lay within the plan's band of 80 %: how many were known, how many in."""

    intervals: int
    intervals_inside: int
    days: int
    days_inside: int


def honesty(plan: Plan, actuals: Actuals, found: Reforecast) -> Honesty:
    """Return how honest the plan's band was so far, outages aside."""
    inside = inside_band(plan, actuals)
    known = actuals.known & (plan.forecast.contacts > 0) & ~found.outage
    days = [day for day in day_sums(plan, actuals, found) if day.whole]
    return Honesty(
        int(known.sum()),
        int((inside & known).sum()),
        len(days),
        sum(day.low <= day.actual <= day.high for day in days),
    )


def inside_band(plan: Plan, actuals: Actuals) -> BoolArray:
    """Return whether each interval's count lay within its band, to whole contacts ``[Q, I]``."""
    low, high = (plan.forecast.quantiles[q] for q in (0.1, 0.9))
    with np.errstate(invalid="ignore"):
        return np.asarray(
            (actuals.contacts >= np.floor(low)) & (actuals.contacts <= np.ceil(high)), dtype=bool
        )


@dataclass(frozen=True, slots=True)
class DaySum:
    """A queue's day: planned with its band, planned up to now, what came, expected now.

    Outages are left out of what was planned up to now.
    ``whole`` says whether the day is over and known without a gap or an outage.
    """

    queue: int
    day: int
    planned: float
    low: float
    high: float
    planned_so_far: float
    actual: float
    expected: float
    whole: bool


def day_sums(plan: Plan, actuals: Actuals, found: Reforecast) -> list[DaySum]:
    """Return every queue's days, by queue and day."""
    result = []
    known = actuals.known
    bands = [[one.day_quantile(q) for one in plan.forecast.by_queue] for q in (0.1, 0.9)]
    for q in range(len(plan.queues)):
        for d in range(len(plan.days)):
            mine = found.day[q] == d
            planned = plan.forecast.contacts[q]
            seen = mine & known[q] & ~found.outage[q]
            open_ = mine & (planned > 0)
            if not (mine & ((planned > 0) | known[q])).any():
                continue
            result.append(
                DaySum(
                    q,
                    d,
                    float(planned[mine].sum()),
                    float(bands[0][q][d]),
                    float(bands[1][q][d]),
                    float(planned[seen].sum()),
                    float(actuals.contacts[q, seen].sum()) if seen.any() else float("nan"),
                    float(found.contacts[q, mine].sum()),
                    bool(open_.any() and known[q, open_].all() and not found.outage[q, mine].any()),
                )
            )
    return result
