"""From a scenario and its history to a plan: a straight line of calls, the program's contents."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from forecasting.forecast import Forecast, forecast
from forecasting.history import History
from planner.agents_told import agents_notes
from planner.circumstances import circumstances
from planner.clock import Clock, Progress, quiet
from planner.demand_paths import paths_notes
from planner.errors import InputError
from planner.escalation import with_escalated
from planner.found_patience import history_patience, patience_notes
from planner.inputs import (
    check_aht,
    check_size,
    escalations,
    histories,
    local_days,
    open_mask,
    simplifications,
    staffing_queues,
    target_periods,
    time_axis,
)
from planner.notes import forecast_notes
from planner.plan import Asked, Plan
from planner.pool_inputs import shortage_warnings, staffing_pools
from planner.scenario.model import Scenario
from planner.sources.table import HistoryTable
from planner.staffed import costed, demand_of, staffed, there_for
from staffing.projection import project
from staffing.requirement import requirement

Expected = tuple[tuple[History, ...], Forecast]
"""Each queue's history, and the forecast of all queues."""

#: Sample paths of the forecast, for the bands of the projection.
REPLICATIONS = 50

#: Longest interval that can be staffed, in minutes.
LONGEST_STAFFED = 60


def make_forecast(
    scenario: Scenario,
    table: HistoryTable,
    progress: Progress = quiet,
    clock: Clock | None = None,
    expected: Expected | None = None,
) -> Expected:
    """Return each queue's history and the forecast of all queues, in the scenario's order.

    ``expected`` is what ``expect`` returned for this scenario, where the caller has it already.
    """
    past, found = expected or expect(scenario, table, progress, clock)
    factors = np.array([queue.aht_factor for queue in scenario.queues])
    return past, found if (factors == 1).all() else _longer(found, factors)


def expect(
    scenario: Scenario,
    table: HistoryTable,
    progress: Progress = quiet,
    clock: Clock | None = None,
    replications: int = REPLICATIONS,
) -> Expected:
    """Return histories and forecast before any ``aht_factor``; see ``make_forecast``.

    ``replications`` is the number of the forecast's sample paths.
    """
    clock = clock or Clock()
    with clock.stage("history"):
        past = histories(scenario, table)
        first_day = min(history.first_day for history in past)
    with clock.stage("forecast"):
        found = forecast(
            past,
            scenario.days,
            time_axis(scenario),
            known=circumstances(scenario, first_day),
            rng=np.random.default_rng(scenario.seed),
            replications=replications,
            progress=lambda done, of: progress("forecast", done, of),
        )
        return past, with_escalated(found, scenario, escalations(scenario))


def _longer(found: Forecast, factors: npt.NDArray[np.float64]) -> Forecast:
    """Return a forecast with each queue's handling times multiplied by its factor [Q]."""
    by_queue = tuple(
        replace(own, aht_s=own.aht_s * factor)
        for own, factor in zip(found.by_queue, factors, strict=True)
    )
    return replace(found, aht_s=found.aht_s * factors[:, None], by_queue=by_queue)


def ask(
    scenario: Scenario,
    table: HistoryTable,
    progress: Progress = quiet,
    clock: Clock | None = None,
    expected: Expected | None = None,
) -> Asked:
    """Return what is asked of the centre: the forecast and the positions that it takes.

    Raises
    ------
    InputError
        If a queue's handling time is nowhere known, nor a patience that the history is to tell, or
        the intervals are too long to staff.
    """
    clock = clock or Clock()
    if scenario.interval_minutes > LONGEST_STAFFED:
        found = f"must be at most {LONGEST_STAFFED} to staff, got {scenario.interval_minutes}"
        raise InputError([scenario.fault(("interval_minutes",), found)])
    check_aht(scenario, table)
    patience = history_patience(scenario, table)
    past, told = make_forecast(scenario, table, progress, clock, expected)
    with clock.stage("requirement"):
        check_size(scenario, told.at_risk(scenario.quantile), told.aht_s)
        queues = staffing_queues(scenario, patience)
        needed = requirement(
            queues,
            told.times,
            told.at_risk(scenario.quantile),
            told.aht_s,
            scenario.interval_s,
            target_periods(scenario, told.times),
        )
    return Asked(past, told, queues, needed)


def make_plan(
    scenario: Scenario,
    table: HistoryTable,
    progress: Progress = quiet,
    *,
    time_limit_s: float | None = None,
    expected: Expected | None = None,
) -> Plan:
    """Return the costed plan of a scenario.

    Parameters
    ----------
    scenario
        The question, variants applied.
    table
        Its history, see ``planner.sources.table.load_history``.
    progress
        Called with a stage's name, steps done and steps in all.
    time_limit_s
        Seconds after which the search for shifts ends with the best found so far, as it does at
        the first Ctrl-C. Left out, it ends by the work done, so that the same question has the
        same answer.
    expected
        What ``expect`` returned for a scenario that has the same forecast, see
        ``planner.same_forecast``; left out, it is made here.

    Raises
    ------
    InputError
        If the scenario cannot be planned: no pools, no handling time.
    """
    if not scenario.pools:
        raise InputError([scenario.fault(("pools",), "must name who can work, got nothing")])
    clock = Clock()
    asked = ask(scenario, table, progress, clock, expected)
    is_open = open_mask(scenario, asked.forecast.times)
    pools = staffing_pools(scenario)
    with clock.stage("allocation"):
        there = there_for(scenario, asked, pools)
        demand = demand_of(scenario, asked, is_open, there)
    allocation, roster = staffed(
        scenario,
        asked,
        demand,
        pools,
        is_open,
        there,
        progress,
        clock,
        time_limit_s=time_limit_s,
    )
    with clock.stage("projection"):
        progress("projection", 0, 1)
        projection = project(
            asked.queues,
            asked.forecast.times,
            asked.forecast.contacts,
            asked.forecast.aht_s,
            allocation.given(),
            scenario.interval_s,
            is_open=is_open,
            paths=asked.forecast.paths,
            day=local_days(scenario, asked.forecast.times),
            # another stream than the forecast's: chance must not know how high a path is
            rng=np.random.default_rng((scenario.seed, 1)),
            there=there,
        )
        progress("projection", 1, 1)
    return Plan(
        scenario=scenario,
        variants=scenario.applied,
        times=asked.forecast.times,
        days=scenario.days,
        interval_s=scenario.interval_s,
        histories=asked.histories,
        forecast=asked.forecast,
        queues=asked.queues,
        requirement=asked.requirement,
        pools=pools,
        allocation=allocation,
        roster=roster,
        projection=projection,
        costs=costed(scenario, allocation, roster, demand, projection),
        seconds=clock.seconds,
        notes=(
            *forecast_notes(
                scenario,
                table,
                asked.forecast,
                min(past.first_day for past in asked.histories),
            ),
            *patience_notes(scenario, asked.queues),
            *agents_notes(scenario),
            *shortage_warnings(scenario),
            *paths_notes(scenario),
            *simplifications(scenario),
        ),
    )
