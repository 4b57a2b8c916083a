"""What a manager asks first, in sentences and tables: cost, service, who is missing when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.export.digest import (
    Digest,
    Outcome,
    ratio,
    total_cost,
    understaffing_hours,
    vendor_share,
)
from planner.export.palette import LEVELS, level_of
from planner.export.wording import Table, day_name, money, number, percent, seconds

if TYPE_CHECKING:
    from planner.plan import Plan

_WORST = 10
_KEPT = -5e-4  # a promise missed by less is kept: what is shown is rounded


@dataclass(frozen=True, slots=True)
class Fact:
    """A number at the top of the page: what it is, its value, and a remark."""

    name: str
    value: str
    remark: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Service of a market's channel: in words, and the colour of how it stands to its promise."""

    level: str
    remark: str
    colour: str


def facts(plan: Plan, sums: Digest) -> tuple[Fact, ...]:
    """Return the numbers that a reader wants before all others."""
    currency, cost = plan.scenario.currency, total_cost(plan)
    contacts = float(sums.contacts.sum())
    at_once = sums.outcome(q for q, queue in enumerate(plan.queues) if not queue.deferred)
    waits = sums.outcome(q for q, queue in enumerate(plan.queues) if queue.deferred)
    missing = understaffing_hours(plan)
    needed = float(plan.requirement.positions.sum()) * plan.interval_s / 3600
    each = money(float(ratio(cost, contacts)), currency, 2)
    told = [
        Fact("Cost", money(cost, currency), f"{each} a contact, {number(contacts)} contacts"),
        Fact("Vendors", percent(vendor_share(plan)), "of the contacts"),
        Fact("Missing", f"{number(missing)} h", f"of {number(needed)} position hours needed"),
    ]
    if at_once.contacts > 0:
        told.append(Fact("On the line", percent(at_once.service_level), _beside(at_once)))
    if waits.contacts > 0:
        told.append(Fact("Work that may wait", percent(waits.service_level), _beside(waits)))
    return tuple(told)


def _beside(outcome: Outcome) -> str:
    return f"answered in time; {percent(outcome.promised)} promised"


def headlines(plan: Plan, sums: Digest) -> tuple[str, ...]:
    """Return the plan in a few sentences."""
    currency, cost = plan.scenario.currency, total_cost(plan)
    daily = sums.contacts.sum(axis=0)
    peak, middle = sums.peak_day, float(np.median(daily))
    times = f", {number(daily[peak] / middle, 1)} times the middle day" if middle > 0 else ""
    return (
        f"The plan costs {money(cost, currency)} for {number(daily.sum())} contacts from "
        f"{day_name(plan.days[0])} to {day_name(plan.days[-1], year=True)}.",
        f"The busiest day is {day_name(plan.days[peak])}: {number(daily[peak])} contacts{times}.",
        _channel_sentence(sums),
        _missing_sentence(plan, sums),
        f"Vendors handle {percent(vendor_share(plan))} of the contacts and take "
        f"{_vendor_money(plan)} of the money.",
        gap_sentence(plan),
    )


def _vendor_money(plan: Plan) -> str:
    vendors = sum(cost.cost for cost in plan.costs if cost.kind == "vendor")
    return percent(float(ratio(vendors, total_cost(plan))))


def _channel_sentence(sums: Digest) -> str:
    said = []
    for channel in sums.channels:
        outcome = sums.outcome(sums.queues(channel=channel))
        if np.isfinite(outcome.service_level - outcome.promised):
            said.append(
                f"{channel} {percent(outcome.service_level)} ({percent(outcome.promised)} promised)"
            )
    return f"Answered in time: {', '.join(said)}." if said else "No service level is promised."


def _missing_sentence(plan: Plan, sums: Digest) -> str:
    total = understaffing_hours(plan)
    if total < 0.05:
        return "Nobody is missing at any time."
    q, i = worst_shortage(plan, sums)
    axis = sums.axes[q]
    local = plan.times[i].tz_convert(axis.timezone)
    day = int(sums.short_hours.sum(axis=0).argmax())
    return (
        f"{number(total, 1)} position hours are missing, most of them on "
        f"{day_name(plan.days[day])} ({number(sums.short_hours[:, day].sum(), 1)} h); the worst "
        f"moment is {axis.queue} on {day_name(local.date())} at {local:%H:%M} with "
        f"{number(plan.allocation.understaffing[q, i], 1)} positions missing."
    )


def worst_shortage(plan: Plan, sums: Digest) -> tuple[int, int]:
    """Return queue and interval with the most positions missing."""
    missing = np.zeros_like(plan.allocation.understaffing)
    for q, axis in enumerate(sums.axes):
        missing[q, axis.inside] = plan.allocation.understaffing[q, axis.inside]
    worst = np.unravel_index(int(missing.argmax()), missing.shape)
    return int(worst[0]), int(worst[1])


def gap_sentence(plan: Plan) -> str:
    """Return in words how far the plan lies above the relaxation of its weeks."""
    return (
        f"Whole heads cost {percent(max(plan.allocation.gap, 0.0), 1)} more than the same weeks "
        "would with fractions of heads, missing positions counted at their price: week by week, no "
        "better choice of heads saves more."
    )


def service_cells(sums: Digest) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[Cell, ...]], ...]]:
    """Return channels, and per market its cells: one per channel, and all channels together."""
    rows = []
    for market in sums.markets:
        cells = [_cell(sums.outcome(sums.queues(market=market, channel=c))) for c in sums.channels]
        rows.append((market, tuple(cells)))
    if len(sums.markets) > 1:
        cells = [_cell(sums.outcome(sums.queues(channel=c))) for c in sums.channels]
        rows.append(("all markets", tuple(cells)))
    return sums.channels, tuple(rows)


def _cell(outcome: Outcome) -> Cell:
    if outcome.contacts <= 0 or np.isnan(outcome.promised):
        return Cell(percent(outcome.service_level), "no promise" if outcome.contacts else "", "")
    beyond = outcome.service_level - outcome.promised
    kept = "kept" if beyond >= _KEPT else "missed"
    return Cell(
        percent(outcome.service_level),
        f"{kept}: {percent(outcome.promised)} promised",
        LEVELS[level_of(beyond)],
    )


def worst_table(plan: Plan, sums: Digest) -> Table:
    """Return the ten intervals in which most customers beyond the promised share wait too long."""
    seen, solved = plan.projection, plan.allocation
    missed = np.zeros_like(seen.contacts)
    for q, axis in enumerate(sums.axes):
        short = sums.promised[q] - seen.service_level[q, axis.inside]
        missed[q, axis.inside] = np.nan_to_num(np.maximum(short, 0)) * seen.contacts[q, axis.inside]
    order = np.argsort(-missed, axis=None, kind="stable")[:_WORST]
    rows = []
    for q, i in zip(*np.unravel_index(order, missed.shape), strict=True):
        if missed[q, i] < 0.005:
            break
        local = plan.times[i].tz_convert(sums.axes[q].timezone)
        rows.append(
            (
                f"{day_name(local.date())}, {local:%H:%M}",
                sums.axes[q].queue,
                number(missed[q, i], 1),
                number(seen.contacts[q, i], 1),
                number(plan.requirement.positions[q, i], 1),
                number(seen.positions[q, i], 1),
                number(solved.understaffing[q, i], 1),
                percent(seen.service_level[q, i]),
                seconds(float(seen.asa_s[q, i])),
                percent(seen.abandonment[q, i]),
                number(seen.backlog[q, i], 1),
            )
        )
    header = (
        "when (local)", "queue", "too late beyond the promise", "contacts", "needed", "on duty",
        "missing", "in time", "mean wait", "hang up", "waiting at the end",
    )  # fmt: skip
    caption = "The ten intervals in which most customers are let down"
    return Table(caption, header, tuple(rows), frozenset({0, 1}))


def roster_table_of(plan: Plan) -> Table:
    """Return per pool its agents, those who work, shifts, hours, and what was not placed."""
    rows = []
    for pool in plan.pools:
        mine = [duty for duty in plan.roster.duties if duty.pool == pool.name]
        left = [part for part in plan.roster.unplaced if part.pool == pool.name]
        hours = sum(duty.shift.paid_hours for duty in mine)
        agents = len({duty.agent for duty in mine})
        fewest, most = int(np.min(pool.agents)), int(np.max(pool.agents))
        rows.append(
            (
                pool.name,
                number(most) if fewest == most else f"{number(fewest)} to {number(most)}",
                number(agents),
                number(len(mine)),
                number(hours),
                number(float(ratio(hours, agents)), 1) if agents else "0",
                number(sum(part.heads for part in left)),
                number(sum(part.heads * part.shift.paid_hours for part in left)),
            )
        )
    header = (
        "pool", "agents", "who work", "shifts", "hours", "hours each", "shifts not placed",
        "hours not placed",
    )  # fmt: skip
    return Table("The roster by pool", header, tuple(rows))


def unplaced_table(plan: Plan) -> Table | None:
    """Return the shifts that nobody could take; None where there are none."""
    rows = tuple(
        (part.pool, day_name(part.day), part.shift.label, number(part.heads))
        for part in plan.roster.unplaced
    )
    header = ("pool", "day", "shift", "heads")
    caption = "Shifts that no agent could take without breaking a rule"
    return Table(caption, header, rows, frozenset({0, 1, 2})) if rows else None
