"""What a manager asks first, in sentences and tables: cost, service, who is missing when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.export.digest import (
    MISSED,
    NOTICED_HOURS,
    Digest,
    Outcome,
    missing_hours,
    ratio,
    total_cost,
    vendor_share,
)
from planner.export.overridden import overridden, overridden_words
from planner.export.palette import LEVELS, level_of
from planner.export.remedy_words import remedy_sentences
from planner.export.waiting import (
    largest,
    most_words,
    reach_sentence,
    start_sentence,
    waiting,
)
from planner.export.wording import (
    Table,
    counted,
    day_name,
    largest_part,
    money,
    number,
    percent,
    seconds,
    signed,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.plan import Plan

_WORST = 10
_SHOWN = 0.05  # customers: fewer would be told as 0.0


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
    whole = sums.outcome(range(len(plan.queues)))
    at_once, waits = (sums.outcome(np.flatnonzero(sums.deferred == late)) for late in (False, True))
    on_the_line, overdue = missing_hours(plan)
    hours = plan.requirement.positions.sum(axis=1) * plan.interval_s / 3600
    each = money(float(ratio(cost, whole.answered)), currency, 2)
    told = [
        Fact("Cost", money(cost, currency),
             f"{each} a contact answered, of {counted(whole.contacts, 'contact')}"),
        Fact("Vendors", percent(vendor_share(plan)), "of the contacts"),
    ]  # fmt: skip
    if not sums.deferred.all():
        needed = counted(float(hours[~sums.deferred].sum()), "position hour")
        told.append(Fact("Missing on the line", f"{_few(on_the_line)} h", f"of {needed} needed"))
    if sums.deferred.any():
        needed = counted(float(hours[sums.deferred].sum()), "hour")
        told.append(Fact("Falls overdue", f"{_few(overdue)} h", f"of {needed} of work"))
    if at_once.contacts > 0:
        hang_up = f"{percent(float(ratio(at_once.lost, at_once.contacts)), 1)} hang up"
        told.append(
            Fact("On the line", percent(at_once.service_level), f"{_beside(at_once)}; {hang_up}")
        )
    if waits.contacts > 0:
        told.append(Fact("Work that may wait", percent(waits.service_level), _beside(waits)))
    return tuple(told)


def _few(hours: float) -> str:
    """Return hours, with a tenth where they are few."""
    return number(hours, 1 if 0 < hours < 9.95 else 0)


def _beside(outcome: Outcome) -> str:
    return f"answered in time; {promised_words(outcome)}"


def promised_words(outcome: Outcome) -> str:
    """Return what was promised, from the lowest to the highest where promises differ."""
    lowest, highest = outcome.promises
    if outcome.mixed:
        return f"{percent(lowest)} to {percent(highest)} promised"
    return f"{percent(highest)} promised"


def headlines(plan: Plan, sums: Digest) -> tuple[str, ...]:
    """Return the plan in a few sentences."""
    currency, cost = plan.scenario.currency, total_cost(plan)
    daily = sums.contacts.sum(axis=0)
    peak, middle = sums.peak_day, float(np.median(daily))
    times = f", {number(daily[peak] / middle, 1)} times the middle day" if middle > 0 else ""
    return (
        f"The plan costs {money(cost, currency)} for {counted(daily.sum(), 'contact')} from "
        f"{day_name(plan.days[0])} to {day_name(plan.days[-1], year=True)}."
        f"{_lost_sentence(sums)}",
        f"The busiest day is {day_name(plan.days[peak])}: "
        f"{counted(daily[peak], 'contact')}{times}.",
        *(
            f"{line}."
            for line in overridden_words(overridden(plan.scenario, plan.forecast), signed)
        ),
        _channel_sentence(sums),
        _missing_sentence(plan, sums),
        *remedy_sentences(plan, sums),
        *_waiting_sentences(plan, sums),
        f"Vendors handle {percent(vendor_share(plan))} of the contacts and take "
        f"{_vendor_money(plan)} of the money.",
        gap_sentence(plan),
    )


def _waiting_sentences(plan: Plan, sums: Digest) -> list[str]:
    told = waiting(plan, sums)
    most = [most_words(one) for one in largest(told, 1)]
    return [*most, *(line for line in (start_sentence(told), reach_sentence(told)) if line)]


def _vendor_money(plan: Plan) -> str:
    vendors = sum(cost.cost for cost in plan.costs if cost.kind == "vendor")
    return percent(float(ratio(vendors, total_cost(plan))))


def _lost_sentence(sums: Digest) -> str:
    outcome = sums.outcome(np.flatnonzero(~sums.deferred))
    if outcome.lost < 0.5:
        return ""
    share = percent(float(ratio(outcome.lost, outcome.contacts)), 1)
    hang = "hangs" if number(outcome.lost) == "1" else "hang"
    return (
        f" {counted(outcome.lost, 'customer')}, {share} of those who wait on the line, {hang} up."
    )


def _channel_sentence(sums: Digest) -> str:
    said = []
    for channel in sums.channels:
        outcome = sums.outcome(sums.queues(channel=channel))
        if np.isfinite(outcome.service_level - outcome.promised):
            said.append(f"{channel} {percent(outcome.service_level)} ({promised_words(outcome)})")
    return f"Answered in time: {', '.join(said)}." if said else "No service level is promised."


def _missing_sentence(plan: Plan, sums: Digest) -> str:
    on_the_line, overdue = missing_hours(plan)
    if max(on_the_line, overdue) < NOTICED_HOURS:
        return "Nobody is missing at any time."
    said = []
    if on_the_line >= NOTICED_HOURS:
        are = "is" if number(on_the_line, 1) == "1.0" else "are"
        said.append(
            f"{number(on_the_line, 1)} position hours {are} missing on the line, "
            f"{_worst_day(plan, sums, late=False)}"
        )
    else:
        said.append("nobody is missing on the line")
    if overdue >= NOTICED_HOURS:
        said.append(
            f"{number(overdue, 1)} hours of work fall overdue, {_worst_day(plan, sums, late=True)}"
        )
    elif sums.deferred.any():
        said.append("no work falls overdue")
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}. {_worst_moment(plan, sums)}"


def _worst_day(plan: Plan, sums: Digest, *, late: bool) -> str:
    daily = sums.short_hours[sums.deferred == late].sum(axis=0)
    day = int(daily.argmax())
    part = largest_part(float(daily[day]), float(daily.sum()))
    shown = "" if part == "all of them" else f" ({number(daily[day], 1)} h)"
    return f"{part} on {day_name(plan.days[day])}{shown}"


def _worst_moment(plan: Plan, sums: Digest) -> str:
    q, i = worst_shortage(plan, sums)
    local = plan.times[i].tz_convert(sums.axes[q].timezone)
    shown = number(plan.allocation.understaffing[q, i], 1)
    what = (
        f"{shown} positions' work falling overdue"
        if sums.deferred[q]
        else f"{shown} positions missing"
    )
    return (
        f"The worst moment is {sums.axes[q].queue} on {day_name(local.date())} at {local:%H:%M} "
        f"with {what}."
    )


def worst_shortage(plan: Plan, sums: Digest) -> tuple[int, int]:
    """Return queue and interval with the most positions missing, on the line if any are there."""
    missing = np.zeros_like(plan.allocation.understaffing)
    for q, axis in enumerate(sums.axes):
        missing[q, axis.inside] = plan.allocation.understaffing[q, axis.inside]
    if missing[~sums.deferred].sum() * plan.interval_s / 3600 >= NOTICED_HOURS:
        missing[sums.deferred] = 0.0
    worst = np.unravel_index(int(missing.argmax()), missing.shape)
    return int(worst[0]), int(worst[1])


def gap_sentence(plan: Plan) -> str:
    """Return in words how far the plan lies above the relaxation of its weeks."""
    if plan.allocation.stopped:
        return f"The search for shifts was stopped early: the plan is {plan.allocation.quality}."
    return (
        f"Whole heads cost {percent(max(plan.allocation.gap, 0.0), 1)} more than fractions of "
        "heads would in the same weeks, missing positions counted at their price: week by week, no "
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
    kept = "kept" if beyond >= MISSED else "missed"
    return Cell(
        percent(outcome.service_level),
        f"{kept}: {promised_words(outcome)}",
        LEVELS[level_of(beyond)],
    )


def worst_intervals(
    plan: Plan, sums: Digest, queues: Sequence[int] | None = None
) -> tuple[tuple[int, int, float], ...]:
    """Return queue, interval, and the customers beyond the promised share who wait too long.

    The ten intervals with most of them, of some queues or of all. Where a share promised over the
    day or week is kept there, none of its intervals counts.
    """
    seen = plan.projection
    missed = np.zeros_like(seen.contacts)
    for q, axis in enumerate(sums.axes):
        if queues is not None and q not in queues:
            continue
        short = np.nan_to_num(np.maximum(sums.promised[q] - seen.service_level[q, axis.inside], 0))
        kept = sums.kept(q)
        if kept is not None:  # promised over the day or week: kept there, nobody is let down
            short[kept[axis.day[axis.inside]]] = 0.0
        missed[q, axis.inside] = short * seen.contacts[q, axis.inside]
    order = np.argsort(-missed, axis=None, kind="stable")[:_WORST]
    places = zip(*np.unravel_index(order, missed.shape), strict=True)
    return tuple((int(q), int(i), float(missed[q, i])) for q, i in places if missed[q, i] >= _SHOWN)


def worst_table(plan: Plan, sums: Digest, queues: Sequence[int] | None = None) -> Table:
    """Return the worst intervals as a table, see ``worst_intervals``."""
    seen, solved = plan.projection, plan.allocation
    rows = []
    for q, i, missed in worst_intervals(plan, sums, queues):
        local = plan.times[i].tz_convert(sums.axes[q].timezone)
        rows.append(
            (
                f"{day_name(local.date())}, {local:%H:%M}",
                sums.axes[q].queue,
                number(missed, 1),
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
        "missing or overdue", "in time", "ASA", "hang up", "waiting at the end",
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
