"""The second half of an explanation: who serves the interval, at what price, and how well."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.export.pool_time import PACE_PLACES, left_words, pace_text
from planner.export.steps import Place, Step
from planner.export.wording import (
    TIMES,
    Table,
    counted,
    exact_percent,
    money,
    number,
    percent,
    seconds,
)
from planner.pool_terms import tiers_words
from staffing.queues import Target
from staffing.requirement import over_period
from staffing.shifts import Shift, duty_profile, shift_start

if TYPE_CHECKING:
    from planner.plan import Plan
    from staffing.pools import Pool

_HALF = 0.5  # contacts: fewer are none
_NOBODY = 5e-4  # positions below this are nobody
_CLOSE = 5e-3  # missing positions below this are none
OnDuty = tuple[Shift, int, float, float]  # heads of a shift, their share on duty, their pace
_PLACES = 3  # of positions: with fewer, a price made of them misses cents


@dataclass(frozen=True, slots=True)
class Serving:
    """A pool in one interval: who is on duty, and what of it goes to one queue.

    Parameters
    ----------
    pool, speed
        The pool, and its speed at the queue.
    on_duty
        Shifts on duty with their heads, the share of the interval that they are not on a break,
        and the pool's pace on the day on which they started.
    given
        Positions given to the queue, before the pool's speed.
    capacity
        Positions on duty for all queues.
    """

    pool: Pool
    speed: float
    on_duty: tuple[OnDuty, ...]
    given: float
    capacity: float

    @property
    def heads(self) -> float:
        """Heads on duty, breaks taken off."""
        return sum(number * share for _, number, share, _ in self.on_duty)

    @property
    def heads_by_pace(self) -> dict[float, float]:
        """Heads on duty, breaks taken off, by their day's pace; those of most heads first."""
        found: dict[float, float] = {}
        for _, heads, share, pace in self.on_duty:
            found[pace] = found.get(pace, 0.0) + heads * share
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    @property
    def pace(self) -> float:
        """Mean pace of the heads on duty, to as many decimals as are shown."""
        paced = sum(pace * heads for pace, heads in self.heads_by_pace.items())
        return round(paced / self.heads, PACE_PLACES) if self.heads else 1.0

    @property
    def effective(self) -> float:
        """Positions given to the queue, in agents who work at the queue's AHT."""
        return self.given * self.speed


def supply_steps(plan: Plan, place: Place) -> tuple[Step, ...]:
    """Return the steps agents, price and service."""
    serving = servings(plan, place)
    return (
        _agents_step(plan, place, serving),
        _price_step(plan, place, serving),
        _service_step(plan, place),
    )


def servings(plan: Plan, place: Place) -> tuple[Serving, ...]:
    """Return the pools that serve a queue in an interval, the largest part first."""
    solved = plan.allocation
    given = solved.serve[:, place.queue, place.interval].astype(np.float64)
    found = [
        Serving(
            pool=pool,
            speed=pool.speed[place.axis.queue],
            on_duty=_on_duty(plan, p, place.interval),
            given=float(given[p]),
            capacity=float(solved.capacity[p, place.interval]),
        )
        for p, pool in enumerate(solved.pools)
        if given[p] > _NOBODY
    ]
    return tuple(sorted(found, key=lambda serving: -serving.given))


def _on_duty(plan: Plan, pool: int, interval: int) -> tuple[OnDuty, ...]:
    """Return a pool's shifts on duty in an interval, see ``Serving``."""
    solved = plan.allocation
    timezone, now = solved.pools[pool].timezone, plan.times[interval]
    today = now.tz_convert(timezone).date()
    found: dict[tuple[Shift, float], tuple[int, float]] = {}
    for d, day in enumerate(plan.days):
        if not -1 <= (today - day).days <= 2:
            continue
        for s in np.flatnonzero(solved.heads[pool][d]):
            shift = solved.shifts[pool][s]
            late = (now - shift_start(shift, day, timezone)).total_seconds()
            step = math.floor(-(late // -plan.interval_s))
            offset = int(step * plan.interval_s - late)
            profile = duty_profile(shift, plan.interval_s, offset)
            if 0 <= step < len(profile) and profile[step] > 0:
                key = shift, solved.pools[pool].pace_on(d)
                heads, _ = found.get(key, (0, 0.0))
                found[key] = (heads + int(solved.heads[pool][d, s]), float(profile[step]))
    return tuple(
        (shift, heads, share, pace) for (shift, pace), (heads, share) in sorted(found.items())
    )


def _agents_step(plan: Plan, place: Place, serving: tuple[Serving, ...]) -> Step:
    lines = [line for one in serving for line in _pool_lines(one)]
    total = sum(one.effective for one in serving)
    parts = " + ".join(number(one.effective, _PLACES) for one in serving) or "nobody"
    lines.append(f"{parts} = {number(total, _PLACES)} positions at the queue's pace")
    lines.append(_missing_words(plan, place))
    more = tuple(f"{one.pool.name}: {_shift_words(one)}" for one in serving)
    shown = _agents_table(serving) if serving else None
    return Step("agents", "Who serves it", tuple(lines), total, "positions", shown, more)


def _pool_lines(one: Serving) -> tuple[str, ...]:
    """Return how heads become positions: what shrinkage leaves of them, at the pool's pace."""
    net, name, by_pace = 1 - one.pool.shrinkage, one.pool.name, one.heads_by_pace
    left = left_words(one.pool)
    positions = sum(heads * pace for pace, heads in by_pace.items()) * net
    if len(by_pace) > 1:  # shifts past midnight, from a day with another pace
        told = " + ".join(
            f"{_heads(heads)} {TIMES} {pace_text(pace)}" for pace, heads in by_pace.items()
        )
        first = f"({told} of newcomers and old hands) {TIMES} {exact_percent(net)}"
    else:
        slower = f" {TIMES} {pace_text(one.pace)} (newcomers)" if one.pace != 1 else ""
        first = f"{_heads(one.heads)} on duty {TIMES} {exact_percent(net)}{slower}"
    own = ""
    if one.speed != 1:
        own = f" {TIMES} {pace_text(one.speed)} (speed) = {number(one.effective, _PLACES)}"
    return (
        *((f"{name}: {left}",) if left else ()),
        f"{name}: {first} = {counted(positions, 'position', _PLACES)}, "
        f"{number(one.given, _PLACES)} of them for this queue{own}",
    )


def _heads(heads: float) -> str:
    return counted(heads, "head", 0 if heads == round(heads) else _PLACES)


def _agents_table(serving: tuple[Serving, ...]) -> Table:
    """Return the numbers by pool; a column of paces where newcomers slow one of them down."""
    slowed = any(one.pace != 1 for one in serving)
    rows = tuple(
        (
            one.pool.name,
            number(one.heads, 0 if one.heads == round(one.heads) else _PLACES),
            exact_percent(one.pool.shrinkage),
            *((pace_text(one.pace),) if slowed else ()),
            number(one.capacity, _PLACES),
            number(one.given, _PLACES),
            pace_text(one.speed),
            number(one.effective, _PLACES),
        )
        for one in serving
    )
    header = (
        "pool", "heads on duty", "shrinkage", *(("pace",) if slowed else ()),
        "positions on duty", "for this queue", "speed", "at the queue's pace",
    )  # fmt: skip
    return Table("Who serves this interval", header, rows)


def _shift_words(one: Serving) -> str:
    """Return the shifts on duty with their heads."""
    said = [
        f"{counted(heads, 'head')} on {shift.label}"
        f"{'' if share == 1 else f' ({percent(share)} of the interval)'}"
        for shift, heads, share, _ in one.on_duty
    ]
    return ", ".join(said)


def _missing_words(plan: Plan, place: Place) -> str:
    missing = float(plan.allocation.understaffing[place.queue, place.interval])
    late = plan.queues[place.queue].deferred
    if missing <= _CLOSE:
        if late:
            return "no work falls overdue"
        return f"nobody is missing{_together_words(plan, place)}"
    shown = number(missing, 2)
    return f"{shown} positions' work falls overdue" if late else f"{shown} positions are missing"


def _together_words(plan: Plan, place: Place) -> str:
    """Return why nobody is missing where fewer are given than the queue would take by itself."""
    at, target = (place.queue, place.interval), plan.queues[place.queue].target
    fewer = plan.requirement.positions[at] - float(plan.projection.positions[at]) > _CLOSE
    if not (fewer and isinstance(target, Target) and over_period(target)):
        return ""
    return f": those of all its intervals together keep the share of the {target.over}"


def _price_step(plan: Plan, place: Place, serving: tuple[Serving, ...]) -> Step:
    """Return the price, reckoned with the numbers that are shown, so that it can be checked."""
    currency, hours = plan.scenario.currency, plan.interval_s / 3600
    contacts, counted_as = _priced_contacts(plan, place)
    effective = sum(one.effective for one in serving)
    span = number(hours, 2) if hours == round(hours, 2) else f"{plan.interval_s // 60} / 60"
    lines, prices = [], []
    for one in serving:
        pool = one.pool
        if pool.cost_per_hour is None:
            part = round(contacts * one.effective / effective, _PLACES)
            prices.append(round((pool.cost_per_contact or 0.0) * part, 2))
            lines.append(
                f"{pool.name}: {number(part, _PLACES)} contacts {TIMES} "
                f"{money(pool.cost_per_contact or 0.0, currency, 2)} = "
                f"{money(prices[-1], currency, 2)}"
            )
        else:
            per_position = round(pool.cost_per_hour / (1 - pool.shrinkage) / one.pace, 4)
            slower = f" / {pace_text(one.pace)} (newcomers)" if one.pace != 1 else ""
            given = round(one.given, _PLACES)
            prices.append(round(per_position * given * hours, 2))
            lines.append(
                f"{pool.name}: {money(pool.cost_per_hour, currency, 2)} a paid hour / "
                f"{exact_percent(1 - pool.shrinkage)}{slower} = "
                f"{money(per_position, currency, 4)} a position hour; {TIMES} "
                f"{number(given, _PLACES)} positions {TIMES} {span} h = "
                f"{money(prices[-1], currency, 2)}"
            )
        if pool.tiers:
            lines.append(f"{pool.name}: that is the first price of a week; {tiers_words(pool)}")
    total = sum(prices)
    each = f", {money(total / contacts, currency, 2)} {counted_as}" if contacts > 0 else ""
    lines.append(f"{money(total, currency, 2)} for this interval{each}")
    lines += _worth_lines(plan, place)
    return Step("price", "What it costs", tuple(lines), total, currency)


def _worth_lines(plan: Plan, place: Place) -> tuple[str, ...]:
    """Say what one more position needed here would cost, where the plan knows."""
    worth, at = plan.allocation.worth, (place.queue, place.interval)
    if worth is None or plan.requirement.positions[at] <= 0:
        return ()
    currency = plan.scenario.currency
    held, free = float(worth.need[at]), float(worth.relaxed_need[at])
    return (
        f"one position more needed in it would cost {money(held, currency, 2)} with the shifts as "
        f"planned, {money(free, currency, 2)} where shifts in fractions could be placed for it",
    )


def _priced_contacts(plan: Plan, place: Place) -> tuple[float, str]:
    """Return the contacts that an interval's price is for, and what one of them is called.

    Of work that may wait they are those answered in it, whenever they came.
    """
    seen, at = plan.projection, (place.queue, place.interval)
    if plan.queues[place.queue].deferred:
        return float(seen.answered[at]), "a contact answered in it"
    return float(seen.contacts[at]), "a contact"


def _service_step(plan: Plan, place: Place) -> Step:
    seen, at = plan.projection, (place.queue, place.interval)
    level = float(seen.service_level[at])
    lines = (
        *_level_lines(plan, place),
        f"{number(float(seen.backlog[at]), 1)} contacts are waiting at its end{_oldest(plan, at)}",
        *_from_before(plan, at),
    )
    return Step("service", "How customers are served", lines, level, "share answered in time")


def _level_lines(plan: Plan, place: Place) -> tuple[str, ...]:
    """Say how those who come in an interval are served, where anybody comes and is answered."""
    seen, at = plan.projection, (place.queue, place.interval)
    if seen.contacts[at] <= 0:
        return ("nobody comes: there is no service to tell",)
    low, high = (percent(float(v[at]), 1) for v in (seen.service_level_p10, seen.service_level_p90))
    band = low if low == high else f"between {low} and {high}"
    told = (
        f"{percent(float(seen.service_level[at]), 1)} answered in time; in 8 of 10 cases {band}, "
        "as the day turns out"
    )
    lost = f"{percent(float(seen.abandonment[at]), 1)} hang up"
    busy = f"occupancy {percent(float(seen.occupancy[at]), 1)}"
    wait = f"mean wait of the answered {seconds(float(seen.asa_s[at]))}"
    if plan.queues[place.queue].deferred:
        return told, f"{wait}, {busy}"
    if seen.positions[at] < _NOBODY:
        return told, f"nobody is on duty for this queue: {lost}"
    return told, f"{wait} (ASA), {lost}, {busy}"


def _oldest(plan: Plan, at: tuple[int, int]) -> str:
    age_s = float(plan.projection.oldest_s[at])
    return f", the oldest for {seconds(age_s)}" if age_s > 0 else ""


def _from_before(plan: Plan, at: tuple[int, int]) -> tuple[str, ...]:
    """Return how many of the contacts that waited when the horizon began still do."""
    queue, interval = at
    seen = plan.projection
    start = float(seen.starting.contacts[queue])
    left = start - float(seen.answered[queue, : interval + 1].sum())
    if left < _HALF:
        return ()
    late = float(seen.starting.late[queue])
    some = f", of which {number(late)} were late by then" if late >= _HALF else ""
    return (
        f"{number(left, 1)} of them are left of the {number(start)} that waited when the plan "
        f"began{some}",
    )
