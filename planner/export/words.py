"""The plan in a screenful of words, for the terminal: what a tired planner needs to know."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from planner.export.digest import (
    Digest,
    Outcome,
    digest,
    total_cost,
    understaffing_hours,
    vendor_share,
)
from planner.export.wording import day_name
from planner.plan import Plan

_WORST_DAYS = 3


def plan_words(plan: Plan, out: Path, files: int) -> str:
    """Return the summary printed when a plan is written into a folder."""
    sums = digest(plan)
    blocks = [_headline(plan, sums), _service_lines(sums), _worst_lines(plan, sums)]
    blocks += [_pool_lines(plan), _closing_lines(plan, out, files)]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _headline(plan: Plan, sums: Digest) -> list[str]:
    peak = sums.peak_day
    daily = sums.contacts.sum(axis=0)
    ordinary = float(np.median(daily)) or 1.0
    cost, contacts = total_cost(plan), float(daily.sum())
    variant = f", variant {' + '.join(plan.variants)}" if plan.variants else ""
    return [
        f"{plan.scenario.name or 'Plan'}{variant}: {day_name(plan.days[0])} to "
        f"{day_name(plan.days[-1], year=True)}",
        f"{contacts:,.0f} contacts expected; the busiest day is {day_name(plan.days[peak])} with "
        f"{daily[peak]:,.0f}, {daily[peak] / ordinary:.1f} times the middle day.",
        f"It costs {plan.scenario.currency} {cost:,.0f}, {cost / max(contacts, 1):,.2f} a contact; "
        f"vendors take {vendor_share(plan):.0%} of the contacts.",
    ]


def _service_lines(sums: Digest) -> list[str]:
    lines = ["Service, answered in time        contacts   promised  projected"]
    rows = [(channel, sums.outcome(sums.queues(channel=channel))) for channel in sums.channels]
    if len(sums.markets) > 1:
        rows += [(market, sums.outcome(sums.queues(market=market))) for market in sums.markets]
    return lines + [_service_line(name, outcome) for name, outcome in rows]


def _service_line(name: str, outcome: Outcome) -> str:
    behind = outcome.service_level < outcome.promised - 0.005
    mark = "  below its promise" if behind else ""
    return (
        f"  {name:<28} {outcome.contacts:>10,.0f} {_share(outcome.promised):>10} "
        f"{_share(outcome.service_level):>10}{mark}"
    )


def _share(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.0%}"


def _worst_lines(plan: Plan, sums: Digest) -> list[str]:
    missing = sums.short_hours.sum(axis=0)
    total = understaffing_hours(plan)
    if total < 1.0:
        return ["No agents are missing."]
    worst = [d for d in np.argsort(-missing)[:_WORST_DAYS] if missing[d] >= 1.0]
    lines = [f"{total:,.0f} position hours are missing. The worst days:"]
    for d in worst:
        q = int(np.argmax(sums.short_hours[:, d]))
        lines.append(
            f"  {day_name(plan.days[d])}  {missing[d]:,.0f} hours, most of them in "
            f"{sums.axes[q].queue} ({sums.short_hours[q, d]:,.0f})"
        )
    return lines


def _pool_lines(plan: Plan) -> list[str]:
    lines = ["Pool                         paid hours       cost   per hour  per contact"]
    lines += [
        f"  {cost.pool:<24} {cost.paid_hours:>12,.0f} {cost.cost:>10,.0f} "
        f"{cost.cost_per_hour:>10,.2f} {cost.cost_per_contact:>12,.2f}"
        for cost in plan.costs
    ]
    return lines


def _closing_lines(plan: Plan, out: Path, files: int) -> list[str]:
    unplaced = sum(missing.heads for missing in plan.roster.unplaced)
    return [
        f"{len(plan.roster.duties):,} shifts rostered"
        + (f", {unplaced:,} left unplaced by the agents' limits." if unplaced else "."),
        f"The program's answer is {plan.allocation.quality}; it took "
        f"{sum(plan.seconds.values()):.0f} s.",
        f"{files} files in {out}. Look at {out / 'report.html'} first"
        + ("; what to know of the input is at its end." if plan.notes else "."),
    ]
