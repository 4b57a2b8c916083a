"""A small centre, planned by simple rules: for tests of what is made of a plan."""

import datetime as dt

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from forecasting.forecast import forecast
from forecasting.history import History
from planner.circumstances import circumstances
from planner.escalation import with_escalated
from planner.inputs import (
    escalations,
    local_days,
    open_mask,
    staffing_queues,
    time_axis,
    zone_of,
)
from planner.plan import Plan
from planner.pool_inputs import staffing_pools
from planner.scenario.document import parse_yaml
from planner.scenario.model import Scenario, scenario_of
from staffing.allocation import Allocation
from staffing.costing import PoolCost
from staffing.coverage import cover_of
from staffing.crew import Duty
from staffing.pools import Pool
from staffing.projection import Projection, project
from staffing.requirement import Requirement, requirement
from staffing.roster import Roster, Unplaced

SCENARIO = """
name: "A florist's <b>Valentine</b>"
currency: EUR
horizon: {first_day: 2027-02-08, days: 14}
interval_minutes: 30
seed: 7
history: {file: contacts.csv}
markets:
  FR: {timezone: Europe/Paris, country: FR}
  GB: {timezone: Europe/London, country: GB}
queues:
  - {name: fr-phone, market: FR, channel: phone, open: "08:00-20:00", aht_s: 300, patience_s: 180,
     target: {service_level: 0.8, answer_within_s: 20, max_occupancy: 0.88}}
  - {name: "<script>alert(1)</script>", market: FR, channel: chat, open: "08:00-20:00", aht_s: 420,
     concurrency: 2, aht_alone_s: 300, target: {service_level: 0.8, answer_within_s: 60}}
  - {name: fr-email, market: FR, channel: email, aht_s: 360, open: "08:00-20:00",
     escalates: {to: fr-level2, share: 0.4}, target: {reply_within_hours: 7, share: 0.9}}
  - {name: fr-level2, market: FR, channel: email, aht_s: 600, open: "08:00-20:00"}
  - {name: "=gb-phone", market: GB, channel: phone, open: "08:00-20:00", aht_s: 240}
events: [valentines_day]
overrides:
  - {queues: ["=gb-phone"], day: 2027-02-18, factor: 1.5, note: "a <b>TV</b> spot"}
pools:
  - {name: paris, queues: [fr-phone, "<script>alert(1)</script>", fr-email, fr-level2],
     agents: 90, cost_per_hour: 58, contract: {paid: scheduled}, shifts: &shifts
       {earliest_start: "08:00", latest_end: "20:00", start_every_minutes: 30, paid_hours: [4, 7],
        breaks: [{minutes: 45, paid: false, after_hours: [4, 4]}]}}
  - {name: "@partner", kind: vendor, agents: 60, cost_per_hour: 26, shrinkage: 0.2, shifts: *shifts,
     queues: [fr-phone, {name: fr-email, speed: 0.9}]}
  - {name: london, kind: vendor, agents: 40, cost_per_contact: 4.1, shifts: *shifts,
     queues: ["=gb-phone"]}
"""
DAILY = {"fr-phone": 400, "<script>alert(1)</script>": 120, "fr-email": 150, "=gb-phone": 160}
HEADS = {"paris": (11, 12, 12), "@partner": (6, 8, 7), "london": (4, 5, 4)}
PEAK = dt.date(2027, 2, 14)


@pytest.fixture(scope="session")
def small_plan() -> Plan:
    """Return the plan of two weeks around Valentine's Day: five queues, three pools."""
    scenario = scenario_of(parse_yaml(SCENARIO, "scenario.yaml"))
    times, days = time_axis(scenario), scenario.days
    histories = _histories(scenario)
    first = histories[0].first_day
    told = forecast(
        histories,
        days,
        times,
        known=circumstances(scenario, first),
        rng=np.random.default_rng(scenario.seed),
        replications=20,
    )
    told = with_escalated(told, scenario, escalations(scenario))
    contacts = told.contacts
    aht_s = np.array([[queue.aht_s] * len(times) for queue in scenario.queues], dtype=float)
    queues, is_open = staffing_queues(scenario), open_mask(scenario, times)
    need = requirement(queues, times, contacts, aht_s, scenario.interval_s)
    allocation = _allocation(scenario, need, staffing_pools(scenario), times)
    effective = _effective(scenario, allocation)
    projection = project(
        queues,
        times,
        contacts,
        aht_s,
        effective,
        scenario.interval_s,
        is_open=is_open,
        paths=told.paths,
        day=local_days(scenario, times),
        rng=np.random.default_rng(scenario.seed),
    )
    return Plan(
        scenario=scenario,
        variants=(),
        times=times,
        days=days,
        interval_s=scenario.interval_s,
        histories=histories,
        forecast=told,
        queues=queues,
        requirement=need,
        pools=allocation.pools,
        allocation=allocation,
        roster=_roster(allocation),
        projection=projection,
        costs=_costs(allocation, projection),
        seconds={"forecast": 1.25, "allocation": 0.5},
        notes=("a note with <i>markup</i>",),
    )


def _histories(scenario: Scenario) -> tuple[History, ...]:
    """Return 60 weeks: a hump over the day, calm Sundays, and a peak before Valentine's Day."""
    rng = np.random.default_rng(1)
    first, hours = dt.date(2025, 12, 15), np.arange(48) / 2
    hump = np.where((hours >= 8) & (hours < 20), 1.5 + np.sin((hours - 8) / 12 * np.pi), 0)
    days = np.array([first + dt.timedelta(days=d) for d in range(7 * 60)])
    weekday = np.array([day.weekday() for day in days])
    to_go = np.array([(dt.date(day.year, 2, 14) - day).days for day in days])
    peak = 1 + 4 * np.exp(-(((to_go - 1) / 2.0) ** 2))
    level = np.where(weekday == 6, 0.5, 1.0) * peak
    result = []
    for queue in scenario.queues:
        if queue.name in DAILY:
            mean = DAILY[queue.name] * level[:, None] * hump / hump.sum()
            result.append(
                History(
                    queue.name, zone_of(scenario, queue), 1800, first,
                    rng.poisson(mean).astype(float), None, np.tile(hump > 0, (7, 1)),
                )
            )  # fmt: skip
    return tuple(result)


def _allocation(
    scenario: Scenario, need: Requirement, pools: tuple[Pool, ...], times: pd.DatetimeIndex
) -> Allocation:
    """Return the same heads every day, twice at the peak, given out in proportion to the need."""
    days = scenario.days
    covers = [cover_of(pool, staffing_queues(scenario), days, times, 1800) for pool in pools]
    heads = []
    for pool, cover in zip(pools, covers, strict=True):
        count = np.zeros((len(days), len(cover.shifts)), dtype=np.int64)
        early, middle, late = HEADS[pool.name]
        count[:, 0], count[:, count.shape[1] // 2], count[:, -1] = early, middle, late
        count[days.index(PEAK) - 2 : days.index(PEAK) + 1] *= 2
        heads.append(count)
    capacity = np.array([c.positions(h) for c, h in zip(covers, heads, strict=True)])
    serve = np.zeros((len(pools), len(need.queues), len(times)), dtype=np.float32)
    left = need.positions.copy()
    for p, pool in enumerate(pools):
        chosen = [need.queues.index(name) for name in pool.speed]
        total = left[chosen].sum(axis=0)
        share = np.divide(left[chosen], total, out=np.zeros((len(chosen), len(times))),
                          where=total > 0)  # fmt: skip
        serve[p, chosen] = capacity[p] * share
        left[chosen] = np.maximum(left[chosen] - serve[p, chosen], 0)
    return Allocation(
        pools=pools,
        queues=need.queues,
        days=days,
        times=times,
        shifts=tuple(cover.shifts for cover in covers),
        heads=tuple(heads),
        capacity=capacity,
        serve=serve,
        understaffing=left,
        cost=52_000.0,
        bound=51_000.0,
        gap=1_000 / 51_000,
        quality="within 2.0 % of the relaxation",
    )


def _effective(scenario: Scenario, allocation: Allocation) -> npt.NDArray[np.float64]:
    speeds = [[pool.speed.get(q.name, 0.0) for q in scenario.queues] for pool in allocation.pools]
    given = np.einsum("pqi,pq->qi", allocation.serve.astype(float), np.array(speeds))
    return np.asarray(given, dtype=np.float64)


def _roster(allocation: Allocation) -> Roster:
    duties, unplaced = [], []
    for pool, shifts, heads in zip(
        allocation.pools, allocation.shifts, allocation.heads, strict=True
    ):
        for d, day in enumerate(allocation.days):
            free = iter(pool.names)
            for s in np.flatnonzero(heads[d]):
                named = [next(free) for _ in range(int(heads[d, s]))]
                duties += [Duty(pool.name, day, shifts[s], name) for name in named]
    last = duties.pop()
    unplaced.append(Unplaced(last.pool, last.day, last.shift, 1))
    return Roster(tuple(duties), tuple(unplaced))


def _costs(allocation: Allocation, projection: Projection) -> tuple[PoolCost, ...]:
    costs = []
    handled = projection.contacts.sum() / len(allocation.pools)
    for pool, shifts, heads in zip(
        allocation.pools, allocation.shifts, allocation.heads, strict=True
    ):
        paid = float(heads.sum(axis=0) @ [shift.paid_hours for shift in shifts])
        price = paid * pool.cost_per_hour if pool.cost_per_hour else handled * pool.cost_per_contact
        costs.append(
            PoolCost(pool.name, pool.kind, paid, paid * 0.6, paid, float(handled), price, 0.0)
        )
    return tuple(costs)
