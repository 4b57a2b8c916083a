"""Pictures of a backtest: methods side by side, errors by week, and each event as foreseen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from forecasting.accuracy import wape
from forecasting.judged import COMBINED, HIGH, LOW
from forecasting.openings import open_totals
from planner.backtest import ranking
from planner.export.drawing import Figure, FloatArray, IntArray, layout, line
from planner.export.palette import BAND, EVENT, IN_HOUSE, INK, MISSING, PAST, VENDOR, Chart
from planner.export.wording import Table, day_name, event_name, number, percent

if TYPE_CHECKING:
    from planner.backtest import Judgement

_BEFORE = 28  # days of history shown before an origin
_BAR, _FRAME = 52, 70  # pixels for a method's bars, and around all of them
_WEEK = 7


def error_chart(judged: Judgement) -> Chart:
    """Return each method's error over all days, and in the windows of events."""
    ranked = ranking(judged)
    kinds = (("all days", [s.wape for s in ranked], IN_HOUSE[0]),
             ("around events", [s.wape_events for s in ranked], EVENT))  # fmt: skip
    names = [score.method for score in ranked]
    data = [_bars(names, values, name, colour) for name, values, colour in kinds]
    rows = tuple(
        (s.method, percent(s.wape, 1), percent(s.bias, 1), percent(s.wape_events, 1),
         percent(s.peak_error, 1), number(s.mase, 2))
        for s in ranked
    )  # fmt: skip
    header = ("method", "error", "bias", "around events", "highest day", "MASE")
    return Chart(
        "error",
        "How far off each method was",
        f"Least over all days: {names[0]}, with {percent(ranked[0].wape, 1)} of the contacts "
        "wrong, by queue and day.",
        {"data": data, "layout": _across(len(names), "% of contacts", "group")},
        Table("Errors as a share of the contacts, all queues", header, rows),
        tuple((name, colour) for name, _, colour in kinds),
    )


def hours_chart(judged: Judgement) -> Chart:
    """Return the agent hours a week that each method would have put in the wrong place."""
    ranked = ranking(judged)
    costs = [judged.costs["", score.method] for score in ranked]
    names = [score.method for score in ranked]
    kinds = (("too many", [c.too_many for c in costs], VENDOR[0]),
             ("too few", [c.too_few for c in costs], MISSING))  # fmt: skip
    data = [_bars(names, values, name, colour, 1.0) for name, values, colour in kinds]
    rows = tuple(
        (n, number(c.too_many), number(c.too_few), number(c.wrong), number(c.money))
        for n, c in zip(names, costs, strict=True)
    )
    header = ("method", "too many", "too few", "together", judged.scenario.currency)
    least = min(range(len(costs)), key=lambda n: np.nan_to_num(costs[n].wrong, nan=np.inf))
    return Chart(
        "hours",
        "What the errors would have cost",
        f"Least with {names[least]}: {number(costs[least].wrong)} agent hours a week too many or "
        "too few, if staffed for exactly what was expected.",
        {"data": data, "layout": _across(len(names), "agent hours a week", "stack")},
        Table("Agent hours a week, and what they cost", header, rows),
        tuple((name, colour) for name, _, colour in kinds),
    )


def _bars(
    names: Sequence[str], values: Sequence[float], name: str, colour: str, scale: float = 100.0
) -> Figure:
    """Return bars across, the first name on top once the axis is turned round."""
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": [escape(one) for one in names],
        "x": [None if np.isnan(value) else round(scale * value, 2) for value in values],
        "marker": {"color": colour},
        "hovertemplate": "%{x:,.1f}<extra>" + escape(name) + "</extra>",
    }


def _across(count: int, title: str, mode: str) -> Figure:
    return layout(
        count * _BAR + _FRAME,
        barmode=mode,
        bargap=0.25,
        hovermode="y unified",
        margin={"l": 12, "r": 12, "t": 12, "b": 44},
        xaxis={"title": {"text": title}, "rangemode": "tozero", "showgrid": True},
        yaxis={"autorange": "reversed", "type": "category", "ticksuffix": " "},
    )


def ahead_chart(judged: Judgement) -> Chart:
    """Return the error by how many weeks ahead the day was."""
    found = judged.found
    week = ((found.day - found.origin).astype(np.int64)) // _WEEK
    weeks = [int(w) for w in np.unique(week)]
    names = [f"week {w + 1}" for w in weeks]
    chosen = [(m, colour) for m, colour in _told(judged)]
    values = {m: _by_group(judged, m, week, weeks) for m, _ in chosen}
    data = [
        {"type": "bar", "name": m, "x": names, "marker": {"color": colour},
         "y": [None if np.isnan(v) else round(100 * v, 2) for v in values[m].tolist()],
         "hovertemplate": "%{y:.1f} %"}
        for m, colour in chosen
    ]  # fmt: skip
    rows = tuple(
        (name, *(percent(float(values[m][n]), 1) for m, _ in chosen))
        for n, name in enumerate(names)
    )
    figure = {"data": data, "layout": layout(300, yaxis={"title": {"text": "% of contacts"}})}
    return Chart(
        "ahead",
        "Error by weeks ahead",
        "How much worse a forecast gets the farther ahead it looks.",
        figure,
        Table("Error by weeks ahead, all queues", ("", *(m for m, _ in chosen)), rows),
        tuple(chosen),
    )


def weeks_chart(judged: Judgement) -> Chart:
    """Return the error by calendar week."""
    found = judged.found
    number_of = found.day.astype("datetime64[D]").astype(np.int64)
    monday = number_of - (number_of + 3) % _WEEK  # 1 January 1970 was a Thursday
    first, last = int(monday.min()), int(monday.max())
    weeks = list(range(first, last + 1, _WEEK))
    days = [dt.date(1970, 1, 1) + dt.timedelta(days=week) for week in weeks]
    chosen = _told(judged)
    values = {m: _by_group(judged, m, monday, weeks) for m, _ in chosen}
    data = [
        line(days, 100 * values[m], m, colour, 2.5 if m == COMBINED else 1.5,
             mode="lines+markers", marker={"size": 4})
        for m, colour in chosen
    ]  # fmt: skip
    known = [n for n in range(len(weeks)) if not np.isnan(values[COMBINED][n])]
    rows = tuple(
        (day_name(days[n], year=True), *(percent(float(values[m][n]), 1) for m, _ in chosen))
        for n in known
    )
    return Chart(
        "weeks",
        "Error by weeks",
        "Weeks that no trial covers are left out.",
        {
            "data": data,
            "layout": layout(
                320, xaxis={"type": "date", "tickformat": "%b %Y"},
                yaxis={"title": {"text": "% of contacts"}},
            ),
        },
        Table("Error by week, all queues", ("week from", *(m for m, _ in chosen)), rows),
        tuple(chosen),
    )  # fmt: skip


def _told(judged: Judgement) -> list[tuple[str, str]]:
    """Return the methods worth a line beside the combination: the best rival, and the naive."""
    others = [s.method for s in ranking(judged) if s.method != COMBINED]
    told = {"seasonal naive": PAST, others[0]: VENDOR[0], COMBINED: IN_HOUSE[0]}
    return list(told.items())


def _by_group(judged: Judgement, method: str, group: IntArray, groups: Sequence[int]) -> FloatArray:
    found = judged.found
    expected = found.expected[found.methods.index(method)]
    return np.array([wape(found.actual[group == one], expected[group == one]) for one in groups])


def event_charts(judged: Judgement, queue: int | None) -> tuple[Chart, ...]:
    """Return one picture per trial with an event in it, of a queue or of all of them.

    Those with the highest days come first; a trial with several events names them all.
    """
    found = judged.found
    rows = np.flatnonzero((found.event >= 0) & np.isin(found.offset, (-1, 0)))
    rows = rows if queue is None else rows[found.queue[rows] == queue]
    origins = sorted(
        np.unique(found.origin[rows]), key=lambda one: -_trial(judged, queue, one)[-1].max()
    )
    return tuple(_trial_chart(judged, queue, origin) for origin in origins)


def _trial_chart(judged: Judgement, queue: int | None, origin: np.datetime64) -> Chart:
    days, middle, low, high, actual = _trial(judged, queue, origin)
    past_days, past = _history(judged, queue, origin)
    marks, names = _marks(judged, queue, origin)
    traces = [
        line(days, high, "9 in 10 stay below", "rgba(0,0,0,0)", 0),
        line(days, low, "1 in 10 stays below", "rgba(0,0,0,0)", 0)
        | {"fill": "tonexty", "fillcolor": BAND},
        line(past_days + days, np.concatenate([past, actual]), "what came", PAST, 2),
        line(days, middle, "combined", INK, 2.5),
    ]
    top = float(np.nanmax(np.concatenate([past, actual, high]), initial=1.0))
    figure = {
        "data": traces,
        "layout": layout(
            300,
            xaxis={"type": "date", "tickformat": "%e %b"},
            yaxis={"title": {"text": "contacts a day"}, "range": [0, round(1.4 * top, 1)]},
            **marks,
        ),
    }
    peak = int(actual.argmax())
    came, meant, least, most = (number(float(v[peak])) for v in (actual, middle, low, high))
    says = (
        f"Forecast from {day_name(origin.astype(dt.date), year=True)}. The highest day, "
        f"{day_name(days[peak])}, brought {came}; {meant} were expected, in 8 of 10 cases "
        f"{least} to {most}."
    )
    rows = tuple(
        (day_name(day, year=True), *(number(float(v[d])) for v in (actual, middle, low, high)))
        for d, day in enumerate(days)
    )
    scope = _scope(judged, origin) if queue is None else judged.found.queues[queue]
    header = ("day", "came", "expected", "1 in 10 below", "9 in 10 below")
    legend = (("what came", PAST), ("combined", INK), ("8 of 10 cases", BAND), ("event", EVENT))
    key = f"trial-{'all' if queue is None else queue}-{origin}"
    title = f"{scope}: {', '.join(names)} {days[peak].year}"
    return Chart(key, title, says, figure, Table(f"Contacts a day: {title}", header, rows), legend)


def _scope(judged: Judgement, origin: np.datetime64) -> str:
    """Return which queues a trial is of: those of one market often have a date of their own."""
    mine = np.unique(judged.found.queue[judged.found.origin == origin])
    if len(mine) == len(judged.found.queues):
        return "All queues"
    market = {queue.name: queue.market for queue in judged.scenario.queues}
    markets = list(dict.fromkeys(market[judged.found.queues[int(q)]] for q in mine))
    named = f" of {', '.join(markets)}" if any(markets) else ""
    return f"{len(mine)} of {len(judged.found.queues)} queues{named}"


def _trial(
    judged: Judgement, queue: int | None, origin: np.datetime64
) -> tuple[list[dt.date], FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the days of a trial, what was expected with its band, and what came."""
    found = judged.found
    if queue is None:
        all_, mine = found.centre, found.centre.origin == origin
        days, told = all_.day[mine], (all_.expected, all_.low, all_.high, all_.actual)
    else:
        mine = (found.origin == origin) & (found.queue == queue)
        expected = found.expected[found.methods.index(COMBINED)]
        days = found.day[mine]
        told = (expected, found.quantiles[LOW], found.quantiles[HIGH], found.actual)
    middle, low, high, actual = (values[mine] for values in told)
    return days.tolist(), middle, low, high, actual


def _history(
    judged: Judgement, queue: int | None, origin: np.datetime64
) -> tuple[list[dt.date], FloatArray]:
    """Return the four weeks before a trial with what its queues brought."""
    found = judged.found
    queues = np.unique(found.queue[found.origin == origin]) if queue is None else [queue]
    day = origin.astype(dt.date)
    total, seen = np.zeros(_BEFORE), np.zeros(_BEFORE, dtype=bool)
    for q in queues:
        history = judged.past[int(q)]
        start = (day - history.first_day).days - _BEFORE
        daily = open_totals(history)[0]
        at = np.arange(start, start + _BEFORE)
        fits = (at >= 0) & (at < len(daily))
        fits[fits] = ~np.isnan(daily[at[fits]])
        total[fits] += daily[at[fits]]
        seen |= fits
    days = [day - dt.timedelta(days=d) for d in range(_BEFORE, 0, -1)]
    kept = np.flatnonzero(seen)
    return [days[d] for d in kept], total[kept]


def _dated(judged: Judgement, row: np.int64, later: int) -> tuple[dt.date, int]:
    """Return a row's day, or a later one, with its event."""
    found = judged.found
    return found.day[row].astype(dt.date) + dt.timedelta(days=later), int(found.event[row])


def _marks(judged: Judgement, queue: int | None, origin: np.datetime64) -> tuple[Figure, list[str]]:
    """Return dotted lines where events fall in a trial, and the events' names."""
    found = judged.found
    mine = (found.origin == origin) & (found.event >= 0)
    mine &= True if queue is None else found.queue == queue
    on_the_day = {_dated(judged, n, 0) for n in np.flatnonzero(mine & (found.offset == 0))}
    eves = {_dated(judged, n, 1) for n in np.flatnonzero(mine & (found.offset == -1))}
    open_on = {event for _, event in on_the_day}  # of the others the date itself is closed
    pairs = sorted(on_the_day | {pair for pair in eves if pair[1] not in open_on})
    shapes, notes = [], []
    for day, event in pairs:
        dotted = {"color": EVENT, "width": 1, "dash": "dot"}
        shapes.append({"type": "line", "x0": day.isoformat(), "x1": day.isoformat(), "y0": 0,
                       "y1": 1, "yref": "paper", "line": dotted, "layer": "below"})  # fmt: skip
        notes.append(
            {"x": day.isoformat(), "y": 1, "yref": "paper",
             "text": escape(event_name(found.event_names[event])), "textangle": -90,
             "showarrow": False, "xanchor": "right", "yanchor": "top", "font": {"size": 11}}
        )  # fmt: skip
    names = dict.fromkeys(event_name(found.event_names[event]) for _, event in pairs)
    return {"shapes": shapes, "annotations": notes}, list(names)
