"""Capacity in a screenful of words: what to decide by when, the worst week, what it costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from planner.capacity_found import total_service
from planner.export.wording import counted, day_name, money, percent, plain

if TYPE_CHECKING:
    from planner.capacity_found import Capacity, Decision

_MOST_LINES = 24
_MOST_ORDERS = 8  # of one vendor: more are told as one
_NOTICED = 0.5  # of an hour
_SEEN = 0.05  # of a head


def capacity_words(found: Capacity, out: Path, files: int) -> str:
    """Return the summary printed when capacity is written into a folder."""
    scenario = found.scenario
    variant = f", variant {' + '.join(scenario.applied)}" if scenario.applied else ""
    title = (
        f"{scenario.name or 'Capacity'}{variant}: {len(found.weeks)} weeks from "
        f"{day_name(found.weeks[0], year=True)}"
    )
    blocks = [
        [title],
        ["What to decide, by when", *(f"  {line}" for line in decision_sentences(found))],
        summary_sentences(found),
        method_sentences(found),
        [*_notes(found), f"{files} files in {out}. Look at {out / 'capacity.html'} first."],
    ]
    return plain("\n\n".join("\n".join(lines) for lines in blocks if lines))


def decision_sentences(found: Capacity, most: int = _MOST_LINES) -> list[str]:
    """Return what to decide in order of its day, as many lines as a screen holds.

    A vendor whose order changes often has one line of its own, after these.
    """
    orders = [(one, sum(d.kind == "order" and d.pool == one.vendor.name for d in found.decisions))
              for one in found.plan.vendors]  # fmt: skip
    often = {one.vendor.name: (one, count) for one, count in orders if count > _MOST_ORDERS}
    listed = [one for one in found.decisions if one.kind != "order" or one.pool not in often]
    lines = [decision_sentence(one, found.scenario.currency) for one in listed[:most]]
    more = len(listed) - most
    if more > 0:
        lines.append(f"and {more} later, see capacity_hires.csv")
    for name, (done, count) in often.items():
        low, high = (f"{value:,.0f}" for value in (done.ordered.min(), done.ordered.max()))
        lead = done.vendor.notice_weeks
        when = f"{lead} weeks before" if lead else "by the week"
        lines.append(
            f"{when}: order {low} to {high} h a week from {name}, {count} changes, see "
            "capacity_hires.csv"
        )
    return lines or ["Nothing: nobody is to be hired, let go or ordered."]


def decision_sentence(one: Decision, currency: str) -> str:
    """Return what to decide, in a sentence.

    Examples
    --------
    >>> import datetime as dt
    >>> from planner.capacity_found import Decision
    >>> day = dt.date(2027, 8, 16)
    >>> print(decision_sentence(Decision(day, "class", "paris", 12.0, dt.date(2027, 9, 20),
    ...                                  dt.date(2027, 10, 18)), "EUR"))
    by Mon 16 Aug 2027: a class of 12 for paris, starting Mon 20 Sep, on contacts Mon 18 Oct
    """
    by = f"by {day_name(one.by, year=True)}: "
    if one.kind == "class":
        later = f", on contacts {day_name(one.on_contacts)}" if one.on_contacts else ""
        worth = (
            f"; one more place would save {money(one.worth, currency)}" if one.worth >= 1 else ""
        )
        return (
            f"{by}a class of {one.amount:.0f} for {one.pool}, starting {day_name(one.starts)}"
            f"{later}{worth}"
        )
    if one.kind == "release":
        return f"{by}let {one.amount:.1f} of {one.pool} go, gone on {day_name(one.starts)}"
    return f"{by}order {one.amount:,.0f} h a week from {one.pool}, from {day_name(one.starts)} on"


def summary_sentences(found: Capacity) -> list[str]:
    """Return cost, heads, the worst week, and what it would be otherwise."""
    plan, currency = found.plan, found.scenario.currency
    cost, missing = float(plan.money.sum()), float(plan.missing.sum())
    return [
        f"It costs {money(cost, currency)}{_left(missing)}; {_nearness(found)}",
        *_heads(found),
        *_temps(found),
        *_overtime(found),
        _worst(found),
        f"With nobody hired: {money(found.nothing.money, currency)}"
        f"{_left(found.nothing.missing_hours)}.",
        f"With the busiest week's heads all the time: {money(found.peak.money, currency)}"
        f"{_left(found.peak.missing_hours)}.",
    ]


def _nearness(found: Capacity) -> str:
    """Return how near to the least that can be spent the plan is, what is missing priced."""
    plan = found.plan
    if plan.bound <= 0:
        return "the search was stopped before it found any class, or how near to the best this is."
    stopped = " The search was stopped early." if plan.stopped else ""
    return (
        f"with what is missing at its price, at most {percent(plan.gap, 1)} of it could be saved."
        f"{stopped}"
    )


def _heads(found: Capacity) -> list[str]:
    if not found.plan.teams:
        return []
    heads = np.sum([team.walk.heads for team in found.plan.teams], axis=0)
    least, most = int(np.argmin(heads)), int(np.argmax(heads))
    return [
        f"Heads, vendors aside: {heads[0]:.0f} in the first week, "
        f"fewest {heads[least]:.0f} in that of "
        f"{day_name(found.weeks[least], year=True)}, most {heads[most]:.0f} in that of "
        f"{day_name(found.weeks[most], year=True)}."
    ]


def _temps(found: Capacity) -> list[str]:
    """Return a line a team of temporary staff: how many there are when, at most."""
    lines = []
    for done in found.plan.teams:
        there = np.flatnonzero(done.walk.heads >= _SEEN)
        if not len(done.team.hiring.season) or not len(there):
            continue
        most = int(np.argmax(done.walk.heads))
        lines.append(
            f"Temporary staff of {done.team.name}: {counted(len(there), 'week')} from "
            f"{day_name(found.weeks[there[0]], year=True)}, at most {done.walk.heads[most]:.0f} in "
            f"the week of {day_name(found.weeks[most], year=True)}."
        )
    return lines


def _overtime(found: Capacity) -> list[str]:
    """Return a line where overtime is planned: how much, in how many weeks, where the most."""
    hours = sum((done.overtime for done in found.plan.teams), np.zeros(len(found.weeks)))
    if hours.sum() < _NOTICED:
        return []
    most = int(np.argmax(hours))
    return [
        f"Overtime: {counted(float(hours.sum()), 'hour')} in "
        f"{counted(int((hours >= _NOTICED).sum()), 'week')}, most {hours[most]:,.0f} in that of "
        f"{day_name(found.weeks[most], year=True)}."
    ]


def _left(hours: float) -> str:
    if hours < _NOTICED:
        return ", nothing missing"
    return f", {counted(hours, 'position hour')} missing"


def _worst(found: Capacity) -> str:
    week = found.worst_week
    hours = float(found.missing_by_week[week])
    if hours < _NOTICED:
        need = found.plan.question.need.sum(axis=0)
        busiest = int(np.argmax(need))
        return (
            "No week lacks anybody; the busiest is that of "
            f"{day_name(found.weeks[busiest], year=True)}, with "
            f"{counted(float(need[busiest]), 'position hour')} needed."
        )
    need = float(found.plan.question.need[:, week].sum())
    on_the_line, done = (float(level[week]) for level in total_service(found))
    told = [] if np.isnan(on_the_line) else [f"{percent(on_the_line)} are answered in time"]
    told += [] if np.isnan(done) else [f"{percent(done)} of what may wait is done"]
    level = f"; about {', and '.join(told)}" if told else ""
    return (
        f"The worst week is that of {day_name(found.weeks[week], year=True)}: "
        f"{counted(hours, 'position hour')} of {need:,.0f} missing{level}."
    )


def method_sentences(found: Capacity) -> list[str]:
    """Return how hours needed become heads, and how service is read from them."""
    weeks = " and ".join(
        f"{fit:.2f} in the week of {day_name(day, year=True)}" for day, fit in found.fit_weeks
    )
    rest = "other weeks lie between" if len(found.fit_weeks) > 1 else "the same for other weeks"
    return [
        f"Hours on duty that an hour on contacts takes, as shifts cover a curve: {weeks}, measured "
        f"by planning its shifts; {rest}.",
        "Service is read from the hours given against those needed, by Erlang over a typical "
        "week's intervals.",
    ]


def _notes(found: Capacity) -> list[str]:
    return [f"Note: {note}." for note in found.notes]
