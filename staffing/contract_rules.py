"""What contracts allow, and what they bill: one rule of the week's program a function."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from staffing.coverage import PoolCover
from staffing.staff import Staff
from staffing.week import FallingTier, Span, WeekProgram, terms_of

IntArray = npt.NDArray[np.int64]

_NEAR_NOTHING = 0.01  # price of an hour short of an exact contract where hours cost nothing


def agents_a_day(week: WeekProgram, p: int) -> None:
    """Heads on a day <= agents employed on that day; of agents by name, those who are there."""
    cover = week.covers[p]
    most = cover.heads_a_day
    for day, numbers in zip(week.window.days, week.heads[p], strict=True):
        name = f"agents_{cover.pool.name}_{cover.days[day]}"
        week.program.at_most(name, terms_of(numbers), float(most[day]))


def times_of_agents(week: WeekProgram, p: int) -> None:
    """Heads on shifts for which only some of a day's agents have time <= how many these are.

    Heads on shifts of a day of which not all could be made into tours <= those that could.
    """
    for day, numbers in zip(week.window.days, week.heads[p], strict=True):
        for name, shifts, most in time_groups(week.covers[p], day):
            week.program.at_most(name, terms_of(numbers[list(shifts)]), float(most))


def time_groups(cover: PoolCover, day: int) -> Iterator[tuple[str, tuple[int, ...], int]]:
    """Yield the name of each rule of a day's times, its shifts, and the most heads on them."""
    for n, (shifts, most) in enumerate(cover.groups_on(day)):
        yield f"times_{cover.pool.name}_{cover.days[day]}_{n}", shifts, most


def _of_week(week: WeekProgram, p: int, span: Span) -> IntArray:
    first = week.window.days[0]
    return week.heads[p][span[0] - first : span[1] - first]


def day_sets(cover: PoolCover, staff: Staff, span: Span) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the name of each rule of days of agents by name, and its days; the week's first."""
    key = f"days_{cover.pool.name}_{cover.days[span[0]]}"
    for days in staff.day_sets(span):
        some = "" if len(days) == span[1] - span[0] else "_on_" + "_".join(map(str, days))
        yield f"{key}{some}", days


def days_a_week(week: WeekProgram, p: int, span: Span) -> None:
    """Heads that fall on agents of a step of the ramp, over a week <= the days they may work.

    On each day: heads that fall on them >= heads - agents of later steps. Of agents by name:
    heads over some days of the week <= the days of these that they may work, all together.
    """
    cover, heads = week.covers[p], _of_week(week, p, span)
    if cover.staff is not None:
        for name, those in day_sets(cover, cover.staff, span):
            some = heads[[day - span[0] for day in those]]
            week.program.at_most(name, terms_of(some.ravel()), cover.staff.most_heads(span, those))
        return
    for newer, most in cover.days_limits(span):
        key = f"{cover.pool.name}_{cover.days[span[0]]}"
        if not newer.any():
            week.program.at_most(f"days_{key}", terms_of(heads.ravel()), most)
            continue
        key = f"{key}_beyond_{newer.max()}"
        days = [f"{key}_{cover.days[d]}" for d in range(*span)]
        fall = week.program.variables("older", days)
        for day, variable, numbers, later in zip(days, fall, heads, newer, strict=True):
            terms = [(int(variable), 1.0), *terms_of(numbers, -1.0)]
            week.program.at_least(f"older_{day}", terms, -float(later))
        week.program.at_most(f"days_{key}", terms_of(fall), most)


def run_of_days(week: WeekProgram, p: int) -> None:
    """Heads over a day more than a run may last <= agents times the longest run."""
    cover, first = week.covers[p], week.window.days[0]
    for start, stop, most in cover.runs((first, week.window.days[-1] + 1)):
        before = int(week.placed[p][start:first].sum())
        heads = week.heads[p][max(start - first, 0) : stop - first]
        name = f"run_{cover.pool.name}_to_{cover.days[stop - 1]}"
        week.program.at_most(name, terms_of(heads.ravel()), float(max(most - before, 0)))


def hours_a_week(week: WeekProgram, p: int, span: Span) -> None:
    """Paid hours over a week - overtime <= ordinary hours; overtime <= its own limit.

    Paid hours - overtime - hours beyond the contract <= contracted hours, where these are paid
    anyway and fewer: in a week that the horizon cuts, or of an agent who comes in its middle.

    Paid hours - overtime + hours short >= contracted hours, where agents work exactly these.
    """
    cover, program = week.covers[p], week.program
    paid = [s.paid_hours for s in cover.shifts]
    heads = _of_week(week, p, span)
    terms = [(int(v), h) for row in heads for v, h in zip(row, paid, strict=True)]
    key = f"{cover.pool.name}_{cover.days[span[0]]}"
    extra = program.variables(
        "overtime", [key], cost=cover.overtime_price, upper=[cover.overtime_limit(span)]
    )
    week.overtime[p, span] = extra
    terms += terms_of(extra, -1.0)
    program.at_most(f"hours_{key}", terms, cover.hours_limit(span))
    if cover.pool.contract.weekly_hours == "exact":
        due = min(cover.contracted_hours(span), cover.hours_limit(span))
        rate = 2.0 * cover.marginal_price + _NEAR_NOTHING
        short = program.variables("hours_short", [key], cost=rate, upper=[due])
        week.extras[span] += short.tolist()
        program.at_least(f"exact_{key}", [*terms, *terms_of(short)], due)
    if cover.sunk and cover.contracted_hours(span) < cover.hours_limit(span):
        rate = (cover.pool.cost_per_hour or 0.0) - cover.marginal_price
        beyond = program.variables("beyond_contract", [key], cost=rate)
        rule = [*terms, *terms_of(beyond, -1.0)]
        program.at_most(f"contract_{key}", rule, cover.contracted_hours(span))
        extra = np.concatenate([extra, beyond])
    week.extras[span] += extra.tolist()


def hours_ordered(week: WeekProgram, p: int, span: Span) -> None:
    """Paid hours over a week's days on notice <= hours ordered for them.

    Paid hours over these days + hours ordered for nothing >= hours ordered for them.
    """
    cover = week.covers[p]
    count, ordered = cover.days_on_notice(span), cover.ordered_hours(span)
    if not count:
        return
    terms = _paid_terms(week, p, (span[0], span[0] + count))
    key = f"{cover.pool.name}_{cover.days[span[0]]}"
    week.program.at_most(f"ordered_{key}", terms, ordered)
    idle = _unused(week, p, span, "ordered_unused")
    week.program.at_least(f"ordered_billed_{key}", [*terms, (idle, 1.0)], ordered)


def minimum_billing(week: WeekProgram, p: int, span: Span) -> None:
    """Paid hours over a week + hours billed for nothing >= minimum hours billed."""
    cover = week.covers[p]
    minimum = cover.minimum_hours(span)
    if minimum <= 0 or minimum <= cover.ordered_hours(span):
        return
    terms = _paid_terms(week, p, span)
    key = f"{cover.pool.name}_{cover.days[span[0]]}"
    _unused(week, p, span, "unused")
    rule = [*terms, *((v, 1.0) for v in week.unused[p, span])]
    week.program.at_least(f"minimum_{key}", rule, minimum)


def share_of_hours(week: WeekProgram, p: int, span: Span) -> None:
    """Paid hours over a week <= the pool's largest share of those of all pools."""
    pool = week.covers[p].pool
    if pool.max_share >= 1.0 or pool.max_share_of != "hours":
        return
    rule = [(v, (1.0 - pool.max_share) * hours) for v, hours in _paid_terms(week, p, span)]
    for other in range(len(week.covers)):
        if other != p:
            rule += [(v, -pool.max_share * hours) for v, hours in _paid_terms(week, other, span)]
    key = f"{pool.name}_{week.covers[p].days[span[0]]}"
    week.program.at_most(f"hours_share_{key}", rule, 0.0)


def volume_tiers(week: WeekProgram, p: int, span: Span) -> None:
    """Volume billed over a week - volume beyond a dearer tier <= where that tier begins.

    Volume beyond a cheaper tier <= volume billed - where that tier begins, if it is reached; <= 0
    if it is not. In days looked at ahead, it may be reached in part.
    """
    cover = week.covers[p]
    price = _base_price(week, p)
    for tier in cover.tiers(span):
        step, price = tier.price - price, tier.price
        most = _most_billed(week, p, span) - tier.above
        if step == 0 or most <= 0:
            continue
        key = f"{cover.pool.name}_{cover.days[span[0]]}_{tier.above:g}"
        beyond = week.program.variables("beyond", [key], cost=step)
        week.extras[span] += beyond.tolist()
        if step > 0:
            billed = _billed_terms(week, p, span)
            rule = [*billed, *terms_of(beyond, -1.0)]
            week.program.at_most(f"tier_{key}", rule, tier.above)
            continue
        if (p, span) not in week.unused:  # whoever reaches a tier may bill up to it
            _unused(week, p, span, "unused")
        decided = span == week.window.weeks[0]
        reached = week.program.variables("reached", [key], upper=[1.0], whole=decided)
        if decided:
            week.falling.append(_falling(week, p, int(reached[0]), tier.above))
        billed = [(v, -factor) for v, factor in _billed_terms(week, p, span)]
        rule = [*terms_of(beyond), *billed, *terms_of(reached, tier.above)]
        week.program.at_most(f"tier_{key}", rule, 0.0)
        rule = [*terms_of(beyond), *terms_of(reached, -most)]
        week.program.at_most(f"tier_reached_{key}", rule, 0.0)


def _falling(week: WeekProgram, p: int, reached: int, above: float) -> FallingTier:
    span, cover = week.window.weeks[0], week.covers[p]
    volume = tuple(_volume_terms(week, p, span))
    if cover.pool.cost_per_hour is None:
        return FallingTier(reached, above, volume)
    on_notice = _paid_terms(week, p, (span[0], span[0] + cover.days_on_notice(span)))
    ordered, minimum = cover.ordered_hours(span), cover.minimum_hours(span)
    return FallingTier(reached, above, volume, tuple(on_notice), ordered, minimum)


def _base_price(week: WeekProgram, p: int) -> float:
    pool = week.covers[p].pool
    return (pool.cost_per_contact if pool.cost_per_hour is None else pool.cost_per_hour) or 0.0


def _paid_terms(week: WeekProgram, p: int, span: Span) -> list[tuple[int, float]]:
    """Return the terms of the hours paid to a pool over days of the program."""
    paid = [s.paid_hours for s in week.covers[p].shifts]
    heads = _of_week(week, p, span)
    return [(int(v), h) for row in heads for v, h in zip(row, paid, strict=True)]


def _billed_terms(week: WeekProgram, p: int, span: Span) -> list[tuple[int, float]]:
    """Return the terms of the hours or the contacts that a pool bills over a week."""
    idle = [(v, 1.0) for v in week.unused.get((p, span), ())]
    return _volume_terms(week, p, span) + idle


def _volume_terms(week: WeekProgram, p: int, span: Span) -> list[tuple[int, float]]:
    """Return the terms of the hours paid to a pool, or of the contacts it takes, over a week."""
    if week.covers[p].pool.cost_per_hour is not None:
        return _paid_terms(week, p, span)
    within = week.window.spans[week.window.weeks.index(span)]
    taken = (_taken_terms(week, p, q, within) for q in week.covers[p].queue_numbers)
    return [*itertools.chain.from_iterable(taken)]


def _most_billed(week: WeekProgram, p: int, span: Span) -> float:
    """Return the most hours or contacts that a pool can bill over a week."""
    cover, d = week.covers[p], week.demand
    if cover.pool.cost_per_hour is not None:
        return max(cover.hours_limit(span) + cover.overtime_limit(span), cover.minimum_hours(span))
    start, stop = week.window.spans[week.window.weeks.index(span)]
    served = list(cover.queue_numbers)
    before = week.backlog[served] * d.contacts_per_position[served, start]
    return float(d.contacts[served, start:stop].sum() + before.sum())


def _unused(week: WeekProgram, p: int, span: Span, prefix: str) -> int:
    """Add hours or contacts that a pool bills over a week for nothing."""
    cover = week.covers[p]
    key = f"{cover.pool.name}_{cover.days[span[0]]}"
    (idle,) = week.program.variables(prefix, [key], cost=_base_price(week, p)).tolist()
    week.extras[span].append(idle)
    week.unused.setdefault((p, span), []).append(idle)
    return int(idle)


def largest_share(week: WeekProgram, p: int) -> None:
    """Contacts that a pool takes of a queue in a week <= its largest share of the queue's."""
    cover, w, d = week.covers[p], week.window, week.demand
    if cover.pool.max_share >= 1.0 or cover.pool.max_share_of != "contacts":
        return
    for q, (start, stop) in itertools.product(cover.queue_numbers, w.spans):
        terms = _taken_terms(week, p, q, (start, stop))
        if terms:
            offered = float(d.contacts[q, start:stop].sum())
            if start == 0:  # what waits when the horizon begins is handed out in its first week
                offered += float(d.waiting[q] * d.contacts_per_position[q, 0])
            limit = cover.pool.max_share * offered
            name = f"share_{cover.pool.name}_{d.queues[q].name}_{start}"
            week.program.at_most(name, terms, limit)


def _taken_terms(
    week: WeekProgram, p: int, q: int, within: tuple[int, int]
) -> list[tuple[int, float]]:
    """Return the terms of the contacts that a pool takes of a queue in some intervals."""
    (start, stop), first = within, week.window.start
    taken = week.covers[p].speeds[q] * week.demand.contacts_per_position[q]
    if week.demand.queues[q].deferred:
        here = np.flatnonzero((week.edges[:-1] >= start) & (week.edges[:-1] < stop))
        return list(terms_of(week.work[p, q, here], float(taken[start])))
    here = np.flatnonzero(week.serve[p, q, start - first : stop - first] >= 0) + start
    return [(int(week.serve[p, q, i - first]), float(taken[i])) for i in here]
