"""The demand paths that a plan is made against: a few of the forecast's, and what each takes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from forecasting.forecast import Forecast
from planner.inputs import target_periods
from planner.plan import Asked
from planner.scenario.model import Scenario
from planner.scenario.risk import PathsRisk
from staffing.demand import build_demand
from staffing.requirement import requirement
from staffing.several import Several, centred, evenly_chosen

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def demand_paths(
    scenario: Scenario,
    asked: Asked,
    is_open: BoolArray,
    reach: BoolArray,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Several | None:
    """Return the demand on several paths, None where the plan is made for one quantile.

    Parameters
    ----------
    asked
        The forecast and the queues.
    is_open, reach
        When queues are open, and when anybody who serves them can be on duty ``[Q, I]``.
    told
        Called with paths done and paths in all.
    """
    risk = scenario.risk
    if not isinstance(risk, PathsRisk):
        return None
    demands = []
    period = target_periods(scenario, asked.forecast.times)
    for done, contacts in enumerate(chosen_contacts(asked.forecast, risk.paths)):
        told(done, risk.paths)
        needed = requirement(
            asked.queues,
            asked.forecast.times,
            contacts,
            asked.forecast.aht_s,
            scenario.interval_s,
            period,
        )
        demands.append(
            build_demand(
                asked.queues,
                needed.positions,
                needed.contacts,
                is_open,
                scenario.interval_s,
                needed.aht_s,
                reach,
            )
        )
    return Several(tuple(demands), risk.worst, risk.weight)


def chosen_contacts(forecast: Forecast, count: int) -> FloatArray:
    """Return the contacts of a few of the forecast's paths that stand for all, ``[R, Q, I]``.

    The paths are sorted by their work over the horizon and cut into as many groups of equal size;
    the middle one of each is taken. So that the few have the forecast's mean in every interval,
    as all have, each interval is scaled.
    """
    work = np.einsum("rqi,qi->r", forecast.paths, np.nan_to_num(forecast.aht_s))
    chosen = forecast.paths[evenly_chosen(work, count)].astype(np.float64)
    return centred(chosen, forecast.contacts)
