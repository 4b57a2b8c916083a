"""Pictures of one day by interval: contacts with their band, occupancy, and work that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.export.bands import summed_band
from planner.export.digest import ratio
from planner.export.drawing import Figure, FloatArray, IntArray, layout, line
from planner.export.palette import BAND, INK, MISSING, PAST, PLANNER, Chart
from planner.export.waiting import NOTICED
from planner.export.wording import Table, day_name, interval_name, number, percent

if TYPE_CHECKING:
    from planner.export.digest import Digest
    from planner.plan import Plan

_WEEKS = 4  # of the past whose same weekday is shown
_CLEAR = "rgba(0,0,0,0)"


def hours_chart(
    plan: Plan,
    sums: Digest,
    chosen: IntArray,
    day: int,
    title: str,
    ratios: FloatArray | None = None,
) -> Chart:
    """Return the contacts of some queues on a day by interval, each on its market's clock.

    Parameters
    ----------
    day
        The day, counted from the horizon's first.
    ratios
        By queue what a planner's changes make of its day, over the plan's [Q]; None: nothing.
    """
    middle, low, high = _band(plan, sums, chosen, day)
    past = _usual(plan, chosen, day)
    changed = None
    if ratios is not None:
        changed = np.sum([_slots(plan, sums, q, day) * ratios[q] for q in chosen], axis=0)
    some = np.flatnonzero((high > 0) | (np.nan_to_num(past) > 0))
    slots = np.arange(some[0], some[-1] + 1) if len(some) else np.arange(len(middle))
    x = [_clock(slot, plan.interval_s) for slot in slots]
    stamps = [f"{plan.days[day].isoformat()}T{one}" for one in x]
    every = {"expected": middle, "1 in 10 below": low, "9 in 10 below": high}
    weekday = f"{plan.days[day]:%A}"
    if not np.isnan(past).all():
        every[f"{weekday}s of the last {_WEEKS} weeks known, mean"] = past
    traces = [
        line(stamps, high[slots], "9 in 10 stay below", _CLEAR, 0),
        line(stamps, low[slots], "1 in 10 stays below", _CLEAR, 0)
        | {"fill": "tonexty", "fillcolor": BAND},
        line(stamps, past[slots], f"{weekday}s before, mean", PAST, 1.5),
        line(stamps, middle[slots], "forecast", INK, 2.5),
    ]
    legend = [("forecast", INK), ("8 of 10 cases", BAND), (f"{weekday}s before, mean", PAST)]
    peak = int(middle.argmax())
    says = (
        f"{number(float(middle.sum()))} contacts by the {interval_name(plan.interval_s)}; most at "
        f"{_clock(peak, plan.interval_s)}: {number(middle[peak], 1)}, in 8 of 10 cases between "
        f"{number(low[peak], 1)} and {number(high[peak], 1)}. Clock of each market."
    )
    if changed is not None:
        drawn = line(stamps, changed[slots], "with your changes", PLANNER, 2)
        drawn["line"] |= {"dash": "dash"}
        traces.append(drawn)
        legend.append(("with your changes, dashed", PLANNER))
        every["with your changes"] = changed
        says += (
            f" With your changes {number(float(changed.sum()))}, by the plan's shape of the day: "
            "a run gives an event's own hours more weight."
        )
    shown = layout(
        300,
        xaxis={"type": "date", "tickformat": "%H:%M", "hoverformat": "%H:%M"},
        yaxis={"title": {"text": "contacts"}},
    )
    rows = tuple(
        (x[n], *(number(float(v[slot]), 1) for v in every.values())) for n, slot in enumerate(slots)
    )
    table = Table(f"Contacts on {day_name(plan.days[day], year=True)}", ("start", *every), rows)
    return Chart("hours", title, says, {"data": traces, "layout": shown}, table, tuple(legend))


def _clock(slot: int | np.integer[Any], interval_s: int) -> str:
    minutes = int(slot) * interval_s // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _slots(plan: Plan, sums: Digest, q: int, day: int) -> FloatArray:
    """Return a queue's expected contacts by wall-clock slot of a day [S]."""
    axis = sums.axes[q]
    at = axis.inside[axis.day[axis.inside] == day]
    count = plan.forecast.by_queue[q].share.shape[1]
    return np.asarray(np.bincount(axis.slot[at], plan.forecast.contacts[q, at], count), np.float64)


def _band(
    plan: Plan, sums: Digest, chosen: IntArray, day: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return expected contacts by slot with quantiles 0.1 and 0.9 of their sum [S] each."""
    told = plan.forecast
    each = np.stack([_slots(plan, sums, q, day) for q in chosen])
    if len(chosen) == 1:  # the forecast's own quantiles, where nothing is added up
        q = int(chosen[0])
        axis = sums.axes[q]
        at = axis.inside[axis.day[axis.inside] == day]
        count = each.shape[1]
        below, above = (
            np.asarray(np.bincount(axis.slot[at], told.quantiles[level][q, at], count), np.float64)
            for level in (0.1, 0.9)
        )
        return each[0], below, above
    own = [told.by_queue[q] for q in chosen]
    sigma = np.array([[one.day_sigma[day]] for one in own])
    low, high = summed_band(each, sigma, [one.dispersion for one in own])
    return each.sum(axis=0), low, high


def _usual(plan: Plan, chosen: IntArray, day: int) -> FloatArray:
    """Return the mean of a day's weekday over the last weeks of history known, by slot [S]."""
    names = {plan.forecast.queues[q] for q in chosen}
    count = plan.forecast.by_queue[0].share.shape[1]
    total, some = np.zeros(count), False
    for history in plan.histories:
        if history.queue not in names or history.contacts.shape[1] != count:
            continue
        weekday = (history.first_day.weekday() + np.arange(len(history.contacts))) % 7
        same = history.contacts[weekday == plan.days[day].weekday()][-_WEEKS:]
        if np.isnan(same).all():
            continue
        known = (~np.isnan(same)).sum(axis=0)
        total += np.divide(np.nansum(same, axis=0), known, out=np.zeros(count), where=known > 0)
        some = True
    return total if some else np.full(count, np.nan)


def occupancy_chart(plan: Plan, sums: Digest, chosen: IntArray, day: int, title: str) -> Chart:
    """Return how busy those who serve some queues are on a day, interval by interval."""
    inside, x, zone = _day(plan, sums, chosen, day)
    on_duty = np.flatnonzero(plan.projection.positions[chosen][:, inside].sum(axis=0) > 0)
    shown = slice(on_duty[0], on_duty[-1] + 1) if len(on_duty) else slice(None)
    inside, x = inside[shown], x[shown]
    there = plan.projection.positions[chosen][:, inside]
    busy = (plan.projection.occupancy[chosen][:, inside] * there).sum(axis=0)
    share = ratio(busy, there.sum(axis=0))
    drawn = line(x, 100 * share, "occupancy", INK, 2)
    drawn["line"] |= {"shape": "hv"}
    capped = {plan.scenario.queues[q].target.max_occupancy for q in chosen} - {None}
    traces, legend = [drawn], [("occupancy", INK)]
    if len(capped) == 1:
        cap = float(next(iter(capped)) or 0)
        limit = line(x, np.full(len(x), 100 * cap), "highest promised", MISSING, 1.5)
        limit["line"] |= {"dash": "dot"}
        traces.append(limit)
        legend.append(("highest promised, dotted", MISSING))
    known = share[~np.isnan(share)]
    mean = float(ratio(busy.sum(), there.sum()))
    says = "Nobody serves these queues on this day."
    if len(known):
        says = (
            f"{percent(mean)} of their time agents are on contacts, at most {percent(known.max())}"
            f". Clock of {zone}."
        )
    figure = {
        "data": traces,
        "layout": layout(
            240,
            xaxis={"type": "date", "tickformat": "%H:%M", "hoverformat": "%H:%M"},
            yaxis={"title": {"text": "% of time"}, "range": [0, 105]},
        ),
    }
    rows = tuple(
        (one[-5:], "" if np.isnan(v) else percent(float(v), 1), number(float(p), 1))
        for one, v, p in zip(x, share, there.sum(axis=0), strict=True)
    )
    table = Table(f"Occupancy: {title}", ("start", "occupancy", "positions"), rows)
    return Chart("occupancy", f"Occupancy: {title}", says, figure, table, tuple(legend))


def backlog_chart(plan: Plan, sums: Digest, chosen: IntArray, day: int, title: str) -> Chart | None:
    """Return the contacts that wait through a day, and how old the oldest is; None: none may."""
    late = chosen[sums.deferred[chosen]]
    if not len(late):
        return None
    inside, x, zone = _day(plan, sums, chosen, day)
    waits = plan.projection.backlog[late][:, inside].sum(axis=0)
    some = plan.projection.backlog[late][:, inside] >= NOTICED
    oldest = np.where(some, plan.projection.oldest_s[late][:, inside], 0.0).max(axis=0) / 3600
    bars: Figure = {
        "type": "bar",
        "name": "waiting at the end of the interval",
        "x": x,
        "y": [round(float(value), 2) for value in waits],
        "marker": {"color": PAST},
        "hovertemplate": "%{y:.1f}",
    }
    age = line(x, oldest, "oldest, hours", INK, 2, yaxis="y2")
    figure = {
        "data": [bars, age],
        "layout": layout(
            260,
            bargap=0.1,
            margin={"l": 52, "r": 52, "t": 12, "b": 40},
            xaxis={"type": "date", "tickformat": "%H:%M", "hoverformat": "%H:%M"},
            yaxis={"title": {"text": "contacts waiting"}},
            yaxis2={
                "title": {"text": "oldest, hours"}, "overlaying": "y", "side": "right",
                "rangemode": "tozero", "fixedrange": True, "showgrid": False, "zeroline": False,
                "tickmode": "auto",
            },
        ),
    }  # fmt: skip
    most, old = int(waits.argmax()), int(oldest.argmax())
    says = (
        f"At most {number(waits[most])} contacts wait, at {x[most][-5:]}; the oldest is "
        f"{number(oldest[old], 1)} h old, closed hours included, at {x[old][-5:]}. "
        f"{number(waits[-1])} wait at the end of the day. Clock of {zone}."
    )
    rows = tuple(
        (one[-5:], number(float(w), 1), number(float(a), 1))
        for one, w, a in zip(x, waits, oldest, strict=True)
    )
    name = f"Work that waits: {title}"
    legend = (("contacts waiting", PAST), ("age of the oldest, hours", INK))
    return Chart("backlog", name, says, figure, Table(name, ("start", "waiting", "oldest, hours"),
                 rows), legend)  # fmt: skip


def _day(plan: Plan, sums: Digest, chosen: IntArray, day: int) -> tuple[IntArray, list[str], str]:
    """Return a day's intervals on the first queue's clock, their starts, and its zone."""
    axis = sums.axes[int(chosen[0])]
    inside = axis.inside[axis.day[axis.inside] == day]
    local = plan.times[inside].tz_convert(axis.timezone)
    return inside, [stamp.strftime("%Y-%m-%dT%H:%M") for stamp in local], axis.timezone
