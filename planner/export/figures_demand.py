"""Pictures of the demand: history and forecast by day, and the shape of one day."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from planner.circumstances import events_by_queue
from planner.export.bands import NORMAL_P90, summed_band
from planner.export.drawing import BoolArray, Figure, FloatArray, IntArray, layout, line, scope
from planner.export.palette import BAND, EVENT, INK, PAST, PLANNER, Chart
from planner.export.wording import Table, counted, day_name, event_name, number, percent, signed

if TYPE_CHECKING:
    from planner.export.digest import Digest
    from planner.plan import Plan

_NAMES = 76  # pixels that the names of events take
_APART = 45  # parts of the axis: names of events in one part would lie on each other
_MARKETS = 3  # that are named beside an event
_LEGEND: tuple[tuple[str, str], ...] = (
    ("history", PAST),
    ("forecast", INK),
    ("8 of 10 cases", BAND),
    ("event", EVENT),
)
_LONG_PAST, _SHORT_PAST = 400, 56  # days of history shown


def daily_chart(
    plan: Plan, sums: Digest, market: str | None = None, *, long: bool = False
) -> Chart:
    """Return history and forecast per local day, of all queues or of one market's.

    The history shown is that of eight weeks, or ``long``: of thirteen months, so that the peaks
    of a year ago are in it.
    """
    chosen = sums.queues(market=market)
    key = f"daily-{sums.markets.index(market)}" if market is not None else "daily"
    title = f"{scope(market)}, {'with the year before' if long else 'the next weeks'}"
    return days_chart(
        plan, sums, chosen, f"{key}-long" if long else key, title,
        height=260 if market else 360, long=long,
    )  # fmt: skip


def days_chart(
    plan: Plan,
    sums: Digest,
    chosen: IntArray,
    key: str,
    title: str,
    *,
    height: int = 360,
    long: bool = False,
    changed: FloatArray | None = None,
) -> Chart:
    """Return history and forecast per local day of some queues, see ``daily_chart``.

    ``changed`` is what is expected with a planner's changes [D], drawn beside the plan's.
    """
    past_days, past = _past(plan, sums, chosen, _LONG_PAST if long else _SHORT_PAST)
    middle, low, high = _daily_band(plan, sums, chosen)
    model, acts = _model(plan, chosen)
    days = list(plan.days)
    traces = [
        line(days, high, "9 in 10 stay below", "rgba(0,0,0,0)", 0),
        line(days, low, "1 in 10 stays below", "rgba(0,0,0,0)", 0)
        | {"fill": "tonexty", "fillcolor": BAND},
        line(past_days, past, "history", PAST, 1.5),
        line(days, middle, "forecast", INK, 2.5),
        *([_override_marks(days, middle, model, acts)] if acts.any() else ()),
        *([] if changed is None else [_changed_line(days, changed)]),
    ]
    marks = _event_marks(plan, chosen, (past_days or days)[0], days[-1])
    most = high if changed is None else np.maximum(high, changed)
    figure = {
        "data": traces,
        "layout": layout(
            height,
            xaxis={"type": "date", "tickformat": "%b %Y" if long else "%e %b"},
            yaxis={"title": {"text": "contacts a day"}, "range": [0, _top(past, most, height)]},
            **marks,
        ),
    }
    columns = {"expected": middle, "1 in 10 below": low, "9 in 10 below": high}
    says = _daily_words(days, columns)
    legend: tuple[tuple[str, str], ...] = _LEGEND
    if acts.any():
        added = signed(float((middle - model)[acts].sum()))
        says += f" Diamonds mark {counted(int(acts.sum()), 'day')} overridden by the planner, "
        says += f"{added} contacts against the model."
        columns["the model alone"] = model
        legend = (*_LEGEND, ("overridden by the planner", PLANNER))
    if changed is not None:
        says += f" {changed_words(days, middle, changed)}"
        columns["with your changes"] = changed
        legend = (*legend, ("with your changes, dashed", PLANNER))
    return Chart(key, title, says, figure, _daily_table(days, columns), legend)


def changed_words(days: list[dt.date], middle: FloatArray, changed: FloatArray) -> str:
    """Return what a planner's changes come to: over all days, and on the day of most contacts."""
    added, peak = float((changed - middle).sum()), int(changed.argmax())
    share = percent(added / float(middle.sum()), 1) if middle.sum() > 0 else "none before"
    return (
        f"With your changes {signed(added)} contacts ({share}); most on {day_name(days[peak])}: "
        f"{number(changed[peak])} instead of {number(middle[peak])}."
    )


def _changed_line(days: list[dt.date], changed: FloatArray) -> Figure:
    drawn = line(days, changed, "with your changes", PLANNER, 2)
    drawn["line"] |= {"dash": "dash"}
    return drawn


def _daily_words(days: list[dt.date], columns: dict[str, FloatArray]) -> str:
    middle, low, high = columns.values()
    peak = int(middle.argmax())
    return (
        f"{counted(float(middle.sum()), 'contact')} in {counted(len(days), 'day')}; "
        f"most on {day_name(days[peak])}: {number(middle[peak])}, in 8 of 10 cases "
        f"between {number(low[peak])} and {number(high[peak])}."
    )


def _daily_table(days: list[dt.date], columns: dict[str, FloatArray]) -> Table:
    rows = tuple(
        (day_name(day, year=True), *(number(float(v[d])) for v in columns.values()))
        for d, day in enumerate(days)
    )
    return Table("Contacts a day", ("day", *columns), rows)


def _top(past: FloatArray, high: FloatArray, height: int) -> float:
    """Return the end of the axis that leaves the names of events free of the lines."""
    free = height - 52 - _NAMES
    most = max(np.nanmax(past, initial=0.0), high.max(initial=0.0), 1.0)
    return float(round(most * (free + _NAMES) / free, 1))


def _past(
    plan: Plan, sums: Digest, chosen: IntArray, length: int
) -> tuple[list[dt.date], FloatArray]:
    """Return the last days before the horizon with their contacts, NaN where all is unknown."""
    names = {sums.axes[q].queue for q in chosen}
    total, seen = np.zeros(length), np.zeros(length, dtype=bool)
    start = plan.days[0].toordinal() - length
    for history in plan.histories:
        if history.queue not in names:
            continue
        daily = np.nansum(history.contacts, axis=1)
        known = ~np.isnan(history.contacts).all(axis=1)
        at = np.arange(len(daily)) + history.first_day.toordinal() - start
        fits = known & (at >= 0) & (at < length)
        total[at[fits]] += daily[fits]
        seen[at[fits]] = True
    first = int(seen.argmax()) if seen.any() else length
    days = [dt.date.fromordinal(start + d) for d in range(first, length)]
    return days, np.where(seen, total, np.nan)[first:]


def _daily_band(
    plan: Plan, sums: Digest, chosen: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return expected contacts per day with quantiles 0.1 and 0.9, ``[D]`` each.

    Those of one queue are the forecast's own. Of several, the spread of the sample paths is
    widened by the count noise of a whole day; a plan read back has no paths.
    """
    told, days = [plan.forecast.by_queue[q] for q in chosen], len(plan.days)
    if len(told) == 1:
        low, high = (told[0].day_quantile(level) for level in (0.1, 0.9))
        return sums.contacts[chosen[0]], low, high
    if not len(plan.forecast.paths):
        low, high = summed_band(
            sums.contacts[chosen],
            [one.day_sigma for one in told],
            [one.dispersion for one in told],
        )
        return sums.contacts[chosen].sum(axis=0), low, high
    paths = np.zeros((len(plan.forecast.paths), days))
    noise, middle = np.zeros(days), np.zeros(days)
    for q in chosen:
        axis = sums.axes[q]
        middle += sums.contacts[q]
        values = plan.forecast.paths[:, q, axis.inside].astype(np.float64)
        edges = np.searchsorted(axis.day[axis.inside], np.arange(days))
        paths += np.add.reduceat(values, edges, axis=1)
        noise += plan.forecast.by_queue[q].dispersion * sums.contacts[q]
    low, high = np.quantile(paths, [0.1, 0.9], axis=0)
    counted = NORMAL_P90 * np.sqrt(noise)
    widened = [
        middle + sign * np.hypot(np.maximum(sign * (edge - middle), 0), counted)
        for sign, edge in ((-1, low), (1, high))
    ]
    return middle, np.maximum(widened[0], 0.0), widened[1]


def _model(plan: Plan, chosen: IntArray) -> tuple[FloatArray, BoolArray]:
    """Return what the model alone expects by day, and on which days a planner's word acts [D]."""
    told = [plan.forecast.by_queue[q] for q in chosen]
    model = np.sum([one.model_total for one in told], axis=0)
    return model, np.any([one.overridden for one in told], axis=0)


def _override_marks(
    days: list[dt.date], middle: FloatArray, model: FloatArray, acts: BoolArray
) -> Figure:
    """Return a diamond on each day that the planner overrides, and what the model alone says."""
    at = np.flatnonzero(acts)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "overridden; the model alone",
        "x": [days[d].isoformat() for d in at],
        "y": [round(float(middle[d]), 2) for d in at],
        "customdata": [number(float(model[d])) for d in at],
        "marker": {"symbol": "diamond", "size": 7, "color": PLANNER},
        "hovertemplate": "%{customdata}",
    }


def _event_marks(plan: Plan, chosen: IntArray, first: dt.date, last: dt.date) -> Figure:
    """Return dotted lines with names where events fall, one per date and event."""
    found = _dated(plan, chosen, first, last)
    every = list(dict.fromkeys(plan.scenario.queues[q].market for q in chosen))
    shapes, notes = [], []
    gap, named = (last - first).days / _APART, dt.date.min
    for (day, name), where in sorted(found.items()):
        line = {"color": EVENT, "width": 1, "dash": "dot"}
        shapes.append({"type": "line", "x0": day.isoformat(), "x1": day.isoformat(), "y0": 0,
                       "y1": 1, "yref": "paper", "line": line, "layer": "below"})  # fmt: skip
        if (day - named).days < gap:
            continue  # its name would lie on that of the one before; the table has it
        named = day
        notes.append(
            {"x": day.isoformat(), "y": 1, "yref": "paper",
             "text": escape(_marked(name, where, every)), "textangle": -90,
             "showarrow": False, "xanchor": "right", "yanchor": "top", "font": {"size": 11}}
        )  # fmt: skip
    return {"shapes": shapes, "annotations": notes}


def _dated(
    plan: Plan, chosen: IntArray, first: dt.date, last: dt.date
) -> dict[tuple[dt.date, str], set[str]]:
    """Return the markets in which an event falls on a day, by day and event."""
    earliest = min((history.first_day for history in plan.histories), default=first)
    by_queue = events_by_queue(plan.scenario, earliest)
    found: dict[tuple[dt.date, str], set[str]] = {}
    for q in chosen:
        queue = plan.scenario.queues[q]
        for event in by_queue.get(queue.name, ()):
            if event.name not in ("month_start", "month_end"):
                for day in (one for one in event.dates if first <= one <= last):
                    found.setdefault((day, event.name), set()).add(queue.market)
    return found


def events_table(plan: Plan, sums: Digest, chosen: IntArray, *, long: bool = False) -> Table:
    """Return the events in the picture of the same queues, with their dates and markets."""
    past_days, _ = _past(plan, sums, chosen, _LONG_PAST if long else _SHORT_PAST)
    found = _dated(plan, chosen, (past_days or list(plan.days))[0], plan.days[-1])
    rows = tuple(
        (
            day_name(day, year=True),
            event_name(name),
            ", ".join(m for m in sums.markets if m in where),
        )
        for (day, name), where in sorted(found.items())
    )
    return Table("Events in this picture", ("day", "event", "markets"), rows, frozenset({0, 1, 2}))


def _ordered(sums: Digest, where: set[str]) -> list[str]:
    return [market for market in sums.markets if market in where]


def _marked(name: str, where: set[str], every: list[str]) -> str:
    """Return an event's name, with its markets where it is not that of all that are shown.

    Examples
    --------
    >>> _marked("easter", {"FR"}, ["FR", "GB"]), _marked("easter", {"FR", "GB"}, ["FR", "GB"])
    ('Easter: FR', 'Easter')
    """
    own = [market for market in every if market in where]
    if len(own) == len(every):
        return event_name(name)
    more = f" and {len(own) - _MARKETS} more" if len(own) > _MARKETS else ""
    return f"{event_name(name)}: {', '.join(own[:_MARKETS])}{more}"


def day_shape_chart(plan: Plan, sums: Digest, queue: int, interval: int) -> Chart:
    """Return the contacts of a queue over the day of an interval, that interval marked."""
    axis = sums.axes[queue]
    day = int(axis.day[interval])
    inside = axis.inside[axis.day[axis.inside] == day]
    busy = np.flatnonzero(plan.projection.contacts[queue, inside] > 0)
    inside = inside[busy[0] : busy[-1] + 1] if len(busy) else inside
    contacts = plan.projection.contacts[queue, inside]
    local = plan.times[inside].tz_convert(axis.timezone)
    bars: Figure = {
        "type": "bar",
        "x": [stamp.strftime("%Y-%m-%dT%H:%M") for stamp in local],
        "y": [round(float(value), 2) for value in contacts],
        "marker": {"color": [EVENT if i == interval else PAST for i in inside]},
        "hovertemplate": "%{x|%H:%M}: %{y:.1f} contacts<extra></extra>",
    }
    figure = {
        "data": [bars],
        "layout": layout(240, hovermode="closest", bargap=0.1,
                         yaxis={"title": {"text": "contacts"}}),
    }  # fmt: skip
    start = plan.times[interval].tz_convert(axis.timezone)
    says = (
        f"{number(plan.projection.contacts[queue, interval], 1)} of {number(contacts.sum())} "
        f"contacts come in the interval from {start:%H:%M}, marked here."
    )
    rows = tuple(
        (f"{stamp:%H:%M}", number(float(value), 1))
        for stamp, value in zip(local, contacts, strict=True)
    )
    title = f"{axis.queue} on {day_name(plan.days[day])}"
    table = Table(f"Contacts over the day: {title}", ("start", "contacts"), rows)
    legend = (("this interval", EVENT), ("the rest of the day", PAST))
    return Chart("day-shape", title, says, figure, table, legend)
