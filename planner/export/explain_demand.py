"""The first half of an explanation: from the history to the positions needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.queue_forecast import OVERRIDE
from planner.calculator import work_out
from planner.export.day_parts import LEVELS, factors, part_words, weights_on, weights_text
from planner.export.explain_history import history_step
from planner.export.explain_period import period_level, period_lines
from planner.export.overridden import reasons
from planner.export.steps import Place, Step
from planner.export.wording import (
    TIMES,
    Table,
    counted,
    day_name,
    number,
    percent,
    seconds,
)
from staffing.erlang import service
from staffing.queues import Promise, Queue, Target
from staffing.requirement import BOUND_BY, over_period
from staffing.slowing import Slowing

if TYPE_CHECKING:
    from planner.plan import Plan

_ONE = 5e-5  # factors closer to 1 are left out
_NOBODY = 5e-4  # positions below this are nobody
_SAME = 1e-6  # numbers closer than this share of themselves are one number

BOUND_WORDS = {
    "none": "the load alone",
    "service_level": "the service level",
    "occupancy": "the highest occupancy",
    "abandonment": "the most that may hang up",
    "asa": "the longest mean wait",
    "deadline": "the promised reply time",
    "minimum": "the minimum that is always kept",
}


def demand_steps(plan: Plan, place: Place) -> tuple[Step, ...]:
    """Return the steps history, day, contacts, load and positions."""
    return (
        history_step(plan, place),
        _day_step(plan, place),
        _contacts_step(plan, place),
        _load_step(plan, place),
        _positions_step(plan, place),
    )


def _day_step(plan: Plan, place: Place) -> Step:
    title, unit = f"The day: {day_name(plan.days[place.day])}", "contacts a day"
    told, at = plan.forecast.by_queue[place.queue], place.day
    total, model = float(told.day_total[at]), float(told.model_total[at])
    parts = factors(told, at)
    shown = {n: value for n, value in parts.items() if n in LEVELS or abs(value - 1) > _ONE}
    if total <= 0 and model <= 0:
        line = "no contacts are expected: the queue is closed, or its history knows of none"
        return Step("day", title, (line,), total, unit)
    named = {name: (part_words(name), number(v, _places(v))) for name, v in shown.items()}
    product = f" {TIMES} ".join(f"{v} ({n})" for name, (n, v) in named.items() if name != OVERRIDE)
    lines = [f"{product} = {number(model if model > 0 else total, 1)} contacts"]
    why = "; ".join(reasons(plan.scenario, told, plan.days[at]))
    if OVERRIDE in named:
        words, value = named[OVERRIDE]
        because = f"{words}: {why}" if why else words
        lines[0] += ", the model's"
        lines.append(
            f"{number(model, 1)} {TIMES} {value} ({because}) = {number(total, 1)} contacts"
        )
    elif model <= 0:
        lines[0] += f": stated by the planner{f' ({why})' if why else ''}, the model expects none"
    weights = weights_text(weights_on(told, at))
    ones = ", ".join(part_words(name) for name in parts if name not in shown)
    lines.append(
        f"method: {told.method}{f', weights on this day: {weights}' if weights else ''}"
        f"{f'; factors of 1 left out: {ones}' if ones else ''}"
    )
    table = Table("What the day is made of", ("factor", "value"), tuple(named.values()))
    return Step("day", title, tuple(lines), total, unit, table)


def _places(value: float) -> int:
    """Return decimals that leave a product of such numbers right to a tenth of a percent."""
    return 1 if abs(value) >= 1000 else 2 if abs(value) >= 100 else 4


def _contacts_step(plan: Plan, place: Place) -> Step:
    told, at = plan.forecast.by_queue[place.queue], (place.queue, place.interval)
    total, share = float(told.day_total[place.day]), float(told.share[place.day, place.slot])
    expected, own = float(plan.forecast.contacts[at]), total * share
    low, high = (float(plan.forecast.quantiles[level][at]) for level in (0.1, 0.9))
    product = f"{number(total, 1)} {TIMES} {percent(share, 3)} of the day"
    lines = [f"{product} = {number(own, 2)}"]
    if expected <= 0 and not _is_open(plan, place):  # an override may open a closed day
        lines.append("the queue is closed at this time")
    twins = int((place.axis.slot[place.axis.day == place.day] == place.slot).sum())
    if twins > 1:
        lines.append(
            f"the clock goes back and shows this time {twins} times: {number(expected, 2)} of "
            "these contacts come in this one"
        )
    lines.append(f"in 8 of 10 such intervals between {number(low)} and {number(high)} contacts")
    staffed = float(plan.requirement.contacts[place.queue, place.interval])
    if abs(staffed - expected) > _SAME * max(expected, 1.0):
        lines.append(
            f"staffed for {number(staffed, 2)}: a level that the day stays under with a "
            f"probability of at least {percent(plan.scenario.quantile)}"
        )
    return Step("contacts", "Contacts in this interval", tuple(lines), expected, "contacts")


def _is_open(plan: Plan, place: Place) -> bool:
    """Whether the queue's opening hours, or its market's closed dates, let anybody in."""
    queue, day = plan.scenario.queues[place.queue], plan.days[place.day]
    week = queue.open.slots(plan.interval_s)
    shut = day in plan.scenario.market_of(queue).closed
    return bool(week[day.weekday(), place.slot]) and not shut


def _load_step(plan: Plan, place: Place) -> Step:
    need, queue = plan.requirement, plan.queues[place.queue]
    contacts, aht = (float(v[place.queue, place.interval]) for v in (need.contacts, need.aht_s))
    load = float(need.load[place.queue, place.interval])
    divisor = f" / {queue.concurrency} at a time" if queue.concurrency > 1 else ""
    line = (
        f"{number(contacts, 2)} contacts {TIMES} {number(aht, 1)} s / {number(plan.interval_s)} s"
        f"{divisor} = {number(load, 2)} erlangs: agents busy all the time"
    )
    lines = (line, *_slowing_words(queue, aht))
    return Step("load", "Work in this interval", lines, load, "erlangs")


def _slowing_words(queue: Queue, aht_s: float) -> list[str]:
    """Say how much faster agents are with fewer contacts open, where the scenario states it."""
    if queue.aht_alone_s is None or isinstance(queue.target, Promise):
        return []
    most = queue.concurrency
    how = Slowing.of(most, np.array([aht_s]), queue.aht_alone_s)
    if how is None:
        stated = f"{number(queue.aht_alone_s)} s with one open"
        return [f"{stated} is not less than {number(aht_s, 1)} s: agents do not slow down here"]
    each = np.arange(1.0, most + 1.0) * aht_s / Slowing.outputs(most, aht_s, queue.aht_alone_s)
    times = ", ".join(number(time, 1) for time in each)
    return [
        f"with 1 to {most} open an agent takes {times} s for each: the time above is that of "
        f"agents with all {most} open, and who has fewer open is faster"
    ]


def _positions_step(plan: Plan, place: Place) -> Step:
    need, queue = plan.requirement, plan.queues[place.queue]
    positions = float(need.positions[place.queue, place.interval])
    bound = BOUND_BY[int(need.bound_by[place.queue, place.interval])]
    if isinstance(queue.target, Promise):
        load = float(need.load[place.queue, place.interval])
        lines = [
            f"{number(load, 2)} / {percent(queue.target.max_occupancy)} highest occupancy = "
            f"{number(positions, 2)} positions on average",
            f"this work may wait {_reply_words(queue.target)}: when it is done is "
            "for the plan to say",
        ]
        table, more = None, tuple[str, ...]()
    else:
        more = _arithmetic(plan, place, queue, queue.target, positions, bound)
        asked = positions > 0 or float(need.contacts[place.queue, place.interval]) > 0
        table = _tried(plan, place, queue, queue.target, positions) if asked else None
        formula = "Erlang A" if np.isfinite(queue.patience_s) else "Erlang C"
        because = (
            f"what sets the number is {BOUND_WORDS[bound]}{_over(queue.target, bound)}"
            if positions > 0
            else "there is nothing to answer"
        )
        lines = [
            f"{counted(positions, 'position')}; {because}",
            f"promised: {target_words(queue.target)}; {formula}{_patience(queue)}",
            *_at_once_words(queue, positions),
            *period_lines(plan, place, positions),
        ]
    return Step("positions", "Positions needed", tuple(lines), positions, "positions", table, more)


def _arithmetic(
    plan: Plan, place: Place, queue: Queue, target: Target, positions: float, bound: str
) -> tuple[str, ...]:
    """Return what the number needed gives, line by line as ``planner erlang`` prints it."""
    need, at = plan.requirement, (place.queue, place.interval)
    contacts, aht = float(need.contacts[at]), float(need.aht_s[at])
    if contacts <= 0 or aht <= 0:
        return ()
    found = work_out(
        round(positions), bound, contacts, plan.interval_s, aht, target, queue.patience_s,
        concurrency=queue.concurrency, aht_alone_s=_alone(queue, aht),
    )  # fmt: skip
    return found.arithmetic()


def _alone(queue: Queue, aht_s: float) -> float | None:
    """Return the handling time with one contact open that staffing reads, None where it is all."""
    how = Slowing.of(queue.concurrency, np.array([aht_s]), queue.aht_alone_s)
    return None if how is None else float(how.alone[0]) * aht_s


def _over(target: Target, bound: str) -> str:
    return f" over the {target.over}" if bound == "service_level" and over_period(target) else ""


def _at_once_words(queue: Queue, positions: float) -> list[str]:
    """Say what N and occupancy are where an agent handles several contacts at once."""
    if queue.concurrency < 2 or positions <= 0:
        return []
    most, places = queue.concurrency, number(positions * queue.concurrency)
    slower = "" if queue.aht_alone_s is None else " by agents who slow down with each"
    return [
        f"{counted(positions, 'position')} {TIMES} {most} at a time = {places} places to be "
        f"answered in{slower}; occupancy is the work over what agents do with all places taken"
    ]


def _tried(plan: Plan, place: Place, queue: Queue, target: Target, positions: float) -> Table:
    """Return how one position fewer, the number needed, and the number on duty would serve."""
    need = plan.requirement
    contacts, aht = (float(v[place.queue, place.interval]) for v in (need.contacts, need.aht_s))
    on_duty = float(plan.projection.positions[place.queue, place.interval])
    on_duty = on_duty if on_duty >= _NOBODY else 0.0
    tries = {"one fewer": max(positions - 1, 0.0), "needed": positions, "on duty": on_duty}
    whole = period_level(plan, place, list(tries.values()))
    got = service(
        np.array(list(tries.values())) * queue.concurrency,
        contacts,
        aht,
        plan.interval_s,
        target.answer_within_s,
        queue.patience_s,
        slowing=Slowing.of(queue.concurrency, aht, queue.aht_alone_s),
    )
    rows = tuple(
        (
            which,
            number(count, 0 if count == round(count) else 1),
            percent(float(got.service_level[n]), 1),
            *(() if whole is None else (percent(float(whole[n]), 2),)),
            percent(float(got.occupancy[n]), 1),
            seconds(float(got.asa_s[n])),
            percent(float(got.abandonment[n]), 1),
        )
        for n, (which, count) in enumerate(tries.items())
    )
    in_time = f"answered in {number(target.answer_within_s)} s"
    over = () if whole is None else (f"over the {target.over}",)
    header = ("", "positions", in_time, *over, "occupancy", "ASA", "hang up")
    return Table("One position fewer, the number needed, the number on duty", header, rows)


def _reply_words(promise: Promise) -> str:
    hours, clock = promise.reply_within_hours, "open" if promise.clock == "open" else "calendar"
    return f"{hours:g} {clock} hour{'' if hours == 1 else 's'}"


def target_words(target: Target | Promise) -> str:
    """Return a promise in words.

    Examples
    --------
    >>> target_words(Target(0.8, 20, max_occupancy=0.88)).replace("\u202f", " ")
    '80 % answered in 20 s, occupancy at most 88 %'
    """
    if isinstance(target, Promise):
        return f"{percent(target.share)} answered in {_reply_words(target)}"
    said = []
    if target.service_level is not None:
        over = "" if target.over == "interval" else f" over the {target.over}"
        within = number(target.answer_within_s)
        said.append(f"{percent(target.service_level)} answered in {within} s{over}")
    if target.max_occupancy is not None:
        said.append(f"occupancy at most {percent(target.max_occupancy)}")
    if target.max_abandonment is not None:
        said.append(f"at most {percent(target.max_abandonment)} hang up")
    if target.max_asa_s is not None:
        said.append(f"a mean wait of at most {number(target.max_asa_s)} s")
    if target.minimum:
        said.append(f"at least {counted(target.minimum, 'position')}")
    return ", ".join(said) or "nothing"


def _patience(queue: Queue) -> str:
    if np.isfinite(queue.patience_s):
        return f", customers would wait {number(queue.patience_s)} s on average"
    return ", nobody hangs up"
