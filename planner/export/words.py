"""The plan in a screenful of words, for the terminal: what a tired planner needs to know."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from planner.export.digest import (
    NOTICED_HOURS,
    Digest,
    Outcome,
    digest,
    missing_hours,
    ratio,
    total_cost,
    vendor_share,
)
from planner.export.overridden import overridden, overridden_words
from planner.export.paths import paths_lines
from planner.export.remedy_words import remedy_sentences
from planner.export.tour_tables import breaches_of
from planner.export.waiting import (
    Waiting,
    answered_by,
    largest,
    moment,
    reach_sentence,
    start_sentence,
    waiting,
)
from planner.export.wording import THIN, day_name, largest_part
from planner.export.worth_rows import worth_rows
from planner.export.worth_words import worth_sentences
from planner.plan import Plan
from staffing.allocation import Allocation

_WORST_DAYS = 3
_WORST_QUEUES = 3


def plan_words(plan: Plan, out: Path, files: int) -> str:
    """Return the summary printed when a plan is written into a folder."""
    sums = digest(plan)
    planners = [f"{line}." for line in overridden_words(overridden(plan.scenario, plan.forecast))]
    blocks = [[*_headline(plan, sums), *planners], _service_lines(plan, sums)]
    blocks += [_worst_lines(plan, sums), _waiting_lines(plan, sums)]
    blocks += [_pool_lines(plan), paths_lines(plan), _worth_lines(plan, sums)]
    blocks += [_closing_lines(plan, out, files)]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines)


def _headline(plan: Plan, sums: Digest) -> list[str]:
    peak = sums.peak_day
    daily = sums.contacts.sum(axis=0)
    ordinary = float(np.median(daily)) or 1.0
    whole = sums.outcome(range(len(sums.axes)))
    on_the_line = sums.outcome(np.flatnonzero(~sums.deferred))
    cost = total_cost(plan)
    lost = float(ratio(on_the_line.lost, on_the_line.contacts))
    hang_up = [
        f"{_counted(on_the_line.lost, 'customer')}, {lost:.1%} of those who wait on the line, "
        f"{'hangs' if round(on_the_line.lost) == 1 else 'hang'} up."
    ]
    some = any(pool.kind == "vendor" for pool in plan.pools)
    vendors = f"; vendors take {vendor_share(plan):.0%} of the contacts" if some else ""
    variant = f", variant {' + '.join(plan.variants)}" if plan.variants else ""
    return [
        f"{plan.scenario.name or 'Plan'}{variant}: {day_name(plan.days[0])} to "
        f"{day_name(plan.days[-1], year=True)}",
        f"{_counted(whole.contacts, 'contact')} expected; the busiest day is "
        f"{day_name(plan.days[peak])} with {daily[peak]:,.0f}, "
        f"{daily[peak] / ordinary:.1f} times the middle day.",
        f"It costs {plan.scenario.currency} {cost:,.0f}, {cost / max(whole.answered, 1):,.2f} a "
        f"contact answered{vendors}.",
        *(hang_up if on_the_line.lost >= 0.5 else ()),
    ]


def _service_lines(plan: Plan, sums: Digest) -> list[str]:
    lines = [
        f"{_service_title(sums):<30} {'contacts':>10} {'promised':>10} {'projected':>10}"
        "  in 8 of 10 cases"
    ]
    below = _queues_below(plan, sums)
    rows = [(channel, sums.queues(channel=channel)) for channel in sums.channels]
    if len(sums.markets) > 1:
        rows += [(market, sums.queues(market=market)) for market in sums.markets]
    told = (_service_line(plan, name, sums.outcome(some), some) for name, some in rows)
    return [*lines, *told, *below]


def _service_title(sums: Digest) -> str:
    """Return the table's title: its rows are channels, where they hold several queues."""
    by = "" if len(sums.channels) == len(sums.axes) else " by channel"
    return f"Answered in time{by}"


def _queues_below(plan: Plan, sums: Digest) -> list[str]:
    """Return the queues below their promise where the channels above do not tell them apart."""
    told = [(axis.queue, q, sums.outcome([q])) for q, axis in enumerate(sums.axes)]
    below = sorted(
        (outcome.service_level - outcome.promised, name, q, outcome)
        for name, q, outcome in told
        if _behind(outcome)
    )
    if not below or len(sums.channels) == len(sums.axes):
        return []
    more = [f"  and {_counted(len(below) - _WORST_QUEUES, 'other queue')}"]
    lines = (
        _service_line(plan, name, outcome, [q], mark=False)
        for _, name, q, outcome in below[:_WORST_QUEUES]
    )
    return [
        f"Below their promise, by queue ({len(below)} of {len(told)}):",
        *lines,
        *(more if len(below) > _WORST_QUEUES else []),
    ]


def _behind(outcome: Outcome) -> bool:
    return outcome.service_level < outcome.promised - 0.005


def _service_line(
    plan: Plan, name: str, outcome: Outcome, queues: Iterable[int], *, mark: bool = True
) -> str:
    behind = mark and _behind(outcome)
    said = f"  below its promise{'s' if outcome.mixed else ''}" if behind else ""
    promised = np.nan if outcome.mixed else outcome.promised  # a mean that nobody promised
    chosen = np.isin(np.arange(len(plan.queues)), np.array(list(queues), np.int64))
    band = plan.projection.daily.overall(chosen)
    return (
        f"  {name:<28} {outcome.contacts:>10,.0f} {_share(promised):>10} "
        f"{_share(outcome.service_level):>10}  {_share(float(band.p10)):>7} to "
        f"{_share(float(band.p90)):>4}{said}"
    )


def _share(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.0%}"


def _waiting_lines(plan: Plan, sums: Digest) -> list[str]:
    """Return where most work waits, what waits at the start, and what nobody can do in time."""
    told = waiting(plan, sums)
    lines = [_waiting_line(one) for one in largest(told, _WORST_QUEUES)]
    if lines:
        lines.insert(0, "Work that waits, at most  contacts  on                 answered by        "
                     "oldest h   at the end")  # fmt: skip
    said = [line for line in (start_sentence(told), reach_sentence(told)) if line]
    return lines + [_plain(line) for line in said]


def _waiting_line(one: Waiting) -> str:
    return (
        f"  {one.queue:<23} {one.most:>8,.0f}  {moment(one.most_at):<18} {answered_by(one):<18} "
        f"{one.oldest_hours:>8,.1f} {one.end:>12,.0f}"
    )


def _worst_lines(plan: Plan, sums: Digest) -> list[str]:
    missing = sums.short_hours.sum(axis=0)
    on_the_line, overdue = missing_hours(plan)
    if max(on_the_line, overdue) < NOTICED_HOURS:
        return ["No agents are missing."]
    said = [
        f"{_hours(on_the_line, 'position hour')} missing on the line"
        if on_the_line >= NOTICED_HOURS
        else "Nobody is missing on the line"
    ]
    if overdue >= NOTICED_HOURS:
        said.append(f"{_hours(overdue, 'hour')} of work overdue")
    lines = [f"{'; '.join(said)}. The worst days:"]
    worst = [d for d in np.argsort(-missing)[:_WORST_DAYS] if missing[d] >= NOTICED_HOURS]
    lines += [f"  {day_name(plan.days[d]):<10}  {_day_words(sums, d)}" for d in worst]
    return lines + [_plain(line) for line in remedy_sentences(plan, sums)]


def _day_words(sums: Digest, day: int) -> str:
    """Return the hours missing on a day, on the line and overdue, and where most of them are."""
    said = []
    for late, name in ((False, "missing"), (True, "overdue")):
        hours = np.where(sums.deferred == late, sums.short_hours[:, day], 0.0)
        whole, q = float(hours.sum()), int(hours.argmax())
        if whole >= NOTICED_HOURS:
            part = largest_part(float(hours[q]), whole)
            some = "" if part == "all of them" else f" ({_few(float(hours[q]))})"
            said.append(f"{_hours(whole, 'hour')} {name}, {part} in {sums.axes[q].queue}{some}")
    return "; ".join(said)


def _few(value: float) -> str:
    """Return a number, with a tenth where it is small."""
    return f"{value:,.1f}" if value < 9.95 else f"{value:,.0f}"


def _hours(value: float, noun: str) -> str:
    return f"{_few(value)} {noun}s"


def _counted(value: float, noun: str) -> str:
    """Return a whole number with its noun, one of them in the singular."""
    shown = f"{value:,.0f}"
    return f"{shown} {noun}{'' if shown == '1' else 's'}"


def _pool_lines(plan: Plan) -> list[str]:
    lines = ["Pool                         paid hours       cost   per hour  per contact"]
    lines += [
        f"  {cost.pool:<24} {cost.paid_hours:>12,.0f} {cost.cost:>10,.0f} "
        f"{cost.cost_per_hour:>10,.2f} {cost.cost_per_contact:>12,.2f}"
        for cost in plan.costs
    ]
    lines += [
        f"  {cost.pool} is expected to be paid {cost.bonus:,.0f} more for its service."
        for cost in plan.costs
        if cost.bonus > 0
    ]
    return lines


def _worth_lines(plan: Plan, sums: Digest) -> list[str]:
    """Return what binds, and what one more of it is worth."""
    return [_plain(line) for line in worth_sentences(plan, worth_rows(plan, sums.axes))]


def _plain(line: str) -> str:
    """Return a sentence for a terminal, where a narrow space may be a box."""
    grouped = re.sub(rf"(?<=\d){THIN}(?=\d)", ",", line.replace(f"{THIN}%", "%"))
    return grouped.replace(THIN, " ")


def _closing_lines(plan: Plan, out: Path, files: int) -> list[str]:
    unplaced = sum(missing.heads for missing in plan.roster.unplaced)
    bent = len(breaches_of(plan))
    return [
        f"{_counted(len(plan.roster.duties), 'shift')} rostered"
        + (f", {unplaced:,} left unplaced by the agents' limits (unplaced.csv)" if unplaced else "")
        + (f"; rules bent {_counted(bent, 'time')} (rules.csv)." if bent else ", no rule bent."),
        f"{_quality_words(plan.allocation)}; planned in {sum(plan.seconds.values()):.0f} s.",
        f"{_counted(files, 'file')} in {out}. Look at {out / 'report.html'} first"
        + ("; what to know of the input is at its end." if plan.notes else "."),
    ]


def _quality_words(solved: Allocation) -> str:
    if solved.stopped:
        return f"The search for shifts was stopped early: the plan is {solved.quality}"
    later = "" if solved.paths is None else " decided later"
    return f"Whole heads{later} cost {max(solved.gap, 0.0):.1%} more than fractions of heads would"
