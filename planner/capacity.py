"""From a scenario to its capacity: forecast the weeks, measure shifts, decide heads and hours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.capacity_asked import WEEK, by_week, shortage_price, who_can_work
from planner.capacity_decisions import decisions
from planner.capacity_found import Capacity, Otherwise
from planner.capacity_notes import capacity_notes
from planner.errors import InputError
from planner.inputs import local_days, open_mask
from planner.pool_inputs import staffing_pools
from planner.scenario.model import Horizon, Scenario
from planner.service import ask, expect
from planner.staffed import there_for
from planner.stopping import stopping
from staffing.capacity import CapacityPlan, plan_capacity
from staffing.capacity_question import CapacityQuestion, Team, Vendor
from staffing.demand import build_demand
from staffing.service_by_ratio import service_by_ratio
from staffing.shift_fit import shift_fit
from staffing.starting import Backlog
from staffing.workforce import Hiring

if TYPE_CHECKING:
    from planner.clock import Progress
    from planner.plan import Asked
    from planner.sources.table import HistoryTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

#: Intervals times queues and pools of a week beyond which shifts are tried in one typical week.
_LARGE = 25_000


def over_weeks(scenario: Scenario, first_day: dt.date | None, weeks: int | None) -> Scenario:
    """Return the scenario with its horizon stretched over the weeks to look at."""
    asked = scenario.capacity
    first = first_day or asked.first_day or scenario.horizon.first_day
    horizon = Horizon(first_day=first, days=WEEK * (weeks or asked.weeks))
    risk = scenario.quantile if asked.risk is None else asked.risk
    return scenario.model_copy(update={"horizon": horizon, "risk": risk})


def find_capacity(
    scenario: Scenario,
    table: HistoryTable,
    progress: Progress,
    *,
    first_day: dt.date | None = None,
    weeks: int | None = None,
    time_limit_s: float | None = None,
) -> Capacity:
    """Return who to hire, let go and order, and when, over many weeks.

    Parameters
    ----------
    scenario, table
        The question, variants applied, and its history.
    progress
        Called with a stage, steps done and steps in all.
    first_day, weeks
        The weeks to look at; left out, what the scenario's ``capacity`` says.
    time_limit_s
        Seconds after which the search for classes ends with the best found, as at Ctrl-C.

    Raises
    ------
    InputError
        Where nobody can work, or a handling time is nowhere known.
    """
    if not scenario.pools:
        raise InputError([scenario.fault(("pools",), "must name who can work, got nothing")])
    long = over_weeks(scenario, first_day, weeks)
    expected = expect(long, table, progress, replications=1)
    asked = ask(long, table, progress, expected=expected)
    starts = tuple(long.days[::WEEK])
    days = local_days(long, asked.forecast.times)
    hours = long.interval_s / 3600
    need = hours * by_week(asked.requirement.positions, days, len(starts))
    contacts = by_week(asked.requirement.contacts, days, len(starts))
    typical = _typical_weeks(long, need)
    fits = [_fit(long, asked, days, need, week, progress) for week in typical]
    teams, vendors = who_can_work(long, starts)
    question = CapacityQuestion(
        queues=tuple(queue.name for queue in long.queues),
        weeks=tuple(day.isoformat() for day in starts),
        need=need,
        contacts=contacts,
        fit=np.interp(need.sum(axis=0), need.sum(axis=0)[typical], fits),
        teams=teams,
        vendors=vendors,
        shortage_price=shortage_price(long),
    )
    with stopping(time_limit_s) as stop:
        progress("capacity", 0, 3)
        plan = plan_capacity(question, stop=stop)
    progress("capacity", 1, 3)
    nothing = _otherwise(plan_capacity(question, hire=False))
    progress("capacity", 2, 3)
    peak = _peak_all_the_time(plan)
    progress("capacity", 3, 3)
    fit_weeks = tuple((starts[week], fit) for week, fit in zip(typical, fits, strict=True))
    return Capacity(
        scenario=long,
        weeks=starts,
        plan=plan,
        deferred=np.array([queue.deferred for queue in asked.queues]),
        service=_service(asked, days, plan, typical[-1]),
        fit_weeks=fit_weeks,
        decisions=decisions(plan, starts),
        nothing=nothing,
        peak=peak,
        notes=capacity_notes(long, table, asked, starts[0]),
    )


def _typical_weeks(scenario: Scenario, need: FloatArray) -> list[int]:
    """Return the middle and the busiest week by hours needed, or the middle one of a large centre.

    The first and the last are none, as what is measured lies between two weeks.
    """
    whole = need.sum(axis=0)
    ranked = sorted(range(1, len(whole) - 1), key=lambda week: (whole[week], week))
    size = sum(len(pool.queues) for pool in scenario.teams) * WEEK * 86_400 / scenario.interval_s
    busiest, middle = ranked[-1], ranked[len(ranked) // 2]
    if size > _LARGE or whole[busiest] <= whole[middle] or busiest == middle:
        return [middle]
    return [middle, busiest]


def _fit(
    scenario: Scenario,
    asked: Asked,
    days: IntArray,
    need: FloatArray,
    week: int,
    progress: Progress,
) -> float:
    """Return the loss from shifts in a week, between two others that are like it."""
    start, count = WEEK * (week - 1), 3 * WEEK
    first = scenario.horizon.first_day + dt.timedelta(days=start)
    three = scenario.model_copy(update={"horizon": Horizon(first_day=first, days=count)})
    inside = np.flatnonzero(((days >= start) & (days < start + count)).any(axis=0))
    times, needed = asked.forecast.times[inside], asked.requirement
    queues = tuple(replace(queue, backlog=Backlog()) for queue in asked.queues)
    most = [max(int(pool.agents.max(initial=0)), 1) for pool in staffing_pools(scenario)]
    pools = tuple(
        replace(pool, agents=np.full(count, agents), pace=None, names=(), people=())
        for pool, agents in zip(staffing_pools(three), most, strict=True)
    )
    part = replace(asked, queues=queues, forecast=replace(asked.forecast, times=times))
    local = days[:, inside] - start
    demand = build_demand(
        queues,
        _alike(needed.positions[:, inside], local),
        _alike(needed.contacts[:, inside], local),
        open_mask(three, times),
        scenario.interval_s,
        needed.aht_s[:, inside],
        there_for(three, part, pools),
    )
    tell: Callable[[int, int], None] = lambda done, of: progress("typical weeks", done, of)  # noqa: E731
    return shift_fit(demand, pools, three.days, times, need[:, week], tell)


def _alike(values: FloatArray, days: IntArray) -> FloatArray:
    """Return values of three weeks, the first and the last as the second, by days from 0."""
    result = np.zeros_like(values)
    for row, value, day in zip(result, values, days, strict=True):
        middle = value[(day >= WEEK) & (day < 2 * WEEK)]
        for week in range(3):
            spots = np.flatnonzero((day >= week * WEEK) & (day < (week + 1) * WEEK))
            fits = min(len(spots), len(middle))  # a week with a change of clocks is longer
            row[spots[:fits]] = middle[:fits]
    return result


def _otherwise(plan: CapacityPlan) -> Otherwise:
    return Otherwise(float(plan.money.sum()), float(plan.missing.sum()))


def _peak_all_the_time(plan: CapacityPlan) -> Otherwise:
    """Return what it costs to have the busiest week's heads all the time, leavers replaced."""
    question, teams, replacing = plan.question, [], 0.0
    for done in plan.teams:
        team, hiring = done.team, done.team.hiring
        most = float(done.walk.on_contacts.max(initial=0.0))
        teams.append(replace(team, heads=most, pace=np.ones_like(team.pace), hiring=Hiring()))
        gone = most * hiring.leave_a_week * len(question.weeks)
        each = hiring.cost_per_hire + hiring.training_weeks * team.hours * team.price
        replacing += gone * each
    found = _otherwise(plan_capacity(replace(question, teams=tuple(teams)), hire=False))
    return replace(found, money=found.money + replacing)


def _service(asked: Asked, days: IntArray, plan: CapacityPlan, typical: int) -> FloatArray:
    """Return each queue's service by week, as what is given is to what is needed, ``[Q, W]``."""
    question, needed = plan.question, asked.requirement
    ratio = given_by_queue(plan) / np.maximum(question.need, 1e-9)
    result = np.full(question.need.shape, np.nan)
    for q, queue in enumerate(asked.queues):
        inside = days[q] // WEEK == typical
        curve = service_by_ratio(
            queue,
            needed.contacts[q, inside],
            needed.aht_s[q, inside],
            needed.load[q, inside],
            needed.positions[q, inside],
        )
        result[q] = np.where(question.contacts[q] > 0, curve.at(ratio[q]), np.nan)
    return result


def given_by_queue(plan: CapacityPlan) -> FloatArray:
    """Return position hours that queues get, those beyond need among them, ``[Q, W]``.

    What a team or vendor has left over in a week goes to the queues it serves as they need it.
    """
    question = plan.question
    given = np.zeros_like(question.need)
    for (name, q), hours in plan.serve.items():
        speed = next(who.speeds[q] for who in question.served_by if who.name == name)
        given[q] += speed * hours
    supplies = [(one.team, one.team.hours * one.walk.on_contacts + one.overtime)
                for one in plan.teams if one.team.contracted]  # fmt: skip
    more: list[tuple[Team | Vendor, FloatArray]] = [
        (one.vendor, one.ordered) for one in plan.vendors
    ]
    for who, paid in (*supplies, *more):
        used = np.sum([plan.serve[who.name, q] for q in who.speeds], axis=0)
        left = np.maximum(paid * who.productive / question.fit - used, 0.0)
        whole = np.maximum(np.sum([question.need[q] for q in who.speeds], axis=0), 1e-9)
        for q, speed in who.speeds.items():
            given[q] += speed * left * question.need[q] / whole
    return given
