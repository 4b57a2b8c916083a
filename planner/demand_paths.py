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
from staffing.coverage import weeks_of
from staffing.demand import build_demand
from staffing.requirement import requirement
from staffing.several import Several, centred, evenly_chosen

#: Variables of a week's program from which on its size is told; as many are solved in a minute,
#: on one core of a machine of today.
LARGE = 60_000
VARIABLES_A_MINUTE = 60_000
LONGEST = 60  # minutes of an interval that can be staffed

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


def risk_words(scenario: Scenario) -> tuple[str, ...]:
    """Return in words what a scenario plans against; nothing where that is one quantile."""
    risk = scenario.risk
    if not isinstance(risk, PathsRisk) or not scenario.pools:
        return ()
    later = [pool.name for pool in scenario.pools if pool.decided == "on_the_day"]
    overtime = [p.name for p in scenario.pools if p.contract.overtime.max_hours_per_week > 0]
    return (
        f"{risk.paths} demand paths, the worst {risk.worst:.0%} of them with a weight of "
        f"{risk.weight:.0%}",
        f"shifts are decided ahead, save those of {', '.join(later) or 'no pool'}; overtime of "
        f"{', '.join(overtime) or 'no pool'} is decided later",
    )


def paths_notes(scenario: Scenario) -> tuple[str, ...]:
    """Return what to know of a plan made against several paths, and whether it will take long."""
    risk = scenario.risk
    if not isinstance(risk, PathsRisk) or not scenario.pools:
        return ()
    middle = (
        f"shifts decided ahead are chosen for {risk.paths} demand paths; requirement, coverage and "
        "what is decided later are shown for the middle of the forecast"
    )
    size = program_size(scenario)
    if size < LARGE:
        return (middle,)
    minutes = size / VARIABLES_A_MINUTE * len(weeks_of(scenario.days))
    shorter = "longer intervals" if scenario.interval_minutes < LONGEST else "fewer queues"
    return (
        middle,
        f"{risk.paths} demand paths make a program of about {size:,.0f} variables a week: planning "
        f"may take {max(minutes, 1):,.0f} minutes or more; fewer paths or {shorter} shorten it",
    )


def program_size(scenario: Scenario) -> float:
    """Return about how many variables the program of one week has over all paths.

    They are who may serve which open queue in which interval of a week, and what is missing.
    """
    risk = scenario.risk
    if not isinstance(risk, PathsRisk):
        return 0.0
    open_each = {
        queue.name: float(queue.open.slots(scenario.interval_s).sum()) for queue in scenario.queues
    }
    served = sum(open_each[one.name] for pool in scenario.pools for one in pool.queues)
    return risk.paths * (served + 2.0 * sum(open_each.values()))


def chosen_contacts(forecast: Forecast, count: int) -> FloatArray:
    """Return the contacts of a few of the forecast's paths that stand for all, ``[R, Q, I]``.

    The paths are sorted by their work over the horizon and cut into as many groups of equal size;
    the middle one of each is taken. So that the few have the forecast's mean in every interval,
    as all have, each interval is scaled.
    """
    work = np.einsum("rqi,qi->r", forecast.paths, np.nan_to_num(forecast.aht_s))
    chosen = forecast.paths[evenly_chosen(work, count)].astype(np.float64)
    return centred(chosen, forecast.contacts)
