"""The scenario's pools in the words of staffing, and a warning of a cheap shortage."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from planner.errors import InputError
from planner.scenario.agents import made_up_names
from planner.scenario.queues import Queue as ScenarioQueue
from planner.scenario.queues import Target as ScenarioTarget
from planner.scenario.shrinkage import mean_pace
from staffing.pools import (
    Bonus,
    BreakRule,
    Contract,
    Penalty,
    Pool,
    ShiftRules,
    SplitRule,
    Tier,
)
from staffing.shifts import build_shifts

if TYPE_CHECKING:
    from planner.scenario.model import Scenario
    from planner.scenario.pools import Pool as ScenarioPool

FloatArray = npt.NDArray[np.float64]
DAY_MINUTES = 1440
USUAL_HOURS = (7 * 60, 21 * 60)
USUAL_AHT_S = 300.0  # where neither scenario nor history says, to compare prices only


def staffing_pools(scenario: Scenario) -> tuple[Pool, ...]:
    """Return the pools as staffing sees them, in the scenario's order, split into teams.

    Raises
    ------
    InputError
        When a pool's breaks leave it no shift that it could work.
    """
    pools = tuple(_pool(scenario, pool) for pool in scenario.teams)
    message = "must allow a shift: its hours and breaks together leave none, got 0 shifts"
    owners = [p for p, pool in enumerate(scenario.pools) for _ in set(pool.agents.skills) or {()}]
    faults = [
        scenario.fault(("pools", p, "shifts"), message)
        for p, pool in zip(owners, pools, strict=True)
        if not build_shifts(pool.shifts)
    ]
    if faults:
        raise InputError(faults)
    return pools


def lost_lengths(scenario: Scenario) -> list[str]:
    """Return each pool with the paid lengths stated for it that no shift of its can have."""
    result = []
    for pool, given in zip(staffing_pools(scenario), scenario.teams, strict=True):
        worked = {shift.paid_minutes for shift in build_shifts(replace(pool.shifts, split=None))}
        lost = [hours for hours in given.shifts.paid_hours if round(hours * 60) not in worked]
        told = [f"{hours:g} h" for hours in lost]
        if given.shifts.split is not None:
            in_parts = build_shifts(replace(pool.shifts, paid_hours=()))
            worked = {shift.paid_minutes for shift in in_parts}
            lost = [h for h in given.shifts.split.paid_hours if round(h * 60) not in worked]
            told += [f"{hours:g} h in two parts" for hours in lost]
        if told:
            result.append(f"{pool.name} ({', '.join(told)})")
    return result


def _pool(scenario: Scenario, pool: ScenarioPool) -> Pool:
    vendor = pool.vendor or (pool.name if pool.kind == "vendor" else "")
    return Pool(
        name=pool.name,
        kind=pool.kind,
        timezone=scenario.zone_of(pool),
        speed={served.name: served.speed for served in pool.queues},
        agents=np.array([pool.agents.on(day) for day in scenario.days], dtype=np.int64),
        names=agent_names(pool),
        cost_per_hour=pool.cost_per_hour,
        cost_per_contact=pool.cost_per_contact,
        shrinkage=pool.shrinkage.total,
        shrinkage_by_kind=dict(pool.shrinkage.kinds),
        pace=_pace(scenario, pool),
        contract=_contract(pool),
        shifts=_shifts(scenario, pool),
        minimum_hours_per_week=pool.minimum_hours_per_week,
        committed_share_of_forecast=pool.committed_share_of_forecast,
        max_share=pool.max_share,
        penalty=_penalty(pool),
        vendor=vendor,
        solved={served.name: served.solved for served in pool.queues if served.solved < 1},
        max_share_of=pool.max_share_of,
        tiers=tuple(Tier(tier.above, tier.price) for tier in pool.tiers),
        bonus=_bonus(pool),
        notice_days=pool.notice.days if pool.notice else 0,
        ordered_hours_per_week=pool.notice.ordered_hours_per_week if pool.notice else 0.0,
        decided=pool.decided,
        people=pool.agents.people,
    )


def _pace(scenario: Scenario, pool: ScenarioPool) -> FloatArray | None:
    if pool.newcomers is None:
        return None
    speed = pool.newcomers.speed
    return np.array([mean_pace(pool.agents, speed, day) for day in scenario.days])


def _penalty(pool: ScenarioPool) -> Penalty | None:
    given = pool.penalty
    if given is None:
        return None
    return Penalty(given.below_service_level, given.discount_per_point, given.max_discount)


def _bonus(pool: ScenarioPool) -> Bonus | None:
    given = pool.bonus
    if given is None:
        return None
    return Bonus(given.above_service_level, given.premium_per_point, given.max_premium)


def agent_names(pool: ScenarioPool) -> tuple[str, ...]:
    """Return the names of a pool's agents, made up from the pool's where none are given.

    Examples
    --------
    >>> from planner.scenario.pools import Pool
    >>> agent_names(Pool(name="paris", queues=["fr"], agents=2, cost_per_hour=58))
    ('paris-001', 'paris-002')
    """
    return pool.agents.names or made_up_names(pool.name, pool.agents.most)


def _served(scenario: Scenario, pool: ScenarioPool) -> list[ScenarioQueue]:
    by_name = {queue.name: queue for queue in scenario.queues}
    return [by_name[served.name] for served in pool.queues]


def _contract(pool: ScenarioPool) -> Contract:
    contract = pool.contract
    usual: Literal["contracted", "scheduled"]
    usual = "contracted" if pool.kind == "in_house" else "scheduled"
    return Contract(
        hours_per_week=contract.hours_per_week,
        max_hours_per_day=contract.max_hours_per_day,
        min_rest_hours=contract.min_rest_hours,
        max_consecutive_days=contract.max_consecutive_days,
        days_off_per_week=contract.days_off_per_week,
        paid=contract.paid or usual,
        overtime_hours_per_week=contract.overtime.max_hours_per_week,
        overtime_cost_factor=contract.overtime.cost_factor,
        weekly_rest_hours=contract.weekly_rest_hours,
        min_consecutive_days=contract.min_consecutive_days,
        min_consecutive_days_off=contract.min_consecutive_days_off,
        max_weekends_in_four=contract.max_weekends_in_four,
        max_nights_in_row=contract.max_nights_in_row,
        forbidden_successions=tuple(
            (pair.ends_after, pair.starts_before) for pair in contract.forbidden_successions
        ),
        weekly_hours=contract.weekly_hours,
        max_hours_per_week=contract.max_hours_per_week,
        bend={rule.replace("_", " "): price for rule, price in contract.bend.items()},
    )


def _shifts(scenario: Scenario, pool: ScenarioPool) -> ShiftRules:
    shifts = pool.shifts
    start, end = _opening_span(scenario, pool)
    start = start if shifts.earliest_start is None else shifts.earliest_start
    if shifts.latest_end is None:
        end = max(end, start + shifts.shortest_minutes)
    else:
        end = shifts.latest_end
        start = min(start, max(end - shifts.shortest_minutes, 0))
    most = pool.contract.max_hours_per_day
    return ShiftRules(
        earliest_start=start,
        latest_end=end,
        start_every_minutes=shifts.start_every_minutes,
        paid_hours=tuple(hours for hours in shifts.paid_hours if hours <= most),
        breaks=tuple(BreakRule(p.minutes, p.paid, p.after_hours) for p in shifts.breaks),
        split=_split(pool),
    )


def _split(pool: ScenarioPool) -> SplitRule | None:
    given = pool.shifts.split
    if given is None:
        return None
    most = pool.contract.max_hours_per_day
    return SplitRule(
        paid_hours=tuple(hours for hours in given.paid_hours if hours <= most),
        pause_minutes=given.pause_minutes,
        after_hours=given.after_hours,
        max_span_hours=given.max_span_hours,
    )


def _opening_span(scenario: Scenario, pool: ScenarioPool) -> tuple[int, int]:
    """Return first opening and last closing of the pool's live queues, in its local minutes."""
    own = ZoneInfo(scenario.zone_of(pool))
    spans = []
    for queue in _served(scenario, pool):
        if isinstance(queue.target, ScenarioTarget):
            zone = ZoneInfo(scenario.market_of(queue).timezone)
            ranges = {span for day in queue.open.week for span in day}
            for shift in _offsets(scenario, own, zone):
                spans += [(start + shift, end + shift) for start, end in ranges]
    if not spans:
        return USUAL_HOURS
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    if first < 0 or last - first >= DAY_MINUTES:
        return 0, DAY_MINUTES
    return first // 30 * 30, last


def _offsets(scenario: Scenario, own: ZoneInfo, zone: ZoneInfo) -> set[int]:
    """Return by how many minutes one clock is ahead of another, over the horizon's midnights.

    Several where their clocks change on different days.
    """
    first, ahead = scenario.horizon.first_day, set()
    for day in range(scenario.horizon.days + 1):
        midnight = dt.datetime.combine(first + dt.timedelta(days=day), dt.time(), dt.UTC)
        here, there = (midnight.astimezone(z).utcoffset() or dt.timedelta() for z in (own, zone))
        ahead.add(round((here - there).total_seconds() / 60))
    return ahead


def price_per_position_hour(scenario: Scenario | None, pool: ScenarioPool) -> float:
    """Return what an hour of a position on contacts costs: paid hours over their productive share.

    The position works at a queue's own pace, so that a pool slower than it needs more hours: that
    of its slowest queue counts, and of the day on which newcomers slow it down most. A price per
    contact counts for as many contacts as fill an hour at the shortest handling time served. Where
    the price changes with the volume, the dearest counts.

    Examples
    --------
    An in-house hour at 58 with shrinkage 0.30 costs 83 on contacts (methods.md).

    >>> from planner.scenario.pools import Pool
    >>> pool = Pool(name="paris", queues=["fr"], agents=2, cost_per_hour=58)
    >>> round(price_per_position_hour(None, pool))
    83
    """
    price = pool.cost_per_contact if pool.cost_per_hour is None else pool.cost_per_hour
    dearest = max(price or 0.0, *(tier.price for tier in pool.tiers), 0.0)
    if pool.cost_per_hour is not None:
        slowest = min(served.speed for served in pool.queues)
        pace = min(_paces_at_work(scenario, pool), default=1.0)
        return dearest / (1.0 - pool.shrinkage.total) / slowest / pace
    queues = scenario.queues if scenario else ()
    aht_s = {queue.name: (queue.aht_s or USUAL_AHT_S) * queue.aht_factor for queue in queues}
    most = max(3600.0 / aht_s.get(served.name, USUAL_AHT_S) for served in pool.queues)
    return dearest * most


def _paces_at_work(scenario: Scenario | None, pool: ScenarioPool) -> list[float]:
    """Return the paces above 0 of the days on which a pool has agents, where newcomers join it."""
    if scenario is None or pool.newcomers is None:
        return []
    paces = (
        mean_pace(pool.agents, pool.newcomers.speed, day)
        for day in scenario.days
        if pool.agents.on(day)
    )
    return [pace for pace in paces if pace > 0]


def shortage_warnings(scenario: Scenario) -> tuple[str, ...]:
    """Return a warning where a missing position costs less than the dearest pool's.

    Left out of the scenario, the price is ``staffing.allocation.dear_shortage``.
    """
    given = scenario.shortage.price_per_hour
    prices = {pool.name: price_per_position_hour(scenario, pool) for pool in scenario.pools}
    if given is None or not prices:
        return ()
    dearest = max(prices, key=lambda name: prices[name])
    if given > prices[dearest]:
        return ()
    return (
        f"shortage.price_per_hour is {given:g}, not above the {prices[dearest]:.2f} that an hour "
        f"on contacts costs in pool {dearest!r}: the plan will leave positions empty to save money",
    )
