"""The scenario's pools and demand in the words of capacity: teams, vendors and needs by week."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.pool_inputs import price_per_position_hour, staffing_pools
from planner.scenario.agents import Agents
from planner.scenario.hiring import Commitment, Hiring, away_on
from planner.scenario.shrinkage import mean_pace
from staffing.capacity_question import Team, Vendor
from staffing.shift_fit import hours_of
from staffing.workforce import Hiring as Terms
from staffing.workforce import weekly_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.scenario.model import Scenario
    from planner.scenario.pools import Pool as ScenarioPool
    from staffing.pools import Pool

FloatArray = npt.NDArray[np.float64]

WEEK = 7
#: How newcomers begin where a pool does not say: a month of training, then slower for a month.
USUAL_SPEED = (0.0, 0.0, 0.0, 0.0, 0.6, 0.7, 0.8, 0.9)


def by_week(values: FloatArray, days: npt.NDArray[np.int64], weeks: int) -> FloatArray:
    """Return the sums of ``[Q, I]`` values over weeks, by each interval's day, ``[Q, W]``.

    Examples
    --------
    >>> by_week(np.ones((1, 3)), np.array([[-1, 0, 7]]), 2).tolist()
    [[1.0, 1.0]]
    """
    rows = []
    for value, day in zip(values, days, strict=True):
        inside = (day >= 0) & (day < weeks * WEEK)
        rows.append(np.bincount(day[inside] // WEEK, value[inside], weeks))
    return np.array(rows, dtype=np.float64).reshape(len(values), weeks)


def who_can_work(
    scenario: Scenario, weeks: Sequence[dt.date]
) -> tuple[tuple[Team, ...], tuple[Vendor, ...]]:
    """Return own teams and vendors by week; the scenario's horizon is that of the weeks."""
    number = {queue.name: q for q, queue in enumerate(scenario.queues)}
    teams, vendors = [], []
    for pool, given in zip(staffing_pools(scenario), scenario.teams, strict=True):
        speeds = {number[name]: speed for name, speed in pool.speed.items()}
        if pool.kind == "in_house":
            teams.append(_team(pool, given, speeds, weeks))
        else:
            vendors.append(_vendor(pool, given, speeds, weeks))
    return tuple(teams), tuple(vendors)


def shortage_price(scenario: Scenario) -> float:
    """Return the price of a missing position hour, as a plan of shifts counts it."""
    given = scenario.shortage.price_per_hour
    if given is not None:
        return given
    prices = [1.0]
    for pool in scenario.teams:
        each = price_per_position_hour(scenario, pool)
        by_hour = pool.cost_per_hour is not None
        prices.append(each * (min(pool.shifts.paid_hours) if by_hour else 2.0))
    return max(prices)


def _productive(pool: Pool, given: ScenarioPool, weeks: Sequence[dt.date]) -> FloatArray:
    """Return the share of paid time on contacts by week, with what is away in its months."""
    days = [[away_on(given.away_by_month, day + dt.timedelta(n)) for n in range(WEEK)]
            for day in weeks]  # fmt: skip
    return np.asarray((1.0 - pool.shrinkage) * (1.0 - np.array(days).mean(axis=1)))


def _team(
    pool: Pool, given: ScenarioPool, speeds: dict[int, float], weeks: Sequence[dt.date]
) -> Team:
    there = _now(given.agents, weeks[0])
    speed = given.newcomers.speed if given.newcomers else ()
    return Team(
        name=pool.name,
        speeds=speeds,
        heads=float(there.on(weeks[0])),
        hours=hours_of(pool),
        price=pool.cost_per_hour or 0.0,
        productive=_productive(pool, given, weeks),
        pace=np.array([mean_pace(there, speed, day) for day in weeks]),
        contact_price=pool.cost_per_contact or 0.0,
        contracted=pool.contract.paid == "contracted",
        overtime_hours=pool.contract.overtime_hours_per_week,
        overtime_factor=pool.contract.overtime_cost_factor,
        hiring=_terms(given, weeks),
    )


def _now(agents: Agents, first: dt.date) -> Agents:
    """Return agents as they are on a day: what dates say later is to be decided."""
    steps = tuple(step for step in agents.steps if step[0] is None or step[0] <= first)
    return Agents(steps or ((None, 0),))


def _terms(given: ScenarioPool, weeks: Sequence[dt.date]) -> Terms:
    hiring = given.hiring or Hiring()
    speed = given.newcomers.speed if given.newcomers else USUAL_SPEED
    usual = weekly_share(hiring.attrition_per_year)
    early = 1.0 - (1.0 - hiring.early_attrition) ** (1.0 / max(len(speed), 1))
    let = hiring.release
    return Terms(
        class_size=hiring.class_size,
        every_weeks=hiring.every_weeks,
        lead_weeks=hiring.lead_weeks,
        cost_per_hire=hiring.cost_per_hire,
        speed=speed,
        trainers=hiring.trainers_per_class,
        leave_a_week=usual,
        leave_a_week_at_first=1.0 - (1.0 - usual) * (1.0 - early),
        min_weeks=hiring.min_weeks,
        release_notice_weeks=let.notice_weeks if let else None,
        release_cost=let.cost_per_head if let else 0.0,
        most_heads=hiring.most_heads,
        season=_seasons(hiring, weeks),
    )


def _seasons(hiring: Hiring, weeks: Sequence[dt.date]) -> npt.NDArray[np.int64]:
    """Return the number of each week's season, -1 outside; a week counts by its fourth day."""
    if not hiring.seasons:
        return np.zeros(0, dtype=np.int64)
    middles = [day + dt.timedelta(days=WEEK // 2) for day in weeks]
    found = [
        next((n for n, one in enumerate(hiring.seasons) if one.first_day <= day <= one.last_day),
             -1)
        for day in middles
    ]  # fmt: skip
    return np.array(found, dtype=np.int64)


def _vendor(
    pool: Pool, given: ScenarioPool, speeds: dict[int, float], weeks: Sequence[dt.date]
) -> Vendor:
    most = np.array([pool.agents[w * WEEK : (w + 1) * WEEK].mean() for w in range(len(weeks))])
    hours = most * hours_of(pool)
    least = np.full(len(weeks), pool.minimum_hours_per_week)
    agreed = given.commitment or Commitment()
    return Vendor(
        name=pool.name,
        speeds=speeds,
        price=pool.cost_per_hour or 0.0,
        productive=_productive(pool, given, weeks),
        most=hours,
        minimum=np.maximum(least, hours if pool.contract.paid == "contracted" else 0.0),
        contact_price=pool.cost_per_contact or 0.0,
        notice_weeks=min(math.ceil(pool.notice_days / WEEK), len(weeks)),
        ordered=pool.ordered_hours_per_week,
        minimum_weeks=agreed.minimum_weeks,
        ramp=agreed.ramp_hours_per_week,
        max_share=pool.max_share if pool.max_share_of == "contacts" else 1.0,
        max_share_of_hours=pool.max_share if pool.max_share_of == "hours" else 1.0,
    )
