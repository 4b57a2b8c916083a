"""Pictures of a running day: planned and come and expected now, and agents needed and there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from planner.export.drawing import Figure, layout, line
from planner.export.palette import BAND, INK, MISSING, PAST, PLANNER, Chart
from planner.export.wording import Table, counted, number

if TYPE_CHECKING:
    import pandas as pd

    from planner.review import Review

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_NOW = "#CC79A7"


def groups(seen: Review) -> list[tuple[str, list[int]]]:
    """Return the queues of each market and channel, with a name."""
    found: dict[tuple[str, str], list[int]] = {}
    for q, queue in enumerate(seen.plan.scenario.queues):
        found.setdefault((queue.market, queue.channel), []).append(q)
    several = len({market for market, _ in found}) > 1
    return [
        (f"{market}, {channel}" if several else channel, queues)
        for (market, channel), queues in found.items()
    ]


def contacts_chart(seen: Review, title: str, chosen: list[int], key: str) -> Chart:
    """Return the contacts of some queues: planned with its band, come, expected now."""
    plan, found = seen.plan, seen.found
    at = _shown(seen, chosen)
    planned = plan.forecast.contacts[chosen][:, at].sum(axis=0)
    low, high = (
        _together(plan.forecast.contacts[chosen][:, at], plan.forecast.quantiles[q][chosen][:, at])
        for q in (0.1, 0.9)
    )
    known = seen.actuals.known[chosen][:, at].any(axis=0)
    came = np.where(known, np.nansum(seen.actuals.contacts[chosen][:, at], axis=0), np.nan)
    later = at >= seen.actuals.now
    now = np.where(later, found.contacts[chosen][:, at].sum(axis=0), np.nan)
    now_low, now_high = (
        np.where(later, _together(found.contacts[chosen][:, at], edge[chosen][:, at]), np.nan)
        for edge in (found.low, found.high)
    )
    times = _times(seen, chosen, at)
    x = [stamp.strftime("%Y-%m-%dT%H:%M") for stamp in times]
    traces = [
        line(x, high, "planned, 9 in 10 stay below", "rgba(0,0,0,0)", 0),
        line(x, low, "planned, 1 in 10 stays below", "rgba(0,0,0,0)", 0)
        | {"fill": "tonexty", "fillcolor": BAND},
        line(x, planned, "planned", PAST, 1.5),
        line(x, now_high, "now, 9 in 10 stay below", PLANNER, 1, line={"color": PLANNER, "width": 1, "dash": "dot"}),
        line(x, now_low, "now, 1 in 10 stays below", PLANNER, 1, line={"color": PLANNER, "width": 1, "dash": "dot"}),
        line(x, now, "expected now", PLANNER, 2.5),
        line(x, came, "came", INK, 2.5),
    ]
    figure = {"data": traces, "layout": layout(300, **_axes(seen, times, "contacts"))}
    says = (
        f"{counted(float(np.nansum(came)), 'contact')} came where {number(float(planned[known].sum()))} "
        f"were planned; {number(float(np.nansum(now)))} more are expected now, "
        f"{number(float(planned[later].sum()))} were planned."
    )
    rows = tuple(
        (f"{stamp:%a %H:%M}", *(number(float(v[i]), 1) for v in (planned, low, high, came, now, now_low, now_high)))
        for i, stamp in enumerate(times)
    )
    header = ("start", "planned", "1 in 10 below", "9 in 10 below", "came", "expected now",
              "now 1 in 10 below", "now 9 in 10 below")  # fmt: skip
    legend = (("planned", PAST), ("8 of 10 cases", BAND), ("came", INK), ("expected now", PLANNER))
    return Chart(f"contacts-{key}", f"{title}: contacts", says, figure, Table(f"{title}: contacts", header, rows), legend)


def positions_chart(seen: Review, title: str, chosen: list[int], key: str) -> Chart | None:
    """Return positions needed and there of some queues for the rest; None where all may wait."""
    live = [q for q in chosen if not seen.plan.queues[q].deferred]
    rest = np.flatnonzero(seen.found.rest[live].any(axis=0) & (seen.found.contacts[live] > 0).any(axis=0)) if live else np.array([])
    if not rest.size:
        return None
    needed = seen.moves.needed[live][:, rest].sum(axis=0)
    there, moved = (
        one.given()[live][:, rest].sum(axis=0) for one in (seen.moves.scheduled, seen.moves.moved)
    )
    times = _times(seen, live, rest)
    x = [stamp.strftime("%Y-%m-%dT%H:%M") for stamp in times]
    step = {"shape": "hv"}
    traces = [
        line(x, needed, "needed now", MISSING, 2.5, line={"color": MISSING, "width": 2.5, **step}),
        line(x, there, "scheduled", PAST, 2, line={"color": PAST, "width": 2, **step}),
        line(x, moved, "with the moves", PLANNER, 2, line={"color": PLANNER, "width": 2, "dash": "dot", **step}),
    ]
    figure: Figure = {"data": traces, "layout": layout(240, **_axes(seen, times, "positions", mark=False))}
    hours = seen.plan.interval_s / 3600
    short, left = (float(np.maximum(needed - own, 0.0).sum()) * hours for own in (there, moved))
    says = f"{counted(short, 'position hour', 1)} short as scheduled, {number(left, 1)} with the moves."
    rows = tuple(
        (f"{stamp:%a %H:%M}", *(number(float(v[i]), 1) for v in (needed, there, moved)))
        for i, stamp in enumerate(times)
    )
    header = ("start", "needed now", "scheduled", "with the moves")
    legend = (("needed now", MISSING), ("scheduled", PAST), ("with the moves", PLANNER))
    name = f"{title}: positions from now on"
    return Chart(f"positions-{key}", name, says, figure, Table(name, header, rows), legend)


def _shown(seen: Review, chosen: list[int]) -> IntArray:
    """Return the intervals of today, and of the rest of the week, in which anybody comes."""
    found = seen.found
    last = min(max(seen.actuals.now - 1, 0), len(seen.plan.times) - 1)
    day = found.day[chosen]
    shown = (day == day[:, last][:, None]) | found.rest[chosen]
    some = (seen.plan.forecast.contacts[chosen] > 0) | (np.nan_to_num(seen.actuals.contacts[chosen]) > 0)
    at = np.flatnonzero((shown & some & (day >= 0)).any(axis=0))
    return at if at.size else np.array([last])


def _together(means: FloatArray, edges: FloatArray) -> FloatArray:
    """Return the edge of a sum whose parts stray apart from each other."""
    apart = np.sqrt(((edges - means) ** 2).sum(axis=0))
    sign = np.sign((edges - means).sum(axis=0))
    return np.asarray(np.maximum(means.sum(axis=0) + sign * apart, 0.0), dtype=np.float64)


def _times(seen: Review, chosen: list[int], at: IntArray) -> pd.DatetimeIndex:
    scenario = seen.plan.scenario
    return seen.plan.times[at].tz_convert(scenario.market_of(scenario.queues[chosen[0]]).timezone)


def _axes(seen: Review, times: pd.DatetimeIndex, unit: str, *, mark: bool = True) -> Figure:
    one_day = len({stamp.date() for stamp in times}) == 1
    x: Figure = {"type": "date", "tickformat": "%H:%M" if one_day else "%a %H:%M"}
    if not one_day:
        x["rangebreaks"] = []
    found: Figure = {"xaxis": x, "yaxis": {"title": {"text": unit}}}
    now = seen.actuals.moment.tz_convert(str(times.tz)).strftime("%Y-%m-%dT%H:%M")
    if mark:
        found["shapes"] = [{"type": "line", "x0": now, "x1": now, "y0": 0, "y1": 1, "yref": "paper",
                            "line": {"color": _NOW, "width": 1, "dash": "dot"}, "layer": "below"}]  # fmt: skip
        found["annotations"] = [{"x": now, "y": 1, "yref": "paper", "text": "now", "showarrow": False,
                                 "xanchor": "right", "yanchor": "top", "font": {"size": 11}}]  # fmt: skip
    return found
